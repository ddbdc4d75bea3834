/* Network interfaces: what the parts of interfaces*.c and ethtool.c share. */
#ifndef PS_INTERFACES_H
#define PS_INTERFACES_H

#include "os/linux/linux.h"
#include "parse/ip.h"

#include <net/if.h>

struct ps_link {
    int index;
    unsigned flags; /* IFF_… */
    bool has_flags;
    int64_t mtu, speed, duplex;
    char name[IFNAMSIZ];
    uint8_t hardware_len, broadcast_len;
    uint8_t hardware[PS_HARDWARE_MAX], broadcast[PS_HARDWARE_MAX];
};

struct ps_links {
    struct ps_link *items;
    size_t len, capacity;
    bool failed; /* without memory */
};

/* A new link with everything unknown; NULL without memory. */
struct ps_link *ps_links_add(struct ps_links *links);
void ps_links_free(struct ps_links *links);

/* The link of this index, or NULL. Looks first behind the one that was found last, whose place is
 * kept in `*hint`: the kernel tells about interfaces in one order. */
struct ps_link *ps_links_find(const struct ps_links *links, int index, size_t *hint);

/* One address as it came. Presence is kept apart, since every value of the bytes is an address. */
struct ps_address_raw {
    int index, family;
    size_t order; /* of arrival */
    unsigned prefix;
    bool has_address, has_local, has_broadcast;
    uint8_t address[16], local[16], broadcast[16];
    char label[IFNAMSIZ];
};

struct ps_addresses {
    struct ps_address_raw *items;
    size_t len, capacity;
    bool failed;
};

struct ps_netlink;

/* All links, and all addresses, by the index of their interfaces, as the kernel tells them. */
int ps_links_load(psutil *ctx, struct ps_netlink *netlink, struct ps_links *links);
int ps_addresses_load(psutil *ctx, struct ps_netlink *netlink, struct ps_addresses *list);

/* The same two, asked of each driver in turn through the socket `fd`. `*words`, which is 0 at
 * first, keeps what the kernel demands of the question. */
int ps_ethtool_ask(psutil *ctx, int fd, int8_t *words, struct ps_links *links);

/* ethtool.c: fills speed and duplex of all links; unknown where the driver does not tell. */
int ps_ethtool_fill(psutil *ctx, struct ps_links *links);

/* The two as drivers give them: unknown where the number stands for that. */
int64_t ps_link_speed(int64_t speed);
int64_t ps_link_duplex(unsigned duplex);

/* The rows of if_addrs. */
void ps_address_rows(struct ps_list *list, const struct ps_links *links,
                     const struct ps_addresses *addresses);

/* A row of if_stats from a link. */
void ps_link_row(struct ps_list *list, const struct ps_link *link);

/* interfaces_files.c: the same two functions from the files of another root. */
int ps_files_if_addrs(psutil *ctx, struct ps_list *list);
int ps_files_if_stats(psutil *ctx, struct ps_list *list);

/* One row of if_addrs about bytes that netlink or a file gave. `scope` is the interface that an
 * IPv6 link-local address is bound to. Absent parts are NULL. */
struct ps_address {
    const char *name, *scope;
    int family; /* AF_INET or AF_INET6 */
    unsigned prefix;
    const uint8_t *address, *broadcast, *ptp;
};
void ps_address_row(struct ps_list *list, const struct ps_address *address);

/* The row of a hardware address; none when the link has no such address. */
void ps_hardware_row(struct ps_list *list, const struct ps_link *link);

#endif
