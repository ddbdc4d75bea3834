/* System calls that may never return, made in a thread of their own, so that the caller can stop
 * waiting. The kernel offers no other way: statfs() on a mount whose server is gone sleeps without
 * a limit, and no signal ends it. */
#ifndef PS_DEADLINE_H
#define PS_DEADLINE_H

#include "core/context.h"

#include <pthread.h>
#include <sys/statvfs.h>

struct ps_job;

/* The jobs of a context whose thread has not come back. */
struct ps_jobs {
    pthread_mutex_t mutex; /* guards the list */
    struct ps_job *first;
};

int ps_jobs_init(struct ps_jobs *jobs);

/* Forgets the jobs and waits for none: a thread that hangs frees what it holds when it comes back.
 */
void ps_jobs_close(struct ps_jobs *jobs);

/* In the child of a fork(): all threads stayed with the parent, one of them perhaps with the lock.
 */
void ps_jobs_after_fork(struct ps_jobs *jobs);

/* Where the backend keeps them in its part of the context. */
struct ps_jobs *ps_posix_jobs(psutil *ctx);

/* statvfs(path) within `seconds`. A thread that hangs on the same path already is joined instead of
 * starting another. 0; or -1 with errno, which is ETIMEDOUT after the deadline, and `*call` the
 * call that failed. */
int ps_statvfs_within(struct ps_jobs *jobs, const char *path, double seconds, struct statvfs *out,
                      const char **call);

#endif
