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
#define OWNERS 3             /* so many of them tell whose it is */
#define SWITCHES (LINES - 2) /* from here on they tell how often it gave way */

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

/* What a line tells, if it is one of the table's from `next` on, before `end`. Returns where the
 * next one is to be looked for. */
static size_t parse_line(struct ps_span text, size_t next, size_t end, struct ps_status *out)
{
    struct ps_cursor in = ps_cursor_of_span(text);
    struct ps_span name = ps_cursor_until(&in, ':');
    for (size_t i = next; i < end; i++) {
        if (name.len != lines[i].len || memcmp(name.data, lines[i].name, name.len) != 0)
            continue;
        parse_value(&lines[i], &in, out);
        return i + 1;
    }
    return next;
}

/* Takes the last line off. */
static bool take_last_line(struct ps_cursor *c, struct ps_span *line)
{
    if (ps_cursor_done(c))
        return false;
    const char *end = c->end - (c->end[-1] == '\n'), *at = end;
    while (at > c->at && at[-1] != '\n')
        at--;
    *line = (struct ps_span){at, (size_t)(end - at)};
    c->end = at;
    return true;
}

/* From the end, where nothing but what an architecture adds is behind them. */
static void parse_switches(struct ps_cursor *c, struct ps_status *out)
{
    struct ps_span text;
    while (out->voluntary == PSUTIL_UNKNOWN && take_last_line(c, &text))
        parse_line(text, SWITCHES, LINES, out);
}

void ps_parse_status(const char *data, size_t len, enum ps_status_part part, struct ps_status *out)
{
    set_unknown(out);
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span text;
    if (part == PS_STATUS_SWITCHES) {
        parse_switches(&c, out);
        return;
    }
    size_t next = 0; /* the lines come in order, so that each is looked for from here on */
    const size_t end = part == PS_STATUS_OWNER ? OWNERS : LINES;
    while (next < end && ps_cursor_line(&c, &text))
        next = parse_line(text, next, end, out);
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
