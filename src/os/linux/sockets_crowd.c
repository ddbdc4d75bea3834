/* The sockets of all processes from the links of /proc/PID/fd. Nearly all of the time is the
 * kernel's: when there are many links, a second thread takes every other batch of them. */
#include "os/linux/bpf/lane.h"
#include "os/linux/helper.h"
#include "os/linux/sockets.h"

#include "os/linux/dents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES (32 * 1024)

/* Fewer links are read sooner than a thread is there. */
#define WORTH_A_THREAD 500

/* A process's folder, open as long as somebody reads links in it. */
struct folder {
    int fd;
    int64_t pid;
    size_t users;
};

/* What both draw from, under the mutex; it is there while it is shared. */
struct source {
    psutil *ctx;
    const psutil_int_list *pids;
    size_t next;
    struct folder *folder; /* where the next batch comes from; NULL: the next process's */
    size_t batches;
    int os_code; /* a shortage, which ends it */
    int64_t failed_pid;
    bool is_shared;
    pthread_mutex_t mutex;
};

/* Owners of one batch. */
struct piece {
    size_t batch, begin;
};

/* What each of both has found. */
struct finder {
    struct source *source;
    struct ps_owners owners;
    struct piece *pieces;
    size_t len, capacity;
    size_t links;
};

static void lock(struct source *source)
{
    if (source->is_shared)
        pthread_mutex_lock(&source->mutex);
}

static void unlock(struct source *source)
{
    if (source->is_shared)
        pthread_mutex_unlock(&source->mutex);
}

/* ---- Drawing, under the mutex -------------------------------------------------------------------
 */

static void leave(struct folder *folder)
{
    if (--folder->users > 0)
        return;
    close(folder->fd);
    free(folder);
}

static void note_failure(struct source *source, int64_t pid, int os_code)
{
    if (!ps_is_shortage(os_code) || source->os_code != 0)
        return;
    source->os_code = os_code;
    source->failed_pid = pid;
}

/* A process that has ended, or refuses, has no folder. */
static struct folder *enter(struct source *source, int64_t pid)
{
    const struct ps_dir dir = {source->ctx->roots.proc, pid, -1, NULL, NULL};
    struct folder *folder = malloc(sizeof *folder);
    if (folder)
        *folder = (struct folder){ps_dir_open(&dir, "fd", O_RDONLY | O_DIRECTORY), pid, 1};
    if (folder && folder->fd >= 0)
        return folder;
    note_failure(source, pid, errno);
    free(folder);
    return NULL;
}

static void finish(struct source *source)
{
    leave(source->folder);
    source->folder = NULL;
}

/* Reads the next batch of names; its folder is to be left. NULL: there are no more. */
static struct folder *draw(struct source *source, char *entries, ssize_t *len)
{
    while (source->os_code == 0) {
        if (!source->folder && source->next == source->pids->len)
            return NULL;
        if (!source->folder)
            source->folder = enter(source, source->pids->items[source->next++]);
        if (!source->folder)
            continue;
        *len = ps_dents_read(source->folder->fd, entries, ENTRIES);
        if (*len > 0) {
            source->folder->users++;
            return source->folder;
        }
        if (*len < 0)
            note_failure(source, source->folder->pid, errno);
        finish(source);
    }
    return NULL;
}

/* ---- Reading ------------------------------------------------------------------------------------
 */

/* False, with errno, when the process refuses: it does so for all of its links. */
static bool read_links(struct finder *finder, const struct folder *folder, const char *entries,
                       ssize_t len)
{
    for (ssize_t at = 0; at < len; finder->links++) {
        const struct dirent64 *entry = (const void *)(entries + at);
        if (!ps_owners_read_link(&finder->owners, folder->fd, entry->d_name, folder->pid))
            return false;
        at += entry->d_reclen;
    }
    return true;
}

static bool add_piece(struct finder *finder, size_t batch)
{
    if (finder->len == finder->capacity) {
        size_t capacity = finder->capacity ? finder->capacity * 2 : 64;
        struct piece *pieces = realloc(finder->pieces, capacity * sizeof *pieces);
        if (!pieces) {
            finder->owners.failed = true;
            return false;
        }
        finder->pieces = pieces;
        finder->capacity = capacity;
    }
    finder->pieces[finder->len++] = (struct piece){batch, finder->owners.len};
    return true;
}

