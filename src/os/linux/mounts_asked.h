/* Mounts that the kernel is asked about one by one, by listmount(2) and statmount(2). */
#ifndef PS_MOUNTS_ASKED_H
#define PS_MOUNTS_ASKED_H

#include "os/linux/linux.h"

/* Ids of mounts, ascending: an id is never used for a second mount (Linux 6.8). */
struct ps_mount_ids {
    uint64_t *items;
    size_t len, room;
};

/* Which lines of a file are mounts of a type that has a device. */
enum { PS_MOUNTS_ASKED_MAX = 64 };
struct ps_mount_lines {
    size_t len; /* of the file */
    size_t found;
    uint32_t at[PS_MOUNTS_ASKED_MAX]; /* the first of those found */
};

/* What is known of the mounts of a namespace: which of them there were, and which are of a type
 * that has a device. Neither ever changes of a mount; whatever can is asked for each time. */
struct ps_mounts {
    bool known; /* `lines` are of these ids, and asking for them has once told what the file did */
    int misses; /* so often it did not */
    struct ps_mount_ids ids, now;
    struct ps_mount_lines lines;
    enum { PS_MOUNTS_UNTRIED, PS_MOUNTS_ALLOWED, PS_MOUNTS_REFUSED } use;
};

/* Holds what is known until it is released; NULL where the files are to be read: another thread
 * holds it, or the kernel cannot be asked. */
struct ps_mounts *ps_mounts_hold(psutil *ctx);
void ps_mounts_release(psutil *ctx);

/* The mounts on devices, as psutil_disk_partitions() lists them; NULL when the file is to be read.
 */
psutil_sdiskpart_list *ps_mounts_ask(struct ps_mounts *mounts);

/* Told what a file said, read after ps_mounts_ask() has failed: the next answer may do without. */
void ps_mounts_learn(struct ps_mounts *mounts, const struct ps_mount_lines *lines,
                     const psutil_sdiskpart_list *list);

/* In the child of a fork(), and at the end. */
void ps_mounts_after_fork(struct ps_linux *os);
void ps_mounts_free(struct ps_linux *os);

#endif
