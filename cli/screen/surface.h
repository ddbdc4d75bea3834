/* A screen in memory: characters with looks, which a view draws and a terminal shows. Whatever text
 * is put here is made safe first (text/display.h), and nothing leaves its rectangle. */
#ifndef CLI_SURFACE_H
#define CLI_SURFACE_H

#include "text/term.h"
#include "text/text.h"

/* What text means; the terminal decides what that looks like. */
enum look {
    LOOK_PLAIN,
    LOOK_TITLE,
    LOOK_NAME,
    LOOK_DIM,
    LOOK_GOOD,
    LOOK_WARN,
    LOOK_BAD,
    LOOK_HEADER,   /* the line above a list */
    LOOK_SORTED,   /* in it, the column that the list is ordered by */
    LOOK_SELECTED, /* the line that keys act on */
    LOOK_MARKED,
    LOOK_KEY, /* a key that may be pressed, beside what it does */
    LOOKS
};

/* A character and what combines with it; more marks than fit are left out. */
enum { SURFACE_CHARS = 4 };

struct surface_cell {
    uint32_t
        chars[SURFACE_CHARS]; /* ends with 0 unless full; all 0: the right half of a wide one */
    uint32_t look;
};

/* Starts as {.utf8 = …}. */
struct surface {
    size_t rows, columns;
    struct surface_cell *cells;
    bool utf8;
};

/* Gives it a size, and blanks it. False without memory: it has no rows then. */
bool surface_resize(struct surface *surface, size_t rows, size_t columns);
void surface_free(struct surface *surface);

/* Part of a line. `end` is the column behind the last that may be written. */
struct span {
    size_t row;
    long column; /* may be left of the screen: what lies there is not seen */
    size_t end;
};

/* Puts text, and moves the span's column behind it. What does not fit is cut. */
void surface_put(struct surface *surface, struct span *span, enum look look, const char *text);

/* The same, at the left or the right of `width` columns, of which the rest becomes blank. */
void surface_left(struct surface *surface, struct span *span, enum look look, const char *text,
                  size_t width);
void surface_right(struct surface *surface, struct span *span, enum look look, const char *text,
                   size_t width);

/* Puts a bar of `width` columns that is full to `percent`; unknown is empty. */
void surface_bar(struct surface *surface, struct span *span, double percent, size_t width,
                 enum look look);

/* One character of one column, wherever it is on the screen. */
void surface_set(struct surface *surface, size_t row, size_t column, enum look look,
                 uint32_t character);

/* Blanks in a look, and the look of what stands there already. */
void surface_fill(struct surface *surface, size_t row, size_t column, size_t width, enum look look);
void surface_look(struct surface *surface, size_t row, size_t column, size_t width, enum look look);

/* Its lines as text, without spaces at their ends; with the term's colours where it has them. */
void surface_write(struct buffer *out, const struct surface *surface, const struct term *term);

/* How alarming a share of a resource is. */
enum look surface_level(double percent);

static inline struct surface_cell *surface_at(const struct surface *surface, size_t row,
                                              size_t column)
{
    return &surface->cells[row * surface->columns + column];
}

#endif
