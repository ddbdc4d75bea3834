/* References to processes: whose a number is.
 *
 * A process is its pid and its start time in clock ticks since boot (field 22 of stat), which
 * nobody can set. A descriptor of /proc/PID belongs to that one process for ever: after its end,
 * every file below it gives ESRCH, also when the pid is used again (fs/proc/base.c). All reads
 * therefore go through such a descriptor. It is opened by number at the first of them, and is the
 * process's if that is there still, as its pidfd tells: the number was its own all the time. Where
 * none is kept, one is opened for each use and checked against the start time. */
#include "os/linux/process.h"

#include "os/linux/bpf/lane.h"
#include "os/linux/syscalls.h"
#include "parse/status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int ps_fail_ended(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_dir by_path = ps_process_folder(ctx, ref->pid, -1);
    int fd = ps_dir_open(&by_path, "stat", O_PATH);
    if (fd < 0)
        return ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
    close(fd);
    return ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
}

/* What was looked up by number is not there at all. */
int ps_fail_gone(psutil *ctx, const struct ps_dir *dir)
{
    struct ps_ref ref = {.pid = dir->pid};
    return dir->fd >= 0 ? ps_fail_ended(ctx, &ref) : ps_fail_pid(ctx, PSUTIL_ESRCH, dir->pid, NULL);
}

/* The folder that is kept, or else whichever has the pid now. */
static struct ps_dir folder_kept(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    struct ps_dir dir = ps_process_folder(ctx, ref->pid, kept ? atomic_load(&kept->folder) : -1);
    dir.kept = dir.fd >= 0 ? &kept->files : NULL;
    return dir;
}

int ps_process_folder_open(psutil *ctx, int64_t pid, struct ps_dir *dir)
{
    struct ps_dir by_path = ps_process_folder(ctx, pid, -1);
    int fd = ps_dir_open(&by_path, "", O_PATH | O_DIRECTORY);
    if (fd < 0)
        return ps_fail_errno(ctx, "open", &by_path, "");
    *dir = ps_process_folder(ctx, pid, fd);
    return 0;
}

/* When the process was started, and by whom. */
static int read_birth(psutil *ctx, const struct ps_dir *dir, struct ps_ref *ref)
{
    char bytes[PS_STAT_SIZE];
    struct ps_proc_stat stat;
    int rc = ps_stat_load(ctx, dir, PS_STAT_STARTTIME, bytes, &stat);
    if (rc == 0) {
        ref->start = (uint64_t)stat.starttime;
        ref->ppid = stat.ppid;
    }
    return rc;
}

static int read_start(psutil *ctx, const struct ps_dir *dir, uint64_t *start)
{
    struct ps_ref ref;
    int rc = read_birth(ctx, dir, &ref);
    if (rc == 0)
        *start = ref.start;
    return rc;
}

/* The kernel opens pidfds for processes only: ids of mere threads give EINVAL or ENOENT. */
static int open_pidfd(psutil *ctx, int64_t pid, unsigned how, int *fd)
{
    bool possible = pid > 0 && pid <= INT32_MAX && ps_linux_reach(ctx) >= PS_REACH_PIDFDS;
    *fd = possible ? ps_sys_pidfd_open(pid) : -1;
    if (*fd >= 0 || !possible)
        return 0;
    if (errno == ESRCH)
        return ps_fail_call(ctx, "pidfd_open", NULL, pid);
    if (how & PS_OPEN_THREAD || (errno != EINVAL && errno != ENOENT))
        return 0;
    return ps_fail_pid(ctx, PSUTIL_ESRCH, pid, "this is the id of a thread, not of a process");
}

static bool take_budget(psutil *ctx)
{
    struct ps_linux *os = ps_linux_of(ctx);
    if (atomic_fetch_add(&os->kept, 1) < os->kept_limit)
        return true;
    atomic_fetch_sub(&os->kept, 1);
    return false;
}

/* Those that the kernel makes anew at each reading, for whoever reads it then. The rest (environ,
 * maps, smaps) belongs to the program that ran when it was opened. */
static const char *const kept_names[PS_KEPT_FILES] = {
    "stat", "statm", "status", "cmdline", "io", "comm", "task"}; /* the last: its first thread's */

