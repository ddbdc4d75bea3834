/* Disks: mounted file systems, their usage, counters of I/O. */
#ifndef PSUTIL_DISK_H
#define PSUTIL_DISK_H

#include <psutil/base.h>

PSUTIL_BEGIN_DECLS

/* A mounted file system. Linux: /proc/self/mounts, of the process's root and mount namespace, and
 * mountinfo where the root's device is to be found; since Linux 6.13 listmount(2) and statmount(2)
 * tell a context that asks again of those on a device, unless a seccomp filter is set. */
typedef struct psutil_sdiskpart {
    const char *device;     /* "/dev/sda1", "server:/export", "tank/home", or whatever a file system
                               without a device calls itself ("tmpfs"); "" when it says "none" */
    const char *mountpoint; /* "/home" */
    const char *fstype;     /* "ext4" */
    const char *opts;       /* "rw,relatime" */
} psutil_sdiskpart;

typedef struct psutil_sdiskpart_list {
    size_t len;
    psutil_sdiskpart *items;
} psutil_sdiskpart_list;

/* Mounted file systems in the order of mounting, over-mounted ones and bind mounts too. With
 * all = false only those on a device: on Linux the types that /proc/filesystems does not mark
 * "nodev", and zfs besides, each only where it has a device; where that file is missing, those
 * whose device has a path. A root called "/dev/root" or "rootfs" is shown as its real device where
 * /sys/dev/block or /proc/cmdline tells it. With another proc root that has no `self`, the mounts
 * are those of its first process.
 *
 * Linux: which mounts there are, and all that can change of one, is asked for at each call. One
 * option is not told by statmount(2): where a remount adds "mand", which means nothing since Linux
 * 5.15, all = false goes without it until something is mounted or unmounted. */
PSUTIL_API int psutil_disk_partitions(psutil_sdiskpart_list **out, psutil *ctx, bool all);

/* Space of the file system that `path` is on, in bytes. POSIX: statvfs(). */
typedef struct psutil_sdiskusage {
    int64_t total;
    int64_t used;   /* by files */
    int64_t free;   /* what an unprivileged user may still write */
    double percent; /* used / (used + free) * 100, as df shows it */
} psutil_sdiskusage;

/* `path` is always looked up by the running kernel, whatever roots the context has.
 * `timeout` is in seconds, negative for none. A mount whose server is gone never answers: with a
 * timeout the call returns PSUTIL_ETIMEDOUT then. A thread that hangs in such a mount is shared by
 * all later calls for the same path: none is left behind for each try.
 * Errors: PSUTIL_ESYSTEM (ENOENT…), PSUTIL_EACCES, PSUTIL_ETIMEDOUT, PSUTIL_EINVAL. */
PSUTIL_API int psutil_disk_usage(psutil_sdiskusage *out, psutil *ctx, const char *path,
                                 double timeout);

/* Counters of a disk since boot. Linux: /proc/diskstats, or /sys/block/<disk>/stat without it. */
typedef struct psutil_sdiskio {
    const char *name;    /* "sda", "sda1"; NULL in the total */
    int64_t read_count;  /* reads completed */
    int64_t write_count; /* writes completed */
    int64_t read_bytes;  /* 512 times the sectors, whatever the hardware's sector size */
    int64_t write_bytes;
    int64_t read_time; /* milliseconds that reads took, summed */
    int64_t write_time;
    int64_t read_merged_count;  /* Linux: reads merged with a neighbour before they were issued */
    int64_t write_merged_count; /* Linux */
    int64_t busy_time;          /* Linux, FreeBSD: milliseconds in which the disk did any I/O */
} psutil_sdiskio;

typedef struct psutil_sdiskio_list {
    size_t len;
    psutil_sdiskio *items;
} psutil_sdiskio_list;

/* Counters may wrap or start again at zero (a device that came back). Given a psutil_nowrap, the
 * counter functions add up what was seen before, so that their numbers never go backwards.
 * One thread at a time may use it. Use one for disks and another for interfaces. */
typedef struct psutil_nowrap psutil_nowrap;

PSUTIL_API int psutil_nowrap_open(psutil_nowrap **out, psutil *ctx);
PSUTIL_API void psutil_nowrap_close(psutil_nowrap *nowrap);

/* All disks together, and each disk and partition.
 *
 * The first counts every byte once, where it reaches a disk. Left out of the sum are therefore
 * partitions (they are part of their disk), whatever stands on other disks (device mapper, RAID,
 * bcache, DRBD, ZFS volumes, loop devices, the single paths of a multipath NVMe disk, and any other
 * for which /sys/block/<disk>/slaves names disks), and disks in memory (ram, zram). psutil, whose
 * sum leaves out partitions only, counts the same byte again on each level.
 * `nowrap` may be NULL.
 * PSUTIL_ENOTSUP when the machine has no disks that are counted. */
PSUTIL_API int psutil_disk_io_counters(psutil_sdiskio *out, psutil *ctx, psutil_nowrap *nowrap);
PSUTIL_API int psutil_disk_io_counters_perdisk(psutil_sdiskio_list **out, psutil *ctx,
                                               psutil_nowrap *nowrap);

PSUTIL_END_DECLS

#endif
