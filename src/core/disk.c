/* Disks: the public functions. */
#include "backend.h"
#include "core/nowrap.h"
#include "core/records.h"
#include "core/total.h"

int psutil_disk_partitions(psutil_sdiskpart_list **out, psutil *ctx, bool all)
{
    return ps_os_disk_partitions(ctx, all, out);
}

int psutil_disk_usage(psutil_sdiskusage *out, psutil *ctx, const char *path, double timeout)
{
    if (!path || !*path)
        return ps_fail(ctx, PSUTIL_EINVAL, "path must not be empty");
    return ps_os_disk_usage(ctx, path, timeout, out);
}

static int read_counters(psutil_sdiskio_list **out, psutil *ctx, psutil_nowrap *nowrap, bool whole)
{
    psutil_sdiskio_list *list;
    int rc = ps_os_disk_io(ctx, whole, &list);
    if (rc != 0)
        return rc;
    rc = ps_nowrap_apply(nowrap, &ps_record_sdiskio, list->items, list->len);
    if (rc != 0)
        psutil_free(list);
    else
        *out = list;
    return rc;
}

int psutil_disk_io_counters_perdisk(psutil_sdiskio_list **out, psutil *ctx, psutil_nowrap *nowrap)
{
    return read_counters(out, ctx, nowrap, false);
}

int psutil_disk_io_counters(psutil_sdiskio *out, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_sdiskio_list *list;
    int rc = read_counters(&list, ctx, nowrap, true);
    if (rc != 0)
        return rc;
    if (list->len == 0)
        rc = ps_fail(ctx, PSUTIL_ENOTSUP, "the machine has no disks that are counted");
    else
        ps_total(&ps_record_sdiskio, out, list->items, list->len);
    psutil_free(list);
    return rc;
}
