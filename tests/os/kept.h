/* A process that obeys, and what is kept open for it. */
#ifndef KEPT_H
#define KEPT_H

#include "core/process.h"

#include "states.h"

#include <sys/mman.h>

/* How many files the context keeps open, handles' folders and pidfds not counted. */
static inline int64_t count_kept(psutil *of)
{
    return ps_linux_of(of)->keeper.open;
}

/* Fields of which each file that can be kept gives one. */
#define KEPT_FIELDS                                                                                \
    (PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(CPU_TIMES) |    \
     PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(NUM_CTX_SWITCHES) |             \
     PSUTIL_FIELD(MEMORY_INFO_EX) | PSUTIL_FIELD(CMDLINE) | PSUTIL_FIELD(IO_COUNTERS) |            \
     PSUTIL_FIELD(NUM_THREADS))

/* Reads often enough that all is kept that ever will be. */
static inline void keep_files_of(psutil_process *process)
{
    psutil_process_info *info;
    for (int i = 0; i < 3; i++)
        if (psutil_process_read(&info, process, KEPT_FIELDS) == 0)
            psutil_process_info_free(info);
}

static inline void keep_files_of_system(psutil *of)
{
    psutil_scputimes times;
    psutil_svmem memory;
    int64_t count;
    for (int i = 0; i < 3; i++)
        if (psutil_cpu_times(&times, of) != 0 || psutil_virtual_memory(&memory, of) != 0 ||
            psutil_cpu_count(&count, of, true) != 0)
            abort();
}

/* Runs a part of a test in a process of its own: 77 says that it is not possible here. */
static inline int in_child(void (*part)(void))
{
    int status = 0;
    pid_t pid = fork_child();
    if (pid == 0) {
        test_failures = 0;
        test_skip_reason = NULL;
        part();
        fflush(stdout);
        _exit(test_skip_reason ? 77 : test_failures != 0);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#define CHECK_CHILD(part, reason)                                                                  \
    do {                                                                                           \
        int result_ = in_child(part);                                                              \
        if (result_ == 77)                                                                         \
            SKIP(reason);                                                                          \
        CHECK_INT(result_, 0);                                                                     \
    } while (0)

/* ---- A process that does as it is told ---------------------------------------------------------
 */

struct servant {
    pid_t pid;
    int orders, answers;
};

static inline void burn(double seconds)
{
    clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
    while (clock() < end)
        continue;
}

static inline void serve(int orders, int answers)
{
    char *argv[] = {"state", "name", "successor", NULL};
    char order;
    while (read(orders, &order, 1) == 1) {
        if (order == 'b')
            burn(0.05);
        if (order == 'm')
            mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                 -1, 0);
        if (order == 'n')
            prctl(PR_SET_NAME, "renamed");
        if (order == 'x' && dup2(answers, STDOUT_FILENO) >= 0)
            execve(getenv("STATE"), argv, plain_environment);
        if (write(answers, "!", 1) != 1)
            break;
    }
    _exit(0);
}

static inline struct servant start_servant(void)
{
    int orders[2], answers[2];
    if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
        abort();
    struct servant servant = {fork_child(), orders[1], answers[0]};
    if (servant.pid == 0)
        serve(orders[0], answers[1]);
    close(orders[0]);
    close(answers[1]);
    return servant;
}

/* Returns when it is done. */
static inline void order(const struct servant *servant, char what)
{
    char byte;
    if (write(servant->orders, &what, 1) != 1 || read(servant->answers, &byte, 1) != 1)
        abort();
}

static inline void end_servant(const struct servant *servant)
{
    close(servant->orders);
    close(servant->answers);
    end_child(servant->pid);
}

#endif
