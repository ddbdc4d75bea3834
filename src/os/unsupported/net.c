/* Network, where a system does not tell. */
#include "backend.h"

int ps_os_net_io(psutil *ctx, psutil_snetio_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_if_addrs(psutil *ctx, psutil_snicaddr_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_if_stats(psutil *ctx, psutil_snicstats_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_connections(psutil *ctx, unsigned kind, psutil_sconn_list **out)
{
    (void)kind;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
