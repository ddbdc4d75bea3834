/* Interfaces: compared with getifaddrs() and /sys, in a namespace of their own where odd ones are
 * made, and of invented machines. */
#include "../root.h"
#include "os/linux/interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <sys/wait.h>

static psutil *ctx;

static const psutil_snicaddr *find_address(const psutil_snicaddr_list *list, const char *name,
                                           const char *address)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, name) == 0 && list->items[i].address &&
            strcmp(list->items[i].address, address) == 0)
            return &list->items[i];
    return NULL;
}

static const psutil_snicstats *find_stats(const psutil_snicstats_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

/* ---- Against getifaddrs() and /sys --------------------------------------------------------------
 */

/* The text of an address as getnameinfo() would write it; false for other families. */
static bool text_of(const struct sockaddr *a, const char *name, char text[128])
{
    if (a && a->sa_family == AF_INET)
        return inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, text,
                         128) != NULL;
    if (a && a->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)a;
        inet_ntop(AF_INET6, &v6->sin6_addr, text, 128);
        if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
            snprintf(text + strlen(text), 32, "%%%.15s", name);
        return true;
    }
    if (!a || a->sa_family != AF_PACKET)
        return false;
    const struct sockaddr_ll *link = (const void *)a;
    *text = '\0';
    for (size_t i = 0; i < link->sll_halen && i < 32; i++)
        sprintf(text + strlen(text), "%s%02x", i ? ":" : "", link->sll_addr[i]);
    return link->sll_halen > 0;
}

TEST(addresses_are_those_of_getifaddrs)
{
    struct ifaddrs *first;
    psutil_snicaddr_list *list;
    size_t expected = 0;
    REQUIRE(getifaddrs(&first) == 0);
    REQUIRE(psutil_net_if_addrs(&list, ctx) == 0);
    for (const struct ifaddrs *a = first; a; a = a->ifa_next) {
        char text[128];
        if (!text_of(a->ifa_addr, a->ifa_name, text))
            continue;
        expected++;
        const psutil_snicaddr *row = find_address(list, a->ifa_name, text);
        if (!row)
            printf("# %s %s is missing\n", a->ifa_name, text);
        REQUIRE(row != NULL);
        if (a->ifa_addr->sa_family != AF_PACKET) {
            CHECK(text_of(a->ifa_netmask, "", text));
            text[strcspn(text, "%")] = '\0'; /* fe80:: masks */
            CHECK_STRING(row->netmask, text);
        } else {
            CHECK(row->netmask == NULL);
        }
    }
    CHECK_INT(list->len, expected);
    freeifaddrs(first);
    psutil_free(list);
}

TEST(rows_of_an_interface_are_in_order)
{
    psutil_snicaddr_list *list;
    REQUIRE(psutil_net_if_addrs(&list, ctx) == 0);
    REQUIRE(list->len > 0);
    for (size_t i = 1; i < list->len; i++)
        if (strcmp(list->items[i].name, list->items[i - 1].name) == 0)
            CHECK(list->items[i].family >= list->items[i - 1].family);
    psutil_free(list);
}

TEST(mtu_is_that_of_sys)
{
    psutil_snicstats_list *list;
    struct ps_dir sys = ps_sys(ctx);
    REQUIRE(psutil_net_if_stats(&list, ctx) == 0);
    REQUIRE(list->len > 0);
    for (size_t i = 0; i < list->len; i++) {
        char name[64];
        int64_t mtu;
        snprintf(name, sizeof name, "class/net/%s/mtu", list->items[i].name);
        REQUIRE(ps_read_number(&sys, name, &mtu));
        CHECK_INT(list->items[i].mtu, mtu);
        CHECK(list->items[i].flags != NULL);
        CHECK_INT(list->items[i].isup, strstr(list->items[i].flags, "running") != NULL);
    }
    psutil_free(list);
}

TEST(loopback)
{
    psutil_snicaddr_list *list;
    REQUIRE(psutil_net_if_addrs(&list, ctx) == 0);
    const psutil_snicaddr *v4 = find_address(list, "lo", "127.0.0.1");
    const psutil_snicaddr *link = find_address(list, "lo", "00:00:00:00:00:00");
    REQUIRE(v4 && link);
    CHECK_STRING(v4->netmask, "255.0.0.0");
    CHECK(v4->broadcast == NULL && v4->ptp == NULL);
    CHECK_INT(link->family, PSUTIL_AF_LINK);
    CHECK(link->broadcast == NULL && link->ptp == NULL && link->netmask == NULL);
    psutil_free(list);
}

