/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 *
 * Programs that the kernel runs for each descriptor of a process, and for each of its TCP sockets;
 * see tasks.bpf.c. */
#include "kernel.h"
#include "records.h"

/* ---- Descriptors of sockets ---------------------------------------------------------------------
 * The iterator comes by each file of the threads that have descriptors of their own; /proc/PID/fd
 * has those of the first thread. */

SECTION("iter/task_file") int each_file(struct bpf_iter__task_file *ctx)
{
    struct task_struct *task = ctx->task;
    struct file *file = ctx->file;
    struct inode *inode = 0;
    u64 number = 0;
    if (!task || !file || task->pid != task->tgid || !bpf_sock_from_file(file))
        return 0;
    if (READ(inode, file, f_inode) != 0 || READ(number, inode, i_ino) != 0)
        return 0;
    struct ps_bpf_socket socket = {.pid = task->pid, .fd = ctx->fd, .inode = number};
    bpf_seq_write(ctx->meta->seq, &socket, sizeof socket);
    return 0;
}

/* ---- TCP: net/ipv4/inet_diag.c:inet_diag_msg_common_fill(), inet_sk_diag_fill(), and those of
 * connections that are not there yet, or not any more --------------------------------------------
 */

enum { AF_INET = 2, AF_INET6 = 10 };
enum { TCP_TIME_WAIT = 6, TCP_NEW_SYN_RECV = 12 };

/* What a file's inode is to a process, 0 for sockets that none has (net/core/sock.c:
 * sock_i_ino()). */
INLINE u64 inode_of(const struct sock *sock)
{
    const struct socket_alloc *socket = 0;
    u64 number = 0;
    if (EXISTS(sock->sk_ino))
        READ(number, sock, sk_ino);
    else if (READ(socket, sock, sk_socket) == 0 && socket)
        READ(number, socket, vfs_inode.i_ino);
    return number;
}

SECTION("iter/tcp") int each_tcp(struct bpf_iter__tcp *ctx)
{
    struct sock_common *common = ctx->sk_common;
    struct ps_bpf_tcp row = {0};
    u8 state = 0;
    if (!common)
        return 0;
    row.family = common->skc_family;
    row.state = common->skc_state;
    row.local_port = common->skc_num;
    row.remote_port = __builtin_bswap16(common->skc_dport);
    if (row.state == TCP_TIME_WAIT) {
        READ(state, (const struct inet_timewait_sock *)common, tw_substate);
        row.state = state;
    } else if (row.state != TCP_NEW_SYN_RECV) {
        row.inode = inode_of((const struct sock *)common);
    }
    if (row.family == AF_INET) {
        *(u32 *)row.local = common->skc_rcv_saddr;
        *(u32 *)row.remote = common->skc_daddr;
    } else if (row.family == AF_INET6) {
        READ(row.local, common, skc_v6_rcv_saddr);
        READ(row.remote, common, skc_v6_daddr);
    }
    bpf_seq_write(ctx->meta->seq, &row, sizeof row);
    return 0;
}
