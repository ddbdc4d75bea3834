/* The sockets of the system, and how a socket becomes a row. */
#include "os/linux/sockets.h"
#include "os/linux/bpf/lane.h"

#include "core/records.h"
#include "parse/ip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* include/net/tcp_states.h; TCP_NEW_SYN_RECV is a SYN_RECV that has no full socket yet. */
static int64_t status_of(unsigned state)
{
    static const int8_t statuses[] = {0,
                                      PSUTIL_CONN_ESTABLISHED,
                                      PSUTIL_CONN_SYN_SENT,
                                      PSUTIL_CONN_SYN_RECV,
                                      PSUTIL_CONN_FIN_WAIT1,
                                      PSUTIL_CONN_FIN_WAIT2,
                                      PSUTIL_CONN_TIME_WAIT,
                                      PSUTIL_CONN_CLOSE,
                                      PSUTIL_CONN_CLOSE_WAIT,
                                      PSUTIL_CONN_LAST_ACK,
                                      PSUTIL_CONN_LISTEN,
                                      PSUTIL_CONN_CLOSING,
                                      PSUTIL_CONN_SYN_RECV};
    return state > 0 && state < sizeof statuses ? statuses[state] : PSUTIL_UNKNOWN;
}

/* Without a port an end is not bound, or not connected. */
static psutil_addr inet_end(struct ps_list *list, const uint8_t *address, uint16_t port, bool v6)
{
    char text[PS_IP6_TEXT];
    if (port == 0)
        return (psutil_addr){NULL, PSUTIL_UNKNOWN, NULL};
    size_t len = v6 ? ps_ip6_text(address, text) : ps_ip4_text(address, text);
    return (psutil_addr){ps_list_string(list, text, len), port, NULL};
}

#define UNIX_NAME_MAX 108 /* sizeof sockaddr_un.sun_path */

/* A path ends at its first NUL; in an abstract name NULs are bytes like others. */
static psutil_addr unix_end(struct ps_list *list, const char *path, size_t len, bool abstract)
{
    char text[UNIX_NAME_MAX];
    if (!abstract)
        return (psutil_addr){NULL, PSUTIL_UNKNOWN, ps_list_string(list, path, strnlen(path, len))};
    len = len < sizeof text ? len : sizeof text;
    for (size_t i = 0; i < len; i++)
        text[i] = path[i] == '\0' ? '@' : path[i];
    return (psutil_addr){NULL, PSUTIL_UNKNOWN, ps_list_string(list, text, len)};
}

static void fill_row(struct ps_list *list, psutil_sconn *row, const struct ps_socket *socket)
{
    bool v6 = (socket->kind & PSUTIL_KIND_INET6) != 0;
    row->type = socket->type;
    row->status =
        socket->kind & PSUTIL_KIND_TCP ? status_of(socket->state) : (int64_t)PSUTIL_CONN_NONE;
    if (socket->kind == PSUTIL_KIND_UNIX) {
        row->family = PSUTIL_AF_UNIX;
        row->laddr = unix_end(list, socket->path, socket->path_len, socket->abstract);
        row->raddr = unix_end(list, "", 0, false);
        return;
    }
    row->family = v6 ? PSUTIL_AF_INET6 : PSUTIL_AF_INET;
    row->laddr = inet_end(list, socket->local, socket->local_port, v6);
    row->raddr = inet_end(list, socket->remote, socket->remote_port, v6);
}

/* Rows of one socket share their strings. */
static void add_row(struct ps_sockets *sockets, const psutil_sconn *pattern,
                    const struct ps_owner *owner)
{
    psutil_sconn *row = ps_list_add(&sockets->list);
    if (!row)
        return;
    *row = *pattern;
    row->fd = owner ? owner->fd : PSUTIL_UNKNOWN;
    row->pid = owner ? owner->pid : PSUTIL_UNKNOWN;
}

/* Beside the row at the same place. */
static bool note_inode(struct ps_inodes *inodes, size_t place, uint64_t inode)
{
    if (place == inodes->capacity) {
        size_t capacity = inodes->capacity ? inodes->capacity * 2 : 64;
        uint64_t *items = realloc(inodes->items, capacity * sizeof *items);
        if (!items)
            return false;
        inodes->items = items;
        inodes->capacity = capacity;
    }
    inodes->items[place] = inode;
    return true;
}

/* Sockets that no process has any more have no inode. */
static void add_to_snapshot(struct ps_sockets *sockets, const struct ps_socket *socket)
{
    psutil_sconn pattern = {0};
    if (socket->inode == 0)
        return;
    if (!note_inode(sockets->inodes, sockets->list.len, socket->inode)) {
        sockets->list.failed = true;
        return;
    }
    fill_row(&sockets->list, &pattern, socket);
    add_row(sockets, &pattern, NULL);
}

