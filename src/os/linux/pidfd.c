/* Descriptors that stand for processes (pidfd_open(2)), and what the kernel tells through them. */
#include "os/linux/process.h"
#include "os/linux/syscalls.h"
#include "parse/cursor.h"

#include <errno.h>
#include <linux/ioctl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* include/uapi/linux/magic.h; newer than most systems' headers. */
#define PIDFS_MAGIC 0x50494446

/* include/uapi/linux/pidfd.h, as of Linux 6.13 (the ioctl) and 6.15 (the exit code). */
struct pidfd_info {
    uint64_t mask; /* what is asked for, and then what was answered */
    uint64_t cgroupid;
    uint32_t pid, tgid, ppid;
    uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
    int32_t exit_code; /* as wait(2) gives it */
};
#define INFO_PID ((uint64_t)1 << 0)
#define INFO_CREDS ((uint64_t)1 << 1)
#define INFO_EXIT ((uint64_t)1 << 3)
#define GET_INFO _IOWR(0xFF, 11, struct pidfd_info)

/* A procfs shows the pids of the namespace that mounted it: another one's are not to be mixed with
 * what system calls take. `self` leads to the caller's pid as that namespace has it. */
static bool pids_are_ours(psutil *ctx)
{
    struct ps_dir proc = ps_proc(ctx);
    char path[PS_PATH_MAX], target[32];
    int64_t pid;
    if (!ps_dir_path(&proc, "self", path))
        return false;
    ssize_t len = readlink(path, target, sizeof target);
    if (len <= 0)
        return false;
    struct ps_cursor c = ps_cursor_of(target, (size_t)len);
    return ps_cursor_i64(&c, &pid) && pid == getpid();
}

/* Tried on the caller itself, for which nothing but the kernel or a filter can refuse it.
 * PS_REACH_UNKNOWN when there was no descriptor or memory for trying. */
static enum ps_reach try_pidfd(void)
{
    enum ps_reach reach = PS_REACH_PIDS;
    struct statfs fs;
    int fd = ps_sys_pidfd_open(getpid());
    if (fd < 0)
        return ps_is_shortage(errno) ? PS_REACH_UNKNOWN : reach;
    if (ps_sys_pidfd_send_signal(fd, 0) == 0)
        reach =
            fstatfs(fd, &fs) == 0 && fs.f_type == PIDFS_MAGIC ? PS_REACH_PIDFS : PS_REACH_PIDFDS;
    close(fd);
    return reach;
}

enum ps_reach ps_linux_reach(psutil *ctx)
{
    struct ps_linux *os = ps_linux_of(ctx);
    enum ps_reach reach = (enum ps_reach)atomic_load_explicit(&os->reach, memory_order_relaxed);
    if (reach != PS_REACH_UNKNOWN)
        return reach;
    reach = os->live && pids_are_ours(ctx) ? try_pidfd() : PS_REACH_NONE;
    if (reach == PS_REACH_UNKNOWN) /* the next call tries again; this one meets the cause itself */
        return PS_REACH_PIDFDS;
    atomic_store_explicit(&os->reach, reach, memory_order_relaxed);
    return reach;
}

uint64_t ps_pidfd_id(psutil *ctx, int fd)
{
    struct stat st;
    if (ps_linux_reach(ctx) < PS_REACH_PIDFS || fstat(fd, &st) != 0)
        return 0;
    return (uint64_t)st.st_ino;
}

/* Whether a pidfd that was just opened by number is of the process that `ref` stands for.
 *
 * With inode numbers the pidfd itself says so. Without, the start time is read by number AFTER the
 * pidfd was opened. When it is the one that we know, our process has the number now; it had it
 * when the handle was made; a number has one owner at a time and ours never got it twice; so ours
 * had it all the time between, also when the pidfd was opened. The other order would prove
 * nothing: between reading and opening the number may get another owner. */
static int check_owner(psutil *ctx, const struct ps_ref *ref, int fd)
{
    uint64_t id = ref->id != 0 ? ps_pidfd_id(ctx, fd) : 0;
    if (id == 0)
        return ps_process_verify(ctx, ref);
    return id == ref->id ? 0 : ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
}

