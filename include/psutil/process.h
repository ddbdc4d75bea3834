/* Processes: a handle that is sure to be about one process, and everything known about it.
 *
 * A psutil_process stands for the process that had the pid when the handle was opened, not for
 * whoever has that pid later: reads of a handle whose process is gone fail with PSUTIL_ESRCH (or
 * PSUTIL_EREUSED, when somebody else has the pid now), and no signal reaches anybody else.
 *
 * Three ways to read, over the same fields and the same sources:
 * one field of one process (psutil_process_name()), several fields of one process at once
 * (psutil_process_read()), several fields of all processes (psutil/table.h).
 *
 * Errors of every function here: PSUTIL_ESRCH, PSUTIL_EREUSED, PSUTIL_EZOMBIE (what was asked for
 * is gone though the process is not reaped), PSUTIL_EACCES, PSUTIL_ENOTSUP (this platform, or
 * another root), PSUTIL_ENOMEM, PSUTIL_ESYSTEM, PSUTIL_EDATA. A handle may be read by several
 * threads at once. */
#ifndef PSUTIL_PROCESS_H
#define PSUTIL_PROCESS_H

#include <psutil/base.h>
#include <psutil/net.h>

/* <stdlib.h> of Windows' compilers has a macro of this name for _environ, which stays. */
#ifdef _WIN32
#include <stdlib.h>
#undef environ
#endif

PSUTIL_BEGIN_DECLS

typedef enum psutil_status {
    PSUTIL_STATUS_RUNNING = 1,
    PSUTIL_STATUS_SLEEPING,
    PSUTIL_STATUS_DISK_SLEEP,
    PSUTIL_STATUS_STOPPED,
    PSUTIL_STATUS_TRACING_STOP,
    PSUTIL_STATUS_ZOMBIE,
    PSUTIL_STATUS_DEAD,
    PSUTIL_STATUS_WAKE_KILL,
    PSUTIL_STATUS_WAKING,
    PSUTIL_STATUS_PARKED,
    PSUTIL_STATUS_IDLE,
    PSUTIL_STATUS_LOCKED,   /* FreeBSD */
    PSUTIL_STATUS_WAITING,  /* FreeBSD */
    PSUTIL_STATUS_SUSPENDED /* NetBSD */
} psutil_status;

/* User or group ids. */
typedef struct psutil_puids {
    int64_t real;
    int64_t effective;
    int64_t saved;
} psutil_puids;

/* CPU time in seconds. Linux: fields 14 to 17 and 42 of /proc/PID/stat. */
typedef struct psutil_pcputimes {
    double user;
    double system;
    double children_user; /* of children that ended and were waited for */
    double children_system;
    double iowait; /* Linux: waiting for block I/O; NAN where it is not counted */
} psutil_pcputimes;

/* Memory in bytes. Linux: /proc/PID/statm. */
typedef struct psutil_pmem {
    int64_t rss;             /* in RAM now; Windows: working set */
    int64_t vms;             /* address space; Windows: page file usage */
    int64_t shared;          /* Linux: of rss, what could be shared with others */
    int64_t text;            /* Linux, BSD: executable code */
    int64_t lib;             /* Linux: 0 since 2.6 */
    int64_t data;            /* Linux, BSD: data and stack */
    int64_t dirty;           /* Linux: 0 since 2.6 */
    int64_t stack;           /* BSD */
    int64_t num_page_faults; /* Windows, and the rest */
    int64_t peak_wset;
    int64_t wset;
    int64_t peak_paged_pool;
    int64_t paged_pool;
    int64_t peak_nonpaged_pool;
    int64_t nonpaged_pool;
    int64_t pagefile;
    int64_t peak_pagefile;
    int64_t private_bytes; /* "private" elsewhere, which C++ does not allow */
} psutil_pmem;

/* What memory_info_ex adds to psutil_pmem, in bytes. Linux: Vm… and Rss… of /proc/PID/status. */
typedef struct psutil_pmem_ex {
    int64_t peak_rss;  /* VmHWM */
    int64_t peak_vms;  /* VmPeak */
    int64_t rss_anon;  /* RssAnon */
    int64_t rss_file;  /* RssFile */
    int64_t rss_shmem; /* RssShmem */
    int64_t swap;      /* VmSwap */
    int64_t hugetlb;   /* HugetlbPages */
} psutil_pmem_ex;

