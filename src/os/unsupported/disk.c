/* Disks, where a system does not tell. */
#include "backend.h"

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
