/* All of psutil top but the terminal: keys go in, a surface comes out. */
#include "top.h"

#include "table/filter.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SECONDS_MOST = 3600 };

static const double seconds_least = 0.1, seconds_usual = 2;

bool top_seconds(double *out, const char *text)
{
    double seconds;
    if (!filter_number(&seconds, text, PSUTIL_UNIT_SECONDS) || !(seconds >= seconds_least) ||
        seconds > SECONDS_MOST)
        return false;
    *out = seconds;
    return true;
}

static int read_interval(struct top *top, const struct cli *cli)
{
    const char *text = options_get(&cli->options, "interval");
    top->interval = seconds_usual;
    if (text && !top_seconds(&top->interval, text))
        return cli_usage("--interval needs seconds from 0.1 to 3600, not %s", text);
    return CLI_DONE;
}

int top_open(struct top *top, const struct cli *cli)
{
    *top = (struct top){.view = {.charts = true}};
    int status = read_interval(top, cli);
    if (status == CLI_DONE)
        status = model_open(&top->model, cli);
    top->surface.utf8 = top->model.table.term.utf8;
    return status;
}

void top_close(struct top *top)
{
    targets_close(&top->targets);
    page_close(top);
    surface_free(&top->surface);
    model_close(&top->model);
}

void top_say(struct top *top, bool warns, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(top->message, sizeof top->message, format, args);
    va_end(args);
    top->warns = warns;
}

bool top_good(struct top *top, int code)
{
    char text[MODEL_TEXT];
    if (code == 0)
        return true;
    cli_error_text(text, sizeof text, top->model.cli, code);
    top_say(top, true, "%s", text);
    return false;
}

void top_refresh(struct top *top)
{
    int rc = model_refresh(&top->model);
    top->stale = false;
    if (rc == 0)
        return;
    top->problem = rc;
    top->quit = true;
}

void top_key(struct top *top, const struct input *input)
{
    if (input->key == KEY_IS_NONE || input->key == KEY_IS_RESIZE)
        return;
    top->message[0] = '\0';
    switch (top->mode) {
    case MODE_LIST:
        keys_list(top, input);
        break;
    case MODE_PROMPT:
        prompt_key(top, input->key);
        break;
    case MODE_MENU:
        menu_key(top, input);
        break;
    case MODE_CONFIRM:
        confirm_key(top, input->key);
        break;
    case MODE_PAGE:
        page_key(top, input->key);
        break;
    }
}

/* ---- The lower edge ---------------------------------------------------------------------------
 */

static void put_hint(struct surface *surface, struct span *span, const char *name, const char *hint)
{
    char key[8];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(name, " "), name);
    if ((size_t)span->column + strlen(key) + strlen(hint) + 1 > span->end)
        return;
    surface_put(surface, span, LOOK_KEY, key);
    surface_put(surface, span, LOOK_DIM, " ");
    surface_put(surface, span, LOOK_PLAIN, hint);
    surface_put(surface, span, LOOK_PLAIN, "  ");
}

/* What is not as usual: the filter, the user, marks, the pause. At the right. */
static size_t put_state(struct surface *surface, size_t row, const struct top *top)
{
    const struct model *model = &top->model;
    char text[3 * MODEL_TEXT] = "";
    size_t len = 0;
    if (top->paused)
        len += (size_t)snprintf(text + len, sizeof text - len, " paused");
    if (model->marked_len > 0)
        len += (size_t)snprintf(text + len, sizeof text - len, " %zu marked", model->marked_len);
    if (*model->user)
        len += (size_t)snprintf(text + len, sizeof text - len, " user=%.20s", model->user);
    if (model->table.filter)
        len += (size_t)snprintf(text + len, sizeof text - len, " filter: %.40s", model->filter);
    if (len == 0 || len + 12 > surface->columns)
        return surface->columns;
    size_t end = surface->columns - len;
    struct span span = {row, (long)end, surface->columns};
    surface_put(surface, &span, LOOK_WARN, text);
    return end;
}

static void draw_footer(struct top *top)
{
    struct surface *surface = &top->surface;
    struct span span = {top->view.layout.footer, 0, surface->columns};
    if (*top->message) {
        surface_put(surface, &span, top->warns ? LOOK_BAD : LOOK_GOOD, top->message);
        return;
    }
    span.end = put_state(surface, span.row, top);
    for (const struct binding *b = bindings; b->name; b++)
        if (b->hint)
            put_hint(surface, &span, b->name, b->hint);
}

/* ---- The screen -------------------------------------------------------------------------------
 */

bool top_draw(struct top *top, size_t rows, size_t columns)
{
    if (columns != top->surface.columns)
        top->view.widths_len = 0;
    if (!surface_resize(&top->surface, rows, columns))
        return false;
    if (top->mode == MODE_PAGE && rows > 0) {
        page_draw(top);
        return true;
    }
    view_draw(&top->surface, &top->view, &top->model);
    if (top->mode == MODE_PROMPT)
        prompt_draw(top);
    else
        draw_footer(top);
    if (top->mode == MODE_MENU)
        menu_draw(top);
    if (top->mode == MODE_CONFIRM)
        confirm_draw(top);
    return true;
}
