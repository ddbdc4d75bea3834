#include "os/linux/helper.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in deadline.c. */
enum { STACK_SIZE = 256 * 1024 };

/* The kernel wakes who joins a thread a moment before it takes it off its lists. */
enum { LOOKS = 1000 };

/* More than a mask can hold are several, too. */
static bool has_cpus(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) > 1;
}

/* The C library marks each call that could be cancelled, by two atomic exchanges, unless the thread
 * may be cancelled at any time: which does nothing while it may not be cancelled at all. */
static void do_without_marks(int *state, int *type)
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, state);
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, type);
}

static void mark_again(int state, int type)
{
    pthread_setcanceltype(type, NULL);
    pthread_setcancelstate(state, NULL);
}

static void *run(void *argument)
{
    struct ps_helper *helper = argument;
    int state, type;
    do_without_marks(&state, &type);
    helper->id = syscall(SYS_gettid);
    helper->run(helper->argument);
    return NULL;
}

static int create(struct ps_helper *helper)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    int rc = has_cpus() ? pthread_attr_init(&attributes) : EAGAIN;
    if (rc != 0)
        return rc;
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&helper->thread, &attributes, run, helper);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return rc;
}

int ps_helper_start(struct ps_helper *helper, void (*function)(void *argument), void *argument)
{
    helper->run = function;
    helper->argument = argument;
    do_without_marks(&helper->cancelling, &helper->cancelled_how);
    int rc = create(helper);
    if (rc != 0)
        mark_again(helper->cancelling, helper->cancelled_how);
    return rc;
}

void ps_helper_join(struct ps_helper *helper)
{
    pthread_join(helper->thread, NULL);
    for (int i = 0; i < LOOKS && syscall(SYS_tgkill, getpid(), helper->id, 0) == 0; i++)
        sched_yield();
    mark_again(helper->cancelling, helper->cancelled_how);
}
