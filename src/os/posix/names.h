/* Names of users by their ids. */
#ifndef PS_NAMES_H
#define PS_NAMES_H

#include "core/arena.h"
#include "core/context.h"

#define PS_NAMES_KEPT 64

/* A name service may sit behind a network and take seconds, and a listing asks for the same few
 * users again and again: answers are kept for a while. Guarded by the context's lock; zeroed
 * memory is an empty cache. */
struct ps_names {
    struct ps_name {
        int64_t uid;
        int64_t expires; /* in seconds, of the clock that nobody sets */
        char text[48];   /* longer names are asked for each time */
    } kept[PS_NAMES_KEPT];
};

/* The name of a user, the id as a number for one that has no name; in the arena. Fails for want
 * of memory or descriptors. With `services` the system's name services are asked, without them the
 * file "passwd" below the context's etc root is read. */
int ps_user_name(psutil *ctx, struct ps_names *names, bool services, int64_t uid,
                 struct ps_arena *arena, const char **out);

#endif
