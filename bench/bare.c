#include "bare.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

char bare_buffer[1 << 20];

const char *bare_join(char path[BARE_PATH], const char *folder, const char *name)
{
    size_t folder_len = strlen(folder), name_len = strlen(name);
    if (folder_len + name_len + 2 > BARE_PATH)
        return name;
    memcpy(path, folder, folder_len);
    path[folder_len] = '/';
    memcpy(path + folder_len + 1, name, name_len + 1);
    return path;
}

void bare_read(int dir, const char *path)
{
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t got = read(fd, bare_buffer, 8192);
    bare_buffer[got > 0 ? got : 0] = '\0';
    close(fd);
}

void bare_read_all(int dir, const char *path)
{
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    while (read(fd, bare_buffer, sizeof bare_buffer) > 0)
        ;
    close(fd);
}

static bool is_open(struct bare_kept *kept, int dir, const char *path)
{
    if (kept->fd == 0)
        kept->fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    return kept->fd > 0;
}

void bare_again(struct bare_kept *kept, int dir, const char *path)
{
    if (!is_open(kept, dir, path))
        return;
    ssize_t got = pread(kept->fd, bare_buffer, 8192, 0);
    bare_buffer[got > 0 ? got : 0] = '\0';
}

void bare_again_all(struct bare_kept *kept, int dir, const char *path)
{
    ssize_t got;
    if (!is_open(kept, dir, path))
        return;
    for (off_t at = 0; (got = pread(kept->fd, bare_buffer, sizeof bare_buffer, at)) > 0; at += got)
        continue;
}

bool bare_link(int dir, const char *path)
{
    if (readlinkat(dir, path, bare_buffer, 4096) >= 0)
        return true;
    bare_buffer[0] = '\0';
    return errno != EACCES && errno != EPERM;
}

void bare_list(int dir, const char *path, bare_entry *each)
{
    _Alignas(struct dirent64) char entries[32 * 1024];
    int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t got;
    bool on = true;
    while (on && (got = getdents64(fd, entries, sizeof entries)) > 0) {
        for (ssize_t at = 0; each && on && at < got;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            if (entry->d_name[0] != '.')
                on = each(fd, entry->d_name);
            at += entry->d_reclen;
        }
    }
    close(fd);
}

/* include/uapi/linux/pidfd.h */
long bare_parent_by(int pidfd)
{
    struct {
        uint64_t mask, cgroupid;
        uint32_t pid, tgid, ppid, ids[8];
        int32_t exit_code;
    } info = {.mask = 3};
    return ioctl(pidfd, _IOWR(0xFF, 11, info), &info) == 0 ? (long)info.ppid : -1;
}
