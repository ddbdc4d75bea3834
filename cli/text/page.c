#include "page.h"

#include "display.h"

#include <math.h>
#include <string.h>

/* Of a line of 1000 columns, each with a character of four bytes and a few combining ones. */
enum { TEXT_MAX = 8192 };

size_t page_room(const struct page *page)
{
    return page->term.columns > page->column ? page->term.columns - page->column : 0;
}

/* Writes the spaces that are owed, then `text`, which is known to be safe and `width` wide. */
static void write_safe(struct page *page, enum style style, const char *text, size_t width)
{
    if (width == 0)
        return;
    buffer_add_repeat(page->out, ' ', page->column - page->written);
    buffer_add_text(page->out, term_start(&page->term, style));
    buffer_add_text(page->out, text);
    buffer_add_text(page->out, term_end(&page->term, style));
    page->column += width;
    page->written = page->column;
}

/* Puts at most `columns` of the text. */
static void put_cut(struct page *page, enum style style, const char *text, size_t columns)
{
    char safe[TEXT_MAX];
    size_t room = page_room(page);
    size_t width =
        display_cut(safe, sizeof safe, text, columns < room ? columns : room, page->term.utf8);
    write_safe(page, style, safe, width);
}

void page_put(struct page *page, enum style style, const char *text)
{
    put_cut(page, style, text, page->term.columns);
}

void page_to(struct page *page, size_t column)
{
    size_t end = column < page->term.columns ? column : page->term.columns;
    if (end > page->column)
        page->column = end;
}

void page_left(struct page *page, enum style style, const char *text, size_t width)
{
    size_t end = page->column + width;
    put_cut(page, style, text, width);
    page_to(page, end);
}

void page_right(struct page *page, enum style style, const char *text, size_t width)
{
    size_t needed = display_width(text, page->term.utf8);
    page_to(page, page->column + (needed < width ? width - needed : 0));
    put_cut(page, style, text, width);
}

void page_item(struct page *page, enum style style, const char *text, const char *separator,
               size_t indent)
{
    bool first = page->column <= indent || page->written < page->column;
    size_t needed = display_width(text, page->term.utf8);
    if (!first && needed + display_width(separator, page->term.utf8) > page_room(page)) {
        page_end(page);
        first = true;
    }
    page_to(page, indent);
    if (!first)
        page_put(page, STYLE_DIM, separator);
    page_put(page, style, text);
}

static void repeat(struct page *page, enum style style, const char *cell, size_t times)
{
    char text[TEXT_MAX];
    size_t len = strlen(cell);
    size_t room = page_room(page) < TEXT_MAX / 4 - 1 ? page_room(page) : TEXT_MAX / 4 - 1;
    size_t count = times < room ? times : room;
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, cell, len);
    text[count * len] = '\0';
    write_safe(page, style, text, count);
}

void page_bar(struct page *page, double percent, size_t width, enum style style)
{
    bool utf8 = page->term.utf8;
    size_t inner = utf8 || width < 3 ? width : width - 2;
    double share = isnan(percent) ? 0 : fmin(fmax(percent / 100, 0), 1);
    size_t full = (size_t)lround(share * (double)inner);
    if (inner != width)
        page_put(page, STYLE_DIM, "[");
    repeat(page, style, utf8 ? "\xe2\x94\x81" : "#", full);             /* U+2501, heavy line */
    repeat(page, STYLE_DIM, utf8 ? "\xe2\x94\x80" : ".", inner - full); /* U+2500, light line */
    if (inner != width)
        page_put(page, STYLE_DIM, "]");
}

void page_end(struct page *page)
{
    buffer_add_text(page->out, "\n");
    page->column = 0;
    page->written = 0;
}

enum style page_level(double percent)
{
    if (isnan(percent))
        return STYLE_DIM;
    if (percent >= 90)
        return STYLE_BAD;
    return percent >= 70 ? STYLE_WARN : STYLE_GOOD;
}
