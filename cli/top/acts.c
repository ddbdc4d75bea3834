/* Signals and nice values from the list. */
#include "acting/signals.h"
#include "platform.h"
#include "top.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool open_targets(struct top *top)
{
    targets_close(&top->targets);
    return top_good(top, targets_open(&top->targets, &top->model)) && top->targets.len > 0;
}

/* "4711 sleep, started 14:05", and how many besides. */
static void name_targets(char out[MODEL_TEXT + 64], const struct targets *targets)
{
    if (targets->len == 1)
        snprintf(out, MODEL_TEXT + 64, "%s", targets->text);
    else
        snprintf(out, MODEL_TEXT + 64, "%zu processes: %s, ...", targets->len, targets->text);
}

/* ---- Signals ----------------------------------------------------------------------------------
 */

static void signal_item(struct top *top, size_t index, const char **name, const char **doc)
{
    const struct platform_signal *signal = &platform_signals()[index];
    static char text[32];
    (void)top;
    snprintf(text, sizeof text, "%s %d", signal->name, signal->number);
    *name = text;
    *doc = signal->doc;
}

/* The processes are those that were there when the menu was opened: nobody else gets it. */
static void send_signal(struct top *top)
{
    char name[SIGNAL_NAME];
    size_t sent = 0;
    int problem = 0;
    for (size_t i = 0; i < top->targets.len; i++) {
        int rc = psutil_process_send_signal(top->targets.items[i], top->signal);
        sent += rc == 0;
        if (rc != 0) {
            problem = rc;
            top_good(top, rc);
        }
    }
    signal_name(name, top->signal);
    if (problem == 0)
        top_say(top, false, "%s was sent to %zu process%s", name, sent, sent == 1 ? "" : "es");
    model_unmark(&top->model);
    top->stale = true;
}

static void ask(struct top *top, size_t index)
{
    char who[MODEL_TEXT + 64];
    name_targets(who, &top->targets);
    top->signal = platform_signals()[index].number;
    snprintf(top->confirm.text, sizeof top->confirm.text, "Send %s to %s?",
             platform_signals()[index].name, who);
    top->confirm.yes = send_signal;
    top->mode = MODE_CONFIRM;
}

void act_kill(struct top *top, int key)
{
    (void)key;
    size_t len = 0;
    if (!open_targets(top))
        return;
    while (platform_signals()[len].name)
        len++;
    menu_open(top, (struct menu){
                       .title = "Send a signal", .len = len, .item = signal_item, .chosen = ask});
}

/* ---- Nice values ------------------------------------------------------------------------------
 */

enum { NICE_LEAST = -20, NICE_MOST = 19 };

static void set_nice(struct top *top, int64_t value)
{
    size_t done = 0;
    for (size_t i = 0; i < top->targets.len; i++)
        done += top_good(top, psutil_process_set_nice(top->targets.items[i], value));
    if (done == top->targets.len)
        top_say(top, false, "nice value %" PRId64 " for %s", value,
                done == 1 ? top->targets.text : "all that were marked");
    targets_close(&top->targets);
    top->stale = true;
}

static bool read_nice(int64_t *out, const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);
    *out = value;
    return end != text && *end == '\0' && value >= NICE_LEAST && value <= NICE_MOST;
}

static void check_nice(struct top *top)
{
    int64_t value;
    const char *text = top->prompt.text;
    if (*text && strcmp(text, "-") != 0 && !read_nice(&value, text))
        snprintf(top->prompt.problem, MODEL_TEXT, "a number from -20 (most) to 19 (least)");
}

static void take_nice(struct top *top, bool accepted)
{
    int64_t value;
    if (accepted && read_nice(&value, top->prompt.text))
        set_nice(top, value);
    targets_close(&top->targets);
}

void act_nice(struct top *top, int key)
{
    static char label[MODEL_TEXT + 96];
    char who[MODEL_TEXT + 64];
    (void)key;
    if (!open_targets(top))
        return;
    name_targets(who, &top->targets);
    snprintf(label, sizeof label, "Nice value of %s", who);
    prompt_open(top, (struct prompt){.label = label, .changed = check_nice, .done = take_nice});
}

void act_nice_step(struct top *top, int key)
{
    int64_t value;
    long step = key == ']' || key == KEY_IS_F0 + 8 ? 1 : -1;
    if (!open_targets(top))
        return;
    if (top_good(top, psutil_process_nice(&value, top->targets.items[0])))
        set_nice(top, value + step < NICE_LEAST  ? NICE_LEAST
                      : value + step > NICE_MOST ? NICE_MOST
                                                 : value + step);
    targets_close(&top->targets);
}
