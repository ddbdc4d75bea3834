/* Becomes many, says so with a byte on standard output, and stays until it is killed:
 * crowd processes|threads|sockets|own_sockets|files|maps N. It runs without sanitizers. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void *stay(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static bool become_processes(int count)
{
    pid_t self = getpid();
    while (count-- > 0) {
        pid_t pid = fork();
        if (pid < 0)
            return false;
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() == self)
                stay(NULL);
            _exit(0);
        }
    }
    return true;
}

/* In one piece of memory: a mapping for each stack would be too many. */
static bool become_threads(int count)
{
    const size_t size = 32 * 1024;
    pthread_attr_t attributes;
    pthread_t thread;
    char *stacks = mmap(NULL, size * (size_t)count, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stacks == MAP_FAILED)
        return false;
    madvise(stacks, size * (size_t)count, MADV_NOHUGEPAGE);
    pthread_attr_init(&attributes);
    for (int i = 0; i < count; i++)
        if (pthread_attr_setstack(&attributes, stacks + size * (size_t)i, size) != 0 ||
            pthread_create(&thread, &attributes, stay, NULL) != 0)
            return false;
    return true;
}

static struct sockaddr_in loopback(void)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

/* Two that are connected by TCP. */
static bool open_connection(int server, const struct sockaddr_in *name)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    return client >= 0 && connect(client, (const void *)name, sizeof *name) == 0 &&
           accept(server, NULL, NULL) >= 0;
}

static bool open_datagrams(void)
{
    struct sockaddr_in name = loopback();
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return fd >= 0 && bind(fd, (const void *)&name, sizeof name) == 0;
}

/* Half of them TCP, a quarter UDP, a quarter UNIX. */
static bool become_own_sockets(int count)
{
    struct sockaddr_in name = loopback();
    socklen_t len = sizeof name;
    int pair[2], server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0 || bind(server, (void *)&name, len) != 0 || listen(server, 8) != 0 ||
        getsockname(server, (void *)&name, &len) != 0)
        return false;
    for (int made = 0; made < count; made += 8)
        if (!open_connection(server, &name) || !open_connection(server, &name) ||
            !open_datagrams() || !open_datagrams() ||
            socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
            return false;
    return true;
}

/* As many processes as it takes, each with no more than what is allowed everywhere. */
static bool become_sockets(int count)
{
    const int most = 10000;
    pid_t self = getpid();
    for (; count > most; count -= most) {
        int ready[2];
        char byte;
        if (pipe(ready) != 0)
            return false;
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() == self && become_own_sockets(most) && write(ready[1], "!", 1) == 1)
                stay(NULL);
            _exit(1);
        }
        close(ready[1]);
        bool ok = read(ready[0], &byte, 1) == 1;
        close(ready[0]);
        if (!ok)
            return false;
    }
    return become_own_sockets(count);
}

static bool become_files(int count)
{
    while (count-- > 0)
        if (open("/proc/self/exe", O_RDONLY) < 0)
            return false;
    return true;
}

/* Neighbours differ, or the kernel would make one of them. */
static bool become_maps(int count)
{
    const size_t page = 4096;
    char *pages = mmap(NULL, page * (size_t)count, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; pages != MAP_FAILED && i < count; i++) {
        pages[page * (size_t)i] = 1;
        if (i % 2 == 0 && mprotect(pages + page * (size_t)i, page, PROT_READ) != 0)
            return false;
    }
    return pages != MAP_FAILED;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*become)(int count);
    } kinds[] = {{"processes", become_processes}, {"threads", become_threads},
                 {"sockets", become_sockets},     {"own_sockets", become_own_sockets},
                 {"files", become_files},         {"maps", become_maps}};
    for (size_t i = 0; argc == 3 && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(argv[1], kinds[i].name) == 0 && kinds[i].become(atoi(argv[2])) &&
            write(STDOUT_FILENO, "!", 1) == 1)
            stay(NULL);
    return 1;
}