/* What memory a process really costs, in bytes.
 * Linux: /proc/PID/smaps_rollup, else the sum of /proc/PID/smaps. */
typedef struct psutil_pfootprint {
    int64_t uss;  /* private to it: what would be freed if it ended now */
    int64_t pss;  /* uss and its share of what it shares; Linux */
    int64_t swap; /* swapped out; Linux */
} psutil_pfootprint;

/* A mapping, or all mappings of one file together. Sizes in bytes. Linux: /proc/PID/smaps. */
typedef struct psutil_pmmap {
    const char *addr;  /* "55e2f1ab8000-55e2f1ab9000"; NULL when grouped */
    const char *perms; /* "r--p"; NULL when grouped */
    const char *path;  /* of the file, "[heap]", "[anon]" */
    int64_t rss;
    int64_t size;
    int64_t pss;
    int64_t shared_clean;
    int64_t shared_dirty;
    int64_t private_clean;
    int64_t private_dirty;
    int64_t referenced;
    int64_t anonymous;
    int64_t swap;
} psutil_pmmap;

typedef struct psutil_pmmap_list {
    size_t len;
    psutil_pmmap *items;
} psutil_pmmap_list;

/* I/O since the start. Linux: /proc/PID/io. */
typedef struct psutil_pio {
    int64_t read_count;  /* read system calls */
    int64_t write_count; /* write system calls */
    int64_t read_bytes;  /* Linux: from storage */
    int64_t write_bytes; /* Linux: to storage */
    int64_t read_chars;  /* Linux: by read calls, wherever from */
    int64_t write_chars; /* Linux: by write calls, wherever to */
    int64_t other_count; /* Windows */
    int64_t other_bytes; /* Windows */
} psutil_pio;

/* Context switches. Linux: /proc/PID/status, summed over the threads that the kernel shows there:
 * the main thread's. */
typedef struct psutil_pctxsw {
    int64_t voluntary;   /* it waited for something */
    int64_t involuntary; /* its time was up */
} psutil_pctxsw;

/* Page faults. Linux: fields 10 and 12 of /proc/PID/stat. */
typedef struct psutil_ppagefaults {
    int64_t minor; /* answered from memory */
    int64_t major; /* needed a disk */
} psutil_ppagefaults;

typedef struct psutil_pthread {
    int64_t id;
    double user_time;   /* seconds */
    double system_time; /* seconds */
} psutil_pthread;

typedef struct psutil_pthread_list {
    size_t len;
    psutil_pthread *items;
} psutil_pthread_list;

typedef enum psutil_ioprio_class {
    PSUTIL_IOPRIO_CLASS_NONE = 0, /* none was set: follows the nice value */
    PSUTIL_IOPRIO_CLASS_RT = 1,
    PSUTIL_IOPRIO_CLASS_BE = 2,
    PSUTIL_IOPRIO_CLASS_IDLE = 3
} psutil_ioprio_class;

/* Windows' priorities of I/O. */
typedef enum psutil_ioprio_windows {
    PSUTIL_IOPRIO_VERYLOW = 0,
    PSUTIL_IOPRIO_LOW = 1,
    PSUTIL_IOPRIO_NORMAL = 2,
    PSUTIL_IOPRIO_HIGH = 3
} psutil_ioprio_windows;

/* Windows' priority classes: what psutil_process_nice() tells and sets there. */
typedef enum psutil_priority_class {
    PSUTIL_IDLE_PRIORITY_CLASS = 0x40,
    PSUTIL_BELOW_NORMAL_PRIORITY_CLASS = 0x4000,
    PSUTIL_NORMAL_PRIORITY_CLASS = 0x20,
    PSUTIL_ABOVE_NORMAL_PRIORITY_CLASS = 0x8000,
    PSUTIL_HIGH_PRIORITY_CLASS = 0x80,
    PSUTIL_REALTIME_PRIORITY_CLASS = 0x100
} psutil_priority_class;

typedef struct psutil_pionice {
    int64_t ioclass; /* psutil_ioprio_class; on Windows psutil_ioprio_windows */
    int64_t value;   /* Linux: 0 (highest) to 7 */
} psutil_pionice;

typedef struct psutil_popenfile {
    const char *path;
    int64_t fd;
    int64_t position; /* Linux: offset in the file */
    const char *mode; /* Linux: "r", "w", "a", "r+", "a+" */
    int64_t flags;    /* Linux: of open(2) */
} psutil_popenfile;

