/* What the tests of sockets share: sockets of every kind on loopback, and looking for them. */
#ifndef NET_SOCKETS_H
#define NET_SOCKETS_H

#include "../test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <psutil.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static psutil *ctx;

/* ---- Making sockets -----------------------------------------------------------------------------
 */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static inline socklen_t size_of(const union address *a)
{
    return a->any.sa_family == AF_INET ? sizeof a->v4 : sizeof a->v6;
}

static inline union address loopback(int family)
{
    union address a = {.any = {.sa_family = (sa_family_t)family}};
    if (family == AF_INET)
        a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        a.v6.sin6_addr = in6addr_loopback;
    return a;
}

static inline int bound(int family, int type)
{
    union address a = loopback(family);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, &a.any, size_of(&a)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline int listening(int family)
{
    int fd = bound(family, SOCK_STREAM);
    if (fd >= 0)
        listen(fd, 8);
    return fd;
}

static inline union address name_of(int fd)
{
    union address a;
    socklen_t len = sizeof a;
    memset(&a, 0, sizeof a);
    getsockname(fd, &a.any, &len);
    return a;
}

static inline int64_t port_of(int fd)
{
    union address a = name_of(fd);
    return ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
}

static inline int connected_to(int server, int family, int type)
{
    union address a = name_of(server);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    connect(fd, &a.any, size_of(&a));
    return fd;
}

static inline int bound_unix(int type, const char *name, size_t len)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    memcpy(a.sun_path, name, len);
    if (bind(fd, (void *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* ---- Looking for them ---------------------------------------------------------------------------
 */

static inline psutil_sconn_list *of_system(unsigned kind)
{
    psutil_sconn_list *list = NULL;
    CHECK_INT(psutil_net_connections(&list, ctx, kind), 0);
    return list;
}

static inline psutil_sconn_list *of_process(int64_t pid, unsigned kind)
{
    psutil_process *process;
    psutil_sconn_list *list = NULL;
    if (psutil_process_open(&process, ctx, pid) != 0)
        return NULL;
    CHECK_INT(psutil_process_net_connections(&list, process, kind), 0);
    psutil_process_close(process);
    return list;
}

static inline const psutil_sconn *find(const psutil_sconn_list *list, int64_t pid, int64_t fd)
{
    for (size_t i = 0; list && i < list->len; i++)
        if (list->items[i].pid == pid && list->items[i].fd == fd)
            return &list->items[i];
    return NULL;
}

struct expected {
    int64_t family, type, status;
    const char *local_ip;
    int64_t local_port;
    const char *remote_ip;
    int64_t remote_port;
};

static inline void check_row(const psutil_sconn *row, const struct expected *e)
{
    REQUIRE(row != NULL);
    CHECK_INT(row->family, e->family);
    CHECK_INT(row->type, e->type);
    CHECK_INT(row->status, e->status);
    CHECK_STRING(row->laddr.ip, e->local_ip);
    CHECK_INT(row->laddr.port, e->local_port);
    CHECK_STRING(row->raddr.ip, e->remote_ip);
    CHECK_INT(row->raddr.port, e->remote_port);
    CHECK(row->laddr.path == NULL && row->raddr.path == NULL);
}

/* In the system's list and in the process's. */
static inline void check_both(int fd, unsigned kind, const struct expected *e)
{
    psutil_sconn_list *all = of_system(kind), *own = of_process(getpid(), kind);
    check_row(find(all, getpid(), fd), e);
    check_row(find(own, getpid(), fd), e);
    psutil_free(all);
    psutil_free(own);
}

#define NOTHING NULL, PSUTIL_UNKNOWN

#endif
