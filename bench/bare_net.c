/* The dumps that the network's figures need. The requests are the cheapest that tell what is
 * needed: TCP of both families in one dump, links without their statistics. */
#include "bare.h"

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <psutil/net.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DUMP (NLM_F_REQUEST | NLM_F_DUMP)
#define ATTRIBUTE sizeof(struct nlattr) /* NLA_HDRLEN, which is a signed number */
#define PIECE (32 * 1024)               /* as much as the kernel puts into one answer */

static bool is_last(int64_t len) /* wider than what the macros compare it with */
{
    for (struct nlmsghdr *m = (void *)bare_buffer; NLMSG_OK(m, len); m = NLMSG_NEXT(m, len))
        if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
            return true;
    return false;
}

/* Sends a request and receives the whole answer; returns the length of its first piece. */
static ssize_t ask(int fd, const void *request, size_t len)
{
    ssize_t first = -1, got = send(fd, request, len, 0);
    while (got > 0) {
        got = recv(fd, bare_buffer, PIECE, 0);
        if (first < 0)
            first = got;
        if (got > 0 && is_last(got))
            break;
    }
    return first;
}

static int open_netlink(int protocol)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
}

/* ---- Sockets ------------------------------------------------------------------------------------
 */

#define STATES 0x1ffe /* those of /proc/net/tcp */

static void dump_tcp(int fd)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req body;
    } request = {{.nlmsg_len = sizeof request, .nlmsg_type = TCPDIAG_GETSOCK, .nlmsg_flags = DUMP},
                 {.idiag_family = AF_INET, .idiag_states = STATES}};
    ask(fd, &request, sizeof request);
}

static void dump_inet(int fd, uint8_t family, uint8_t protocol)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 body;
    } request = {
        {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = DUMP},
        {.sdiag_family = family, .sdiag_protocol = protocol, .idiag_states = STATES}};
    ask(fd, &request, sizeof request);
}

static void dump_unix(int fd)
{
    struct {
        struct nlmsghdr header;
        struct unix_diag_req body;
    } request = {
        {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = DUMP},
        {.sdiag_family = AF_UNIX, .udiag_states = UINT32_MAX, .udiag_show = UDIAG_SHOW_NAME}};
    ask(fd, &request, sizeof request);
}

void bare_sockets(unsigned kinds)
{
    int fd = open_netlink(NETLINK_SOCK_DIAG);
    bool both = (kinds & PSUTIL_KIND_TCP) == PSUTIL_KIND_TCP;
    if (fd < 0)
        return;
    if (both)
        dump_tcp(fd);
    if (!both && kinds & PSUTIL_KIND_TCP4)
        dump_inet(fd, AF_INET, IPPROTO_TCP);
    if (!both && kinds & PSUTIL_KIND_TCP6)
        dump_inet(fd, AF_INET6, IPPROTO_TCP);
    if (kinds & PSUTIL_KIND_UDP4)
        dump_inet(fd, AF_INET, IPPROTO_UDP);
    if (kinds & PSUTIL_KIND_UDP6)
        dump_inet(fd, AF_INET6, IPPROTO_UDP);
    if (kinds & PSUTIL_KIND_UNIX)
        dump_unix(fd);
    close(fd);
}

/* ---- Interfaces ---------------------------------------------------------------------------------
 */

static void dump_links(int fd)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg body;
        struct nlattr attribute;
        uint32_t mask;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = DUMP},
        .attribute = {ATTRIBUTE + sizeof(uint32_t), IFLA_EXT_MASK},
        .mask = RTEXT_FILTER_SKIP_STATS};
    ask(fd, &request, sizeof request);
}

static void dump_addresses(int fd)
{
    struct {
        struct nlmsghdr header;
        struct ifaddrmsg body;
    } request = {{.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETADDR, .nlmsg_flags = DUMP},
                 {.ifa_family = AF_UNSPEC}};
    ask(fd, &request, sizeof request);
}

void bare_links(bool addresses)
{
    int fd = open_netlink(NETLINK_ROUTE);
    if (fd < 0)
        return;
    dump_links(fd);
    if (addresses)
        dump_addresses(fd);
    close(fd);
}

/* The number that the kernel gave the family of ethtool when it was loaded; 0: it has none. */
static uint16_t find_ethtool(int fd)
{
    struct {
        struct nlmsghdr header;
        struct genlmsghdr generic;
        struct nlattr attribute;
        char name[sizeof ETHTOOL_GENL_NAME];
    } request = {.header = {.nlmsg_len = sizeof request,
                            .nlmsg_type = GENL_ID_CTRL,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
                 .generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1},
                 .attribute = {ATTRIBUTE + sizeof ETHTOOL_GENL_NAME, CTRL_ATTR_FAMILY_NAME},
                 .name = ETHTOOL_GENL_NAME};
    ssize_t len = send(fd, &request, sizeof request, 0);
    len = len > 0 ? recv(fd, bare_buffer, PIECE, 0) : -1;
    const struct nlmsghdr *answer = (const void *)bare_buffer;
    if (len < (ssize_t)sizeof *answer || answer->nlmsg_type != GENL_ID_CTRL)
        return 0;
    for (size_t at = NLMSG_LENGTH(GENL_HDRLEN); at + ATTRIBUTE <= answer->nlmsg_len;) {
        const struct nlattr *attribute = (const void *)(bare_buffer + at);
        uint16_t number;
        memcpy(&number, attribute + 1, sizeof number);
        if (attribute->nla_type == CTRL_ATTR_FAMILY_ID)
            return number;
        at += ((size_t)attribute->nla_len + 3) & ~(size_t)3;
    }
    return 0;
}

static void dump_link_modes(int fd, uint16_t family)
{
    struct {
        struct nlmsghdr header;
        struct genlmsghdr generic;
        struct nlattr nest;
        struct nlattr attribute;
        uint32_t flags;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = family, .nlmsg_flags = DUMP},
        .generic = {.cmd = ETHTOOL_MSG_LINKMODES_GET, .version = 1},
        .nest = {2 * ATTRIBUTE + sizeof(uint32_t), ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED},
        .attribute = {ATTRIBUTE + sizeof(uint32_t), ETHTOOL_A_HEADER_FLAGS},
        .flags = ETHTOOL_FLAG_COMPACT_BITSETS};
    ask(fd, &request, sizeof request);
}

void bare_link_modes(void)
{
    static int family = -1;
    int fd = open_netlink(NETLINK_GENERIC);
    if (fd < 0)
        return;
    if (family < 0) {
        family = find_ethtool(fd);
        close(fd);
        fd = open_netlink(NETLINK_GENERIC);
    }
    if (family > 0)
        dump_link_modes(fd, (uint16_t)family);
    close(fd);
}
