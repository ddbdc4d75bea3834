/* The threads of a process: /proc/PID/task. */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Threads come and go while they are listed: one without a stat, or with an empty one, is gone.
 * False then, with errno, which is 0 for what cannot be understood. */
static bool read_thread(int task, const char *name, struct ps_proc_stat *stat)
{
    const struct ps_dir dir = {NULL, PSUTIL_UNKNOWN, task, NULL, NULL};
    char path[64], buffer[1024];
    size_t len = strlen(name);
    errno = ESRCH;
    if (len + sizeof "/stat" > sizeof path)
        return false;
    memcpy(path, name, len);
    memcpy(path + len, "/stat", sizeof "/stat");
    int fd = ps_dir_open(&dir, path, O_RDONLY);
    if (fd < 0)
        return false;
    ssize_t got = ps_read_piece(fd, buffer, sizeof buffer);
    int saved = got < 0 ? errno : got == 0 ? ESRCH : 0;
    close(fd);
    errno = saved;
    return got > 0 && ps_parse_proc_stat(buffer, (size_t)got, PS_STAT_STIME, stat);
}

/* `*all` is false when one or more were gone. */
static int add_threads(struct ps_reader *reader, struct ps_dents *dents, struct ps_list *list,
                       bool *all)
{
    const char *name;
    int64_t id;
    struct ps_proc_stat stat;
    while (ps_dents_next(dents, &name, &id)) {
        if (!read_thread(dents->fd, name, &stat)) {
            if (errno == 0)
                return ps_fail_data(reader->ctx, &reader->dir, "task");
            if (errno != ENOENT && errno != ESRCH)
                return ps_fail_errno(reader->ctx, "open", &reader->dir, "task");
            *all = false;
            continue;
        }
        psutil_pthread *item = ps_list_add(list);
        if (item)
            *item = (psutil_pthread){id, ps_seconds(reader->ctx, stat.utime),
                                     ps_seconds(reader->ctx, stat.stime)};
    }
    return dents->failed ? ps_fail_errno(reader->ctx, "getdents64", &reader->dir, "task") : 0;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const psutil_pthread *)a)->id, y = ((const psutil_pthread *)b)->id;
    return x < y ? -1 : x > y;
}

/* The kernel lists them in the order of their making, which is that of their ids until those begin
 * anew. */
static void sort_threads(psutil_pthread_list *threads)
{
    for (size_t i = 1; i < threads->len; i++)
        if (threads->items[i - 1].id > threads->items[i].id) {
            qsort(threads->items, threads->len, sizeof *threads->items, by_id);
            return;
        }
}

/* Its first thread's stat, through a descriptor that is kept. */
static bool read_first(const struct ps_reader *reader, struct ps_proc_stat *stat)
{
    char path[64], buffer[1024];
    struct ps_kept *kept = reader->dir.kept;
    struct ps_kept_file *file = ps_kept_hold(kept, "task");
    if (!file)
        return false;
    int fd = -1;
    if (file->fd < 0) {
        snprintf(path, sizeof path, "task/%lld/stat", (long long)reader->dir.pid);
        fd = ps_dir_open(&reader->dir, path, O_RDONLY);
    }
    ssize_t got = pread(fd < 0 ? file->fd : fd, buffer, sizeof buffer, 0);
    if (got <= 0 && file->fd >= 0)
        ps_kept_drop(kept, file);
    ps_kept_release(kept, file, fd);
    return got > 0 && buffer[got - 1] == '\n' &&
           ps_parse_proc_stat(buffer, (size_t)got, PS_STAT_STIME, stat);
}

/* A process with one thread, which has the process's number: exec(3) in another one sees to that.
 * False when it is to be looked for in the folder. */
static bool add_only(struct ps_reader *reader, psutil_pthread_list **out)
{
    struct ps_proc_stat stat;
    struct ps_list list;
    if (!reader->dir.kept || ps_reader_thread_count(reader) != 1 || !read_first(reader, &stat))
        return false;
    ps_list_init(&list, &ps_record_pthread);
    psutil_pthread *item = ps_list_add(&list);
    if (item)
        *item = (psutil_pthread){reader->dir.pid, ps_seconds(reader->ctx, stat.utime),
                                 ps_seconds(reader->ctx, stat.stime)};
    *out = ps_list_finish(&list);
    return *out != NULL;
}

int ps_source_threads(struct ps_reader *reader)
{
    struct ps_dents dents;
    struct ps_list list;
    if (add_only(reader, &reader->to->info->threads))
        return 0;
    int rc = ps_dents_open(reader->ctx, &dents, &reader->dir, "task");
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_pthread);
    bool all = true;
    rc = add_threads(reader, &dents, &list, &all);
    ps_dents_close(&dents);
    if (rc == 0 && !all && !ps_reader_is_alive(reader))
        rc = ps_fail_pid(reader->ctx, PSUTIL_ESRCH, reader->dir.pid, NULL);
    if (rc == 0 && list.len == 0 && !list.failed) /* a process has at least one */
        rc = ps_fail_data(reader->ctx, &reader->dir, "task");
    if (rc != 0) {
        ps_list_free(&list);
        return rc;
    }
    psutil_pthread_list *threads = ps_list_finish(&list);
    if (!threads)
        return ps_fail_memory(reader->ctx);
    sort_threads(threads);
    reader->to->info->threads = threads;
    return 0;
}
