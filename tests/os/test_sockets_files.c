/* Sockets of invented machines. Nothing of the running one may show. */
#include "../root.h"
#include "net_sockets.h"

#define HEADING                                                                                    \
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "  \
    "inode\n"
#define REST " 00000000:00000000 00:00000000 00000000     0        0 "

/* Zeros read alike in either order of bytes. */
#define TCP                                                                                        \
    HEADING "   0: 00000000:0016 00000000:0000 0A" REST "101 1 0 100 0 0 10 0\n"                   \
            "   1: 00000000:0016 00000000:1F90 01" REST "102 1 0 100 0 0 10 0\n"                   \
            "broken\n"                                                                             \
            "   2: 00000000:0016 00000000:1F91 06" REST "0 3 0\n"                                  \
            "   3: 00000000:0016 00000000:1F92 0C" REST "103 1 0 100 0 0 10 0\n"                   \
            "   4: 00000000:0016 00000000:1F93 63" REST "104 1 0 100 0 0 10 0\n"
#define UNIX                                                                                       \
    "Num       RefCount Protocol Flags    Type St Inode Path\n"                                    \
    "ffff8880059e9980: 00000002 00000000 00010000 0001 01 201 @abstract@name\n"                    \
    "ffff8880059e9980: 00000002 00000000 00010000 0002 01 202 /run/a b\n"

static void add_process(const struct root *root, const char *pid)
{
    char name[64], text[200];
    snprintf(name, sizeof name, "proc/%s/stat", pid);
    snprintf(text, sizeof text,
             "%s (x) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 999 1 2 3 0 0 0 0\n", pid);
    root_file(root, name, text);
    snprintf(name, sizeof name, "proc/%s/fd/0", pid);
    root_link(root, name, "/dev/null");
}

static void open_machine(struct root *root)
{
    *root = root_make();
    ctx = root_open(root);
    root_file(root, "proc/net/tcp", TCP);
    root_file(root, "proc/net/unix", UNIX);
    add_process(root, "10");
    add_process(root, "20");
    root_link(root, "proc/10/fd/3", "socket:[101]");
    root_link(root, "proc/10/fd/4", "socket:[102]");
    root_link(root, "proc/10/fd/5", "socket:[102");
    root_link(root, "proc/10/fd/6", "socket:[x]");
    root_link(root, "proc/10/fd/7", "pipe:[101]");
    root_link(root, "proc/20/fd/3", "socket:[101]");
    root_link(root, "proc/20/fd/8", "socket:[201]");
}

static size_t count(const psutil_sconn_list *list, int64_t pid)
{
    size_t found = 0;
    for (size_t i = 0; i < list->len; i++)
        found += list->items[i].pid == pid;
    return found;
}

TEST(all_sockets_with_their_owners)
{
    struct root root;
    psutil_sconn_list *list;
    open_machine(&root);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_ALL) == 0);
    CHECK_INT(list->len, 8); /* five, one of them with two owners, and two */
    CHECK_INT(count(list, 10), 2);
    CHECK_INT(count(list, 20), 2);
    CHECK_INT(count(list, PSUTIL_UNKNOWN), 4);
    psutil_free(list);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_ALL | PSUTIL_KIND_UNOWNED) == 0);
    CHECK_INT(list->len, 7); /* each once */
    CHECK_INT(count(list, PSUTIL_UNKNOWN), 7);
    psutil_free(list);
    CHECK_INT(psutil_net_connections(&list, ctx, PSUTIL_KIND_UNOWNED), PSUTIL_EINVAL);
    psutil_close(ctx);
    root_remove(&root);
}

/* A line of net/unix: flags, type, state, inode and what follows. */
#define UNIX_LINE(rest) "ffff8880059e9980: 00000002 00000000 " rest "\n"