/* ---- Odd interfaces -----------------------------------------------------------------------------
 */

static const char *const commands[] = {
    "ip link set lo up",
    "ip link add a@b type veth peer name fifteen_chars_x",
    "ip link set a@b up",
    "ip link set fifteen_chars_x up promisc on",
    "ip addr add 192.0.2.1/24 brd + dev a@b",
    "ip addr add 192.0.2.9/24 dev a@b label a@b:9",
    "ip addr add 198.51.100.1/25 dev a@b",
    "ip addr add 203.0.113.1 peer 203.0.113.2 dev a@b",
    "ip -6 addr add 2001:db8:1::1 peer 2001:db8:1::2 dev a@b nodad",
    "ip link add down0 type veth peer name down1",
    "ip link set down0 up mtu 1280",
};

/* Makes them in a namespace of this process; false when that is not allowed. */
static bool make_interfaces(void)
{
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char quiet[200];
        snprintf(quiet, sizeof quiet, "%s >/dev/null 2>&1", commands[i]);
        if (system(quiet) != 0)
            return false;
    }
    return true;
}

static void check_odd_addresses(void)
{
    psutil_snicaddr_list *list;
    REQUIRE(psutil_net_if_addrs(&list, ctx) == 0);
    const psutil_snicaddr *with = find_address(list, "a@b", "192.0.2.1");
    const psutil_snicaddr *without = find_address(list, "a@b", "198.51.100.1");
    const psutil_snicaddr *peer = find_address(list, "a@b", "203.0.113.1");
    const psutil_snicaddr *peer6 = find_address(list, "a@b", "2001:db8:1::1");
    REQUIRE(with && without && peer && peer6);
    CHECK(find_address(list, "a@b:9", "192.0.2.9") != NULL); /* named by its label */
    CHECK_STRING(with->broadcast, "192.0.2.255");
    CHECK(with->ptp == NULL);
    CHECK_STRING(without->netmask, "255.255.255.128");
    CHECK(without->broadcast == NULL && without->ptp == NULL);
    CHECK(peer->broadcast == NULL);
    CHECK_STRING(peer->ptp, "203.0.113.2");
    CHECK_STRING(peer6->ptp, "2001:db8:1::2");
    psutil_free(list);
}

static void check_odd_links(void)
{
    psutil_snicstats_list *list;
    REQUIRE(psutil_net_if_stats(&list, ctx) == 0);
    const psutil_snicstats *up = find_stats(list, "fifteen_chars_x");
    const psutil_snicstats *down = find_stats(list, "down0"), *lo = find_stats(list, "lo");
    REQUIRE(up && down && lo);
    CHECK_INT(list->len, 5);
    CHECK_INT(up->isup, 1);
    CHECK_STRING(up->flags, "up,broadcast,running,promisc,multicast");
    CHECK_INT(up->speed, 10000); /* drivers/net/veth.c:veth_get_link_ksettings */
    CHECK_INT(up->duplex, PSUTIL_NIC_DUPLEX_FULL);
    CHECK_INT(down->isup, 0); /* up, but its other end is not */
    CHECK_STRING(down->flags, "up,broadcast,multicast");
    CHECK_INT(down->mtu, 1280);
    CHECK_INT(lo->speed, PSUTIL_UNKNOWN);
    CHECK_INT(lo->duplex, PSUTIL_NIC_DUPLEX_UNKNOWN);
    psutil_free(list);
}

static void check_odd_counters(void)
{
    psutil_snetio_list *list;
    bool seen = false;
    REQUIRE(psutil_net_io_counters_pernic(&list, ctx, NULL) == 0);
    for (size_t i = 0; i < list->len; i++)
        seen |= strcmp(list->items[i].name, "a@b") == 0;
    CHECK(seen);
    psutil_free(list);
}

/* The ioctls are the way of kernels without ethtool's netlink; both must say the same. */
static void check_both_ways_of_ethtool(void)
{
    psutil_snicstats_list *dump, *single;
    _Atomic int *family = &ps_linux_of(ctx)->ethtool_family;
    REQUIRE(psutil_net_if_stats(&dump, ctx) == 0);
    int saved = *family;
    *family = 1; /* as where the kernel has no such family */
    REQUIRE(psutil_net_if_stats(&single, ctx) == 0);
    *family = saved;
    REQUIRE(dump->len == single->len);
    for (size_t i = 0; i < dump->len; i++) {
        CHECK_INT(dump->items[i].speed, single->items[i].speed);
        CHECK_INT(dump->items[i].duplex, single->items[i].duplex);
    }
    psutil_free(dump);
    psutil_free(single);
}

