#include "surface.h"

#include "platform.h"
#include "text/display.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a line of 1000 columns, each with a character of four bytes and a few combining ones. */
enum { TEXT_MAX = 8192 };

static const struct surface_cell blank = {.chars = {' '}};

bool surface_resize(struct surface *surface, size_t rows, size_t columns)
{
    size_t count = rows * columns;
    struct surface_cell *cells = realloc(surface->cells, (count ? count : 1) * sizeof *cells);
    if (cells)
        surface->cells = cells;
    surface->rows = cells ? rows : 0;
    surface->columns = columns;
    for (size_t i = 0; cells && i < count; i++)
        cells[i] = blank;
    return cells != NULL;
}

void surface_free(struct surface *surface)
{
    free(surface->cells);
    *surface = (struct surface){.utf8 = surface->utf8};
}

/* ---- Characters -------------------------------------------------------------------------------
 */

static bool is_right_half(const struct surface *surface, size_t row, size_t column)
{
    return column < surface->columns && surface_at(surface, row, column)->chars[0] == 0;
}

/* What is written over half of a wide character takes the other half with it. */
static void part_from_neighbours(struct surface *surface, size_t row, size_t column, size_t width)
{
    if (is_right_half(surface, row, column) && column > 0)
        surface_at(surface, row, column - 1)->chars[0] = ' ';
    if (is_right_half(surface, row, column + width))
        surface_at(surface, row, column + width)->chars[0] = ' ';
}

void surface_set(struct surface *surface, size_t row, size_t column, enum look look,
                 uint32_t character)
{
    if (row >= surface->rows || column >= surface->columns)
        return;
    part_from_neighbours(surface, row, column, 1);
    *surface_at(surface, row, column) = (struct surface_cell){{character}, look};
}

static void set_wide(struct surface *surface, size_t row, size_t column, enum look look,
                     uint32_t character)
{
    part_from_neighbours(surface, row, column, 2);
    *surface_at(surface, row, column) = (struct surface_cell){{character}, look};
    *surface_at(surface, row, column + 1) = (struct surface_cell){{0}, look};
}

static void add_mark(struct surface_cell *cell, uint32_t mark)
{
    for (size_t i = 1; i < SURFACE_CHARS; i++) {
        if (cell->chars[i] != 0)
            continue;
        cell->chars[i] = mark;
        return;
    }
}

struct put {
    struct surface *surface;
    size_t row;
    size_t end;
    enum look look;
    struct surface_cell *base; /* of the marks that follow; NULL: outside */
};

/* A wide character at the edge shows as a blank. */
static void put_character(struct put *put, long column, uint32_t character, long width)
{
    struct surface *surface = put->surface;
    put->base = NULL;
    if (column < 0 && column + width > 0)
        surface_set(surface, put->row, 0, put->look, ' ');
    if (column < 0 || (size_t)column >= put->end)
        return;
    if ((size_t)(column + width) > put->end) {
        surface_set(surface, put->row, (size_t)column, put->look, ' ');
        return;
    }
    if (width == 2)
        set_wide(surface, put->row, (size_t)column, put->look, character);
    else
        surface_set(surface, put->row, (size_t)column, put->look, character);
    put->base = surface_at(surface, put->row, (size_t)column);
}

static void put_safe(struct surface *surface, struct span *span, enum look look, const char *text)
{
    size_t end = span->end < surface->columns ? span->end : surface->columns;
    struct put put = {surface, span->row, end, look, NULL};
    size_t len = strlen(text), used;
    for (size_t i = 0; i < len; i += used ? used : 1) {
        uint32_t character = '?';
        used = text_decode(&character, text + i, len - i);
        long width = character < 0x80 ? 1 : platform_char_width(character);
        if (width > 0)
            put_character(&put, span->column, character, width);
        else if (put.base)
            add_mark(put.base, character);
        span->column += width > 0 ? width : 0;
    }
}

/* ---- Text -------------------------------------------------------------------------------------
 */

static size_t room(const struct surface *surface, const struct span *span)
{
    long end = (long)(span->end < surface->columns ? span->end : surface->columns);
    return span->row < surface->rows && end > span->column ? (size_t)(end - span->column) : 0;
}

static void put_cut(struct surface *surface, struct span *span, enum look look, const char *text,
                    size_t width)
{
    char safe[TEXT_MAX];
    size_t most = room(surface, span);
    display_cut(safe, sizeof safe, text, width < most ? width : most, surface->utf8);
    if (most > 0)
        put_safe(surface, span, look, safe);
}

void surface_put(struct surface *surface, struct span *span, enum look look, const char *text)
{
    put_cut(surface, span, look, text, SIZE_MAX);
}

