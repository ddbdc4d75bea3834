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
