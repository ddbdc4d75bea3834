/* The floor: the bare system calls that a figure needs, without a look at what they return. */
#ifndef BARE_H
#define BARE_H

#include <stddef.h>

/* open, one read, close. */
void bare_read(int dir, const char *path);

/* open, reads until the end, close: for files that come in pieces. */
void bare_read_all(int dir, const char *path);

/* readlinkat. */
void bare_link(int dir, const char *path);

/* open, getdents64 until the end, close; calls `each` for every name, with the folder. */
void bare_list(int dir, const char *path, void (*each)(int folder, const char *name));

/* One netlink dump: socket, send, receive until done, close. */
void bare_netlink(int protocol, const void *request, size_t len);

/* The internet sockets of a family and protocol, or all UNIX sockets, by NETLINK_SOCK_DIAG. */
void bare_inet_diag(int family, int protocol);
void bare_unix_diag(void);

/* Links and addresses by NETLINK_ROUTE. */
void bare_links(void);
void bare_addresses(void);

/* The data of the last read, for floors that must go on from it. */
extern char bare_buffer[1 << 20];

#endif
