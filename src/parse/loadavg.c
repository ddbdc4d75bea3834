#include "parse/loadavg.h"

bool ps_parse_loadavg(const char *data, size_t len, double out[3])
{
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    double one, five, fifteen;
    if (!ps_cursor_decimal(&c, &one) || !ps_cursor_decimal(&c, &five) ||
        !ps_cursor_decimal(&c, &fifteen))
        return false;
    out[0] = one;
    out[1] = five;
    out[2] = fifteen;
    return true;
}

bool ps_parse_loadavg_threads(const char *data, size_t len, int64_t *out)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    int64_t running, threads;
    if (!ps_cursor_skip_words(&c, 3) || !ps_cursor_count(&c, &running) ||
        !ps_cursor_accept(&c, '/') || !ps_cursor_count(&c, &threads))
        return false;
    *out = threads;
    return true;
}
