/* Text from strangers, made safe to show: names of processes, files, users and devices may hold
 * anything but NUL. What comes out of here holds no control character, no broken UTF-8 and nothing
 * that turns the direction of writing, and its width on the screen is known. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether the user's locale is UTF-8. Call setlocale(LC_CTYPE, "") first. Without it every
 * character beyond ASCII is shown as '?'. */
bool text_locale_is_utf8(void);

/* Columns that text_write() and text_cut() need for all of `text`. NULL counts as "". */
size_t text_width(const char *text, bool utf8);

/* Copies the safe form of `text` into `buffer`, always terminated when size > 0, as much of it as
 * fits into `columns`. The last column of a text that is cut is '…', in ASCII '~'. Four bytes a
 * column and as many for each combining character are room enough; with less the copy ends early.
 * Returns the columns used. */
size_t text_cut(char *buffer, size_t size, const char *text, size_t columns, bool utf8);

/* Writes the safe form of `text`, uncut. */
void text_write(FILE *file, const char *text, bool utf8);

#endif
