/* Waiting for the end of processes.
 *
 * A pidfd is readable from the end of its process on, and hung up once it was reaped. All that are
 * waited for sleep in one ppoll(); nothing is asked in between. Children of the caller are reaped
 * here. A process of another parent has ended when that one has reaped it: until then it is a
 * zombie, which exists (and the kernel does not tell its exit code).
 *
 * Some cannot be slept on, and are looked at from time to time, seldom enough to cost next to
 * nothing (pause_of()):
 * - all of them, where there are no pidfds;
 * - those for which there are no descriptors left. At most half of what the program may open is
 *   used. The rest are each opened, looked at and closed again at every look, and get a descriptor
 *   of their own as soon as others have ended;
 * - zombies of other parents before Linux 6.9, which does not tell of their reaping, and children
 *   whose end a tracer withholds from their parent. */
#include "os/linux/process.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

#define PAUSE_FIRST 1000000 /* nanoseconds */
#define PAUSE_LAST 64000000
#define PAUSE_PER_LOOK 20 /* looks take at most a twentieth of the time */
#define DESCRIPTORS_MAX 16384
#define FEW 8 /* are waited for without an allocation, and without asking for the budget */

/* One process that has not ended yet. */
struct watch {
    size_t index; /* in waiting[] */
    int fd;       /* its pidfd, which is slept on; -1 without */
    short events; /* what would wake us */
    bool look;    /* to be looked at, since nothing wakes us for it */
    bool done;    /* ended, to be taken out */
};

struct vigil {
    psutil *ctx;
    const struct ps_waiting *waiting;
    struct watch *watches;
    struct pollfd *polls; /* for one ppoll(), which takes no more entries than RLIMIT_NOFILE */
    size_t len;
    size_t watched; /* how many have a pidfd */
    size_t budget;  /* how many may have one */
    int64_t pause;  /* before the next look */
    int64_t looked; /* how long the last one took */
    bool stopped;   /* by the callee: nothing more is reported */
    ps_process_ended *ended;
    void *user;
};

static const struct ps_ref *ref_of(const struct vigil *v, size_t i)
{
    return v->waiting[v->watches[i].index].ref;
}

/* ---- Ends ------------------------------------------------------------------------------------ */

enum reaped { REAPED, STILL_RUNS, NOT_OURS, UNTOLD };

/* Children of clone() whose end sends another signal than SIGCHLD are found with __WALL only,
 * which waitid() takes since Linux 4.7. */
static int wait_id(idtype_t type, id_t id, siginfo_t *info)
{
    int options = WEXITED | WNOHANG | __WALL;
    int rc;
    do {
        info->si_pid = 0;
        rc = waitid(type, id, info, options);
        if (rc != 0 && errno == EINVAL && options & __WALL)
            rc = waitid(type, id, info, options &= ~__WALL);
    } while (rc != 0 && errno == EINTR);
    return rc;
}

/* Linux 5.3 has pidfds which waitid() does not take (EINVAL). While the pidfd says that the process
 * was not reaped, its pid is its own. */
static enum reaped reap(const struct ps_ref *ref, int fd, int64_t *exit_code)
{
    siginfo_t info;
    int rc = fd >= 0 ? wait_id((idtype_t)P_PIDFD, (id_t)fd, &info) : -1;
    if (fd < 0 || (rc != 0 && errno == EINVAL && !ps_pidfd_is_gone(fd)))
        rc = wait_id(P_PID, (id_t)ref->pid, &info);
    if (rc != 0)
        return errno == ECHILD ? NOT_OURS : UNTOLD;
    if (info.si_pid == 0)
        return STILL_RUNS;
    *exit_code = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
    return REAPED;
}

/* Reaps the process if it is a child that ended, and learns of its end. `fd` is its pidfd, or -1
 * when it was just seen to exist. Under the lock, so that another thread that waits for the
 * same handle finds either the child or the exit code. */
static bool learn_end(psutil *ctx, const struct ps_waiting *of, int fd, bool *is_child)
{
    int64_t exit_code = PSUTIL_UNKNOWN;
    ps_lock_acquire(ctx->lock);
    if (!of->end->seen) {
        enum reaped reaped = reap(of->ref, fd, &exit_code);
        *is_child = reaped == STILL_RUNS || reaped == UNTOLD;
        if ((reaped == NOT_OURS || reaped == UNTOLD) && fd >= 0 && ps_pidfd_is_gone(fd)) {
            exit_code = ps_pidfd_exit_code(fd);
            reaped = REAPED;
        }
        if (reaped == REAPED)
            *of->end = (struct ps_end){true, exit_code};
    }
    bool seen = of->end->seen;
    ps_lock_release(ctx->lock);
    return seen;
}