TEST(those_that_wait_for_others)
{
    struct root root;
    psutil_sconn_list *list;
    static const char *const unix_names[] = {"/listens", "@packets", "/datagrams"};
    open_machine(&root);
    root_file(&root, "proc/net/udp",
              HEADING "   0: 00000000:0035 00000000:0000 07" REST "301 1 0 100 0 0 10 0\n"
                      "   1: 00000000:0036 0100007F:1F90 01" REST "302 1 0 100 0 0 10 0\n"
                      "   2: 00000000:0000 00000000:0000 07" REST "303 1 0 100 0 0 10 0\n");
    root_file(&root, "proc/net/unix",
              UNIX_LINE("00010000 0001 01 201 /listens") UNIX_LINE("00000000 0001 03 202 /listens")
                  UNIX_LINE("00010000 0005 01 203 @packets") UNIX_LINE(
                      "00000000 0001 01 204 /bound") UNIX_LINE("00000000 0002 01 205 /datagrams")
                      UNIX_LINE("00000000 0002 01 206") UNIX_LINE("00000000 0002 03 207 /peer"));
    unsigned kind = PSUTIL_KIND_ALL | PSUTIL_KIND_UNOWNED | PSUTIL_KIND_LISTENING;
    REQUIRE(psutil_net_connections(&list, ctx, kind) == 0);
    REQUIRE(list->len == 5);
    CHECK_INT(list->items[0].status, PSUTIL_CONN_LISTEN);
    CHECK_INT(list->items[1].laddr.port, 53);
    for (size_t i = 0; i < 3; i++) {
        CHECK_STRING(list->items[2 + i].laddr.path, unix_names[i]);
        CHECK_INT(list->items[2 + i].status, PSUTIL_CONN_NONE);
    }
    psutil_free(list);
    CHECK_INT(psutil_net_connections(&list, ctx, PSUTIL_KIND_LISTENING), PSUTIL_EINVAL);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(states_and_ends)
{
    struct root root;
    psutil_sconn_list *list;
    static const struct {
        int64_t status, remote;
    } expected[] = {{PSUTIL_CONN_LISTEN, PSUTIL_UNKNOWN}, {PSUTIL_CONN_LISTEN, PSUTIL_UNKNOWN},
                    {PSUTIL_CONN_ESTABLISHED, 8080},      {PSUTIL_CONN_TIME_WAIT, 8081},
                    {PSUTIL_CONN_SYN_RECV, 8082},         {PSUTIL_UNKNOWN, 8083}};
    open_machine(&root);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP) == 0);
    REQUIRE(list->len == 6);
    for (size_t i = 0; i < 6; i++) {
        const psutil_sconn *row = &list->items[i];
        CHECK_INT(row->status, expected[i].status);
        CHECK_INT(row->raddr.port, expected[i].remote);
        CHECK_STRING(row->raddr.ip, expected[i].remote == PSUTIL_UNKNOWN ? NULL : "0.0.0.0");
        CHECK_INT(row->laddr.port, 22);
    }
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(unix_names)
{
    struct root root;
    psutil_sconn_list *list;
    open_machine(&root);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_UNIX) == 0);
    REQUIRE(list->len == 2);
    CHECK_STRING(list->items[0].laddr.path, "@abstract@name");
    CHECK_INT(list->items[0].pid, 20);
    CHECK_INT(list->items[0].fd, 8);
    CHECK_STRING(list->items[1].laddr.path, "/run/a b");
    CHECK_INT(list->items[1].type, PSUTIL_SOCK_DGRAM);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(one_process)
{
    struct root root;
    open_machine(&root);
    psutil_sconn_list *list = of_process(10, PSUTIL_KIND_ALL);
    REQUIRE(list && list->len == 2);
    CHECK_INT(list->items[0].fd, 3);
    CHECK_INT(list->items[1].fd, 4);
    CHECK_INT(list->items[1].pid, 10);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

/* A process's own view of the network comes before that of the root. */
TEST(one_process_with_its_own_network)
{
    struct root root;
    open_machine(&root);
    root_file(&root, "proc/10/net/tcp",
              HEADING "   0: 00000000:0017 00000000:0000 0A" REST "102 1 0 100 0 0 10 0\n");
    psutil_sconn_list *list = of_process(10, PSUTIL_KIND_TCP);
    REQUIRE(list && list->len == 1);
    CHECK_INT(list->items[0].laddr.port, 23);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(missing_files) /* corner case 27 */
{
    struct root root;
    psutil_sconn_list *list;
    psutil_error error;
    root = root_make();
    ctx = root_open(&root);
    CHECK_INT(psutil_net_connections(&list, ctx, PSUTIL_KIND_ALL), PSUTIL_ESYSTEM);
    CHECK(psutil_error_detail(&error, ctx) && strstr(error.path, "/proc/"));
    root_file(&root, "proc/net/udp", HEADING);
    CHECK_INT(psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP), PSUTIL_ESYSTEM);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP6) == 0); /* no IPv6 */
    CHECK_INT(list->len, 0);
    psutil_free(list);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_ALL) == 0);
    CHECK_INT(list->len, 0);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

