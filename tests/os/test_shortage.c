/* A program that has run out of descriptors is told so: nothing is left out of an answer for it. */
#include "core/process.h"

#include "children.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>

static int taken[256];
static size_t taken_len;

static void give_back(size_t count)
{
    while (count-- > 0 && taken_len > 0)
        close(taken[--taken_len]);
}

/* Leaves `left` descriptors to be opened. */
static void leave(size_t left)
{
    const struct rlimit few = {128, 128};
    int fd;
    setrlimit(RLIMIT_NOFILE, &few);
    while (taken_len < 256 && (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        taken[taken_len++] = fd;
    give_back(left);
}

static int take_all(psutil_process_info *info, const struct ps_ref *ref, void *user)
{
    (void)ref;
    ++*(size_t *)user;
    ps_info_free_lists(info);
    leave(0);
    return 0;
}

TEST(a_walk_does_not_end_early)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process_info info;
    struct ps_arena arena = {0};
    struct ps_reading reading = {
        .info = &info, .arena = &arena, .fields = PSUTIL_FIELD(NAME) | PSUTIL_FIELD(UIDS)};
    size_t rows = 0;
    CHECK_INT(ps_os_process_walk(ctx, &reading, take_all, &rows), PSUTIL_ESYSTEM);
    give_back(256);
    CHECK_INT(rows, 1);
    ps_arena_free(&arena);
    psutil_close(ctx);
}

TEST(children_are_not_lost)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *self = open_handle(ctx, getpid());
    pid_t child = start_child(60, 0);
    for (size_t left = 0; left < 8; left++) {
        psutil_process_list *list = NULL;
        leave(left);
        int rc = psutil_process_children(&list, self, false);
        give_back(256);
        if (rc == 0)
            CHECK_INT(list->len, 1);
        else
            CHECK_INT(rc, PSUTIL_ESYSTEM);
        psutil_process_list_close(list);
    }
    psutil_process_close(self);
    psutil_close(ctx);
    end_child(child);
}

static void *sleep_until_cancelled(void *unused)
{
    (void)unused;
    pause();
    return NULL;
}

TEST(threads_are_not_lost)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *self = open_handle(ctx, getpid());
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, sleep_until_cancelled, NULL) == 0);
    for (size_t left = 0; left < 4; left++) {
        psutil_pthread_list *list = NULL;
        leave(left);
        int rc = psutil_process_threads(&list, self);
        give_back(256);
        if (rc == 0)
            CHECK_INT(list->len, 2);
        else
            CHECK_INT(rc, PSUTIL_ESYSTEM);
        psutil_free(list);
    }
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    psutil_process_close(self);
    psutil_close(ctx);
}

/* An answer is written only when there is one. */
TEST(whether_a_pid_exists_stays_open)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    bool exists = true;
    CHECK_INT(psutil_pid_exists(&exists, ctx, getpid()), 0);
    leave(0);
    CHECK_INT(psutil_pid_exists(&exists, ctx, getpid()), PSUTIL_ESYSTEM);
    give_back(256);
    CHECK(exists);
    psutil_close(ctx);
}

int main(void)
{
    return run_tests();
}
