/* Reading below the roots of a machine, and writing below the recorded folder. */
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of one file: a process with 65,530 mappings has 50 MiB of them. */
#define FILE_MAX ((size_t)16 << 20)

/* ---- Reading ----------------------------------------------------------------------------------
 */

/* openat2(2) keeps the walk below the folder. Kernels before 5.6 do not know it, and filters of
 * containers may refuse it; then a file at least is no link itself. */
int record_open(int folder, const char *path, int flags)
{
    /* A file that is only found takes no other flags (openat2(2)). */
    int all = flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY);
#ifdef SYS_openat2
    enum { BENEATH = 0x08, NO_MAGICLINKS = 0x02 }; /* linux/openat2.h */
    struct {
        uint64_t flags, mode, resolve;
    } how = {(uint64_t)all, 0, BENEATH | NO_MAGICLINKS};
    for (int tries = 0; tries < 100; tries++) {
        long fd = syscall(SYS_openat2, folder, path, &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) {
            if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
                return (int)fd;
            break;
        }
    }
#endif
    return openat(folder, path, all | (flags & O_DIRECTORY ? 0 : O_NOFOLLOW));
}

static enum looked missing_or_refused(void)
{
    return errno == EACCES || errno == EPERM ? LOOKED_REFUSED : LOOKED_MISSING;
}

/* All of it, or as much as is kept of one file; whole lines then. */
static enum looked read_all(struct recorder *recorder, int fd, struct buffer *out)
{
    char piece[65536];
    for (;;) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return missing_or_refused();
        if (got == 0)
            return LOOKED_DONE;
        buffer_add(out, piece, (size_t)got);
        if (out->len <= FILE_MAX)
            continue;
        while (out->len > 0 && out->data[out->len - 1] != '\n' && out->data[out->len - 1] != '\0')
            out->len--;
        recorder->summary->cut++;
        return LOOKED_DONE;
    }
}

static enum looked read_file(struct recorder *recorder, int folder, const char *path,
                             struct buffer *out)
{
    struct stat st;
    int fd = record_open(folder, path, O_RDONLY);
    if (fd < 0)
        return missing_or_refused();
    enum looked looked = LOOKED_MISSING;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        looked = read_all(recorder, fd, out);
    close(fd);
    return looked;
}

