/* /proc/PID/smaps and smaps_rollup (proc_pid_smaps(5); fs/proc/task_mmu.c). */
#ifndef PS_SMAPS_H
#define PS_SMAPS_H

#include "parse/cursor.h"

/* One mapping. Bytes; unknown where the line is missing. */
struct ps_smaps {
    struct ps_span addr;  /* "55e2f1ab8000-55e2f1ab9000" */
    struct ps_span perms; /* "r--p" */
    struct ps_span path;  /* as written, with newlines as "\012"; empty for none */
    int64_t size, rss, pss, shared_clean, shared_dirty, private_clean, private_dirty;
    int64_t private_hugetlb, referenced, anonymous, swap;
};

/* The next mapping; false at the end. */
bool ps_smaps_next(struct ps_cursor *cursor, struct ps_smaps *out);

/* Undoes the kernel's escaping of newlines in a path, the only one that it does here: in place.
 * Returns the new length. */
size_t ps_smaps_unescape(char *path, size_t len);

/* The sum of two figures, of which either may be unknown. */
int64_t ps_smaps_add(int64_t a, int64_t b);

#endif
