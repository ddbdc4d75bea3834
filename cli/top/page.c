/* Text in place of the list: the help, all about one process. */
#include "top.h"

#include <string.h>

enum { NAME_MOST = 32 };

void page_open(struct top *top, const char *title)
{
    top->page.title = title;
    top->page.first = 0;
    top->mode = MODE_PAGE;
}

void page_close(struct top *top)
{
    buffer_free(&top->page.text);
    top->page.text = (struct buffer){0};
    top->mode = MODE_LIST;
}

static size_t count_lines(const struct buffer *text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text->len; i++)
        lines += text->data[i] == '\n';
    return lines;
}

static size_t shown_lines(const struct top *top)
{
    return top->surface.rows > 2 ? top->surface.rows - 2 : 0;
}

static void scroll(struct top *top, long by)
{
    size_t lines = count_lines(&top->page.text), shown = shown_lines(top);
    long most = lines > shown ? (long)(lines - shown) : 0;
    long next = (long)top->page.first + by;
    top->page.first = (size_t)(next < 0 ? 0 : next > most ? most : next);
}

void page_key(struct top *top, int key)
{
    long page = (long)shown_lines(top);
    static const struct {
        int key;
        long lines, pages;
    } moves[] = {{KEY_IS_UP, -1, 0},
                 {KEY_IS_DOWN, 1, 0},
                 {'k', -1, 0},
                 {'j', 1, 0},
                 {KEY_IS_WHEEL_UP, -3, 0},
                 {KEY_IS_WHEEL_DOWN, 3, 0},
                 {KEY_IS_PAGE_UP, 0, -1},
                 {KEY_IS_PAGE_DOWN, 0, 1},
                 {' ', 0, 1},
                 {KEY_IS_HOME, -1000000, 0},
                 {KEY_IS_END, 1000000, 0}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].key == key) {
            scroll(top, moves[i].lines + moves[i].pages * page);
            return;
        }
    if (key < KEY_IS_SPECIAL || key == KEY_IS_F0 + 1 || key == KEY_IS_F0 + 10)
        page_close(top);
}

/* The widest name, within a third of the screen. */
static size_t name_width(const struct buffer *text)
{
    size_t widest = 0, from = 0;
    for (size_t i = 0; i < text->len; i++) {
        if (text->data[i] == '\t' && i - from > widest && i - from <= NAME_MOST)
            widest = i - from;
        if (text->data[i] == '\n')
            from = i + 1;
    }
    return widest + 2;
}

/* A line as text of its own: what stands in it may be anything. */
static void draw_line(struct surface *surface, size_t row, const char *line, size_t len,
                      size_t width)
{
    struct span span = {row, 1, surface->columns};
    const char *tab = memchr(line, '\t', len);
    struct buffer part = {0};
    size_t name = tab ? (size_t)(tab - line) : len;
    buffer_add(&part, line, name);
    buffer_add(&part, "", 1);
    if (!part.failed && tab)
        surface_left(surface, &span, LOOK_NAME, part.data, width);
    else if (!part.failed)
        surface_put(surface, &span, LOOK_TITLE, part.data);
    part.len = 0;
    if (tab)
        buffer_add(&part, tab + 1, len - name - 1);
    buffer_add(&part, "", 1);
    if (!part.failed)
        surface_put(surface, &span, LOOK_PLAIN, part.data);
    buffer_free(&part);
}

void page_draw(struct top *top)
{
    struct surface *surface = &top->surface;
    const struct buffer *text = &top->page.text;
    struct span title = {0, 0, surface->columns};
    scroll(top, 0);
    surface_fill(surface, 0, 0, surface->columns, LOOK_HEADER);
    surface_put(surface, &title, LOOK_HEADER, top->page.title);
    size_t line = 0, from = 0, width = name_width(text);
    for (size_t i = 0; i < text->len; i++) {
        if (text->data[i] != '\n')
            continue;
        if (line >= top->page.first && line - top->page.first < shown_lines(top))
            draw_line(surface, 1 + line - top->page.first, text->data + from, i - from, width);
        from = i + 1;
        line++;
    }
    struct span keys = {surface->rows - 1, 0, surface->columns};
    surface_put(surface, &keys, LOOK_KEY, "Esc");
    surface_put(surface, &keys, LOOK_PLAIN, " back  ");
    surface_put(surface, &keys, LOOK_KEY, "arrows, PgUp, PgDn");
    surface_put(surface, &keys, LOOK_PLAIN, " scroll");
}
