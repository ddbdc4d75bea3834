/* /proc/PID/stat (proc_pid_stat(5); fs/proc/array.c:do_task_stat). */
#ifndef PS_PROC_STAT_H
#define PS_PROC_STAT_H

#include "parse/cursor.h"

/* Unknown where the line has fewer fields. Times are in clock ticks. */
struct ps_proc_stat {
    struct ps_span comm; /* the name between the first '(' and the last ')' */
    char state;
    int64_t pid;
    int64_t ppid;
    int64_t tty_nr;
    int64_t flags; /* PF_… of include/linux/sched.h */
    int64_t minflt;
    int64_t majflt;
    int64_t utime;
    int64_t stime;
    int64_t cutime;
    int64_t cstime;
    int64_t nice;
    int64_t num_threads;
    int64_t starttime;
    int64_t processor;
    int64_t blkio; /* delayacct_blkio_ticks */
};

/* False when the bytes are not such a line: no name, or fewer fields than the start time. */
bool ps_parse_proc_stat(const char *data, size_t len, struct ps_proc_stat *out);

#endif
