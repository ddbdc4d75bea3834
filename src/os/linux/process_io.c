/* What a process reads and writes: /proc/PID/io, fd and fdinfo. */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/process.h"
#include "parse/fdinfo.h"
#include "parse/proc_io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int ps_source_io(struct ps_reader *reader)
{
    char buffer[512];
    size_t len;
    struct ps_proc_io io;
    int rc = ps_read_once(reader->ctx, &reader->dir, "io", buffer, sizeof buffer, &len);
    if (rc != 0)
        return rc;
    if (!ps_parse_proc_io(buffer, len, &io))
        return ps_fail_data(reader->ctx, &reader->dir, "io");
    psutil_pio *out = &reader->to->info->io_counters;
    out->read_count = io.syscr;
    out->write_count = io.syscw;
    out->read_bytes = io.read_bytes;
    out->write_bytes = io.write_bytes;
    out->read_chars = io.rchar;
    out->write_chars = io.wchar;
    return 0;
}

/* ---- Descriptors ----------------------------------------------------------------------------- */

/* The end of the folder, or a failure to read it. */
static int end_of_folder(struct ps_reader *reader, const struct ps_dents *dents)
{
    return dents->failed ? ps_fail_errno(reader->ctx, "getdents64", &reader->dir, "fd") : 0;
}

static int count_fds(struct ps_reader *reader, int64_t *out)
{
    struct ps_dents dents;
    const char *name;
    int64_t fd, count = 0;
    int rc = ps_dents_open(reader->ctx, &dents, &reader->dir, "fd");
    if (rc != 0)
        return rc;
    while (ps_dents_next(&dents, &name, &fd))
        count++;
    rc = end_of_folder(reader, &dents);
    ps_dents_close(&dents);
    if (rc == 0)
        *out = count;
    return rc;
}

/* Whether it is the process that asks. */
static bool is_caller(const struct ps_reader *reader)
{
    return reader->dir.pid == getpid() && ps_linux_reach(reader->ctx) != PS_REACH_NONE;
}

/* The running kernel's folder has the number as its size since Linux 6.2 (fs/proc/fd.c); 0 is what
 * older kernels say, and a folder on a disk has any size. */
static bool size_of_folder(struct ps_reader *reader, int64_t *out)
{
    struct stat folder;
    if (!ps_linux_of(reader->ctx)->live || ps_dir_stat(&reader->dir, "fd", &folder) != 0)
        return false;
    *out = folder.st_size;
    return folder.st_size > 0;
}

/* Of the process that asks, without what is open for the sake of asking: what is kept, and the
 * folders that were opened for this; by path there is none of the process's. */
int ps_source_num_fds(struct ps_reader *reader)
{
    int64_t *out = &reader->to->info->num_fds;
    bool entered = reader->dir.fd >= 0 && !reader->dir.kept;
    bool listed = !size_of_folder(reader, out);
    int rc = listed ? count_fds(reader, out) : 0;
    if (rc == 0 && is_caller(reader))
        *out -= ps_keeper_owned(&ps_linux_of(reader->ctx)->keeper) + entered + listed;
    return rc;
}

/* ---- Open files ------------------------------------------------------------------------------ */

/* What is needed for each descriptor; three descriptors of our own, however many there are. */
struct open_files {
    struct ps_reader *reader;
    struct ps_dents dents;
    struct ps_shortage shortage;
    struct ps_dir dir; /* the process's, with its shortages noted */
    int fdinfo;
    int refused; /* errno when the folder may be listed, and its links not read (ptrace(2)) */
    struct ps_list list;
    char path[4096 + 1];
    size_t path_len;
};

/* What the link leads to, without a look at the path, which may be another file's in our mount
 * namespace. Files of a network whose server is gone answer from what is known of them. */
static bool is_regular(const struct open_files *files, const char *fd, bool *deleted)
{
#if defined(AT_STATX_DONT_SYNC) && defined(STATX_TYPE)
    struct statx target;
    int rc;
    do
        rc = statx(files->dents.fd, fd, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_NLINK, &target);
    while (rc != 0 && errno == EINTR);
    if (rc == 0) {
        *deleted = target.stx_nlink == 0;
        return S_ISREG(target.stx_mode);
    }
    if (errno != ENOSYS) {
        ps_note_shortage(&files->dir, "statx", "fd");
        return false;
    }
#endif
    struct stat older;
    struct ps_dir dir = files->dir;
    dir.fd = files->dents.fd;
    if (ps_dir_stat(&dir, fd, &older) != 0) {
        ps_note_shortage(&files->dir, "fstatat", "fd");
        return false;
    }
    *deleted = older.st_nlink == 0;
    return S_ISREG(older.st_mode);
}

/* The links of a recorded machine lead into this one, which is not asked: there, the path and the
 * flags must do. */
