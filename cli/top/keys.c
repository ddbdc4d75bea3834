/* The keys of the list. The help and the lower edge are made of the same table. */
#include "top.h"

#include <string.h>

static void act_quit(struct top *top, int key)
{
    (void)key;
    top->quit = true;
}

/* ---- Moving -----------------------------------------------------------------------------------
 */

static void act_move(struct top *top, int key)
{
    enum { WHEEL = 3 };
    struct model *model = &top->model;
    long at = (long)model->cursor;
    long page = (long)top->view.layout.list_rows;
    static const struct {
        int key;
        long lines, pages;
    } moves[] = {{KEY_IS_UP, -1, 0},           {KEY_IS_DOWN, 1, 0},
                 {KEY_IS_PAGE_UP, 0, -1},      {KEY_IS_PAGE_DOWN, 0, 1},
                 {KEY_IS_WHEEL_UP, -WHEEL, 0}, {KEY_IS_WHEEL_DOWN, WHEEL, 0}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].key == key)
            model_select(model, at + moves[i].lines + moves[i].pages * page);
    if (key == KEY_IS_HOME)
        model_select(model, 0);
    if (key == KEY_IS_END)
        model_select(model, (long)model->rows.len);
}

static void act_scroll(struct top *top, int key)
{
    enum { STEP = 8, MOST = 4096 };
    long next = top->view.scroll + (key == KEY_IS_LEFT ? -STEP : STEP);
    top->view.scroll = next < 0 ? 0 : next > MOST ? MOST : next;
}

static void act_mark(struct top *top, int key)
{
    (void)key;
    model_mark(&top->model);
    model_select(&top->model, (long)top->model.cursor + 1);
}

/* Escape goes back one step: marks, search, filter, user. */
static void act_escape(struct top *top, int key)
{
    struct model *model = &top->model;
    char problem[FILTER_PROBLEM];
    (void)key;
    if (model->marked_len > 0)
        model_unmark(model);
    else if (*model->search)
        model->search[0] = '\0';
    else if (model->table.filter)
        model_filter(model, "", problem);
    else
        model->user[0] = '\0';
    model->wanted = 0;
    top_good(top, model_change(model));
}

/* ---- The order --------------------------------------------------------------------------------
 */

/* The same key again turns the order around. */
static void sort_by(struct top *top, const char *name)
{
    struct model *model = &top->model;
    if (model->table.order != 0 && strcmp(model->table.sort.name, name) == 0)
        model_sort_turn(model);
    else if (!model_sort(model, name))
        return;
    top_good(top, model_change(model));
}

static void act_sort(struct top *top, int key)
{
    static const struct {
        int key;
        const char *name;
    } orders[] = {{'P', "cpu"}, {'M', "rss"}, {'T', "time"}, {'N', "pid"}, {'U', "user"}};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (orders[i].key == key)
            sort_by(top, orders[i].name);
}

static void act_sort_step(struct top *top, int key)
{
    model_sort_step(&top->model, key == '<' ? -1 : 1);
    top_good(top, model_change(&top->model));
}

static void act_sort_turn(struct top *top, int key)
{
    (void)key;
    model_sort_turn(&top->model);
    top_good(top, model_change(&top->model));
}

static void act_tree(struct top *top, int key)
{
    (void)key;
    top->model.tree = !top->model.tree;
    top_good(top, model_change(&top->model));
}

/* ---- Time -------------------------------------------------------------------------------------
 */

static void act_pause(struct top *top, int key)
{
    (void)key;
    top->paused = !top->paused;
    top->stale = !top->paused;
}

static void act_refresh(struct top *top, int key)
{
    (void)key;
    top->stale = true;
}

static void act_faster(struct top *top, int key)
{
    enum { LEAST_TENTHS = 1, MOST = 3600 };
    double next = key == '-' ? top->interval / 2 : top->interval * 2;
    if (next * 10 >= LEAST_TENTHS && next <= MOST)
        top->interval = next;
    top_say(top, false, "every %g s", top->interval);
}

static void act_charts(struct top *top, int key)
{
    (void)key;
    top->view.charts = !top->view.charts;
}

/* ---- The table --------------------------------------------------------------------------------
 */

#define F(number) (KEY_IS_F0 + (number))

