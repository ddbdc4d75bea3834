/* Boot time and process ids. */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/process.h"
#include "os/linux/syscalls.h"
#include "parse/stat.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int read_boot_time(psutil *ctx, int64_t *out)
{
    struct ps_text text;
    struct ps_dir proc = ps_proc(ctx);
    ps_text_init(&text);
    int rc = ps_text_read(ctx, &text, &proc, "stat");
    if (rc == 0 && !ps_parse_stat_btime(text.data, text.len, out))
        rc = ps_fail_data(ctx, &proc, "stat");
    ps_text_free(&text);
    return rc;
}

static int64_t clock_now(clockid_t clock)
{
    struct timespec now;
    return clock_gettime(clock, &now) == 0 ? now.tv_sec * 1000000000LL + now.tv_nsec : 0;
}

/* The kernel writes the difference of these two clocks, in whole seconds, and both are read without
 * a system call. False when a second begins between the two readings. */
static bool boot_time_by_clocks(int64_t *out)
{
    int64_t before = clock_now(CLOCK_BOOTTIME);
    int64_t real = clock_now(CLOCK_REALTIME);
    int64_t after = clock_now(CLOCK_BOOTTIME);
    *out = (real - before) / 1000000000;
    return before > 0 && real > after && (real - after) / 1000000000 == *out;
}

/* Whether the clocks say what the file says is seen once: a container's file may be another's
 * (lxcfs).
 */
static int learn_boot_time(psutil *ctx, int64_t *out)
{
    int64_t by_clocks;
    struct ps_linux *os = ps_linux_of(ctx);
    bool readable = os->live && boot_time_by_clocks(&by_clocks);
    int rc = read_boot_time(ctx, out);
    if (rc == 0 && readable)
        atomic_store_explicit(&os->clocks, by_clocks == *out ? PS_CLOCKS_AGREE : PS_CLOCKS_DIFFER,
                              memory_order_relaxed);
    return rc;
}

int ps_os_boot_time(psutil *ctx, double *out)
{
    int64_t seconds;
    int clocks = atomic_load_explicit(&ps_linux_of(ctx)->clocks, memory_order_relaxed);
    int rc = 0;
    if (clocks == PS_CLOCKS_UNKNOWN)
        rc = learn_boot_time(ctx, &seconds);
    else if (clocks == PS_CLOCKS_DIFFER || !boot_time_by_clocks(&seconds))
        rc = read_boot_time(ctx, &seconds);
    if (rc == 0)
        *out = (double)seconds;
    return rc;
}

int ps_linux_boot_time(psutil *ctx, int64_t *out)
{
    _Atomic int64_t *kept = &ps_linux_of(ctx)->boot_time;
    int64_t seconds = atomic_load_explicit(kept, memory_order_relaxed);
    if (seconds == PSUTIL_UNKNOWN) {
        int rc = read_boot_time(ctx, &seconds);
        if (rc != 0)
            return rc;
        atomic_store_explicit(kept, seconds, memory_order_relaxed);
    }
    *out = seconds;
    return 0;
}

/* ---- Process ids ------------------------------------------------------------------------------
 */

/* The names of processes are plain numbers. */
static bool parse_pid(const char *name, int64_t *out)
{
    struct ps_cursor c = ps_cursor_of(name, strlen(name));
    return ps_is_digit(name[0]) && ps_cursor_count(&c, out) && ps_cursor_done(&c);
}

static void add_pids(struct ps_list *list, const char *entries, size_t len)
{
    for (size_t at = 0; at < len;) {
        const struct dirent64 *entry = (const void *)(entries + at);
        int64_t pid;
        if (parse_pid(entry->d_name, &pid)) {
            int64_t *item = ps_list_add(list);
            if (item)
                *item = pid;
        }
        at += entry->d_reclen;
    }
}

/* The kernel sorts the folder by number; a recorded one may be in any order. */
static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void sort_pids(const struct ps_pids *pids)
{
    for (size_t i = 1; i < pids->list.len; i++)
        if (ps_pids_at(pids, i - 1) > ps_pids_at(pids, i)) {
            qsort(pids->list.items, pids->list.len, sizeof(int64_t), by_number);
            return;
        }
}

/* Straight from the kernel in large pieces: readdir() would ask for small ones. */
int ps_pids_read(psutil *ctx, const struct ps_pids *pids, struct ps_pids_piece *piece)
{
    struct ps_dir proc = ps_proc(ctx);
    ssize_t got = ps_dents_read(pids->fd, piece->entries, ps_linux_of(ctx)->piece);
    piece->len = got > 0 ? (size_t)got : 0;
    return got < 0 ? ps_fail_errno(ctx, "getdents64", &proc, "") : 0;
}

int ps_pids_add(psutil *ctx, struct ps_pids *pids, const struct ps_pids_piece *piece)
{
    add_pids(&pids->list, piece->entries, piece->len);
    if (piece->len == 0) {
        close(pids->fd);
        pids->fd = -1;
    }
    return pids->list.failed ? ps_fail_memory(ctx) : 0;
}

void ps_pids_close(struct ps_pids *pids)
{
    if (pids->fd >= 0)
        close(pids->fd);
    ps_list_free(&pids->list);
}

int ps_pids_open(psutil *ctx, struct ps_pids *pids, bool all)
{
    struct ps_dir proc = ps_proc(ctx);
    struct ps_pids_piece piece;
    bool whole = all || ps_linux_reach(ctx) < PS_REACH_PIDFS;
    ps_list_init(&pids->list, &ps_record_int);
    pids->fd = ps_dir_open(&proc, "", O_RDONLY | O_DIRECTORY);
    int rc = pids->fd < 0 ? ps_fail_errno(ctx, "open", &proc, "") : 0;
    for (bool first = true; rc == 0 && pids->fd >= 0 && (first || whole); first = false) {
        rc = ps_pids_read(ctx, pids, &piece);
        if (rc == 0)
            rc = ps_pids_add(ctx, pids, &piece);
    }
    if (rc != 0)
        ps_pids_close(pids);
    else if (whole)
        sort_pids(pids);
    return rc;
}

int ps_os_pids(psutil *ctx, psutil_int_list **out)
{
    struct ps_pids pids;
    int rc = ps_pids_open(ctx, &pids, true);
    if (rc != 0)
        return rc;
    psutil_int_list *list = ps_list_finish(&pids.list);
    if (!list)
        return ps_fail_memory(ctx);
    *out = list;
    return 0;
}

/* Below another root, or one that shows another namespace's pids, or where a filter refuses to
 * answer: a folder of its own, and not a mere thread's. */
static int folder_exists(psutil *ctx, int64_t pid, bool *out)
{
    struct ps_ref ref;
    int rc = ps_os_process_open(ctx, pid, 0, &ref);
    if (rc == 0)
        ps_os_process_close(ctx, &ref);
    if (rc != 0 && rc != PSUTIL_ESRCH && rc != PSUTIL_EACCES)
        return rc;
    *out = rc != PSUTIL_ESRCH;
    return 0;
}

/* Hidden processes (hidepid) exist, too. */
int ps_os_pid_exists(psutil *ctx, int64_t pid, bool *out)
{
    if (ps_linux_reach(ctx) == PS_REACH_NONE)
        return folder_exists(ctx, pid, out);
    bool there = ps_sys_probe(pid) == 0 || errno == EPERM;
    if (!there && errno != ESRCH)
        return folder_exists(ctx, pid, out);
    *out = there;
    return 0;
}
