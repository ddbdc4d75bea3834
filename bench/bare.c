#include "bare.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
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
