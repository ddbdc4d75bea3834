/* Links and addresses that are known from before: after each change a context that knows them must
 * answer as one that was just opened. In a namespace of its own. */
#include "../test.h"
#include "os/linux/interfaces_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <psutil.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static psutil *ctx; /* asked again and again */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The kernel gives an interface addresses of its own a moment after it was told to: then the two
 * are asked once more. What is not noticed stays different. */
static void ask_both(psutil_snicaddr_list **known, psutil_snicaddr_list **now, psutil *fresh)
{
    REQUIRE(psutil_net_if_addrs(now, fresh) == 0 && psutil_net_if_addrs(known, ctx) == 0);
    for (int i = 0; i < 5 && (*known)->len != (*now)->len; i++) {
        psutil *fresher;
        psutil_free(*now);
        psutil_free(*known);
        usleep(20000);
        REQUIRE(psutil_open(&fresher, NULL) == 0 && psutil_net_if_addrs(now, fresher) == 0);
        REQUIRE(psutil_net_if_addrs(known, ctx) == 0);
        psutil_close(fresher);
    }
}

static void check_addresses(psutil *fresh)
{
    psutil_snicaddr_list *known = NULL, *now = NULL;
    ask_both(&known, &now, fresh);
    REQUIRE(known && now && known->len == now->len);
    for (size_t i = 0; i < now->len; i++) {
        const psutil_snicaddr *a = &known->items[i], *b = &now->items[i];
        CHECK(same_text(a->name, b->name) && a->family == b->family);
        CHECK(same_text(a->address, b->address) && same_text(a->netmask, b->netmask));
        CHECK(same_text(a->broadcast, b->broadcast) && same_text(a->ptp, b->ptp));
    }
    psutil_free(known);
    psutil_free(now);
}

static void check_links(psutil *fresh)
{
    psutil_snicstats_list *known, *now;
    REQUIRE(psutil_net_if_stats(&now, fresh) == 0 && psutil_net_if_stats(&known, ctx) == 0);
    REQUIRE(known->len == now->len);
    for (size_t i = 0; i < now->len; i++) {
        const psutil_snicstats *a = &known->items[i], *b = &now->items[i];
        CHECK(same_text(a->name, b->name) && same_text(a->flags, b->flags));
        CHECK_INT(a->isup, b->isup);
        CHECK_INT(a->mtu, b->mtu);
        CHECK_INT(a->speed, b->speed);
        CHECK_INT(a->duplex, b->duplex);
    }
    psutil_free(known);
    psutil_free(now);
}

