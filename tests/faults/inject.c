#include "inject.h"

#include "os/linux/syscalls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Which call fails --------------------------------------------------------------------------
 */

static struct fault fault;
static bool armed;
static size_t fails_at;
static atomic_size_t seen;
static enum call_kind hit_kind;
static const char *hit;
static int cut_fd = -1;
static atomic_long blocks, descriptors;

/* Which descriptors the library has opened. To close another one would be to close a file of the
 * program's. */
enum { DESCRIPTORS_MAX = 65536 };
static atomic_bool opened[DESCRIPTORS_MAX];
static atomic_long strange;

/* How often each function was made to fail, and how. */
static struct count {
    const char *name;
    enum fault_kind kind;
    int error;
    unsigned long times;
} counts[512];
static size_t counts_len;
static pthread_mutex_t counts_lock = PTHREAD_MUTEX_INITIALIZER;

struct call injected_calls[CALLS_MAX];

void inject(const struct fault *wanted, size_t at)
{
    if (wanted)
        fault = *wanted;
    fails_at = at;
    seen = 0;
    hit = NULL;
    cut_fd = -1;
    armed = true;
}

size_t inject_end(void)
{
    armed = false;
    return seen;
}

const char *inject_hit(void)
{
    return hit;
}

long inject_blocks(void)
{
    return blocks;
}

long inject_descriptors(void)
{
    return descriptors;
}

long inject_strange(void)
{
    return strange;
}

static void count_strike(const char *name)
{
    size_t i = 0;
    pthread_mutex_lock(&counts_lock);
    while (i < counts_len && (strcmp(counts[i].name, name) != 0 || counts[i].kind != fault.kind ||
                              counts[i].error != fault.error))
        i++;
    if (i == counts_len && i < sizeof counts / sizeof *counts)
        counts[counts_len++] = (struct count){name, fault.kind, fault.error, 0};
    if (i < counts_len)
        counts[i].times++;
    pthread_mutex_unlock(&counts_lock);
}

unsigned long inject_times(const char *name)
{
    unsigned long times = 0;
    for (size_t i = 0; i < counts_len; i++)
        times += strcmp(counts[i].name, name) == 0 ? counts[i].times : 0;
    return times;
}

void inject_tell(void)
{
    static const char *const kinds[] = {"", "short read", "cut read", "nothing"};
    printf("# figures: {");
    for (size_t i = 0; i < counts_len; i++)
        printf("%s\"%s %s\": %lu", i ? ", " : "", counts[i].name,
               counts[i].kind == FAULT_ERROR ? errno_name(counts[i].error) : kinds[counts[i].kind],
               counts[i].times);
    printf("}\n");
}

const char *errno_name(int error)
{
    static const struct {
        int error;
        const char *name;
    } names[] = {{ENOMEM, "ENOMEM"}, {EACCES, "EACCES"}, {EPERM, "EPERM"}, {ENOENT, "ENOENT"},
                 {ESRCH, "ESRCH"},   {EINTR, "EINTR"},   {EIO, "EIO"},     {EMFILE, "EMFILE"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].error == error)
            return names[i].name;
    return "?";
}

bool fault_applies(const struct fault *wanted, enum call_kind kind)
{
    switch (wanted->kind) {
    case FAULT_ERROR:
        return kind != CALL_MEMORY || wanted->error == ENOMEM;
    case FAULT_EMPTY:
        return kind == CALL_READ || kind == CALL_LIST;
    default:
        return kind == CALL_READ;
    }
}

/* Whether this call is to fail. */
static bool strikes(enum call_kind kind, const char *name)
{
    if (!armed)
        return false;
    size_t number = atomic_fetch_add(&seen, 1) + 1;
    if (number <= CALLS_MAX)
        injected_calls[number - 1] = (struct call){kind, name};
    bool first = number == fails_at;
    if (!(first && fault_applies(&fault, kind)) && !(fault.lasting && hit && kind == hit_kind))
        return false;
    hit_kind = kind;
    hit = name;
    count_strike(name);
    errno = fault.error;
    return true;
}

