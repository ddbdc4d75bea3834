/* /proc/stat (proc_stat(5)). */
#ifndef PS_STAT_H
#define PS_STAT_H

#include "parse/cursor.h"

/* "btime", seconds since the epoch; false without that line. */
bool ps_parse_stat_btime(const char *data, size_t len, int64_t *out);

#endif
