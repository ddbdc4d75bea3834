/* The line that is typed, the box that is chosen from, the question. */
#include "text/display.h"
#include "top.h"

#include <stdio.h>
#include <string.h>

/* ---- The line that is typed -------------------------------------------------------------------
 */

void prompt_open(struct top *top, struct prompt prompt)
{
    memcpy(prompt.before, prompt.text, sizeof prompt.before);
    top->prompt = prompt;
    top->mode = MODE_PROMPT;
}

/* Takes the last character away, with all its bytes. */
static void take_back(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] & 0xc0) == 0x80)
        len--;
    text[len > 0 ? len - 1 : 0] = '\0';
}

static void type(char text[MODEL_TEXT], uint32_t c)
{
    char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, at = strlen(text);
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (text_is_harmful(c) || at + len >= MODEL_TEXT)
        return;
    for (size_t i = len; i > 1; i--, c >>= 6)
        bytes[i - 1] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(leads[len] | c);
    memcpy(text + at, bytes, len);
    text[at + len] = '\0';
}

static void leave_prompt(struct top *top, bool accepted)
{
    struct prompt *prompt = &top->prompt;
    if (accepted && *prompt->problem)
        return;
    if (!accepted)
        memcpy(prompt->text, prompt->before, sizeof prompt->text);
    top->mode = MODE_LIST;
    prompt->done(top, accepted);
}

void prompt_key(struct top *top, int key)
{
    enum { CTRL_U = 21 };
    struct prompt *prompt = &top->prompt;
    if (key == KEY_IS_ENTER || key == KEY_IS_ESCAPE) {
        leave_prompt(top, key == KEY_IS_ENTER);
        return;
    }
    if (key == KEY_IS_BACKSPACE)
        take_back(prompt->text);
    else if (key == CTRL_U)
        prompt->text[0] = '\0';
    else if (key >= ' ' && key < KEY_IS_SPECIAL)
        type(prompt->text, (uint32_t)key);
    else
        return;
    prompt->problem[0] = '\0';
    if (prompt->changed)
        prompt->changed(top);
}

/* The end of a text that fits. */
static const char *tail(const char *text, size_t columns, bool utf8)
{
    while (*text && display_width(text, utf8) > columns)
        text++;
    return text;
}

void prompt_draw(struct top *top)
{
    struct surface *surface = &top->surface;
    const struct prompt *prompt = &top->prompt;
    struct span span = {top->view.layout.footer, 0, surface->columns};
    size_t room = surface->columns > strlen(prompt->label) + 4
                      ? surface->columns - strlen(prompt->label) - 4
                      : 1;
    surface_fill(surface, span.row, 0, surface->columns, LOOK_PLAIN);
    surface_put(surface, &span, LOOK_KEY, prompt->label);
    surface_put(surface, &span, LOOK_PLAIN, ": ");
    surface_put(surface, &span, LOOK_PLAIN, tail(prompt->text, room, surface->utf8));
    surface_put(surface, &span, LOOK_SELECTED, " ");
    if (*prompt->problem) {
        surface_put(surface, &span, LOOK_PLAIN, "  ");
        surface_put(surface, &span, LOOK_BAD, prompt->problem);
    }
}

/* ---- The box ----------------------------------------------------------------------------------
 */

struct box {
    size_t row, column, rows, columns; /* of what is inside */
};

static struct box place(const struct surface *surface, size_t rows, size_t columns)
{
    struct box box = {.rows = rows, .columns = columns};
    if (box.rows + 2 > surface->rows)
        box.rows = surface->rows > 2 ? surface->rows - 2 : 0;
    if (box.columns + 2 > surface->columns)
        box.columns = surface->columns > 2 ? surface->columns - 2 : 0;
    box.row = (surface->rows - box.rows) / 2;
    box.column = (surface->columns - box.columns) / 2;
    return box;
}

static void draw_edge(struct surface *surface, const struct box *box, size_t row, bool upper)
{
    bool utf8 = surface->utf8;
    size_t left = box->column - 1, right = box->column + box->columns;
    surface_set(surface, row, left, LOOK_NAME, utf8 ? (upper ? 0x256d : 0x2570) : '+');
    for (size_t i = left + 1; i < right; i++)
        surface_set(surface, row, i, LOOK_NAME, utf8 ? 0x2500 : '-');
    surface_set(surface, row, right, LOOK_NAME, utf8 ? (upper ? 0x256e : 0x256f) : '+');
}

static void draw_box(struct surface *surface, const struct box *box, const char *title)
{
    uint32_t side = surface->utf8 ? 0x2502 : '|';
    if (box->row == 0 || box->column == 0)
        return;
    for (size_t row = box->row; row < box->row + box->rows; row++) {
        surface_set(surface, row, box->column - 1, LOOK_NAME, side);
        surface_fill(surface, row, box->column, box->columns, LOOK_PLAIN);
        surface_set(surface, row, box->column + box->columns, LOOK_NAME, side);
    }
    draw_edge(surface, box, box->row - 1, true);
    draw_edge(surface, box, box->row + box->rows, false);
    struct span span = {box->row - 1, (long)box->column + 1, box->column + box->columns};
    surface_put(surface, &span, LOOK_TITLE, title);
}