static bool looks_regular(const struct open_files *files, const struct ps_fdinfo *info)
{
    struct ps_span path = {files->path, files->path_len};
    bool folder = info->flags != PSUTIL_UNKNOWN && (info->flags & O_DIRECTORY) != 0;
    return !folder && (!ps_span_starts(path, "/dev/") || ps_span_starts(path, "/dev/shm/"));
}

static bool read_link(struct open_files *files, const char *fd)
{
    struct ps_dir dir = files->dir;
    dir.fd = files->dents.fd;
    ssize_t got = ps_link_try(&dir, fd, files->path, sizeof files->path - 1);
    files->path_len = got > 0 ? (size_t)got : 0;
    if (got < 0 && (errno == EACCES || errno == EPERM))
        files->refused = errno;
    if (got < 0)
        ps_note_shortage(&files->dir, "readlink", "fd");
    return got > 0 && (files->reader->to->files_all || files->path[0] == '/');
}

/* False when the descriptor was closed meanwhile. */
static bool read_fdinfo(struct open_files *files, const char *fd, struct ps_fdinfo *info)
{
    char buffer[1024];
    struct ps_dir dir = files->dir;
    dir.fd = files->fdinfo;
    int file = files->fdinfo >= 0 ? ps_dir_open(&dir, fd, O_RDONLY) : -1;
    ps_parse_fdinfo(NULL, 0, info);
    if (file < 0 && files->fdinfo >= 0)
        ps_note_shortage(&files->dir, "open", "fdinfo");
    if (file < 0)
        return files->fdinfo < 0 || errno != ENOENT || !ps_linux_of(files->reader->ctx)->live;
    ssize_t got = ps_read_piece(file, buffer, sizeof buffer);
    if (got < 0)
        ps_note_shortage(&files->dir, "read", "fdinfo");
    close(file);
    if (got > 0)
        ps_parse_fdinfo(buffer, (size_t)got, info);
    return true;
}

/* Deleted files are left out, as they have no path any more. */
static bool is_wanted(struct open_files *files, const char *fd, struct ps_fdinfo *info)
{
    if (files->reader->to->files_all)
        return read_link(files, fd) && read_fdinfo(files, fd, info);
    bool live = ps_linux_of(files->reader->ctx)->live, deleted = false;
    if (!read_link(files, fd) || (live && !is_regular(files, fd, &deleted)) || deleted)
        return false;
    size_t len = files->path_len;
    ps_cut_deleted(files->reader, &files->shortage, NULL, files->path, &len);
    return len == files->path_len && read_fdinfo(files, fd, info) &&
           (live || looks_regular(files, info));
}

static void add_file(struct open_files *files, const char *name, int64_t fd)
{
    struct ps_fdinfo info;
    if (!is_wanted(files, name, &info))
        return;
    psutil_popenfile *item = ps_list_add(&files->list);
    if (!item)
        return;
    const char *mode = ps_fdinfo_mode(info.flags);
    item->path = ps_list_string(&files->list, files->path, files->path_len);
    item->mode = mode ? ps_list_string(&files->list, mode, strlen(mode)) : NULL;
    item->fd = fd;
    item->position = info.position;
    item->flags = info.flags;
}

int ps_source_open_files(struct ps_reader *reader)
{
    struct open_files files; /* not initialised as a whole: it is large */
    const char *name;
    int64_t fd;
    int rc = ps_dents_open(reader->ctx, &files.dents, &reader->dir, "fd");
    if (rc != 0)
        return rc;
    files.reader = reader;
    files.refused = 0;
    files.shortage = (struct ps_shortage){.ctx = reader->ctx};
    files.dir = ps_noting(reader->dir, &files.shortage);
    files.fdinfo = ps_dir_open(&reader->dir, "fdinfo", O_PATH | O_DIRECTORY);
    if (files.fdinfo < 0)
        ps_note_shortage(&files.dir, "open", "fdinfo");
    ps_list_init(&files.list, &ps_record_popenfile);
    bool is_own = is_caller(reader);
    while (!files.refused && files.shortage.rc == 0 && ps_dents_next(&files.dents, &name, &fd))
        if (!is_own || !ps_keeper_owns(&ps_linux_of(reader->ctx)->keeper, fd))
            add_file(&files, name, fd);
    rc = files.shortage.rc;
    if (files.refused) {
        errno = files.refused;
        rc = ps_fail_errno(reader->ctx, "readlink", &reader->dir, "fd");
    } else if (rc == 0) {
        rc = end_of_folder(reader, &files.dents);
    }
    if (rc != 0)
        ps_list_free(&files.list);
    else if (!(reader->to->info->open_files = ps_list_finish(&files.list)))
        rc = ps_fail_memory(reader->ctx);
    if (files.fdinfo >= 0)
        close(files.fdinfo);
    ps_dents_close(&files.dents);
    return rc;
}
