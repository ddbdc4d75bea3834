/* System calls newer than the oldest kernel and C library that are supported (Linux 4.4): where
 * they are missing they fail with ENOSYS, as the kernel's own would. */
#ifndef PS_SYSCALLS_H
#define PS_SYSCALLS_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every architecture since Linux 5.1. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

#ifndef SYS_statmount
#define SYS_statmount 457
#endif
#ifndef SYS_listmount
#define SYS_listmount 458
#endif

/* The path itself as a descriptor that reads nothing, when no symbolic link lies on the way
 * (openat2(2), Linux 5.6). */
static inline int ps_sys_open_without_links(const char *path)
{
    const struct {
        uint64_t flags, mode, resolve;
    } how = {O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, 0x04 /* RESOLVE_NO_SYMLINKS */};
    return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

/* A pid that does not fit into the kernel's type belongs to nobody. */
static inline int ps_sys_pidfd_open(int64_t pid)
{
    if (pid <= 0 || pid > INT32_MAX) {
        errno = ESRCH;
        return -1;
    }
    return (int)syscall(SYS_pidfd_open, (int)pid, 0);
}

/* Signal 0 tells whether there is a process of this pid, with EPERM for somebody else's: ESRCH is
 * also said of the id of a mere thread, whose process has another. */
static inline int ps_sys_probe(int64_t pid)
{
    if (pid <= 0 || pid > INT32_MAX) {
        errno = ESRCH;
        return -1;
    }
    return (int)syscall(SYS_tgkill, (int)pid, (int)pid, 0);
}

static inline int ps_sys_pidfd_send_signal(int fd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0);
}

/* ---- Mounts: include/uapi/linux/mount.h ---------------------------------------------------------
 */

struct ps_mnt_id_req {
    uint32_t size, spare;
    uint64_t mnt_id, param;
};

/* Which parts are asked for, and were told: the options since Linux 6.11, subtype and source since
 * 6.13. */
#define PS_STATMOUNT_SB_BASIC 0x1ULL
#define PS_STATMOUNT_MNT_BASIC 0x2ULL
#define PS_STATMOUNT_MNT_POINT 0x10ULL
#define PS_STATMOUNT_FS_TYPE 0x20ULL
#define PS_STATMOUNT_MNT_OPTS 0x80ULL
#define PS_STATMOUNT_FS_SUBTYPE 0x100ULL
#define PS_STATMOUNT_SB_SOURCE 0x200ULL

/* Texts are offsets into what follows. */
struct ps_statmount {
    uint32_t size, mnt_opts;
    uint64_t mask;
    uint32_t sb_dev_major, sb_dev_minor;
    uint64_t sb_magic;
    uint32_t sb_flags, fs_type;
    uint64_t mnt_id, mnt_parent_id;
    uint32_t mnt_id_old, mnt_parent_id_old;
    uint64_t mnt_attr, mnt_propagation, mnt_peer_group, mnt_master, propagate_from;
    uint32_t mnt_root, mnt_point;
    uint64_t mnt_ns_id;
    uint32_t fs_subtype, sb_source;
    uint64_t later[48];
};
_Static_assert(sizeof(struct ps_statmount) == 512, "as the kernel has it");

/* Ids of the mounts that the caller's root leads to, ascending (listmount(2), Linux 6.8): how many
 * were written, or -1. */
static inline long ps_sys_listmount(uint64_t *ids, size_t room)
{
    const struct ps_mnt_id_req request = {sizeof request, 0, UINT64_MAX /* LSMT_ROOT */, 0};
    return syscall(SYS_listmount, &request, ids, room, 0L);
}

/* What is known of a mount; `size` is that of the structure with its text (statmount(2)). */
static inline int ps_sys_statmount(uint64_t id, uint64_t parts, struct ps_statmount *out,
                                   size_t size)
{
    const struct ps_mnt_id_req request = {sizeof request, 0, id, parts};
    return (int)syscall(SYS_statmount, &request, out, size, 0L);
}

#endif
