#include "parse/proc_stat.h"

#include <psutil/base.h>
#include <string.h>

/* The last ')' of a line; the name in front of it may hold any byte, ')' and newline too. Forward,
 * since it is near the beginning and memchr() is faster than any loop. */
static const char *last_paren(const char *data, size_t len)
{
    const char *last = NULL, *end = data + len;
    for (const char *at = data; at < end && (at = memchr(at, ')', (size_t)(end - at))); at++)
        last = at;
    return last;
}

/* Everything behind the name. The numbers are those of proc_pid_stat(5). */
static bool parse_numbers(struct ps_cursor *c, struct ps_proc_stat *out)
{
    int64_t *const fields[] = {
        [4] = &out->ppid,       [7] = &out->tty_nr,       [9] = &out->flags,
        [10] = &out->minflt,    [12] = &out->majflt,      [14] = &out->utime,
        [15] = &out->stime,     [16] = &out->cutime,      [17] = &out->cstime,
        [19] = &out->nice,      [20] = &out->num_threads, [22] = &out->starttime,
        [39] = &out->processor, [42] = &out->blkio,
    };
    const size_t last = sizeof fields / sizeof *fields - 1;
    for (size_t i = 4; i <= last; i++)
        if (fields[i] ? !ps_cursor_i64(c, fields[i]) : ps_cursor_word(c).len == 0)
            return i > 22;
    return true;
}

static void set_unknown(struct ps_proc_stat *out)
{
    *out = (struct ps_proc_stat){.ppid = PSUTIL_UNKNOWN,
                                 .tty_nr = PSUTIL_UNKNOWN,
                                 .flags = PSUTIL_UNKNOWN,
                                 .minflt = PSUTIL_UNKNOWN,
                                 .majflt = PSUTIL_UNKNOWN,
                                 .utime = PSUTIL_UNKNOWN,
                                 .stime = PSUTIL_UNKNOWN,
                                 .cutime = PSUTIL_UNKNOWN,
                                 .cstime = PSUTIL_UNKNOWN,
                                 .nice = PSUTIL_UNKNOWN,
                                 .num_threads = PSUTIL_UNKNOWN,
                                 .starttime = PSUTIL_UNKNOWN,
                                 .processor = PSUTIL_UNKNOWN,
                                 .blkio = PSUTIL_UNKNOWN};
}

bool ps_parse_proc_stat(const char *data, size_t len, struct ps_proc_stat *out)
{
    set_unknown(out);
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    if (!ps_cursor_i64(&c, &out->pid))
        return false;
    ps_cursor_skip_blanks(&c);
    const char *close = last_paren(c.at, (size_t)(c.end - c.at));
    if (!close || !ps_cursor_accept(&c, '(') || close < c.at)
        return false;
    out->comm = (struct ps_span){c.at, (size_t)(close - c.at)};
    c.at = close + 1;
    struct ps_span state = ps_cursor_word(&c);
    if (state.len != 1)
        return false;
    out->state = state.data[0];
    return parse_numbers(&c, out);
}
