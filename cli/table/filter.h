/* The language of --filter:
 *
 *     name=~py && rss>100M            a regular expression, a number with a unit
 *     user=www or not (nice = 0)      text, words for the signs, parentheses
 *     terminal = null                 whether it is unknown
 *
 * A comparison with what is unknown is false, whichever it is, but with null. */
#ifndef CLI_TABLE_FILTER_H
#define CLI_TABLE_FILTER_H

#include "column.h"

struct filter;

#define FILTER_PROBLEM 640

/* Understands a filter. NULL with `problem` filled in when it is none: the reason, and below it the
 * text with a caret where it went wrong. */
struct filter *filter_open(const struct listing *listing, const char *text,
                           char problem[FILTER_PROBLEM]);
void filter_close(struct filter *filter);

bool filter_matches(struct filter *filter, const void *row);

/* Fields of the first record that it looks at. */
uint64_t filter_fields(const struct filter *filter);

/* ---- Numbers ----------------------------------------------------------------------------------
 */

/* A number of a column: with K, M, G, T (of 1024) for bytes and counts, s, m, h, d for seconds,
 * '%'. False when `text` is none. */
bool filter_number(double *out, const char *text, psutil_unit unit);

#endif
