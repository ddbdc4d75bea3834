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
static void raise_limit(__rlimit_resource_t which, rlim_t wanted)
{
    struct rlimit limit;
    if (getrlimit(which, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    struct rlimit all = {wanted, limit.rlim_max > wanted ? limit.rlim_max : wanted};
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(which, &all) != 0 && setrlimit(which, &limit) != 0)
        perror("psutil-load: setrlimit"); /* and so many are made as may be */
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

/* ---- Sockets ------------------------------------------------------------------------------------
 * As many processes hold them as the limit of descriptors demands: one, where it is high enough.
 */

#define HOLDERS_MAX 64
#define OTHER_DESCRIPTORS 32

/* The pair stays open to the end. */
static bool connect_pair(int listener, const struct sockaddr_in *address)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return client >= 0 && connect(client, (const void *)address, sizeof *address) == 0 &&
           accept4(listener, NULL, NULL, SOCK_CLOEXEC) >= 0;
}

static long open_sockets(long count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    long made = 0;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (void *)&address, len) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (void *)&address, &len) != 0)
        return 0;
    while (made < count && connect_pair(listener, &address))
        made += 2;
    return made;
}

/* Forks; the child opens its share, says how many it has, and stays until it is ended. */
static pid_t start_holder(long share, int told)
{
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    die_with_parent();
    long made = open_sockets(share);
    if (write(told, &made, sizeof made) != (ssize_t)sizeof made)
        _exit(1);
    close(told);
    while (getppid() == parent)
        pause();
    _exit(0);
}

static long share_of(long count)
{
    struct rlimit limit;
    raise_limit(RLIMIT_NOFILE, (rlim_t)count + OTHER_DESCRIPTORS);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= OTHER_DESCRIPTORS + 2)
        return 2;
    long most = (long)(limit.rlim_cur - OTHER_DESCRIPTORS) & ~1L;
    return count < most ? count : most;
}

static int load_sockets(long count)
{
    pid_t pids[HOLDERS_MAX];
    int holders = 0, pipe_ends[2];
    long share = share_of(count), reached = 0, made;
    if (pipe(pipe_ends) != 0)
        return 1;
    for (long left = count; left > 0 && holders < HOLDERS_MAX; left -= share)
        pids[holders++] = start_holder(left < share ? left : share, pipe_ends[1]);
    close(pipe_ends[1]);
    while (read(pipe_ends[0], &made, sizeof made) == (ssize_t)sizeof made)
        reached += made;
    wait_for_end(reached);
    end_sleepers(pids, holders);
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
