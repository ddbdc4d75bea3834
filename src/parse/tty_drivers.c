#include "parse/tty_drivers.h"

#include <psutil/base.h>
#include <string.h>

bool ps_tty_name_make(struct ps_tty_name *name, struct ps_span prefix, int64_t number)
{
    char digits[20];
    size_t count = 0;
    if (number != PSUTIL_UNKNOWN && number < 0)
        return false;
    for (; number > 0 || (number == 0 && count == 0); number /= 10)
        digits[count++] = (char)('0' + number % 10);
    if (prefix.len + count > sizeof name->text)
        return false;
    if (prefix.len > 0)
        memcpy(name->text, prefix.data, prefix.len);
    name->len = prefix.len;
    while (count > 0)
        name->text[name->len++] = digits[--count];
    return true;
}

/* A line: driver, path, major number, minor number or "first-last", type. Devices of a range have
 * their place in it behind the path; one that stands alone has the path as it is. */
static bool parse_line(struct ps_span line, int64_t major, int64_t minor, struct ps_tty_name *name)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    int64_t number, first, last;
    if (!ps_cursor_skip_words(&c, 1))
        return false;
    struct ps_span path = ps_cursor_word(&c);
    if (!ps_cursor_count(&c, &number) || !ps_cursor_count(&c, &first) || number != major)
        return false;
    bool range = ps_cursor_accept(&c, '-');
    if (!range)
        return minor == first && ps_tty_name_make(name, path, PSUTIL_UNKNOWN);
    return ps_cursor_count(&c, &last) && minor >= first && minor <= last &&
           ps_tty_name_make(name, path, minor - first);
}

bool ps_parse_tty_drivers(const char *data, size_t len, int64_t major, int64_t minor,
                          struct ps_tty_name *name)
{
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line))
        if (parse_line(line, major, minor, name))
            return true;
    return false;
}