static const psutil_snetio *find(const psutil_snetio_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

/* Nothing but the kernel itself sends anything in the namespace. */
static void check_counters(psutil *fresh)
{
    psutil_snetio_list *known, *now;
    REQUIRE(psutil_net_io_counters_pernic(&known, ctx, NULL) == 0);
    REQUIRE(psutil_net_io_counters_pernic(&now, fresh, NULL) == 0);
    REQUIRE(known->len == now->len);
    for (size_t i = 0; i < now->len; i++) {
        const psutil_snetio *b = &now->items[i], *a = find(known, b->name);
        REQUIRE(a != NULL);
        CHECK(a->packets_sent <= b->packets_sent && a->packets_sent + 20 >= b->packets_sent);
        CHECK(a->bytes_recv <= b->bytes_recv && a->bytes_recv + 4000 >= b->bytes_recv);
        CHECK(a->dropin <= b->dropin && a->dropout <= b->dropout && a->errin <= b->errin);
    }
    psutil_free(known);
    psutil_free(now);
}

static void check_all(void)
{
    psutil *fresh;
    REQUIRE(psutil_open(&fresh, NULL) == 0);
    check_addresses(fresh);
    psutil_close(fresh);
    REQUIRE(psutil_open(&fresh, NULL) == 0);
    check_links(fresh);
    psutil_close(fresh);
    REQUIRE(psutil_open(&fresh, NULL) == 0);
    check_counters(fresh);
    psutil_close(fresh);
}

static bool run(const char *command)
{
    char quiet[200];
    snprintf(quiet, sizeof quiet, "%s >/dev/null 2>&1", command);
    return system(quiet) == 0;
}

static void enter_namespace(void)
{
    if (unshare(CLONE_NEWNET) != 0 || !run("ip link set lo up") ||
        !run("ip link add one type veth peer name other") || psutil_open(&ctx, NULL) != 0)
        _exit(77);
    for (int i = 0; i < 3; i++)
        check_all();
}

/* In a child, since a namespace cannot be left again. */
static int in_namespace(void (*check)(void))
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        enter_namespace();
        check();
        psutil_close(ctx);
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

static void change_everything(void)
{
    static const char *const commands[] = {
        "ip link set one up",
        "ip link set other up promisc on",
        "ip addr add 192.0.2.1/24 brd + dev one",
        "ip addr add 192.0.2.9/24 dev one label one:9",
        "ip addr add 203.0.113.1 peer 203.0.113.2 dev one",
        "ip -6 addr add 2001:db8:1::1/64 dev other nodad",
        "ip link set one mtu 1280",
        "ip link set other address 02:00:00:00:00:07",
        "ip link set other down",
        "ip link set other name renamed",
        "ip addr del 192.0.2.1/24 dev one",
        "ip -6 addr flush dev renamed",
        "ip link add more type veth peer name evenmore",
        "ip link del one",
    };
    REQUIRE(ps_linux_of(ctx)->network && ps_linux_of(ctx)->network->valid);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!run(commands[i]))
            printf("# not done here: %s\n", commands[i]);
        check_all();
        CHECK(ps_linux_of(ctx)->network->valid);
    }
}

TEST(every_change_is_noticed)
{
    IN_NAMESPACE(change_everything);
}

/* An IPv6 address that is not looked for on the link. 0, or the kernel's negative code. */
static int add_address(int fd, int index, uint8_t last)
{
    struct {
        struct nlmsghdr header;
        struct ifaddrmsg info;
        struct nlattr attribute;
        uint8_t address[16];
    } request = {.header = {.nlmsg_len = sizeof request,
                            .nlmsg_type = RTM_NEWADDR,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE},
                 .info = {.ifa_family = AF_INET6,
                          .ifa_prefixlen = 64,
                          .ifa_flags = IFA_F_NODAD,
                          .ifa_index = (unsigned)index},
                 .attribute = {sizeof(struct nlattr) + 16, IFA_LOCAL},
                 .address = {0x20, 0x01, 0x0d, 0xb8, 0, last, [15] = 1}};
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[256];
    } answer = {.error.error = -1};
    if (send(fd, &request, sizeof request, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0)
        return -1;
    return answer.error.error;
}

static size_t count_addresses(psutil *of)
{
    psutil_snicaddr_list *list;
    if (psutil_net_if_addrs(&list, of) != 0)
        abort();
    size_t len = list->len;
    psutil_free(list);
    return len;
}

/* The kernel tells of an IPv6 address when it may be used, and shows it before. Each is the first
 * of its network. */
static void addresses_at_once(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int index = (int)if_nametoindex("one");
    REQUIRE(fd >= 0 && index > 0 && run("ip link set one up && ip link set other up"));
    sleep(3); /* those that the kernel itself gives */
    size_t before = count_addresses(ctx);
    for (size_t i = 0; i < 100; i++) {
        REQUIRE(add_address(fd, index, (uint8_t)i) == 0);
        CHECK_INT(count_addresses(ctx), before + i + 1);
    }
    close(fd);
}

TEST(an_address_is_known_at_once)
{
    IN_NAMESPACE(addresses_at_once);
}

static void more_than_fits(void)
{
    CHECK(run("for i in $(seq 200); do ip link set one mtu $((1300 + i)); done"));
    check_all();
    check_all();
}

