/* Invented machines: a temporary folder with proc/ and sys/ in it. */
#ifndef NET_ROOT_H
#define NET_ROOT_H

#include <fcntl.h>
#include <ftw.h>
#include <psutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct net_root {
    char folder[64];
    psutil *ctx;
};

/* Makes the folders above the last part of the path. */
static inline void net_root_path(const struct net_root *root, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", root->folder, name);
    for (char *slash = strchr(path + strlen(root->folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

static inline void net_root_file(const struct net_root *root, const char *name, const char *text)
{
    char path[256];
    net_root_path(root, name, path);
    FILE *file = fopen(path, "w");
    if (!file)
        abort();
    fputs(text, file);
    fclose(file);
}

static inline void net_root_link(const struct net_root *root, const char *name, const char *target)
{
    char path[256];
    net_root_path(root, name, path);
    if (symlink(target, path) != 0)
        abort();
}

static inline void net_root_open(struct net_root *root)
{
    char proc[80], sys[80];
    strcpy(root->folder, "/tmp/psutil-root-XXXXXX");
    if (!mkdtemp(root->folder))
        abort();
    snprintf(proc, sizeof proc, "%s/proc", root->folder);
    snprintf(sys, sizeof sys, "%s/sys", root->folder);
    mkdir(proc, 0755);
    mkdir(sys, 0755);
    psutil_options options = {.proc = proc, .sys = sys};
    if (psutil_open(&root->ctx, &options) != 0)
        abort();
}

static inline int net_root_remove(const char *path, const struct stat *info, int type,
                                  struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void net_root_close(struct net_root *root)
{
    psutil_close(root->ctx);
    nftw(root->folder, net_root_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
