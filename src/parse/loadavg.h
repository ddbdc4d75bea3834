/* /proc/loadavg (proc_loadavg(5)). */
#ifndef PS_LOADAVG_H
#define PS_LOADAVG_H

#include "parse/cursor.h"

/* The means over 1, 5 and 15 minutes; false when one of them is missing. */
bool ps_parse_loadavg(const char *data, size_t len, double out[3]);

#endif
