/* A mount that never answers, made without a server: a FUSE file system whose requests nobody reads
 * (fuse(4)). statfs() on it sleeps until the descriptor of /dev/fuse is closed. */
#include "../test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <psutil.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct hang {
    char path[64];
    int fd;
};

/* Reads the kernel's first request, FUSE_INIT, and answers it, so that later ones are sent; those
 * nobody reads. */
static bool answer_init(int fd)
{
    struct {
        uint32_t len, opcode;
        uint64_t unique, node;
        uint32_t uid, gid, pid, padding, major, minor;
        char rest[65536];
    } request;
    struct {
        uint32_t len;
        int32_t error;
        uint64_t unique;
        uint32_t major, minor, max_readahead, flags;
        uint16_t max_background, threshold;
        uint32_t max_write, time_gran;
        uint32_t unused[9];
    } reply = {.len = sizeof reply, .major = 7, .minor = 31, .max_write = 4096, .time_gran = 1};
    if (read(fd, &request, sizeof request) < 56)
        return false;
    reply.unique = request.unique;
    return write(fd, &reply, sizeof reply) == (ssize_t)sizeof reply;
}

static bool hang_make(struct hang *hang)
{
    if (under_memcheck())
        return false; /* all threads of valgrind wait while one is in statfs() */
    char options[128];
    strcpy(hang->path, "/tmp/psutil-hang-XXXXXX");
    hang->fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (hang->fd < 0)
        return false;
    if (!mkdtemp(hang->path)) {
        close(hang->fd);
        return false;
    }
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", hang->fd);
    if (mount("psutil-test", hang->path, "fuse", MS_NOSUID | MS_NODEV, options) != 0 ||
        !answer_init(hang->fd)) {
        close(hang->fd);
        umount2(hang->path, MNT_DETACH);
        rmdir(hang->path);
        return false;
    }
    return true;
}

static void hang_end(struct hang *hang)
{
    if (hang->fd >= 0)
        close(hang->fd);
    hang->fd = -1;
}

static void hang_remove(struct hang *hang)
{
    hang_end(hang);
    umount2(hang->path, MNT_DETACH);
    rmdir(hang->path);
}

static int count_threads(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (tasks && readdir(tasks))
        count++;
    if (tasks)
        closedir(tasks);
    return count - 2;
}

