#include "parse/net_unix.h"

#include "../test.h"

#define HEADING "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define SOCKET "ffff8880059e9980: 00000002 00000000 00010000 0001 01 "

struct expected {
    uint64_t type, inode;
    const char *path;
};

static void check(const char *text, size_t len, const struct expected *expected, size_t count)
{
    struct ps_cursor c = ps_cursor_of(text, len);
    struct ps_net_unix out;
    for (size_t i = 0; i < count; i++) {
        REQUIRE(ps_parse_net_unix(&c, &out));
        CHECK_INT(out.type, expected[i].type);
        CHECK_INT(out.inode, expected[i].inode);
        CHECK(ps_span_equal(out.path, expected[i].path));
    }
    CHECK(!ps_parse_net_unix(&c, &out));
}

#define CHECK_PARSED(text, ...)                                                                    \
    do {                                                                                           \
        static const struct expected expected_[] = {__VA_ARGS__};                                  \
        check(text, sizeof(text) - 1, expected_, sizeof expected_ / sizeof *expected_);            \
    } while (0)

TEST(reads_sockets)
{
    CHECK_PARSED(HEADING SOCKET "17165 /run/a\n"
                                "ffff8880059e8440: 00000003 00000000 00000000 0005 03 17166\n"
                                "0: 00000003 000 000 0002 03 462170 @/tmp/dbus-Qw2hMPIU3n\n",
                 {1, 17165, "/run/a"}, {5, 17166, ""}, {2, 462170, "@/tmp/dbus-Qw2hMPIU3n"});
}

TEST(reads_whether_it_listens)
{
    static const char text[] = SOCKET "1 /a\n0: 00000003 00000000 00000000 0005 03 2\n";
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    struct ps_net_unix out;
    REQUIRE(ps_parse_net_unix(&c, &out));
    CHECK_INT(out.flags, 0x10000);
    CHECK_INT(out.state, 1);
    REQUIRE(ps_parse_net_unix(&c, &out));
    CHECK_INT(out.flags, 0);
    CHECK_INT(out.state, 3);
}

TEST(paths_hold_blanks_and_newlines) /* corner case 27 */
{
    CHECK_PARSED(SOCKET "1  two  blanks \n" SOCKET "2 /a\nb: c\n\nd\n" SOCKET "3 @\n" SOCKET "4\n",
                 {1, 1, " two  blanks "}, {1, 2, "/a\nb: c\n\nd"}, {1, 3, "@"}, {1, 4, ""});
}

TEST(broken_lines_are_skipped) /* corner case 27 */
{
    CHECK_PARSED("\nnonsense\n" SOCKET "x /bad\nffff8880059e8440: 00000003\n" SOCKET "7 /a\n"
                 "000000000000000000000000000000000000\nffff8880059e8440: 00000003 0 0\n" SOCKET
                 "8x /bad\n" SOCKET "9",
                 {1, 7, "/a"}, {1, 9, ""});
}

TEST(cut_at_every_byte)
{
    static const char text[] = SOCKET "7 /a";
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1);
        struct ps_net_unix out;
        memcpy(copy, text, len);
        struct ps_cursor c = ps_cursor_of(copy, len);
        CHECK(ps_parse_net_unix(&c, &out) == (len >= sizeof SOCKET));
        free(copy);
    }
}

int main(void)
{
    return run_tests();
}