/* The process was found to be gone: how it ended is known only to who has reaped it. */
static void learn_absence(psutil *ctx, struct ps_end *end)
{
    ps_lock_acquire(ctx->lock);
    if (!end->seen)
        *end = (struct ps_end){true, PSUTIL_UNKNOWN};
    ps_lock_release(ctx->lock);
}

static void release(struct vigil *v, size_t i)
{
    struct watch *watch = &v->watches[i];
    if (watch->fd < 0)
        return;
    ps_process_pidfd_done(v->ctx, ref_of(v, i), watch->fd);
    watch->fd = -1;
    v->watched--;
}

/* What was seen never changes again: it needs no lock to be read. */
static void finish(struct vigil *v, size_t i)
{
    const struct ps_waiting *of = &v->waiting[v->watches[i].index];
    release(v, i);
    v->watches[i].done = true;
    v->pause = PAUSE_FIRST;
    if (!v->stopped)
        v->stopped = !v->ended(v->watches[i].index, of->end->exit_code, v->user);
}

/* ---- Looking --------------------------------------------------------------------------------- */

/* Makes descriptors free for the rest of the program and for looking itself. */
static void shed(struct vigil *v)
{
    v->budget = v->watched / 2;
    for (size_t i = v->len; i-- > 0 && v->watched > v->budget;) {
        if (v->watches[i].fd >= 0) {
            release(v, i);
            v->watches[i].look = true;
        }
    }
}

static int open_watched(struct vigil *v, const struct ps_ref *ref, int *fd)
{
    int rc = ps_process_pidfd(v->ctx, ref, fd);
    while (rc == PSUTIL_ESYSTEM && v->watched > 0) {
        shed(v);
        rc = ps_process_pidfd(v->ctx, ref, fd);
    }
    return rc;
}

/* Keeps a pidfd that was opened, or, without a budget for that, sees what it has to tell. */
static void use_pidfd(struct vigil *v, size_t i, int fd)
{
    const struct ps_waiting *of = &v->waiting[v->watches[i].index];
    bool is_child;
    if (v->watched < v->budget) {
        v->watched++;
        v->watches[i].fd = fd;
        v->watches[i].events = POLLIN;
        v->watches[i].look = false;
        return;
    }
    bool over = learn_end(v->ctx, of, fd, &is_child);
    ps_process_pidfd_done(v->ctx, of->ref, fd);
    if (over)
        finish(v, i);
}

static int look_at(struct vigil *v, size_t i)
{
    const struct ps_waiting *of = &v->waiting[v->watches[i].index];
    bool by_pid = ps_linux_reach(v->ctx) == PS_REACH_PIDS;
    bool is_child;
    int fd = v->watches[i].fd;
    int rc = 0;
    if (fd < 0)
        rc = by_pid ? ps_process_verify(v->ctx, of->ref) : open_watched(v, of->ref, &fd);
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED) {
        learn_absence(v->ctx, of->end);
        finish(v, i);
        return 0;
    }
    if (rc != 0)
        return rc;
    if (!by_pid && v->watches[i].fd < 0)
        use_pidfd(v, i, fd);
    else if (learn_end(v->ctx, of, fd, &is_child))
        finish(v, i);
    return 0;
}

/* Takes those out that have ended, and keeps the order of the others. */
static void sweep(struct vigil *v)
{
    size_t kept = 0;
    for (size_t i = 0; i < v->len; i++)
        if (!v->watches[i].done)
            v->watches[kept++] = v->watches[i];
    v->len = kept;
}

/* How long it took matters only when there will be another. */
static int look_round(struct vigil *v, bool only_look)
{
    int64_t begin = only_look ? 0 : -1;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < v->len; i++) {
        if (!v->watches[i].look)
            continue;
        if (begin < 0)
            begin = ps_os_clock();
        rc = look_at(v, i);
    }
    v->looked = begin <= 0 ? 0 : ps_os_clock() - begin;
    sweep(v);
    return rc;
}

/* ---- Sleeping -------------------------------------------------------------------------------- */

/* Something was said about a process that it has not ended with: it is a zombie that waits for its
 * parent. Only its reaping is of interest from then on. */
static void linger(struct vigil *v, size_t i, bool is_child)
{
    v->watches[i].events = 0;
    v->watches[i].look = is_child || ps_linux_reach(v->ctx) < PS_REACH_PIDFS;
}

static int react(struct vigil *v, size_t i, short revents)
{
    const struct ps_waiting *of = &v->waiting[v->watches[i].index];
    bool is_child = false;
    if (revents & POLLNVAL) {
        errno = EBADF;
        return ps_fail_call(v->ctx, "ppoll", NULL, of->ref->pid);
    }
    if (learn_end(v->ctx, of, v->watches[i].fd, &is_child))
        finish(v, i);
    else
        linger(v, i, is_child);
    return 0;
}

