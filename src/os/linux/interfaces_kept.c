/* Links and addresses of a network namespace change seldom, and rtnetlink tells whoever wants to
 * know (rtnetlink(7), RTNLGRP_LINK and the like). A socket that was told nothing since the last
 * listing says for a hundredth of its cost that a new one would be the same.
 *
 * A thread may enter another namespace, and its sockets are then of that one. So each answer is
 * preceded by a look at the name of the namespace (namespaces(7)), which stays nobody else's as
 * long as a socket of it is open. */
#include "os/linux/interfaces_kept.h"

#include "core/records.h"
#include "os/linux/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Which namespace ----------------------------------------------------------------------------
 */

static bool take_name(ssize_t len, char name[32])
{
    if (len <= 0 || len >= 32)
        return false;
    name[len] = '\0';
    return true;
}

/* The process's first thread has the process's own link, which is kept. */
static bool read_name(psutil *ctx, const struct ps_network *network, enum ps_whose whose,
                      char name[32])
{
    struct ps_dir proc = ps_proc(ctx);
    bool own = whose == PS_OF_PROCESS ||
               (network->has_leader && pthread_equal(network->leader, pthread_self()));
    return take_name(own ? readlinkat(network->self.fd, "", name, 31)
                         : ps_link_try(&proc, "thread-self/ns/net", name, 31),
                     name);
}

/* ---- Descriptors --------------------------------------------------------------------------------
 */

/* What cannot be told from others' later on is not kept. */
static struct ps_lasting take(struct ps_keeper *keeper, int fd)
{
    struct stat st = {0};
    if (fd >= 0 && fstat(fd, &st) != 0) {
        close(fd);
        fd = -1;
    }
    ps_keeper_own(keeper, fd, true);
    return (struct ps_lasting){fd, (uint64_t)st.st_dev, (uint64_t)st.st_ino};
}

/* The number of a file that was closed is another's, or nobody's: then fstat() says EBADF. */
static bool is_ours(const struct ps_lasting *lasting)
{
    struct stat st;
    if (lasting->fd < 0)
        return false;
    if (fstat(lasting->fd, &st) != 0)
        return errno != EBADF;
    return (uint64_t)st.st_dev == lasting->device && (uint64_t)st.st_ino == lasting->inode;
}

static void give_up(struct ps_keeper *keeper, struct ps_lasting *lasting, bool close_it)
{
    if (lasting->fd >= 0 && close_it) {
        ps_keeper_own(keeper, lasting->fd, false);
        if (is_ours(lasting))
            close(lasting->fd);
    }
    lasting->fd = -1;
}

static void forget(struct ps_keeper *keeper, struct ps_network *network, bool close_them)
{
    give_up(keeper, &network->self, close_them);
    give_up(keeper, &network->events, close_them);
    give_up(keeper, &network->requests, close_them);
    network->valid = false;
    network->name[0] = '\0';
}

/* What does not fit is lost, and told of as such: that something changed is all that matters. Of an
 * IPv6 address the kernel tells when it may be used (net/ipv6/addrconf.c:addrconf_dad_completed()),
 * and shows it before: the route to its network is told of at once. Where there is one already, an
 * address that was added without a search for duplicates is known a moment late. */
