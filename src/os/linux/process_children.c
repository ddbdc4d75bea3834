/* A process's children, from the lists that the kernel keeps for each of its threads:
 * /proc/PID/task/TID/children, in kernels built with CONFIG_PROC_CHILDREN.
 *
 * Such a list is read child by child, and one that was handed out and reaped before the next is
 * asked for makes the kernel skip a child that lives (fs/proc/array.c:get_children_pid). And a
 * thread that ends hands its children to another, whose list may have been read before. A reading
 * counts therefore only when everybody whom it gave is there afterwards, and no thread came or
 * went; otherwise it is done again, and after some times not by lists at all.
 *
 * One who is there afterwards may be another child that was given the number of a reaped one, when
 * this program was held up for so long that all numbers came round: who was born after such a
 * reading began does not count as the one that was given. */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ATTEMPTS = 4 };

/* No kernel gives out all numbers in so short a time. */
#define MOMENT 5000000 /* nanoseconds */

/* What an attempt came to, beside a failure. */
enum { DONE = 0, AGAIN = 1, NO_LISTS = 2 };

static bool add_number(struct ps_list *list, int64_t number)
{
    int64_t *item = ps_list_add(list);
    if (item)
        *item = number;
    return item != NULL;
}

static int list_threads(psutil *ctx, const struct ps_dir *dir, psutil_int_list **out)
{
    struct ps_dents dents;
    struct ps_list list;
    const char *name;
    int64_t id;
    int rc = ps_dents_open(ctx, &dents, dir, "task");
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_int);
    while (ps_dents_next(&dents, &name, &id) && add_number(&list, id))
        continue;
    if (dents.failed)
        rc = ps_fail_errno(ctx, "getdents64", dir, "task");
    ps_dents_close(&dents);
    if (rc == 0 && !(*out = ps_list_finish(&list)))
        rc = ps_fail_memory(ctx);
    ps_list_free(&list);
    return rc;
}

static bool are_same(const psutil_int_list *a, const psutil_int_list *b)
{
    return a->len == b->len && memcmp(a->items, b->items, a->len * sizeof *a->items) == 0;
}

/* "task/TID/children" */
static void name_list(char name[64], int64_t tid)
{
    char digits[20], *at = name + 5;
    size_t len = 0;
    do
        digits[len++] = (char)('0' + tid % 10);
    while ((tid /= 10) > 0);
    memcpy(name, "task/", 5);
    while (len > 0)
        *at++ = digits[--len];
    memcpy(at, "/children", sizeof "/children");
}

