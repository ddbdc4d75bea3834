/* Makes weather for others to look at, until it is killed: gale processes|threads|sockets N
 *
 * N is its place among its like. It runs without sanitizers, which would slow it down. What it does
 * is described in weather.h, whose memory is behind the descriptor WEATHER_FD. */
#include "weather.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct weather *weather;

static void end_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
}

/* ---- Processes ---------------------------------------------------------------------------------
 */

/* Of each breeder. What is left of the machine belongs to those who look. */
enum { FORKS_A_SECOND = 4000, BATCH = 8, ONE_OF = 12 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Rests when it is ahead. Who was held up hurries afterwards. */
static void keep_pace(double begin, unsigned long batches)
{
    double ahead = begin + (double)(batches * BATCH) / FORKS_A_SECOND - seconds_now();
    if (ahead > 0.001)
        usleep((unsigned)(ahead * 1e6));
}

static pid_t fork_counted(void)
{
    pid_t self = getpid(), pid = fork();
    if (pid == 0)
        end_with(self);
    if (pid > 0)
        atomic_fetch_add(&weather->forks, 1);
    return pid;
}

/* Lives for some milliseconds. The id comes last: whoever reads it knows that the rest is there. */
static _Noreturn void be_one(struct slot *slot, uint32_t id)
{
    char name[16];
    uid_t uid = (uid_t)one_uid(id);
    one_name(id, name);
    if (setpriority(PRIO_PROCESS, 0, (int)one_nice(id)) != 0 || setresuid(uid, uid, uid) != 0 ||
        prctl(PR_SET_NAME, name) != 0)
        _exit(0);
    slot->pid = getpid();
    slot->id = id;
    usleep(2000 + id * 7919 % 20000);
    slot->id = 0;
    _exit(one_exit_code(id));
}

/* Most processes end at once; some of them are somebody. Returns how many there are to bury. */
static int breed_batch(struct breeder *breeder, uint32_t *next)
{
    int born = 0;
    for (int i = 0; i < BATCH; i++) {
        uint32_t id = ++*next;
        struct slot *slot = &breeder->slots[id / ONE_OF % SLOTS];
        pid_t pid = fork_counted();
        if (pid == 0 && id % ONE_OF == 0 && slot->id == 0)
            be_one(slot, id);
        if (pid == 0)
            _exit(0);
        born += pid > 0;
    }
    return born;
}

/* Batches overlap: who lives longer is reaped with a later one. */
static _Noreturn void breed(struct breeder *breeder, uint32_t number)
{
    uint32_t next = number << 28;
    for (int i = 0; i < FAMILY; i++) {
        pid_t pid = fork_counted();
        while (pid == 0)
            pause();
        breeder->family[i] = pid;
    }
    breeder->pid = getpid();
    unsigned long batches = 0;
    double begin = seconds_now();
    for (int living = 0;; keep_pace(begin, ++batches)) {
        living += breed_batch(breeder, &next);
        while (living > 0 && waitpid(-1, NULL, living > 2 * SLOTS ? 0 : WNOHANG) > 0)
            living--;
    }
}

/* ---- Threads -----------------------------------------------------------------------------------
 */

static void *end_at_once(void *unused)
{
    return unused;
}

static void *stay(void *id)
{
    *(int *)id = (int)syscall(SYS_gettid);
    atomic_fetch_add(&weather->threads, 1);
    for (;;)
        pause();
    return NULL;
}

static _Noreturn void weave(struct weaver *weaver)
{
    pthread_t threads[BATCH];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    for (int i = 0; i < THREADS_KEPT; i++)
        if (pthread_create(&threads[0], &small, stay, &weaver->threads[i]) != 0)
            abort();
    while (weather->threads < THREADS_KEPT)
        usleep(100);
    weaver->pid = getpid();
    for (;;) {
        int made = 0;
        while (made < BATCH && pthread_create(&threads[made], &small, end_at_once, NULL) == 0)
            made++;
        for (int i = 0; i < made; i++)
            pthread_join(threads[i], NULL);
        atomic_fetch_add(&weather->threads, (unsigned long)made);
        usleep(200);
    }
}

/* ---- Sockets -----------------------------------------------------------------------------------
 */

struct place {
    int owner;
    bool ip6;
    unsigned turn;
};

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static socklen_t internet(union address *a, bool ip6, int port)
{
    memset(a, 0, sizeof *a);
    a->any.sa_family = ip6 ? AF_INET6 : AF_INET;
    if (ip6) {
        a->v6.sin6_addr = in6addr_loopback;
        a->v6.sin6_port = htons((uint16_t)port);
        return sizeof a->v6;
    }
    a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a->v4.sin_port = htons((uint16_t)port);
    return sizeof a->v4;
}

static int open_counted(int family, int type)
{
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        atomic_fetch_add(&weather->sockets, 1);
    return fd;
}

static int bound(bool ip6, int type, int port)
{
    union address a;
    socklen_t len = internet(&a, ip6, port);
    int yes = 1, fd = open_counted(a.any.sa_family, type);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd >= 0 && bind(fd, &a.any, len) == 0)
        return fd;
    close(fd);
    return -1;
}

