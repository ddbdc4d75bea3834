#include "parse/cursor.h"

#include <string.h>

struct ps_cursor ps_cursor_of_lines(const char *data, size_t len)
{
    while (len > 0 && !ps_ends_word(data[len - 1]))
        len--;
    return ps_cursor_of(data, len);
}

uint64_t ps_many_digits(const char *at, const char *end)
{
    uint64_t value = 0;
    for (; at < end; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    return value;
}

bool ps_cursor_i64(struct ps_cursor *cursor, int64_t *out)
{
    uint64_t value;
    const char *start = ps_after_blanks(cursor->at, cursor->end);
    bool negative = start < cursor->end && *start == '-';
    start += negative;
    const char *end = ps_take_digits(start, cursor->end, &value);
    if (end == start)
        return false;
    *out = negative ? -ps_as_signed(value) : ps_as_signed(value);
    cursor->at = end;
    return true;
}

static int hex_digit(char c)
{
    if (ps_is_digit(c))
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
    if (c.at >= c.end || !ps_is_digit(*c.at) || !ps_cursor_u64(&c, &digits))
        return false;
    if (ps_cursor_accept(&c, '.'))
        for (; c.at < c.end && ps_is_digit(*c.at); c.at++)
            if (digits < exact) {
                digits = digits * 10 + (uint64_t)(*c.at - '0');
                divisor *= 10;
            }
    double value = (double)digits / divisor;
    *out = negative ? -value : value;
    *cursor = c;
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

static bool is_filler(char c)
{
    return ps_ends_word(c) || c == '\0' || c == '\r';
}

struct ps_span ps_span_trim(struct ps_span span)
{
    while (span.len > 0 && is_filler(span.data[0]))
        span.data++, span.len--;
    while (span.len > 0 && is_filler(span.data[span.len - 1]))
        span.len--;
    return span;
}