/* "net" of a mounted proc leads to the caller's process, which it does not know. */
TEST(first_process_tells_for_a_root_without_net)
{
    struct root root;
    psutil_sconn_list *list;
    root = root_make();
    ctx = root_open(&root);
    root_link(&root, "proc/net", "self/net");
    root_file(&root, "proc/1/net/tcp", TCP);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP) == 0);
    CHECK_INT(list->len, 5);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

/* The corner where each owner table grows and inodes collide. */
TEST(a_thousand_sockets_of_one_process)
{
    struct root root;
    psutil_sconn_list *list;
    char *text = malloc(200000), name[64], target[64];
    size_t len = (size_t)sprintf(text, HEADING);
    root = root_make();
    ctx = root_open(&root);
    add_process(&root, "7");
    for (int i = 0; i < 1000; i++) {
        len += (size_t)sprintf(text + len, "%4d: 00000000:%04X 00000000:0000 0A" REST "%d 1 0\n", i,
                               i + 1, i * 1024 + 1);
        snprintf(name, sizeof name, "proc/7/fd/%d", i + 1);
        snprintf(target, sizeof target, "socket:[%d]", i * 1024 + 1);
        root_link(&root, name, target);
    }
    root_file(&root, "proc/net/tcp", text);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP) == 0);
    REQUIRE(list->len == 1000);
    for (size_t i = 0; i < list->len; i++) {
        CHECK_INT(list->items[i].pid, 7);
        CHECK_INT(list->items[i].fd, list->items[i].laddr.port);
    }
    psutil_free(list);
    free(text);
    psutil_close(ctx);
    root_remove(&root);
}

/* Time that grew with the square would be hours. */
TEST(a_hundred_thousand_connections) /* corner case 27 */
{
    enum { COUNT = 100000 };
    struct root root;
    psutil_sconn_list *list;
    char *text = malloc((size_t)COUNT * 128);
    size_t len = (size_t)sprintf(text, HEADING);
    REQUIRE(text);
    root = root_make();
    ctx = root_open(&root);
    add_process(&root, "7");
    root_link(&root, "proc/7/fd/5", "socket:[77777]");
    for (int i = 0; i < COUNT; i++)
        len += (size_t)sprintf(text + len, "%4d: 00000000:%04X 00000000:1F90 01" REST "%d 1 0\n", i,
                               i & 0xffff, i + 1);
    root_file(&root, "proc/net/tcp", text);
    free(text);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP) == 0);
    REQUIRE(list->len == COUNT);
    CHECK_INT(count(list, 7), 1);
    CHECK_INT(count(list, PSUTIL_UNKNOWN), COUNT - 1);
    for (size_t i = 0; i < list->len; i++) {
        const psutil_sconn *row = &list->items[i];
        if (row->pid == 7)
            CHECK(row->fd == 5 && row->laddr.port == (77776 & 0xffff));
    }
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

int main(void)
{
    return run_tests();
}