static int open_events(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                  .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
                                               RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE};
    int small = 1;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd >= 0 && (bind(fd, (const void *)&address, sizeof address) != 0 ||
                    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* The first thread of a process has its number. */
static bool is_leader(void)
{
    return syscall(SYS_gettid) == getpid();
}

static bool open_all(psutil *ctx, struct ps_network *network, enum ps_whose whose)
{
    struct ps_dir proc = ps_proc(ctx);
    struct ps_keeper *keeper = &ps_linux_of(ctx)->keeper;
    char name[32];
    network->generation = ps_keeper_generation(keeper);
    network->has_leader = is_leader();
    network->leader = pthread_self();
    network->self = take(keeper, ps_dir_open(&proc, "self/ns/net", O_PATH | O_NOFOLLOW));
    network->events = take(keeper, open_events());
    network->requests = take(keeper, socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    network->words = 0;
    return network->self.fd >= 0 && network->events.fd >= 0 && network->requests.fd >= 0 &&
           read_name(ctx, network, PS_OF_THREAD, network->name) &&
           read_name(ctx, network, whose, name) && strcmp(network->name, name) == 0;
}

/* ---- What is known ------------------------------------------------------------------------------
 */

/* To look takes nothing away from whoever may have the number by now. */
static bool is_quiet(int fd)
{
    char ignored;
    return recv(fd, &ignored, sizeof ignored, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

/* Reads all that the kernel told, also that there was more than fits. False when the socket is none
 * of ours by now, or failed. */
static bool drain(const struct ps_lasting *events)
{
    char ignored;
    ssize_t got = 1;
    if (!is_ours(events))
        return false;
    while (got > 0 || (got < 0 && (errno == EINTR || errno == ENOBUFS)))
        got = recv(events->fd, &ignored, sizeof ignored, MSG_DONTWAIT | MSG_TRUNC);
    return got < 0 && errno == EAGAIN;
}

/* Its socket is the one that is kept, also when a larger answer needed another. */
static int ask(psutil *ctx, struct ps_network *network,
               int (*question)(psutil *ctx, struct ps_netlink *netlink, void *user), void *user)
{
    struct ps_netlink netlink;
    struct ps_keeper *keeper = &ps_linux_of(ctx)->keeper;
    if (!is_ours(&network->requests))
        return -1;
    ps_keeper_own(keeper, network->requests.fd, false);
    ps_netlink_resume(&netlink, NETLINK_ROUTE, network->requests.fd, network->seq);
    int rc = question(ctx, &netlink, user);
    network->seq = netlink.seq;
    int fd = ps_netlink_suspend(&netlink);
    if (netlink.size == PS_NETLINK_PIECE)
        ps_keeper_own(keeper, fd, true);
    else
        network->requests = take(keeper, fd);
    return rc;
}

static int write_rows(psutil *ctx, struct ps_network *network)
{
    ps_list_free(&network->addrs);
    ps_list_free(&network->stats);
    ps_address_rows(&network->addrs, &network->links, &network->addresses);
    for (size_t i = 0; i < network->links.len; i++)
        ps_link_row(&network->stats, &network->links.items[i]);
    return network->addrs.failed || network->stats.failed ? ps_fail_memory(ctx) : 0;
}

static int load(psutil *ctx, struct ps_netlink *netlink, void *user)
{
    struct ps_network *network = user;
    network->links.failed = network->addresses.failed = false;
    int rc = ps_links_load(ctx, netlink, &network->links);
    if (rc == 0)
        rc = ps_addresses_load(ctx, netlink, &network->addresses);
    return rc != 0 ? rc : write_rows(ctx, network);
}

static bool refresh(psutil *ctx, struct ps_network *network)
{
    bool quiet = is_quiet(network->events.fd);
    if (quiet && network->valid)
        return true;
    network->valid = (quiet || drain(&network->events)) && ask(ctx, network, load, network) == 0;
    return network->valid;
}

static bool make_ready(psutil *ctx, struct ps_network *network, enum ps_whose whose)
{
    struct ps_keeper *keeper = &ps_linux_of(ctx)->keeper;
    char name[32];
    bool ours = network->generation == ps_keeper_generation(keeper);
    bool same = ours && network->name[0] && read_name(ctx, network, whose, name) &&
                strcmp(name, network->name) == 0;
    if (!same)
        forget(keeper, network, ours);
    if ((same || open_all(ctx, network, whose)) && refresh(ctx, network))
        return true;
    forget(keeper, network, true);
    return false;
}

static struct ps_network *make(void)
{
    struct ps_network *network = calloc(1, sizeof *network);
    if (!network)
        return NULL;
    network->self.fd = network->events.fd = network->requests.fd = -1;
    ps_list_init(&network->addrs, &ps_record_snicaddr);
    ps_list_init(&network->stats, &ps_record_snicstats);
    return network;
}

/* Asking once is no reason to keep anything. */
static struct ps_network *made(struct ps_linux *os)
{
    if (!os->network && os->network_asked)
        os->network = make();
    os->network_asked = true;
    return os->network;
}

struct ps_network *ps_network_hold(psutil *ctx, enum ps_whose whose)
{
    struct ps_linux *os = ps_linux_of(ctx);
    if (ps_keeper_generation(&os->keeper) == 0 ||
        atomic_exchange_explicit(&os->network_busy, true, memory_order_acquire))
        return NULL;
    struct ps_network *network = made(os);
    if (network && make_ready(ctx, network, whose))
        return network;
    ps_network_release(ctx);
    return NULL;
}

void ps_network_release(psutil *ctx)
{
    atomic_store_explicit(&ps_linux_of(ctx)->network_busy, false, memory_order_release);
}

/* What another thread was about to change is left where it is. */
void ps_network_after_fork(struct ps_linux *os)
{
    if (atomic_load(&os->network_busy))
        os->network = NULL;
    atomic_store(&os->network_busy, false);
}

void ps_network_free(struct ps_linux *os)
{
    struct ps_network *network = os->network;
    if (!network)
        return;
    forget(&os->keeper, network, network->generation == ps_keeper_generation(&os->keeper));
    ps_links_free(&network->links);
    free(network->addresses.items);
    ps_list_free(&network->addrs);
    ps_list_free(&network->stats);
    free(network);
}

/* ---- Counters -----------------------------------------------------------------------------------
 */

struct counting {
    const struct ps_links *links;
    size_t hint;
    struct ps_list *list;
    size_t rows;
    bool odd; /* there are links that are not known, or numbers that do not fit */
};

static int64_t counter(struct counting *counting, uint64_t value)
{
    counting->odd = counting->odd || value > INT64_MAX;
    return (int64_t)value;
}

/* As net/core/net-procfs.c:dev_seq_printf_stats has it: what was missed counts as dropped. */
static void add_counters(struct counting *counting, const struct ps_link *link,
                         const struct rtnl_link_stats64 *stats)
{
    psutil_snetio *row = ps_list_add(counting->list);
    if (!row)
        return;
    row->name = ps_list_string(counting->list, link->name, strlen(link->name));
    row->bytes_sent = counter(counting, stats->tx_bytes);
    row->bytes_recv = counter(counting, stats->rx_bytes);
    row->packets_sent = counter(counting, stats->tx_packets);
    row->packets_recv = counter(counting, stats->rx_packets);
    row->errin = counter(counting, stats->rx_errors);
    row->errout = counter(counting, stats->tx_errors);
    row->dropin = counter(counting, stats->rx_dropped + stats->rx_missed_errors);
    row->dropout = counter(counting, stats->tx_dropped);
    counting->rows++;
}

static void take_counters(const struct nlmsghdr *message, void *user)
{
    struct counting *counting = user;
    const struct if_stats_msg *info = ps_netlink_body(message, sizeof *info);
    struct ps_attribute attribute;
    struct rtnl_link_stats64 stats = {0};
    if (!info || message->nlmsg_type != RTM_NEWSTATS)
        return;
    const struct ps_link *link =
        ps_links_find(counting->links, (int)info->ifindex, &counting->hint);
    struct ps_attributes attributes = ps_attributes_of(message, sizeof *info);
    bool found = false;
    while (link && !found && ps_attribute_next(&attributes, &attribute))
        if (attribute.type == IFLA_STATS_LINK_64) {
            memcpy(&stats, attribute.data,
                   attribute.len < sizeof stats ? attribute.len : sizeof stats);
            found = true;
        }
    if (found)
        add_counters(counting, link, &stats);
    else
        counting->odd = true;
}

/* A list that was begun cannot be begun anew: then the caller goes another way. */
static void restart_counters(void *user)
{
    struct counting *counting = user;
    counting->odd = counting->odd || counting->rows > 0;
}

static int ask_counters(psutil *ctx, struct ps_netlink *netlink, void *user)
{
    struct {
        struct nlmsghdr header;
        struct if_stats_msg info;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETSTATS},
                 .info = {.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)}};
    struct ps_netlink_sink sink = {take_counters, restart_counters, user};
    (void)ctx;
    return ps_netlink_ask(netlink, &request.header, true, &sink);
}

int ps_network_counters(psutil *ctx, struct ps_network *network, struct ps_list *list)
{
    struct counting counting = {.links = &network->links, .list = list};
    int rc = ask(ctx, network, ask_counters, &counting);
    if (rc != 0)
        forget(&ps_linux_of(ctx)->keeper, network, true);
    return rc != 0 || counting.odd ? -1 : 0;
}
