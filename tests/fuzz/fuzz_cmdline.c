#include "fuzz.h"

#include "parse/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cmdline words = ps_cmdline_of(data, size);
    struct ps_cursor variables = ps_cursor_of(data, size);
    struct ps_span span;
    size_t count = 0;
    while (ps_cmdline_next(&words, &span)) {
        fuzz_inside(span, data, size);
        fuzz_need(count++ <= size);
    }
    const char *at = variables.at;
    while (ps_environ_next(&variables, &span)) {
        fuzz_inside(span, data, size);
        fuzz_need(span.len > 1 && span.data[0] != '=' && memchr(span.data, '=', span.len));
        fuzz_moves(&variables, &at);
    }
    free(data);
    return 0;
}
