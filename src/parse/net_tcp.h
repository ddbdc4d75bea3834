/* /proc/net/{tcp,tcp6,udp,udp6} (net/ipv4/tcp_ipv4.c:get_tcp4_sock and its kin) and
 * /proc/net/if_inet6, which writes addresses in another way. */
#ifndef PS_NET_TCP_H
#define PS_NET_TCP_H

#include "parse/cursor.h"

/* Addresses in network order; IPv4 uses the first four bytes. */
struct ps_net_inet {
    uint8_t local[16], remote[16];
    uint16_t local_port, remote_port;
    uint8_t state; /* include/net/tcp_states.h */
    uint64_t inode;
};

/* The next socket, with addresses of `address_len` bytes (4 or 16); false at the end. The heading
 * and broken lines are skipped. */
bool ps_parse_net_inet(struct ps_cursor *cursor, size_t address_len, struct ps_net_inet *out);

struct ps_if_inet6 {
    uint8_t address[16];
    uint64_t index;
    unsigned prefix;
    struct ps_span name;
};

/* The next address of /proc/net/if_inet6 (net/ipv6/addrconf.c:if6_seq_show); false at the end. */
bool ps_parse_if_inet6(struct ps_cursor *cursor, struct ps_if_inet6 *out);

#endif
