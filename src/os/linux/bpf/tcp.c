/* TCP sockets: what socket diagnosis tells, for half of what it costs the kernel. */
#include "os/linux/bpf/state.h"
#include "os/linux/sockets.h"

#include <stdlib.h>
#include <sys/socket.h>

/* One reading; its rows come from the network namespace of who starts it. */
struct ps_lane_tcp {
    struct ps_lane *lane;
    unsigned kinds;
    struct ps_bpf_rows rows;
    char buffer[PS_BPF_BUFFER];
};

/* The kernel's iterator takes a rest at each place of its table, of which there are hundreds of
 * thousands (net/ipv4/tcp_ipv4.c:established_get_first()): some 1.5 ms, whether sockets are there
 * or not. Socket diagnosis passes over empty places, and takes half a microsecond more for each
 * socket. */
#define WORTH_THE_TABLE 3000

struct ps_lane_tcp *ps_lane_tcp_start(psutil *ctx, unsigned kinds)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    if (!lane || !(kinds & PSUTIL_KIND_TCP) || atomic_load(&lane->tcp_rows) < WORTH_THE_TABLE ||
        !ps_lane_is_open(ctx, PS_LANE_FIELDS) || lane->links[PS_BPF_TCP] < 0)
        return NULL;
    struct ps_lane_tcp *tcp = malloc(sizeof *tcp);
    if (!tcp)
        return NULL;
    tcp->lane = lane;
    tcp->kinds = kinds & PSUTIL_KIND_TCP;
    if (!ps_bpf_rows_open(&tcp->rows, lane->links[PS_BPF_TCP], tcp->buffer)) {
        free(tcp);
        return NULL;
    }
    ps_bpf_rows_hurry(&tcp->rows, PS_BPF_AHEAD_ALL);
    return tcp;
}

static void add(struct ps_sockets *sockets, const struct ps_bpf_tcp *row, unsigned kinds)
{
    bool is_v6 = row->family == AF_INET6;
    struct ps_socket socket = {.kind = PSUTIL_KIND_TCP &
                                       (unsigned)(is_v6 ? PSUTIL_KIND_INET6 : PSUTIL_KIND_INET4),
                               .type = PSUTIL_SOCK_STREAM,
                               .state = row->state,
                               .inode = row->inode,
                               .local = row->local,
                               .remote = row->remote,
                               .local_port = row->local_port,
                               .remote_port = row->remote_port};
    if (socket.kind & kinds && (is_v6 || row->family == AF_INET))
        ps_sockets_add(sockets, &socket);
}

unsigned ps_lane_tcp_take(struct ps_lane_tcp *tcp, struct ps_sockets *sockets, unsigned kinds)
{
    const struct ps_bpf_tcp *row;
    size_t before = sockets->list.len, rows = 0;
    if (!tcp)
        return kinds;
    for (; (row = ps_bpf_rows_take(&tcp->rows, sizeof *row)); rows++)
        add(sockets, row, tcp->kinds);
    if (tcp->rows.failed) {
        ps_sockets_cut(sockets, before);
        return kinds;
    }
    atomic_store(&tcp->lane->tcp_rows, rows);
    return kinds & ~tcp->kinds;
}

void ps_lane_tcp_stop(struct ps_lane_tcp *tcp)
{
    if (!tcp)
        return;
    ps_bpf_rows_close(&tcp->rows);
    free(tcp);
}

void ps_lane_note_tcp(psutil *ctx, size_t sockets)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    if (lane)
        atomic_store(&lane->tcp_rows, sockets);
}
