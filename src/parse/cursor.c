#include "parse/cursor.h"

#include <string.h>

static inline bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

struct ps_cursor ps_cursor_of_lines(const char *data, size_t len)
{
    while (len > 0 && !ends_word(data[len - 1]))
        len--;
    return ps_cursor_of(data, len);
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* By pointers of their own, which stay in registers, unlike the cursor's: most of what parsing
 * takes is here. */
static inline const char *after_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* Nineteen digits always fit. */
static inline const char *take_digits(const char *at, const char *end, uint64_t *out)
{
    uint64_t value = 0;
    const char *safe = end - at > 19 ? at + 19 : end;
    for (; at < safe && is_digit(*at); at++)
        value = value * 10 + (uint64_t)(*at - '0');
    for (; at < end && is_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    *out = value;
    return at;
}

static inline int64_t as_signed(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

bool ps_cursor_u64(struct ps_cursor *cursor, uint64_t *out)
{
    const char *start = after_blanks(cursor->at, cursor->end);
    uint64_t value;
    const char *end = take_digits(start, cursor->end, &value);
    if (end == start)
        return false;
    *out = value;
    cursor->at = end;
    return true;
}

bool ps_cursor_count(struct ps_cursor *cursor, int64_t *out)
{
    uint64_t value;
    if (!ps_cursor_u64(cursor, &value))
        return false;
    *out = as_signed(value);
    return true;
}

bool ps_cursor_i64(struct ps_cursor *cursor, int64_t *out)
{
    uint64_t value;
    const char *start = after_blanks(cursor->at, cursor->end);
    bool negative = start < cursor->end && *start == '-';
    start += negative;
    const char *end = take_digits(start, cursor->end, &value);
    if (end == start)
        return false;
    *out = negative ? -as_signed(value) : as_signed(value);
    cursor->at = end;
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool ps_cursor_hex(struct ps_cursor *cursor, uint64_t *out)
{
    struct ps_cursor c = *cursor;
    ps_cursor_skip_blanks(&c);
    if (c.at >= c.end || hex_digit(*c.at) < 0)
        return false;
    uint64_t value = 0;
    for (; c.at < c.end && hex_digit(*c.at) >= 0; c.at++)
        value = value > UINT64_MAX >> 4 ? UINT64_MAX : value << 4 | (uint64_t)hex_digit(*c.at);
    *cursor = c;
    *out = value;
    return true;
}

/* One division of two exact numbers rounds once, so that "0.37" becomes what a compiler makes of
 * 0.37. Digits beyond what a double can hold are skipped. */
bool ps_cursor_decimal(struct ps_cursor *cursor, double *out)
{
    const uint64_t exact = ((uint64_t)1 << 53) / 10 - 1;
    struct ps_cursor c = *cursor;
    ps_cursor_skip_blanks(&c);
    bool negative = ps_cursor_accept(&c, '-');
    uint64_t digits;
    double divisor = 1;
    if (c.at >= c.end || !is_digit(*c.at) || !ps_cursor_u64(&c, &digits))
        return false;
    if (ps_cursor_accept(&c, '.'))
        for (; c.at < c.end && is_digit(*c.at); c.at++)
            if (digits < exact) {
                digits = digits * 10 + (uint64_t)(*c.at - '0');
                divisor *= 10;
            }
    double value = (double)digits / divisor;
    *out = negative ? -value : value;
    *cursor = c;
    return true;
}

struct ps_span ps_cursor_word(struct ps_cursor *cursor)
{
    const char *start = after_blanks(cursor->at, cursor->end), *at = start;
    while (at < cursor->end && !ends_word(*at))
        at++;
    cursor->at = at;
    return (struct ps_span){start, (size_t)(at - start)};
}

struct ps_span ps_cursor_until(struct ps_cursor *cursor, char c)
{
    const char *start = cursor->at;
    size_t left = (size_t)(cursor->end - start);
    const char *found = left ? memchr(start, c, left) : NULL;
    cursor->at = found ? found + 1 : cursor->end;
    return (struct ps_span){start, found ? (size_t)(found - start) : left};
}

bool ps_cursor_line(struct ps_cursor *cursor, struct ps_span *line)
{
    if (ps_cursor_done(cursor))
        return false;
    *line = ps_cursor_until(cursor, '\n');
    return true;
}

bool ps_cursor_skip_words(struct ps_cursor *cursor, size_t count)
{
    struct ps_cursor c = *cursor;
    while (count-- > 0)
        if (ps_cursor_word(&c).len == 0)
            return false;
    *cursor = c;
    return true;
}

bool ps_span_equal(struct ps_span span, const char *text)
{
    size_t len = strlen(text);
    return span.len == len && (len == 0 || memcmp(span.data, text, len) == 0);
}

bool ps_span_starts(struct ps_span span, const char *prefix)
{
    size_t len = strlen(prefix);
    return span.len >= len && (len == 0 || memcmp(span.data, prefix, len) == 0);
}

static bool is_filler(char c)
{
    return ends_word(c) || c == '\0' || c == '\r';
}

struct ps_span ps_span_trim(struct ps_span span)
{
    while (span.len > 0 && is_filler(span.data[0]))
        span.data++, span.len--;
    while (span.len > 0 && is_filler(span.data[span.len - 1]))
        span.len--;
    return span;
}
