/* Interfaces and their addresses over rtnetlink (rtnetlink(7)). */
#include "os/linux/interfaces.h"

#include "core/records.h"
#include "os/linux/interfaces_kept.h"
#include "os/linux/netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* ---- Links --------------------------------------------------------------------------------------
 */

struct ps_link *ps_links_add(struct ps_links *links)
{
    if (links->len == links->capacity) {
        size_t capacity = links->capacity ? links->capacity * 2 : 16;
        struct ps_link *items = realloc(links->items, capacity * sizeof *items);
        if (!items) {
            links->failed = true;
            return NULL;
        }
        links->items = items;
        links->capacity = capacity;
    }
    struct ps_link *link = &links->items[links->len++];
    memset(link, 0, sizeof *link);
    link->mtu = link->speed = PSUTIL_UNKNOWN;
    link->duplex = PSUTIL_NIC_DUPLEX_UNKNOWN;
    return link;
}

void ps_links_free(struct ps_links *links)
{
    free(links->items);
    *links = (struct ps_links){0};
}

struct ps_link *ps_links_find(const struct ps_links *links, int index, size_t *hint)
{
    for (size_t i = 0; i < links->len; i++) {
        size_t at = (*hint + i) % links->len;
        if (links->items[at].index == index) {
            *hint = at + 1;
            return &links->items[at];
        }
    }
    return NULL;
}

static uint8_t copy_hardware(uint8_t to[PS_HARDWARE_MAX], const struct ps_attribute *attribute)
{
    size_t len = attribute->len < PS_HARDWARE_MAX ? attribute->len : PS_HARDWARE_MAX;
    memcpy(to, attribute->data, len);
    return (uint8_t)len;
}

static void take_link(const struct nlmsghdr *message, void *user)
{
    struct ps_links *links = user;
    const struct ifinfomsg *info = ps_netlink_body(message, sizeof *info);
    struct ps_link *link = info && message->nlmsg_type == RTM_NEWLINK ? ps_links_add(links) : NULL;
    if (!link)
        return;
    link->index = info->ifi_index;
    link->flags = info->ifi_flags;
    link->has_flags = true;
    struct ps_attributes attributes = ps_attributes_of(message, sizeof *info);
    struct ps_attribute attribute;
    while (ps_attribute_next(&attributes, &attribute)) {
        if (attribute.type == IFLA_IFNAME) {
            size_t len = ps_attribute_text_len(&attribute);
            memcpy(link->name, attribute.data, len < IFNAMSIZ ? len : IFNAMSIZ - 1);
        } else if (attribute.type == IFLA_MTU) {
            link->mtu = ps_attribute_u32(&attribute);
        } else if (attribute.type == IFLA_ADDRESS) {
            link->hardware_len = copy_hardware(link->hardware, &attribute);
        } else if (attribute.type == IFLA_BROADCAST) {
            link->broadcast_len = copy_hardware(link->broadcast, &attribute);
        }
    }
}

static void restart_links(void *user)
{
    ((struct ps_links *)user)->len = 0;
}

static int fail_netlink(psutil *ctx, const char *what)
{
    return ps_fail_call(ctx, "netlink", what, PSUTIL_UNKNOWN);
}

/* Statistics are half of a link's answer and are not needed here (Linux 4.4; older ones send them
 * all the same). */
int ps_links_load(psutil *ctx, struct ps_netlink *netlink, struct ps_links *links)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg info;
        struct nlattr attribute;
        uint32_t mask;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK},
                 .attribute = {PS_ATTRIBUTE_HEADER + sizeof(uint32_t), IFLA_EXT_MASK},
                 .mask = RTEXT_FILTER_SKIP_STATS};
    struct ps_netlink_sink sink = {take_link, restart_links, links};
    if (ps_netlink_ask(netlink, &request.header, true, &sink) != 0)
        return fail_netlink(ctx, "RTM_GETLINK");
    return links->failed ? ps_fail_memory(ctx) : 0;
}

/* ---- Addresses ----------------------------------------------------------------------------------
 */

