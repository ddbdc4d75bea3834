/* What a storm consists of, and how an answer about it is seen to be right: who a process is, and
 * who owns a socket, follows from what can be read of it. Shared by those who make the storm
 * (gale.c) and those who look (test_weather.c), in memory of both. */
#ifndef WEATHER_H
#define WEATHER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    WEATHER_FD = 9, /* where a gale finds the memory */
    BREEDERS = 2,
    WEAVERS = 1,
    SOCKET_OWNERS = 3,
    SLOTS = 32,  /* living processes of which it is known who they are */
    FAMILY = 40, /* children that each breeder has all the while */
    THREADS_KEPT = 5,
    IDS = 1 << 16
};

/* A living process and who it is: its id is never given again. 0: none. */
struct slot {
    _Atomic int pid;
    _Atomic uint32_t id;
};

struct breeder {
    _Atomic int pid; /* 0: not ready */
    int family[FAMILY];
    struct slot slots[SLOTS];
};

struct weaver {
    _Atomic int pid;
    int threads[THREADS_KEPT];
};

/* Its sockets that stay: descriptors of one that listens, one for datagrams, one of UNIX. */
struct owner {
    _Atomic int pid;
    int tcp, udp, local;
};

struct weather {
    atomic_bool stop; /* for those who look; the storm ends after them */
    struct breeder breeders[BREEDERS];
    struct weaver weavers[WEAVERS];
    struct owner owners[SOCKET_OWNERS];
    atomic_ulong forks, threads, sockets;
};

/* ---- Processes --------------------------------------------------------------------------------
 */

/* Unlike those of other storms, which may pass over the same machine. */
static inline void one_name(uint32_t id, char name[16])
{
    snprintf(name, 16, "gust %x", id);
}

static inline int64_t one_uid(uint32_t id)
{
    return 20000 + id % 9000;
}

/* Before all others, or it would be long until it has its name. */
static inline int64_t one_nice(uint32_t id)
{
    return -1 - (int64_t)(id % 19);
}

static inline int one_exit_code(uint32_t id)
{
    return 1 + (int)(id % 200);
}

/* ---- Sockets ----------------------------------------------------------------------------------
 */

/* Each owner has ports of its own, the first half for streams, the other for datagrams. The first
 * of each half belongs to a socket that stays. */
enum { FIRST_PORT = 20000, PORTS = 4000, STREAM_PORTS = PORTS / 2 };

static inline int first_port(int owner)
{
    return FIRST_PORT + owner * PORTS;
}

/* Whose port it is; -1: of none. */
static inline int owner_of_port(int64_t port)
{
    if (port < FIRST_PORT) /* or unknown */
        return -1;
    int64_t owner = (port - FIRST_PORT) / PORTS;
    return owner < SOCKET_OWNERS ? (int)owner : -1;
}

static inline bool is_stream_port(int64_t port)
{
    return (port - FIRST_PORT) % PORTS < STREAM_PORTS;
}

/* In the abstract namespace; `number` 0 is the one that stays. */
static inline int local_name(char *name, size_t size, int owner, unsigned number)
{
    return snprintf(name, size, "gale %d %u", owner, number);
}

#endif
