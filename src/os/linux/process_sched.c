/* Priorities, CPU affinity and resource limits: system calls that take a pid.
 *
 * A pid may change hands between a check and such a call. Reads are therefore checked after the
 * call: a process that is there then, by the descriptor of its folder, was there during the call as
 * well. Changes are checked right before the call, with nothing in between but the call itself, as
 * the kernel has no call that takes a pidfd for them. What remains is that the process ends and is
 * reaped, and all other pids are used up, within that instant. */
#include "core/records.h"
#include "os/linux/process.h"
#include "parse/cpulist.h"
#include "parse/limits.h"
#include "parse/status.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Who is asked ---------------------------------------------------------------------------- */

/* What a call about a pid has come to. */
static int after_read(psutil *ctx, const struct ps_dir *dir, int pidfd, const char *call,
                      bool failed)
{
    if (failed && errno != ESRCH)
        return ps_fail_call(ctx, call, NULL, dir->pid);
    return failed || !ps_process_is_alive(dir, pidfd) ? ps_fail_gone(ctx, dir) : 0;
}

/* Whether system calls take the pids of the proc root: it may be another machine's, or show the
 * pids of another namespace (after unshare(CLONE_NEWPID), until a procfs is mounted anew), where
 * the same number is another process. */
static bool takes_pids(psutil *ctx)
{
    return ps_linux_reach(ctx) != PS_REACH_NONE;
}

/* Opens the way to a change; done by leave(). */
static int enter(psutil *ctx, const struct ps_ref *ref, struct ps_dir *dir)
{
    if (!takes_pids(ctx))
        return ps_fail_root(ctx, ref->pid);
    int rc = ps_process_enter(ctx, ref, dir);
    if (rc != 0 || ps_folder_is_alive(dir))
        return rc;
    rc = ps_fail_gone(ctx, dir);
    ps_process_leave(dir);
    return rc;
}

static int leave(psutil *ctx, const struct ps_ref *ref, struct ps_dir *dir, const char *call,
                 bool failed)
{
    int rc = 0;
    if (failed && errno == ESRCH)
        rc = ps_fail_gone(ctx, dir);
    else if (failed)
        rc = ps_fail_call(ctx, call, NULL, ref->pid);
    ps_process_leave(dir);
    return rc;
}

static int fail_value(psutil *ctx, const struct ps_ref *ref, const char *note)
{
    return ps_fail_pid(ctx, PSUTIL_EINVAL, ref->pid, note);
}

/* ---- Niceness -------------------------------------------------------------------------------- */

/* getpriority() may return -1 for a nice value. */
int ps_source_priority(struct ps_reader *reader)
{
    errno = 0;
    int nice = getpriority(PRIO_PROCESS, (id_t)reader->dir.pid);
    int rc = after_read(reader->ctx, &reader->dir, reader->pidfd, "getpriority", errno != 0);
    if (rc == 0)
        reader->to->info->nice = nice;
    return rc;
}

/* Beyond -20 and 19 the kernel takes the nearest, as setpriority(2) says. */
int ps_os_process_set_nice(psutil *ctx, const struct ps_ref *ref, int64_t nice)
{
    struct ps_dir dir = {0};
    int value = nice > INT_MAX ? INT_MAX : nice < INT_MIN ? INT_MIN : (int)nice;
    int rc = enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    bool failed = setpriority(PRIO_PROCESS, (id_t)ref->pid, value) != 0;
    return leave(ctx, ref, &dir, "setpriority", failed);
}

/* ---- I/O priority ---------------------------------------------------------------------------- */

