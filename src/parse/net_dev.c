#include "parse/net_dev.h"

#include <string.h>

/* Columns: eight about receiving (bytes packets errs drop fifo frame compressed multicast), then
 * those about sending. */
static bool parse_counters(struct ps_cursor *c, struct ps_net_dev *out)
{
    return ps_cursor_count(c, &out->bytes_recv) && ps_cursor_count(c, &out->packets_recv) &&
           ps_cursor_count(c, &out->errin) && ps_cursor_count(c, &out->dropin) &&
           ps_cursor_skip_words(c, 4) && ps_cursor_count(c, &out->bytes_sent) &&
           ps_cursor_count(c, &out->packets_sent) && ps_cursor_count(c, &out->errout) &&
           ps_cursor_count(c, &out->dropout);
}

/* 0 without one. (Not memrchr(), which Windows lacks.) */
static size_t behind_last_colon(struct ps_span line)
{
    size_t after = 0;
    const char *colon;
    while (after < line.len && (colon = memchr(line.data + after, ':', line.len - after)))
        after = (size_t)(colon - line.data) + 1;
    return after;
}

/* A name may hold colons, the counters cannot: the last colon is the separator. Old kernels put no
 * blank behind it. */
static bool parse_line(struct ps_span line, struct ps_net_dev *out)
{
    size_t after = behind_last_colon(line);
    if (after == 0)
        return false;
    out->name = ps_span_trim((struct ps_span){line.data, after - 1});
    struct ps_cursor c = ps_cursor_of(line.data + after, line.len - after);
    return out->name.len > 0 && parse_counters(&c, out);
}

bool ps_parse_net_dev(struct ps_cursor *cursor, struct ps_net_dev *out)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (parse_line(line, out))
            return true;
    return false;
}
