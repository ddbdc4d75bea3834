/* The terminal that an answer is drawn for. */
#ifndef CLI_TERM_H
#define CLI_TERM_H

#include <stdbool.h>
#include <stddef.h>

struct term {
    size_t columns;
    bool color;
    bool utf8;
};

/* Meanings, not colours: of the sixteen colours that every terminal has those show them that are
 * readable on dark and on light backgrounds. */
enum style { STYLE_PLAIN, STYLE_TITLE, STYLE_NAME, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_BAD };

/* What stdout writes to, in the user's locale, which is set for characters here. The width is
 * COLUMNS where it is set, else the terminal's, else 80. */
struct term term_look(bool color);

/* The escape sequence that starts a style, and the one that ends it; "" without colours. */
const char *term_start(const struct term *term, enum style style);
const char *term_end(const struct term *term, enum style style);

#endif
