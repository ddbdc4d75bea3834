/* Functions still to be written; each moves to its own file, and this one goes. */
#include "os/linux/process.h"

int ps_os_disk_partitions(psutil *ctx, bool all, psutil_sdiskpart_list **out)
{
    (void)all;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_disk_usage(psutil *ctx, const char *path, double timeout, psutil_sdiskusage *out)
{
    (void)path;
    (void)timeout;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_disk_io(psutil *ctx, bool whole, psutil_sdiskio_list **out)
{
    (void)whole;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

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

int ps_os_sensors_temperatures(psutil *ctx, psutil_shwtemp_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_sensors_fans(psutil *ctx, psutil_sfan_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_sensors_battery(psutil *ctx, psutil_sbattery *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_users(psutil *ctx, psutil_suser_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_connections(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

#include "core/nowrap.h"

int ps_nowrap_apply(psutil_nowrap *nowrap, const psutil_record *record, void *items, size_t len)
{
    (void)nowrap;
    (void)record;
    (void)items;
    (void)len;
    return 0;
}
