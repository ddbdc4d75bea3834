#include "addresses.h"

#include <string.h>

/* How many addresses of a kind were met before this one. */
static uint32_t number_of(struct names *names, char kind, const uint8_t *address, size_t len)
{
    char key[65];
    key[0] = kind;
    size_t key_len = len < sizeof key ? len : sizeof key - 1;
    memcpy(key + 1, address, key_len);
    struct map_entry *entry = map_find(&names->ends, key, key_len + 1);
    if (entry)
        return (uint32_t)entry->count;
    struct map_entry *all = map_add(&names->ends, &kind, 1);
    uint32_t number = all ? (uint32_t)all->count++ : 0;
    if ((entry = map_add(&names->ends, key, key_len + 1)))
        entry->count = number;
    return number;
}

static bool all_are(const uint8_t *bytes, size_t len, uint8_t value)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void put_ip4(uint8_t out[4], uint32_t address)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(address >> (24 - 8 * i));
}

/* The three networks for documentation, and where they are full the one for benchmarks (RFC 2544):
 * 762 and 131,072 hosts. */
static uint32_t documentation(uint32_t number)
{
    static const uint32_t networks[] = {0xc0000200, 0xc6336400, 0xcb007100};
    if (number < 3 * 254)
        return networks[number / 254] + 1 + number % 254;
    return 0xc6120000 + (number - 3 * 254) % 0x20000;
}

void address_ip4(struct names *names, uint8_t address[4])
{
    bool stays = address[0] == 0 || address[0] == 127 || all_are(address, 4, 255) ||
                 (address[0] == 224 && address[1] == 0 && address[2] == 0);
    if (stays)
        return;
    if (address[0] == 169 && address[1] == 254)
        put_ip4(address, 0xa9fe0101 + number_of(names, 'l', address, 4) % 0xf000);
    else if (address[0] >= 224 && address[0] < 240)
        put_ip4(address, 0xe9fc0000 + number_of(names, 'g', address, 4) % 0x400);
    else
        put_ip4(address, documentation(number_of(names, '4', address, 4)));
}

/* The prefix, nothing, and the number. */
static void put_ip6(uint8_t out[16], const uint8_t *prefix, size_t len, uint32_t number)
{
    memset(out, 0, 16);
    memcpy(out, prefix, len);
    put_ip4(out + 12, number + 1);
}

void address_ip6(struct names *names, uint8_t address[16])
{
    static const uint8_t example[] = {0x20, 0x01, 0x0d, 0xb8}, link[] = {0xfe, 0x80};
    bool is_low = all_are(address, 10, 0);
    if (all_are(address, 15, 0) && address[15] < 2)
        return; /* none, and loopback */
    if (is_low && all_are(address + 10, 2, 255)) {
        address_ip4(names, address + 12);
    } else if (address[0] == 0xff && all_are(address + 2, 12, 0)) {
        return; /* the groups that every host knows */
    } else if (address[0] == 0xff) {
        uint8_t group[6] = {0xff, address[1], 0x0d, 0xb8, 0x0d, 0xb8};
        put_ip6(address, group, sizeof group, number_of(names, 'G', address, 16));
    } else if (address[0] == 0xfe && (address[1] & 0xc0) == 0x80) {
        put_ip6(address, link, sizeof link, number_of(names, 'L', address, 16));
    } else {
        put_ip6(address, example, sizeof example, number_of(names, '6', address, 16));
    }
}

void address_hardware(struct names *names, uint8_t *address, size_t len)
{
    static const uint8_t example[] = {0x00, 0x00, 0x5e, 0x00, 0x53}, local[] = {0x02, 0x00, 0x5e};
    if (len == 0 || all_are(address, len, 0) || all_are(address, len, 255))
        return;
    if (len == 4) { /* a tunnel's is that of its end */
        address_ip4(names, address);
        return;
    }
    uint32_t number = number_of(names, 'h', address, len);
    memset(address, 0, len);
    if (len < 6) {
        address[len - 1] = (uint8_t)(number + 1);
        return;
    }
    uint8_t *last = address + len - 6;
    memcpy(last, example, sizeof example);
    last[5] = (uint8_t)number;
    if (number > 255) {
        memcpy(last, local, sizeof local);
        last[3] = (uint8_t)(number >> 16);
        last[4] = (uint8_t)(number >> 8);
    }
}
