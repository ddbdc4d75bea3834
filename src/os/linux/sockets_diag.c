/* Sockets over NETLINK_SOCK_DIAG (sock_diag(7)). */
#include "os/linux/netlink.h"
#include "os/linux/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* One dump. */
struct dump {
    struct ps_sockets *sockets;
    unsigned kind; /* psutil_conn_kind; TCP for both families of it */
    size_t start;  /* rows before it */
};

static void restart(void *user)
{
    struct dump *dump = user;
    ps_sockets_cut(dump->sockets, dump->start);
}

static void take_inet(const struct nlmsghdr *message, void *user)
{
    struct dump *dump = user;
    const struct inet_diag_msg *body = ps_netlink_body(message, sizeof *body);
    if (!body)
        return;
    bool tcp = (dump->kind & PSUTIL_KIND_TCP) != 0, v6 = body->idiag_family == AF_INET6;
    struct ps_socket socket = {.kind = (tcp ? PSUTIL_KIND_TCP : PSUTIL_KIND_UDP) &
                                       (v6 ? PSUTIL_KIND_INET6 : PSUTIL_KIND_INET4),
                               .type = tcp ? PSUTIL_SOCK_STREAM : PSUTIL_SOCK_DGRAM,
                               .state = body->idiag_state,
                               .inode = body->idiag_inode,
                               .local = (const uint8_t *)body->id.idiag_src,
                               .remote = (const uint8_t *)body->id.idiag_dst,
                               .local_port = ntohs(body->id.idiag_sport),
                               .remote_port = ntohs(body->id.idiag_dport)};
    ps_sockets_add(dump->sockets, &socket);
}

static void take_unix(const struct nlmsghdr *message, void *user)
{
    struct dump *dump = user;
    const struct unix_diag_msg *body = ps_netlink_body(message, sizeof *body);
    if (!body || message->nlmsg_type != SOCK_DIAG_BY_FAMILY)
        return;
    struct ps_socket socket = {.kind = dump->kind,
                               .type = body->udiag_type,
                               .state = body->udiag_state,
                               .inode = body->udiag_ino,
                               .path = ""};
    struct ps_attributes attributes = ps_attributes_of(message, sizeof *body);
    struct ps_attribute attribute;
    while (ps_attribute_next(&attributes, &attribute))
        if (attribute.type == UNIX_DIAG_NAME) {
            socket.path = attribute.data;
            socket.path_len = attribute.len;
            socket.abstract = attribute.len > 0 && socket.path[0] == '\0';
        }
    ps_sockets_add(dump->sockets, &socket);
}

/* Bits of the states 1 (ESTABLISHED) to 12 (NEW_SYN_RECV). Sockets that are bound and nothing else
 * (13, Linux 6.8) are left out, as they are in /proc/net/tcp. UDP sockets use 1 and 7. */
#define STATES 0x1ffeu

static int dump_inet(struct ps_netlink *netlink, struct dump *dump)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 body;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY},
        .body = {.sdiag_family = dump->kind & PSUTIL_KIND_INET6 ? AF_INET6 : AF_INET,
                 .sdiag_protocol = dump->kind & PSUTIL_KIND_TCP ? IPPROTO_TCP : IPPROTO_UDP,
                 .idiag_states = STATES}};
    struct ps_netlink_sink sink = {take_inet, restart, dump};
    return ps_netlink_ask(netlink, &request.header, true, &sink);
}

/* The request of before Linux 3.3 tells of both families (net/ipv4/inet_diag.c:
 * inet_diag_dump_compat): the kernel then walks its one table of TCP sockets once, not twice. */
static int dump_tcp(struct ps_netlink *netlink, struct dump *dump)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req body;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = TCPDIAG_GETSOCK},
                 .body = {.idiag_family = AF_INET, .idiag_states = STATES}};
    struct ps_netlink_sink sink = {take_inet, restart, dump};
    return ps_netlink_ask(netlink, &request.header, true, &sink);
}

static int dump_unix(struct ps_netlink *netlink, struct dump *dump)
{
    struct {
        struct nlmsghdr header;
        struct unix_diag_req body;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY},
                 .body = {.sdiag_family = AF_UNIX,
                          .udiag_states = UINT32_MAX,
                          .udiag_show = UDIAG_SHOW_NAME}};
    struct ps_netlink_sink sink = {take_unix, restart, dump};
    return ps_netlink_ask(netlink, &request.header, true, &sink);
}

typedef int dump_function(struct ps_netlink *netlink, struct dump *dump);

/* Takes these kinds in one dump; false, and no rows, when the kernel refuses. */
static bool take_dump(struct ps_netlink *netlink, struct ps_sockets *sockets, unsigned kind,
                      dump_function *function)
{
    struct dump dump = {sockets, kind, sockets->list.len};
    bool taken = function(netlink, &dump) == 0;
    if (!taken)
        ps_sockets_cut(sockets, dump.start);
    return taken;
}

/* Kernels built without one of the diagnosis modules, or older ones, refuse some kinds; sandboxes
 * refuse the socket. Those are left for the files to tell. */
unsigned ps_sockets_diag(struct ps_sockets *sockets, unsigned kinds)
{
    struct ps_netlink netlink;
    if (ps_netlink_open(&netlink, NETLINK_SOCK_DIAG) != 0)
        goto done;
    if ((kinds & PSUTIL_KIND_TCP) == PSUTIL_KIND_TCP &&
        take_dump(&netlink, sockets, PSUTIL_KIND_TCP, dump_tcp))
        kinds &= ~(unsigned)PSUTIL_KIND_TCP;
    for (unsigned kind = PSUTIL_KIND_TCP4; kind <= PSUTIL_KIND_UNIX; kind <<= 1) {
        dump_function *function = kind == PSUTIL_KIND_UNIX ? dump_unix : dump_inet;
        if (kinds & kind && take_dump(&netlink, sockets, kind, function))
            kinds &= ~kind;
    }
done:
    ps_netlink_close(&netlink);
    return kinds;
}
