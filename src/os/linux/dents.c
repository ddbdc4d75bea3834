#include "os/linux/dents.h"

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