static int bound_local(const struct place *at, unsigned number)
{
    union address a = {.local = {.sun_family = AF_UNIX}};
    int len = local_name(a.local.sun_path + 1, sizeof a.local.sun_path - 1, at->owner, number);
    int fd = open_counted(AF_UNIX, SOCK_STREAM);
    if (fd >= 0 &&
        bind(fd, &a.any,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)len) == 0 &&
        listen(fd, 1) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Without a time in which the port stays taken, except now and then. */
static void shut(int fd, const struct place *at)
{
    const struct linger now = {1, 0};
    if (at->turn % 64 != 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

/* Each turn takes other ports: one that listens, and one that is connected to it. */
static void connect_once(const struct place *at)
{
    union address a;
    int turn = (int)(at->turn % (STREAM_PORTS / 2 - 1));
    int port = first_port(at->owner) + 1 + 2 * turn;
    socklen_t len = internet(&a, at->ip6, port);
    int server = bound(at->ip6, SOCK_STREAM, port);
    int client = bound(at->ip6, SOCK_STREAM, port + 1), accepted = -1;
    if (server >= 0 && client >= 0 && listen(server, 1) == 0 && connect(client, &a.any, len) == 0)
        accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    if (accepted >= 0)
        atomic_fetch_add(&weather->sockets, 1);
    shut(client, at);
    shut(accepted, at);
    close(server);
}

static void send_once(const struct place *at)
{
    int port = first_port(at->owner) + STREAM_PORTS + 1 + (int)(at->turn % (STREAM_PORTS - 1));
    close(bound(at->ip6, SOCK_DGRAM, port));
    close(bound_local(at, 1 + at->turn));
}

static _Noreturn void squall(struct owner *owner, int number)
{
    struct place at = {number, false, 0};
    owner->tcp = bound(false, SOCK_STREAM, first_port(number));
    owner->udp = bound(false, SOCK_DGRAM, first_port(number) + STREAM_PORTS);
    owner->local = bound_local(&at, 0);
    if (owner->udp < 0 || owner->local < 0 || owner->tcp < 0 || listen(owner->tcp, 1) != 0)
        abort();
    for (owner->pid = getpid();; at.turn++, at.ip6 = at.turn & 1) {
        connect_once(&at);
        send_once(&at);
        usleep(100);
    }
}

int main(int argc, char **argv)
{
    weather = mmap(NULL, sizeof *weather, PROT_READ | PROT_WRITE, MAP_SHARED, WEATHER_FD, 0);
    if (argc != 3 || weather == MAP_FAILED)
        return 2;
    bool breeds = strcmp(argv[1], "processes") == 0;
    setpriority(PRIO_PROCESS, 0, breeds ? -10 : -5); /* to rage, whatever else this machine does */
    int number = atoi(argv[2]);
    close(WEATHER_FD);
    if (breeds)
        breed(&weather->breeders[number], (uint32_t)number + 1);
    else if (strcmp(argv[1], "threads") == 0)
        weave(&weather->weavers[number]);
    else
        squall(&weather->owners[number], number);
}