typedef struct psutil_popenfile_list {
    size_t len;
    psutil_popenfile *items;
} psutil_popenfile_list;

/* Resource limits are numbered as by Linux on every platform. */
typedef enum psutil_rlimit_resource {
    PSUTIL_RLIMIT_CPU = 0,
    PSUTIL_RLIMIT_FSIZE = 1,
    PSUTIL_RLIMIT_DATA = 2,
    PSUTIL_RLIMIT_STACK = 3,
    PSUTIL_RLIMIT_CORE = 4,
    PSUTIL_RLIMIT_RSS = 5,
    PSUTIL_RLIMIT_NPROC = 6,
    PSUTIL_RLIMIT_NOFILE = 7,
    PSUTIL_RLIMIT_MEMLOCK = 8,
    PSUTIL_RLIMIT_AS = 9,
    PSUTIL_RLIMIT_LOCKS = 10,
    PSUTIL_RLIMIT_SIGPENDING = 11,
    PSUTIL_RLIMIT_MSGQUEUE = 12,
    PSUTIL_RLIMIT_NICE = 13,
    PSUTIL_RLIMIT_RTPRIO = 14,
    PSUTIL_RLIMIT_RTTIME = 15
} psutil_rlimit_resource;

#define PSUTIL_RLIM_INFINITY (-1)

typedef struct psutil_prlimit {
    int64_t resource; /* psutil_rlimit_resource */
    int64_t soft;     /* in force; PSUTIL_RLIM_INFINITY for none */
    int64_t hard;     /* how far the process itself may raise it */
} psutil_prlimit;

typedef struct psutil_prlimit_list {
    size_t len;
    psutil_prlimit *items;
} psutil_prlimit_list;

/* The fields of a process, named as in psutil. */
typedef enum psutil_process_field {
    PSUTIL_FIELD_PID,
    PSUTIL_FIELD_PPID,
    PSUTIL_FIELD_NAME,
    PSUTIL_FIELD_EXE,
    PSUTIL_FIELD_CMDLINE,
    PSUTIL_FIELD_ENVIRON,
    PSUTIL_FIELD_CREATE_TIME,
    PSUTIL_FIELD_STATUS,
    PSUTIL_FIELD_CWD,
    PSUTIL_FIELD_USERNAME,
    PSUTIL_FIELD_UIDS,
    PSUTIL_FIELD_GIDS,
    PSUTIL_FIELD_TERMINAL,
    PSUTIL_FIELD_NICE,
    PSUTIL_FIELD_IONICE,
    PSUTIL_FIELD_RLIMIT,
    PSUTIL_FIELD_IO_COUNTERS,
    PSUTIL_FIELD_NUM_CTX_SWITCHES,
    PSUTIL_FIELD_NUM_FDS,
    PSUTIL_FIELD_NUM_HANDLES,
    PSUTIL_FIELD_NUM_THREADS,
    PSUTIL_FIELD_THREADS,
    PSUTIL_FIELD_CPU_TIMES,
    PSUTIL_FIELD_CPU_PERCENT,
    PSUTIL_FIELD_CPU_AFFINITY,
    PSUTIL_FIELD_CPU_NUM,
    PSUTIL_FIELD_MEMORY_INFO,
    PSUTIL_FIELD_MEMORY_INFO_EX,
    PSUTIL_FIELD_MEMORY_FOOTPRINT,
    PSUTIL_FIELD_MEMORY_FULL_INFO,
    PSUTIL_FIELD_MEMORY_PERCENT,
    PSUTIL_FIELD_MEMORY_MAPS,
    PSUTIL_FIELD_PAGE_FAULTS,
    PSUTIL_FIELD_OPEN_FILES,
    PSUTIL_FIELD_NET_CONNECTIONS,
    PSUTIL_FIELD_COUNT
} psutil_process_field;

/* A set of fields: PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS). */
typedef uint64_t psutil_fields;
#define PSUTIL_FIELD(name) ((psutil_fields)1 << PSUTIL_FIELD_##name)
#define PSUTIL_FIELDS_ALL (((psutil_fields)1 << PSUTIL_FIELD_COUNT) - 1)

/* In psutil_process_info.result: the field was not asked for. */
#define PSUTIL_NOT_ASKED 1

