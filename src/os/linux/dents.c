#include "os/linux/dents.h"

#include "core/list.h"
#include "core/records.h"
#include "os/posix/folder.h"
#include "parse/cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int ps_dents_open(psutil *ctx, struct ps_dents *dents, const struct ps_dir *dir, const char *name)
{
    dents->at = dents->len = 0;
    dents->failed = false;
    dents->fd = ps_dir_open(dir, name, O_RDONLY | O_DIRECTORY);
    return dents->fd < 0 ? ps_fail_errno(ctx, "open", dir, name) : 0;
}

void ps_dents_close(struct ps_dents *dents)
{
    close(dents->fd);
}

ssize_t ps_dents_read(int fd, void *buffer, size_t size)
{
    ssize_t got;
    do
        got = getdents64(fd, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

/* The folder from its beginning on: the one that is kept, unless it fails. */
static int open_kept(const struct ps_dir *dir, const char *name, struct ps_kept_file **held)
{
    *held = ps_kept_hold(dir->kept, name);
    if (*held && (*held)->fd >= 0) {
        if (lseek((*held)->fd, 0, SEEK_SET) == 0)
            return (*held)->fd;
        ps_kept_drop(dir->kept, *held);
    }
    int fd = ps_dir_open(dir, name, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        ps_note_shortage(dir, "open", name);
    if (fd < 0 && *held) {
        int saved = errno;
        ps_kept_release(dir->kept, *held, -1);
        errno = saved;
    }
    return fd;
}

static bool close_kept(const struct ps_dir *dir, struct ps_kept_file *held, int fd, bool good)
{
    int saved = errno;
    bool kept = held && held->fd >= 0;
    if (kept && !good)
        ps_kept_drop(dir->kept, held);
    if (held)
        ps_kept_release(dir->kept, held, kept ? -1 : fd);
    else
        close(fd);
    errno = saved;
    return kept;
}

/* The kernel's own folders hand out as much as fits (fs/kernfs/dir.c:kernfs_fop_readdir): what
 * leaves room for any name was the rest. */
static bool is_rest(bool kernels, size_t got, size_t size)
{
    return kernels && got + sizeof(struct dirent64) <= size;
}

/* A kept folder that cannot be read at all says nothing about the folder of that name. */
int ps_dents_each(const struct ps_dir *dir, const char *name, ps_dents_piece *piece, void *user)
{
    _Alignas(struct dirent64) char entries[8192];
    struct ps_kept_file *held;
    ssize_t got;
    bool again, told = false;
    do {
        int fd = open_kept(dir, name, &held);
        bool kernels = held && held->fd >= 0;
        if (fd < 0)
            return -1;
        while ((got = ps_dents_read(fd, entries, sizeof entries)) > 0) {
            piece(entries, (size_t)got, user);
            told = true;
            if (is_rest(kernels, (size_t)got, sizeof entries)) {
                got = 0;
                break;
            }
        }
        again = close_kept(dir, held, fd, got == 0) && got < 0 && !told;
    } while (again);
    if (got < 0)
        ps_note_shortage(dir, "getdents64", name);
    return got < 0 ? -1 : 0;
}

static void note_entry(const char *entries, size_t len, void *user)
{
    bool *empty = user;
    for (size_t at = 0; at < len;) {
        const struct dirent64 *entry = (const void *)(entries + at);
        *empty = *empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
        at += entry->d_reclen;
    }
}

bool ps_dents_none(const struct ps_dir *dir, const char *name)
{
    bool empty = true;
    return ps_dents_each(dir, name, note_entry, &empty) == 0 && empty;
}

bool ps_dents_any(const struct ps_dir *dir, const char *name)
{
    bool empty = true;
    return ps_dents_each(dir, name, note_entry, &empty) == 0 && !empty;
}

static void add_names(const char *entries, size_t len, void *user)
{
    struct ps_list *list = user;
    for (size_t at = 0; at < len;) {
        const struct dirent64 *entry = (const void *)(entries + at);
        bool listed = ps_folder_is_entry(entry->d_name);
        const char *name =
            listed ? ps_list_string(list, entry->d_name, strlen(entry->d_name)) : NULL;
        const char **item = listed ? ps_list_add(list) : NULL;
        if (item)
            *item = name;
        at += entry->d_reclen;
    }
}

int ps_dents_names(psutil_string_list **out, const struct ps_dir *dir, const char *name)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_string);
    if (ps_dents_each(dir, name, add_names, &list) != 0) {
        ps_list_free(&list);
        return -1;
    }
    psutil_string_list *names = ps_list_finish(&list);
    if (!names) {
        errno = ENOMEM;
        ps_note_shortage(dir, "malloc", name);
        return -1;
    }
    ps_folder_sort(names);
    *out = names;
    return 0;
}

static bool refill(struct ps_dents *dents)
{
    ssize_t got = ps_dents_read(dents->fd, dents->bytes, sizeof dents->bytes);
    dents->failed = got < 0;
    dents->at = 0;
    dents->len = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static bool is_number(const char *name, int64_t *number)
{
    struct ps_cursor c = ps_cursor_of(name, strlen(name));
    return ps_cursor_count(&c, number) && ps_cursor_done(&c);
}

bool ps_dents_next(struct ps_dents *dents, const char **name, int64_t *number)
{
    while (dents->at < dents->len || refill(dents)) {
        const struct dirent64 *entry = (const void *)(dents->bytes + dents->at);
        dents->at += entry->d_reclen;
        *name = entry->d_name;
        if (is_number(entry->d_name, number))
            return true;
    }
    return false;
}
