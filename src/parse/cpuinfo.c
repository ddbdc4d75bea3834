#include "parse/cpuinfo.h"

#include <math.h>
#include <psutil/base.h>

/* Every key of interest begins with one of two letters, and most lines do not. */
static bool may_matter(struct ps_span line)
{
    return line.len > 0 && (line.data[0] == 'p' || line.data[0] == 'c');
}

/* A line that begins a CPU: "processor : 3", s390's "processor 3: version = …" and "cpu number :
 * 3". Old ARM kernels also write "Processor : ARMv7 …", about all of them. */
static bool begins_cpu(struct ps_span line, int64_t *number)
{
    if (!may_matter(line))
        return false;
    struct ps_cursor in = ps_cursor_of_span(line);
    struct ps_cursor short_form = in;
    if (ps_span_equal(ps_cursor_word(&short_form), "processor") &&
        ps_cursor_count(&short_form, number) && ps_cursor_accept(&short_form, ':'))
        return true;
    struct ps_span key = ps_span_trim(ps_cursor_until(&in, ':'));
    return (ps_span_equal(key, "processor") || ps_span_equal(key, "cpu number")) &&
           ps_cursor_count(&in, number);
}

static bool is_mhz(struct ps_span key)
{
    return ps_span_equal(key, "cpu MHz") || ps_span_equal(key, "clock") ||
           ps_span_equal(key, "cpu MHz dynamic");
}

/* Zero is what a kernel writes that does not know. */
static void read_mhz(struct ps_cursor *in, double *out)
{
    double mhz;
    if (ps_cursor_decimal(in, &mhz) && mhz > 0)
        *out = mhz;
}

static void read_line(struct ps_span line, struct ps_cpuinfo_cpu *out)
{
    if (!may_matter(line))
        return;
    struct ps_cursor in = ps_cursor_of_span(line);
    struct ps_span key = ps_span_trim(ps_cursor_until(&in, ':'));
    if (ps_span_equal(key, "physical id"))
        ps_cursor_i64(&in, &out->package);
    else if (ps_span_equal(key, "core id"))
        ps_cursor_i64(&in, &out->core);
    else if (is_mhz(key))
        read_mhz(&in, &out->mhz);
}

static bool find_first(struct ps_cursor *cursor, int64_t *number)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (begins_cpu(line, number))
            return true;
    return false;
}

bool ps_cpuinfo_next(struct ps_cursor *cursor, struct ps_cpuinfo_cpu *out)
{
    int64_t number;
    struct ps_span line;
    if (!find_first(cursor, &number))
        return false;
    *out = (struct ps_cpuinfo_cpu){number, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, NAN};
    struct ps_cursor ahead = *cursor;
    while (ps_cursor_line(&ahead, &line) && !begins_cpu(line, &number)) {
        read_line(line, out);
        *cursor = ahead;
    }
    return true;
}

static bool has_word(struct ps_cursor in, const char *word)
{
    struct ps_span found;
    while ((found = ps_cursor_word(&in)).len > 0)
        if (ps_span_equal(found, word))
            return true;
    return false;
}

bool ps_cpuinfo_is_uncounted(const char *data, size_t len)
{
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    bool any = false;
    while (ps_cursor_line(&c, &line)) {
        if (!ps_span_starts(line, "flags"))
            continue;
        struct ps_cursor in = ps_cursor_of_span(line);
        if (!ps_span_equal(ps_span_trim(ps_cursor_until(&in, ':')), "flags"))
            continue;
        if (has_word(in, "aperfmperf"))
            return false;
        any = true;
    }
    return any;
}