/* NULL when the budget is spent, or without memory: each use opens what it needs then. */
static struct ps_process_kept *keep(psutil *ctx, int folder, int pidfd)
{
    struct ps_keeper *keeper = &ps_linux_of(ctx)->keeper;
    struct ps_process_kept *kept = malloc(sizeof *kept);
    if (!kept || !take_budget(ctx)) {
        free(kept);
        return NULL;
    }
    kept->generation = ps_keeper_generation(keeper);
    ps_keeper_own(keeper, folder, true);
    ps_keeper_own(keeper, pidfd, true);
    kept->pidfd = pidfd;
    kept->shown = (struct ps_lane_times){0, 0};
    atomic_init(&kept->folder, folder);
    ps_kept_init(&kept->files, keeper, kept->items, kept_names, PS_KEPT_FILES);
    return kept;
}

static void close_both(int folder, int pidfd)
{
    if (folder >= 0)
        close(folder);
    if (pidfd >= 0)
        close(pidfd);
}

/* Without pidfds, and below another root, status tells whose thread an id is. */
static int check_leader(psutil *ctx, const struct ps_dir *dir)
{
    struct ps_text text;
    int64_t tgid = dir->pid;
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir noting = ps_noting(*dir, &shortage);
    ps_text_init(&text);
    if (ps_text_try(&text, &noting, "status") == 0) {
        struct ps_status status;
        ps_parse_status(text.data, text.len, PS_STATUS_OWNER, &status);
        if (status.tgid != PSUTIL_UNKNOWN)
            tgid = status.tgid;
    }
    ps_text_free(&text);
    if (tgid == dir->pid)
        return shortage.rc;
    return ps_fail_pid(ctx, PSUTIL_ESRCH, dir->pid, "this is the id of a thread, not of a process");
}

int ps_process_verify_leader(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_dir dir = {0};
    int rc = ps_process_enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    rc = check_leader(ctx, &dir);
    ps_process_leave(&dir);
    return rc != 0 ? rc : ps_process_verify(ctx, ref);
}

