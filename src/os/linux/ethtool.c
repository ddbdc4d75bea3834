/* Speed and duplex of interfaces: one dump over ethtool's netlink (Linux 5.6) for all of them, or
 * an ioctl for each. */
#include "os/linux/interfaces.h"
#include "os/linux/netlink.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* SPEED_UNKNOWN is -1, which older interfaces cut to 16 or 32 bits; some drivers give 0. */
int64_t ps_link_speed(int64_t speed)
{
    return speed <= 0 || speed == UINT16_MAX || speed >= INT32_MAX ? PSUTIL_UNKNOWN : speed;
}

int64_t ps_link_duplex(unsigned duplex)
{
    if (duplex == DUPLEX_HALF)
        return PSUTIL_NIC_DUPLEX_HALF;
    return duplex == DUPLEX_FULL ? PSUTIL_NIC_DUPLEX_FULL : PSUTIL_NIC_DUPLEX_UNKNOWN;
}

/* ---- Netlink ----------------------------------------------------------------------------------
 */

#define REQUEST_ATTRIBUTES 64

struct request {
    struct nlmsghdr header;
    struct genlmsghdr generic;
    _Alignas(struct nlattr) char attributes[REQUEST_ATTRIBUTES];
};

static struct request request_of(uint16_t family, uint8_t command)
{
    return (struct request){
        .header = {.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN), .nlmsg_type = family},
        .generic = {.cmd = command, .version = 1}};
}

/* Appends an attribute and returns where it begins; a nest is an empty one that grows. */
static struct nlattr *append(struct request *request, unsigned type, const void *data, size_t len)
{
    size_t at = request->header.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
    struct nlattr *attribute = (void *)(request->attributes + at);
    attribute->nla_type = (uint16_t)type;
    attribute->nla_len = (uint16_t)(PS_ATTRIBUTE_HEADER + len);
    if (len > 0)
        memcpy(request->attributes + at + PS_ATTRIBUTE_HEADER, data, len);
    request->header.nlmsg_len += (uint32_t)(PS_ATTRIBUTE_HEADER + ps_attribute_align(len));
    return attribute;
}

static void take_family(const struct nlmsghdr *message, void *user)
{
    struct ps_attributes attributes = ps_attributes_of(message, GENL_HDRLEN);
    struct ps_attribute attribute;
    while (ps_attribute_next(&attributes, &attribute))
        if (attribute.type == CTRL_ATTR_FAMILY_ID && attribute.len >= sizeof(uint16_t))
            memcpy(user, attribute.data, sizeof(uint16_t));
}

#define NO_FAMILY 1 /* below NLMSG_MIN_TYPE: the kernel has no ethtool netlink */

/* Generic families get their numbers as they register: asked once for a context. */
static uint16_t ethtool_family(psutil *ctx, struct ps_netlink *netlink)
{
    _Atomic int *kept = &ps_linux_of(ctx)->ethtool_family;
    int family = atomic_load_explicit(kept, memory_order_relaxed);
    if (family != 0)
        return (uint16_t)family;
    uint16_t found = NO_FAMILY;
    struct request request = request_of(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
    append(&request, CTRL_ATTR_FAMILY_NAME, ETHTOOL_GENL_NAME, sizeof ETHTOOL_GENL_NAME);
    struct ps_netlink_sink sink = {.message = take_family, .user = &found};
    if (ps_netlink_ask(netlink, &request.header, false, &sink) != 0 && errno != ENOENT)
        return NO_FAMILY;
    atomic_store_explicit(kept, found, memory_order_relaxed);
    return found;
}

struct fill {
    struct ps_links *links;
    size_t hint;
};

static int device_index(const struct ps_attribute *header)
{
    struct ps_attributes in = ps_attributes_in(header);
    struct ps_attribute attribute;
    while (ps_attribute_next(&in, &attribute))
        if (attribute.type == ETHTOOL_A_HEADER_DEV_INDEX)
            return (int)ps_attribute_u32(&attribute);
    return 0;
}

static void take_modes(const struct nlmsghdr *message, void *user)
{
    struct fill *fill = user;
    struct ps_attributes attributes = ps_attributes_of(message, GENL_HDRLEN);
    struct ps_attribute attribute;
    int64_t speed = PSUTIL_UNKNOWN, duplex = PSUTIL_NIC_DUPLEX_UNKNOWN;
    int index = 0;
    while (ps_attribute_next(&attributes, &attribute)) {
        if (attribute.type == ETHTOOL_A_LINKMODES_HEADER)
            index = device_index(&attribute);
        else if (attribute.type == ETHTOOL_A_LINKMODES_SPEED)
            speed = ps_link_speed(ps_attribute_u32(&attribute));
        else if (attribute.type == ETHTOOL_A_LINKMODES_DUPLEX)
            duplex = ps_link_duplex(ps_attribute_u8(&attribute));
    }
    struct ps_link *link = ps_links_find(fill->links, index, &fill->hint);
    if (link) {
        link->speed = speed;
        link->duplex = duplex;
    }
}

/* Interfaces without link modes are left out of the dump; an error of any other kind ends it. */
static bool fill_by_dump(psutil *ctx, struct ps_netlink *netlink, struct ps_links *links)
{
    uint16_t family = ethtool_family(ctx, netlink);
    if (family == NO_FAMILY)
        return false;
    uint32_t compact = ETHTOOL_FLAG_COMPACT_BITSETS;
    struct request request = request_of(family, ETHTOOL_MSG_LINKMODES_GET);
    struct nlattr *header = append(&request, ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED, NULL, 0);
    append(&request, ETHTOOL_A_HEADER_FLAGS, &compact, sizeof compact);
    header->nla_len = (uint16_t)(request.header.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN));
    struct fill fill = {.links = links};
    struct ps_netlink_sink sink = {.message = take_modes, .user = &fill};
    return ps_netlink_ask(netlink, &request.header, true, &sink) == 0;
}

