/* Names for the addresses and ports of sockets, found before a deadline. */
#ifndef CLI_NET_RESOLVE_H
#define CLI_NET_RESOLVE_H

#include "platform.h"

#include <psutil.h>

/* Starts as {0}. */
struct resolve {
    struct platform_name *names; /* each once, in order */
    size_t len, capacity;
    bool failed;
};

/* Notes an end of a socket. The strings stay the caller's. */
void resolve_add(struct resolve *resolve, const psutil_addr *end, bool udp);

/* Asks for all of them. False without memory. */
bool resolve_run(struct resolve *resolve, double seconds);

/* The name of an end's host, or port; NULL where there is none. */
const char *resolve_host(const struct resolve *resolve, const psutil_addr *end);
const char *resolve_service(const struct resolve *resolve, const psutil_addr *end, bool udp);

void resolve_free(struct resolve *resolve);

#endif
