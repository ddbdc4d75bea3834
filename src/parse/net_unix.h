/* /proc/net/unix (net/unix/af_unix.c:unix_seq_show). */
#ifndef PS_NET_UNIX_H
#define PS_NET_UNIX_H

#include "parse/cursor.h"

struct ps_net_unix {
    uint64_t flags; /* __SO_ACCEPTCON of one that listens, and no others */
    uint64_t type;  /* SOCK_STREAM, … */
    uint64_t state; /* enum socket_state (include/uapi/linux/net.h) */
    uint64_t inode;
    struct ps_span path; /* empty when unbound; abstract names begin with '@' and may hold NULs in
                            the files of old kernels */
};

/* The next socket; false at the end. The heading and broken lines are skipped. */
bool ps_parse_net_unix(struct ps_cursor *cursor, struct ps_net_unix *out);

#endif
