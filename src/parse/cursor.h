/* A bounds-checked place in some bytes. Every parser moves one of these; none reads a byte except
 * through it, so that no input, however broken, makes a parser read outside. A function that finds
 * nothing to read returns false (or an empty span) and leaves the cursor where it was. */
#ifndef PS_CURSOR_H
#define PS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* Most of what parsing takes is from here on, and is part of whoever calls it. By pointers of their
 * own, which stay in registers, unlike the cursor's. */
static inline bool ps_ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Whether none of eight bytes is a blank or below: a byte that is borrows from its highest bit,
 * which those above 127 have set already. */
static inline bool ps_are_letters(const char *at)
{
    const uint64_t each = UINT64_MAX / 255;
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return ((bytes - each * (' ' + 1)) & ~bytes & each * 128) == 0;
}

static inline const char *ps_word_end(const char *at, const char *end)
{
    while (end - at >= 8 && ps_are_letters(at))
        at += 8;
    while (at < end && ((unsigned char)*at > ' ' || !ps_ends_word(*at)))
        at++;
    return at;
}

static inline bool ps_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline const char *ps_after_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* A number of so many digits that it may not fit into the type: cut to its largest value. */
uint64_t ps_many_digits(const char *at, const char *end);

/* Nineteen digits always fit. */
static inline const char *ps_take_digits(const char *at, const char *end, uint64_t *out)
{
    const char *start = at;
    uint64_t value = 0;
    for (; at < end && ps_is_digit(*at); at++)
        value = value * 10 + (uint64_t)(*at - '0');
    *out = at - start <= 19 ? value : ps_many_digits(start, at);
    return at;
}

static inline int64_t ps_as_signed(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* Blanks and tabs, not newlines. */
static inline void ps_cursor_skip_blanks(struct ps_cursor *cursor)
{
    cursor->at = ps_after_blanks(cursor->at, cursor->end);
}

/* A decimal number after any blanks, false when there is none. What does not fit into the type is
 * cut to its largest value. */
static inline bool ps_cursor_u64(struct ps_cursor *cursor, uint64_t *out)
{
    const char *start = ps_after_blanks(cursor->at, cursor->end);
    uint64_t value;
    const char *end = ps_take_digits(start, cursor->end, &value);
    if (end == start)
        return false;
    *out = value;
    cursor->at = end;
    return true;
}

/* The same as a counter for a record: cut to INT64_MAX, never negative. */
static inline bool ps_cursor_count(struct ps_cursor *cursor, int64_t *out)
{
    uint64_t value;
    if (!ps_cursor_u64(cursor, &value))
        return false;
    *out = ps_as_signed(value);
    return true;
}

static inline bool ps_is_lone_zero(const char *at, const char *end)
{
    return end - at > 2 && at[0] == ' ' && at[1] == '0' && at[2] == ' ';
}

/* As many of those as follow each other, `max` at most; returns how many. What is counted mostly
 * has not happened: a zero is taken at once. */
static inline size_t ps_cursor_counts(struct ps_cursor *cursor, int64_t *out, size_t max)
{
    struct ps_cursor c = *cursor;
    size_t count = 0;
    for (bool more = true; more && count < max;) {
        if (ps_is_lone_zero(c.at, c.end)) {
            out[count] = 0;
            c.at += 2;
        } else {
            more = ps_cursor_count(&c, &out[count]);
        }
        count += more;
    }
    *cursor = c;
    return count;
}

/* The bytes up to the next blank, tab, newline or the end, after any blanks. */
static inline struct ps_span ps_cursor_word(struct ps_cursor *cursor)
{
    const char *start = ps_after_blanks(cursor->at, cursor->end);
    cursor->at = ps_word_end(start, cursor->end);
    return (struct ps_span){start, (size_t)(cursor->at - start)};
}

/* The bytes before the next `c`, which is skipped; what is left when there is none. */
static inline struct ps_span ps_cursor_until(struct ps_cursor *cursor, char c)
{
    const char *start = cursor->at;
    size_t left = (size_t)(cursor->end - start);
    const char *found = left ? memchr(start, c, left) : NULL;
    cursor->at = found ? found + 1 : cursor->end;
    return (struct ps_span){start, found ? (size_t)(found - start) : left};
}

/* The next line without its newline; false at the end. */
static inline bool ps_cursor_line(struct ps_cursor *cursor, struct ps_span *line)
{
    if (ps_cursor_done(cursor))
        return false;
    *line = ps_cursor_until(cursor, '\n');
    return true;
}

/* Takes the character when it is next. */
static inline bool ps_cursor_accept(struct ps_cursor *cursor, char c)
{
    if (cursor->at >= cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

/* As ps_cursor_u64(), with a minus sign or without. */
bool ps_cursor_i64(struct ps_cursor *cursor, int64_t *out);

/* A hexadecimal number, without "0x". */
bool ps_cursor_hex(struct ps_cursor *cursor, uint64_t *out);

/* A decimal fraction such as "0.42" or "-3.5", always with a point. */
bool ps_cursor_decimal(struct ps_cursor *cursor, double *out);

/* Skips `count` blank-separated words; false when there are fewer. */
bool ps_cursor_skip_words(struct ps_cursor *cursor, size_t count);

/* Inline, so that the length of a text that is known is known, too. */
static inline bool ps_span_equal(struct ps_span span, const char *text)
{
    size_t len = strlen(text);
    return span.len == len && (len == 0 || memcmp(span.data, text, len) == 0);
}

static inline bool ps_span_starts(struct ps_span span, const char *prefix)
{
    size_t len = strlen(prefix);
    return span.len >= len && (len == 0 || memcmp(span.data, prefix, len) == 0);
}

/* Without blanks, tabs, newlines and NULs at both ends. */
struct ps_span ps_span_trim(struct ps_span span);

#endif
