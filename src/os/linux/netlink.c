#include "os/linux/netlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TRIES 32
#define BUFFER_MAX (16u * 1024 * 1024)

static int open_socket(int protocol)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
}

void ps_netlink_resume(struct ps_netlink *netlink, int protocol, int fd, uint32_t seq)
{
    netlink->protocol = protocol;
    netlink->seq = seq;
    netlink->buffer = netlink->local;
    netlink->size = sizeof netlink->local;
    netlink->fd = fd;
}

int ps_netlink_suspend(struct ps_netlink *netlink)
{
    if (netlink->buffer != netlink->local)
        free(netlink->buffer);
    netlink->buffer = netlink->local;
    return netlink->fd;
}

int ps_netlink_open(struct ps_netlink *netlink, int protocol)
{
    ps_netlink_resume(netlink, protocol, open_socket(protocol), 0);
    return netlink->fd < 0 ? -1 : 0;
}

void ps_netlink_close(struct ps_netlink *netlink)
{
    int fd = ps_netlink_suspend(netlink);
    if (fd >= 0)
        close(fd);
    netlink->fd = -1;
}

static int send_request(struct ps_netlink *netlink, struct nlmsghdr *request, bool dump)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent;
    request->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK));
    request->nlmsg_seq = ++netlink->seq;
    do
        sent = sendto(netlink->fd, request, request->nlmsg_len, 0, (const void *)&kernel,
                      sizeof kernel);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

/* The length of a piece, larger than the buffer when it was cut; -1 with errno. What somebody else
 * sent to the socket is left out: only the kernel has port 0. */
static ssize_t receive(struct ps_netlink *netlink)
{
    for (;;) {
        struct sockaddr_nl from = {0};
        socklen_t from_len = sizeof from;
        ssize_t got = recvfrom(netlink->fd, netlink->buffer, netlink->size, MSG_TRUNC,
                               (void *)&from, &from_len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || from.nl_pid == 0)
            return got;
    }
}

/* How reading an answer stands. */
enum state { MORE, DONE, AGAIN, FAILED };

/* NLMSG_DONE and NLMSG_ERROR both carry the kernel's code: 0, or a negative errno. */
static enum state end_of(const struct nlmsghdr *message)
{
    int code = 0;
    if (message->nlmsg_len >= NLMSG_LENGTH(sizeof code))
        memcpy(&code, NLMSG_DATA(message), sizeof code);
    if (code >= 0)
        return DONE;
    errno = -code;
    return FAILED;
}

static enum state take_piece(struct ps_netlink *netlink, size_t len,
                             const struct ps_netlink_sink *sink, bool *interrupted)
{
    const char *at = netlink->buffer;
    while (len >= sizeof(struct nlmsghdr)) {
        const struct nlmsghdr *message = (const void *)at;
        size_t step = NLMSG_ALIGN(message->nlmsg_len);
        if (message->nlmsg_len < sizeof *message || message->nlmsg_len > len)
            break;
        if (message->nlmsg_seq == netlink->seq) {
            *interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
                return end_of(message);
            if (message->nlmsg_type >= NLMSG_MIN_TYPE)
                sink->message(message, sink->user);
        }
        at += step;
        len -= step < len ? step : len;
    }
    return MORE;
}

/* The rest of the answer is still on its way into the old socket: a new one starts clean. */
static enum state enlarge(struct ps_netlink *netlink, size_t need)
{
    char *buffer = need <= BUFFER_MAX ? malloc(need * 2) : NULL;
    if (!buffer) {
        errno = need <= BUFFER_MAX ? ENOMEM : EMSGSIZE;
        return FAILED;
    }
    int protocol = netlink->protocol;
    ps_netlink_close(netlink);
    netlink->buffer = buffer;
    netlink->size = need * 2;
    netlink->fd = open_socket(protocol);
    return netlink->fd < 0 ? FAILED : AGAIN;
}

static enum state take_answer(struct ps_netlink *netlink, const struct ps_netlink_sink *sink)
{
    bool interrupted = false;
    enum state state = MORE;
    while (state == MORE) {
        ssize_t got = receive(netlink);
        if (got < 0)
            return FAILED;
        if ((size_t)got > netlink->size)
            return enlarge(netlink, (size_t)got);
        state = take_piece(netlink, (size_t)got, sink, &interrupted);
    }
    return state == DONE && interrupted ? AGAIN : state;
}

int ps_netlink_ask(struct ps_netlink *netlink, struct nlmsghdr *request, bool dump,
                   const struct ps_netlink_sink *sink)
{
    for (int i = 0; i < TRIES; i++) {
        if (sink->restart)
            sink->restart(sink->user);
        if (send_request(netlink, request, dump) != 0)
            return -1;
        enum state state = take_answer(netlink, sink);
        if (state != AGAIN)
            return state == DONE ? 0 : -1;
    }
    errno = EAGAIN;
    return -1;
}

/* ---- Messages and their attributes ------------------------------------------------------------
 */

const void *ps_netlink_body(const struct nlmsghdr *message, size_t size)
{
    return message->nlmsg_len >= NLMSG_LENGTH(size) ? NLMSG_DATA(message) : NULL;
}

struct ps_attributes ps_attributes_of(const struct nlmsghdr *message, size_t header)
{
    size_t skip = NLMSG_SPACE(header);
    if (message->nlmsg_len < skip)
        return (struct ps_attributes){NULL, 0};
    return (struct ps_attributes){(const char *)message + skip, message->nlmsg_len - skip};
}

struct ps_attributes ps_attributes_in(const struct ps_attribute *nest)
{
    return (struct ps_attributes){nest->data, nest->len};
}

bool ps_attribute_next(struct ps_attributes *attributes, struct ps_attribute *out)
{
    struct nlattr header;
    if (attributes->left < sizeof header)
        return false;
    memcpy(&header, attributes->at, sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > attributes->left)
        return false;
    out->type = header.nla_type & (unsigned)NLA_TYPE_MASK;
    out->data = attributes->at + PS_ATTRIBUTE_HEADER;
    out->len = header.nla_len - PS_ATTRIBUTE_HEADER;
    size_t step = ps_attribute_align(header.nla_len);
    step = step < attributes->left ? step : attributes->left;
    attributes->at += step;
    attributes->left -= step;
    return true;
}

uint32_t ps_attribute_u32(const struct ps_attribute *attribute)
{
    uint32_t value = 0;
    if (attribute->len >= sizeof value)
        memcpy(&value, attribute->data, sizeof value);
    return value;
}

uint8_t ps_attribute_u8(const struct ps_attribute *attribute)
{
    return attribute->len > 0 ? *(const uint8_t *)attribute->data : 0;
}

size_t ps_attribute_text_len(const struct ps_attribute *attribute)
{
    return attribute->len > 0 ? strnlen(attribute->data, attribute->len) : 0;
}
