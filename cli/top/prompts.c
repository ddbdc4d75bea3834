/* What is typed at the lower edge: search, filter, user, interval, columns; and the menu of orders.
 */
#include "top.h"

#include <stdio.h>
#include <string.h>

static struct prompt prompt_of(const char *label, const char *text)
{
    struct prompt prompt = {.label = label};
    snprintf(prompt.text, sizeof prompt.text, "%s", text);
    return prompt;
}

/* ---- Search -----------------------------------------------------------------------------------
 */

static void search(struct top *top, size_t from, bool forward)
{
    if (*top->model.search && !model_find(&top->model, from, forward))
        snprintf(top->prompt.problem, MODEL_TEXT, "not found");
}

static void search_changed(struct top *top)
{
    snprintf(top->model.search, MODEL_TEXT, "%s", top->prompt.text);
    search(top, top->model.cursor, true);
}

static void search_done(struct top *top, bool accepted)
{
    if (!accepted)
        snprintf(top->model.search, MODEL_TEXT, "%s", top->prompt.text);
    if (!*top->model.search)
        top->model.wanted = 0;
}

/* Command lines of all are read from here on. */
void act_search(struct top *top, int key)
{
    (void)key;
    struct prompt prompt = prompt_of("Search", "");
    prompt.changed = search_changed;
    prompt.done = search_done;
    top->model.wanted = PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CMDLINE);
    if (top_good(top, model_change(&top->model)))
        prompt_open(top, prompt);
}

void act_search_next(struct top *top, int key)
{
    bool forward = key == 'n';
    size_t len = top->model.rows.len, at = top->model.cursor;
    if (!*top->model.search || len == 0)
        return;
    if (!model_find(&top->model, forward ? at + 1 : at + len - 1, forward))
        top_say(top, true, "not found: %s", top->model.search);
}

/* ---- Filter -----------------------------------------------------------------------------------
 */

/* The first line of the reason; the caret below it has no place here. */
static void filter_changed(struct top *top)
{
    char problem[FILTER_PROBLEM];
    if (model_filter(&top->model, top->prompt.text, problem))
        top_good(top, model_change(&top->model));
    else
        snprintf(top->prompt.problem, MODEL_TEXT, "%.*s", (int)strcspn(problem, "\n"), problem);
}

static void filter_done(struct top *top, bool accepted)
{
    char problem[FILTER_PROBLEM];
    if (!accepted && model_filter(&top->model, top->prompt.text, problem))
        top_good(top, model_change(&top->model));
}

void act_filter(struct top *top, int key)
{
    (void)key;
    struct prompt prompt = prompt_of("Filter", top->model.filter);
    prompt.changed = filter_changed;
    prompt.done = filter_done;
    prompt_open(top, prompt);
}

/* ---- User -------------------------------------------------------------------------------------
 */

static void user_done(struct top *top, bool accepted)
{
    (void)accepted;
    snprintf(top->model.user, MODEL_TEXT, "%s", top->prompt.text);
    top_good(top, model_change(&top->model));
}

void act_user(struct top *top, int key)
{
    (void)key;
    struct prompt prompt = prompt_of("User (name or number; none for all)", top->model.user);
    prompt.done = user_done;
    prompt_open(top, prompt);
}

/* ---- Interval ---------------------------------------------------------------------------------
 */

static void interval_changed(struct top *top)
{
    double seconds;
    if (!top_seconds(&seconds, top->prompt.text))
        snprintf(top->prompt.problem, MODEL_TEXT, "seconds from 0.1 to 3600");
}

static void interval_done(struct top *top, bool accepted)
{
    if (accepted)
        top_seconds(&top->interval, top->prompt.text);
}

void act_interval(struct top *top, int key)
{
    char text[32];
    (void)key;
    snprintf(text, sizeof text, "%g", top->interval);
    struct prompt prompt = prompt_of("Seconds between two readings", text);
    prompt.changed = interval_changed;
    prompt.done = interval_done;
    prompt_open(top, prompt);
}

/* ---- Columns ----------------------------------------------------------------------------------
 */

static void columns_done(struct top *top, bool accepted)
{
    char problem[MODEL_TEXT];
    if (!accepted || !*top->prompt.text)
        return;
    if (!table_columns(&top->model.table, top->prompt.text, problem, sizeof problem))
        top_say(top, true, "%s", problem);
    top->view.widths_len = 0;
    top_good(top, model_change(&top->model));
}

void act_columns(struct top *top, int key)
{
    (void)key;
    struct prompt prompt = prompt_of("Columns", "");
    prompt.done = columns_done;
    prompt_open(top, prompt);
}

/* ---- Order ------------------------------------------------------------------------------------
 */

static void order_item(struct top *top, size_t index, const char **name, const char **doc)
{
    *name = top->model.table.columns[index].name;
    *doc = top->model.table.columns[index].doc;
}

static void order_chosen(struct top *top, size_t index)
{
    model_sort(&top->model, top->model.table.columns[index].name);
    top_good(top, model_change(&top->model));
}

void act_sort_menu(struct top *top, int key)
{
    const struct table *table = &top->model.table;
    struct menu menu = {
        .title = "Order by", .len = table->len, .item = order_item, .chosen = order_chosen};
    (void)key;
    while (menu.cursor + 1 < menu.len &&
           strcmp(table->columns[menu.cursor].name, table->sort.name) != 0)
        menu.cursor++;
    menu_open(top, menu);
}
