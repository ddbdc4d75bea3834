/* How text looks on a terminal: names of processes, files, users and devices may hold anything but
 * NUL. What comes out of here holds no control character, no broken UTF-8 and nothing that turns
 * the direction of writing, and it is known how many columns it takes. */
#ifndef CLI_DISPLAY_H
#define CLI_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the user's locale is UTF-8. Call setlocale(LC_CTYPE, "") first. Without it every
 * character beyond ASCII is shown as '?'. */
bool display_is_utf8(void);

/* Columns that all of `text` takes. NULL counts as "". */
size_t display_width(const char *text, bool utf8);

/* Copies the safe form of `text` into `buffer`, always terminated when size > 0, as much of it as
 * fits into `columns`. The last column of a text that is cut is '…', in ASCII '~'. Four bytes a
 * column and as many for each combining character are room enough; with less the copy ends early.
 * Returns the columns used. */
size_t display_cut(char *buffer, size_t size, const char *text, size_t columns, bool utf8);

#endif