static struct ps_address_raw *add_raw(struct ps_addresses *list)
{
    if (list->len == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        struct ps_address_raw *items = realloc(list->items, capacity * sizeof *items);
        if (!items) {
            list->failed = true;
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    struct ps_address_raw *item = &list->items[list->len];
    memset(item, 0, sizeof *item);
    item->order = list->len++;
    return item;
}

static size_t address_size(int family)
{
    return family == AF_INET6 ? 16 : 4;
}

static bool copy_address(uint8_t to[16], int family, const struct ps_attribute *attribute)
{
    if (attribute->len != address_size(family))
        return false;
    memcpy(to, attribute->data, attribute->len);
    return true;
}

static void take_attribute(struct ps_address_raw *raw, const struct ps_attribute *attribute)
{
    if (attribute->type == IFA_ADDRESS)
        raw->has_address = copy_address(raw->address, raw->family, attribute);
    else if (attribute->type == IFA_LOCAL)
        raw->has_local = copy_address(raw->local, raw->family, attribute);
    else if (attribute->type == IFA_BROADCAST)
        raw->has_broadcast = copy_address(raw->broadcast, raw->family, attribute);
    else if (attribute->type == IFA_LABEL && ps_attribute_text_len(attribute) < IFNAMSIZ)
        memcpy(raw->label, attribute->data, ps_attribute_text_len(attribute));
}

static void take_address(const struct nlmsghdr *message, void *user)
{
    const struct ifaddrmsg *info = ps_netlink_body(message, sizeof *info);
    if (!info || message->nlmsg_type != RTM_NEWADDR ||
        (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
        return;
    struct ps_address_raw *raw = add_raw(user);
    if (!raw)
        return;
    raw->index = (int)info->ifa_index;
    raw->family = info->ifa_family;
    raw->prefix = info->ifa_prefixlen;
    struct ps_attributes attributes = ps_attributes_of(message, sizeof *info);
    struct ps_attribute attribute;
    while (ps_attribute_next(&attributes, &attribute))
        take_attribute(raw, &attribute);
}

static void restart_addresses(void *user)
{
    ((struct ps_addresses *)user)->len = 0;
}

/* By interface, IPv4 before IPv6, else as they came. */
static int by_interface(const void *a, const void *b)
{
    const struct ps_address_raw *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->family != y->family)
        return x->family == AF_INET ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

int ps_addresses_load(psutil *ctx, struct ps_netlink *netlink, struct ps_addresses *list)
{
    struct {
        struct nlmsghdr header;
        struct ifaddrmsg info;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETADDR}};
    struct ps_netlink_sink sink = {take_address, restart_addresses, list};
    if (ps_netlink_ask(netlink, &request.header, true, &sink) != 0)
        return fail_netlink(ctx, "RTM_GETADDR");
    if (list->failed)
        return ps_fail_memory(ctx);
    if (list->len > 1)
        qsort(list->items, list->len, sizeof *list->items, by_interface);
    return 0;
}

/* The first address of an interface, or where it would be. */
static size_t first_of(const struct ps_addresses *list, int index)
{
    size_t low = 0, high = list->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- Rows ---------------------------------------------------------------------------------------
 */

static bool is_link_local(const uint8_t address[16])
{
    return (address[0] == 0xfe && (address[1] & 0xc0) == 0x80) ||
           (address[0] == 0xff && (address[1] & 0x0f) == 0x02);
}

static const char *address_string(struct ps_list *list, const struct ps_address *address,
                                  const uint8_t *bytes)
{
    char text[PS_IP6_TEXT + 1 + IFNAMSIZ];
    if (!bytes)
        return NULL;
    if (address->family == AF_INET)
        return ps_list_string(list, text, ps_ip4_text(bytes, text));
    size_t len = ps_ip6_text(bytes, text);
    if (address->scope && is_link_local(bytes)) {
        size_t scope_len = strnlen(address->scope, IFNAMSIZ);
        text[len++] = '%';
        memcpy(text + len, address->scope, scope_len);
        len += scope_len;
    }
    return ps_list_string(list, text, len);
}

void ps_address_row(struct ps_list *list, const struct ps_address *address)
{
    psutil_snicaddr *row = ps_list_add(list);
    if (!row)
        return;
    uint8_t mask[16];
    ps_ip_mask(mask, address_size(address->family), address->prefix);
    struct ps_address no_scope = {.family = address->family};
    row->name = ps_list_string(list, address->name, strlen(address->name));
    row->family = address->family == AF_INET ? PSUTIL_AF_INET : PSUTIL_AF_INET6;
    row->address = address_string(list, address, address->address);
    row->netmask = address_string(list, &no_scope, mask);
    row->broadcast = address_string(list, address, address->broadcast);
    row->ptp = address_string(list, address, address->ptp);
}

static const char *hardware_string(struct ps_list *list, const uint8_t *bytes, size_t len)
{
    char text[PS_HARDWARE_TEXT];
    return len > 0 ? ps_list_string(list, text, ps_hardware_text(bytes, len, text)) : NULL;
}

void ps_hardware_row(struct ps_list *list, const struct ps_link *link)
{
    psutil_snicaddr *row = link->hardware_len > 0 ? ps_list_add(list) : NULL;
    if (!row)
        return;
    const char *other = NULL;
    row->name = ps_list_string(list, link->name, strlen(link->name));
    row->family = PSUTIL_AF_LINK;
    row->address = hardware_string(list, link->hardware, link->hardware_len);
    if (link->flags & (IFF_BROADCAST | IFF_POINTOPOINT))
        other = hardware_string(list, link->broadcast, link->broadcast_len);
    if (link->flags & IFF_BROADCAST)
        row->broadcast = other;
    else
        row->ptp = other;
}

/* The address proper is IFA_LOCAL; IFA_ADDRESS is then the other end, or the same once more
 * (linux/if_addr.h). IPv6 has IFA_LOCAL only where there is another end. */
static void inet_row(struct ps_list *list, const struct ps_link *link,
                     const struct ps_address_raw *raw)
{
    const uint8_t *own = raw->has_local ? raw->local : raw->has_address ? raw->address : NULL;
    if (!own)
        return;
    struct ps_address address = {.name = raw->label[0] ? raw->label : link->name,
                                 .scope = link->name,
                                 .family = raw->family,
                                 .prefix = raw->prefix,
                                 .address = own};
    if (link->flags & IFF_BROADCAST && raw->has_broadcast)
        address.broadcast = raw->broadcast;
    bool other_end = raw->has_local && raw->has_address &&
                     (link->flags & IFF_POINTOPOINT ||
                      memcmp(raw->address, raw->local, address_size(raw->family)) != 0);
    if (other_end)
        address.ptp = raw->address;
    ps_address_row(list, &address);
}

static void link_rows(struct ps_list *list, const struct ps_link *link,
                      const struct ps_addresses *addresses)
{
    size_t i = first_of(addresses, link->index);
    for (; i < addresses->len && addresses->items[i].index == link->index; i++)
        inet_row(list, link, &addresses->items[i]);
    ps_hardware_row(list, link);
}

void ps_address_rows(struct ps_list *list, const struct ps_links *links,
                     const struct ps_addresses *addresses)
{
    for (size_t i = 0; i < links->len; i++)
        link_rows(list, &links->items[i], addresses);
}

static int kernel_if_addrs(psutil *ctx, struct ps_list *list)
{
    struct ps_netlink netlink;
    struct ps_links links = {0};
    struct ps_addresses addresses = {0};
    int rc = ps_netlink_open(&netlink, NETLINK_ROUTE) == 0 ? 0 : fail_netlink(ctx, "socket");
    if (rc == 0)
        rc = ps_links_load(ctx, &netlink, &links);
    if (rc == 0)
        rc = ps_addresses_load(ctx, &netlink, &addresses);
    ps_netlink_close(&netlink);
    if (rc == 0)
        ps_address_rows(list, &links, &addresses);
    ps_links_free(&links);
    free(addresses.items);
    return rc;
}

/* The names that ifconfig(8) and psutil give to the flags of netdevice(7), by bit. */
static const char *const flag_names[] = {"up",          "broadcast",  "debug",     "loopback",
                                         "pointopoint", "notrailers", "running",   "noarp",
                                         "promisc",     "allmulti",   "master",    "slave",
                                         "multicast",   "portsel",    "automedia", "dynamic"};

static const char *flags_string(struct ps_list *list, unsigned flags)
{
    char text[160];
    size_t len = 0;
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++) {
        if (!(flags >> i & 1))
            continue;
        size_t name_len = strlen(flag_names[i]);
        if (len > 0)
            text[len++] = ',';
        memcpy(text + len, flag_names[i], name_len);
        len += name_len;
    }
    return ps_list_string(list, text, len);
}

void ps_link_row(struct ps_list *list, const struct ps_link *link)
{
    psutil_snicstats *row = ps_list_add(list);
    if (!row)
        return;
    row->name = ps_list_string(list, link->name, strlen(link->name));
    row->duplex = link->duplex;
    row->speed = link->speed;
    row->mtu = link->mtu;
    if (!link->has_flags)
        return;
    row->isup = (link->flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
    row->flags = flags_string(list, link->flags);
}

static int kernel_if_stats(psutil *ctx, struct ps_list *list)
{
    struct ps_netlink netlink;
    struct ps_links links = {0};
    int rc = ps_netlink_open(&netlink, NETLINK_ROUTE) == 0 ? 0 : fail_netlink(ctx, "socket");
    if (rc == 0)
        rc = ps_links_load(ctx, &netlink, &links);
    ps_netlink_close(&netlink);
    if (rc == 0)
        rc = ps_ethtool_fill(ctx, &links);
    for (size_t i = 0; rc == 0 && i < links.len; i++)
        ps_link_row(list, &links.items[i]);
    ps_links_free(&links);
    return rc;
}

/* ---- The two functions --------------------------------------------------------------------------
 */

/* The kernel is asked only when both roots that could tell otherwise are its own. */
static bool is_live(psutil *ctx)
{
    return ps_linux_of(ctx)->live && strcmp(ctx->roots.sys, ps_os_default_roots.sys) == 0;
}

static int hand_out(psutil *ctx, void *list, void *out)
{
    if (!list)
        return ps_fail_memory(ctx);
    memcpy(out, &list, sizeof list);
    return 0;
}

/* Ends the building of a list, or gives it up after a failure. */
static int finish(psutil *ctx, struct ps_list *list, int rc, void *out)
{
    if (rc == 0)
        return hand_out(ctx, ps_list_finish(list), out);
    ps_list_free(list);
    return rc;
}

int ps_os_net_if_addrs(psutil *ctx, psutil_snicaddr_list **out)
{
    struct ps_list list;
    struct ps_network *network = is_live(ctx) ? ps_network_hold(ctx, PS_OF_THREAD) : NULL;
    if (network) {
        void *known = ps_list_copy(&network->addrs);
        ps_network_release(ctx);
        return hand_out(ctx, known, out);
    }
    ps_list_init(&list, &ps_record_snicaddr);
    int rc = is_live(ctx) ? kernel_if_addrs(ctx, &list) : ps_files_if_addrs(ctx, &list);
    return finish(ctx, &list, rc, out);
}

/* Speed and duplex change without being told of: the drivers are asked. */
static int known_if_stats(psutil *ctx, struct ps_network *network, void *out)
{
    const struct ps_links *links = &network->links;
    int rc = ps_ethtool_ask(ctx, network->requests.fd, &network->words, &network->links);
    for (size_t i = 0; rc == 0 && i < links->len; i++) {
        psutil_snicstats *row = ps_list_at(&network->stats, i);
        row->speed = links->items[i].speed;
        row->duplex = links->items[i].duplex;
    }
    return rc == 0 ? hand_out(ctx, ps_list_copy(&network->stats), out) : rc;
}

int ps_os_net_if_stats(psutil *ctx, psutil_snicstats_list **out)
{
    struct ps_list list;
    struct ps_network *network = is_live(ctx) ? ps_network_hold(ctx, PS_OF_THREAD) : NULL;
    if (network) {
        int rc = known_if_stats(ctx, network, out);
        ps_network_release(ctx);
        return rc;
    }
    ps_list_init(&list, &ps_record_snicstats);
    int rc = is_live(ctx) ? kernel_if_stats(ctx, &list) : ps_files_if_stats(ctx, &list);
    return finish(ctx, &list, rc, out);
}
