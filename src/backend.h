/* What an operating system must provide. A port is a folder src/os/<os>/ that defines each function
 * below once; the build links exactly one such folder, beside src/os/posix/ where it applies.
 * src/os/unsupported/ defines all of them with PSUTIL_ENOTSUP: copy it to start a port.
 *
 * Rules for every function: results are written only on success; 0 or a negative PSUTIL_E… is
 * returned; a failure has been recorded with ps_fail() or the backend's own helper before it is
 * returned; files are found through ctx->roots, never by a literal path. Nothing above this header
 * knows which system it is on. */
#ifndef PS_BACKEND_H
#define PS_BACKEND_H

#include "core/arena.h"
#include "core/context.h"
#include "core/list.h"

#include <psutil.h>

/* ---- The platform itself: src/os/<os>/platform.c ----------------------------------------------
 */

/* PSUTIL_ON_… of this platform. */
extern const unsigned ps_os_platform;

/* The default roots, used where psutil_options has none. */
extern const struct ps_roots ps_os_default_roots;

/* The names of psutil_family as the platform has them: a hardware address is AF_PACKET on Linux and
 * AF_LINK elsewhere. */
extern const psutil_enum_value ps_enum_family[];

/* The names of the numbers in psutil_pionice.ioclass, which each platform has its own of. */
extern const psutil_enum_value ps_enum_ioprio_class[];

/* The backend's own part of a context: what it learns once. */
int ps_os_open(psutil *ctx);
void ps_os_close(psutil *ctx);

/* The same part in the child of a fork(). With `was_held` another thread held the context's lock:
 * what that guards may be half written. */
void ps_os_after_fork(psutil *ctx, bool was_held);

/* The system's text for one of its own codes. */
void ps_os_error_text(char *buffer, size_t size, int os_code);

/* A number that tells the calling thread from all other live ones. */
uintptr_t ps_os_thread_id(void);

/* Nanoseconds on a clock that never goes backwards. */
int64_t ps_os_clock(void);

/* A lock of the platform. Creation gives NULL without memory. */
struct ps_lock;
struct ps_lock *ps_lock_new(void);
void ps_lock_free(struct ps_lock *lock);
void ps_lock_acquire(struct ps_lock *lock);
void ps_lock_release(struct ps_lock *lock);
/* In the child of a fork(): frees the lock from a thread that stayed with the parent, and tells
 * whether one held it. */
bool ps_lock_renew(struct ps_lock *lock);

/* ---- CPU: cpu.c --------------------------------------------------------------------------------
 */

/* Times of all CPUs together in `total`, and of each in `*percpu`, from one read. `percpu` may be
 * NULL. `numbers`, when not NULL, receives the CPUs' numbers in the same order, so that samples can
 * be matched when CPUs come and go. */
int ps_os_cpu_times(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers);
int ps_os_cpu_count(psutil *ctx, bool logical, int64_t *out);
int ps_os_cpu_stats(psutil *ctx, psutil_scpustats *out);
int ps_os_cpu_freq(psutil *ctx, psutil_scpufreq_list **out);
int ps_os_loadavg(psutil *ctx, double out[3]);

/* ---- Memory: memory.c, heap.c -------------------------------------------------------------------
 */

int ps_os_virtual_memory(psutil *ctx, psutil_svmem *out);
int ps_os_swap_memory(psutil *ctx, psutil_sswap *out);
int ps_os_heap_info(psutil *ctx, psutil_pheap *out);
int ps_os_heap_trim(psutil *ctx);

/* ---- Disks: disk.c, mounts.c
 * --------------------------------------------------------------------- */

int ps_os_disk_partitions(psutil *ctx, bool all, psutil_sdiskpart_list **out);
int ps_os_disk_usage(psutil *ctx, const char *path, double timeout, psutil_sdiskusage *out);

/* Counters of each disk. With `whole`, only those whose sum counts nothing twice. */
int ps_os_disk_io(psutil *ctx, bool whole, psutil_sdiskio_list **out);

/* ---- Network: net.c, sockets.c
 * -------------------------------------------------------------------- */

int ps_os_net_io(psutil *ctx, psutil_snetio_list **out);
int ps_os_net_if_addrs(psutil *ctx, psutil_snicaddr_list **out);
int ps_os_net_if_stats(psutil *ctx, psutil_snicstats_list **out);
/* With PSUTIL_KIND_LISTENING, UNIX sockets that do not listen are left out, as only the system
 * tells them apart. The others are left out above. */
int ps_os_net_connections(psutil *ctx, unsigned kind, psutil_sconn_list **out);

/* ---- Sensors: sensors.c
 * ---------------------------------------------------------------------------- */

int ps_os_sensors_temperatures(psutil *ctx, psutil_shwtemp_list **out);
int ps_os_sensors_fans(psutil *ctx, psutil_sfan_list **out);
int ps_os_sensors_battery(psutil *ctx, psutil_sbattery *out);

/* ---- System: system.c, users.c
 * ------------------------------------------------------------------------ */

int ps_os_boot_time(psutil *ctx, double *out);
int ps_os_users(psutil *ctx, psutil_suser_list **out);
int ps_os_pids(psutil *ctx, psutil_int_list **out);
int ps_os_pid_exists(psutil *ctx, int64_t pid, bool *out);

