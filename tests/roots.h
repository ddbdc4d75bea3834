/* Roots of invented and recorded machines, made for one test in a temporary folder:
 *
 *     struct roots roots;
 *     REQUIRE(roots_make(&roots));
 *     roots_put(&roots, "proc/stat", "cpu 1 2 3 4\n");
 *     psutil *ctx = roots_open(&roots);
 *     …
 *     psutil_close(ctx);
 *     roots_remove(&roots);
 */
#ifndef ROOTS_H
#define ROOTS_H

#include <ftw.h>
#include <psutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct roots {
    char dir[64];
};

static inline void roots_path(const struct roots *roots, const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", roots->dir, name);
}

static inline void roots_folder(const struct roots *roots, const char *name)
{
    char path[512];
    roots_path(roots, name, path);
    for (char *slash = path + strlen(roots->dir) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    mkdir(path, 0755);
}

/* An empty machine: proc and sys without anything. */
static inline bool roots_make(struct roots *roots)
{
    snprintf(roots->dir, sizeof roots->dir, "/tmp/psutil-roots-XXXXXX");
    if (!mkdtemp(roots->dir))
        return false;
    roots_folder(roots, "proc");
    roots_folder(roots, "sys");
    return true;
}

static inline void roots_put_bytes(const struct roots *roots, const char *name, const char *bytes,
                                   size_t len)
{
    char path[512];
    roots_path(roots, name, path);
    *strrchr(path, '/') = '\0';
    roots_folder(roots, path + strlen(roots->dir) + 1);
    roots_path(roots, name, path);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

static inline void roots_put(const struct roots *roots, const char *name, const char *text)
{
    roots_put_bytes(roots, name, text, strlen(text));
}

static inline void roots_delete(const struct roots *roots, const char *name)
{
    char path[512];
    roots_path(roots, name, path);
    unlink(path);
}

static inline psutil *roots_open(const struct roots *roots)
{
    char proc[128], sys[128];
    snprintf(proc, sizeof proc, "%s/proc", roots->dir);
    snprintf(sys, sizeof sys, "%s/sys", roots->dir);
    psutil *ctx = NULL;
    return psutil_open(&ctx, &(psutil_options){.proc = proc, .sys = sys}) == 0 ? ctx : NULL;
}

static inline int roots_remove_entry(const char *path, const struct stat *status, int type,
                                     struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline void roots_remove(const struct roots *roots)
{
    nftw(roots->dir, roots_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Where the recorded machines are: $PSUTIL_FIXTURES, or beside the source tree. */
static inline bool recorded_path(const char *archive, char path[512])
{
    const char *fixtures = getenv("PSUTIL_FIXTURES");
    const char *source = getenv("PSUTIL_SOURCE");
    if (fixtures)
        snprintf(path, 512, "%s/%s", fixtures, archive);
    else
        snprintf(path, 512, "%s/../shared/fixtures/%s", source ? source : ".", archive);
    return access(path, R_OK) == 0;
}

/* Unpacks a recorded machine (caches and sleep states of its CPUs, thousands of files that nobody
 * reads, left out); its roots are those of the archive's only folder. False when it is
 * not there, and then there is nothing to remove. */
static inline bool roots_recorded(struct roots *roots, struct roots *machine, const char *archive)
{
    char path[512];
    if (!recorded_path(archive, path) || !roots_make(roots))
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        execlp("tar", "tar", "-xzf", path, "-C", roots->dir, "--no-same-owner",
               "--exclude=*/cpu/cpu*/cache", "--exclude=*/cpu/cpu*/cpuidle", (char *)NULL);
        _exit(127);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    const char *name = strrchr(archive, '/');
    name = name ? name + 1 : archive;
    int len = (int)(strstr(name, ".tar") - name);
    snprintf(machine->dir, sizeof machine->dir, "%.25s/%.*s", roots->dir, len, name);
    if (status == 0)
        return true;
    roots_remove(roots);
    return false;
}

#endif
