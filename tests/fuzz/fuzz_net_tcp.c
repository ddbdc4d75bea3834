#include "fuzz.h"

#include "parse/net_tcp.h"

static void walk(const char *data, size_t size, size_t address_len)
{
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_net_inet entry;
    while (ps_parse_net_inet(&c, address_len, &entry))
        fuzz_moves(&c, &at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_if_inet6 address;
    walk(data, size, 4);
    walk(data, size, 16);
    while (ps_parse_if_inet6(&c, &address)) {
        fuzz_inside(address.name, data, size);
        fuzz_moves(&c, &at);
    }
    free(data);
    return 0;
}
