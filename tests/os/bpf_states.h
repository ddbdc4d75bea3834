/* Processes in all states that the fast lane could tell otherwise than /proc. */
#ifndef BPF_STATES_H
#define BPF_STATES_H

#include "bpf.h"

static inline pid_t start_busy(bool in_kernel)
{
    pid_t pid = fork_child();
    volatile unsigned long count = 0;
    if (pid == 0)
        for (;;)
            if (++count % 8 == 0 || in_kernel)
                getppid();
    return pid;
}

static inline pid_t start_zombie(void)
{
    siginfo_t info;
    pid_t pid = start_child(0, 3);
    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
    return pid;
}

/* How often it gave its CPU away by itself: status tells, and stat is not read. */
static inline int64_t switches_of(psutil_process *process)
{
    psutil_pctxsw switches;
    if (psutil_process_num_ctx_switches(&switches, process) != 0)
        abort();
    return switches.voluntary;
}

/* Its CPU times stand still afterwards: it says that it stops while it runs still, and gives its
 * CPU away a moment later. */
static inline void stop_opened(pid_t pid, psutil_process *process)
{
    int status;
    int64_t before = switches_of(process);
    kill(pid, SIGSTOP);
    waitpid(pid, &status, WUNTRACED);
    for (int i = 0; i < 60000 && switches_of(process) == before; i++)
        usleep(500);
}

static inline void stop(pid_t pid)
{
    psutil_process *process = process_of(pid);
    stop_opened(pid, process);
    psutil_process_close(process);
}

static inline bool become_other_user(int unused)
{
    (void)unused;
    return setresgid(65532, 65533, 65534) == 0 && setresuid(65531, 65532, 65533) == 0;
}

static inline bool open_files(int count)
{
    while (count > 0 && dup(0) >= 0)
        count--;
    return count == 0;
}

/* The helper under another name, which is gone by the time that it runs. */
static inline pid_t start_deleted(const char *name)
{
    char folder[] = "/tmp/psutil-bpf-XXXXXX", path[256], command[1024];
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(command, sizeof command, "cp '%s' '%s'", getenv("STATE"), path);
    if (system(command) != 0)
        abort();
    char *argv[] = {path, NULL};
    pid_t pid = start_at(path, argv, plain_environment, NULL);
    unlink(path);
    rmdir(folder);
    return pid;
}

static inline pid_t start_long_line(void)
{
    static char word[3 * PS_BPF_WORDS];
    memset(word, 'x', sizeof word - 1);
    char *argv[] = {"state", "nothing", word, "", "end", NULL};
    return start_at(getenv("STATE"), argv, plain_environment, NULL);
}

static inline void start_states(void)
{
    keep_child(start_busy(false));
    keep_child(start_busy(true));
    keep_child(start_zombie());
    stop(keep_child(start_busy(true)));
    stop(keep_child(start("threads", "40")));
    keep_child(start("threads", "3"));
    keep_child(start("name", "fifteen-bytes-x"));
    keep_child(start("name", "odd ) name (\n"));
    keep_child(start("title", "written over it"));
    keep_child(start_long_line());
    keep_child(start_prepared(open_files, 300));
    keep_child(start_deleted("a-name-that-is-longer-than-the-kernels"));
    if (geteuid() == 0)
        keep_child(start_prepared(become_other_user, 0));
}

#endif
