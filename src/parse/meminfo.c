#include "parse/meminfo.h"

#include <psutil/base.h>
#include <string.h>

struct meminfo_line {
    const char *name;
    size_t len;
    size_t offset;
};

#define LINE(name, member)                                                                         \
    {                                                                                              \
        name, sizeof(name) - 1, offsetof(struct ps_meminfo, member)                                \
    }
static const struct meminfo_line lines[] = {
    LINE("MemTotal", total),
    LINE("MemFree", free),
    LINE("MemAvailable", available),
    LINE("Buffers", buffers),
    LINE("Cached", cached),
    LINE("Active", active),
    LINE("Inactive", inactive),
    LINE("Active(file)", active_file),
    LINE("Inactive(file)", inactive_file),
    LINE("SwapTotal", swap_total),
    LINE("SwapFree", swap_free),
    LINE("Shmem", shared),
    LINE("Slab", slab),
    LINE("SReclaimable", reclaimable),
    LINE("MemShared", shared), /* before 2.6.32, instead of Shmem */
};
enum { LINES = sizeof lines / sizeof *lines, ALL_OF_TODAY = (1 << (LINES - 1)) - 1 };

static bool is_line(size_t i, struct ps_span name)
{
    return name.len == lines[i].len && memcmp(name.data, lines[i].name, name.len) == 0;
}

/* The line of this name, or LINES. `next` is where the kernel, which has the same order, would be:
 * there it is looked for first. Most names are of no interest, and differ in length already. */
static size_t find_line(struct ps_span name, size_t next)
{
    size_t i = next;
    if (i < LINES && is_line(i, name))
        return i;
    for (i = 0; i < LINES && !is_line(i, name); i++)
        continue;
    return i;
}

static void set(struct ps_meminfo *out, size_t line, int64_t number)
{
    int64_t *member = (int64_t *)(void *)((char *)out + lines[line].offset);
    *member = number > INT64_MAX / 1024 ? INT64_MAX : number * 1024;
}

static void set_unknown(struct ps_meminfo *out)
{
    *out = (struct ps_meminfo){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, false};
}

/* Lines read "Name:  123 kB"; some have no blank after the colon. The kernel has more lines behind
 * those wanted than before them. */
void ps_parse_meminfo(const char *data, size_t len, struct ps_meminfo *out)
{
    set_unknown(out);
    out->cut = len > 0 && data[len - 1] != '\n';
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    size_t next = 0;
    unsigned seen = 0;
    while (seen != ALL_OF_TODAY && ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        int64_t number;
        size_t found = find_line(ps_cursor_until(&in, ':'), next);
        if (found < LINES && ps_cursor_count(&in, &number)) {
            set(out, found, number);
            seen |= 1u << found;
            next = found + 1;
        }
    }
}

void ps_parse_vmstat_swap(const char *data, size_t len, int64_t *in, int64_t *out)
{
    *in = *out = PSUTIL_UNKNOWN;
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        if (!ps_span_starts(line, "pswp"))
            continue;
        struct ps_cursor words = ps_cursor_of_span(line);
        struct ps_span name = ps_cursor_word(&words);
        if (ps_span_equal(name, "pswpin"))
            ps_cursor_count(&words, in);
        else if (ps_span_equal(name, "pswpout"))
            ps_cursor_count(&words, out);
    }
}

bool ps_vmstat_has_swap(const char *data, size_t len)
{
    int64_t in, out;
    ps_parse_vmstat_swap(data, len, &in, &out);
    return in != PSUTIL_UNKNOWN && out != PSUTIL_UNKNOWN;
}

int64_t ps_parse_zoneinfo_low(const char *data, size_t len)
{
    int64_t sum = 0;
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor words = ps_cursor_of_span(line);
        int64_t pages;
        if (ps_span_equal(ps_cursor_word(&words), "low") && ps_cursor_count(&words, &pages) &&
            pages < INT64_MAX - sum)
            sum += pages;
    }
    return sum;
}

/* Lines read "name  type  value" (module/os/linux/spl/spl-kstat.c of OpenZFS). */
bool ps_parse_arcstats(const char *data, size_t len, int64_t *size, int64_t *least)
{
    bool has_size = false, has_least = false;
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor words = ps_cursor_of_span(line);
        struct ps_span name = ps_cursor_word(&words);
        ps_cursor_word(&words);
        if (ps_span_equal(name, "size"))
            has_size = ps_cursor_count(&words, size);
        else if (ps_span_equal(name, "c_min"))
            has_least = ps_cursor_count(&words, least);
    }
    return has_size && has_least;
}