static void many_interfaces(void)
{
    psutil_snicstats_list *stats;
    psutil_snicaddr_list *addresses;
    if (system("for i in $(seq 60); do ip link add v$i type veth peer name w$i; done") != 0)
        return;
    REQUIRE(psutil_net_if_stats(&stats, ctx) == 0);
    REQUIRE(psutil_net_if_addrs(&addresses, ctx) == 0);
    CHECK_INT(stats->len, 125);
    CHECK(find_stats(stats, "v60") && find_stats(stats, "w1"));
    CHECK(addresses->len >= 125);
    psutil_free(stats);
    psutil_free(addresses);
}

/* In a child, since a namespace cannot be left again. */
static int in_namespace(void (*check)(void))
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (!make_interfaces())
            _exit(77);
        check();
        fflush(stdout);
        _exit(test_failures != 0);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define IN_NAMESPACE(check)                                                                        \
    do {                                                                                           \
        int code_ = in_namespace(check);                                                           \
        if (code_ == 77)                                                                           \
            SKIP("cannot make network interfaces here");                                           \
        CHECK_INT(code_, 0);                                                                       \
    } while (0)

TEST(addresses_with_and_without_broadcast) /* corner case 26 */
{
    IN_NAMESPACE(check_odd_addresses);
}

TEST(links_up_and_down)
{
    IN_NAMESPACE(check_odd_links);
}

TEST(a_name_with_a_sign) /* corner case 26 */
{
    IN_NAMESPACE(check_odd_counters);
}

TEST(ethtool_by_netlink_and_by_ioctl) /* corner case 26 */
{
    IN_NAMESPACE(check_both_ways_of_ethtool);
}

TEST(more_interfaces_than_fit_into_one_answer)
{
    IN_NAMESPACE(many_interfaces);
}

TEST(speeds_that_mean_unknown) /* corner case 26 */
{
    CHECK_INT(ps_link_speed(1000), 1000);
    CHECK_INT(ps_link_speed(400000), 400000);
    CHECK_INT(ps_link_speed(0), PSUTIL_UNKNOWN);
    CHECK_INT(ps_link_speed(-1), PSUTIL_UNKNOWN);
    CHECK_INT(ps_link_speed(65535), PSUTIL_UNKNOWN);
    CHECK_INT(ps_link_speed(4294967295), PSUTIL_UNKNOWN);
    CHECK_INT(ps_link_duplex(0), PSUTIL_NIC_DUPLEX_HALF);
    CHECK_INT(ps_link_duplex(1), PSUTIL_NIC_DUPLEX_FULL);
    CHECK_INT(ps_link_duplex(255), PSUTIL_NIC_DUPLEX_UNKNOWN);
}

/* ---- Another root -------------------------------------------------------------------------------
 */

static psutil *elsewhere;

static void add_link(const struct root *root, const char *name, const char *const files[][2])
{
    for (size_t i = 0; files[i][0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "sys/class/net/%s/%s", name, files[i][0]);
        root_file(root, path, files[i][1]);
    }
}

static const char *const eth9[][2] = {{"ifindex", "9\n"},
                                      {"flags", "0x1003\n"},
                                      {"operstate", "up\n"},
                                      {"mtu", "9000\n"},
                                      {"speed", "25000\n"},
                                      {"duplex", "full\n"},
                                      {"address", "0A:00:00:00:00:01\n"},
                                      {"broadcast", "ff:ff:ff:ff:ff:ff\n"},
                                      {NULL, NULL}};
static const char *const ib8[][2] = {
    {"ifindex", "8\n"},
    {"flags", "0x1003\n"},
    {"operstate", "down\n"},
    {"speed", "4294967295\n"},
    {"address", "80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1\n"},
    {"broadcast", "00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff\n"},
    {NULL, NULL}};
static const char *const empty7[][2] = {{"ifindex", ""}, {"address", ""}, {NULL, NULL}};

static void open_machine(struct root *root)
{
    *root = root_make();
    elsewhere = root_open(root);
    add_link(root, "eth9", eth9);
    add_link(root, "ib8", ib8);
    add_link(root, "empty7", empty7);
    root_file(root, "sys/class/net/bonding_masters", "bond0\n");
    root_file(root, "proc/net/if_inet6",
              "20010db8000000000000000000000001 09 40 00 80     eth9\n"
              "fe800000000000000000000000000001 09 40 20 80     eth9\n"
              "20010db8000000000000000000000002 0b 30 00 80     tun11\n");
}

