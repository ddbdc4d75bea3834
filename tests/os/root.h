/* An invented machine: a folder with proc, sys, etc and run, to be opened as another root. */
#ifndef ROOT_H
#define ROOT_H

#include "../test.h"

#include <ftw.h>
#include <psutil.h>
#include <sys/stat.h>
#include <unistd.h>

struct root {
    char path[64];
};

static inline const char *root_path(const struct root *root, const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", root->path, name);
    return path;
}

/* Makes the folders on the way to `name`. */
static inline void root_make_parents(const struct root *root, const char *name)
{
    char path[512];
    root_path(root, name, path);
    for (char *at = path + strlen(root->path) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(path, 0755);
        *at = '/';
    }
}

static inline void root_bytes(const struct root *root, const char *name, const void *data,
                              size_t len)
{
    char path[512];
    root_make_parents(root, name);
    FILE *file = fopen(root_path(root, name, path), "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

static inline void root_file(const struct root *root, const char *name, const char *text)
{
    root_bytes(root, name, text, strlen(text));
}

static inline void root_link(const struct root *root, const char *name, const char *target)
{
    char path[512];
    root_make_parents(root, name);
    if (symlink(target, root_path(root, name, path)) != 0) {
        perror(path);
        abort();
    }
}

static inline struct root root_make(void)
{
    struct root root;
    strcpy(root.path, "/tmp/psutil-root-XXXXXX");
    if (!mkdtemp(root.path)) {
        perror("mkdtemp");
        abort();
    }
    root_make_parents(&root, "proc/.");
    root_make_parents(&root, "sys/.");
    root_make_parents(&root, "etc/.");
    root_make_parents(&root, "run/.");
    return root;
}

static inline int root_unlink(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void root_remove(const struct root *root)
{
    nftw(root->path, root_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static inline psutil *root_open(const struct root *root)
{
    char proc[512], sys[512], etc[512], run[512];
    psutil_options options = {root_path(root, "proc", proc), root_path(root, "sys", sys),
                              root_path(root, "etc", etc), root_path(root, "run", run)};
    psutil *ctx;
    if (psutil_open(&ctx, &options) != 0)
        abort();
    return ctx;
}

/* Unpacks the recorded machine into a root. False where it is not at hand: PSUTIL_FIXTURES names
 * the folder, else it is looked for beside the sources. */
static inline bool root_recorded(struct root *root)
{
    const char *folder = getenv("PSUTIL_FIXTURES");
    char archive[512], command[1200];
    snprintf(archive, sizeof archive, "%s/recorded-machine.tar.gz",
             folder ? folder : PSUTIL_SOURCE "/../shared/fixtures");
    if (access(archive, R_OK) != 0)
        return false;
    *root = root_make();
    snprintf(command, sizeof command, "tar -xzf '%s' -C '%s' 2>/dev/null", archive, root->path);
    if (system(command) != 0)
        return false;
    char path[512];
    if (access(root_path(root, "recorded-machine", path), F_OK) == 0) {
        snprintf(command, sizeof command, "cp -a '%s'/recorded-machine/. '%s'/", root->path,
                 root->path);
        return system(command) == 0;
    }
    return true;
}

#endif
