#include "parse/stat.h"

bool ps_parse_stat_btime(const char *data, size_t len, int64_t *out)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_cursor words = ps_cursor_of_span(line);
        if (ps_span_starts(line, "btime ") && ps_cursor_skip_words(&words, 1))
            return ps_cursor_count(&words, out);
    }
    return false;
}
