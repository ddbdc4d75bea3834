/* Sockets: what the files sockets*.c share.
 *
 * Who has a socket open stands nowhere but in the links of /proc/PID/fd ("socket:[inode]"). They
 * are read first, all of them or those of one process, into a table by inode; the sockets then
 * become rows as they come, whether from the kernel (sockets_diag.c) or from files
 * (sockets_proc.c), and none is stored in between. */
#ifndef PS_SOCKETS_H
#define PS_SOCKETS_H

#include "os/linux/linux.h"

/* A descriptor of a socket. */
struct ps_owner {
    uint64_t inode;
    int64_t pid;
    int32_t fd;
    uint32_t next; /* the next owner of the same inode, as its place + 1 */
};

struct ps_owners {
    struct ps_owner *items;
    size_t len, capacity;
    uint32_t *slots; /* open addressing: the place of an inode's first owner + 1, 0 when free */
    size_t mask;     /* number of slots - 1 */
    bool failed;     /* without memory */
};

void ps_owners_free(struct ps_owners *owners);

/* Adds one; without memory the owners have failed. */
void ps_owners_add(struct ps_owners *owners, uint64_t inode, int64_t pid, int32_t fd);

/* Adds the sockets that the process of this folder has open. */
int ps_owners_read(psutil *ctx, struct ps_owners *owners, const struct ps_dir *dir);

/* Adds what a link in a folder of descriptors leads to, if that is a socket. False, with errno,
 * when the process refuses, or memory does not suffice. */
bool ps_owners_read_link(struct ps_owners *owners, int folder, const char *name, int64_t pid);

/* Adds those of all processes; the ones that refuse or end meanwhile are left out. */
int ps_owners_read_all(psutil *ctx, struct ps_owners *owners);

/* Builds the table; nothing may be added afterwards. */
int ps_owners_index(psutil *ctx, struct ps_owners *owners);

/* The first owner of a socket, and the one after another; NULL when there is none. */
const struct ps_owner *ps_owners_find(const struct ps_owners *owners, uint64_t inode);
const struct ps_owner *ps_owners_next(const struct ps_owners *owners, const struct ps_owner *owner);

/* A socket as the kernel tells of it. */
struct ps_socket {
    unsigned kind;                 /* one of psutil_conn_kind */
    int64_t type;                  /* psutil_socket_type */
    unsigned state;                /* include/net/tcp_states.h; TCP and UNIX sockets */
    uint64_t inode;                /* 0 when no process has it */
    const uint8_t *local, *remote; /* in network order; not for UNIX sockets */
    uint16_t local_port, remote_port;
    const char *path; /* UNIX sockets: a path, or an abstract name with a NUL or '@' before it */
    size_t path_len;
    bool abstract;
};

/* The inodes of the rows of a list. */
struct ps_inodes {
    uint64_t *items;
    size_t capacity;
};

/* Where sockets go. */
struct ps_sockets {
    struct ps_list list;
    const struct ps_owners *owners; /* whose they are */
    bool owned_only;
    bool listening;           /* UNIX sockets: only those that wait for others */
    struct ps_inodes *inodes; /* instead of the owners: what they could be found by */
};

/* Adds a row for each owner, or one row without. With `inodes` one row for each socket that a
 * process can have. */
void ps_sockets_add(struct ps_sockets *sockets, const struct ps_socket *socket);

/* Takes the last rows back. */
void ps_sockets_cut(struct ps_sockets *sockets, size_t len);

/* Asks the kernel for these kinds. Returns those that it has no answer to; only memory fails. */
unsigned ps_sockets_diag(struct ps_sockets *sockets, unsigned kinds);

/* Reads net/{tcp,tcp6,udp,udp6,unix} below a folder for these kinds. */
int ps_sockets_proc(psutil *ctx, struct ps_sockets *sockets, const struct ps_dir *dir,
                    unsigned kinds);

/* The live kernel's sockets of the caller's network namespace, by whichever way is open. */
int ps_sockets_live(psutil *ctx, struct ps_sockets *sockets, unsigned kinds);

/* Those of another root. */
int ps_sockets_of_root(psutil *ctx, struct ps_sockets *sockets, unsigned kinds);

/* ---- Snapshots: sockets_snapshot.c ------------------------------------------------------------
 */

struct ps_snapshot;

/* All sockets of these kinds that ps_sockets_live() tells of. */
int ps_snapshot_take(psutil *ctx, unsigned kinds, struct ps_snapshot **out);
void ps_snapshot_free(struct ps_snapshot *snapshot);

/* Adds rows for sockets->owners. One opened after the snapshot was taken is not in it. */
int ps_snapshot_add(psutil *ctx, const struct ps_snapshot *snapshot, struct ps_sockets *sockets);

#endif
