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
    LINE("MemShared", shared), /* before 2.6.32 */
    LINE("Slab", slab),
    LINE("SReclaimable", reclaimable),
};

/* Lengths differ more than names do, and most lines are of no interest: they are compared first. */
static int64_t *member(struct ps_meminfo *out, struct ps_span name)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (name.len == lines[i].len && memcmp(name.data, lines[i].name, name.len) == 0)
            return (int64_t *)(void *)((char *)out + lines[i].offset);
    return NULL;
}

static void set_unknown(struct ps_meminfo *out)
{
    *out = (struct ps_meminfo){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                               PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, false};
}

/* Lines read "Name:  123 kB"; some have no blank after the colon. */
void ps_parse_meminfo(const char *data, size_t len, struct ps_meminfo *out)
{
    set_unknown(out);
    out->cut = len > 0 && data[len - 1] != '\n';
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        int64_t *value = member(out, ps_cursor_until(&in, ':'));
        int64_t number;
        if (value && ps_cursor_count(&in, &number))
            *value = number > INT64_MAX / 1024 ? INT64_MAX : number * 1024;
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
