/* Sockets, each with the process that opened it. Windows has four tables of them, and none of
 * UNIX sockets. */
#include "core/records.h"
#include "os/windows/adapters.h"
#include "parse/ip.h"

#include <string.h>

struct sockets {
    psutil *ctx;
    struct ps_list list;
    int64_t pid; /* only its; PSUTIL_UNKNOWN: all */
};

/* ---- Ends ------------------------------------------------------------------------------------ */

static const psutil_addr no_end = {.port = PSUTIL_UNKNOWN};

/* Ports lie in the lower half of a number, as they go over the wire. */
static int64_t port_of(DWORD port)
{
    return (int64_t)((port & 0xff) << 8 | (port >> 8 & 0xff));
}

static psutil_addr end4(struct sockets *sockets, DWORD address, DWORD port)
{
    uint8_t bytes[4];
    char text[PS_IP4_TEXT];
    memcpy(bytes, &address, sizeof bytes);
    size_t len = ps_ip4_text(bytes, text);
    return (psutil_addr){.ip = ps_list_string(&sockets->list, text, len), .port = port_of(port)};
}

static psutil_addr end6(struct sockets *sockets, const UCHAR address[16], DWORD port)
{
    char text[PS_IP6_TEXT];
    size_t len = ps_ip6_text(address, text);
    return (psutil_addr){.ip = ps_list_string(&sockets->list, text, len), .port = port_of(port)};
}

