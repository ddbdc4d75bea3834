#include "parse/passwd.h"

/* name:password:uid:… */
bool ps_parse_passwd_name(const char *data, size_t len, int64_t uid, struct ps_span *name)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        struct ps_span first = ps_cursor_until(&in, ':');
        int64_t number;
        ps_cursor_until(&in, ':');
        if (first.len > 0 && ps_cursor_i64(&in, &number) && number == uid &&
            ps_cursor_accept(&in, ':')) {
            *name = first;
            return true;
        }
    }
    return false;
}
