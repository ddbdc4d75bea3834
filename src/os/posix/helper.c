#include "os/posix/helper.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>

/* As in deadline.c. */
enum { STACK_SIZE = 256 * 1024 };

/* More than a mask can hold are several, too. */
static bool has_cpus(void)
{
#ifdef __linux__
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) > 1;
#else
    return true;
#endif
}

int ps_helper_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    int rc = has_cpus() ? pthread_attr_init(&attributes) : EAGAIN;
    if (rc != 0)
        return rc;
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(thread, &attributes, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return rc;
}
