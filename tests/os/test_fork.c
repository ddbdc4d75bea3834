/* A context in the child of a fork(), while another thread of the parent holds its lock. */
#include "../test.h"
#include "backend.h"
#include "core/context.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static psutil *ctx;

static atomic_int hold_state;

static void *hold_the_lock(void *unused)
{
    ps_lock_acquire(ctx->lock);
    hold_state = 1;
    while (hold_state == 1)
        usleep(1000);
    ps_lock_release(ctx->lock);
    return unused;
}

static bool is_usable(void)
{
    psutil_error error;
    ps_fail(ctx, PSUTIL_EINVAL, "in the child");
    return psutil_error_detail(&error, ctx) && strcmp(error.note, "in the child") == 0;
}

/* Still reachable, so that a checker of leaks does not take what a child gives up for lost. */
static void *volatile given_up;

static int status_of_child(bool afterwards)
{
    int status;
    given_up = ctx->errors;
    fflush(stdout); /* which memcheck writes out at the end of the child, too */
    pid_t child = fork();
    if (child == 0) {
        alarm(60); /* instead of for ever */
        if (afterwards)
            psutil_after_fork(ctx);
        _exit(is_usable() ? 0 : 1);
    }
    return waitpid(child, &status, 0) == child ? status : -1;
}

TEST(a_child_goes_on_whoever_held_the_lock)
{
    pthread_t thread;
    REQUIRE(psutil_open(&ctx, NULL) == 0);
    ps_fail(ctx, PSUTIL_EINVAL, "in the parent");
    CHECK_INT(status_of_child(false), 0);
    CHECK_INT(status_of_child(true), 0);
    hold_state = 0;
    REQUIRE(pthread_create(&thread, NULL, hold_the_lock, NULL) == 0);
    while (hold_state == 0)
        usleep(1000);
    CHECK_INT(status_of_child(true), 0);
    hold_state = 2;
    pthread_join(thread, NULL);
    CHECK(is_usable());
    psutil_close(ctx);
}

int main(void)
{
    return run_tests();
}
