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

static void *run(void *argument)
{
    struct ps_helper *helper = argument;
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
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &helper->cancelling);
    int rc = create(helper);
    if (rc != 0)
        pthread_setcancelstate(helper->cancelling, NULL);
    return rc;
}

void ps_helper_join(struct ps_helper *helper)
{
    pthread_join(helper->thread, NULL);
    for (int i = 0; i < LOOKS && syscall(SYS_tgkill, getpid(), helper->id, 0) == 0; i++)
        sched_yield();
    pthread_setcancelstate(helper->cancelling, NULL);
}