/* ---- Services: services.c
 * ---------------------------------------------------------------------------------- */

/* All services, or the one called `name`. */
int ps_os_services(psutil *ctx, const char *name, psutil_service_list **out);
int ps_os_service_control(psutil *ctx, const char *name, bool start);

/* ---- Processes: process*.c
 * ------------------------------------------------------------------------------ */

/* A reference to one process: its pid, and what tells it from later owners of that pid. */
struct ps_ref {
    int64_t pid;
    int64_t ppid;   /* its parent when the reference was made, as it may not be any more */
    uint64_t start; /* start time in the system's own unit, on a clock that nobody sets */
    uint64_t id;    /* the system's own number for it that is never used again; 0: unknown */
    void *kept;     /* what the backend keeps open for it; NULL: nothing */
};

/* Fills `ref` for the process that has `pid` now. With PS_OPEN_KEEP, handles may stay open
 * in it, as far as the context's budget goes; without, it costs no descriptor and is checked anew
 * at each use. With PS_OPEN_THREAD, `pid` may be the id of a thread, where the system has files for
 * it. */
enum { PS_OPEN_KEEP = 1, PS_OPEN_THREAD = 2 };
int ps_os_process_open(psutil *ctx, int64_t pid, unsigned how, struct ps_ref *ref);
void ps_os_process_close(psutil *ctx, struct ps_ref *ref);

/* One reading: where fields go. The backend sets info->result for every field asked for (it starts
 * as PSUTIL_NOT_ASKED), puts strings into `arena`, and lists into blocks of their own. */
struct ps_reading {
    psutil_process_info *info;
    const psutil_process_info *blank; /* what `info` begins as for each process of a walk */
    struct ps_arena *arena;
    psutil_fields fields;
    unsigned conn_kind;  /* for net_connections */
    bool maps_ungrouped; /* for memory_maps */
    bool files_all;      /* for open_files: every descriptor */

    /* Of a walk: called by the caller's thread, between rows, while another thread reads further
     * ones; NULL for nothing. */
    void (*meanwhile)(void *user);
    void *meanwhile_user;
};

/* Reads fields of exactly this process. Succeeds when the process exists, whatever single fields
 * say. cpu_percent, memory_percent and memory_full_info are the core's: not asked for here. */
int ps_os_process_read(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading);

/* Reads fields of all processes, calling `row` for each in ascending order of pids; the info and
 * the lists in it belong to the callee then. A non-zero return of `row` ends the walk with it. */
typedef int ps_process_row(psutil_process_info *info, const struct ps_ref *ref, void *user);
int ps_os_process_walk(psutil *ctx, struct ps_reading *reading, ps_process_row *row, void *user);

/* The children of a process by ascending pids, from the system's own lists: references that keep
 * nothing open, in a block for free(). 1 when the system has no such lists, or they do not come to
 * rest: then a walk must tell. */
int ps_os_process_children(psutil *ctx, const struct ps_ref *ref, struct ps_ref **out, size_t *len);

/* Seconds since the epoch, from ref->start: nothing of the process is read. */
int ps_os_process_started(psutil *ctx, const struct ps_ref *ref, double *out);

/* Whether the process exists still. */
int ps_os_process_is_running(psutil *ctx, const struct ps_ref *ref, bool *out);

int ps_os_process_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource,
                         psutil_prlimit *out);

int ps_os_process_set_nice(psutil *ctx, const struct ps_ref *ref, int64_t nice);
int ps_os_process_set_ionice(psutil *ctx, const struct ps_ref *ref, int64_t ioclass, int64_t value);
int ps_os_process_set_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource, int64_t soft,
                             int64_t hard);
int ps_os_process_set_affinity(psutil *ctx, const struct ps_ref *ref, const int64_t *cpus,
                               size_t len);

/* What a portable caller may want done, since signal numbers differ. */
enum ps_action { PS_ACTION_SUSPEND, PS_ACTION_RESUME, PS_ACTION_TERMINATE, PS_ACTION_KILL };
int ps_os_process_act(psutil *ctx, const struct ps_ref *ref, enum ps_action action);
int ps_os_process_signal(psutil *ctx, const struct ps_ref *ref, int signal);

/* What waiting learned about the process of a handle. Several threads may wait for one handle, and
 * a child can be reaped only once: whoever reaps it writes this in the same step, under ctx->lock,
 * so that the others find the exit code there. */
struct ps_end {
    bool seen;
    int64_t exit_code;
};

struct ps_waiting {
    const struct ps_ref *ref;
    struct ps_end *end;
};

/* Called once for each process as it ends, without a lock held. Returning false ends the waiting,
 * which is a success. */
typedef bool ps_process_ended(size_t index, int64_t exit_code, void *user);

/* Sleeps until all `len` processes have ended, or until `deadline` (ps_os_clock(); negative:
 * never). PSUTIL_ETIMEDOUT when some still run then, PSUTIL_EINTR when a signal handler ran:
 * neither of these two is recorded, since to some callers it is no failure. One call waits for all
 * of them, so that what waiting needs is set up once for each and not once for each end. */
int ps_os_process_wait(psutil *ctx, const struct ps_waiting *waiting, size_t len, int64_t deadline,
                       ps_process_ended *ended, void *user);

#endif
