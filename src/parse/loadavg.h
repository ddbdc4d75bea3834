/* /proc/loadavg (proc_loadavg(5)). */
#ifndef PS_LOADAVG_H
#define PS_LOADAVG_H

#include "parse/cursor.h"

/* The means over 1, 5 and 15 minutes; false when one of them is missing. */
bool ps_parse_loadavg(const char *data, size_t len, double out[3]);

/* How many threads the machine has; false when that is missing. */
bool ps_parse_loadavg_threads(const char *data, size_t len, int64_t *out);

#endif
