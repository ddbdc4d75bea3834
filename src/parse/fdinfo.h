/* /proc/PID/fdinfo/N (proc_pid_fdinfo(5)). */
#ifndef PS_FDINFO_H
#define PS_FDINFO_H

#include "parse/cursor.h"

/* Unknown where the line is missing; some kernels write only the flags. */
struct ps_fdinfo {
    int64_t position;
    int64_t flags; /* of open(2) */
};

void ps_parse_fdinfo(const char *data, size_t len, struct ps_fdinfo *out);

/* How a file with these flags was opened, as fopen() would say it: "r", "w", "a", "r+", "a+"; NULL
 * for what is none of them. */
const char *ps_fdinfo_mode(int64_t flags);

#endif
