/* Sockets of every kind and state, made here on loopback and looked for in the answers. */
#include "net_sockets.h"

#include <fcntl.h>

TEST(tcp_listening)
{
    int v4 = listening(AF_INET), v6 = listening(AF_INET6);
    struct expected e4 = {PSUTIL_AF_INET, PSUTIL_SOCK_STREAM, PSUTIL_CONN_LISTEN,
                          "127.0.0.1",    port_of(v4),        NOTHING};
    check_both(v4, PSUTIL_KIND_TCP, &e4);
    check_both(v4, PSUTIL_KIND_TCP4, &e4);
    if (v6 >= 0) {
        struct expected e6 = {PSUTIL_AF_INET6, PSUTIL_SOCK_STREAM, PSUTIL_CONN_LISTEN,
                              "::1",           port_of(v6),        NOTHING};
        check_both(v6, PSUTIL_KIND_INET, &e6);
        check_both(v6, PSUTIL_KIND_TCP6, &e6);
        close(v6);
    }
    close(v4);
}

static int64_t status_of(int fd)
{
    psutil_sconn_list *list = of_process(getpid(), PSUTIL_KIND_TCP4);
    const psutil_sconn *row = find(list, getpid(), fd);
    int64_t status = row ? row->status : PSUTIL_UNKNOWN;
    psutil_free(list);
    return status;
}

/* The other end may take its time to acknowledge. */
static int64_t status_after(int fd, int64_t passing)
{
    int64_t status = status_of(fd);
    for (int i = 0; i < 500 && status == passing; i++) {
        usleep(10000);
        status = status_of(fd);
    }
    return status;
}

TEST(tcp_from_connection_to_time_wait) /* corner case 27 */
{
    int server = listening(AF_INET);
    int client = connected_to(server, AF_INET, SOCK_STREAM);
    int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    int64_t client_port = port_of(client), server_port = port_of(server);
    struct expected e = {PSUTIL_AF_INET, PSUTIL_SOCK_STREAM, PSUTIL_CONN_ESTABLISHED,
                         "127.0.0.1",    client_port,        "127.0.0.1",
                         server_port};
    check_both(client, PSUTIL_KIND_TCP, &e);
    CHECK_INT(status_of(accepted), PSUTIL_CONN_ESTABLISHED);

    shutdown(client, SHUT_WR);
    CHECK_INT(status_after(client, PSUTIL_CONN_FIN_WAIT1), PSUTIL_CONN_FIN_WAIT2);
    CHECK_INT(status_of(accepted), PSUTIL_CONN_CLOSE_WAIT);

    close(accepted);
    close(client);
    psutil_sconn_list *all = of_system(PSUTIL_KIND_TCP4);
    const psutil_sconn *left = NULL;
    for (size_t i = 0; all && i < all->len; i++)
        if (all->items[i].laddr.port == client_port && all->items[i].raddr.port == server_port)
            left = &all->items[i];
    REQUIRE(left != NULL);
    CHECK_INT(left->status, PSUTIL_CONN_TIME_WAIT);
    CHECK_INT(left->pid, PSUTIL_UNKNOWN);
    CHECK_INT(left->fd, PSUTIL_UNKNOWN);
    psutil_free(all);
    close(server);
}

/* A full queue of connections drops what comes next: the client goes on asking. */
TEST(tcp_syn_sent)
{
    int server = bound(AF_INET, SOCK_STREAM), clients[4];
    bool seen = false;
    listen(server, 0);
    union address a = name_of(server);
    for (size_t i = 0; i < 4; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        connect(clients[i], &a.any, size_of(&a));
    }
    for (size_t i = 0; i < 4; i++) {
        seen |= status_of(clients[i]) == PSUTIL_CONN_SYN_SENT;
        close(clients[i]);
    }
    CHECK(seen);
    close(server);
}

TEST(udp_bound_and_connected)
{
    int server = bound(AF_INET, SOCK_DGRAM);
    int client = connected_to(server, AF_INET, SOCK_DGRAM);
    struct expected bound_only = {PSUTIL_AF_INET, PSUTIL_SOCK_DGRAM, PSUTIL_CONN_NONE,
                                  "127.0.0.1",    port_of(server),   NOTHING};
    struct expected both = {PSUTIL_AF_INET,  PSUTIL_SOCK_DGRAM, PSUTIL_CONN_NONE, "127.0.0.1",
                            port_of(client), "127.0.0.1",       port_of(server)};
    check_both(server, PSUTIL_KIND_UDP, &bound_only);
    check_both(client, PSUTIL_KIND_UDP4, &both);
    close(client);
    close(server);
}

TEST(udp6_bound)
{
    int fd = bound(AF_INET6, SOCK_DGRAM);
    if (fd < 0)
        SKIP("no IPv6 here");
    struct expected e = {PSUTIL_AF_INET6, PSUTIL_SOCK_DGRAM, PSUTIL_CONN_NONE,
                         "::1",           port_of(fd),       NOTHING};
    check_both(fd, PSUTIL_KIND_UDP6, &e);
    check_both(fd, PSUTIL_KIND_INET6, &e);
    close(fd);
}