/* EINVAL (ENOENT in some versions) says that the number is no process's: a mere thread has it now,
 * or the process is just being reaped. */
static int fail_open(psutil *ctx, const struct ps_ref *ref)
{
    if (errno != EINVAL && errno != ENOENT)
        return ps_fail_call(ctx, "pidfd_open", NULL, ref->pid);
    int rc = ps_process_verify(ctx, ref);
    return rc != 0 ? rc : ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
}

static int open_pidfd(psutil *ctx, const struct ps_ref *ref, int *fd)
{
    if (ps_linux_reach(ctx) < PS_REACH_PIDFDS)
        return ps_fail_pid(ctx, PSUTIL_ENOTSUP, ref->pid, "there are no pidfds");
    int opened = ps_sys_pidfd_open(ref->pid);
    if (opened < 0)
        return fail_open(ctx, ref);
    int rc = check_owner(ctx, ref, opened);
    if (rc != 0)
        close(opened);
    else
        *fd = opened;
    return rc;
}

int ps_process_pidfd(psutil *ctx, const struct ps_ref *ref, int *fd)
{
    *fd = ps_process_kept_pidfd(ctx, ref);
    return *fd >= 0 ? 0 : open_pidfd(ctx, ref, fd);
}

int ps_process_pidfd_sure(psutil *ctx, const struct ps_ref *ref, int *fd)
{
    *fd = ps_process_kept_pidfd(ctx, ref);
    bool sure = *fd >= 0 && (ref->id == 0 || ps_pidfd_id(ctx, *fd) == ref->id);
    return sure ? 0 : open_pidfd(ctx, ref, fd);
}

void ps_process_pidfd_done(psutil *ctx, const struct ps_ref *ref, int fd)
{
    if (fd != ps_process_kept_pidfd(ctx, ref))
        close(fd);
}

/* A process that has not even ended is asked with two thirds of the effort. */
static bool has_ended(int fd)
{
    struct pollfd question = {.fd = fd, .events = POLLIN};
    return poll(&question, 1, 0) != 0;
}

/* EPERM is the answer about a process that lives and is somebody else's. */
bool ps_pidfd_is_gone(int fd)
{
    return has_ended(fd) && ps_sys_pidfd_send_signal(fd, 0) != 0 && errno == ESRCH;
}

static bool ids_of(int fd, struct ps_process_ids *out)
{
    struct pidfd_info info = {.mask = INFO_PID | INFO_CREDS};
    if (ioctl(fd, GET_INFO, &info) != 0 || (~info.mask & (INFO_PID | INFO_CREDS)) != 0)
        return false;
    *out = (struct ps_process_ids){.ppid = info.ppid,
                                   .uids = {info.ruid, info.euid, info.suid},
                                   .gids = {info.rgid, info.egid, info.sgid}};
    return true;
}

/* A pidfd that is opened by number is of the folder's process, if that is there still afterwards:
 * the number was its own all the time. */
bool ps_reader_ids(struct ps_reader *reader, struct ps_process_ids *out)
{
    if (reader->pidfd >= 0)
        return ids_of(reader->pidfd, out);
    if (reader->dir.fd < 0 || ps_linux_reach(reader->ctx) < PS_REACH_PIDFS)
        return false;
    int fd = ps_sys_pidfd_open(reader->dir.pid);
    if (fd < 0)
        return false;
    bool known = ids_of(fd, out);
    close(fd);
    return known && ps_folder_is_alive(&reader->dir);
}

int64_t ps_pidfd_exit_code(int fd)
{
    struct pidfd_info info = {.mask = INFO_EXIT};
    if (ioctl(fd, GET_INFO, &info) != 0 || !(info.mask & INFO_EXIT))
        return PSUTIL_UNKNOWN;
    return WIFSIGNALED(info.exit_code) ? -WTERMSIG(info.exit_code) : WEXITSTATUS(info.exit_code);
}
