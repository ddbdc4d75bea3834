/* Links and addresses that are known from before, as long as the kernel tells of no change. */
#ifndef PS_INTERFACES_KEPT_H
#define PS_INTERFACES_KEPT_H

#include "os/linux/interfaces.h"

#include <pthread.h>

/* A descriptor that stays open between calls, and which file it was opened for: should the program
 * have closed it, its number may be another file's by now, which is not to be read, written to or
 * closed. */
struct ps_lasting {
    int fd; /* -1: none */
    uint64_t device, inode;
};

/* What is kept of one network namespace. */
struct ps_network {
    unsigned generation; /* of the process that opened the descriptors: see kept.h */
    pthread_t leader;    /* the process's first thread, if it was that which asked first */
    bool has_leader;
    struct ps_lasting self;     /* the link to the namespace of the process's first thread */
    struct ps_lasting events;   /* a socket that the kernel tells of changes */
    struct ps_lasting requests; /* a socket for questions */
    uint32_t seq;               /* of the last question */
    char name[32];              /* the namespace's, as the link has it */
    bool valid;                 /* the rest is known */
    int8_t words;               /* see ps_ethtool_ask() */
    struct ps_links links;
    struct ps_addresses addresses;
    struct ps_list addrs, stats; /* the answers of these; speed and duplex are asked for anew */
};

/* Whose namespace: sockets are the calling thread's, /proc/net is the process's. */
enum ps_whose { PS_OF_THREAD, PS_OF_PROCESS };

/* What is known by now, held until it is released; NULL when nothing is kept, another thread holds
 * it, or asking failed: then the kernel is asked as if there were nothing of this. */
struct ps_network *ps_network_hold(psutil *ctx, enum ps_whose whose);
void ps_network_release(psutil *ctx);

/* The counters of all links; -1 when they cannot be had in this way. */
int ps_network_counters(psutil *ctx, struct ps_network *network, struct ps_list *list);

/* In the child of a fork(), and at the end. */
void ps_network_after_fork(struct ps_linux *os);
void ps_network_free(struct ps_linux *os);

#endif