TEST(ip4_mapped_into_ip6) /* corner case 27 */
{
    union address any = {.v6 = {.sin6_family = AF_INET6}};
    int server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0 || bind(server, &any.any, sizeof any.v6) != 0)
        SKIP("no IPv6 here");
    listen(server, 8);
    union address to = loopback(AF_INET);
    to.v4.sin_port = htons((uint16_t)port_of(server));
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(client, &to.any, sizeof to.v4) == 0);
    int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    struct expected e = {PSUTIL_AF_INET6,    PSUTIL_SOCK_STREAM, PSUTIL_CONN_ESTABLISHED,
                         "::ffff:127.0.0.1", port_of(server),    "::ffff:127.0.0.1",
                         port_of(client)};
    struct expected listen_row = {
        PSUTIL_AF_INET6, PSUTIL_SOCK_STREAM, PSUTIL_CONN_LISTEN, "::", port_of(server), NOTHING};
    check_both(accepted, PSUTIL_KIND_TCP, &e);
    check_both(server, PSUTIL_KIND_TCP6, &listen_row);
    close(accepted);
    close(client);
    close(server);
}

TEST(sockets_that_are_not_listed)
{
    int fds[] = {socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_DGRAM, 0),
                 bound(AF_INET, SOCK_STREAM), socket(AF_NETLINK, SOCK_RAW, 0)};
    psutil_sconn_list *all = of_system(PSUTIL_KIND_ALL);
    for (size_t i = 0; i < 4; i++) {
        CHECK(find(all, getpid(), fds[i]) == NULL);
        close(fds[i]);
    }
    psutil_free(all);
}

TEST(twins_on_one_port) /* corner case 27 */
{
    int one = 1, first = socket(AF_INET, SOCK_DGRAM, 0), second = socket(AF_INET, SOCK_DGRAM, 0);
    union address a = loopback(AF_INET);
    setsockopt(first, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    setsockopt(second, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    REQUIRE(bind(first, &a.any, sizeof a.v4) == 0);
    a = name_of(first);
    REQUIRE(bind(second, &a.any, sizeof a.v4) == 0);
    struct expected e = {PSUTIL_AF_INET, PSUTIL_SOCK_DGRAM, PSUTIL_CONN_NONE,
                         "127.0.0.1",    port_of(first),    NOTHING};
    check_both(first, PSUTIL_KIND_UDP, &e);
    check_both(second, PSUTIL_KIND_UDP, &e);
    close(first);
    close(second);
}

/* ---- UNIX sockets -------------------------------------------------------------------------------
 */

static void check_unix(int fd, int64_t type, const char *path)
{
    psutil_sconn_list *lists[] = {of_system(PSUTIL_KIND_UNIX),
                                  of_process(getpid(), PSUTIL_KIND_ALL)};
    for (size_t i = 0; i < 2; i++) {
        const psutil_sconn *row = find(lists[i], getpid(), fd);
        REQUIRE(row != NULL);
        CHECK_INT(row->family, PSUTIL_AF_UNIX);
        CHECK_INT(row->type, type);
        CHECK_INT(row->status, PSUTIL_CONN_NONE);
        CHECK(row->laddr.ip == NULL);
        CHECK_INT(row->laddr.port, PSUTIL_UNKNOWN);
        CHECK_STRING(row->laddr.path, path);
        CHECK_STRING(row->raddr.path, "");
        psutil_free(lists[i]);
    }
}

TEST(unix_of_every_type)
{
    static const struct {
        int type;
        int64_t expected;
    } types[] = {{SOCK_STREAM, PSUTIL_SOCK_STREAM},
                 {SOCK_DGRAM, PSUTIL_SOCK_DGRAM},
                 {SOCK_SEQPACKET, PSUTIL_SOCK_SEQPACKET}};
    for (size_t i = 0; i < 3; i++) {
        int pair[2];
        REQUIRE(socketpair(AF_UNIX, types[i].type | SOCK_CLOEXEC, 0, pair) == 0);
        check_unix(pair[0], types[i].expected, "");
        check_unix(pair[1], types[i].expected, "");
        close(pair[0]);
        close(pair[1]);
    }
}

TEST(unix_abstract_names) /* corner case 27 */
{
    static const char name[] = "\0psutil\0te\nst \xff";
    int fd = bound_unix(SOCK_STREAM, name, sizeof name - 1);
    REQUIRE(fd >= 0);
    check_unix(fd, PSUTIL_SOCK_STREAM, "@psutil@te\nst \xff");
    close(fd);
}

TEST(unix_paths_of_every_shape) /* corner case 27 */
{
    static const char *const names[] = {"plain", "two words ", "new\nline\n", "a: b", "@at"};
    char folder[] = "/tmp/psutil-test-XXXXXX";
    int home = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(mkdtemp(folder) && chdir(folder) == 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int fd = bound_unix(SOCK_DGRAM, names[i], strlen(names[i]));
        CHECK(fd >= 0);
        check_unix(fd, PSUTIL_SOCK_DGRAM, names[i]);
        close(fd);
        unlink(names[i]);
    }
    CHECK_INT(fchdir(home), 0);
    close(home);
    rmdir(folder);
}

int main(void)
{
    if (psutil_open(&ctx, NULL) != 0)
        return 1;
    int rc = run_tests();
    psutil_close(ctx);
    return rc;
}
