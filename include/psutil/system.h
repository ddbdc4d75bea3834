/* The system: boot time, users, process ids. */
#ifndef PSUTIL_SYSTEM_H
#define PSUTIL_SYSTEM_H

#include <psutil/base.h>

PSUTIL_BEGIN_DECLS

/* When the system was booted, in seconds since the epoch. Linux: btime of /proc/stat, which moves
 * when the clock is set. */
PSUTIL_API int psutil_boot_time(double *out, psutil *ctx);

/* A session of somebody who is logged in. */
typedef struct psutil_suser {
    const char *name;
    const char *terminal; /* "pts/0", "tty1"; NULL when it has none */
    const char *host;     /* where the user came from; "localhost" for a session at the machine */
    double started;       /* seconds since the epoch */
    int64_t pid;          /* of the process that logged the user in */
} psutil_suser;

typedef struct psutil_suser_list {
    size_t len;
    psutil_suser *items;
} psutil_suser_list;

/* Who is logged in. An empty list when nobody is, or when the system keeps no such record.
 * Linux: /run/utmp, else the sessions of systemd-logind in /run/systemd/sessions. Records of
 * sessions whose process has ended are left out on the running machine. PSUTIL_ENOTSUP with
 * another proc root when no run root was given with it. */
PSUTIL_API int psutil_users(psutil_suser_list **out, psutil *ctx);

/* The ids of all processes, ascending. */
PSUTIL_API int psutil_pids(psutil_int_list **out, psutil *ctx);

/* Whether a process (not a mere thread) has this id now. Any number may be asked about. */
PSUTIL_API int psutil_pid_exists(bool *out, psutil *ctx, int64_t pid);

PSUTIL_END_DECLS

#endif
