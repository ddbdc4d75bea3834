/* The fast lane tells of sockets what socket diagnosis and /proc tell. */
#include "bpf.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* ---- Their owners -------------------------------------------------------------------------------
 */

static psutil_sconn_list *connections_of(psutil *of)
{
    psutil_sconn_list *list;
    if (psutil_net_connections(&list, of, PSUTIL_KIND_ALL) != 0)
        abort();
    return list;
}

static const psutil_sconn *find_connection(const psutil_sconn_list *list, const psutil_sconn *like)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].pid == like->pid && list->items[i].fd == like->fd)
            return &list->items[i];
    return NULL;
}

static bool same_end(const psutil_addr *a, const psutil_addr *b)
{
    return a->port == b->port && (!a->ip || !b->ip ? a->ip == b->ip : strcmp(a->ip, b->ip) == 0) &&
           (!a->path || !b->path ? a->path == b->path : strcmp(a->path, b->path) == 0);
}

/* Sockets of this process and of a child stay as they are. */
static size_t check_connections(const psutil_sconn_list *slow, const psutil_sconn_list *fast,
                                int64_t pid)
{
    size_t found = 0;
    for (size_t i = 0; i < slow->len; i++) {
        const psutil_sconn *a = &slow->items[i];
        if (a->pid != pid)
            continue;
        const psutil_sconn *b = find_connection(fast, a);
        found++;
        CHECK(b && a->family == b->family && a->type == b->type && a->status == b->status &&
              same_end(&a->laddr, &b->laddr) && same_end(&a->raddr, &b->raddr));
    }
    return found;
}

static size_t count_of(const psutil_sconn_list *list, int64_t pid)
{
    size_t count = 0;
    for (size_t i = 0; i < list->len; i++)
        count += list->items[i].pid == pid;
    return count;
}