enum looked record_names_in(struct recorder *recorder, int folder, const char *path,
                            void (*each)(struct recorder *recorder, const char *name, void *arg),
                            void *arg)
{
    int fd = record_open(folder, path, O_RDONLY | O_DIRECTORY);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    if (!entries) {
        enum looked looked = missing_or_refused();
        if (fd >= 0)
            close(fd);
        return looked;
    }
    while (record_goes_on(recorder) && (entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            each(recorder, entry->d_name, arg);
    closedir(entries);
    return LOOKED_DONE;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

bool record_goes_on(const struct recorder *recorder)
{
    return !*recorder->problem;
}

static void fail(struct recorder *recorder, const char *call, const char *to)
{
    if (!*recorder->problem)
        snprintf(recorder->problem, sizeof recorder->problem, "%s %s/%s: %s", call,
                 recorder->options->folder, to, strerror(errno));
}

/* The folders that `to` lies in, as far as they are missing. */
static void make_folders(struct recorder *recorder, const char *to)
{
    char path[1024];
    for (const char *slash = strchr(to, '/'); slash; slash = strchr(slash + 1, '/')) {
        int len = snprintf(path, sizeof path, "%.*s", (int)(slash - to), to);
        if (len > 0 && mkdirat(recorder->out, path, 0700) != 0 && errno != EEXIST)
            fail(recorder, "mkdir", to);
    }
}

/* A folder of /proc that changes while it is listed may give a name twice: the first counts. */
static int create(struct recorder *recorder, const char *to, mode_t mode)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(recorder->out, to, flags, mode);
    if (fd < 0 && errno == ENOENT) {
        make_folders(recorder, to);
        fd = openat(recorder->out, to, flags, mode);
    }
    if (fd < 0 && errno != EEXIST)
        fail(recorder, "open", to);
    return fd;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return true;
}

void record_write(struct recorder *recorder, const char *to, const struct buffer *data)
{
    if (data->failed || names_failed(&recorder->names)) {
        errno = ENOMEM;
        fail(recorder, "write", to);
        return;
    }
    int fd = create(recorder, to, 0600);
    if (fd < 0)
        return;
    if (!write_all(fd, data->data, data->len))
        fail(recorder, "write", to);
    if (close(fd) != 0)
        fail(recorder, "close", to);
    recorder->summary->files++;
    recorder->summary->bytes += data->len;
}

void record_write_link(struct recorder *recorder, const char *to, const char *target)
{
    int rc = symlinkat(target, recorder->out, to);
    if (rc != 0 && errno == ENOENT) {
        make_folders(recorder, to);
        rc = symlinkat(target, recorder->out, to);
    }
    if (rc != 0 && errno != EEXIST)
        fail(recorder, "symlink", to);
    else if (rc == 0)
        recorder->summary->links++;
}

void record_write_folder(struct recorder *recorder, const char *to)
{
    make_folders(recorder, to);
    if (mkdirat(recorder->out, to, 0700) != 0 && errno != EEXIST)
        fail(recorder, "mkdir", to);
}

void record_write_refused(struct recorder *recorder, const char *to, bool is_folder)
{
    recorder->summary->unreadable++;
    buffer_addf(&recorder->refused, "%s%s\n", to, is_folder ? "/" : "");
    if (is_folder) {
        record_write_folder(recorder, to);
        if (fchmodat(recorder->out, to, 0, 0) != 0)
            fail(recorder, "chmod", to);
        return;
    }
    int fd = create(recorder, to, 0);
    if (fd >= 0)
        close(fd);
}

/* ---- Removing ---------------------------------------------------------------------------------
 */

static void remove_below(int folder, const char *name)
{
    struct dirent *entry;
    if (unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0)
        return;
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (!entries)
        return;
    while ((entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_below(fd, entry->d_name);
    closedir(entries);
    unlinkat(folder, name, AT_REMOVEDIR);
}

void record_remove(struct recorder *recorder, const char *to)
{
    remove_below(recorder->out, to);
}

/* ---- Copying ----------------------------------------------------------------------------------
 */

enum looked record_file(struct recorder *recorder, int folder, const char *from, const char *to,
                        rewriter *rewrite)
{
    struct buffer data = {0}, changed = {0};
    enum looked looked = read_file(recorder, folder, from, &data);
    if (looked == LOOKED_DONE) {
        rewrite(&recorder->names, &changed, data.data, data.len);
        changed.failed |= data.failed;
        record_write(recorder, to, &changed);
    } else if (looked == LOOKED_REFUSED) {
        record_write_refused(recorder, to, false);
    }
    buffer_free(&data);
    buffer_free(&changed);
    return looked;
}

ssize_t record_read_link(int folder, const char *path, char *target, size_t size)
{
    ssize_t len = readlinkat(folder, path, target, size - 1);
    if (len >= 0)
        target[len] = '\0';
    return len;
}

enum looked record_link(struct recorder *recorder, int folder, const char *from, const char *to,
                        enum name_kind kind)
{
    char target[4096 + 64]; /* PATH_MAX, and what marks a deleted file */
    struct buffer changed = {0};
    ssize_t len = record_read_link(folder, from, target, sizeof target);
    if (len <= 0)
        return missing_or_refused();
    names_target(&recorder->names, &changed, target, (size_t)len, kind);
    buffer_add(&changed, "", 1);
    if (changed.failed || names_failed(&recorder->names)) {
        errno = ENOMEM;
        fail(recorder, "symlink", to);
    } else {
        record_write_link(recorder, to, changed.data);
    }
    buffer_free(&changed);
    return LOOKED_DONE;
}