/* ---- The box that is chosen from --------------------------------------------------------------
 */

enum { MENU_NAME = 18, MENU_COLUMNS = 60, MENU_ROWS = 15 };

void menu_open(struct top *top, struct menu menu)
{
    top->menu = menu;
    top->mode = MODE_MENU;
}

static void step(struct menu *menu, long by)
{
    long next = (long)menu->cursor + by, last = (long)menu->len - 1;
    menu->cursor = next < 0 ? 0 : next > last ? (size_t)last : (size_t)next;
}

/* The next item whose name has a word that begins with this letter: "SIGTERM" by T. */
static void jump(struct top *top, int letter)
{
    struct menu *menu = &top->menu;
    for (size_t i = 1; i <= menu->len; i++) {
        const char *name, *doc;
        size_t at = (menu->cursor + i) % menu->len;
        menu->item(top, at, &name, &doc);
        name += strncmp(name, "SIG", 3) == 0 ? 3 : 0;
        if ((*name | 0x20) == (letter | 0x20)) {
            menu->cursor = at;
            return;
        }
    }
}

static struct box menu_box(const struct top *top)
{
    size_t rows = top->menu.len < MENU_ROWS ? top->menu.len : MENU_ROWS;
    return place(&top->surface, rows, MENU_COLUMNS);
}

static void choose(struct top *top)
{
    top->mode = MODE_LIST;
    top->menu.chosen(top, top->menu.cursor);
}

static void click(struct top *top, const struct input *input)
{
    struct box box = menu_box(top);
    size_t at = input->row - box.row + top->menu.first;
    if (input->row < box.row || input->row >= box.row + box.rows || at >= top->menu.len)
        return;
    top->menu.cursor = at;
    choose(top);
}

void menu_key(struct top *top, const struct input *input)
{
    struct menu *menu = &top->menu;
    long page = (long)menu_box(top).rows;
    switch (input->key) {
    case KEY_IS_UP:
    case KEY_IS_WHEEL_UP:
        step(menu, -1);
        break;
    case KEY_IS_DOWN:
    case KEY_IS_WHEEL_DOWN:
        step(menu, 1);
        break;
    case KEY_IS_PAGE_UP:
        step(menu, -page);
        break;
    case KEY_IS_PAGE_DOWN:
        step(menu, page);
        break;
    case KEY_IS_HOME:
        menu->cursor = 0;
        break;
    case KEY_IS_END:
        menu->cursor = menu->len - 1;
        break;
    case KEY_IS_ENTER:
        choose(top);
        break;
    case KEY_IS_ESCAPE:
    case 'q':
        targets_close(&top->targets);
        top->mode = MODE_LIST;
        break;
    case KEY_IS_CLICK:
    case KEY_IS_DOUBLE_CLICK:
        click(top, input);
        break;
    default:
        if (input->key > ' ' && input->key < 0x7f)
            jump(top, input->key);
    }
}

void menu_draw(struct top *top)
{
    struct surface *surface = &top->surface;
    struct menu *menu = &top->menu;
    struct box box = menu_box(top);
    if (menu->cursor < menu->first)
        menu->first = menu->cursor;
    if (box.rows > 0 && menu->cursor >= menu->first + box.rows)
        menu->first = menu->cursor - box.rows + 1;
    draw_box(surface, &box, menu->title);
    for (size_t i = 0; i < box.rows && menu->first + i < menu->len; i++) {
        const char *name, *doc;
        struct span span = {box.row + i, (long)box.column + 1, box.column + box.columns};
        menu->item(top, menu->first + i, &name, &doc);
        surface_left(surface, &span, LOOK_KEY, name, MENU_NAME);
        surface_put(surface, &span, LOOK_PLAIN, doc);
        if (menu->first + i == menu->cursor)
            surface_look(surface, span.row, box.column, box.columns, LOOK_SELECTED);
    }
}

/* ---- The question -----------------------------------------------------------------------------
 */

void confirm_key(struct top *top, int key)
{
    if (key != 'y' && key != 'Y' && key != 'n' && key != 'N' && key != KEY_IS_ESCAPE && key != 'q')
        return;
    top->mode = MODE_LIST;
    if (key == 'y' || key == 'Y')
        top->confirm.yes(top);
    targets_close(&top->targets);
}

void confirm_draw(struct top *top)
{
    struct surface *surface = &top->surface;
    const char *keys = " y: yes   n: no ";
    size_t width = display_width(top->confirm.text, surface->utf8);
    struct box box = place(surface, 3, (width > 18 ? width : 18) + 2);
    draw_box(surface, &box, "");
    struct span text = {box.row, (long)box.column + 1, box.column + box.columns};
    struct span answer = {box.row + 2, (long)box.column + 1, box.column + box.columns};
    surface_put(surface, &text, LOOK_TITLE, top->confirm.text);
    surface_put(surface, &answer, LOOK_KEY, keys);
}
