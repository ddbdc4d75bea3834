/* Namespaces of a test's own: numbers of processes that come round quickly, sockets and mounts that
 * nobody else has a part in. */
#ifndef NAMESPACE_H
#define NAMESPACE_H

#include "os/children.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/utsname.h>

/* What a process of a namespace says when there can be none; its other answers are its own. */
enum { NO_NAMESPACE = 77 };

/* Since Linux 6.14 each pid namespace has a limit of its own; before, it is the whole machine's. */
static inline bool limits_are_of_namespaces(void)
{
    struct utsname os;
    int major = 0, minor = 0;
    return uname(&os) == 0 && sscanf(os.release, "%d.%d", &major, &minor) == 2 &&
           (major > 6 || (major == 6 && minor >= 14));
}

static inline bool write_number(const char *path, int number)
{
    char text[16];
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int len = snprintf(text, sizeof text, "%d", number);
    bool written = fd >= 0 && write(fd, text, (size_t)len) == len;
    if (fd >= 0)
        close(fd);
    return written;
}

/* Pids begin again at the lowest: by the limit, or by hand. */
static inline bool wind_back(int pid_max)
{
    return limits_are_of_namespaces() ? write_number("/proc/sys/kernel/pid_max", pid_max)
                                      : write_number("/proc/sys/kernel/ns_last_pid", 300);
}

static inline bool raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags |= IFF_UP;
    ok = ok && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* What the new namespaces need before anything runs in them. */
static inline bool furnish(int flags)
{
    return mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
           (!(flags & CLONE_NEWPID) || mount("proc", "/proc", "proc", 0, NULL) == 0) &&
           (!(flags & CLONE_NEWNET) || raise_loopback());
}

static inline int status_of(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* What `run` returns in a process of such namespaces (CLONE_NEW…, that of mounts always among
 * them), the first of them if pids are. With it, all others of it end. */
static inline int in_namespaces(int flags, int (*run)(void *), void *user)
{
    pid_t outer = fork_child();
    if (outer == 0) {
        if (unshare(flags | CLONE_NEWNS) != 0)
            _exit(NO_NAMESPACE);
        pid_t first = fork_child();
        if (first == 0)
            _exit(furnish(flags) ? run(user) : NO_NAMESPACE);
        _exit(status_of(first));
    }
    return status_of(outer);
}

#endif
