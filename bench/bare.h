/* The floor: the bare system calls that a figure needs, without a look at what they return beyond
 * what leads to the next call. */
#ifndef BARE_H
#define BARE_H

#include <stdbool.h>
#include <stddef.h>

#define BARE_PATH 300

/* "folder/name", put together by hand: snprintf() costs as much as a system call. */
const char *bare_join(char path[BARE_PATH], const char *folder, const char *name);

/* Whether a folder's entry is a process, a thread or a descriptor. */
static inline bool bare_is_number(const char *name)
{
    return name[0] >= '0' && name[0] <= '9';
}

/* open, one read, close. */
void bare_read(int dir, const char *path);

/* open, reads until the end, close: for files that come in pieces. */
void bare_read_all(int dir, const char *path);

/* A file that is kept open: opened at the first time, then one read from its beginning. */
struct bare_kept {
    int fd; /* 0: not opened yet */
};
void bare_again(struct bare_kept *kept, int dir, const char *path);

/* The same until the end, for files that come in pieces. */
void bare_again_all(struct bare_kept *kept, int dir, const char *path);

/* readlinkat. False when the caller may not look: the other links of the folder refuse as well. */
bool bare_link(int dir, const char *path);

/* open, getdents64 until the end, close; calls `each`, unless NULL, for every name with the folder
 * until it returns false. */
typedef bool bare_entry(int folder, const char *name);
void bare_list(int dir, const char *path, bare_entry *each);

/* listmount, and statmount of each mount of a type that has a device; the mounts file and
 * /proc/filesystems, kept open, before Linux 6.13 and where that is less. Which mounts these are is
 * found out at the first time. */
void bare_disk_partitions(void);

/* ioctl PIDFD_GET_INFO, for ids and the parent's pid; -1 before Linux 6.13. */
long bare_parent_by(int pidfd);

/* What the last read or link brought, for floors that must go on from it. */
extern char bare_buffer[1 << 20];

/* ---- All processes (bare_table.c) ---------------------------------------------------------------
 */

/* stat, statm, status and cmdline of each; the same, and exe, cwd, io, stat() of fd; stat alone. */
void bare_all_ten(void);
void bare_all_eighteen(void);
void bare_all_stats(void);

/* A dump of all sockets of these kinds; of each process the link of every descriptor, and its
 * network namespace. */
void bare_all_connections(unsigned kinds);

/* ---- Netlink (bare_net.c) -----------------------------------------------------------------------
 */

/* socket, a dump for each of these kinds (TCP of both families in one), close. */
void bare_sockets(unsigned kinds);

/* socket, dumps of links without statistics and (or not) of addresses, close. */
void bare_links(bool addresses);

/* socket, a dump of ethtool's link modes, close; nothing where the kernel has no such netlink. */
void bare_link_modes(void);

#endif
