#include "parse/net_tcp.h"

#include "../test.h"

/* Numbers are printed in the machine's order: texts are made from bytes here. */
static void put_address(char *to, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i += 4) {
        uint32_t word;
        memcpy(&word, bytes + i, 4);
        sprintf(to + 2 * i, "%08X", word);
    }
}

static const uint8_t v4[4] = {192, 0, 2, 1};
static const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

#define HEADING                                                                                    \
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "  \
    "inode\n"

TEST(reads_both_families)
{
    for (size_t size = 4; size <= 16; size += 12) {
        char address[33], text[600];
        struct ps_net_inet out;
        const uint8_t *bytes = size == 4 ? v4 : v6;
        put_address(address, bytes, size);
        snprintf(text, sizeof text,
                 HEADING " 123: %s:0050 %s:FFFF 08 00000000:00000001 00:00000000 00000000  1000"
                         "        0 4294967295 1 0000000000000000 100 0 0 10 0\n",
                 address, address);
        struct ps_cursor c = ps_cursor_of(text, strlen(text));
        REQUIRE(ps_parse_net_inet(&c, size, &out));
        CHECK(memcmp(out.local, bytes, size) == 0);
        CHECK(memcmp(out.remote, bytes, size) == 0);
        CHECK_INT(out.local_port, 80);
        CHECK_INT(out.remote_port, 65535);
        CHECK_INT(out.state, 8);
        CHECK_INT(out.inode, 4294967295);
        CHECK(!ps_parse_net_inet(&c, size, &out));
    }
}

TEST(reads_time_wait) /* corner case 27 */
{
    static const char text[] = "   0: 0100007F:A09E 0100007F:C5BB 06 00000000:00000000 03:00001732 "
                               "00000000     0        0 "
                               "0 3 0000000000000000                                      \n";
    struct ps_net_inet out;
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    REQUIRE(ps_parse_net_inet(&c, 4, &out));
    CHECK_INT(out.state, 6);
    CHECK_INT(out.inode, 0);
}

TEST(broken_lines_are_skipped)
{
    static const char text[] =
        "\n   0:\n   1: 0100007F\n   2: 0100007F:0050\n   3: 0100007F:0050 00000000:0000\n"
        "   4: 0100007F:0050 00000000:0000 0A\n"
        "   5: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0\n"
        "   6: 0100007G:0050 00000000:0000 0A 0:0 0:0 0 0 0 6\n"
        "   7: 0100007F-0050 00000000:0000 0A 0:0 0:0 0 0 0 7\n"
        "   8: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 x\n"
        "   9: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 9\n"
        "  10: 00000000000000000000000000000000:0050 00000000:0000 0A 0:0 0:0 0 0 0 10\n";
    struct ps_net_inet out;
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    REQUIRE(ps_parse_net_inet(&c, 4, &out));
    CHECK_INT(out.inode, 9);
    CHECK(!ps_parse_net_inet(&c, 4, &out));
}

TEST(cut_at_every_byte)
{
    static const char text[] = "   5: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 7";
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1);
        struct ps_net_inet out;
        memcpy(copy, text, len);
        struct ps_cursor c = ps_cursor_of(copy, len);
        CHECK(ps_parse_net_inet(&c, 4, &out) == (len == sizeof text - 1));
        free(copy);
    }
}

TEST(reads_if_inet6)
{
    static const char text[] = "20010db80102030405060708090a0b0c 02 40 00 80     eth0\n"
                               "zz010db80102030405060708090a0b0c 02 40 00 80     bad\n"
                               "20010db80102030405060708090a0b0c 02 ff 00 80     bad\n"
                               "20010db80102030405060708090a0b0c 02 40 00\n"
                               "00000000000000000000000000000001 01 80 10 80       lo\n";
    struct ps_if_inet6 out;
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    REQUIRE(ps_parse_if_inet6(&c, &out));
    CHECK(memcmp(out.address, v6, sizeof v6) == 0);
    CHECK_INT(out.index, 2);
    CHECK_INT(out.prefix, 64);
    CHECK(ps_span_equal(out.name, "eth0"));
    REQUIRE(ps_parse_if_inet6(&c, &out));
    CHECK_INT(out.prefix, 128);
    CHECK(ps_span_equal(out.name, "lo"));
    CHECK(!ps_parse_if_inet6(&c, &out));
}

int main(void)
{
    return run_tests();
}