/* include/uapi/linux/ioprio.h; bits 3 to 12 are hints. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_SHIFT 13
#define IOPRIO_LEVELS 8

int ps_source_ionice(struct ps_reader *reader)
{
    if (!takes_pids(reader->ctx))
        return ps_fail_root(reader->ctx, reader->dir.pid);
    long priority = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, (int)reader->dir.pid);
    int rc = after_read(reader->ctx, &reader->dir, reader->pidfd, "ioprio_get", priority < 0);
    if (rc == 0)
        reader->to->info->ionice =
            (psutil_pionice){priority >> IOPRIO_CLASS_SHIFT & 7, priority & (IOPRIO_LEVELS - 1)};
    return rc;
}

/* The value that is meant, or a failure. Classes without levels take none but 0. */
static int check_ionice(psutil *ctx, const struct ps_ref *ref, int64_t ioclass, int64_t *value)
{
    bool levels = ioclass == PSUTIL_IOPRIO_CLASS_RT || ioclass == PSUTIL_IOPRIO_CLASS_BE;
    if (ioclass < PSUTIL_IOPRIO_CLASS_NONE || ioclass > PSUTIL_IOPRIO_CLASS_IDLE)
        return fail_value(ctx, ref, "no such I/O class");
    if (*value == PSUTIL_UNKNOWN)
        *value = levels ? IOPRIO_LEVELS / 2 : 0;
    if (*value < 0 || *value >= IOPRIO_LEVELS)
        return fail_value(ctx, ref, "an I/O priority must be from 0 to 7");
    if (!levels && *value != 0)
        return fail_value(ctx, ref, "this I/O class has no priorities within it");
    return 0;
}

int ps_os_process_set_ionice(psutil *ctx, const struct ps_ref *ref, int64_t ioclass, int64_t value)
{
    struct ps_dir dir = {0};
    int rc = check_ionice(ctx, ref, ioclass, &value);
    if (rc == 0)
        rc = enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    int priority = (int)(ioclass << IOPRIO_CLASS_SHIFT | value);
    bool failed = syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, (int)ref->pid, priority) < 0;
    return leave(ctx, ref, &dir, "ioprio_set", failed);
}

/* ---- CPU affinity ---------------------------------------------------------------------------- */

#define WORD_BITS (sizeof(unsigned long) * CHAR_BIT)
#define MASK_WORDS (PS_CPU_MAX / WORD_BITS)

static void add_cpu(struct ps_list *list, size_t cpu)
{
    int64_t *item = ps_list_add(list);
    if (item)
        *item = (int64_t)cpu;
}

static void add_cpus(struct ps_list *list, size_t first, unsigned long mask)
{
    for (size_t i = 0; mask; i++, mask >>= 1)
        if (mask & 1)
            add_cpu(list, first + i);
}

/* The kernel refuses a mask that is smaller than its own, and says how much of a larger one it
 * filled; PS_CPU_MAX is more than any kernel can be built for. The C library's function would clear
 * all the rest. */
static int add_live_affinity(struct ps_reader *reader, struct ps_list *list)
{
    unsigned long mask[MASK_WORDS];
    long bytes = syscall(SYS_sched_getaffinity, (int)reader->dir.pid, sizeof mask, mask);
    int rc = after_read(reader->ctx, &reader->dir, reader->pidfd, "sched_getaffinity", bytes < 0);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < (size_t)bytes / sizeof *mask; i++)
        add_cpus(list, i * WORD_BITS, mask[i]);
    return 0;
}

/* Below another root: the same mask as text. */
static int add_affinity_file(struct ps_reader *reader, struct ps_list *list)
{
    struct ps_cpuset set = {0};
    struct ps_text text;
    struct ps_span cpus;
    ps_text_init(&text);
    int rc = ps_text_read_piece(reader->ctx, &text, &reader->dir, "status");
    if (rc == 0 && (!ps_parse_status_cpus(text.data, text.len, &cpus) ||
                    !ps_parse_cpulist(cpus.data, cpus.len, &set)))
        rc = ps_fail_data(reader->ctx, &reader->dir, "status");
    ps_text_free(&text);
    PS_CPUSET_EACH(&set, cpu)
    add_cpu(list, cpu);
    return rc;
}

int ps_source_affinity(struct ps_reader *reader)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_int);
    int rc = takes_pids(reader->ctx) ? add_live_affinity(reader, &list)
                                     : add_affinity_file(reader, &list);
    if (rc == 0 && !(reader->to->info->cpu_affinity = ps_list_finish(&list)))
        rc = ps_fail_memory(reader->ctx);
    ps_list_free(&list);
    return rc;
}

