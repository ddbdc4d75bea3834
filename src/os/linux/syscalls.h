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

#endif