/* False at the end. */
static bool read_batch(struct finder *finder)
{
    _Alignas(struct dirent64) char entries[ENTRIES];
    struct source *source = finder->source;
    ssize_t len = 0;
    lock(source);
    struct folder *folder = draw(source, entries, &len);
    size_t batch = source->batches++;
    unlock(source);
    if (!folder)
        return false;
    bool going = add_piece(finder, batch);
    int os_code = going && !read_links(finder, folder, entries, len) ? errno : 0;
    lock(source);
    note_failure(source, folder->pid, os_code);
    if (os_code != 0 && source->folder == folder)
        finish(source);
    leave(folder);
    unlock(source);
    return going && !finder->owners.failed;
}

static void help(void *argument)
{
    while (read_batch(argument))
        continue;
}

/* ---- Both together ------------------------------------------------------------------------------
 */

/* Where a piece ends. */
static size_t end_of(const struct finder *finder, size_t piece)
{
    return piece + 1 < finder->len ? finder->pieces[piece + 1].begin : finder->owners.len;
}

static void move_piece(struct ps_owners *owners, const struct finder *from, size_t piece)
{
    for (size_t i = from->pieces[piece].begin; i < end_of(from, piece); i++)
        ps_owners_add(owners, from->owners.items[i].inode, from->owners.items[i].pid,
                      from->owners.items[i].fd);
}

/* In the order of drawing, which is that of pids and descriptors. */
static void join(struct ps_owners *owners, const struct finder *a, const struct finder *b)
{
    size_t x = 0, y = 0;
    while (x < a->len || y < b->len) {
        bool is_first = y == b->len || (x < a->len && a->pieces[x].batch < b->pieces[y].batch);
        if (is_first)
            move_piece(owners, a, x++);
        else
            move_piece(owners, b, y++);
    }
    owners->failed |= a->owners.failed || b->owners.failed;
}

static void release(struct finder *finder)
{
    ps_owners_free(&finder->owners);
    free(finder->pieces);
}

/* Without one, the caller reads everything. */
static bool start_helper(struct source *source, struct ps_helper *second, struct finder *helper)
{
    if (!ps_linux_may_help(source->ctx) || pthread_mutex_init(&source->mutex, NULL) != 0)
        return false;
    source->is_shared = true;
    if (ps_helper_start(second, help, helper) == 0)
        return true;
    source->is_shared = false;
    pthread_mutex_destroy(&source->mutex);
    return false;
}

static void end_helper(struct source *source, struct ps_helper *second)
{
    ps_helper_join(second);
    pthread_mutex_destroy(&source->mutex);
    source->is_shared = false;
}

static void read_together(struct source *source, struct ps_owners *owners)
{
    struct finder caller = {.source = source}, helper = {.source = source};
    struct ps_helper second;
    bool tried = false, helped = false;
    while (read_batch(&caller))
        if (!tried && caller.links >= WORTH_A_THREAD) {
            helped = start_helper(source, &second, &helper);
            tried = true;
        }
    if (helped)
        end_helper(source, &second);
    join(owners, &caller, &helper);
    if (source->folder)
        finish(source);
    release(&caller);
    release(&helper);
}

int ps_owners_read_all(psutil *ctx, struct ps_owners *owners)
{
    psutil_int_list *pids;
    int rc = 0;
    if (ps_lane_owners(ctx, owners, &rc))
        return rc;
    rc = ps_os_pids(ctx, &pids);
    if (rc != 0)
        return rc;
    struct source source = {.ctx = ctx, .pids = pids};
    read_together(&source, owners);
    ps_lane_note_owners(ctx, pids->len, owners->len);
    psutil_free(pids);
    if (source.os_code != 0) {
        struct ps_dir dir = {ctx->roots.proc, source.failed_pid, -1, NULL, NULL};
        errno = source.os_code;
        return ps_fail_errno(ctx, "open", &dir, "fd");
    }
    return owners->failed ? ps_fail_memory(ctx) : 0;
}