/* All bits for an empty list: the kernel takes those that the process may have. It leaves out CPUs
 * that there are not as long as there are others, and so do those go that no machine has. */
static bool make_mask(const int64_t *cpus, size_t len, unsigned long mask[MASK_WORDS])
{
    memset(mask, len == 0 ? 0xff : 0, MASK_WORDS * sizeof *mask);
    for (size_t i = 0; i < len; i++) {
        if (cpus[i] < 0)
            return false;
        if (cpus[i] < PS_CPU_MAX)
            mask[(size_t)cpus[i] / WORD_BITS] |= 1UL << (size_t)cpus[i] % WORD_BITS;
    }
    return true;
}

int ps_os_process_set_affinity(psutil *ctx, const struct ps_ref *ref, const int64_t *cpus,
                               size_t len)
{
    unsigned long mask[MASK_WORDS];
    struct ps_dir dir = {0};
    int rc = enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    if (!make_mask(cpus, len, mask)) {
        ps_process_leave(&dir);
        return fail_value(ctx, ref, "no such CPU");
    }
    bool failed = syscall(SYS_sched_setaffinity, (int)ref->pid, sizeof mask, mask) < 0;
    bool invalid = failed && errno == EINVAL;
    rc = leave(ctx, ref, &dir, "sched_setaffinity", failed);
    if (invalid) /* kernel threads that are bound to a CPU give it too (PF_NO_SETAFFINITY) */
        return fail_value(ctx, ref, "the process may not run on any of these CPUs");
    return rc;
}

/* ---- Resource limits ------------------------------------------------------------------------- */

/* The kernel's numbers differ between architectures (mips, sparc, alpha). */
static const struct {
    int64_t resource;
    int kernel;
} resources[] = {
    {PSUTIL_RLIMIT_CPU, RLIMIT_CPU},           {PSUTIL_RLIMIT_FSIZE, RLIMIT_FSIZE},
    {PSUTIL_RLIMIT_DATA, RLIMIT_DATA},         {PSUTIL_RLIMIT_STACK, RLIMIT_STACK},
    {PSUTIL_RLIMIT_CORE, RLIMIT_CORE},         {PSUTIL_RLIMIT_RSS, RLIMIT_RSS},
    {PSUTIL_RLIMIT_NPROC, RLIMIT_NPROC},       {PSUTIL_RLIMIT_NOFILE, RLIMIT_NOFILE},
    {PSUTIL_RLIMIT_MEMLOCK, RLIMIT_MEMLOCK},   {PSUTIL_RLIMIT_AS, RLIMIT_AS},
    {PSUTIL_RLIMIT_LOCKS, RLIMIT_LOCKS},       {PSUTIL_RLIMIT_SIGPENDING, RLIMIT_SIGPENDING},
    {PSUTIL_RLIMIT_MSGQUEUE, RLIMIT_MSGQUEUE}, {PSUTIL_RLIMIT_NICE, RLIMIT_NICE},
    {PSUTIL_RLIMIT_RTPRIO, RLIMIT_RTPRIO},     {PSUTIL_RLIMIT_RTTIME, RLIMIT_RTTIME},
};

/* PSUTIL_EINVAL for a resource that there is not. */
static int find_resource(psutil *ctx, const struct ps_ref *ref, int64_t resource, int *kernel)
{
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
        if (resources[i].resource == resource) {
            *kernel = resources[i].kernel;
            return 0;
        }
    return fail_value(ctx, ref, "no such resource");
}

/* By the kernel's own type, which has 64 bits everywhere. */
struct kernel_limit {
    uint64_t soft, hard;
};

static int64_t limit_of(uint64_t limit)
{
    if (limit == UINT64_MAX)
        return PSUTIL_RLIM_INFINITY;
    return limit > INT64_MAX ? INT64_MAX : (int64_t)limit;
}

/* One file with all of them, through the process's own folder: nothing to check afterwards, and no
 * privilege needed, where prlimit(2) is sixteen calls and refuses other users' processes. */
