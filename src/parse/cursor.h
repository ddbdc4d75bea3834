/* A bounds-checked place in some bytes. Every parser moves one of these; none reads a byte except
 * through it, so that no input, however broken, makes a parser read outside. A function that finds
 * nothing to read returns false (or an empty span) and leaves the cursor where it was. */
#ifndef PS_CURSOR_H
#define PS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ps_cursor {
    const char *at;
    const char *end;
};

/* Bytes within the input; not terminated. */
struct ps_span {
    const char *data;
    size_t len;
};

/* An empty file may come without memory of its own, and C forbids to add even 0 to NULL. */
static inline struct ps_cursor ps_cursor_of(const char *data, size_t len)
{
    if (!data)
        data = "";
    return (struct ps_cursor){data, data + len};
}

static inline struct ps_cursor ps_cursor_of_span(struct ps_span span)
{
    return ps_cursor_of(span.data, span.len);
}

static inline bool ps_cursor_done(const struct ps_cursor *cursor)
{
    return cursor->at >= cursor->end;
}

/* A text as the kernel writes it, in which every line ends with a newline. Where the last one does
 * not, reading ended within it: its last word may be half a number, and is left out. */
struct ps_cursor ps_cursor_of_lines(const char *data, size_t len);

/* Blanks and tabs, not newlines. */
static inline void ps_cursor_skip_blanks(struct ps_cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
        cursor->at++;
}

/* Takes the character when it is next. */
static inline bool ps_cursor_accept(struct ps_cursor *cursor, char c)
{
    if (cursor->at >= cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

/* A decimal number after any blanks, false when there is none. What does not fit into the type is
 * cut to its largest value. */
bool ps_cursor_u64(struct ps_cursor *cursor, uint64_t *out);
bool ps_cursor_i64(struct ps_cursor *cursor, int64_t *out);

/* The same as a counter for a record: cut to INT64_MAX, never negative. */
bool ps_cursor_count(struct ps_cursor *cursor, int64_t *out);

/* A hexadecimal number, without "0x". */
bool ps_cursor_hex(struct ps_cursor *cursor, uint64_t *out);

/* A decimal fraction such as "0.42" or "-3.5", always with a point. */
bool ps_cursor_decimal(struct ps_cursor *cursor, double *out);

/* The bytes up to the next blank, tab, newline or the end, after any blanks. */
struct ps_span ps_cursor_word(struct ps_cursor *cursor);

/* The bytes before the next `c`, which is skipped; what is left when there is none. */
struct ps_span ps_cursor_until(struct ps_cursor *cursor, char c);

/* The next line without its newline; false at the end. */
bool ps_cursor_line(struct ps_cursor *cursor, struct ps_span *line);

/* Skips `count` blank-separated words; false when there are fewer. */
bool ps_cursor_skip_words(struct ps_cursor *cursor, size_t count);

bool ps_span_equal(struct ps_span span, const char *text);
bool ps_span_starts(struct ps_span span, const char *prefix);

/* Without blanks, tabs, newlines and NULs at both ends. */
struct ps_span ps_span_trim(struct ps_span span);

#endif