TEST(more_changes_than_a_socket_holds)
{
    IN_NAMESPACE(more_than_fits);
}

static void *ask_elsewhere(void *ignored)
{
    if (unshare(CLONE_NEWNET) == 0) {
        psutil *fresh;
        if (psutil_open(&fresh, NULL) == 0) {
            check_addresses(fresh);
            psutil_close(fresh);
        }
        psutil_snicstats_list *stats;
        CHECK(psutil_net_if_stats(&stats, ctx) == 0);
        CHECK_INT(stats->len, 1);
        psutil_free(stats);
        psutil_snetio_list *counters; /* /proc/net is that of the process, not of the thread */
        CHECK(psutil_net_io_counters_pernic(&counters, ctx, NULL) == 0);
        CHECK_INT(counters->len, 3);
        psutil_free(counters);
    }
    return ignored;
}

static void threads_elsewhere(void)
{
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, ask_elsewhere, NULL) == 0);
        pthread_join(thread, NULL);
        check_all();
    }
    CHECK(unshare(CLONE_NEWNET) == 0);
    check_all();
    check_all();
}

TEST(a_thread_has_the_links_of_its_namespace)
{
    IN_NAMESPACE(threads_elsewhere);
}

static void children_ask(void)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++)
            check_all();
        fflush(stdout);
        _exit(test_failures != 0);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    CHECK(run("ip link set one mtu 1400"));
    check_all();
}

TEST(a_child_of_fork_asks_for_itself)
{
    IN_NAMESPACE(children_ask);
}

/* Descriptors that somebody else closed, and whose numbers are other files' by now. */
static void descriptors_lost(void)
{
    struct ps_network *network = ps_linux_of(ctx)->network;
    REQUIRE(network != NULL);
    close(network->requests.fd);
    close(network->self.fd);
    check_all();
    check_all();
}

TEST(descriptors_that_were_closed)
{
    IN_NAMESPACE(descriptors_lost);
}

/* By number, and stays open for whoever opened it. */
static int replace(int *fd, int with)
{
    CHECK(dup2(with, *fd) == *fd);
    close(with);
    return *fd;
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void numbers_of_others(void)
{
    struct ps_network *network = ps_linux_of(ctx)->network;
    REQUIRE(network != NULL);
    int self = replace(&network->self.fd, open("/dev/null", O_RDONLY));
    int events = replace(&network->events.fd, open("/dev/null", O_RDONLY));
    int requests = replace(&network->requests.fd, open("/dev/null", O_RDONLY));
    check_all();
    check_all();
    CHECK(is_open(self) && is_open(events) && is_open(requests));
    CHECK(network->self.fd != self && network->events.fd != events &&
          network->requests.fd != requests);
}

TEST(descriptors_that_are_others_by_now)
{
    IN_NAMESPACE(numbers_of_others);
}

/* A connection has nothing to tell, and its other end is gone: that is told for ever. Its bytes are
 * for the program to read, and nothing is written to it. */
static void a_connection_instead(void)
{
    struct ps_network *network = ps_linux_of(ctx)->network;
    int pair[2], other[2];
    char byte;
    REQUIRE(network != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
            socketpair(AF_UNIX, SOCK_STREAM, 0, other) == 0);
    CHECK(write(pair[1], "x", 1) == 1);
    close(pair[1]);
    int events = replace(&network->events.fd, pair[0]);
    int requests = replace(&network->requests.fd, other[0]);
    alarm(20);
    check_all();
    check_all();
    alarm(0);
    CHECK(read(events, &byte, 1) == 1 && byte == 'x');
    CHECK(recv(other[1], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN);
    CHECK(is_open(requests));
}

TEST(descriptors_that_are_connections_by_now)
{
    IN_NAMESPACE(a_connection_instead);
}

int main(void)
{
    return run_tests();
}