static void *count_block(void *block)
{
    if (block)
        blocks++;
    return block;
}

static int count_descriptor(int fd)
{
    if (fd >= 0)
        descriptors++;
    if (fd >= 0 && fd < DESCRIPTORS_MAX)
        opened[fd] = true;
    return fd;
}

/* Before it is closed: from then on the number may be another thread's. */
static int close_counted(int fd)
{
    if (fd >= 0)
        descriptors--;
    if (fd >= 0 && fd < DESCRIPTORS_MAX && !atomic_exchange(&opened[fd], false))
        strange++;
    return fd;
}

/* ---- Memory ------------------------------------------------------------------------------------
 */

/* The linker names the functions so. */
#define WRAPPED(type, name, ...)                                                                   \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

WRAPPED(void *, malloc, size_t size)
{
    return strikes(CALL_MEMORY, "malloc") ? NULL : count_block(__real_malloc(size));
}

WRAPPED(void *, calloc, size_t count, size_t size)
{
    return strikes(CALL_MEMORY, "calloc") ? NULL : count_block(__real_calloc(count, size));
}

WRAPPED(void *, realloc, void *block, size_t size)
{
    if (strikes(CALL_MEMORY, "realloc"))
        return NULL;
    void *grown = __real_realloc(block, size);
    return block ? grown : count_block(grown);
}

WRAPPED(char *, strdup, const char *text)
{
    return strikes(CALL_MEMORY, "strdup") ? NULL : count_block(__real_strdup(text));
}

WRAPPED(void, free, void *block)
{
    if (block)
        blocks--;
    __real_free(block);
}

/* ---- Files -------------------------------------------------------------------------------------
 */

WRAPPED(int, close, int fd)
{
    if (fd == cut_fd)
        cut_fd = -1;
    return __real_close(close_counted(fd));
}

