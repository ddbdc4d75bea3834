/* The network's functions and their floors. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>

OURS_VALUE(net_io_counters, psutil_snetio, psutil_net_io_counters(&out, subject.ctx, NULL))
OURS_BLOCK(net_io_counters_pernic, psutil_snetio_list,
           psutil_net_io_counters_pernic(&out, subject.ctx, subject.nics))
OURS_BLOCK(net_if_addrs, psutil_snicaddr_list, psutil_net_if_addrs(&out, subject.ctx))
OURS_BLOCK(net_if_stats, psutil_snicstats_list, psutil_net_if_stats(&out, subject.ctx))

static void bare_net_dev(void)
{
    bare_read_all(AT_FDCWD, "/proc/self/net/dev");
}

static void bare_if_addrs(void)
{
    bare_links(true);
}

static void bare_if_stats(void)
{
    bare_links(false);
    bare_link_modes();
}

/* Who has a socket open stands in the links of all descriptors of all processes. */
static bool each_process(int folder, const char *name)
{
    char path[BARE_PATH];
    if (bare_is_number(name))
        bare_list(folder, bare_join(path, name, "fd"), bare_link);
    return true;
}

#define CONNECTIONS(id, KIND)                                                                      \
    OURS_BLOCK(net_connections_##id, psutil_sconn_list,                                            \
               psutil_net_connections(&out, subject.ctx, PSUTIL_KIND_##KIND))                      \
    static void bare_##id(void)                                                                    \
    {                                                                                              \
        bare_list(AT_FDCWD, "/proc", each_process);                                                \
        bare_sockets(PSUTIL_KIND_##KIND);                                                          \
    }
CONNECTIONS(tcp4, TCP4)
CONNECTIONS(tcp6, TCP6)
CONNECTIONS(tcp, TCP)
CONNECTIONS(udp4, UDP4)
CONNECTIONS(udp6, UDP6)
CONNECTIONS(udp, UDP)
CONNECTIONS(inet4, INET4)
CONNECTIONS(inet6, INET6)
CONNECTIONS(inet, INET)
CONNECTIONS(unix_, UNIX)
CONNECTIONS(all, ALL)

#define CONNECTIONS_ROW(kind, id)                                                                  \
    {                                                                                              \
        "net_connections_" kind, ours_net_connections_##id, bare_##id,                             \
            "link of every descriptor of every process, socket diagnosis"                          \
    }

const struct row rows_network[] = {
    ROW(net_io_counters, net_dev, "/proc/self/net/dev"),
    ROW(net_io_counters_pernic, net_dev, "/proc/self/net/dev"),
    ROW(net_if_addrs, if_addrs, "rtnetlink: links, addresses"),
    ROW(net_if_stats, if_stats, "rtnetlink: links; ethtool netlink: link modes"),
    CONNECTIONS_ROW("tcp4", tcp4),
    CONNECTIONS_ROW("tcp6", tcp6),
    CONNECTIONS_ROW("tcp", tcp),
    CONNECTIONS_ROW("udp4", udp4),
    CONNECTIONS_ROW("udp6", udp6),
    CONNECTIONS_ROW("udp", udp),
    CONNECTIONS_ROW("inet4", inet4),
    CONNECTIONS_ROW("inet6", inet6),
    CONNECTIONS_ROW("inet", inet),
    CONNECTIONS_ROW("unix", unix_),
    CONNECTIONS_ROW("all", all),
};
const size_t rows_network_len = sizeof rows_network / sizeof *rows_network;