/* Of UNIX sockets the kernel uses 1 (connected), 7 (neither) and 10 (listens). */
static bool waits_for_others(const struct ps_socket *socket)
{
    enum { CLOSE = 7, LISTEN = 10 };
    if (socket->type == PSUTIL_SOCK_DGRAM)
        return socket->state == CLOSE && socket->path_len > 0;
    return socket->state == LISTEN;
}

void ps_sockets_add(struct ps_sockets *sockets, const struct ps_socket *socket)
{
    psutil_sconn pattern = {0};
    if (sockets->listening && socket->kind == PSUTIL_KIND_UNIX && !waits_for_others(socket))
        return;
    if (sockets->inodes) {
        add_to_snapshot(sockets, socket);
        return;
    }
    const struct ps_owner *owner =
        socket->inode != 0 ? ps_owners_find(sockets->owners, socket->inode) : NULL;
    if (!owner && sockets->owned_only)
        return;
    fill_row(&sockets->list, &pattern, socket);
    do {
        add_row(sockets, &pattern, owner);
        owner = owner ? ps_owners_next(sockets->owners, owner) : NULL;
    } while (owner);
}

void ps_sockets_cut(struct ps_sockets *sockets, size_t len)
{
    while (sockets->list.len > len)
        ps_list_drop(&sockets->list);
}

int ps_sockets_live(psutil *ctx, struct ps_sockets *sockets, unsigned kinds)
{
    unsigned left = ps_sockets_diag(sockets, kinds);
    struct ps_dir proc = ps_proc(ctx);
    return left != 0 ? ps_sockets_proc(ctx, sockets, &proc, left) : 0;
}

/* False only when it is not there: what else keeps it from being opened is told by who reads it. */
static bool has_net(const struct ps_dir *dir)
{
    int fd = ps_dir_open(dir, "net", O_PATH | O_DIRECTORY);
    if (fd >= 0)
        close(fd);
    return fd >= 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* "net" is a link into the folder of the reading process, which the proc root of a container's
 * host does not hold: its first process tells then. */
int ps_sockets_of_root(psutil *ctx, struct ps_sockets *sockets, unsigned kinds)
{
    struct ps_dir proc = ps_proc(ctx), init = {ctx->roots.proc, 1, -1, NULL, NULL};
    const struct ps_dir *dir = !has_net(&proc) && has_net(&init) ? &init : &proc;
    return ps_sockets_proc(ctx, sockets, dir, kinds);
}

/* Those of the kinds that the lane does not tell. */
static int read_live(psutil *ctx, struct ps_sockets *sockets, struct ps_lane_tcp *tcp,
                     unsigned kind)
{
    unsigned left = ps_lane_tcp_take(tcp, sockets, kind);
    return left != 0 ? ps_sockets_live(ctx, sockets, left) : 0;
}

static size_t count_tcp(const struct ps_list *list)
{
    const psutil_sconn *items = (const void *)list->items;
    size_t count = 0;
    for (size_t i = 0; i < list->len; i++)
        count += items[i].type == PSUTIL_SOCK_STREAM && items[i].family != PSUTIL_AF_UNIX;
    return count;
}

static int read_all(psutil *ctx, struct ps_owners *owners, struct ps_sockets *sockets,
                    unsigned kind)
{
    bool live = ps_linux_of(ctx)->live, owned = !(kind & PSUTIL_KIND_UNOWNED);
    kind &= PSUTIL_KIND_ALL;
    struct ps_lane_tcp *tcp = ps_lane_tcp_start(ctx, kind);
    int rc = owned ? ps_owners_read_all(ctx, owners) : 0;
    if (rc == 0)
        rc = ps_owners_index(ctx, owners);
    if (rc == 0)
        rc = live ? read_live(ctx, sockets, tcp, kind) : ps_sockets_of_root(ctx, sockets, kind);
    if (rc == 0 && !tcp && live && kind & PSUTIL_KIND_TCP)
        ps_lane_note_tcp(ctx, count_tcp(&sockets->list));
    ps_lane_tcp_stop(tcp);
    return rc;
}

int ps_os_net_connections(psutil *ctx, unsigned kind, psutil_sconn_list **out)
{
    struct ps_owners owners = {0};
    struct ps_sockets sockets = {.owners = &owners,
                                 .listening = (kind & PSUTIL_KIND_LISTENING) != 0};
    ps_list_init(&sockets.list, &ps_record_sconn);
    int rc = read_all(ctx, &owners, &sockets, kind);
    psutil_sconn_list *list = rc == 0 ? ps_list_finish(&sockets.list) : NULL;
    ps_list_free(&sockets.list);
    ps_owners_free(&owners);
    if (list)
        *out = list;
    else if (rc == 0)
        rc = ps_fail_memory(ctx);
    return rc;
}
