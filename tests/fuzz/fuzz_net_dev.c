#include "fuzz.h"

#include "parse/net_dev.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_net_dev dev;
    while (ps_parse_net_dev(&c, &dev)) {
        fuzz_inside(dev.name, data, size);
        fuzz_counts(&dev.bytes_recv, 8);
        fuzz_moves(&c, &at);
    }
    free(data);
    return 0;
}
