/* Processes that a test starts, and how a context is made to believe in an older kernel. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "os/linux/process.h"

#include "../test.h"

#include <dirent.h>
#include <psutil.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A child that has no use for the context has not lost it, as memcheck would say. */
static psutil *volatile last_opened;

/* A context that reaches no further than `reach`; PS_REACH_UNKNOWN: as far as it does. */
static inline psutil *open_reaching(enum ps_reach reach)
{
    psutil *ctx;
    if (psutil_open(&ctx, NULL) != 0)
        abort();
    if (reach != PS_REACH_UNKNOWN && reach < ps_linux_reach(ctx))
        ps_linux_of(ctx)->reach = (int)reach;
    last_opened = ctx;
    return ctx;
}

/* No handle keeps descriptors, as when there are more handles than the budget allows. */
static inline void keep_none(psutil *ctx)
{
    ps_linux_of(ctx)->kept_limit = 0;
}

/* Runs the statement for each kind of kernel that is imitated. */
static const enum ps_reach reaches[] = {PS_REACH_PIDS, PS_REACH_PIDFDS, PS_REACH_UNKNOWN};
#define REACHES (sizeof reaches / sizeof *reaches)

static inline double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline void sleep_for(double seconds)
{
    struct timespec span = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&span, &span) != 0)
        ;
}

/* A child that ends with the test, whatever happens. */
static inline pid_t fork_child(void)
{
    fflush(stdout);
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent && getppid() != 0) /* too late; 0: the first of a namespace */
            raise(SIGKILL);
    }
    return pid;
}

/* A child that sleeps for `seconds` and exits with `code`. */
static inline pid_t start_child(double seconds, int code)
{
    pid_t pid = fork_child();
    if (pid == 0) {
        sleep_for(seconds);
        _exit(code);
    }
    return pid;
}

/* A child that exits with `code` when `*end` is closed, which those that are started later hold,
 * too. */
static inline pid_t start_child_told(int *end, int code)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0)
        abort();
    pid_t pid = fork_child();
    if (pid == 0) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) > 0)
            continue;
        _exit(code);
    }
    close(ends[0]);
    *end = ends[1];
    return pid;
}

static inline psutil_process *open_handle(psutil *ctx, pid_t pid)
{
    psutil_process *process;
    if (psutil_process_open(&process, ctx, pid) != 0)
        abort();
    return process;
}

/* A child whose child sleeps and exits with `code`; it reaps that `linger` seconds after its end
 * and then lives on. */
static inline pid_t start_grandchild(double seconds, int code, double linger, pid_t *grandchild)
{
    int ends[2];
    if (pipe(ends) != 0)
        abort();
    pid_t child = fork_child();
    if (child == 0) {
        pid_t pid = start_child(seconds, code);
        if (write(ends[1], &pid, sizeof pid) != sizeof pid)
            _exit(1);
        sleep_for(seconds + linger);
        waitpid(pid, NULL, 0);
        sleep_for(60);
        _exit(0);
    }
    close(ends[1]);
    if (read(ends[0], grandchild, sizeof *grandchild) != sizeof *grandchild)
        abort();
    close(ends[0]);
    return child;
}

/* The exit code, or -2000 plus the error. */
static inline int64_t wait_for(psutil_process *process, double timeout)
{
    int64_t code = -1000;
    int rc = psutil_process_wait(&code, process, timeout);
    return rc == 0 ? code : -2000 + rc;
}

static inline size_t count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static inline void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

#endif
