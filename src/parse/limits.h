/* /proc/PID/limits (proc_pid_limits(5); fs/proc/base.c:proc_pid_limits). */
#ifndef PS_LIMITS_H
#define PS_LIMITS_H

#include "parse/cursor.h"

#include <psutil/process.h>

/* A limit of one resource. */
struct ps_limit {
    int64_t resource; /* psutil_rlimit_resource */
    int64_t soft, hard;
};

/* The next line that is about a known resource; false at the end. */
bool ps_limits_next(struct ps_cursor *cursor, struct ps_limit *out);

#endif
