#include "os/posix/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Decimal digits of a number that is not negative; returns how many. */
static size_t put_number(char *to, int64_t number)
{
    char digits[20];
    size_t len = 0;
    do
        digits[len++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    for (size_t i = 0; i < len; i++)
        to[i] = digits[len - 1 - i];
    return len;
}

/* By hand, since it is on the way of every read and snprintf() costs as much as a system call. */
const char *ps_dir_path(const struct ps_dir *dir, const char *name, char path[PS_PATH_MAX])
{
    size_t root_len = strlen(dir->root);
    size_t name_len = strlen(name);
    if (root_len + name_len + 24 > PS_PATH_MAX)
        return NULL;
    char *at = path;
    memcpy(at, dir->root, root_len);
    at += root_len;
    if (dir->pid != PSUTIL_UNKNOWN) {
        *at++ = '/';
        at += put_number(at, dir->pid);
    }
    if (name_len > 0) {
        *at++ = '/';
        memcpy(at, name, name_len);
        at += name_len;
    }
    *at = '\0';
    return path;
}

static int code_of(int os_code, bool of_process)
{
    switch (os_code) {
    case EACCES:
    case EPERM:
        return PSUTIL_EACCES;
    case ENOMEM:
        return PSUTIL_ENOMEM;
    case ESRCH:
        return of_process ? PSUTIL_ESRCH : PSUTIL_ESYSTEM;
    case ENOENT:
    case ENOTDIR:
        return of_process ? PSUTIL_ESRCH : PSUTIL_ESYSTEM;
    default:
        return PSUTIL_ESYSTEM;
    }
}

int ps_fail_errno(psutil *ctx, const char *call, const struct ps_dir *dir, const char *name)
{
    int os_code = errno;
    char path[PS_PATH_MAX];
    const char *full = ps_dir_path(dir, name, path);
    int code = code_of(os_code, dir->pid != PSUTIL_UNKNOWN);
    return ps_fail_at(ctx, code, os_code, call, full ? full : name, dir->pid);
}

int ps_fail_call(psutil *ctx, const char *call, const char *object, int64_t pid)
{
    int os_code = errno;
    int code = code_of(os_code, pid != PSUTIL_UNKNOWN);
    return ps_fail_at(ctx, code, os_code, call, object, pid);
}

bool ps_is_shortage(int os_code)
{
    return os_code == EMFILE || os_code == ENFILE || os_code == ENOMEM;
}

void ps_note_shortage(const struct ps_dir *dir, const char *call, const char *name)
{
    int saved = errno;
    if (dir->shortage && dir->shortage->rc == 0 && ps_is_shortage(saved))
        dir->shortage->rc = ps_fail_errno(dir->shortage->ctx, call, dir, name);
    errno = saved;
}

int ps_dir_open(const struct ps_dir *dir, const char *name, int flags)
{
    flags |= O_CLOEXEC;
    char path[PS_PATH_MAX];
    if (dir->fd < 0 && !ps_dir_path(dir, name, path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd;
    do
        fd = dir->fd >= 0 ? openat(dir->fd, name, flags) : open(path, flags);
    while (fd < 0 && errno == EINTR);
    return fd;
}

int ps_dir_stat(const struct ps_dir *dir, const char *name, struct stat *out)
{
    char path[PS_PATH_MAX];
    if (dir->fd < 0 && !ps_dir_path(dir, name, path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int rc;
    do
        rc = dir->fd >= 0 ? fstatat(dir->fd, name, out, 0) : stat(path, out);
    while (rc != 0 && errno == EINTR);
    return rc;
}

/* A file during one reading: one that is kept, or one that was opened for it. */
struct opened {
    struct ps_kept_file *held; /* NULL: it will not be kept */
    int fd;
    bool kept; /* it was there before */
};

static bool open_file(const struct ps_dir *dir, const char *name, struct opened *file)
{
    file->held = ps_kept_hold(dir->kept, name);
    file->fd = file->held ? file->held->fd : -1;
    file->kept = file->fd >= 0;
    if (!file->kept)
        file->fd = ps_dir_open(dir, name, O_RDONLY);
    if (file->fd < 0 && file->held) {
        int saved = errno;
        ps_kept_release(dir->kept, file->held, -1);
        errno = saved;
    }
    return file->fd >= 0;
}

/* A kept file is not where the last reading left it. */
static ssize_t read_some(const struct opened *file, char *buffer, size_t size, size_t at)
{
    ssize_t got;
    do
        got = file->kept ? pread(file->fd, buffer, size, (off_t)at) : read(file->fd, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Whether the reading stands, with errno: a kept file that fails, but for the end of its process,
 * says nothing about the file of that name, which is to be opened. */
static bool close_file(const struct ps_dir *dir, const struct opened *file, bool good)
{
    int saved = errno;
    bool stands = good || !file->kept || saved == ESRCH;
    if (!stands)
        ps_kept_drop(dir->kept, file->held);
    if (file->held)
        ps_kept_release(dir->kept, file->held, file->kept ? -1 : file->fd);
    else
        close(file->fd);
    errno = saved;
    return stands;
}

/* The kernel's files of one piece end with a newline, or the NUL of a string. */
static bool is_whole(const char *data, size_t len)
{
    return len > 0 && (data[len - 1] == '\n' || data[len - 1] == '\0');
}

static ssize_t read_piece(const struct opened *file, char *buffer, size_t size)
{
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len < size && !is_whole(buffer, len)) {
        got = read_some(file, buffer + len, size - len, len);
        if (got > 0)
            len += (size_t)got;
    }
    return got < 0 ? -1 : (ssize_t)len;
}

ssize_t ps_read_piece(int fd, char *buffer, size_t size)
{
    const struct opened file = {NULL, fd, false};
    return read_piece(&file, buffer, size);
}

/* Reads one piece. Returns NULL, or the system call that failed, with errno. */
static const char *load_piece(const struct ps_dir *dir, const char *name, char *buffer, size_t size,
                              size_t *len)
{
    struct opened file;
    ssize_t got;
    do {
        if (!open_file(dir, name, &file))
            return "open";
        got = read_piece(&file, buffer, size);
    } while (!close_file(dir, &file, got >= 0));
    if (got < 0)
        return "read";
    *len = (size_t)got;
    return NULL;
}

int ps_read_once(psutil *ctx, const struct ps_dir *dir, const char *name, char *buffer, size_t size,
                 size_t *len)
{
    const char *failed = load_piece(dir, name, buffer, size, len);
    return failed ? ps_fail_errno(ctx, failed, dir, name) : 0;
}

void ps_text_init(struct ps_text *text)
{
    text->data = text->local;
    text->len = 0;
    text->capacity = sizeof text->local;
}

void ps_text_free(struct ps_text *text)
{
    if (text->data != text->local)
        free(text->data);
    ps_text_init(text);
}

static bool text_grow(struct ps_text *text)
{
    size_t capacity = text->capacity * 4;
    bool local = text->data == text->local;
    char *data = realloc(local ? NULL : text->data, capacity);
    if (!data) {
        errno = ENOMEM;
        return false;
    }
    if (local)
        memcpy(data, text->local, text->len);
    text->data = data;
    text->capacity = capacity;
    return true;
}

/* How far a file is read. */
struct extent {
    ps_text_enough *enough; /* until it says so; NULL: to the end */
    bool piece;             /* a read that leaves room, and ends as files do, is the end as well */
};

/* Only a read of nothing is the end for sure: the kernel hands many files out in pieces. */
static bool text_fill(struct ps_text *text, const struct opened *file, struct extent extent)
{
    text->len = 0;
    for (;;) {
        if (text->len == text->capacity && !text_grow(text))
            return false;
        ssize_t got =
            read_some(file, text->data + text->len, text->capacity - text->len, text->len);
        if (got <= 0)
            return got == 0;
        text->len += (size_t)got;
        if (extent.piece && text->len < text->capacity && is_whole(text->data, text->len))
            return true;
        if (extent.enough && extent.enough(text->data, text->len))
            return true;
    }
}

/* Returns NULL, or the system call that failed, with errno. */
static const char *text_load(struct ps_text *text, const struct ps_dir *dir, const char *name,
                             struct extent extent)
{
    struct opened file;
    bool filled;
    do {
        if (!open_file(dir, name, &file))
            return "open";
        filled = text_fill(text, &file, extent);
    } while (!close_file(dir, &file, filled));
    return filled ? NULL : "read";
}

int ps_text_read_until(psutil *ctx, struct ps_text *text, const struct ps_dir *dir,
                       const char *name, ps_text_enough *enough)
{
    const char *failed = text_load(text, dir, name, (struct extent){.enough = enough});
    return failed ? ps_fail_errno(ctx, failed, dir, name) : 0;
}

int ps_text_read(psutil *ctx, struct ps_text *text, const struct ps_dir *dir, const char *name)
{
    return ps_text_read_until(ctx, text, dir, name, NULL);
}

int ps_text_read_piece(psutil *ctx, struct ps_text *text, const struct ps_dir *dir,
                       const char *name)
{
    const char *failed = text_load(text, dir, name, (struct extent){.piece = true});
    return failed ? ps_fail_errno(ctx, failed, dir, name) : 0;
}

int ps_text_try_until(struct ps_text *text, const struct ps_dir *dir, const char *name,
                      ps_text_enough *enough)
{
    const char *failed = text_load(text, dir, name, (struct extent){.enough = enough});
    if (failed)
        ps_note_shortage(dir, failed, name);
    return failed ? -1 : 0;
}

int ps_text_try(struct ps_text *text, const struct ps_dir *dir, const char *name)
{
    return ps_text_try_until(text, dir, name, NULL);
}

/* A link that its recorder was not allowed to read is recorded as a file that nobody may. */
static void refuse_recorded(int folder, const char *path)
{
    struct stat st;
    bool is_refused = fstatat(folder, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
                      (st.st_mode & 0777) == 0;
    errno = is_refused ? EACCES : EINVAL;
}

ssize_t ps_link_try(const struct ps_dir *dir, const char *name, char *buffer, size_t size)
{
    char path[PS_PATH_MAX];
    if (dir->fd < 0 && !ps_dir_path(dir, name, path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    ssize_t got;
    do
        got = dir->fd >= 0 ? readlinkat(dir->fd, name, buffer, size) : readlink(path, buffer, size);
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EINVAL)
        refuse_recorded(dir->fd >= 0 ? dir->fd : AT_FDCWD, dir->fd >= 0 ? name : path);
    return got;
}

int ps_text_link(psutil *ctx, struct ps_text *text, const struct ps_dir *dir, const char *name)
{
    for (;;) {
        ssize_t got = ps_link_try(dir, name, text->data, text->capacity);
        if (got < 0)
            return ps_fail_errno(ctx, "readlink", dir, name);
        text->len = (size_t)got;
        if (text->len < text->capacity)
            return 0;
        if (!text_grow(text))
            return ps_fail_memory(ctx);
    }
}

bool ps_read_short(const struct ps_dir *dir, const char *name, char *buffer, size_t size,
                   struct ps_span *out)
{
    size_t len;
    const char *failed = load_piece(dir, name, buffer, size, &len);
    if (failed) {
        ps_note_shortage(dir, failed, name);
        return false;
    }
    *out = ps_span_trim((struct ps_span){buffer, len});
    return true;
}

bool ps_read_number(const struct ps_dir *dir, const char *name, int64_t *out)
{
    char buffer[64];
    struct ps_span text;
    if (!ps_read_short(dir, name, buffer, sizeof buffer, &text))
        return false;
    struct ps_cursor c = ps_cursor_of_span(text);
    return ps_cursor_i64(&c, out);
}
