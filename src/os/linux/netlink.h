/* Dumps over netlink (netlink(7)): one request, and the kernel's answer in many messages. */
#ifndef PS_NETLINK_H
#define PS_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel fills pieces of 32 KiB at most (net/netlink/af_netlink.c:netlink_dump), unless one
 * message alone is larger. */
#define PS_NETLINK_PIECE (32 * 1024)

/* NLA_HDRLEN and NLA_ALIGN() without their conversions between signed and unsigned. */
#define PS_ATTRIBUTE_HEADER sizeof(struct nlattr)

static inline size_t ps_attribute_align(size_t len)
{
    return (len + 3) & ~(size_t)3;
}

struct ps_netlink {
    int fd;
    int protocol;
    uint32_t seq;
    char *buffer; /* `local`, or a larger one on the heap */
    size_t size;
    _Alignas(struct nlmsghdr) char local[PS_NETLINK_PIECE];
};

/* Where a dump's messages go. `restart` is called before each try: a dump that the kernel found to
 * be inconsistent, or whose messages did not fit, is made again from the beginning. It may be
 * NULL. */
struct ps_netlink_sink {
    void (*message)(const struct nlmsghdr *message, void *user);
    void (*restart)(void *user);
    void *user;
};

/* 0, or -1 with errno. ps_netlink_close() is due in both cases. */
int ps_netlink_open(struct ps_netlink *netlink, int protocol);
void ps_netlink_close(struct ps_netlink *netlink);

/* The same for a socket that is open already, whose last request had the number `seq`; suspending
 * returns it, or the one that took its place. */
void ps_netlink_resume(struct ps_netlink *netlink, int protocol, int fd, uint32_t seq);
int ps_netlink_suspend(struct ps_netlink *netlink);

/* Sends a request (its header's length and type are set; flags besides NLM_F_REQUEST, and the
 * sequence number, are set here) and hands every message of the answer to the sink. With `dump`
 * the answer runs to NLMSG_DONE, without to the acknowledgement. 0, or -1 with errno, the
 * kernel's own when it refused. */
int ps_netlink_ask(struct ps_netlink *netlink, struct nlmsghdr *request, bool dump,
                   const struct ps_netlink_sink *sink);

/* Walks attributes (netlink.7, "NLA"): starts behind the message's own struct of `header` bytes. */
struct ps_attributes {
    const char *at;
    size_t left;
};

struct ps_attribute {
    unsigned type; /* without the flag bits */
    const void *data;
    size_t len;
};

struct ps_attributes ps_attributes_of(const struct nlmsghdr *message, size_t header);
struct ps_attributes ps_attributes_in(const struct ps_attribute *nest);

/* The next attribute; false at the end, and where a length makes no sense. */
bool ps_attribute_next(struct ps_attributes *attributes, struct ps_attribute *out);

/* The value of an attribute of at least four bytes, or of one; 0 of a shorter one. */
uint32_t ps_attribute_u32(const struct ps_attribute *attribute);
uint8_t ps_attribute_u8(const struct ps_attribute *attribute);

/* A text without its terminator, which need not be there. */
size_t ps_attribute_text_len(const struct ps_attribute *attribute);

/* The fixed struct that a message of family X carries, or NULL when it is too short. */
const void *ps_netlink_body(const struct nlmsghdr *message, size_t size);

#endif