static void pad(struct surface *surface, struct span *span, enum look look, long end)
{
    for (; span->column < end; span->column++)
        if (span->column >= 0 && (size_t)span->column < span->end)
            surface_set(surface, span->row, (size_t)span->column, look, ' ');
}

void surface_left(struct surface *surface, struct span *span, enum look look, const char *text,
                  size_t width)
{
    long end = span->column + (long)width;
    put_cut(surface, span, look, text, width);
    pad(surface, span, look, end);
}

void surface_right(struct surface *surface, struct span *span, enum look look, const char *text,
                   size_t width)
{
    size_t needed = display_width(text, surface->utf8);
    long end = span->column + (long)width;
    pad(surface, span, look, end - (long)(needed < width ? needed : width));
    put_cut(surface, span, look, text, width);
}

void surface_bar(struct surface *surface, struct span *span, double percent, size_t width,
                 enum look look)
{
    bool utf8 = surface->utf8;
    size_t inner = utf8 || width < 3 ? width : width - 2;
    double share = isnan(percent) ? 0 : fmin(fmax(percent / 100, 0), 1);
    size_t full = (size_t)lround(share * (double)inner);
    if (inner != width)
        surface_put(surface, span, LOOK_DIM, "[");
    for (size_t i = 0; i < inner; i++) {
        const char *on = utf8 ? "\xe2\x94\x81" : "|";  /* U+2501, heavy line */
        const char *off = utf8 ? "\xe2\x94\x80" : " "; /* U+2500, light line */
        surface_put(surface, span, i < full ? look : LOOK_DIM, i < full ? on : off);
    }
    if (inner != width)
        surface_put(surface, span, LOOK_DIM, "]");
}

void surface_fill(struct surface *surface, size_t row, size_t column, size_t width, enum look look)
{
    for (size_t i = column; i < column + width && i < surface->columns; i++)
        surface_set(surface, row, i, look, ' ');
}

void surface_look(struct surface *surface, size_t row, size_t column, size_t width, enum look look)
{
    for (size_t i = column; row < surface->rows && i < column + width && i < surface->columns; i++)
        surface_at(surface, row, i)->look = look;
}

enum look surface_level(double percent)
{
    if (isnan(percent))
        return LOOK_DIM;
    if (percent >= 90)
        return LOOK_BAD;
    return percent >= 70 ? LOOK_WARN : LOOK_GOOD;
}

/* ---- As text ----------------------------------------------------------------------------------
 */

static void add_character(struct buffer *out, uint32_t c)
{
    char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len; i > 1; i--, c >>= 6)
        bytes[i - 1] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(leads[len] | c);
    buffer_add(out, bytes, len);
}

static void add_cell(struct buffer *out, const struct surface_cell *cell)
{
    for (size_t i = 0; i < SURFACE_CHARS && cell->chars[i] != 0; i++)
        add_character(out, cell->chars[i]);
}

static bool is_blank(const struct surface_cell *cell)
{
    return cell->chars[0] == ' ' && cell->chars[1] == 0;
}

static size_t line_end(const struct surface *surface, size_t row)
{
    size_t end = surface->columns;
    while (end > 0 && is_blank(surface_at(surface, row, end - 1)))
        end--;
    return end;
}

static enum style style_of(uint32_t look)
{
    static const enum style styles[LOOKS] = {
        [LOOK_TITLE] = STYLE_TITLE, [LOOK_NAME] = STYLE_NAME,    [LOOK_DIM] = STYLE_DIM,
        [LOOK_GOOD] = STYLE_GOOD,   [LOOK_WARN] = STYLE_WARN,    [LOOK_BAD] = STYLE_BAD,
        [LOOK_KEY] = STYLE_TITLE,   [LOOK_HEADER] = STYLE_TITLE, [LOOK_SORTED] = STYLE_TITLE,
        [LOOK_MARKED] = STYLE_WARN,
    };
    return styles[look];
}

void surface_write(struct buffer *out, const struct surface *surface, const struct term *term)
{
    for (size_t row = 0; row < surface->rows; row++) {
        size_t end = line_end(surface, row);
        enum style style = STYLE_PLAIN;
        for (size_t i = 0; i < end; i++) {
            const struct surface_cell *cell = surface_at(surface, row, i);
            if (style_of(cell->look) != style) {
                buffer_add_text(out, term_end(term, style));
                style = style_of(cell->look);
                buffer_add_text(out, term_start(term, style));
            }
            add_cell(out, cell);
        }
        buffer_add_text(out, term_end(term, style));
        buffer_add_text(out, "\n");
    }
}
