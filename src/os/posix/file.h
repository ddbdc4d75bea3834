/* Reading files whole, and saying where it failed. */
#ifndef PS_FILE_H
#define PS_FILE_H

#include "core/context.h"
#include "os/posix/kept.h"
#include "parse/cursor.h"

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What the optional reads of one call met. A file that is missing or refused is unknown; without
 * descriptors or memory nothing can be said about it, and the call that asked fails. */
struct ps_shortage {
    psutil *ctx;
    int rc; /* of the first shortage, which is recorded; 0: none */
};

/* Where a name is looked up: below a root of the context, in the folder of one process, by path or
 * through a descriptor of that folder. */
struct ps_dir {
    const char *root; /* "/proc"; always there: it is what errors name */
    int64_t pid;      /* the process whose folder it is, PSUTIL_UNKNOWN for the root itself */
    int fd;           /* of the folder, -1 to go by path */
    struct ps_shortage *shortage; /* where optional reads note a shortage; NULL: nowhere */
    struct ps_kept *kept;         /* its files that may be kept open; NULL: none */
};

#define PS_PATH_MAX 512

/* Writes the full path of `name` in a folder; NULL when it does not fit. */
const char *ps_dir_path(const struct ps_dir *dir, const char *name, char path[PS_PATH_MAX]);

/* Records a failed system call on `name` in `dir`. errno is read. Which code it becomes: EACCES and
 * EPERM are PSUTIL_EACCES, ENOMEM is PSUTIL_ENOMEM; for a process ENOENT, ENOTDIR and ESRCH are
 * PSUTIL_ESRCH; everything else is PSUTIL_ESYSTEM. */
int ps_fail_errno(psutil *ctx, const char *call, const struct ps_dir *dir, const char *name);

/* The same for a call that has no path; `object` says what it was given and may be NULL. */
int ps_fail_call(psutil *ctx, const char *call, const char *object, int64_t pid);

/* Whether a call failed for want of descriptors or memory, which says nothing about what it was
 * asked: what is left out of a listing when it is gone or refused must not be left out then. */
bool ps_is_shortage(int os_code);

/* Notes a failed system call on `name`, if errno says that it was a shortage. errno stays. */
void ps_note_shortage(const struct ps_dir *dir, const char *call, const char *name);

/* The folder, with its shortages noted. */
static inline struct ps_dir ps_noting(struct ps_dir dir, struct ps_shortage *shortage)
{
    dir.shortage = shortage;
    return dir;
}

/* Opens for reading, close-on-exec. Returns the descriptor, or -1 with errno. */
int ps_dir_open(const struct ps_dir *dir, const char *name, int flags);

/* stat() of a name, following links. 0, or -1 with errno. */
int ps_dir_stat(const struct ps_dir *dir, const char *name, struct stat *out);

/* Reads what an open file of one piece has, as far as it fits. A read that ends within a line (file
 * systems in user space give such, lxcfs for one) is followed by another. -1 with errno. */
ssize_t ps_read_piece(int fd, char *buffer, size_t size);

/* Opens, reads that and closes: for files of the kernel that come in one piece (most of a
 * process's). `*len` is at most size. */
int ps_read_once(psutil *ctx, const struct ps_dir *dir, const char *name, char *buffer, size_t size,
                 size_t *len);

/* A text of any length: small ones stay in the struct, larger ones move to the heap. */
struct ps_text {
    char *data;
    size_t len;
    size_t capacity;
    char local[8192];
};

void ps_text_init(struct ps_text *text);
void ps_text_free(struct ps_text *text);

/* Reads the whole file into the text (initialised before; what it held is gone). */
int ps_text_read(psutil *ctx, struct ps_text *text, const struct ps_dir *dir, const char *name);

/* The same, but reads no further than `enough` asks: for files whose interesting part comes first.
 * It is asked after each read, about all that is there so far. */
typedef bool ps_text_enough(const char *data, size_t len);
int ps_text_read_until(psutil *ctx, struct ps_text *text, const struct ps_dir *dir,
                       const char *name, ps_text_enough *enough);

/* The same for files of which the kernel hands out as much as fits, so that a read that does not
 * fill the buffer, and ends with a newline or a NUL, has met the end: one system call less (status,
 * cmdline, environ, limits). */
int ps_text_read_piece(psutil *ctx, struct ps_text *text, const struct ps_dir *dir,
                       const char *name);

/* ps_text_read() without recording a failure, except a shortage where the folder notes it: 0, or -1
 * with errno. For files that may well be missing. */
int ps_text_try(struct ps_text *text, const struct ps_dir *dir, const char *name);
int ps_text_try_until(struct ps_text *text, const struct ps_dir *dir, const char *name,
                      ps_text_enough *enough);

/* Reads the target of a symbolic link, whatever its length. */
int ps_text_link(psutil *ctx, struct ps_text *text, const struct ps_dir *dir, const char *name);

/* The same into a buffer and without recording a failure: the length, which is `size` when the
 * target may be longer, or -1 with errno. */
ssize_t ps_link_try(const struct ps_dir *dir, const char *name, char *buffer, size_t size);

/* Reads a short file in one piece into `buffer`: what is in it, without blanks and newlines at both
 * ends. False when it is missing, refused, or fails while it is read, with errno: for values that
 * are optional. Notes a shortage. */
bool ps_read_short(const struct ps_dir *dir, const char *name, char *buffer, size_t size,
                   struct ps_span *out);

/* Reads a file with one number in it, such as most of /sys. False when it is missing, refused, or
 * not a number: for values that are optional. Notes a shortage. */
bool ps_read_number(const struct ps_dir *dir, const char *name, int64_t *out);

#endif
