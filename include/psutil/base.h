/* What every other header needs: the context, the unknown value, plain lists, memory. */
#ifndef PSUTIL_BASE_H
#define PSUTIL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define PSUTIL_BEGIN_DECLS extern "C" {
#define PSUTIL_END_DECLS }
#else
#define PSUTIL_BEGIN_DECLS
#define PSUTIL_END_DECLS
#endif

/* Windows: with PSUTIL_SHARED calls go to the DLL straight; without, over one jump more, as with
 * any import library. */
#if defined(_WIN32)
#if defined(PSUTIL_SHARED) && !defined(PSUTIL_BUILDING)
#define PSUTIL_API __declspec(dllimport)
#else
#define PSUTIL_API
#endif
#elif defined(__GNUC__)
#define PSUTIL_API __attribute__((visibility("default")))
#else
#define PSUTIL_API
#endif

/* An integer that the system does not give. The double's is NAN, the string's NULL. */
#define PSUTIL_UNKNOWN INT64_MIN

/* Platforms that a field or a value exists on, as a set. */
#define PSUTIL_ON_LINUX 0x01u
#define PSUTIL_ON_WINDOWS 0x02u
#define PSUTIL_ON_MACOS 0x04u
#define PSUTIL_ON_FREEBSD 0x08u
#define PSUTIL_ON_OPENBSD 0x10u
#define PSUTIL_ON_NETBSD 0x20u
#define PSUTIL_ON_SUNOS 0x40u
#define PSUTIL_ON_AIX 0x80u
#define PSUTIL_ON_BSD (PSUTIL_ON_FREEBSD | PSUTIL_ON_OPENBSD | PSUTIL_ON_NETBSD)
#define PSUTIL_ON_ALL 0xffu

PSUTIL_BEGIN_DECLS

/* A context: the roots that are read, what was learned once (clock ticks, boot time), and where
 * the last failure of each thread is kept. Opaque; safe for any number of threads at once. What
 * psutil_error_detail() tells belongs to the thread that met it; a system gives the id of a thread
 * that ended to a later one, which then finds the other's detail until a call of its own fails.
 *
 * After fork() in a program with several threads the child opens a context of its own, or calls
 * psutil_after_fork(): another thread may have held this one's lock at the fork, and nobody gives
 * it back.
 *
 * A context keeps descriptors open, for handles on processes and for files of the kernel that are
 * read again and again: at most a quarter of what the program may open (RLIMIT_NOFILE), and never
 * more than 512. Linux: besides, three from the second question about network interfaces on, and
 * up to nine as long as it asks through BPF (PSUTIL_OPEN_NO_BPF). They close on exec; the children
 * of a fork() neither use nor close them. A program that closes descriptors which it did not open
 * gets wrong answers, as it does from any library.
 *
 * A thread that is cancelled (pthread_cancel()) within a call leaves behind what the call had
 * allocated and opened, and what it was using for itself (psutil_nowrap, a sampler, a table) is of
 * no use any more; the context and its handles are.
 *
 * Linux: a call that reads hundreds of processes or descriptors has a second thread read half of
 * them, where the caller may use several CPUs and no seccomp filter watches it. The thread takes no
 * signals, is not counted in what the call tells of the caller, and is gone when it returns. */
typedef struct psutil psutil;

/* For psutil_options.flags.
 *
 * PSUTIL_OPEN_NO_BPF: Linux: asks the kernel for nothing through BPF. Else a context whose tables
 * have read a few thousand processes loads programs into the kernel that tell of all processes at
 * once, and one that has asked some thousands of times about single processes, or about the times
 * of CPUs, others that answer just that, where the caller may do so (CAP_BPF and CAP_PERFMON, or
 * CAP_SYS_ADMIN; without a seccomp filter and in the first namespaces of pids and users) and the
 * kernel can (5.19, with type information), and as long as the caller may. The answers are the
 * same. */
#define PSUTIL_OPEN_NO_BPF 0x1u

/* Options for psutil_open(). Zero-initialise it: every member has a default.
 *
 * The roots let every call answer about another machine: one that was recorded, invented for a
 * test, or mounted into a container (proc = "/host/proc"). With a `proc` other than "/proc",
 * nothing is asked of the running kernel by pid: what only a system call can tell is
 * PSUTIL_ENOTSUP, and no signal is ever sent. The same holds for a "/proc" that shows the pids of
 * another namespace than the caller's. */
typedef struct psutil_options {
    const char *proc; /* instead of "/proc" */
    const char *sys;  /* instead of "/sys" */
    const char *etc;  /* instead of "/etc": user and group names */
    const char *run;  /* instead of "/run": sessions of users */
    unsigned flags;   /* a set of PSUTIL_OPEN_… */
} psutil_options;

/* Opens a context. `options` may be NULL. Costs microseconds and reads nothing. A child of a
 * program with several threads opens its own, see psutil. Errors: PSUTIL_ENOMEM, PSUTIL_EINVAL (an
 * empty or overlong root). */
PSUTIL_API int psutil_open(psutil **out, const psutil_options *options);

/* Closes a context and what it keeps. Close its processes, tables and samplers first.
 * NULL is allowed. */
PSUTIL_API void psutil_close(psutil *ctx);

/* Makes the context and its handles usable in the child of a fork(), whatever other threads were
 * doing with them at the time: called there once, before anything else is asked of them. What
 * another thread was in the middle of using for itself (psutil_nowrap, a sampler, a table) is of no
 * use to the child. */
PSUTIL_API void psutil_after_fork(psutil *ctx);

/* Frees a list or a string that the library handed out. NULL is allowed. */
PSUTIL_API void psutil_free(void *block);

/* Lists without a record of their own. */
typedef struct psutil_int_list {
    size_t len;
    int64_t *items;
} psutil_int_list;

typedef struct psutil_double_list {
    size_t len;
    double *items;
} psutil_double_list;

typedef struct psutil_string_list {
    size_t len;
    const char **items;
} psutil_string_list;

PSUTIL_END_DECLS

#endif
