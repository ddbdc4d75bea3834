#include "parse/proc_io.h"

#include <psutil/base.h>

/* In the order in which the kernel writes them (fs/proc/base.c:do_io_accounting). */
static const struct {
    const char *name;
    size_t offset;
} lines[] = {
    {"rchar", offsetof(struct ps_proc_io, rchar)},
    {"wchar", offsetof(struct ps_proc_io, wchar)},
    {"syscr", offsetof(struct ps_proc_io, syscr)},
    {"syscw", offsetof(struct ps_proc_io, syscw)},
    {"read_bytes", offsetof(struct ps_proc_io, read_bytes)},
    {"write_bytes", offsetof(struct ps_proc_io, write_bytes)},
};

static bool parse_line(struct ps_span line, struct ps_proc_io *out)
{
    struct ps_cursor in = ps_cursor_of_span(line);
    struct ps_span name = ps_cursor_until(&in, ':');
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (ps_span_equal(name, lines[i].name))
            return ps_cursor_count(&in, (int64_t *)(void *)((char *)out + lines[i].offset));
    return false;
}

bool ps_parse_proc_io(const char *data, size_t len, struct ps_proc_io *out)
{
    *out = (struct ps_proc_io){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    bool any = false;
    while (ps_cursor_line(&c, &line))
        any |= parse_line(line, out);
    return any;
}
