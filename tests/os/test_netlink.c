#include "os/linux/netlink.h"

#include "../test.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

struct counts {
    size_t messages, restarts;
};

static void count_message(const struct nlmsghdr *message, void *user)
{
    struct counts *counts = user;
    counts->messages += message->nlmsg_type == RTM_NEWLINK;
}

static void count_restart(void *user)
{
    struct counts *counts = user;
    counts->messages = 0;
    counts->restarts++;
}

struct request {
    struct nlmsghdr header;
    struct ifinfomsg info;
};

static struct request links(void)
{
    return (struct request){
        .header = {.nlmsg_len = sizeof(struct request), .nlmsg_type = RTM_GETLINK}};
}

static size_t links_with_buffer(size_t size, size_t *restarts)
{
    struct ps_netlink netlink;
    struct counts counts = {0};
    struct ps_netlink_sink sink = {count_message, count_restart, &counts};
    struct request request = links();
    CHECK_INT(ps_netlink_open(&netlink, NETLINK_ROUTE), 0);
    netlink.size = size;
    CHECK_INT(ps_netlink_ask(&netlink, &request.header, true, &sink), 0);
    ps_netlink_close(&netlink);
    *restarts = counts.restarts;
    return counts.messages;
}

/* What does not fit is asked for again with more room, and comes once. */
TEST(a_cut_answer_is_asked_for_again)
{
    size_t once, again;
    size_t whole = links_with_buffer(PS_NETLINK_PIECE, &once);
    CHECK(whole > 0);
    CHECK_INT(once, 1);
    CHECK_INT(links_with_buffer(64, &again), whole);
    CHECK(again > 1);
}

TEST(the_kernel_says_why_it_refuses)
{
    struct ps_netlink netlink;
    struct counts counts = {0};
    struct ps_netlink_sink sink = {count_message, NULL, &counts};
    struct request request = links();
    request.info.ifi_index = 0x7ffffff0;
    REQUIRE(ps_netlink_open(&netlink, NETLINK_ROUTE) == 0);
    CHECK_INT(ps_netlink_ask(&netlink, &request.header, false, &sink), -1);
    CHECK_INT(errno, ENODEV);
    request.info.ifi_index = 1; /* the socket works on */
    CHECK_INT(ps_netlink_ask(&netlink, &request.header, false, &sink), 0);
    CHECK_INT(counts.messages, 1);
    ps_netlink_close(&netlink);
    CHECK_INT(ps_netlink_open(&netlink, 200), -1);
    ps_netlink_close(&netlink);
}

static struct ps_attributes attributes_of(const void *bytes, size_t len)
{
    struct ps_attribute nest = {0, bytes, len};
    return ps_attributes_in(&nest);
}

TEST(attributes)
{
    static const struct {
        struct nlattr first;
        uint32_t value;
        struct nlattr second;
        char text[8];
        struct nlattr third;
    } bytes = {{8, NLA_F_NESTED | 5}, 77, {4 + 3, 6}, "abc", {4, 7}};
    struct ps_attribute a;
    struct ps_attributes all = attributes_of(&bytes, sizeof bytes);
    REQUIRE(ps_attribute_next(&all, &a));
    CHECK_INT(a.type, 5);
    CHECK_INT(ps_attribute_u32(&a), 77);
    REQUIRE(ps_attribute_next(&all, &a));
    CHECK_INT(a.type, 6);
    CHECK_INT(ps_attribute_text_len(&a), 3);
    CHECK_INT(ps_attribute_u8(&a), 'a');
    CHECK_INT(ps_attribute_u32(&a), 0); /* too short */
}

TEST(broken_attributes_end_the_walk)
{
    static const struct nlattr broken[] = {{0, 1}, {3, 1}, {5, 1}, {UINT16_MAX, 1}};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct ps_attribute a;
        struct ps_attributes all = attributes_of(&broken[i], sizeof broken[i]);
        CHECK(!ps_attribute_next(&all, &a));
    }
    for (size_t len = 0; len <= 4; len++) {
        struct nlattr empty = {4, 9};
        struct ps_attribute a;
        struct ps_attributes all = attributes_of(&empty, len);
        CHECK(ps_attribute_next(&all, &a) == (len == 4));
    }
}

int main(void)
{
    return run_tests();
}