#define OPEN(name)                                                                                 \
    WRAPPED(int, name, const char *path, int flags, ...)                                           \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        unsigned mode = flags & O_CREAT ? va_arg(rest, unsigned) : 0;                              \
        va_end(rest);                                                                              \
        return strikes(CALL_SYSTEM, "open") ? -1                                                   \
                                            : count_descriptor(__real_##name(path, flags, mode));  \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    WRAPPED(int, name, int fd, const char *path, int flags, ...)                                   \
    {                                                                                              \
        return strikes(CALL_SYSTEM, "openat") ? -1                                                 \
                                              : count_descriptor(__real_##name(fd, path, flags));  \
    }
OPENAT(openat)
OPENAT(openat64)

/* What hardened builds call instead. */
#define OPEN_2(name)                                                                               \
    WRAPPED(int, name, const char *path, int flags)                                                \
    {                                                                                              \
        return strikes(CALL_SYSTEM, "open") ? -1 : count_descriptor(__real_##name(path, flags));   \
    }
OPEN_2(__open_2)
OPEN_2(__open64_2)

#define OPENAT_2(name)                                                                             \
    WRAPPED(int, name, int fd, const char *path, int flags)                                        \
    {                                                                                              \
        return strikes(CALL_SYSTEM, "openat") ? -1                                                 \
                                              : count_descriptor(__real_##name(fd, path, flags));  \
    }
OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)

ssize_t __real_readlink(const char *path, char *buffer, size_t size);

WRAPPED(ssize_t, read, int fd, void *buffer, size_t size);

/* Not where a line ends: the kernel hands out whole records, and no reader could tell. */
static size_t part_of(const char *data, size_t len)
{
    size_t part = fault.part == 0 ? len - 2 : len * fault.part / 4;
    while (part > 1 && (data[part - 1] == '\n' || data[part - 1] == '\0'))
        part--;
    return part > 0 ? part : 1;
}

/* Values of /sys need not end with a newline: whether one was cut cannot be told. */
static bool may_be_cut(int fd)
{
    char link[32], path[256];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = __real_readlink(link, path, sizeof path - 1);
    path[len > 0 ? len : 0] = '\0';
    return !strstr(path, "/sys/");
}

/* The file goes on behind the part that was given, unless the next read says where. */
static ssize_t give_part(int fd, const char *buffer, ssize_t got, bool moves)
{
    if (got < 3 || (fault.kind == FAULT_CUT && !may_be_cut(fd))) {
        hit = NULL;
        return got;
    }
    size_t part = part_of(buffer, (size_t)got);
    if (fault.kind == FAULT_CUT)
        cut_fd = fd;
    else if (moves && lseek(fd, (off_t)part - got, SEEK_CUR) < 0)
        return got;
    return (ssize_t)part;
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
    bool struck = strikes(CALL_READ, "read");
    if (struck && fault.kind == FAULT_ERROR)
        return -1;
    if ((struck && fault.kind == FAULT_EMPTY) || (armed && fd == cut_fd))
        return 0;
    ssize_t got = __real_read(fd, buffer, size);
    return struck ? give_part(fd, buffer, got, true) : got;
}

#define PREAD(name)                                                                                \
    WRAPPED(ssize_t, name, int fd, void *buffer, size_t size, off_t at)                            \
    {                                                                                              \
        bool struck = strikes(CALL_READ, "pread");                                                 \
        if (struck && fault.kind == FAULT_ERROR)                                                   \
            return -1;                                                                             \
        if ((struck && fault.kind == FAULT_EMPTY) || (armed && fd == cut_fd))                      \
            return 0;                                                                              \
        ssize_t got = __real_##name(fd, buffer, size, at);                                         \
        return struck ? give_part(fd, buffer, got, false) : got;                                   \
    }
PREAD(pread)
PREAD(pread64)

#define WRAP_CALL(type, name, parameters, arguments)                                               \
    WRAPPED(type, name, parameters)                                                                \
    {                                                                                              \
        return strikes(CALL_SYSTEM, #name) ? -1 : __real_##name arguments;                         \
    }
#define LIST(...) __VA_ARGS__

WRAP_CALL(ssize_t, readlink, LIST(const char *path, char *buffer, size_t size),
          (path, buffer, size))
WRAP_CALL(ssize_t, readlinkat, LIST(int fd, const char *path, char *buffer, size_t size),
          (fd, path, buffer, size))
WRAP_CALL(ssize_t, __readlink_chk, LIST(const char *path, char *buffer, size_t size, size_t room),
          (path, buffer, size, room))
WRAP_CALL(ssize_t, __readlinkat_chk,
          LIST(int fd, const char *path, char *buffer, size_t size, size_t room),
          (fd, path, buffer, size, room))
WRAP_CALL(int, stat, LIST(const char *path, struct stat *out), (path, out))
WRAP_CALL(int, stat64, LIST(const char *path, struct stat *out), (path, out))
WRAP_CALL(int, lstat, LIST(const char *path, struct stat *out), (path, out))
WRAP_CALL(int, lstat64, LIST(const char *path, struct stat *out), (path, out))
WRAP_CALL(int, fstat, LIST(int fd, struct stat *out), (fd, out))
WRAP_CALL(int, fstat64, LIST(int fd, struct stat *out), (fd, out))
WRAP_CALL(int, fstatat, LIST(int fd, const char *path, struct stat *out, int flags),
          (fd, path, out, flags))
WRAP_CALL(int, fstatat64, LIST(int fd, const char *path, struct stat *out, int flags),
          (fd, path, out, flags))
WRAP_CALL(int, statx, LIST(int fd, const char *path, int flags, unsigned mask, struct statx *out),
          (fd, path, flags, mask, out))
WRAP_CALL(int, fstatfs, LIST(int fd, struct statfs *out), (fd, out))
WRAP_CALL(int, fstatfs64, LIST(int fd, struct statfs *out), (fd, out))
WRAP_CALL(int, statvfs, LIST(const char *path, struct statvfs *out), (path, out))
WRAP_CALL(int, statvfs64, LIST(const char *path, struct statvfs *out), (path, out))

/* ---- Folders -----------------------------------------------------------------------------------
 */

WRAPPED(ssize_t, getdents64, int fd, void *buffer, size_t size)
{
    if (strikes(CALL_LIST, "getdents64"))
        return fault.kind == FAULT_ERROR ? -1 : 0;
    return __real_getdents64(fd, buffer, size);
}

WRAPPED(DIR *, opendir, const char *path)
{
    DIR *folder = strikes(CALL_SYSTEM, "opendir") ? NULL : __real_opendir(path);
    if (folder)
        count_descriptor(dirfd(folder));
    return folder;
}

WRAPPED(DIR *, fdopendir, int fd)
{
    return strikes(CALL_SYSTEM, "fdopendir") ? NULL : __real_fdopendir(fd);
}

WRAPPED(int, closedir, DIR *folder)
{
    close_counted(dirfd(folder));
    return __real_closedir(folder);
}

/* The end leaves errno as it was. */
#define READDIR(name)                                                                              \
    WRAPPED(struct dirent *, name, DIR *folder)                                                    \
    {                                                                                              \
        int before = errno;                                                                        \
        if (!strikes(CALL_LIST, "readdir"))                                                        \
            return __real_##name(folder);                                                          \
        if (fault.kind != FAULT_ERROR)                                                             \
            errno = before;                                                                        \
        return NULL;                                                                               \
    }
READDIR(readdir)
READDIR(readdir64)

/* ---- Sockets and the rest ----------------------------------------------------------------------
 */

WRAPPED(int, socket, int family, int type, int protocol)
{
    return strikes(CALL_SYSTEM, "socket") ? -1
                                          : count_descriptor(__real_socket(family, type, protocol));
}

WRAP_CALL(ssize_t, send, LIST(int fd, const void *data, size_t size, int flags),
          (fd, data, size, flags))
WRAP_CALL(ssize_t, sendto,
          LIST(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
               socklen_t len),
          (fd, data, size, flags, to, len))
WRAP_CALL(ssize_t, recv, LIST(int fd, void *data, size_t size, int flags), (fd, data, size, flags))
WRAP_CALL(ssize_t, recvfrom,
          LIST(int fd, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *len),
          (fd, data, size, flags, from, len))
WRAP_CALL(int, bind, LIST(int fd, const struct sockaddr *address, socklen_t len),
          (fd, address, len))
WRAP_CALL(int, setsockopt, LIST(int fd, int level, int name, const void *value, socklen_t len),
          (fd, level, name, value, len))
WRAP_CALL(int, sched_getaffinity, LIST(pid_t pid, size_t size, cpu_set_t *set), (pid, size, set))
#define MMAP(name)                                                                                 \
    WRAPPED(void *, name, void *at, size_t size, int access, int flags, int fd, off_t offset)      \
    {                                                                                              \
        return strikes(CALL_SYSTEM, "mmap") ? MAP_FAILED                                           \
                                            : __real_##name(at, size, access, flags, fd, offset);  \
    }
MMAP(mmap)
MMAP(mmap64)
WRAP_CALL(int, madvise, LIST(void *at, size_t size, int advice), (at, size, advice))
WRAP_CALL(int, sysinfo, LIST(struct sysinfo *out), (out))
WRAP_CALL(int, getpriority, LIST(int which, id_t who), (which, who))
WRAP_CALL(int, setpriority, LIST(int which, id_t who, int value), (which, who, value))
WRAP_CALL(int, getrlimit, LIST(int resource, struct rlimit *out), (resource, out))
WRAP_CALL(int, getrlimit64, LIST(int resource, struct rlimit *out), (resource, out))
WRAP_CALL(int, kill, LIST(pid_t pid, int signal), (pid, signal))
WRAP_CALL(int, waitid, LIST(idtype_t type, id_t id, siginfo_t *info, int options),
          (type, id, info, options))
WRAP_CALL(int, poll, LIST(struct pollfd *polls, nfds_t len, int time), (polls, len, time))
WRAP_CALL(int, ppoll,
          LIST(struct pollfd *polls, nfds_t len, const struct timespec *time, const sigset_t *mask),
          (polls, len, time, mask))

WRAPPED(char *, getcwd, char *buffer, size_t size)
{
    return strikes(CALL_SYSTEM, "getcwd") ? NULL : __real_getcwd(buffer, size);
}

WRAPPED(int, ioctl, int fd, unsigned long request, void *argument)
{
    return strikes(CALL_SYSTEM, "ioctl") ? -1 : __real_ioctl(fd, request, argument);
}

/* The library only moves descriptors with it. */
WRAPPED(int, fcntl, int fd, int command, int least)
{
    return strikes(CALL_SYSTEM, "fcntl") ? -1 : count_descriptor(__real_fcntl(fd, command, least));
}

WRAPPED(int, fcntl64, int fd, int command, int least)
{
    return strikes(CALL_SYSTEM, "fcntl") ? -1
                                         : count_descriptor(__real_fcntl64(fd, command, least));
}

/* Those that the library makes without a function of the C library. */
static const struct {
    long number;
    const char *name;
    bool opens;
} numbered[] = {
    {SYS_bpf, "bpf", true},
    {SYS_openat2, "openat2", true},
    {SYS_pidfd_open, "pidfd_open", true},
    {SYS_pidfd_send_signal, "pidfd_send_signal", false},
    {SYS_ioprio_get, "ioprio_get", false},
    {SYS_ioprio_set, "ioprio_set", false},
    {SYS_sched_getaffinity, "sched_getaffinity", false},
    {SYS_sched_setaffinity, "sched_setaffinity", false},
    {SYS_prlimit64, "prlimit64", false},
    {SYS_tgkill, "tgkill", false},
    {SYS_kcmp, "kcmp", false},
    {SYS_listmount, "listmount", false},
    {SYS_statmount, "statmount", false},
};

WRAPPED(long, syscall, long number, long a, long b, long c, long d, long e, long f)
{
    size_t i = 0;
    if (number == SYS_gettid) /* cannot fail */
        return __real_syscall(number, a, b, c, d, e, f);
    while (i < sizeof numbered / sizeof *numbered && numbered[i].number != number)
        i++;
    if (i == sizeof numbered / sizeof *numbered)
        abort(); /* it wants a name */
    if (strikes(CALL_SYSTEM, numbered[i].name))
        return -1;
    long got = __real_syscall(number, a, b, c, d, e, f);
    if (numbered[i].opens)
        count_descriptor((int)got);
    return got;
}

WRAPPED(int, prctl, int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    return strikes(CALL_SYSTEM, "prctl") ? -1 : __real_prctl(option, a, b, c, d);
}

/* The error is what they return. */
WRAPPED(int, getpwuid_r, uid_t uid, struct passwd *entry, char *buffer, size_t size,
        struct passwd **out)
{
    if (!strikes(CALL_SYSTEM, "getpwuid_r"))
        return __real_getpwuid_r(uid, entry, buffer, size, out);
    *out = NULL;
    return fault.error;
}

WRAPPED(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes,
        void *(*run)(void *), void *argument)
{
    return strikes(CALL_SYSTEM, "pthread_create")
               ? fault.error
               : __real_pthread_create(thread, attributes, run, argument);
}

WRAPPED(int, pthread_mutex_init, pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    return strikes(CALL_SYSTEM, "pthread_mutex_init")
               ? fault.error
               : __real_pthread_mutex_init(mutex, attributes);
}

WRAPPED(int, pthread_cond_init, pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
    return strikes(CALL_SYSTEM, "pthread_cond_init")
               ? fault.error
               : __real_pthread_cond_init(condition, attributes);
}
