#include "parse/net_dev.h"

#include "../test.h"

#define HEADING                                                                                    \
    "Inter-|   Receive                                                |  Transmit\n"               \
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop" \
    " fifo colls carrier compressed\n"

static struct ps_cursor over(const char *text)
{
    return ps_cursor_of(text, strlen(text));
}

static bool is_name(const struct ps_net_dev *dev, const char *name)
{
    return ps_span_equal(dev->name, name);
}

TEST(reads_the_columns)
{
    struct ps_net_dev dev;
    struct ps_cursor c = over(HEADING "  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
    REQUIRE(ps_parse_net_dev(&c, &dev));
    CHECK(is_name(&dev, "eth0"));
    CHECK_INT(dev.bytes_recv, 1);
    CHECK_INT(dev.packets_recv, 2);
    CHECK_INT(dev.errin, 3);
    CHECK_INT(dev.dropin, 4);
    CHECK_INT(dev.bytes_sent, 9);
    CHECK_INT(dev.packets_sent, 10);
    CHECK_INT(dev.errout, 11);
    CHECK_INT(dev.dropout, 12);
    CHECK(!ps_parse_net_dev(&c, &dev));
}

TEST(names_of_every_shape) /* corner case 26 */
{
    static const char *const lines[][2] = {
        {"eth0:1234567 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", "eth0"}, /* no blank behind the colon */
        {"eth0:1: 7 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", "eth0:1"},
        {"a:b:c:7 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", "a:b:c"},
        {"vlan7@eth0: 7 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", "vlan7@eth0"},
        {"fifteen_chars_x: 7 1 1 1 1 1 1 1 1 1 1 1\n", "fifteen_chars_x"},
        {"  lo: 18446744073709551615 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "lo"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct ps_net_dev dev;
        struct ps_cursor c = over(lines[i][0]);
        REQUIRE(ps_parse_net_dev(&c, &dev));
        CHECK(is_name(&dev, lines[i][1]));
        CHECK(dev.bytes_recv >= 7);
    }
}

TEST(broken_lines_are_skipped)
{
    struct ps_net_dev dev;
    struct ps_cursor c = over(HEADING "eth0: 1 2 3\n\n: 1 1 1 1 1 1 1 1 1 1 1 1\nx: a b c\n\xff:\n"
                                      "eth1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\neth2");
    REQUIRE(ps_parse_net_dev(&c, &dev));
    CHECK(is_name(&dev, "eth1"));
    CHECK(!ps_parse_net_dev(&c, &dev));
}

TEST(cut_at_every_byte)
{
    static const char text[] = HEADING "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1); /* so that valgrind sees a byte too many */
        struct ps_net_dev dev;
        memcpy(copy, text, len);
        struct ps_cursor c = ps_cursor_of(copy, len);
        bool found = ps_parse_net_dev(&c, &dev);
        CHECK(found == (len >= sizeof text - 1 - strlen(" 13 14 15 16\n") - 1));
        free(copy);
    }
}

int main(void)
{
    return run_tests();
}
