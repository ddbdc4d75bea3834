/* Who has a socket open, and the ways around a kernel that refuses. */
#include "core/records.h"
#include "os/linux/sockets.h"

#include "filter.h"
#include "net_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* A child that has done `prepare` and sleeps; 0 when that failed. */
static pid_t child_that(bool (*prepare)(void))
{
    int ready[2];
    char ok = 0;
    if (pipe2(ready, O_CLOEXEC) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        ok = prepare();
        if (write(ready[1], &ok, 1) != 1 || !ok)
            _exit(1);
        pause();
        _exit(0);
    }
    close(ready[1]);
    bool done = read(ready[0], &ok, 1) == 1 && ok;
    close(ready[0]);
    if (done)
        return pid;
    waitpid(pid, NULL, 0);
    return 0;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static bool nothing(void)
{
    return true;
}

TEST(a_shared_socket_is_listed_for_each_descriptor) /* corner case 27 */
{
    int fd = listening(AF_INET), copy = dup(fd);
    pid_t child = child_that(nothing);
    REQUIRE(child > 0);
    struct expected e = {PSUTIL_AF_INET, PSUTIL_SOCK_STREAM, PSUTIL_CONN_LISTEN,
                         "127.0.0.1",    port_of(fd),        NOTHING};
    psutil_sconn_list *all = of_system(PSUTIL_KIND_TCP4);
    check_row(find(all, getpid(), fd), &e);
    check_row(find(all, getpid(), copy), &e);
    check_row(find(all, child, fd), &e);
    check_row(find(all, child, copy), &e);
    psutil_free(all);
    psutil_sconn_list *own = of_process(child, PSUTIL_KIND_TCP4);
    check_row(find(own, child, copy), &e);
    CHECK(find(own, getpid(), fd) == NULL);
    psutil_free(own);
    end(child);
    close(copy);
    close(fd);
}

static bool close_all(void)
{
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    return true;
}

TEST(a_process_without_sockets)
{
    pid_t child = child_that(close_all);
    REQUIRE(child > 0);
    psutil_sconn_list *own = of_process(child, PSUTIL_KIND_ALL);
    REQUIRE(own != NULL);
    CHECK_INT(own->len, 0);
    psutil_free(own);
    end(child);
}

TEST(kinds_are_kept_apart)
{
    int tcp = listening(AF_INET), udp = bound(AF_INET, SOCK_DGRAM), pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    static const struct {
        unsigned kind;
        bool tcp, udp, local;
    } cases[] = {{PSUTIL_KIND_TCP, true, false, false},    {PSUTIL_KIND_UDP, false, true, false},
                 {PSUTIL_KIND_UNIX, false, false, true},   {PSUTIL_KIND_INET, true, true, false},
                 {PSUTIL_KIND_INET6, false, false, false}, {PSUTIL_KIND_ALL, true, true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        psutil_sconn_list *all = of_system(cases[i].kind);
        CHECK((find(all, getpid(), tcp) != NULL) == cases[i].tcp);
        CHECK((find(all, getpid(), udp) != NULL) == cases[i].udp);
        CHECK((find(all, getpid(), pair[0]) != NULL) == cases[i].local);
        psutil_free(all);
    }
    close(tcp);
    close(udp);
    close(pair[0]);
    close(pair[1]);
}

TEST(no_such_kind)
{
    psutil_sconn_list *list;
    CHECK_INT(psutil_net_connections(&list, ctx, 0), PSUTIL_EINVAL);
    CHECK_INT(psutil_net_connections(&list, ctx, 0x20), PSUTIL_EINVAL);
}

TEST(needs_few_descriptors)
{
    struct rlimit saved, few;
    int probe = dup(0);
    REQUIRE(probe >= 0 && getrlimit(RLIMIT_NOFILE, &saved) == 0);
    close(probe);
    few = saved;
    few.rlim_cur = (rlim_t)probe + 3;
    setrlimit(RLIMIT_NOFILE, &few);
    psutil_sconn_list *all = of_system(PSUTIL_KIND_ALL);
    setrlimit(RLIMIT_NOFILE, &saved);
    CHECK(all != NULL);
    psutil_free(all);
}

/* ---- Without privilege, without netlink, in another namespace -----------------------------------
 */

/* Runs in a child of its own; the result of the function is the child's exit code. */
static int in_child(int (*function)(int64_t), int64_t argument)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        _exit(function(argument));
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int as_nobody(int64_t pid)
{
    psutil_process *process;
    psutil_sconn_list *list;
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 1;
    if (psutil_process_open(&process, ctx, pid) != 0)
        return 2;
    if (psutil_process_net_connections(&list, process, PSUTIL_KIND_ALL) != PSUTIL_EACCES)
        return 3;
    psutil_process_close(process);
    if (psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP4) != 0)
        return 4;
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].pid == pid)
            return 5;
    psutil_free(list);
    return 0;
}