TEST(links_of_another_root) /* corner case 26 */
{
    struct root root;
    psutil_snicstats_list *list;
    open_machine(&root);
    REQUIRE(psutil_net_if_stats(&list, elsewhere) == 0);
    REQUIRE(list->len == 3);
    const psutil_snicstats *eth = find_stats(list, "eth9"), *ib = find_stats(list, "ib8");
    const psutil_snicstats *empty = find_stats(list, "empty7");
    REQUIRE(eth && ib && empty);
    CHECK_INT(eth->isup, 1);
    CHECK_INT(eth->speed, 25000);
    CHECK_INT(eth->duplex, PSUTIL_NIC_DUPLEX_FULL);
    CHECK_INT(eth->mtu, 9000);
    CHECK_STRING(eth->flags, "up,broadcast,running,multicast");
    CHECK_INT(ib->isup, 0);
    CHECK_INT(ib->speed, PSUTIL_UNKNOWN);
    CHECK_INT(ib->mtu, PSUTIL_UNKNOWN);
    CHECK_STRING(ib->flags, "up,broadcast,multicast");
    CHECK_INT(empty->isup, PSUTIL_UNKNOWN);
    CHECK(empty->flags == NULL);
    psutil_free(list);
    psutil_close(elsewhere);
    root_remove(&root);
}

TEST(addresses_of_another_root) /* corner case 26 */
{
    struct root root;
    psutil_snicaddr_list *list;
    open_machine(&root);
    REQUIRE(psutil_net_if_addrs(&list, elsewhere) == 0);
    CHECK_INT(list->len, 5);
    const psutil_snicaddr *v6 = find_address(list, "eth9", "2001:db8::1");
    const psutil_snicaddr *local = find_address(list, "eth9", "fe80::1%eth9");
    const psutil_snicaddr *link = find_address(list, "eth9", "0a:00:00:00:00:01");
    const psutil_snicaddr *tun = find_address(list, "tun11", "2001:db8::2");
    const psutil_snicaddr *ib =
        find_address(list, "ib8", "80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1");
    REQUIRE(v6 && local && link && tun && ib);
    CHECK_STRING(v6->netmask, "ffff:ffff:ffff:ffff::");
    CHECK_STRING(link->broadcast, "ff:ff:ff:ff:ff:ff");
    CHECK_STRING(tun->netmask, "ffff:ffff:ffff::");
    psutil_free(list);
    psutil_close(elsewhere);
    root_remove(&root);
}

TEST(an_empty_root)
{
    struct root root;
    psutil_snicaddr_list *addresses;
    psutil_snicstats_list *stats;
    psutil_snetio_list *io;
    root = root_make();
    elsewhere = root_open(&root);
    CHECK_INT(psutil_net_if_addrs(&addresses, elsewhere), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_net_if_stats(&stats, elsewhere), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_net_io_counters_pernic(&io, elsewhere, NULL), PSUTIL_ESYSTEM);
    psutil_close(elsewhere);
    root_remove(&root);
}

TEST(counters_of_another_root) /* corner case 26 */
{
    struct root root;
    psutil_snetio_list *list;
    psutil_snetio total;
    root = root_make();
    elsewhere = root_open(&root);
    root_link(&root, "proc/net", "self/net");
    root_file(&root, "proc/1/net/dev",
              "  eth9:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
              "a:b@c: 10 20 30 40 5 6 7 8 90 100 110 120 13 14 15 16\n");
    REQUIRE(psutil_net_io_counters_pernic(&list, elsewhere, NULL) == 0);
    REQUIRE(list->len == 2);
    CHECK_STRING(list->items[1].name, "a:b@c");
    CHECK_INT(list->items[0].bytes_recv, 1);
    CHECK_INT(list->items[0].dropout, 12);
    psutil_free(list);
    REQUIRE(psutil_net_io_counters(&total, elsewhere, NULL) == 0);
    CHECK_INT(total.bytes_sent, 99);
    CHECK_INT(total.errin, 33);
    psutil_close(elsewhere);
    root_remove(&root);
}

int main(void)
{
    if (psutil_open(&ctx, NULL) != 0)
        return 1;
    int rc = run_tests();
    psutil_close(ctx);
    return rc;
}
