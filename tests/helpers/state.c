/* Puts itself into a state, says so with a byte on standard output, and sleeps until it is killed.
 *
 *     state            nothing more
 *     state threads N  N more threads
 *     state name NAME  the kernel's name of it (PR_SET_NAME)
 *     state title TEXT its command line and environment overwritten with TEXT and blanks
 *     state map FILE   FILE mapped, then deleted
 *     state files N    N more descriptors, of the helper's own file
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

static void *sleep_on(void *unused)
{
    (void)unused;
    for (;;)
        pause();
    return NULL;
}

static int start_threads(int count)
{
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    while (count-- > 0)
        if (pthread_create(&thread, &small, sleep_on, NULL) != 0)
            return 1;
    return 0;
}

/* The kernel keeps the arguments and the environment in one piece of memory. */
static int set_title(char **argv, const char *text)
{
    char *start = argv[0], *end = argv[0];
    for (char **at = argv; *at; at++)
        end = *at + strlen(*at) + 1;
    for (char **at = environ; *at; at++)
        end = *at + strlen(*at) + 1;
    char *copy = strdup(text);
    if (!copy || strlen(copy) >= (size_t)(end - start))
        return 1;
    memset(start, ' ', (size_t)(end - start));
    memcpy(start, copy, strlen(copy));
    free(copy);
    return 0;
}

static int map_deleted(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, 8192) != 0)
        return 1;
    char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED || close(fd) != 0)
        return 1;
    map[0] = 1;
    return unlink(path);
}

static int open_files(int count)
{
    int fd = open("/proc/self/exe", O_RDONLY);
    while (fd >= 0 && --count > 0)
        fd = dup(fd);
    return fd < 0;
}

static int prepare(int argc, char **argv)
{
    if (argc < 3)
        return 0;
    if (strcmp(argv[1], "threads") == 0)
        return start_threads(atoi(argv[2]));
    if (strcmp(argv[1], "name") == 0)
        return prctl(PR_SET_NAME, argv[2]);
    if (strcmp(argv[1], "title") == 0)
        return set_title(argv, argv[2]);
    if (strcmp(argv[1], "files") == 0)
        return open_files(atoi(argv[2]));
    if (strcmp(argv[1], "map") == 0)
        return map_deleted(argv[2]);
    return 0;
}

int main(int argc, char **argv)
{
    if (prepare(argc, argv) != 0 || write(STDOUT_FILENO, "!", 1) != 1)
        return 1;
    sleep_on(NULL);
}
