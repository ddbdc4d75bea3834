/* Mounts: /proc/PID/mountinfo, /proc/PID/mounts, /proc/filesystems (proc_pid_mountinfo(5),
 * proc_pid_mounts(5), proc_filesystems(5); fs/proc_namespace.c), and the root that /proc/cmdline
 * names. */
#ifndef PS_MOUNTS_H
#define PS_MOUNTS_H

#include "parse/cursor.h"

/* Spans are as in the file: with escapes. */
struct ps_mount {
    struct ps_span device, mountpoint, fstype;
    struct ps_span options;       /* of the mount; in `mounts` all of them */
    struct ps_span super_options; /* of the file system; empty in `mounts` */
    struct ps_span number;        /* "8:1", the device's; empty in `mounts` */
};

/* One line. False when it is not such a line. */
bool ps_parse_mountinfo_line(struct ps_span line, struct ps_mount *out);
bool ps_parse_mounts_line(struct ps_span line, struct ps_mount *out);

/* Writes the options in the order in which `mounts` shows them. `out` must have room for both
 * kinds of options and four bytes more. Returns the length. */
size_t ps_mount_options(const struct ps_mount *mount, char *out);

/* The same from what statmount(2) tells: MOUNT_ATTR_ flags of the mount, SB_ flags of the file
 * system, and its own options. `out` must have room for these and PS_MOUNT_FLAGS bytes more. */
enum { PS_MOUNT_FLAGS = 128 };
size_t ps_mount_options_of_flags(uint64_t mount, uint32_t super, struct ps_span own, char *out);

/* Turns \040, \011, \012, \134 and any other \ooo into the bytes they stand for, in place. Returns
 * the new length. */
size_t ps_mount_unescape(char *data, size_t len);

/* One line of /proc/filesystems: false for a type that has no device. */
bool ps_parse_filesystems_line(struct ps_span line, struct ps_span *fstype);

/* The value of root= in /proc/cmdline; empty without it. */
struct ps_span ps_parse_cmdline_root(const char *data, size_t len);

#endif