int ps_source_rlimit(struct ps_reader *reader)
{
    struct ps_text text;
    struct ps_list list;
    struct ps_limit limit;
    ps_text_init(&text);
    ps_list_init(&list, &ps_record_prlimit);
    int rc = ps_text_read_piece(reader->ctx, &text, &reader->dir, "limits");
    if (rc != 0)
        goto done;
    struct ps_cursor c = ps_cursor_of_lines(text.data, text.len);
    while (ps_limits_next(&c, &limit)) {
        psutil_prlimit *item = ps_list_add(&list);
        if (item)
            *item = (psutil_prlimit){limit.resource, limit.soft, limit.hard};
    }
    if (list.len == 0 && !list.failed)
        rc = ps_fail_data(reader->ctx, &reader->dir, "limits");
    else if (!(reader->to->info->rlimit = ps_list_finish(&list)))
        rc = ps_fail_memory(reader->ctx);
done:
    ps_list_free(&list);
    ps_text_free(&text);
    return rc;
}

static int read_limit_file(psutil *ctx, const struct ps_dir *dir, int64_t resource,
                           psutil_prlimit *out)
{
    struct ps_text text;
    struct ps_limit limit;
    ps_text_init(&text);
    int rc = ps_text_read_piece(ctx, &text, dir, "limits");
    bool found = false;
    struct ps_cursor c = ps_cursor_of_lines(text.data, rc == 0 ? text.len : 0);
    while (!found && ps_limits_next(&c, &limit))
        found = limit.resource == resource;
    ps_text_free(&text);
    if (rc == 0 && !found)
        rc = ps_fail_data(ctx, dir, "limits");
    if (rc == 0)
        *out = (psutil_prlimit){resource, limit.soft, limit.hard};
    return rc;
}

int ps_os_process_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource,
                         psutil_prlimit *out)
{
    struct ps_dir dir = {0};
    struct kernel_limit limit;
    int kernel = 0;
    int rc = find_resource(ctx, ref, resource, &kernel);
    if (rc == 0)
        rc = ps_process_enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    bool live = takes_pids(ctx);
    bool failed = live && syscall(SYS_prlimit64, (int)ref->pid, kernel, NULL, &limit) < 0;
    if (!live || (failed && errno == EPERM)) {
        rc = read_limit_file(ctx, &dir, resource, out);
    } else {
        rc = after_read(ctx, &dir, ps_process_kept_pidfd(ctx, ref), "prlimit64", failed);
        if (rc == 0)
            *out = (psutil_prlimit){resource, limit_of(limit.soft), limit_of(limit.hard)};
    }
    if (rc == PSUTIL_ESRCH)
        rc = ps_folder_is_alive(&dir)
                 ? ps_fail_pid(ctx, PSUTIL_ENOTSUP, ref->pid,
                               "the kernel does not tell this about the process")
                 : ps_fail_gone(ctx, &dir);
    ps_process_leave(&dir);
    return rc;
}

/* What is wrong with it, or NULL. */
static const char *wrong_limit(const struct kernel_limit *limit)
{
    int64_t soft = (int64_t)limit->soft, hard = (int64_t)limit->hard;
    if (soft < PSUTIL_RLIM_INFINITY || hard < PSUTIL_RLIM_INFINITY)
        return "a limit must not be negative";
    return limit->soft > limit->hard ? "the soft limit must not exceed the hard limit" : NULL;
}

int ps_os_process_set_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource, int64_t soft,
                             int64_t hard)
{
    struct ps_dir dir = {0};
    int kernel = 0;
    int rc = find_resource(ctx, ref, resource, &kernel);
    if (rc != 0)
        return rc;
    rc = enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    struct kernel_limit limit = {(uint64_t)soft, (uint64_t)hard}, present;
    const char *wrong = wrong_limit(&limit);
    /* Whether the caller may do it at all comes first. */
    bool failed =
        syscall(SYS_prlimit64, (int)ref->pid, kernel, wrong ? NULL : &limit, &present) < 0;
    rc = leave(ctx, ref, &dir, "prlimit64", failed);
    return rc == 0 && wrong ? fail_value(ctx, ref, wrong) : rc;
}