TEST(sockets_of_others_have_no_owner)
{
    if (geteuid() != 0)
        SKIP("needs root to become somebody else");
    int fd = listening(AF_INET);
    CHECK_INT(in_child(as_nobody, getpid()), 0);
    close(fd);
}

/* Refuses netlink as sandboxes do. */
static bool refuse_netlink(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return set_filter(code);
}

static int without_netlink(int64_t fd)
{
    psutil_sconn_list *list;
    if (!refuse_netlink())
        return 77;
    if (psutil_net_connections(&list, ctx, PSUTIL_KIND_ALL) != 0)
        return 1;
    const psutil_sconn *row = find(list, getpid(), fd);
    bool listens = row && row->status == PSUTIL_CONN_LISTEN;
    psutil_free(list);
    return listens ? 0 : 2;
}

TEST(files_tell_when_netlink_is_refused)
{
    int fd = listening(AF_INET);
    int code = in_child(without_netlink, fd);
    close(fd);
    if (code == 77)
        SKIP("no seccomp here");
    CHECK_INT(code, 0);
}

static psutil_sconn_list *collect(unsigned kinds, bool files)
{
    struct ps_owners owners = {0};
    struct ps_sockets sockets = {.owners = &owners, .owned_only = true};
    struct ps_dir proc = ps_proc(ctx), own = {proc.root, getpid(), -1, NULL, NULL};
    ps_list_init(&sockets.list, &ps_record_sconn);
    CHECK_INT(ps_owners_read(ctx, &owners, &own), 0);
    CHECK_INT(ps_owners_index(ctx, &owners), 0);
    if (files)
        CHECK_INT(ps_sockets_proc(ctx, &sockets, &proc, kinds), 0);
    else
        CHECK_INT(ps_sockets_diag(&sockets, kinds), 0);
    ps_owners_free(&owners);
    return ps_list_finish(&sockets.list);
}

static void check_same(const psutil_sconn *a, const psutil_sconn *b)
{
    REQUIRE(a && b);
    CHECK_INT(a->family, b->family);
    CHECK_INT(a->type, b->type);
    CHECK_INT(a->status, b->status);
    CHECK_STRING(a->laddr.ip, b->laddr.ip);
    CHECK_STRING(a->raddr.ip, b->raddr.ip);
    CHECK_STRING(a->laddr.path, b->laddr.path);
    CHECK_STRING(a->raddr.path, b->raddr.path);
    CHECK_INT(a->laddr.port, b->laddr.port);
    CHECK_INT(a->raddr.port, b->raddr.port);
}