/* ---- ioctl --------------------------------------------------------------------------------------
 */

#define MASK_WORDS_MAX 127 /* link_mode_masks_nwords is a signed byte */

#define SETTINGS_SIZE (sizeof(struct ethtool_link_settings) + 3 * MASK_WORDS_MAX * sizeof(uint32_t))

static int ask(int fd, const struct ps_link *link, void *command)
{
    struct ifreq request = {0};
    memcpy(request.ifr_name, link->name, IFNAMSIZ);
    request.ifr_data = command;
    return ioctl(fd, SIOCETHTOOL, &request);
}

/* ETHTOOL_GLINKSETTINGS (Linux 4.6): asked with the wrong number of mask words, the kernel answers
 * with minus the right one, which is the same for all interfaces. */
static bool ask_settings(int fd, struct ps_link *link, int8_t *words)
{
    _Alignas(struct ethtool_link_settings) char buffer[SETTINGS_SIZE];
    struct ethtool_link_settings *settings = (void *)buffer;
    for (int i = 0; i < 2; i++) {
        memset(settings, 0, sizeof *settings);
        settings->cmd = ETHTOOL_GLINKSETTINGS;
        settings->link_mode_masks_nwords = *words;
        if (ask(fd, link, settings) != 0)
            return false;
        if (settings->link_mode_masks_nwords > 0) {
            link->speed = ps_link_speed(settings->speed);
            link->duplex = ps_link_duplex(settings->duplex);
            return true;
        }
        *words = (int8_t)-settings->link_mode_masks_nwords;
    }
    return false;
}

static void ask_old_settings(int fd, struct ps_link *link)
{
    struct ethtool_cmd command = {.cmd = ETHTOOL_GSET};
    if (ask(fd, link, &command) != 0)
        return;
    /* Not ethtool_cmd_speed(), which moves a bit into the sign of an int. */
    link->speed = ps_link_speed((uint32_t)command.speed_hi << 16 | command.speed);
    link->duplex = ps_link_duplex(command.duplex);
}

/* `old` where the kernel may have drivers that answer the older question alone. */
static void ask_each(int fd, int8_t *words, bool old, struct ps_links *links)
{
    for (size_t i = 0; i < links->len; i++)
        if (!ask_settings(fd, &links->items[i], words) && old)
            ask_old_settings(fd, &links->items[i]);
}

/* Since 5.1 both questions are the same one to a driver (net/core/ethtool.c:ethtool_get_settings);
 * a kernel that speaks of ethtool over netlink is 5.6 at least. */
static bool may_have_old_drivers(psutil *ctx)
{
    int family = atomic_load_explicit(&ps_linux_of(ctx)->ethtool_family, memory_order_relaxed);
    return family == 0 || family == NO_FAMILY;
}

/* Any kind of socket passes these ioctls on. EBUSY, EOPNOTSUPP and the like leave it unknown. */
static int fill_by_ioctl(psutil *ctx, struct ps_links *links)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int8_t words = 0;
    if (fd < 0)
        return ps_is_shortage(errno) ? ps_fail_call(ctx, "socket", NULL, PSUTIL_UNKNOWN) : 0;
    ask_each(fd, &words, may_have_old_drivers(ctx), links);
    close(fd);
    return 0;
}

int ps_ethtool_fill(psutil *ctx, struct ps_links *links)
{
    struct ps_netlink netlink;
    bool filled =
        ps_netlink_open(&netlink, NETLINK_GENERIC) == 0 && fill_by_dump(ctx, &netlink, links);
    ps_netlink_close(&netlink);
    return filled ? 0 : fill_by_ioctl(ctx, links);
}

/* A dump is cheaper than many questions. */
enum { FEW = 16 };

int ps_ethtool_ask(psutil *ctx, int fd, int8_t *words, struct ps_links *links)
{
    for (size_t i = 0; i < links->len; i++) {
        links->items[i].speed = PSUTIL_UNKNOWN;
        links->items[i].duplex = PSUTIL_NIC_DUPLEX_UNKNOWN;
    }
    if (links->len > FEW)
        return ps_ethtool_fill(ctx, links);
    ask_each(fd, words, may_have_old_drivers(ctx), links);
    return 0;
}
