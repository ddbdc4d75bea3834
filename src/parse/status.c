#include "parse/status.h"

#include <psutil/base.h>
#include <string.h>

enum kind { NUMBER, IDS, KILOBYTES };

struct status_line {
    const char *name;
    size_t len;
    enum kind kind;
    size_t offset;
};

/* In the order in which the kernel writes them (fs/proc/array.c:proc_pid_status). */
#define LINE(name, kind, member)                                                                   \
    {                                                                                              \
        name, sizeof(name) - 1, kind, offsetof(struct ps_status, member)                           \
    }
static const struct status_line lines[] = {
    LINE("Tgid", NUMBER, tgid),
    LINE("Uid", IDS, uids),
    LINE("Gid", IDS, gids),
    LINE("VmPeak", KILOBYTES, vm_peak),
    LINE("VmHWM", KILOBYTES, vm_hwm),
    LINE("RssAnon", KILOBYTES, rss_anon),
    LINE("RssFile", KILOBYTES, rss_file),
    LINE("RssShmem", KILOBYTES, rss_shmem),
    LINE("VmSwap", KILOBYTES, vm_swap),
    LINE("HugetlbPages", KILOBYTES, hugetlb),
    LINE("voluntary_ctxt_switches", NUMBER, voluntary),
    LINE("nonvoluntary_ctxt_switches", NUMBER, involuntary),
};
#define LINES (sizeof lines / sizeof *lines)

static void set_unknown(struct ps_status *out)
{
    int64_t *member = (int64_t *)out;
    for (size_t i = 0; i < sizeof *out / sizeof *member; i++)
        member[i] = PSUTIL_UNKNOWN;
}

static void parse_ids(struct ps_cursor *c, int64_t ids[3])
{
    int64_t read[3];
    if (ps_cursor_count(c, &read[0]) && ps_cursor_count(c, &read[1]) &&
        ps_cursor_count(c, &read[2]))
        memcpy(ids, read, sizeof read);
}

static void parse_value(const struct status_line *line, struct ps_cursor *c, struct ps_status *out)
{
    int64_t *member = (int64_t *)(void *)((char *)out + line->offset);
    int64_t value;
    if (line->kind == IDS)
        parse_ids(c, member);
    else if (ps_cursor_count(c, &value))
        *member = line->kind == NUMBER       ? value
                  : value > INT64_MAX / 1024 ? INT64_MAX
                                             : value * 1024;
}

void ps_parse_status(const char *data, size_t len, struct ps_status *out)
{
    set_unknown(out);
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span text;
    size_t next = 0; /* the lines come in order, so that each is looked for from here on */
    while (next < LINES && ps_cursor_line(&c, &text)) {
        struct ps_cursor in = ps_cursor_of_span(text);
        struct ps_span name = ps_cursor_until(&in, ':');
        for (size_t i = next; i < LINES; i++) {
            if (name.len != lines[i].len || memcmp(name.data, lines[i].name, name.len) != 0)
                continue;
            parse_value(&lines[i], &in, out);
            next = i + 1;
            break;
        }
    }
}

bool ps_parse_status_cpus(const char *data, size_t len, struct ps_span *list)
{
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        if (ps_span_equal(ps_cursor_until(&in, ':'), "Cpus_allowed_list")) {
            *list = ps_span_trim((struct ps_span){in.at, (size_t)(in.end - in.at)});
            return list->len > 0;
        }
    }
    return false;
}

bool ps_parse_status_rights(const char *data, size_t len, struct ps_status_rights *out)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_status_rights rights = {0};
    struct ps_span line;
    bool known = false;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        struct ps_span name = ps_cursor_word(&in);
        uint64_t mode;
        if (ps_span_equal(name, "CapEff:")) {
            ps_cursor_skip_blanks(&in);
            known = ps_cursor_hex(&in, &rights.effective);
        } else if (ps_span_equal(name, "Seccomp:")) {
            rights.filtered = !ps_cursor_u64(&in, &mode) || mode != 0;
        }
    }
    if (known)
        *out = rights;
    return known;
}
