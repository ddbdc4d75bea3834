/* Files that are kept open, because they are asked for again and again.
 *
 * To look up, open and close a file of the kernel costs more than to read it. A file that is read a
 * second time is therefore kept, as far as the budget goes, and read from its beginning from then
 * on: the kernel makes its content anew at each such reading. Files of other file systems are
 * never kept, since a path may lead to another file the next time.
 *
 * Three things must not go wrong, and each costs nothing at a reading that they do not touch:
 * - two threads that read one file would wait for each other: the second opens it for itself;
 * - descriptors are not a child's after fork(): daemons close all that they inherit, and get the
 *   same numbers for other files. A page that the kernel wipes in children tells;
 * - a program that closes them all by mistake: a failing read is done again with a file opened.
 * What else gets the number and can be read is not told apart: to ask costs a third of a reading.
 */
#ifndef PS_KEPT_H
#define PS_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Descriptors beyond this number are not known to be the library's. */
enum { PS_OWN_MAX = 4096 };

/* Which process's descriptors, and how many. */
struct ps_keeper {
    _Atomic unsigned *mark; /* in the page that children find wiped; NULL: keeps nothing */
    _Atomic unsigned last;  /* the last generation that was given out */
    _Atomic int64_t open;   /* how many are kept */
    int64_t limit;          /* how many may be */
    _Atomic int64_t owned;  /* how many descriptors this process has for the library's sake */
    _Atomic uint64_t own[PS_OWN_MAX / 64]; /* which, a bit each */
    bool (*is_kernels)(int fd); /* whether the kernel makes this file's content at each reading */
};

/* One file of a folder. What follows `busy` is its holder's. */
struct ps_kept_file {
    const char *name;
    _Atomic bool busy;
    int fd; /* -1: none is kept */
    bool seen;
    unsigned generation; /* of the process that opened it */
};

/* The files of one folder that may be kept. */
struct ps_kept {
    struct ps_keeper *keeper;
    size_t len;
    struct ps_kept_file *files;
};

/* Where the kernel cannot wipe pages (before Linux 4.14), and without memory, nothing is kept. */
void ps_keeper_init(struct ps_keeper *keeper, int64_t limit, bool (*is_kernels)(int fd));
void ps_keeper_free(struct ps_keeper *keeper);

/* A number for this process that none of its children and ancestors has; 0 when nothing is kept. */
unsigned ps_keeper_generation(struct ps_keeper *keeper);

/* Tells that a descriptor is open for the library's sake, or is no more; -1 is none. A process's
 * own descriptors are counted and listed without these: programs that look for leaks compare. */
void ps_keeper_own(struct ps_keeper *keeper, int fd, bool is_open);
bool ps_keeper_owns(struct ps_keeper *keeper, int64_t fd);
int64_t ps_keeper_owned(struct ps_keeper *keeper);

/* Names the files that may be kept; `files` must live as long as `kept`. */
void ps_kept_init(struct ps_kept *kept, struct ps_keeper *keeper, struct ps_kept_file *files,
                  const char *const *names, size_t len);
void ps_kept_free(struct ps_kept *kept);

/* In the child of a fork(): lets go of what other threads held, which stayed with the parent. */
void ps_kept_after_fork(struct ps_kept *kept);

/* The file of this name, held for one reading, or NULL: it is not one of them, somebody else reads
 * it, or nothing is kept. Its `fd` may be -1: then the file that is opened can be offered. */
struct ps_kept_file *ps_kept_hold(struct ps_kept *kept, const char *name);

/* Ends the holding. `fd` is a descriptor that was opened meanwhile, or -1: it is kept or closed. */
void ps_kept_release(struct ps_kept *kept, struct ps_kept_file *file, int fd);

/* Gives a descriptor up that failed; closes it unless the number is somebody else's by now. */
void ps_kept_drop(struct ps_kept *kept, struct ps_kept_file *file);

#endif