static int add_children(psutil *ctx, const struct ps_dir *dir, int64_t tid, struct ps_list *list)
{
    char name[64];
    struct ps_text text;
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir noting = ps_noting(*dir, &shortage);
    int64_t pid;
    int rc = DONE;
    name_list(name, tid);
    ps_text_init(&text);
    if (ps_text_try(&text, &noting, name) == 0) {
        struct ps_cursor c = ps_cursor_of(text.data, text.len);
        while (ps_cursor_i64(&c, &pid) && add_number(list, pid))
            continue;
    } else if (shortage.rc != 0) {
        rc = shortage.rc;
    } else { /* the first thread is there as long as the process */
        rc = tid == dir->pid && ps_folder_is_alive(dir) ? NO_LISTS : AGAIN;
    }
    ps_text_free(&text);
    return rc;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int list_children(psutil *ctx, const struct ps_dir *dir, const int64_t *threads, size_t len,
                         psutil_int_list **out)
{
    struct ps_list list;
    int rc = DONE;
    ps_list_init(&list, &ps_record_int);
    for (size_t i = 0; rc == DONE && i < len; i++)
        rc = add_children(ctx, dir, threads[i], &list);
    if (rc == DONE && !(*out = ps_list_finish(&list)))
        rc = ps_fail_memory(ctx);
    ps_list_free(&list);
    if (rc == DONE)
        qsort((*out)->items, (*out)->len, sizeof *(*out)->items, by_number);
    return rc;
}

static int open_children(psutil *ctx, const struct ps_ref *parent, const psutil_int_list *pids,
                         struct ps_ref *children)
{
    for (size_t i = 0; i < pids->len; i++) {
        int rc = ps_os_process_open(ctx, pids->items[i], 0, &children[i]);
        if (rc == PSUTIL_ESRCH || rc == PSUTIL_EACCES)
            return AGAIN;
        if (rc != 0)
            return rc;
        if (children[i].ppid != parent->pid)
            return AGAIN;
    }
    return DONE;
}

/* A folder has a link for each thread, beside its own two. With one thread there is one list. */
static bool has_one_thread(const struct ps_dir *dir)
{
    struct stat st;
    return ps_dir_stat(dir, "task", &st) == 0 && st.st_nlink == 3;
}

/* The first thread may start another, and end. */
static int list_of_one(psutil *ctx, const struct ps_dir *dir, psutil_int_list **out)
{
    int rc = list_children(ctx, dir, &dir->pid, 1, out);
    return rc == DONE && !has_one_thread(dir) ? AGAIN : rc;
}

/* The children of all threads, if those stay the same. */
static int list_all(psutil *ctx, const struct ps_dir *dir, psutil_int_list **out)
{
    psutil_int_list *before = NULL, *after = NULL;
    if (has_one_thread(dir))
        return list_of_one(ctx, dir, out);
    int rc = list_threads(ctx, dir, &before);
    if (rc == DONE)
        rc = list_children(ctx, dir, before->items, before->len, out);
    if (rc == DONE)
        rc = list_threads(ctx, dir, &after);
    if (rc == DONE && !are_same(before, after))
        rc = AGAIN;
    psutil_free(before);
    psutil_free(after);
    return rc;
}

/* The clock that start times are of. */
static int64_t nanoseconds_since_boot(void)
{
    struct timespec at;
    clock_gettime(CLOCK_BOOTTIME, &at);
    return at.tv_sec * (int64_t)1000000000 + at.tv_nsec;
}

/* Whether a number may have passed on to somebody else since `begin`. */
static bool may_be_others(psutil *ctx, const struct ps_ref *children, size_t len, int64_t begin)
{
    if (nanoseconds_since_boot() - begin < MOMENT)
        return false;
    double tick = 1e9 / (double)ps_linux_of(ctx)->ticks;
    for (size_t i = 0; i < len; i++)
        if (((double)children[i].start + 1) * tick > (double)begin)
            return true;
    return false;
}

static int try_lists(psutil *ctx, const struct ps_ref *parent, const struct ps_dir *dir,
                     struct ps_ref **out, size_t *len)
{
    psutil_int_list *pids = NULL;
    struct ps_ref *children = NULL;
    int64_t begin = nanoseconds_since_boot();
    int rc = list_all(ctx, dir, &pids);
    if (rc == DONE && !(children = calloc(pids->len + 1, sizeof *children)))
        rc = ps_fail_memory(ctx);
    if (rc == DONE)
        rc = open_children(ctx, parent, pids, children);
    if (rc == DONE && may_be_others(ctx, children, pids->len, begin))
        rc = AGAIN;
    if (rc == DONE) {
        *out = children;
        *len = pids->len;
        children = NULL;
    }
    free(children);
    psutil_free(pids);
    return rc;
}

int ps_os_process_children(psutil *ctx, const struct ps_ref *ref, struct ps_ref **out, size_t *len)
{
    struct ps_dir dir = {0};
    if (!ps_linux_of(ctx)->live)
        return 1;
    int rc = ps_process_enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    rc = AGAIN;
    for (int i = 0; rc == AGAIN && i < ATTEMPTS; i++)
        rc = try_lists(ctx, ref, &dir, out, len);
    if (rc == PSUTIL_ESRCH)
        rc = ps_fail_gone(ctx, &dir);
    ps_process_leave(&dir);
    return rc > 0 ? 1 : rc;
}
