/* The fast lane, for tests of it. */
#ifndef BPF_H
#define BPF_H

#include "states.h"

#include "os/linux/bpf/state.h"

#define FIELDS (PS_LANE_FIELDS | PSUTIL_FIELD(PID))

/* As if so many processes had gone through /proc that the lane pays. */
static inline psutil *open_fast(void)
{
    psutil *fast;
    if (psutil_open(&fast, NULL) != 0)
        abort();
    if (ps_linux_of(fast)->lane)
        ps_linux_of(fast)->lane->walked = INT32_MAX;
    last_opened = fast;
    return fast;
}

static inline bool is_open(psutil *fast)
{
    return ps_lane_is_open(fast, FIELDS);
}

/* Whether the kernel lets this program use the lane at all. */
static inline bool is_possible(void)
{
    psutil *fast = open_fast();
    bool possible = ps_lane_pays(fast, FIELDS, 1);
    psutil_close(fast);
    return possible;
}

#define REQUIRE_LANE()                                                                             \
    do {                                                                                           \
        if (!is_possible())                                                                        \
            SKIP("this kernel, or what the test may do, does not allow the fast lane");            \
    } while (0)

static inline psutil_table *read_table(psutil *of, psutil_fields fields)
{
    psutil_table *table;
    if (psutil_table_open(&table, of, fields) != 0 || psutil_table_refresh(table) != 0)
        abort();
    return table;
}

/* Runs in a child, whose exit status tells. */
static inline int run_apart(int (*function)(void))
{
    int status;
    pid_t pid = fork_child();
    if (pid == 0)
        _exit(function());
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline bool become_nobody(void)
{
    return setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0;
}

static pid_t children[64];
static size_t children_len;

static inline pid_t keep_child(pid_t pid)
{
    children[children_len++] = pid;
    return pid;
}

static inline void end_children(void)
{
    while (children_len > 0)
        end_child(children[--children_len]);
}

static inline psutil_process_info row_of(const psutil_table *table, pid_t pid)
{
    psutil_process_info info = {0};
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(&info, table, i);
        if (info.pid == pid)
            return info;
    }
    abort();
}

#endif
