/* /proc/meminfo and /proc/vmstat (proc_meminfo(5), proc_vmstat(5)). */
#ifndef PS_MEMINFO_H
#define PS_MEMINFO_H

#include "parse/cursor.h"

/* In bytes; unknown where the line is missing. */
struct ps_meminfo {
    int64_t total, free, available, buffers, cached, shared, active, inactive;
    int64_t slab, reclaimable, active_file, inactive_file, swap_total, swap_free;
    bool cut; /* reading ended within a line: what is missing may have been behind it */
};

void ps_parse_meminfo(const char *data, size_t len, struct ps_meminfo *out);

/* Pages swapped in and out since boot; unknown where the line is missing. */
void ps_parse_vmstat_swap(const char *data, size_t len, int64_t *in, int64_t *out);

/* Whether both are there, in whole lines. */
bool ps_vmstat_has_swap(const char *data, size_t len);

/* /proc/zoneinfo: the sum of the zones' low watermarks, in pages. */
int64_t ps_parse_zoneinfo_low(const char *data, size_t len);

/* arcstats of ZFS's kstats: how large its cache is, and below what it is not shrunk, in bytes.
 * False where either is missing. */
bool ps_parse_arcstats(const char *data, size_t len, int64_t *size, int64_t *least);

#endif