TEST(kernel_and_files_agree)
{
    int fds[10] = {listening(AF_INET), listening(AF_INET6), bound(AF_INET, SOCK_DGRAM),
                   bound(AF_INET6, SOCK_DGRAM), bound_unix(SOCK_STREAM, "\0psutil\0agree\n", 14)};
    fds[5] = connected_to(fds[0], AF_INET, SOCK_STREAM);
    fds[6] = accept(fds[0], NULL, NULL);
    fds[7] = connected_to(fds[2], AF_INET, SOCK_DGRAM);
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds + 8) == 0);
    for (unsigned kind = PSUTIL_KIND_TCP4; kind <= PSUTIL_KIND_ALL; kind++) {
        psutil_sconn_list *diag = collect(kind, false), *files = collect(kind, true);
        REQUIRE(diag && files);
        CHECK_INT(diag->len, files->len);
        for (size_t i = 0; i < diag->len; i++)
            check_same(&diag->items[i], find(files, getpid(), diag->items[i].fd));
        psutil_free(diag);
        psutil_free(files);
    }
    for (size_t i = 0; i < 10; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

#define FOREIGN_PORT 4242

static bool listen_in_own_namespace(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    union address a = loopback(AF_INET);
    a.v4.sin_port = htons(FOREIGN_PORT);
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return ioctl(fd, SIOCSIFFLAGS, &lo) == 0 && bind(fd, &a.any, sizeof a.v4) == 0 &&
           listen(fd, 8) == 0;
}

TEST(a_process_in_another_namespace) /* corner case 27 */
{
    pid_t child = child_that(listen_in_own_namespace);
    if (child == 0)
        SKIP("no network namespaces here");
    psutil_sconn_list *own = of_process(child, PSUTIL_KIND_ALL);
    REQUIRE(own && own->len == 1);
    struct expected e = {PSUTIL_AF_INET, PSUTIL_SOCK_STREAM, PSUTIL_CONN_LISTEN,
                         "127.0.0.1",    FOREIGN_PORT,       NOTHING};
    check_row(&own->items[0], &e);
    CHECK_INT(own->items[0].pid, child);
    psutil_free(own);
    psutil_sconn_list *all = of_system(PSUTIL_KIND_ALL);
    for (size_t i = 0; all && i < all->len; i++)
        CHECK(all->items[i].pid != child);
    psutil_free(all);
    end(child);
}

/* The row of a process in a table of all processes' sockets. */
static psutil_sconn_list *of_table(const psutil_table *table, int64_t pid)
{
    psutil_process_info info;
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(&info, table, i);
        if (info.pid == pid)
            return info.net_connections;
    }
    return NULL;
}

static void check_end(const psutil_addr *a, const psutil_addr *b)
{
    CHECK_STRING(a->ip, b->ip);
    CHECK_INT(a->port, b->port);
    CHECK_STRING(a->path, b->path);
}

static void check_rows(const psutil_sconn_list *a, const psutil_sconn_list *b)
{
    REQUIRE(a && b);
    REQUIRE(a->len == b->len);
    for (size_t i = 0; i < a->len; i++) {
        CHECK_INT(a->items[i].fd, b->items[i].fd);
        CHECK_INT(a->items[i].pid, b->items[i].pid);
        CHECK_INT(a->items[i].family, b->items[i].family);
        CHECK_INT(a->items[i].type, b->items[i].type);
        CHECK_INT(a->items[i].status, b->items[i].status);
        check_end(&a->items[i].laddr, &b->items[i].laddr);
        check_end(&a->items[i].raddr, &b->items[i].raddr);
    }
}

/* A table takes one snapshot of all sockets for its processes: the rows, and their order, are those
 * of each process asked alone. */
TEST(a_table_says_what_each_process_says)
{
    int server = listening(AF_INET), copy = dup(server);
    int client = connected_to(server, AF_INET, SOCK_STREAM);
    int udp = bound(AF_INET, SOCK_DGRAM), udp6 = bound(AF_INET6, SOCK_DGRAM);
    pid_t child = child_that(nothing), foreign = child_that(listen_in_own_namespace);
    psutil_table *table;
    REQUIRE(child > 0);
    REQUIRE(psutil_table_open(&table, ctx, PSUTIL_FIELD(NET_CONNECTIONS)) == 0);
    REQUIRE(psutil_table_refresh(table) == 0);
    const pid_t pids[] = {getpid(), child, foreign};
    for (size_t i = 0; i < sizeof pids / sizeof *pids && pids[i] > 0; i++) {
        psutil_sconn_list *own = of_process(pids[i], PSUTIL_KIND_INET);
        CHECK(own && own->len > 0);
        check_rows(of_table(table, pids[i]), own);
        psutil_free(own);
    }
    CHECK(find(of_table(table, child), child, copy) != NULL);
    CHECK(find(of_table(table, getpid()), getpid(), client) != NULL);
    close(client);
    REQUIRE(psutil_table_refresh(table) == 0);
    CHECK(find(of_table(table, getpid()), getpid(), client) == NULL);
    psutil_table_close(table);
    end(child);
    if (foreign > 0)
        end(foreign);
    close(udp6);
    close(udp);
    close(copy);
    close(server);
}

int main(void)
{
    if (psutil_open(&ctx, NULL) != 0)
        return 1;
    int rc = run_tests();
    psutil_close(ctx);
    return rc;
}
