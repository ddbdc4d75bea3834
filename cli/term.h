/* The terminal: how wide it is, and whether it gets colours. */
#ifndef CLI_TERM_H
#define CLI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What --color says. */
enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct term {
    size_t columns;
    bool color;
    bool utf8;
};

/* Meanings, not colours: the sixteen colours that every terminal has show them, in shades that
 * dark and light backgrounds both leave readable. */
enum style { STYLE_PLAIN, STYLE_TITLE, STYLE_NAME, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_BAD };

/* Reads "auto", "always" or "never"; false for anything else. */
bool term_color_when(enum color_when *out, const char *text);

/* Looks at what `file` writes to. With COLOR_AUTO there are colours on a terminal that is not
 * "dumb", unless NO_COLOR is set and not empty (https://no-color.org). The width is COLUMNS where
 * it is set, else the terminal's, else 80. */
struct term term_look(FILE *file, enum color_when when);

/* The escape sequence that starts a style, and the one that ends any; "" without colours. */
const char *term_start(const struct term *term, enum style style);
const char *term_end(const struct term *term, enum style style);

#endif
