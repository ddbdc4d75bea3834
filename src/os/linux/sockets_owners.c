/* Which process has which socket: the links of /proc/PID/fd, in a table by inode. */
#include "os/linux/sockets.h"

#include "os/linux/dents.h"
#include "parse/cursor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES (32 * 1024)

void ps_owners_free(struct ps_owners *owners)
{
    free(owners->items);
    free(owners->slots);
    *owners = (struct ps_owners){0};
}

void ps_owners_add(struct ps_owners *owners, uint64_t inode, int64_t pid, int32_t fd)
{
    if (owners->len == owners->capacity) {
        size_t capacity = owners->capacity ? owners->capacity * 2 : 64;
        struct ps_owner *items =
            owners->len < UINT32_MAX / 4 ? realloc(owners->items, capacity * sizeof *items) : NULL;
        if (!items) {
            owners->failed = true;
            return;
        }
        owners->items = items;
        owners->capacity = capacity;
    }
    owners->items[owners->len++] = (struct ps_owner){inode, pid, fd, 0};
}

static bool parse_number(const char *name, int64_t *out)
{
    struct ps_cursor c = ps_cursor_of(name, strlen(name));
    return name[0] >= '0' && name[0] <= '9' && ps_cursor_count(&c, out) && ps_cursor_done(&c);
}

/* "socket:[123]" (net/socket.c:sockfs_dname); everything else is no socket. */
static bool parse_link(const char *link, size_t len, uint64_t *inode)
{
    static const char prefix[] = "socket:[";
    const size_t prefix_len = sizeof prefix - 1;
    if (len <= prefix_len || memcmp(link, prefix, prefix_len) != 0)
        return false;
    struct ps_cursor c = ps_cursor_of(link + prefix_len, len - prefix_len);
    return ps_cursor_u64(&c, inode) && ps_cursor_accept(&c, ']') && ps_cursor_done(&c);
}

/* A link that fills the buffer is a long path, which is none of a socket. A descriptor may be
 * closed meanwhile; permission is one for the whole process
 * (fs/proc/base.c:proc_fd_access_allowed). */
bool ps_owners_read_link(struct ps_owners *owners, int folder, const char *name, int64_t pid)
{
    char link[64];
    int64_t fd;
    uint64_t inode;
    if (!parse_number(name, &fd) || fd > INT32_MAX)
        return true;
    const struct ps_dir dir = {NULL, pid, folder, NULL, NULL};
    ssize_t len = ps_link_try(&dir, name, link, sizeof link);
    if (len < 0)
        return errno != EACCES && errno != EPERM && !ps_is_shortage(errno);
    if (parse_link(link, (size_t)len, &inode))
        ps_owners_add(owners, inode, pid, (int32_t)fd);
    return true;
}

/* 0, or -1 with errno. */
static int read_folder(struct ps_owners *owners, int folder, int64_t pid)
{
    _Alignas(struct dirent64) char entries[ENTRIES];
    ssize_t got;
    while ((got = ps_dents_read(folder, entries, sizeof entries)) > 0)
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            if (!ps_owners_read_link(owners, folder, entry->d_name, pid))
                return -1;
            at += entry->d_reclen;
        }
    return got < 0 ? -1 : 0;
}

static int read_process(struct ps_owners *owners, const struct ps_dir *dir)
{
    int folder = ps_dir_open(dir, "fd", O_RDONLY | O_DIRECTORY);
    if (folder < 0)
        return -1;
    int rc = read_folder(owners, folder, dir->pid);
    int saved = errno;
    close(folder);
    errno = saved;
    return rc;
}

int ps_owners_read(psutil *ctx, struct ps_owners *owners, const struct ps_dir *dir)
{
    if (read_process(owners, dir) != 0)
        return ps_fail_errno(ctx, "readlink", dir, "fd");
    return owners->failed ? ps_fail_memory(ctx) : 0;
}

/* ---- The table ----------------------------------------------------------------------------------
 */

/* Inodes count up (fs/inode.c:get_next_ino): a multiplication spreads them over the slots. */
static size_t slot_of(const struct ps_owners *owners, uint64_t inode)
{
    return (size_t)(inode * UINT64_C(0x9e3779b97f4a7c15) >> 32) & owners->mask;
}

/* The slot of an inode: that of its first owner, or the free one where it belongs. */
static uint32_t *find_slot(const struct ps_owners *owners, uint64_t inode)
{
    size_t at = slot_of(owners, inode);
    while (owners->slots[at] != 0 && owners->items[owners->slots[at] - 1].inode != inode)
        at = (at + 1) & owners->mask;
    return &owners->slots[at];
}

/* From the last owner to the first, so that each chain runs in the order of reading. */
int ps_owners_index(psutil *ctx, struct ps_owners *owners)
{
    size_t size = 16;
    while (size < owners->len * 2)
        size *= 2;
    owners->slots = calloc(size, sizeof *owners->slots);
    if (!owners->slots)
        return ps_fail_memory(ctx);
    owners->mask = size - 1;
    for (size_t i = owners->len; i-- > 0;) {
        uint32_t *slot = find_slot(owners, owners->items[i].inode);
        owners->items[i].next = *slot;
        *slot = (uint32_t)(i + 1);
    }
    return 0;
}

const struct ps_owner *ps_owners_find(const struct ps_owners *owners, uint64_t inode)
{
    uint32_t first = *find_slot(owners, inode);
    return first != 0 ? &owners->items[first - 1] : NULL;
}

const struct ps_owner *ps_owners_next(const struct ps_owners *owners, const struct ps_owner *owner)
{
    return owner->next != 0 ? &owners->items[owner->next - 1] : NULL;
}