static int64_t status_of(DWORD state)
{
    static const int64_t statuses[] = {
        [MIB_TCP_STATE_CLOSED] = PSUTIL_CONN_CLOSE,
        [MIB_TCP_STATE_LISTEN] = PSUTIL_CONN_LISTEN,
        [MIB_TCP_STATE_SYN_SENT] = PSUTIL_CONN_SYN_SENT,
        [MIB_TCP_STATE_SYN_RCVD] = PSUTIL_CONN_SYN_RECV,
        [MIB_TCP_STATE_ESTAB] = PSUTIL_CONN_ESTABLISHED,
        [MIB_TCP_STATE_FIN_WAIT1] = PSUTIL_CONN_FIN_WAIT1,
        [MIB_TCP_STATE_FIN_WAIT2] = PSUTIL_CONN_FIN_WAIT2,
        [MIB_TCP_STATE_CLOSE_WAIT] = PSUTIL_CONN_CLOSE_WAIT,
        [MIB_TCP_STATE_CLOSING] = PSUTIL_CONN_CLOSING,
        [MIB_TCP_STATE_LAST_ACK] = PSUTIL_CONN_LAST_ACK,
        [MIB_TCP_STATE_TIME_WAIT] = PSUTIL_CONN_TIME_WAIT,
        [MIB_TCP_STATE_DELETE_TCB] = PSUTIL_CONN_DELETE_TCB,
    };
    bool known = state < sizeof statuses / sizeof *statuses && statuses[state] != 0;
    return known ? statuses[state] : (int64_t)PSUTIL_CONN_NONE;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static bool is_wanted(const struct sockets *sockets, DWORD pid)
{
    return sockets->pid == PSUTIL_UNKNOWN || sockets->pid == (int64_t)pid;
}

/* Sockets have no number within their process. What belongs to no process any more (TIME_WAIT) has
 * pid 0. */
static void add(struct sockets *sockets, const psutil_sconn *row, DWORD pid)
{
    psutil_sconn *item = ps_list_add(&sockets->list);
    if (!item)
        return;
    *item = *row;
    item->fd = PSUTIL_UNKNOWN;
    item->pid = pid != 0 ? (int64_t)pid : PSUTIL_UNKNOWN;
}

static bool has_peer(DWORD state)
{
    return state != MIB_TCP_STATE_LISTEN && state != MIB_TCP_STATE_CLOSED;
}

static void add_tcp4(struct sockets *sockets, const void *table)
{
    const MIB_TCPTABLE_OWNER_PID *rows = table;
    for (DWORD i = 0; i < rows->dwNumEntries; i++) {
        const MIB_TCPROW_OWNER_PID *row = &rows->table[i];
        if (!is_wanted(sockets, row->dwOwningPid))
            continue;
        psutil_sconn socket = {.family = PSUTIL_AF_INET, .type = PSUTIL_SOCK_STREAM};
        socket.laddr = end4(sockets, row->dwLocalAddr, row->dwLocalPort);
        socket.raddr =
            has_peer(row->dwState) ? end4(sockets, row->dwRemoteAddr, row->dwRemotePort) : no_end;
        socket.status = status_of(row->dwState);
        add(sockets, &socket, row->dwOwningPid);
    }
}

static void add_tcp6(struct sockets *sockets, const void *table)
{
    const MIB_TCP6TABLE_OWNER_PID *rows = table;
    for (DWORD i = 0; i < rows->dwNumEntries; i++) {
        const MIB_TCP6ROW_OWNER_PID *row = &rows->table[i];
        if (!is_wanted(sockets, row->dwOwningPid))
            continue;
        psutil_sconn socket = {.family = PSUTIL_AF_INET6, .type = PSUTIL_SOCK_STREAM};
        socket.laddr = end6(sockets, row->ucLocalAddr, row->dwLocalPort);
        socket.raddr =
            has_peer(row->dwState) ? end6(sockets, row->ucRemoteAddr, row->dwRemotePort) : no_end;
        socket.status = status_of(row->dwState);
        add(sockets, &socket, row->dwOwningPid);
    }
}

static void add_udp4(struct sockets *sockets, const void *table)
{
    const MIB_UDPTABLE_OWNER_PID *rows = table;
    for (DWORD i = 0; i < rows->dwNumEntries; i++) {
        const MIB_UDPROW_OWNER_PID *row = &rows->table[i];
        if (!is_wanted(sockets, row->dwOwningPid))
            continue;
        psutil_sconn socket = {.family = PSUTIL_AF_INET, .type = PSUTIL_SOCK_DGRAM};
        socket.laddr = end4(sockets, row->dwLocalAddr, row->dwLocalPort);
        socket.raddr = no_end;
        socket.status = PSUTIL_CONN_NONE;
        add(sockets, &socket, row->dwOwningPid);
    }
}

static void add_udp6(struct sockets *sockets, const void *table)
{
    const MIB_UDP6TABLE_OWNER_PID *rows = table;
    for (DWORD i = 0; i < rows->dwNumEntries; i++) {
        const MIB_UDP6ROW_OWNER_PID *row = &rows->table[i];
        if (!is_wanted(sockets, row->dwOwningPid))
            continue;
        psutil_sconn socket = {.family = PSUTIL_AF_INET6, .type = PSUTIL_SOCK_DGRAM};
        socket.laddr = end6(sockets, row->ucLocalAddr, row->dwLocalPort);
        socket.raddr = no_end;
        socket.status = PSUTIL_CONN_NONE;
        add(sockets, &socket, row->dwOwningPid);
    }
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static const struct table {
    unsigned kind;
    ULONG family;
    void (*add)(struct sockets *sockets, const void *table);
    const char *call;
} tables[] = {
    {PSUTIL_KIND_TCP4, AF_INET, add_tcp4, "GetExtendedTcpTable"},
    {PSUTIL_KIND_TCP6, AF_INET6, add_tcp6, "GetExtendedTcpTable"},
    {PSUTIL_KIND_UDP4, AF_INET, add_udp4, "GetExtendedUdpTable"},
    {PSUTIL_KIND_UDP6, AF_INET6, add_udp6, "GetExtendedUdpTable"},
};

static DWORD ask(const struct table *table, struct ps_answer *answer, DWORD *size)
{
    *size = (DWORD)answer->size;
    if (table->kind & PSUTIL_KIND_TCP)
        return GetExtendedTcpTable(answer->data, size, FALSE, table->family,
                                   TCP_TABLE_OWNER_PID_ALL, 0);
    return GetExtendedUdpTable(answer->data, size, FALSE, table->family, UDP_TABLE_OWNER_PID, 0);
}

/* Sockets come between the question for the size and that for the table. */
static int read_table(struct sockets *sockets, const struct table *table, struct ps_answer *answer)
{
    DWORD size = 1 << 14;
    int rc = ps_answer_reserve(sockets->ctx, answer, size);
    while (rc == 0) {
        DWORD code = ask(table, answer, &size);
        if (code == NO_ERROR) {
            table->add(sockets, answer->data);
            return 0;
        }
        if (code != ERROR_INSUFFICIENT_BUFFER)
            return ps_fail_code(sockets->ctx, code, table->call, NULL, PSUTIL_UNKNOWN);
        rc = ps_answer_grow(sockets->ctx, answer, size, table->call);
    }
    return rc;
}

int ps_windows_connections(psutil *ctx, unsigned kinds, int64_t pid, const psutil_record *record,
                           psutil_sconn_list **out)
{
    struct ps_answer answer = {0};
    struct sockets sockets = {.ctx = ctx, .pid = pid};
    int rc = 0;
    ps_list_init(&sockets.list, record);
    for (size_t i = 0; rc == 0 && i < sizeof tables / sizeof *tables; i++)
        if (kinds & tables[i].kind)
            rc = read_table(&sockets, &tables[i], &answer);
    ps_answer_free(&answer);
    psutil_sconn_list *made = ps_list_result(ctx, &sockets.list, &rc);
    if (made)
        *out = made;
    return rc;
}

int ps_os_net_connections(psutil *ctx, unsigned kind, psutil_sconn_list **out)
{
    return ps_windows_connections(ctx, kind, PSUTIL_UNKNOWN, &ps_record_sconn, out);
}
