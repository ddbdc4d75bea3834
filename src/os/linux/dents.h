/* The numbered entries of a folder: descriptors, threads. Straight from the kernel in large pieces;
 * readdir() would ask for small ones. */
#ifndef PS_DENTS_H
#define PS_DENTS_H

#include "os/posix/file.h"

#include <dirent.h>

struct ps_dents {
    int fd; /* of the folder */
    bool failed;
    size_t at, len;
    _Alignas(struct dirent64) char bytes[32 * 1024];
};

/* Opens a folder. A failure is recorded. */
int ps_dents_open(psutil *ctx, struct ps_dents *dents, const struct ps_dir *dir, const char *name);
void ps_dents_close(struct ps_dents *dents);

/* getdents64(), made again when a signal interrupts it. */
ssize_t ps_dents_read(int fd, void *buffer, size_t size);

/* What is done with a piece of a folder: `len` bytes of struct dirent64. */
typedef void ps_dents_piece(const char *entries, size_t len, void *user);

/* Goes through a folder, which is kept open where `dir` keeps one of that name. Returns -1, with a
 * shortage noted, when it cannot be opened or read; then some of it may have been told. */
int ps_dents_each(const struct ps_dir *dir, const char *name, ps_dents_piece *piece, void *user);

/* Whether a folder is there, and empty; whether it is there, and is not. */
bool ps_dents_none(const struct ps_dir *dir, const char *name);
bool ps_dents_any(const struct ps_dir *dir, const char *name);

/* As ps_folder_read(), which asks the kernel more often, and for more memory. */
int ps_dents_names(psutil_string_list **out, const struct ps_dir *dir, const char *name);

/* The next entry whose name is a number. False at the end, and when reading failed: then with
 * `failed` set and errno. */
bool ps_dents_next(struct ps_dents *dents, const char **name, int64_t *number);

#endif
