/* Real processes in a state of the test's choosing. STATE names the helper program. */
#ifndef STATES_H
#define STATES_H

#include "children.h"

#include <fcntl.h>

static psutil *ctx;

/* Waits until a process that is ready has gone to sleep, when its counters stand still. */
static inline void await_sleep(pid_t pid)
{
    psutil_process *process;
    int64_t status = PSUTIL_UNKNOWN;
    if (psutil_process_open(&process, ctx, pid) != 0)
        abort();
    for (int i = 0; i < 60000 && status != PSUTIL_STATUS_SLEEPING; i++) {
        usleep(500);
        if (psutil_process_status(&status, process) != 0)
            abort();
    }
    psutil_process_close(process);
}

/* The end of a pipe by which a child says that it is ready. */
static inline void await_ready(const int ready[2], const char *who)
{
    char byte;
    close(ready[1]);
    ssize_t got = read(ready[0], &byte, 1);
    close(ready[0]);
    if (got != 1) {
        fprintf(stderr, "# %s did not start\n", who);
        abort();
    }
}

/* Starts `exe` and waits until it says that it is ready. */
static inline pid_t start_at(const char *exe, char *const argv[], char *const envp[],
                             const char *cwd)
{
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0)
        abort();
    pid_t pid = fork_child();
    if (pid == 0) {
        if (dup2(ready[1], STDOUT_FILENO) < 0 || (cwd && chdir(cwd) != 0))
            _exit(126);
        execve(exe, argv, envp);
        _exit(127);
    }
    await_ready(ready, exe);
    await_sleep(pid);
    return pid;
}

/* A child of this program that prepares itself and sleeps. */
static inline pid_t start_prepared(bool (*prepare)(int), int value)
{
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0)
        abort();
    pid_t pid = fork_child();
    if (pid == 0) {
        close(ready[0]);
        if (!prepare(value) || write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    await_ready(ready, "a child");
    await_sleep(pid);
    return pid;
}

static char *const plain_environment[] = {"PLAIN=1", "not a variable", "=none", "BYTES=\xff", NULL};

static inline pid_t start(const char *mode, const char *value)
{
    char *argv[] = {"state", (char *)(uintptr_t)mode, (char *)(uintptr_t)value, NULL};
    return start_at(getenv("STATE"), argv, plain_environment, NULL);
}

/* Without the process, the rest of a test is void. */
static inline void give_up(void)
{
    psutil_error error;
    char line[512];
    psutil_error_detail(&error, ctx);
    psutil_error_format(line, sizeof line, &error);
    fprintf(stderr, "# %s\n", line);
    abort();
}

static inline psutil_process *process_of(pid_t pid)
{
    psutil_process *process;
    if (psutil_process_open(&process, ctx, pid) != 0)
        give_up();
    return process;
}

static inline psutil_process_info *read_all(pid_t pid)
{
    psutil_process *process = process_of(pid);
    psutil_process_info *info;
    if (psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) != 0)
        give_up();
    psutil_process_close(process);
    return info;
}

static inline int run_with_helper(void)
{
    if (!getenv("STATE") || psutil_open(&ctx, NULL) != 0)
        return 2;
    int failed = run_tests();
    psutil_close(ctx);
    return failed;
}

#endif
