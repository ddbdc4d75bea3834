/* /proc/net/dev (net/core/net-procfs.c:dev_seq_printf_stats). */
#ifndef PS_NET_DEV_H
#define PS_NET_DEV_H

#include "parse/cursor.h"

struct ps_net_dev {
    struct ps_span name;
    int64_t bytes_recv, packets_recv, errin, dropin;
    int64_t bytes_sent, packets_sent, errout, dropout;
};

/* The next interface; false at the end. The two lines of headings and broken lines are skipped. */
bool ps_parse_net_dev(struct ps_cursor *cursor, struct ps_net_dev *out);

#endif
