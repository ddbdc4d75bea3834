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

/* Numbers of fields, as the manual counts them. */
enum ps_stat_field {
    PS_STAT_FLAGS = 9,
    PS_STAT_MAJFLT = 12,
    PS_STAT_STIME = 15,
    PS_STAT_STARTTIME = 22,
    PS_STAT_PROCESSOR = 39,
    PS_STAT_ALL = 42
};

/* Reads the fields up to `last`; those behind it cost no time, and are unknown. False when the
 * bytes are not such a line: no name, or fewer fields than `last` or the start time. */
bool ps_parse_proc_stat(const char *data, size_t len, enum ps_stat_field last,
                        struct ps_proc_stat *out);

#endif
