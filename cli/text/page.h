/* Lines that cannot grow wider than the terminal: everything that is put on one is made safe
 * (display.h) and cut at the right edge. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "term.h"
#include "text.h"

struct page {
    struct buffer *out;
    struct term term;
    size_t column;  /* where the next character goes, from 0 */
    size_t written; /* what the line holds so far: spaces before the column are owed */
};

/* Columns left on this line. */
size_t page_room(const struct page *page);

/* Puts text, at most to the edge. */
void page_put(struct page *page, enum style style, const char *text);

/* Puts text into exactly `width` columns, cut or filled up with spaces, to the left or right. */
void page_left(struct page *page, enum style style, const char *text, size_t width);
void page_right(struct page *page, enum style style, const char *text, size_t width);

/* Puts the separator and the text when both fit; otherwise goes on in the next line at column
 * `indent`. On an empty line (nothing beyond `indent`) and behind a gap the separator is left out.
 */
void page_item(struct page *page, enum style style, const char *text, const char *separator,
               size_t indent);

/* Moves to a column. The spaces are written with what comes next: no line ends in spaces. */
void page_to(struct page *page, size_t column);

/* Puts a bar of `width` columns that is full to `percent`. */
void page_bar(struct page *page, double percent, size_t width, enum style style);

/* Ends the line. */
void page_end(struct page *page);

/* How alarming a share of a resource is. */
enum style page_level(double percent);

#endif
