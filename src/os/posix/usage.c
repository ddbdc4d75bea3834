/* Space of a file system. */
#include "backend.h"
#include "os/posix/deadline.h"
#include "os/posix/file.h"

#include <errno.h>
#include <math.h>

static int64_t bytes_of(uint64_t blocks, uint64_t size)
{
    return size != 0 && blocks > (uint64_t)INT64_MAX / size ? INT64_MAX : (int64_t)(blocks * size);
}

static void fill(psutil_sdiskusage *out, const struct statvfs *fs)
{
    uint64_t used = fs->f_blocks > fs->f_bfree ? fs->f_blocks - fs->f_bfree : 0;
    out->total = bytes_of(fs->f_blocks, fs->f_frsize);
    out->used = bytes_of(used, fs->f_frsize);
    out->free = bytes_of(fs->f_bavail, fs->f_frsize);
    double reachable = (double)out->used + (double)out->free;
    out->percent = reachable > 0 ? (double)out->used / reachable * 100 : 0;
}

/* A wait of years is one without end. */
static bool is_unlimited(double timeout)
{
    return timeout < 0 || timeout > 1e9;
}

static int fail(psutil *ctx, const char *call, const char *path)
{
    switch (errno) {
    case ETIMEDOUT:
        return ps_fail_at(ctx, PSUTIL_ETIMEDOUT, errno, call, path, PSUTIL_UNKNOWN);
    case EINTR:
        return ps_fail_at(ctx, PSUTIL_EINTR, errno, call, path, PSUTIL_UNKNOWN);
    default:
        return ps_fail_call(ctx, call, path, PSUTIL_UNKNOWN);
    }
}

int ps_os_disk_usage(psutil *ctx, const char *path, double timeout, psutil_sdiskusage *out)
{
    struct statvfs fs;
    const char *call = "statvfs";
    if (isnan(timeout))
        return ps_fail(ctx, PSUTIL_EINVAL, "timeout must be a number of seconds");
    int rc = is_unlimited(timeout)
                 ? statvfs(path, &fs)
                 : ps_statvfs_within(ps_posix_jobs(ctx), path, timeout, &fs, &call);
    if (rc != 0)
        return fail(ctx, call, path);
    fill(out, &fs);
    return 0;
}
