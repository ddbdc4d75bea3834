#include "parse/stat.h"

#include <psutil/base.h>

bool ps_parse_stat_btime(const char *data, size_t len, int64_t *out)
{
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor words = ps_cursor_of_span(line);
        if (ps_span_starts(line, "btime ") && ps_cursor_skip_words(&words, 1))
            return ps_cursor_count(&words, out);
    }
    return false;
}

/* ---- CPU lines --------------------------------------------------------------------------------
 */

/* "cpu" alone, or with a number right behind it. */
static bool read_number(struct ps_cursor *in, int64_t *out)
{
    in->at += 3;
    if (!ps_cursor_done(in) && (*in->at == ' ' || *in->at == '\t')) {
        *out = PS_STAT_ALL_CPUS;
        return true;
    }
    return ps_cursor_count(in, out);
}

static bool parse_cpu(struct ps_span line, struct ps_stat_cpu *out)
{
    struct ps_cursor in = ps_cursor_of_span(line);
    if (!ps_span_starts(line, "cpu") || !read_number(&in, &out->number))
        return false;
    size_t column = ps_cursor_counts(&in, out->ticks, PS_STAT_COLUMNS);
    bool any = column > 0;
    while (column < PS_STAT_COLUMNS)
        out->ticks[column++] = PSUTIL_UNKNOWN;
    return any;
}

bool ps_stat_next_cpu(struct ps_cursor *cursor, struct ps_stat_cpu *out)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (parse_cpu(line, out))
            return true;
    return false;
}

/* A line without its newline may have been cut in the middle of a number. */
static bool next_whole_line(struct ps_cursor *cursor, struct ps_span *line)
{
    return ps_cursor_line(cursor, line) && line->data + line->len < cursor->end;
}

bool ps_stat_has_total(const char *data, size_t len)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_span line;
    while (next_whole_line(&c, &line))
        if (ps_span_starts(line, "cpu "))
            return true;
    return false;
}

bool ps_stat_has_cpus(const char *data, size_t len)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_span line;
    bool seen = false;
    while (ps_cursor_line(&c, &line)) {
        if (ps_span_starts(line, "cpu"))
            seen = true;
        else if (seen && line.len >= 3)
            return true;
    }
    return false;
}

/* ---- Counts -----------------------------------------------------------------------------------
 */

static inline bool skip(struct ps_cursor *line, const char *name)
{
    bool is_here = ps_span_starts((struct ps_span){line->at, (size_t)(line->end - line->at)}, name);
    line->at += is_here ? strlen(name) : 0;
    return is_here;
}

static int64_t *member(struct ps_stat_counts *out, struct ps_cursor *line)
{
    if (skip(line, "ctxt "))
        return &out->ctxt;
    if (skip(line, "intr "))
        return &out->intr;
    return skip(line, "softirq ") ? &out->softirq : NULL;
}

void ps_parse_stat_counts(const char *data, size_t len, struct ps_stat_counts *out)
{
    *out = (struct ps_stat_counts){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        int64_t *value = member(out, &in);
        if (value)
            ps_cursor_count(&in, value);
    }
}

/* A line that comes twice does not stand for one that is missing. Of a line that is cut, the sum is
 * whole when something follows it. */
bool ps_stat_has_counts(const char *data, size_t len)
{
    struct ps_stat_counts counts;
    ps_parse_stat_counts(data, len, &counts);
    return counts.ctxt != PSUTIL_UNKNOWN && counts.intr != PSUTIL_UNKNOWN &&
           counts.softirq != PSUTIL_UNKNOWN;
}