/* Everything known about a process. result[f] is 0 when field f was read, PSUTIL_NOT_ASKED, or the
 * PSUTIL_E… code of why it could not be read; only fields with 0 have a meaning. Everything that is
 * pointed to belongs to the record. The record "process" (psutil/record.h) describes it, in the
 * order of psutil_process_field. */
typedef struct psutil_process_info {
    int8_t result[PSUTIL_FIELD_COUNT];
    int64_t pid;
    int64_t ppid;
    const char *name;
    const char *exe; /* "" when the kernel shows none (kernel threads) */
    psutil_string_list *cmdline;
    psutil_string_list *environ; /* NAME=VALUE */
    double create_time;          /* seconds since the epoch */
    int64_t status;              /* psutil_status */
    const char *cwd;
    const char *username; /* the uid as a number when it has no name */
    psutil_puids uids;
    psutil_puids gids;
    const char *terminal; /* "/dev/pts/0"; NULL without one */
    int64_t nice;
    psutil_pionice ionice;
    psutil_prlimit_list *rlimit;
    psutil_pio io_counters;
    psutil_pctxsw num_ctx_switches;
    int64_t num_fds; /* of the caller itself: without what the library keeps open, as open_files */
    int64_t num_handles; /* Windows */
    int64_t num_threads;
    psutil_pthread_list *threads;
    psutil_pcputimes cpu_times;
    double
        cpu_percent; /* since this handle or table was read before; 100 is one CPU; NAN at first */
    psutil_int_list *cpu_affinity;
    int64_t cpu_num; /* the CPU it ran on last */
    psutil_pmem memory_info;
    psutil_pmem_ex memory_info_ex;
    psutil_pfootprint memory_footprint;
    double memory_percent;          /* rss of the machine's memory */
    psutil_pmmap_list *memory_maps; /* grouped by path */
    psutil_ppagefaults page_faults;
    psutil_popenfile_list *open_files;
    psutil_sconn_list *net_connections; /* of kind inet */
} psutil_process_info;

/* The field called `name` ("memory_info"), or -1. */
PSUTIL_API int psutil_process_field_find(const char *name);

/* The fields that exist on the running platform. */
PSUTIL_API psutil_fields psutil_process_fields(void);

/* ---- Handles -------------------------------------------------------------------------------- */

typedef struct psutil_process psutil_process;

/* Opens a handle on the process that has `pid` now. Errors also: PSUTIL_EINVAL (a negative pid).
 * Some handles keep descriptors open (see psutil_open()), however many handles there are: the
 * others are checked anew at each read. The handle must not outlive the context. */
PSUTIL_API int psutil_process_open(psutil_process **out, psutil *ctx, int64_t pid);
/* The same, for the id of a thread too: a handle that reads what the system tells of that thread
 * (Linux: /proc/TID). Signals and waiting refuse it. */
PSUTIL_API int psutil_process_open_thread(psutil_process **out, psutil *ctx, int64_t id);

PSUTIL_API void psutil_process_close(psutil_process *process);

/* The pid that the handle was opened with. */
PSUTIL_API int64_t psutil_process_pid(const psutil_process *process);

/* The context that the handle was opened with. */
PSUTIL_API psutil *psutil_process_context(const psutil_process *process);

/* Whether two handles stand for the same process (not merely the same pid). */
PSUTIL_API bool psutil_process_equal(const psutil_process *a, const psutil_process *b);

/* When the process was started, as create_time: what the handle knows since it was opened. The
 * process itself is not asked, so that this also answers about one that has ended. */
PSUTIL_API int psutil_process_started(double *out, const psutil_process *process);

/* Whether the process still exists; a zombie does. */
PSUTIL_API int psutil_process_is_running(bool *out, psutil_process *process);

/* Handles in a list are closed with the list. */
typedef struct psutil_process_list {
    size_t len;
    psutil_process **items;
} psutil_process_list;

PSUTIL_API void psutil_process_list_close(psutil_process_list *list);

/* ---- Several fields at once ------------------------------------------------------------------ */

/* Reads the fields asked for, each source of the system once. Succeeds as long as the process
 * exists: a field that is refused has its reason in out->result. */
PSUTIL_API int psutil_process_read(psutil_process_info **out, psutil_process *process,
                                   psutil_fields fields);
PSUTIL_API void psutil_process_info_free(psutil_process_info *info);

/* ---- Single fields ---------------------------------------------------------------------------
 * Meaning and units as in psutil_process_info. Strings and lists: psutil_free(). */

