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

/* How many of eight bytes are blanks. Each blank is made a zero, and zeros are counted; no sum goes
 * over into the byte beside it. */
static unsigned blanks_in(const char *bytes)
{
    const uint64_t every = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    word ^= every * ' ';
    word = ~(((word & every * 0x7f) + every * 0x7f) | word) & every * 0x80;
    return (unsigned)((word >> 7) * every >> 56);
}

/* Past `count` fields, to the blank in front of the next. Those that nobody asks for are most of
 * the line: they are counted by the blanks between them, of which the kernel writes one each. */
static void skip_fields(struct ps_cursor *c, unsigned count)
{
    const char *at = c->at;
    for (unsigned blanks; count > 0 && c->end - at >= 8; at += 8) {
        if ((blanks = blanks_in(at)) >= count)
            break;
        count -= blanks;
    }
    for (; at < c->end && (*at != ' ' || count > 0); at++)
        count -= *at == ' ';
    c->at = at;
}

#define NUMBER(number, member)                                                                     \
    {                                                                                              \
        number, offsetof(struct ps_proc_stat, member)                                              \
    }
static const struct {
    unsigned number;
    size_t offset;
} numbers[] = {
    NUMBER(4, ppid),
    NUMBER(7, tty_nr),
    NUMBER(PS_STAT_FLAGS, flags),
    NUMBER(10, minflt),
    NUMBER(PS_STAT_MAJFLT, majflt),
    NUMBER(14, utime),
    NUMBER(PS_STAT_STIME, stime),
    NUMBER(16, cutime),
    NUMBER(17, cstime),
    NUMBER(19, nice),
    NUMBER(20, num_threads),
    NUMBER(PS_STAT_STARTTIME, starttime),
    NUMBER(PS_STAT_PROCESSOR, processor),
    NUMBER(PS_STAT_ALL, blkio),
};
#undef NUMBER

/* Everything behind the state. */
static bool parse_numbers(struct ps_cursor *c, enum ps_stat_field last, struct ps_proc_stat *out)
{
    unsigned next = 4;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && numbers[i].number <= last; i++) {
        int64_t *member = (int64_t *)(void *)((char *)out + numbers[i].offset);
        skip_fields(c, numbers[i].number - next);
        if (!ps_cursor_i64(c, member))
            return numbers[i].number > PS_STAT_STARTTIME;
        next = numbers[i].number + 1;
    }
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

bool ps_parse_proc_stat(const char *data, size_t len, enum ps_stat_field last,
                        struct ps_proc_stat *out)
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
    return parse_numbers(&c, last, out);
}
