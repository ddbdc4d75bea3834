/* /proc/PID/statm (proc_pid_statm(5)). */
#ifndef PS_STATM_H
#define PS_STATM_H

#include "parse/cursor.h"

/* In pages. */
struct ps_statm {
    int64_t size, resident, shared, text, lib, data, dirty;
};

/* False when there are fewer than the seven numbers. */
bool ps_parse_statm(const char *data, size_t len, struct ps_statm *out);

#endif