PSUTIL_API int psutil_process_ppid(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_name(char **out, psutil_process *process);
PSUTIL_API int psutil_process_exe(char **out, psutil_process *process);
PSUTIL_API int psutil_process_cmdline(psutil_string_list **out, psutil_process *process);
PSUTIL_API int psutil_process_environ(psutil_string_list **out, psutil_process *process);
PSUTIL_API int psutil_process_create_time(double *out, psutil_process *process);
PSUTIL_API int psutil_process_status(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_cwd(char **out, psutil_process *process);
PSUTIL_API int psutil_process_username(char **out, psutil_process *process);
PSUTIL_API int psutil_process_uids(psutil_puids *out, psutil_process *process);
PSUTIL_API int psutil_process_gids(psutil_puids *out, psutil_process *process);
PSUTIL_API int psutil_process_terminal(char **out, psutil_process *process); /* NULL: none */
PSUTIL_API int psutil_process_nice(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_ionice(psutil_pionice *out, psutil_process *process);
PSUTIL_API int psutil_process_rlimit(psutil_prlimit *out, psutil_process *process,
                                     int64_t resource);
PSUTIL_API int psutil_process_io_counters(psutil_pio *out, psutil_process *process);
PSUTIL_API int psutil_process_num_ctx_switches(psutil_pctxsw *out, psutil_process *process);
PSUTIL_API int psutil_process_num_fds(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_num_handles(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_num_threads(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_threads(psutil_pthread_list **out, psutil_process *process);
PSUTIL_API int psutil_process_cpu_times(psutil_pcputimes *out, psutil_process *process);
PSUTIL_API int psutil_process_cpu_percent(double *out, psutil_process *process);
PSUTIL_API int psutil_process_cpu_affinity(psutil_int_list **out, psutil_process *process);
PSUTIL_API int psutil_process_cpu_num(int64_t *out, psutil_process *process);
PSUTIL_API int psutil_process_memory_info(psutil_pmem *out, psutil_process *process);
PSUTIL_API int psutil_process_memory_info_ex(psutil_pmem_ex *out, psutil_process *process);
PSUTIL_API int psutil_process_memory_footprint(psutil_pfootprint *out, psutil_process *process);
PSUTIL_API int psutil_process_page_faults(psutil_ppagefaults *out, psutil_process *process);
PSUTIL_API int psutil_process_open_files(psutil_popenfile_list **out, psutil_process *process);

/* Every descriptor, with the system's name for what it leads to: what open_files has, and besides
 * files that were deleted, folders, devices, and what has no path at all.
 * Linux: the links of /proc/PID/fd as they are: "/var/log/old (deleted)", "socket:[4711]",
 * "pipe:[4712]", "anon_inode:[eventpoll]". */
PSUTIL_API int psutil_process_descriptors(psutil_popenfile_list **out, psutil_process *process);

/* `memtype` names a field of psutil_pmem or psutil_pfootprint ("rss", "uss"). PSUTIL_EINVAL for any
 * other. */
PSUTIL_API int psutil_process_memory_percent(double *out, psutil_process *process,
                                             const char *memtype);

/* Mappings in the order of addresses, or, grouped, one item for each path. */
PSUTIL_API int psutil_process_memory_maps(psutil_pmmap_list **out, psutil_process *process,
                                          bool grouped);

/* Sockets that the process has open; `kind` is a set of psutil_conn_kind. */
PSUTIL_API int psutil_process_net_connections(psutil_sconn_list **out, psutil_process *process,
                                              unsigned kind);

/* ---- Relatives ------------------------------------------------------------------------------- */

/* The parent, or NULL for a process without one that the caller can see. A process that was started
 * later than the child is not its parent, whatever pid it has. */
PSUTIL_API int psutil_process_parent(psutil_process **out, psutil_process *process);

/* Parent, grandparent and so on up to the first process. */
PSUTIL_API int psutil_process_parents(psutil_process_list **out, psutil_process *process);

/* Children by pid, or with `recursive` all descendants, parents before their children. */
PSUTIL_API int psutil_process_children(psutil_process_list **out, psutil_process *process,
                                       bool recursive);

/* ---- Changing a process ---------------------------------------------------------------------- */

/* -20 (most) to 19 (least); beyond these Linux takes the nearest. Windows: psutil_priority_class.
 */
PSUTIL_API int psutil_process_set_nice(psutil_process *process, int64_t nice);
/* `value` may be PSUTIL_UNKNOWN: the middle of the class. PSUTIL_EINVAL for a value the class does
 * not have. Windows: `ioclass` is a psutil_ioprio_windows, and `value` must be PSUTIL_UNKNOWN. */
PSUTIL_API int psutil_process_set_ionice(psutil_process *process, int64_t ioclass, int64_t value);
PSUTIL_API int psutil_process_set_rlimit(psutil_process *process, int64_t resource, int64_t soft,
                                         int64_t hard);
/* An empty list stands for all CPUs that the process may use. Windows: CPUs are numbered 64 times
 * their processor group and their place in it; all must be of the group of the process. */
PSUTIL_API int psutil_process_set_cpu_affinity(psutil_process *process, const int64_t *cpus,
                                               size_t len);

/* Sends a signal to exactly this process. Signals to pid 0 and numbers that are no signal are
 * refused (PSUTIL_EINVAL); 0 sends nothing and only checks. A zombie takes any signal.
 * Linux: through a pidfd. Without pidfds the process is checked right before kill().
 * Windows, which has no signals: SIGTERM ends the process, SIGBREAK is Ctrl-Break, and 0 checks;
 * PSUTIL_EINVAL for any other. */
PSUTIL_API int psutil_process_send_signal(psutil_process *process, int signal);
/* Windows: NtSuspendProcess, NtResumeProcess; TerminateProcess with the exit code 15 for the last
 * two. */
PSUTIL_API int psutil_process_suspend(psutil_process *process);   /* SIGSTOP */
PSUTIL_API int psutil_process_resume(psutil_process *process);    /* SIGCONT */
PSUTIL_API int psutil_process_terminate(psutil_process *process); /* SIGTERM */
PSUTIL_API int psutil_process_kill(psutil_process *process);      /* SIGKILL */

/* ---- Waiting --------------------------------------------------------------------------------- */

/* Sleeps until the process has ended, at most `timeout` seconds (negative: for ever; 0: just
 * looks; PSUTIL_EINVAL for NAN). `exit_code` receives the exit code, the negative number of the
 * signal that ended it, or PSUTIL_UNKNOWN where the system does not tell. A child of the caller is
 * reaped. A process of another parent has ended when that parent has reaped it: until then it is a
 * zombie, and exists. Waiting again, also from several threads, gives the same answer.
 * PSUTIL_ETIMEDOUT when it still exists; PSUTIL_EINTR when a signal handler of the caller ran
 * meanwhile: call again to go on waiting.
 *
 * Linux: sleeps on a pidfd and reaps by waitid(). The exit codes of other processes than the
 * caller's children come from the pidfd's info since Linux 6.15, when the process ended after the
 * handle was opened. Without pidfds (before Linux 5.3, or forbidden by a filter) it looks every 1
 * to 64 milliseconds; so it does for zombies of other parents before Linux 6.9.
 *
 * Windows: sleeps on handles; of more than 64 processes the rest are looked at every 15
 * milliseconds, and a process that may not be opened every 40. Its exit code is then unknown. */
PSUTIL_API int psutil_process_wait(int64_t *exit_code, psutil_process *process, double timeout);

/* Called for each process as it ends, in psutil_wait_procs(). Leave the handles open meanwhile.
 * Returning false ends the waiting at once. */
typedef bool psutil_wait_callback(psutil_process *process, int64_t exit_code, void *user);

/* Sleeps until all `len` processes have ended, at most `timeout` seconds, as psutil_process_wait()
 * does. gone[i] tells whether processes[i] ended, also with PSUTIL_EINTR; the timeout itself is no
 * error, nor is that the callback ended the waiting. `callback` may be NULL; it is called for those
 * too that had ended before. A handle may be listed several times; all must belong to `ctx`
 * (PSUTIL_EINVAL).
 *
 * Linux: at most half of the descriptors that the program may open (RLIMIT_NOFILE) are used. With
 * more processes than that, the rest are looked at from time to time, so that their ends are seen
 * up to 64 milliseconds late, or later where there are thousands of them: looking takes at most a
 * twentieth of the time. */
PSUTIL_API int psutil_wait_procs(bool *gone, psutil *ctx, psutil_process *const *processes,
                                 size_t len, double timeout, psutil_wait_callback *callback,
                                 void *user);

PSUTIL_END_DECLS

#endif
