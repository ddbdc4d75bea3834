/* /proc/PID/status (proc_pid_status(5)). */
#ifndef PS_STATUS_H
#define PS_STATUS_H

#include "parse/cursor.h"

/* Unknown where the line is missing: kernel threads and zombies have no Vm lines. */
struct ps_status {
    int64_t tgid;
    int64_t uids[3]; /* real, effective, saved */
    int64_t gids[3];
    int64_t voluntary, involuntary;
    /* bytes */
    int64_t vm_peak, vm_hwm, rss_anon, rss_file, rss_shmem, vm_swap, hugetlb;
};

/* The value of Cpus_allowed_list, such as "0-3,7"; false without that line. */
bool ps_parse_status_cpus(const char *data, size_t len, struct ps_span *list);

/* What a thread may do. */
struct ps_status_rights {
    uint64_t effective; /* capabilities, as bits */
    bool filtered;      /* system calls go through a filter (seccomp(2)) */
};

/* False without the line of capabilities. A kernel without filters has no line about them. */
bool ps_parse_status_rights(const char *data, size_t len, struct ps_status_rights *out);

/* Which of its lines: those of the owner come first, those of context switches almost last. The
 * others cost no time, and are unknown. */
enum ps_status_part { PS_STATUS_OWNER, PS_STATUS_SWITCHES, PS_STATUS_ALL };

void ps_parse_status(const char *data, size_t len, enum ps_status_part part, struct ps_status *out);

#endif
