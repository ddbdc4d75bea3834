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
static bool begins_mapping(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static void set_unknown(struct ps_smaps *out)
{
    for (size_t i = 0; i < LINES; i++)
        *(int64_t *)(void *)((char *)out + lines[i].offset) = PSUTIL_UNKNOWN;
}

/* Most of the text is blanks that align it. */
static void skip_blanks(struct ps_cursor *c)
{
    static const char eight[] = "        ";
    while (c->end - c->at >= 8 && memcmp(c->at, eight, 8) == 0)
        c->at += 8;
    ps_cursor_skip_blanks(c);
}

/* Addresses, permissions, offset, device, inode, and after blanks the path: all that is left, since
 * it may hold blanks. */
static void parse_header(struct ps_span line, struct ps_smaps *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    out->addr = ps_cursor_until(&c, ' ');
    out->perms = ps_cursor_until(&c, ' ');
    for (int i = 0; i < 3; i++)
        ps_cursor_until(&c, ' ');
    skip_blanks(&c);
    out->path = (struct ps_span){c.at, (size_t)(c.end - c.at)};
}

/* The figure that a line is about, looked for from `next` on; NULL when it is none of the table's.
 */
static const struct smaps_line *figure_at(const struct ps_cursor *line,
                                          const struct smaps_line *next)
{
    size_t left = (size_t)(line->end - line->at);
    for (; next < lines + LINES; next++)
        if (left > next->len && line->at[next->len] == ':' &&
            memcmp(line->at, next->name, next->len) == 0)
            return next;
    return NULL;
}

static void parse_figure(const struct ps_cursor *line, const struct smaps_line *figure,
                         struct ps_smaps *out)
{
    struct ps_cursor c = {line->at + figure->len + 1, line->end};
    int64_t kilobytes;
    skip_blanks(&c);
    if (ps_cursor_count(&c, &kilobytes))
        *(int64_t *)(void *)((char *)out + figure->offset) =
            kilobytes > INT64_MAX / 1024 ? INT64_MAX : kilobytes * 1024;
}

/* Nearly all lines are equally long, with a unit at the end. None of the shorter ones is followed
 * by a line of figures that could be mistaken for its end. */
static void skip_line(struct ps_cursor *c)
{
    static const char usual[] = "Rss:                   8 kB\n";
    const size_t len = sizeof usual - 1, unit = 4;
    if ((size_t)(c->end - c->at) >= len &&
        memcmp(c->at + len - unit, usual + len - unit, unit) == 0)
        c->at += len;
    else
        ps_cursor_until(c, '\n');
}

bool ps_smaps_next(struct ps_cursor *cursor, struct ps_smaps *out)
{
    struct ps_span header;
    do {
        if (!ps_cursor_line(cursor, &header))
            return false;
    } while (header.len == 0 || !begins_mapping(header.data[0]));
    parse_header(header, out);
    set_unknown(out);
    const struct smaps_line *next = lines; /* figures come in the order of the table */
    for (; !ps_cursor_done(cursor) && !begins_mapping(*cursor->at); skip_line(cursor)) {
        const struct smaps_line *figure = figure_at(cursor, next);
        if (figure) {
            parse_figure(cursor, figure, out);
            next = figure + 1;
        }
    }
    return true;
}

size_t ps_smaps_unescape(char *path, size_t len)
{
    if (len == 0 || !memchr(path, '\\', len))
        return len;
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
