/* A /proc that a test makes in a folder of its own. */
#ifndef PROCESS_ROOT_H
#define PROCESS_ROOT_H

#include "../test.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char root_path[64];

static inline void root_make(void)
{
    strcpy(root_path, "/tmp/psutil-root-XXXXXX");
    if (!mkdtemp(root_path))
        abort();
}

static inline const char *root_at(const char *name)
{
    static char path[2][256];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", root_path, name);
    return path[turn];
}

static inline void root_folders(char *path)
{
    for (char *at = path + strlen(root_path) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(path, 0755);
        *at = '/';
    }
}

/* Writes a file, and the folders above it. */
static inline void root_write(const char *name, const char *data, size_t len)
{
    char path[256];
    snprintf(path, sizeof path, "%s", root_at(name));
    root_folders(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, data, len) != (ssize_t)len)
        abort();
    close(fd);
}

static inline void root_text(const char *name, const char *text)
{
    root_write(name, text, strlen(text));
}

static inline void root_link(const char *name, const char *target)
{
    char path[256];
    snprintf(path, sizeof path, "%s", root_at(name));
    root_folders(path);
    unlink(path);
    if (symlink(target, path) != 0)
        abort();
}

static inline int root_remove_one(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
    (void)s;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void root_remove(void)
{
    nftw(root_path, root_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