TEST(owners_of_sockets_are_told_as_by_proc)
{
    REQUIRE_LANE();
    int pair[2], listening = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    REQUIRE(listening >= 0 && listen(listening, 1) == 0);
    int again = dup(pair[0]);
    pid_t pid = keep_child(start_child(600, 0)); /* has them all, too */
    psutil *fast = open_fast(), *slow;
    REQUIRE(psutil_open(&slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    psutil_sconn_list *a = connections_of(slow), *b = connections_of(fast);
    CHECK(is_open(fast));
    CHECK(check_connections(a, b, getpid()) >= 4);
    CHECK(check_connections(a, b, pid) >= 4);
    CHECK_INT(count_of(b, getpid()), count_of(a, getpid()));
    CHECK_INT(count_of(b, pid), count_of(a, pid));
    psutil_free(a);
    psutil_free(b);
    psutil_close(slow);
    psutil_close(fast);
    close(listening);
    close(pair[0]);
    close(pair[1]);
    close(again);
    end_children();
}

/* ---- Sockets in every state ---------------------------------------------------------------------
 */

/* A network of its own, with loopback. */
static bool enter_network(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bool up = ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
    close(fd);
    return up;
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int listen_at(int family, int backlog, union address *at)
{
    socklen_t len = sizeof *at;
    int fd = socket(family, SOCK_STREAM, 0);
    *at = (union address){.any = {.sa_family = (sa_family_t)family}};
    if (family == AF_INET)
        at->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        at->v6.sin6_addr = in6addr_any;
    if (bind(fd, &at->any, len) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, &at->any, &len) != 0)
        return -1;
    return fd;
}

/* Returns its end of the connection; the other one stays in the queue unless it is accepted. */
static int connect_to(const union address *at, int flags)
{
    int fd = socket(at->any.sa_family, SOCK_STREAM | flags, 0);
    if (connect(fd, &at->any, sizeof *at) != 0 && !(flags & SOCK_NONBLOCK))
        return -1;
    return fd;
}

/* FIN_WAIT2 and CLOSE_WAIT; TIME_WAIT; a connection that nobody has accepted. */
static void make_states(int listening, const union address *at)
{
    int half = connect_to(at, 0);
    int other = accept(listening, NULL, NULL);
    CHECK(half >= 0 && other >= 0 && shutdown(half, SHUT_WR) == 0);
    int first = connect_to(at, 0), second = accept(listening, NULL, NULL);
    CHECK(first >= 0 && second >= 0);
    close(first);
    close(second);
    int left = connect_to(at, 0), kept = accept(listening, NULL, NULL);
    CHECK(left >= 0 && kept >= 0);
    close(left); /* FIN_WAIT2 without an owner */
    CHECK(connect_to(at, 0) >= 0);
    CHECK(dup(listening) >= 0);
}

static void make_sockets(void)
{
    union address at, full;
    int pair[2], v4 = listen_at(AF_INET, 8, &at);
    CHECK(v4 >= 0);
    make_states(v4, &at);
    CHECK(listen_at(AF_INET, 0, &full) >= 0);
    for (int i = 0; i < 4; i++) /* more than there is room for: SYN_SENT */
        connect_to(&full, SOCK_NONBLOCK);
    int v6 = listen_at(AF_INET6, 8, &at);
    if (v6 >= 0) {
        at.v6.sin6_addr = in6addr_loopback;
        make_states(v6, &at);
        union address mapped = {.v4 = {.sin_family = AF_INET, .sin_port = at.v6.sin6_port}};
        mapped.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(connect_to(&mapped, 0) >= 0 && accept(v6, NULL, NULL) >= 0);
    }
    CHECK(socket(AF_INET, SOCK_DGRAM, 0) >= 0 && socket(AF_INET, SOCK_STREAM, 0) >= 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    keep_child(start_child(600, 0)); /* has them all, too */
}

static int compare_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_end(const psutil_addr *a, const psutil_addr *b)
{
    int order = compare_text(a->ip, b->ip);
    if (order == 0)
        order = compare(a->port, b->port);
    return order != 0 ? order : compare_text(a->path, b->path);
}

static int compare_rows(const void *x, const void *y)
{
    const psutil_sconn *a = x, *b = y;
    const int orders[] = {compare(a->family, b->family),
                          compare(a->type, b->type),
                          compare(a->status, b->status),
                          compare_end(&a->laddr, &b->laddr),
                          compare_end(&a->raddr, &b->raddr),
                          compare(a->pid, b->pid),
                          compare(a->fd, b->fd)};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (orders[i] != 0)
            return orders[i];
    return 0;
}

static psutil_sconn_list *sorted(psutil *of, unsigned kind)
{
    psutil_sconn_list *list;
    if (psutil_net_connections(&list, of, kind) != 0)
        abort();
    qsort(list->items, list->len, sizeof *list->items, compare_rows);
    return list;
}

static void check_kind(psutil *slow, psutil *fast, unsigned kind)
{
    psutil_sconn_list *a = sorted(slow, kind), *b = sorted(fast, kind);
    CHECK_INT(b->len, a->len);
    for (size_t i = 0; i < a->len && a->len == b->len; i++)
        CHECK_INT(compare_rows(&a->items[i], &b->items[i]), 0);
    psutil_free(a);
    psutil_free(b);
}

static size_t count_status(const psutil_sconn_list *list, psutil_conn_status status)
{
    size_t count = 0;
    for (size_t i = 0; i < list->len; i++)
        count += list->items[i].status == (int64_t)status;
    return count;
}

/* Who closed first waits for an acknowledgement, which the other end delays for a moment. */
static void wait_for_rest(psutil *slow)
{
    size_t moving = 1;
    for (int i = 0; i < 1000 && moving > 0; i++) {
        psutil_sconn_list *list = sorted(slow, PSUTIL_KIND_TCP);
        moving = count_status(list, PSUTIL_CONN_FIN_WAIT1);
        psutil_free(list);
        if (moving > 0)
            usleep(5000);
    }
    CHECK_INT(moving, 0);
}

/* That what is compared is there. */
static void check_states(psutil *fast)
{
    static const psutil_conn_status statuses[] = {PSUTIL_CONN_LISTEN,     PSUTIL_CONN_ESTABLISHED,
                                                  PSUTIL_CONN_SYN_SENT,   PSUTIL_CONN_FIN_WAIT2,
                                                  PSUTIL_CONN_CLOSE_WAIT, PSUTIL_CONN_TIME_WAIT};
    psutil_sconn_list *list = sorted(fast, PSUTIL_KIND_TCP);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        CHECK(count_status(list, statuses[i]) > 0);
    psutil_free(list);
}

/* 77: networks of one's own are not allowed. */
static int compare_kinds(void)
{
    static const unsigned kinds[] = {PSUTIL_KIND_TCP,  PSUTIL_KIND_TCP4, PSUTIL_KIND_TCP6,
                                     PSUTIL_KIND_INET, PSUTIL_KIND_UDP,  PSUTIL_KIND_ALL};
    psutil *fast = open_fast(), *slow;
    if (!enter_network() ||
        psutil_open(&slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) != 0 ||
        !ps_lane_pays(fast, FIELDS, 1))
        return 77;
    make_sockets();
    wait_for_rest(slow);
    CHECK(ps_linux_of(fast)->lane->links[PS_BPF_TCP] >= 0);
    /* Diagnosis tells of few, and how many there are decides who tells the next time. */
    for (int many = 0; many < 2; many++)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            ps_linux_of(fast)->lane->tcp_rows = many ? 100000 : 0;
            check_kind(slow, fast, kinds[i]);
            size_t rows = ps_linux_of(fast)->lane->tcp_rows;
            CHECK(!(kinds[i] & PSUTIL_KIND_TCP) || (rows > 0 && rows < 100000));
        }
    check_states(fast);
    CHECK(is_open(fast));
    end_children();
    psutil_close(slow);
    psutil_close(fast);
    return test_failures == 0 ? 0 : 1;
}

TEST(sockets_of_every_kind_and_state)
{
    int status;
    REQUIRE_LANE();
    pid_t pid = fork_child();
    if (pid == 0)
        _exit(compare_kinds());
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        SKIP("a network of its own is not allowed here");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The kernel refuses later than the checks can see. */
TEST(without_the_program_diagnosis_tells)
{
    REQUIRE_LANE();
    union address at;
    int listening = listen_at(AF_INET, 8, &at);
    psutil *fast = open_fast();
    REQUIRE(listening >= 0 && ps_lane_pays(fast, FIELDS, 1));
    struct ps_lane *lane = ps_linux_of(fast)->lane;
    close(lane->links[PS_BPF_TCP]);
    lane->links[PS_BPF_TCP] = -1;
    lane->tcp_rows = 100000;
    psutil_sconn_list *list = connections_of(fast);
    CHECK(count_of(list, getpid()) >= 1);
    psutil_free(list);
    psutil_close(fast);
    close(listening);
}

int main(void)
{
    return run_with_helper();
}
