#include "parse/logind.h"

#include <psutil/base.h>

/* Values with special characters stand in quotes (systemd: basic/env-file.c). */
static struct ps_span unquote(struct ps_span value)
{
    if (value.len >= 2 && value.data[0] == '"' && value.data[value.len - 1] == '"')
        return (struct ps_span){value.data + 1, value.len - 2};
    return value;
}

static void take_count(struct ps_span value, int64_t *out)
{
    struct ps_cursor c = ps_cursor_of_span(value);
    ps_cursor_count(&c, out);
}

static void take(struct ps_span name, struct ps_span value, struct ps_logind_session *out)
{
    if (ps_span_equal(name, "USER"))
        out->user = value;
    else if (ps_span_equal(name, "TTY"))
        out->tty = value;
    else if (ps_span_equal(name, "DISPLAY"))
        out->display = value;
    else if (ps_span_equal(name, "REMOTE_HOST"))
        out->remote_host = value;
    else if (ps_span_equal(name, "LEADER"))
        take_count(value, &out->leader);
    else if (ps_span_equal(name, "REALTIME"))
        take_count(value, &out->since);
    else if (ps_span_equal(name, "CLASS"))
        out->is_of_user = ps_span_starts(value, "user");
    else if (ps_span_equal(name, "STATE"))
        out->is_closing = ps_span_equal(value, "closing");
}

bool ps_parse_logind_session(const char *data, size_t len, struct ps_logind_session *out)
{
    const struct ps_span none = {data, 0};
    *out = (struct ps_logind_session){.user = none,
                                      .tty = none,
                                      .display = none,
                                      .remote_host = none,
                                      .leader = PSUTIL_UNKNOWN,
                                      .since = PSUTIL_UNKNOWN,
                                      .is_of_user = true};
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor in = ps_cursor_of_span(line);
        struct ps_span name = ps_cursor_until(&in, '=');
        struct ps_span value = {in.at, (size_t)(in.end - in.at)};
        take(name, unquote(value), out);
    }
    return out->user.len > 0;
}