/* To look up a folder that is not there costs the kernel twenty times as much as this question. */
static int check_existence(psutil *ctx, int64_t pid)
{
    bool askable = pid > 0 && pid <= INT32_MAX && ps_linux_reach(ctx) != PS_REACH_NONE;
    if (!askable || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
        return 0;
    return ps_fail_call(ctx, "kill", NULL, pid);
}

/* Without a pidfd, only a descriptor of the folder stays with one process. */
static int open_by_folder(psutil *ctx, int64_t pid, unsigned how, struct ps_dir *dir)
{
    int rc = check_existence(ctx, pid);
    if (rc == 0)
        rc = ps_process_folder_open(ctx, pid, dir);
    if (rc == 0 && !(how & PS_OPEN_THREAD))
        rc = check_leader(ctx, dir);
    return rc;
}

/* What is read by number is of the pidfd's process, if that is there still afterwards. */
static int read_birth_of(psutil *ctx, const struct ps_dir *dir, int pidfd, struct ps_ref *ref)
{
    ref->id = pidfd >= 0 ? ps_pidfd_id(ctx, pidfd) : 0;
    if (ps_lane_birth(ctx, ref))
        return 0;
    int rc = read_birth(ctx, dir, ref);
    if (rc == 0 && pidfd >= 0 && ps_pidfd_is_gone(pidfd))
        rc = ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
    return rc;
}

int ps_os_process_open(psutil *ctx, int64_t pid, unsigned how, struct ps_ref *ref)
{
    struct ps_dir dir = ps_process_folder(ctx, pid, -1);
    int pidfd;
    *ref = (struct ps_ref){.pid = pid};
    int rc = open_pidfd(ctx, pid, how, &pidfd);
    if (rc == 0 && pidfd < 0)
        rc = open_by_folder(ctx, pid, how, &dir);
    if (rc == 0)
        rc = read_birth_of(ctx, &dir, pidfd, ref);
    if (rc == 0 && how & PS_OPEN_KEEP)
        ref->kept = keep(ctx, dir.fd, pidfd);
    if (!ref->kept)
        close_both(dir.fd, pidfd);
    return rc;
}

/* What was inherited is left alone: the numbers may be other files' by now. */
void ps_os_process_close(psutil *ctx, struct ps_ref *ref)
{
    struct ps_process_kept *kept = ref->kept;
    if (!kept)
        return;
    atomic_fetch_sub(&ps_linux_of(ctx)->kept, 1);
    ps_kept_free(&kept->files);
    if (ps_process_kept(ctx, ref)) {
        int folder = atomic_load(&kept->folder);
        ps_keeper_own(&ps_linux_of(ctx)->keeper, folder, false);
        ps_keeper_own(&ps_linux_of(ctx)->keeper, kept->pidfd, false);
        close_both(folder, kept->pidfd);
    }
    free(kept);
    ref->kept = NULL;
}

int ps_process_check_id(psutil *ctx, const struct ps_ref *ref)
{
    int fd;
    int rc = ps_process_pidfd(ctx, ref, &fd);
    if (rc == 0)
        ps_process_pidfd_done(ctx, ref, fd);
    return rc;
}

/* Whose folder was opened. A process that has its number now had it all the time: also when the
 * folder was opened by it. Start times have a grain of some milliseconds, in which a number may be
 * used again. */
static int check_entered(psutil *ctx, const struct ps_ref *ref, const struct ps_dir *dir)
{
    uint64_t start;
    if (ref->id != 0)
        return ps_process_check_id(ctx, ref);
    int rc = read_start(ctx, dir, &start);
    if (rc == 0 && start != ref->start)
        rc = ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    return rc;
}

/* Two threads may come here at once: the later one takes what the other has opened. */
static void keep_folder(psutil *ctx, struct ps_process_kept *kept, struct ps_dir *dir)
{
    int none = -1;
    if (atomic_compare_exchange_strong(&kept->folder, &none, dir->fd)) {
        ps_keeper_own(&ps_linux_of(ctx)->keeper, dir->fd, true);
    } else {
        close(dir->fd);
        dir->fd = none;
    }
    dir->kept = &kept->files;
}

static int enter_first(psutil *ctx, const struct ps_ref *ref, struct ps_process_kept *kept,
                       struct ps_dir *dir)
{
    int rc = ps_process_folder_open(ctx, ref->pid, dir);
    if (rc == 0 && ps_pidfd_is_gone(kept->pidfd)) {
        rc = ps_fail_gone(ctx, dir);
        close(dir->fd);
    }
    if (rc == 0)
        keep_folder(ctx, kept, dir);
    return rc;
}

int ps_process_enter(psutil *ctx, const struct ps_ref *ref, struct ps_dir *dir)
{
    struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    *dir = folder_kept(ctx, ref);
    if (dir->kept)
        return 0;
    if (kept)
        return enter_first(ctx, ref, kept, dir);
    int rc = ps_process_folder_open(ctx, ref->pid, dir);
    if (rc != 0)
        return rc;
    rc = check_entered(ctx, ref, dir);
    if (rc != 0)
        close(dir->fd);
    return rc;
}

void ps_process_leave(const struct ps_dir *dir)
{
    if (!dir->kept)
        close(dir->fd);
}

int ps_process_verify(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_dir dir = folder_kept(ctx, ref);
    uint64_t start;
    int rc = read_start(ctx, &dir, &start);
    if (rc == PSUTIL_ESRCH)
        return ps_fail_gone(ctx, &dir);
    if (rc == 0 && start != ref->start)
        return ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    return rc;
}

int ps_os_process_is_running(psutil *ctx, const struct ps_ref *ref, bool *out)
{
    int pidfd = ps_process_kept_pidfd(ctx, ref);
    if (pidfd >= 0) {
        *out = !ps_pidfd_is_gone(pidfd);
        return 0;
    }
    int rc = ref->id != 0 ? ps_process_check_id(ctx, ref) : ps_process_verify(ctx, ref);
    if (rc != 0 && rc != PSUTIL_ESRCH && rc != PSUTIL_EREUSED)
        return rc;
    *out = rc == 0;
    return 0;
}
