#include "parse/fdinfo.h"

#include <psutil/base.h>

/* Octal, as the kernel prints flags. */
static bool parse_octal(struct ps_cursor *c, int64_t *out)
{
    int64_t value = 0;
    ps_cursor_skip_blanks(c);
    const char *start = c->at;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '7'; c->at++)
        value = value > INT64_MAX >> 3 ? INT64_MAX : value << 3 | (*c->at - '0');
    if (c->at == start)
        return false;
    *out = value;
    return true;
}

void ps_parse_fdinfo(const char *data, size_t len, struct ps_fdinfo *out)
{
    *out = (struct ps_fdinfo){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        struct ps_span name = ps_cursor_until(&in, ':');
        if (ps_span_equal(name, "pos"))
            ps_cursor_i64(&in, &out->position);
        else if (ps_span_equal(name, "flags"))
            parse_octal(&in, &out->flags);
    }
}

/* include/uapi/asm-generic/fcntl.h. A recorded file must read the same everywhere, so these are not
 * the building machine's own. */
#define ACCESS_MODE 03
#define WRITE_ONLY 01
#define READ_WRITE 02
#define APPEND 02000

const char *ps_fdinfo_mode(int64_t flags)
{
    if (flags == PSUTIL_UNKNOWN)
        return NULL;
    bool append = (flags & APPEND) != 0;
    switch (flags & ACCESS_MODE) {
    case 0:
        return "r";
    case WRITE_ONLY:
        return append ? "a" : "w";
    case READ_WRITE:
        return append ? "a+" : "r+";
    default:
        return NULL;
    }
}
