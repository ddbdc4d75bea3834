/* Network: counters, sockets, interfaces and their addresses. */
#ifndef PSUTIL_NET_H
#define PSUTIL_NET_H

#include <psutil/base.h>
#include <psutil/disk.h>

PSUTIL_BEGIN_DECLS

/* Counters of an interface since it came up. Linux: /proc/net/dev; from the second question of a
 * context on the same figures by rtnetlink(7), for which sockets stay open (see psutil). */
typedef struct psutil_snetio {
    const char *name; /* "eth0"; NULL in the total */
    int64_t bytes_sent;
    int64_t bytes_recv;
    int64_t packets_sent;
    int64_t packets_recv;
    int64_t errin;   /* errors while receiving */
    int64_t errout;  /* errors while sending */
    int64_t dropin;  /* incoming packets dropped */
    int64_t dropout; /* outgoing packets dropped */
} psutil_snetio;

typedef struct psutil_snetio_list {
    size_t len;
    psutil_snetio *items;
} psutil_snetio_list;

/* All interfaces together, and each. `nowrap` may be NULL (see psutil/disk.h). */
PSUTIL_API int psutil_net_io_counters(psutil_snetio *out, psutil *ctx, psutil_nowrap *nowrap);
PSUTIL_API int psutil_net_io_counters_pernic(psutil_snetio_list **out, psutil *ctx,
                                             psutil_nowrap *nowrap);

/* Which sockets: a set of families and protocols. */
typedef enum psutil_conn_kind {
    PSUTIL_KIND_TCP4 = 0x01,
    PSUTIL_KIND_TCP6 = 0x02,
    PSUTIL_KIND_UDP4 = 0x04,
    PSUTIL_KIND_UDP6 = 0x08,
    PSUTIL_KIND_UNIX = 0x10,
    PSUTIL_KIND_TCP = 0x03,
    PSUTIL_KIND_UDP = 0x0c,
    PSUTIL_KIND_INET4 = 0x05,
    PSUTIL_KIND_INET6 = 0x0a,
    PSUTIL_KIND_INET = 0x0f,
    PSUTIL_KIND_ALL = 0x1f,

    /* Beside a kind, for psutil_net_connections(): owners are not looked for; only those that wait
     * for others. */
    PSUTIL_KIND_UNOWNED = 0x20,
    PSUTIL_KIND_LISTENING = 0x40
} psutil_conn_kind;

/* The kind called "inet", "inet4", "inet6", "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6", "unix"
 * or "all"; 0 for any other name. */
PSUTIL_API unsigned psutil_conn_kind_find(const char *name);

/* Families and types are numbered by the library, alike on every platform. */
typedef enum psutil_family {
    PSUTIL_AF_UNIX = 1,
    PSUTIL_AF_INET = 2,
    PSUTIL_AF_INET6 = 10,
    PSUTIL_AF_LINK = 17 /* a hardware address; AF_PACKET on Linux */
} psutil_family;

typedef enum psutil_socket_type {
    PSUTIL_SOCK_STREAM = 1,
    PSUTIL_SOCK_DGRAM = 2,
    PSUTIL_SOCK_RAW = 3,
    PSUTIL_SOCK_SEQPACKET = 5
} psutil_socket_type;

typedef enum psutil_conn_status {
    PSUTIL_CONN_ESTABLISHED = 1,
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
    PSUTIL_CONN_NONE,       /* not a TCP socket */
    PSUTIL_CONN_DELETE_TCB, /* Windows */
    PSUTIL_CONN_IDLE,       /* Solaris */
    PSUTIL_CONN_BOUND       /* Solaris */
} psutil_conn_status;

/* One end of a socket. An end that is not bound or not connected has nothing known. */
typedef struct psutil_addr {
    const char *ip;   /* "127.0.0.1", "::1"; NULL for UNIX sockets */
    int64_t port;     /* PSUTIL_UNKNOWN for UNIX sockets */
    const char *path; /* UNIX sockets: the path, "" unbound; an abstract name has '@' for each
                         NUL byte; NULL for the others */
} psutil_addr;

/* A socket. */
typedef struct psutil_sconn {
    int64_t fd;     /* its number in the process; PSUTIL_UNKNOWN without a known owner */
    int64_t family; /* psutil_family */
    int64_t type;   /* psutil_socket_type */
    psutil_addr laddr;
    psutil_addr raddr;
    int64_t status; /* psutil_conn_status */
    int64_t pid;    /* the process that has it open, PSUTIL_UNKNOWN when no process has, or when
                       it belongs to somebody whose descriptors the caller may not see */
} psutil_sconn;

typedef struct psutil_sconn_list {
    size_t len;
    psutil_sconn *items;
} psutil_sconn_list;

/* The sockets of the caller's network namespace; `kind` is a set of psutil_conn_kind. A socket that
 * several processes share, or that has several descriptors in one, appears once for each of them.
 * TCP sockets that neither listen nor are or were connected are left out.
 * With PSUTIL_KIND_UNOWNED each socket appears once, without `fd` and `pid`: finding the owners is
 * most of the work. With PSUTIL_KIND_LISTENING only those appear that wait for others: TCP and UNIX
 * sockets that listen, and those of datagrams that have an address (UDP) or a name (UNIX) and no
 * peer. The state of UNIX sockets is PSUTIL_CONN_NONE all the same.
 * Linux: NETLINK_SOCK_DIAG, else /proc/net/{tcp,tcp6,udp,udp6,unix}; owners from /proc/PID/fd. */
PSUTIL_API int psutil_net_connections(psutil_sconn_list **out, psutil *ctx, unsigned kind);

/* An address of an interface. */
typedef struct psutil_snicaddr {
    const char *name;      /* of the interface */
    int64_t family;        /* psutil_family */
    const char *address;   /* "192.0.2.1", "fe80::1%eth0", "52:54:00:12:34:56" */
    const char *netmask;   /* NULL for hardware addresses */
    const char *broadcast; /* NULL when there is none */
    const char *ptp;       /* the other end of a point-to-point link; NULL when there is none */
} psutil_snicaddr;

typedef struct psutil_snicaddr_list {
    size_t len;
    psutil_snicaddr *items;
} psutil_snicaddr_list;

/* Addresses of all interfaces: per interface IPv4, IPv6, then hardware. Linux: rtnetlink(7), whose
 * sockets stay open from the second question of a context on (see psutil): the answers before are
 * good until the kernel tells of a change. */
PSUTIL_API int psutil_net_if_addrs(psutil_snicaddr_list **out, psutil *ctx);

typedef enum psutil_nic_duplex {
    PSUTIL_NIC_DUPLEX_UNKNOWN = 0,
    PSUTIL_NIC_DUPLEX_HALF = 1,
    PSUTIL_NIC_DUPLEX_FULL = 2
} psutil_nic_duplex;

/* The state of an interface. Linux: rtnetlink, ethtool. */
typedef struct psutil_snicstats {
    const char *name;
    int64_t isup;      /* 1 when it is up and running */
    int64_t duplex;    /* psutil_nic_duplex */
    int64_t speed;     /* megabits a second, PSUTIL_UNKNOWN when the driver does not tell */
    int64_t mtu;       /* bytes */
    const char *flags; /* "up,broadcast,running,multicast" */
} psutil_snicstats;

typedef struct psutil_snicstats_list {
    size_t len;
    psutil_snicstats *items;
} psutil_snicstats_list;

PSUTIL_API int psutil_net_if_stats(psutil_snicstats_list **out, psutil *ctx);

PSUTIL_END_DECLS

#endif
