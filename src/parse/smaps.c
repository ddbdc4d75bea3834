#include "parse/smaps.h"

#include <psutil/base.h>
#include <string.h>

struct smaps_line {
    const char *name;
    size_t len;
    size_t offset;
};

#define LINE(name, member)                                                                         \
    {                                                                                              \
        name, sizeof(name) - 1, offsetof(struct ps_smaps, member)                                  \
    }
/* In the order in which the kernel writes them (fs/proc/task_mmu.c:show_smap). */
static const struct smaps_line lines[] = {
    LINE("Size", size),
    LINE("Rss", rss),
    LINE("Pss", pss),
    LINE("Shared_Clean", shared_clean),
    LINE("Shared_Dirty", shared_dirty),
    LINE("Private_Clean", private_clean),
    LINE("Private_Dirty", private_dirty),
    LINE("Referenced", referenced),
    LINE("Anonymous", anonymous),
    LINE("Private_Hugetlb", private_hugetlb),
    LINE("Swap", swap),
};
#undef LINE
#define LINES (sizeof lines / sizeof *lines)

/* Addresses are in small hexadecimal digits, and names of figures begin with a capital. */
bool ps_smaps_is_header(struct ps_span line)
{
    return line.len > 0 && ((line.data[0] >= '0' && line.data[0] <= '9') ||
                            (line.data[0] >= 'a' && line.data[0] <= 'f'));
}

static void set_unknown(struct ps_smaps *out)
{
    for (size_t i = 0; i < LINES; i++)
        *(int64_t *)(void *)((char *)out + lines[i].offset) = PSUTIL_UNKNOWN;
}

/* Addresses, permissions, offset, device, inode, and after blanks the path: all that is left, since
 * it may hold blanks. */
static void parse_header(struct ps_span line, struct ps_smaps *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    out->addr = ps_cursor_word(&c);
    out->perms = ps_cursor_word(&c);
    ps_cursor_skip_words(&c, 3);
    ps_cursor_skip_blanks(&c);
    out->path = (struct ps_span){c.at, (size_t)(c.end - c.at)};
}

/* The lines come in the order of the table, so that each is looked for from the one after the last.
 */
static size_t parse_figure(struct ps_span line, size_t next, struct ps_smaps *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    struct ps_span name = ps_cursor_until(&c, ':');
    for (size_t i = next; i < LINES; i++) {
        int64_t kilobytes;
        if (name.len != lines[i].len || memcmp(name.data, lines[i].name, name.len) != 0)
            continue;
        if (ps_cursor_count(&c, &kilobytes))
            *(int64_t *)(void *)((char *)out + lines[i].offset) =
                kilobytes > INT64_MAX / 1024 ? INT64_MAX : kilobytes * 1024;
        return i + 1;
    }
    return next;
}

bool ps_smaps_next(struct ps_cursor *cursor, struct ps_smaps *out)
{
    struct ps_span line;
    size_t next = 0;
    do {
        if (!ps_cursor_line(cursor, &line))
            return false;
    } while (!ps_smaps_is_header(line));
    parse_header(line, out);
    set_unknown(out);
    for (;;) {
        struct ps_cursor before = *cursor;
        if (!ps_cursor_line(cursor, &line))
            return true;
        if (ps_smaps_is_header(line)) {
            *cursor = before;
            return true;
        }
        if (next < LINES)
            next = parse_figure(line, next, out);
    }
}

size_t ps_smaps_unescape(char *path, size_t len)
{
    size_t to = 0;
    for (size_t from = 0; from < len; to++) {
        bool newline = len - from >= 4 && memcmp(path + from, "\\012", 4) == 0;
        path[to] = newline ? '\n' : path[from];
        from += newline ? 4 : 1;
    }
    return to;
}

int64_t ps_smaps_add(int64_t a, int64_t b)
{
    if (a == PSUTIL_UNKNOWN || b == PSUTIL_UNKNOWN)
        return a == PSUTIL_UNKNOWN ? b : a;
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}