/* A thread that has ended is listed for a moment longer. */
static bool threads_become(int wanted)
{
    for (int i = 0; i < 500 && count_threads() != wanted; i++)
        usleep(10000);
    return count_threads() == wanted;
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

#define SKIP_REASON "no FUSE mount can be made (not root, no /dev/fuse, or memcheck)"

TEST(ten_tries_end_in_time_and_leave_one_thread) /* corner case 24 */
{
    struct hang hang;
    psutil *ctx;
    psutil_sdiskusage usage;
    psutil_error error;
    if (!hang_make(&hang))
        SKIP(SKIP_REASON);
    CHECK(psutil_open(&ctx, NULL) == 0);
    int before = count_threads();
    for (int i = 0; i < 10; i++) {
        double start = now();
        CHECK_INT(psutil_disk_usage(&usage, ctx, hang.path, 0.05), PSUTIL_ETIMEDOUT);
        double took = now() - start;
        CHECK(took >= 0.049 && took < 5);
        CHECK_INT(psutil_disk_usage(&usage, ctx, "/", 10), 0);
        CHECK_INT(psutil_disk_usage(&usage, ctx, "/", -1), 0);
    }
    CHECK_INT(psutil_disk_usage(&usage, ctx, hang.path, 0), PSUTIL_ETIMEDOUT);
    CHECK(psutil_error_detail(&error, ctx));
    CHECK_INT(error.code, PSUTIL_ETIMEDOUT);
    CHECK_STRING(error.path, hang.path);
    CHECK(threads_become(before + 1 + THREADS_OF_SANITIZER));
    hang_end(&hang);
    CHECK(threads_become(before + THREADS_OF_SANITIZER));
    CHECK_INT(psutil_disk_usage(&usage, ctx, hang.path, 10), PSUTIL_ESYSTEM);
    psutil_close(ctx);
    hang_remove(&hang);
}

TEST(the_context_may_go_while_the_thread_hangs)
{
    struct hang hang;
    psutil *ctx;
    psutil_sdiskusage usage;
    if (!hang_make(&hang))
        SKIP(SKIP_REASON);
    int before = count_threads();
    CHECK(psutil_open(&ctx, NULL) == 0);
    CHECK_INT(psutil_disk_usage(&usage, ctx, hang.path, 0.05), PSUTIL_ETIMEDOUT);
    double start = now();
    psutil_close(ctx);
    CHECK(now() - start < 5);
    CHECK(threads_become(before + 1));
    hang_end(&hang);
    CHECK(threads_become(before));
    hang_remove(&hang);
}

struct caller {
    psutil *ctx;
    const char *path;
    double timeout;
    int rc;
};

static void *call(void *argument)
{
    struct caller *caller = argument;
    psutil_sdiskusage usage;
    caller->rc = psutil_disk_usage(&usage, caller->ctx, caller->path, caller->timeout);
    return NULL;
}

TEST(callers_at_once_share_the_thread_and_others_go_on) /* corner case 24 */
{
    struct hang hang;
    psutil *ctx;
    pthread_t threads[8];
    struct caller callers[8];
    if (!hang_make(&hang))
        SKIP(SKIP_REASON);
    CHECK(psutil_open(&ctx, NULL) == 0);
    int before = count_threads();
    for (int i = 0; i < 8; i++) {
        callers[i] = (struct caller){ctx, hang.path, 2, 0};
        CHECK(pthread_create(&threads[i], NULL, call, &callers[i]) == 0);
    }
    CHECK(threads_become(before + 8 + 1));
    struct caller other = {ctx, "/", 10, 1};
    double start = now();
    call(&other);
    CHECK_INT(other.rc, 0);
    CHECK(now() - start < 1.5); /* those others are not waited for */
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(callers[i].rc, PSUTIL_ETIMEDOUT);
    }
    psutil_close(ctx);
    hang_remove(&hang);
}

/* It leaves nothing locked that the next caller waits for. */
TEST(a_caller_is_cancelled)
{
    struct hang hang;
    psutil *ctx;
    pthread_t thread;
    if (!hang_make(&hang))
        SKIP(SKIP_REASON);
    CHECK(psutil_open(&ctx, NULL) == 0);
    int before = count_threads();
    struct caller caller = {ctx, hang.path, 1, 0}, next = {ctx, hang.path, 0.05, 0};
    CHECK(pthread_create(&thread, NULL, call, &caller) == 0);
    CHECK(threads_become(before + 2));
    usleep(50000);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    alarm(20);
    call(&next);
    alarm(0);
    CHECK_INT(next.rc, PSUTIL_ETIMEDOUT);
    psutil_close(ctx);
    hang_remove(&hang);
}

/* The child has no such thread: it must not wait for one that is not there. */
TEST(a_child_starts_its_own_thread)
{
    struct hang hang;
    psutil *ctx;
    psutil_sdiskusage usage;
    if (!hang_make(&hang))
        SKIP(SKIP_REASON);
    CHECK(psutil_open(&ctx, NULL) == 0);
    CHECK_INT(psutil_disk_usage(&usage, ctx, hang.path, 0.05), PSUTIL_ETIMEDOUT);
    pid_t child = fork();
    if (child == 0) {
        int rc = psutil_disk_usage(&usage, ctx, hang.path, 0.05);
        _exit(rc == PSUTIL_ETIMEDOUT && count_threads() == 2 ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    psutil_close(ctx);
    hang_remove(&hang);
}

/* Nobody else on the machine is to meet these mounts, also when the test is ended half-way: they
 * live in a mount namespace of its own. Without the right to one there is none to mount either. */
int main(void)
{
    if (unshare(CLONE_NEWNS) == 0)
        mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL);
    return run_tests();
}
