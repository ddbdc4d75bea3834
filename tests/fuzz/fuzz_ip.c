#include "fuzz.h"

#include "parse/ip.h"

static void check_mask(size_t len, unsigned prefix)
{
    uint8_t mask[16];
    unsigned bits = 0;
    ps_ip_mask(mask, len, prefix);
    for (size_t i = 0; i < len * 8; i++)
        bits += mask[i / 8] >> (7 - i % 8) & 1;
    fuzz_need(bits == (prefix < len * 8 ? prefix : len * 8));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t address[16] = {0};
    char ip4[PS_IP4_TEXT], ip6[PS_IP6_TEXT], hardware[PS_HARDWARE_TEXT];
    char *data = fuzz_copy(bytes, size);
    memcpy(address, data, size < sizeof address ? size : sizeof address);
    fuzz_need(ps_ip4_text(address, ip4) == strlen(ip4));
    fuzz_need(ps_ip6_text(address, ip6) == strlen(ip6));
    fuzz_need(ps_hardware_text((const uint8_t *)data, size, hardware) == strlen(hardware));
    check_mask(4, address[0]);
    check_mask(16, address[0]);
    free(data);
    return 0;
}
