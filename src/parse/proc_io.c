#include "parse/proc_io.h"

#include <psutil/base.h>

#include <string.h>

#define LINE(field)                                                                                \
    {                                                                                              \
#field, sizeof #field - 1, offsetof(struct ps_proc_io, field)                              \
    }

/* In the order in which the kernel writes them (fs/proc/base.c:do_io_accounting). */
static const struct {
    const char *name;
    size_t len;
    size_t offset;
} lines[] = {
    LINE(rchar), LINE(wchar), LINE(syscr), LINE(syscw), LINE(read_bytes), LINE(write_bytes),
};

static bool parse_line(struct ps_span line, struct ps_proc_io *out)
{
    struct ps_cursor in = ps_cursor_of_span(line);
    struct ps_span name = ps_cursor_until(&in, ':');
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (name.len == lines[i].len && memcmp(name.data, lines[i].name, name.len) == 0)
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
