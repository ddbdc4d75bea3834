#include "parse/limits.h"

static const struct {
    const char *name;
    int64_t resource;
} names[] = {
    {"Max cpu time", PSUTIL_RLIMIT_CPU},
    {"Max file size", PSUTIL_RLIMIT_FSIZE},
    {"Max data size", PSUTIL_RLIMIT_DATA},
    {"Max stack size", PSUTIL_RLIMIT_STACK},
    {"Max core file size", PSUTIL_RLIMIT_CORE},
    {"Max resident set", PSUTIL_RLIMIT_RSS},
    {"Max processes", PSUTIL_RLIMIT_NPROC},
    {"Max open files", PSUTIL_RLIMIT_NOFILE},
    {"Max locked memory", PSUTIL_RLIMIT_MEMLOCK},
    {"Max address space", PSUTIL_RLIMIT_AS},
    {"Max file locks", PSUTIL_RLIMIT_LOCKS},
    {"Max pending signals", PSUTIL_RLIMIT_SIGPENDING},
    {"Max msgqueue size", PSUTIL_RLIMIT_MSGQUEUE},
    {"Max nice priority", PSUTIL_RLIMIT_NICE},
    {"Max realtime priority", PSUTIL_RLIMIT_RTPRIO},
    {"Max realtime timeout", PSUTIL_RLIMIT_RTTIME},
};

static bool parse_limit(struct ps_cursor *c, int64_t *out)
{
    struct ps_cursor before = *c;
    if (ps_cursor_count(c, out))
        return true;
    *c = before;
    *out = PSUTIL_RLIM_INFINITY;
    return ps_span_equal(ps_cursor_word(c), "unlimited");
}

/* A name is followed by a blank: "Max processes" is no other name's beginning. */
static bool parse_line(struct ps_span line, struct ps_limit *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!ps_span_starts(line, names[i].name))
            continue;
        struct ps_cursor c = ps_cursor_of_span(line);
        for (const char *name = names[i].name; *name; name++)
            ps_cursor_accept(&c, *name);
        out->resource = names[i].resource;
        return ps_cursor_accept(&c, ' ') && parse_limit(&c, &out->soft) &&
               parse_limit(&c, &out->hard);
    }
    return false;
}

bool ps_limits_next(struct ps_cursor *cursor, struct ps_limit *out)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (parse_line(line, out))
            return true;
    return false;
}
