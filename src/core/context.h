/* The context behind psutil_open(), and how failures are recorded. */
#ifndef PS_CONTEXT_H
#define PS_CONTEXT_H

#include <psutil.h>
#include <stdatomic.h>

#define PS_ROOT_MAX 200

/* Where files are looked for. */
struct ps_roots {
    char proc[PS_ROOT_MAX];
    char sys[PS_ROOT_MAX];
    char etc[PS_ROOT_MAX];
    char run[PS_ROOT_MAX];
};

struct ps_thread_error;
struct ps_lock;

struct psutil {
    struct ps_roots roots;
    unsigned flags;                 /* of psutil_options */
    struct ps_lock *lock;           /* guards `errors`, and what changes in handles */
    struct ps_thread_error *errors; /* the last failure of each thread that ever failed */
    _Atomic int64_t total_memory;   /* bytes, for memory_percent; 0: not known yet */
    _Atomic int64_t total_until;    /* ps_os_clock() from when on it is asked for anew */
    psutil_process_info blank;      /* in which nothing was asked and everything is unknown */
    void *os;                       /* the backend's own part */
};

/* Records a failure for psutil_error_detail() and returns `code`, so that callers write
 * `return ps_fail(…)`. `note` may be NULL. */
int ps_fail(psutil *ctx, int code, const char *note);

/* The same with the place: a system call, its path or object, the system's code, the process
 * (PSUTIL_UNKNOWN: none). */
int ps_fail_at(psutil *ctx, int code, int os_code, const char *call, const char *path, int64_t pid);

/* PSUTIL_ESRCH and its kin about `pid`, when no system call said so. */
int ps_fail_pid(psutil *ctx, int code, int64_t pid, const char *note);

/* PSUTIL_ENOMEM, recorded. */
int ps_fail_memory(psutil *ctx);

/* Frees the errors kept; for psutil_close(). */
void ps_errors_free(psutil *ctx);

#endif