/* Nanoseconds until the next look; negative: none is needed. */
static int64_t pause_of(struct vigil *v)
{
    bool look = false;
    for (size_t i = 0; i < v->len && !look; i++)
        look = v->watches[i].look;
    if (!look)
        return -1;
    int64_t pause = v->pause;
    v->pause = pause * 2 > PAUSE_LAST ? PAUSE_LAST : pause * 2;
    return pause < v->looked * PAUSE_PER_LOOK ? v->looked * PAUSE_PER_LOOK : pause;
}

static int64_t time_to_sleep(struct vigil *v, int64_t deadline)
{
    int64_t pause = pause_of(v);
    if (deadline < 0)
        return pause;
    int64_t left = deadline - ps_os_clock();
    if (left < 0)
        left = 0;
    return pause >= 0 && pause < left ? pause : left;
}

static int poll_for(struct vigil *v, int64_t time)
{
    struct timespec span = {(time_t)(time / 1000000000), (long)(time % 1000000000)};
    nfds_t count = 0;
    for (size_t i = 0; i < v->len; i++)
        if (v->watches[i].fd >= 0)
            v->polls[count++] =
                (struct pollfd){.fd = v->watches[i].fd, .events = v->watches[i].events};
    if (time == 0)
        return poll(v->polls, count, 0);
    return ppoll(v->polls, count, time < 0 ? NULL : &span, NULL);
}

/* What poll_for() found, in the order in which it listed the processes. */
static int react_to_all(struct vigil *v)
{
    const struct pollfd *poll = v->polls;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < v->len; i++) {
        if (v->watches[i].fd < 0)
            continue;
        if (poll->revents != 0)
            rc = react(v, i, poll->revents);
        poll++;
    }
    sweep(v);
    return rc;
}

static int sleep_round(struct vigil *v, int64_t time)
{
    int ready = poll_for(v, time);
    if (ready < 0 && errno == EINTR)
        return PSUTIL_EINTR;
    if (ready < 0)
        return ps_fail_call(v->ctx, "ppoll", NULL, PSUTIL_UNKNOWN);
    return ready > 0 ? react_to_all(v) : 0;
}

static int look_and_sleep(struct vigil *v, int64_t deadline, bool only_look)
{
    int rc = look_round(v, only_look);
    if (rc == 0 && v->len > 0 && !v->stopped)
        rc = sleep_round(v, only_look ? 0 : time_to_sleep(v, deadline));
    return rc;
}

/* What ended before the deadline is found, since the clock is read before the last look. A program
 * with a handler for SIGCHLD is interrupted by the very end that it waits for: what has ended is
 * reported before an interruption is. */
static int wait_round(struct vigil *v, int64_t deadline)
{
    bool last = deadline == 0 || (deadline > 0 && ps_os_clock() >= deadline);
    int rc = look_and_sleep(v, deadline, last);
    if (rc == PSUTIL_EINTR) {
        rc = look_and_sleep(v, deadline, true);
        return rc == 0 && v->len > 0 && !v->stopped ? PSUTIL_EINTR : rc;
    }
    return rc == 0 && v->len > 0 && !v->stopped && last ? PSUTIL_ETIMEDOUT : rc;
}

static size_t descriptor_budget(size_t len)
{
    struct rlimit limit;
    if (len <= FEW)
        return len;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    return limit.rlim_cur / 2 > DESCRIPTORS_MAX ? DESCRIPTORS_MAX : (size_t)(limit.rlim_cur / 2);
}

static int keep_vigil(struct vigil *v, int64_t deadline)
{
    int rc = 0;
    for (size_t i = 0; i < v->len; i++)
        v->watches[i] = (struct watch){.index = i, .fd = -1, .look = true};
    while (rc == 0 && v->len > 0 && !v->stopped)
        rc = wait_round(v, deadline);
    for (size_t i = 0; i < v->len; i++)
        release(v, i);
    return rc;
}

int ps_os_process_wait(psutil *ctx, const struct ps_waiting *waiting, size_t len, int64_t deadline,
                       ps_process_ended *ended, void *user)
{
    struct watch few_watches[FEW];
    struct pollfd few_polls[FEW];
    struct vigil v = {.ctx = ctx,
                      .waiting = waiting,
                      .watches = few_watches,
                      .polls = few_polls,
                      .len = len,
                      .budget = descriptor_budget(len),
                      .pause = PAUSE_FIRST,
                      .ended = ended,
                      .user = user};
    if (ps_linux_reach(ctx) == PS_REACH_NONE)
        return ps_fail_root(ctx, len > 0 ? waiting[0].ref->pid : PSUTIL_UNKNOWN);
    if (len > FEW) {
        v.watches = calloc(len, sizeof *v.watches);
        v.polls = calloc(len, sizeof *v.polls);
    }
    int rc = v.watches && v.polls ? keep_vigil(&v, deadline) : ps_fail_memory(ctx);
    if (len > FEW) {
        free(v.watches);
        free(v.polls);
    }
    return rc;
}
