/* An invented or recorded machine: a folder with proc, sys, etc and run, opened as another root.
 *
 *     struct root root = root_make();
 *     root_file(&root, "proc/stat", "cpu 1 2 3 4\n");
 *     psutil *ctx = root_open(&root);
 *     …
 *     psutil_close(ctx);
 *     root_remove(&root);
 */
#ifndef ROOT_H
#define ROOT_H

#include "test.h"

#include <ftw.h>
#include <psutil.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
static inline void root_parents(const struct root *root, const char *name)
{
    char path[512];
    root_path(root, name, path);
    for (char *at = path + strlen(root->path) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(path, 0755);
        *at = '/';
    }
}

static inline void root_folder(const struct root *root, const char *name)
{
    char path[512];
    root_parents(root, name);
    mkdir(root_path(root, name, path), 0755);
}

static inline void root_bytes(const struct root *root, const char *name, const void *data,
                              size_t len)
{
    char path[512];
    root_parents(root, name);
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
    root_parents(root, name);
    unlink(root_path(root, name, path));
    if (symlink(target, path) != 0) {
        perror(path);
        abort();
    }
}

/* A file, a link or an empty folder. */
static inline void root_delete(const struct root *root, const char *name)
{
    char path[512];
    remove(root_path(root, name, path));
}

/* What of a test is there now, for when it is ended: a test that takes too long is. */
enum { ROOTS_KEPT = 16 };
static struct root roots_kept[ROOTS_KEPT];
static pid_t root_owner;

static inline struct root *root_kept(const char *path)
{
    for (size_t i = 0; i < ROOTS_KEPT; i++)
        if (strcmp(roots_kept[i].path, path) == 0)
            return &roots_kept[i];
    return NULL;
}

/* Another program removes them: little may be called here, and nothing that allocates. */
static inline void root_on_end(int number)
{
    char *argv[ROOTS_KEPT + 4] = {"rm", "-rf", "--"}, *envp[] = {NULL};
    size_t len = 3;
    for (size_t i = 0; i < ROOTS_KEPT; i++)
        if (roots_kept[i].path[0] != '\0')
            argv[len++] = roots_kept[i].path;
    pid_t pid = getpid() == root_owner ? vfork() : -1;
    if (pid == 0) {
        execve("/bin/rm", argv, envp);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0)
        continue;
    signal(number, SIG_DFL);
    raise(number);
}

/* Whoever ignores a signal goes on to ignore it; children end as if nothing was. */
static inline void root_keep(const struct root *root)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGABRT};
    struct root *kept = root_kept("");
    for (size_t i = 0; root_owner != getpid() && i < sizeof ends / sizeof *ends; i++)
        if (signal(ends[i], root_on_end) == SIG_IGN)
            signal(ends[i], SIG_IGN);
    if (root_owner != getpid())
        memset(roots_kept, 0, sizeof roots_kept);
    root_owner = getpid();
    if (kept)
        *kept = *root;
}

/* In memory where that can be: there are tests that make thousands of files. */
static inline struct root root_make(void)
{
    struct root root;
    strcpy(root.path, "/dev/shm/psutil-root-XXXXXX");
    if (!mkdtemp(root.path)) {
        strcpy(root.path, "/tmp/psutil-root-XXXXXX");
        if (!mkdtemp(root.path)) {
            perror("mkdtemp");
            abort();
        }
    }
    root_keep(&root);
    root_folder(&root, "proc");
    root_folder(&root, "sys");
    root_folder(&root, "etc");
    root_folder(&root, "run");
    return root;
}

static inline psutil *root_open(const struct root *root)
{
    char proc[512], sys[512], etc[512], run[512];
    psutil_options options = {.proc = root_path(root, "proc", proc),
                              .sys = root_path(root, "sys", sys),
                              .etc = root_path(root, "etc", etc),
                              .run = root_path(root, "run", run)};
    psutil *ctx;
    if (psutil_open(&ctx, &options) != 0)
        abort();
    return ctx;
}

static inline int root_remove_entry(const char *path, const struct stat *st, int kind,
                                    struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void root_remove(const struct root *root)
{
    struct root *kept = root_kept(root->path);
    nftw(root->path, root_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (kept)
        kept->path[0] = '\0';
}

/* Where the recorded machines are: $PSUTIL_FIXTURES, or beside the source tree. */
static inline bool root_archive(const char *archive, char path[512])
{
    const char *fixtures = getenv("PSUTIL_FIXTURES");
    const char *source = getenv("PSUTIL_SOURCE");
    if (fixtures)
        snprintf(path, 512, "%s/%s", fixtures, archive);
    else
        snprintf(path, 512, "%s/../shared/fixtures/%s", source ? source : ".", archive);
    return access(path, R_OK) == 0;
}

/* Unpacks of a recorded machine what lies below `parts`, patterns of tar(1) with blanks between
 * ("proc/stat sys/class/hwmon"); the rest is thousands of files that the test does not read. False
 * when the archive is not there, and then there is nothing to remove. */
static inline bool root_recorded(struct root *root, const char *archive, const char *parts)
{
    char path[512], command[2048];
    if (!root_archive(archive, path))
        return false;
    *root = root_make();
    int len = snprintf(command, sizeof command,
                       "tar -xzf '%s' -C '%s' --strip-components=1 --no-same-owner --wildcards "
                       "--exclude='*/cpu[0-9]*/cache' --exclude='*/cpu[0-9]*/cpuidle'",
                       path, root->path);
    for (const char *at = parts; *at; at += strspn(at, " ")) {
        int size = (int)strcspn(at, " ");
        len += snprintf(command + len, sizeof command - (size_t)len, " '*/%.*s'", size, at);
        at += size;
    }
    if (system(command) == 0)
        return true;
    fprintf(stderr, "cannot unpack %s\n", path);
    root_remove(root);
    abort();
}

#endif
