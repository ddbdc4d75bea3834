#include "fuzz.h"

#include "parse/net_unix.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_net_unix entry;
    while (ps_parse_net_unix(&c, &entry)) {
        fuzz_inside(entry.path, data, size);
        fuzz_moves(&c, &at);
    }
    free(data);
    return 0;
}
