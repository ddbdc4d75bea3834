#include "parse/ip.h"

#include "../test.h"

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

static void same_as_inet_ntop(const uint8_t bytes[16])
{
    char wanted[INET6_ADDRSTRLEN], got[PS_IP6_TEXT];
    inet_ntop(AF_INET6, bytes, wanted, sizeof wanted);
    size_t len = ps_ip6_text(bytes, got);
    CHECK_STRING(got, wanted);
    CHECK_INT(len, strlen(wanted));
}

TEST(ip6_is_written_as_inet_ntop_does)
{
    static const char *const texts[] = {
        "::",         "::1",           "1::",           "::1.2.3.4",       "::ffff:1.2.3.4",
        "::fffe:1:2", "fe80::1",       "2001:db8::1",   "1:2:3:4:5:6:7:8", "1:0:3:4:5:6:7:8",
        "1:0:0:4::8", "::3:0:0:0:7:8", "1::4:0:0:0:8",  "0:0:3:0:0:6:0:0", "::0.0.255.255",
        "::1:0:0",    "ffff::",        "1:2:3:4:5:6::", "::2:3:4:5:6:7:8", "a:bc:def:1234::"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint8_t bytes[16];
        REQUIRE(inet_pton(AF_INET6, texts[i], bytes) == 1);
        same_as_inet_ntop(bytes);
    }
}

/* Every pattern of zero and other words. */
TEST(ip6_shortens_the_right_zeros)
{
#ifdef _WIN32
    SKIP("Windows writes other addresses than glibc with an IPv4 address in them");
#endif
    for (unsigned pattern = 0; pattern < 3 * 256; pattern++) {
        uint8_t bytes[16];
        for (unsigned i = 0; i < 8; i++) {
            bool zero = (pattern >> i & 1) == 0;
            bytes[2 * i] = zero || pattern < 256 ? 0 : 0xff;
            bytes[2 * i + 1] = zero ? 0 : pattern < 512 ? 0xa : 0xff;
        }
        same_as_inet_ntop(bytes);
    }
}

TEST(ip4_is_written_as_inet_ntop_does)
{
    static const uint8_t addresses[][4] = {
        {0, 0, 0, 0}, {127, 0, 0, 1}, {255, 255, 255, 255}, {10, 99, 100, 9}, {200, 20, 2, 109}};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        char wanted[INET_ADDRSTRLEN], got[PS_IP4_TEXT];
        inet_ntop(AF_INET, addresses[i], wanted, sizeof wanted);
        CHECK_INT(ps_ip4_text(addresses[i], got), strlen(wanted));
        CHECK_STRING(got, wanted);
    }
}

TEST(hardware_addresses_of_any_length) /* corner case 26 */
{
    static const uint8_t bytes[40] = {0x80, 0x00, 0x02, 0x08, 0xfe, 0x80, 0, 0,    0,    0,
                                      0,    0,    0xf4, 0x52, 0x14, 3,    0, 0x7b, 0xcb, 0xa1};
    char text[PS_HARDWARE_TEXT];
    ps_hardware_text(bytes, 20, text); /* InfiniBand */
    CHECK_STRING(text, "80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1");
    ps_hardware_text(bytes, 0, text);
    CHECK_STRING(text, "");
    CHECK_INT(ps_hardware_text(bytes, sizeof bytes, text), PS_HARDWARE_TEXT - 1);
}

TEST(masks_of_prefixes)
{
    uint8_t mask[4];
    char text[PS_IP4_TEXT];
    static const struct {
        unsigned prefix;
        const char *text;
    } cases[] = {{0, "0.0.0.0"},          {1, "128.0.0.0"},        {8, "255.0.0.0"},
                 {20, "255.255.240.0"},   {31, "255.255.255.254"}, {32, "255.255.255.255"},
                 {255, "255.255.255.255"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ps_ip_mask(mask, sizeof mask, cases[i].prefix);
        ps_ip4_text(mask, text);
        CHECK_STRING(text, cases[i].text);
    }
}

int main(void)
{
    return run_tests();
}
