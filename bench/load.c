/* What a machine is loaded with while it is measured: load processes|sockets COUNT
 *
 * Starts so many sleeping processes, or opens so many TCP sockets (both ends of connections on the
 * loopback, half as many), says "ready" and the number reached, and gives all back when its stdin
 * ends. Its children end with it, however it ends. */
#include "bench.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* As far as the caller may: root may raise the hard limit, too. */
static void raise_limit(int which, rlim_t wanted)
{
    struct rlimit limit;
    if (getrlimit(which, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    struct rlimit all = {wanted, limit.rlim_max > wanted ? limit.rlim_max : wanted};
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(which, &all) != 0 && setrlimit(which, &limit) != 0)
        perror("psutil-load: setrlimit");
}

static void wait_for_end(long reached)
{
    char byte;
    printf("ready %ld\n", reached);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
}

static int load_processes(long count)
{
    pid_t *pids = calloc((size_t)count, sizeof *pids);
    long made = 0;
    raise_limit(RLIMIT_NPROC, (rlim_t)count * 2);
    while (pids && made < count && (pids[made] = start_sleeper()) > 0)
        made++;
    wait_for_end(made);
    end_sleepers(pids, (int)made);
    free(pids);
    return 0;
}

/* The pair stays open to the end. */
static bool connect_pair(int listener, const struct sockaddr_in *address)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return client >= 0 && connect(client, (const void *)address, sizeof *address) == 0 &&
           accept4(listener, NULL, NULL, SOCK_CLOEXEC) >= 0;
}

static int load_sockets(long count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    long made = 0;
    raise_limit(RLIMIT_NOFILE, (rlim_t)count + 64);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (void *)&address, len) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (void *)&address, &len) != 0) {
        perror("psutil-load: a socket that listens");
        return 1;
    }
    while (made < count && connect_pair(listener, &address))
        made += 2;
    wait_for_end(made);
    return 0;
}

int main(int argc, char **argv)
{
    long count = argc == 3 ? atol(argv[2]) : 0;
    if (count > 0 && strcmp(argv[1], "processes") == 0)
        return load_processes(count);
    if (count > 0 && strcmp(argv[1], "sockets") == 0)
        return load_sockets(count);
    fprintf(stderr, "usage: psutil-load processes|sockets COUNT\n");
    return 2;
}