const struct binding bindings[] = {
    {{'h', '?', F(1)}, "h ? F1", "Help", "this page", act_help},
    {{KEY_IS_UP, KEY_IS_DOWN, KEY_IS_PAGE_UP, KEY_IS_PAGE_DOWN},
     "arrows PgUp PgDn",
     NULL,
     "select another process; the wheel and a click do so too",
     act_move},
    {{KEY_IS_HOME, KEY_IS_END, KEY_IS_WHEEL_UP, KEY_IS_WHEEL_DOWN},
     "Home End",
     NULL,
     "the first, where the selection stays at the top, and the last",
     act_move},
    {{KEY_IS_LEFT, KEY_IS_RIGHT}, "left right", NULL, "what is beyond the edges", act_scroll},
    {{'/', F(3)}, "/ F3", "Search", "find a name or a command line as you type", act_search},
    {{'n', 'b'}, "n b", NULL, "the next one found, the one before", act_search_next},
    {{'f', '\\', F(4)}, "f F4", "Filter", "list only some: name=~py && rss>100M", act_filter},
    {{'u'}, "u", "User", "list only those of one user", act_user},
    {{'t', F(5)}, "t F5", "Tree", "children below their parents", act_tree},
    {{'s', F(6)}, "s F6", "Sort", "choose the order", act_sort_menu},
    {{'P', 'M', 'T', 'N', 'U'},
     "P M T N U",
     NULL,
     "order by CPU, memory, time, pid, user; again: the other way",
     act_sort},
    {{'<', '>'},
     "< >",
     NULL,
     "order by the next column left, right; or click on it",
     act_sort_step},
    {{'I'}, "I", NULL, "turn the order around", act_sort_turn},
    {{'o'}, "o", NULL, "columns: pid,name instead, +io,-tty besides", act_columns},
    {{' '}, "Space", NULL, "mark; what follows is then about all that are marked", act_mark},
    {{'k', F(9)}, "k F9", "Kill", "send a signal", act_kill},
    {{'r'}, "r", "Nice", "set the nice value", act_nice},
    {{'[', ']', F(7), F(8)}, "[ ] F7 F8", NULL, "nice value down, up by one", act_nice_step},
    {{KEY_IS_ENTER, 'i', KEY_IS_DOUBLE_CLICK},
     "Enter i",
     NULL,
     "everything about the process",
     act_details},
    {{'p', 'Z'}, "p Z", NULL, "pause, and go on", act_pause},
    {{'R', 'L' - 64}, "R Ctrl-L", NULL, "read anew at once", act_refresh},
    {{'+', '-', '='}, "+ -", NULL, "half as often, twice as often", act_faster},
    {{'d'}, "d", NULL, "seconds between two readings", act_interval},
    {{'g'}, "g", NULL, "charts of CPU and memory", act_charts},
    {{KEY_IS_ESCAPE}, "Esc", NULL, "undo the marks, the search, the filter, the user", act_escape},
    {{'q', F(10)}, "q F10", "Quit", "leave", act_quit},
    {{0}, NULL, NULL, NULL, NULL},
};

/* ---- The mouse --------------------------------------------------------------------------------
 */

static void click(struct top *top, const struct input *input)
{
    const struct layout *layout = &top->view.layout;
    struct model *model = &top->model;
    if (input->row == layout->header && layout->list > layout->header) {
        size_t column = list_column_at(&top->view, model, input->column);
        if (column < model->table.len)
            sort_by(top, model->table.columns[column].name);
    } else if (input->row >= layout->list && input->row < layout->list + layout->list_rows) {
        size_t row = top->view.first + input->row - layout->list;
        if (row < model->rows.len)
            model_select(model, (long)row);
        model->follows = true;
    }
}

void keys_list(struct top *top, const struct input *input)
{
    if (input->key == KEY_IS_CLICK || input->key == KEY_IS_DOUBLE_CLICK)
        click(top, input);
    for (const struct binding *b = bindings; b->name; b++)
        for (size_t i = 0; i < sizeof b->keys / sizeof *b->keys && b->keys[i]; i++)
            if (b->keys[i] == input->key) {
                b->act(top, input->key);
                return;
            }
}

void keys_help(struct buffer *out)
{
    for (const struct binding *b = bindings; b->name; b++)
        buffer_addf(out, "%s\t%s\n", b->name, b->doc);
}
