#include "parse/statm.h"

bool ps_parse_statm(const char *data, size_t len, struct ps_statm *out)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    return ps_cursor_count(&c, &out->size) && ps_cursor_count(&c, &out->resident) &&
           ps_cursor_count(&c, &out->shared) && ps_cursor_count(&c, &out->text) &&
           ps_cursor_count(&c, &out->lib) && ps_cursor_count(&c, &out->data) &&
           ps_cursor_count(&c, &out->dirty);
}
