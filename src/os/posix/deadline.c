#include "os/posix/deadline.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One call in one thread. It owns all that the thread touches, and lives as long as anybody holds a
 * reference: the thread, each caller that waits, and the list. The context may be gone by then. */
struct ps_job {
    _Atomic size_t references;
    pthread_mutex_t mutex; /* guards what follows, up to `answer` */
    pthread_cond_t changed;
    bool done;
    int os_code; /* 0, or errno of the call */
    struct statvfs answer;
    struct ps_job *next; /* guarded by the list's mutex */
    pid_t owner;         /* the process that the thread is in: fork() does not copy threads */
    char path[];
};

/* A call to libc and the kernel needs little; the smallest size that pthread_create() takes grows
 * with the program's thread-local data, and pages that are not touched cost nothing. */
enum { STACK_SIZE = 256 * 1024 };

int ps_jobs_init(struct ps_jobs *jobs)
{
    jobs->first = NULL;
    return pthread_mutex_init(&jobs->mutex, NULL);
}

/* So that the deadline does not move when the clock is set. */
static int init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int rc = pthread_condattr_init(&attributes);
    if (rc != 0)
        return rc;
    rc = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (rc == 0)
        rc = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return rc;
}

/* A job with one reference; NULL with errno. */
static struct ps_job *job_new(const char *path)
{
    size_t size = strlen(path) + 1;
    struct ps_job *job = calloc(1, sizeof *job + size);
    if (!job)
        return NULL;
    memcpy(job->path, path, size);
    job->references = 1;
    job->owner = getpid();
    int rc = init_condition(&job->changed);
    if (rc == 0 && (rc = pthread_mutex_init(&job->mutex, NULL)) != 0)
        pthread_cond_destroy(&job->changed);
    if (rc != 0) {
        free(job);
        errno = rc;
        return NULL;
    }
    return job;
}

static void job_hold(struct ps_job *job)
{
    atomic_fetch_add(&job->references, 1);
}

static void job_drop(struct ps_job *job)
{
    if (atomic_fetch_sub(&job->references, 1) != 1)
        return;
    pthread_cond_destroy(&job->changed);
    pthread_mutex_destroy(&job->mutex);
    free(job);
}

static void *job_run(void *argument)
{
    struct ps_job *job = argument;
    struct statvfs answer;
    int os_code = statvfs(job->path, &answer) == 0 ? 0 : errno;
    pthread_mutex_lock(&job->mutex);
    job->os_code = os_code;
    if (os_code == 0)
        job->answer = answer;
    job->done = true;
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
    job_drop(job);
    return NULL;
}

/* The program's signals are not for this thread. */
static int start_thread(pthread_attr_t *attributes, struct ps_job *job)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&thread, attributes, job_run, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

/* Gives the job a thread, which gets a reference of its own. */
static int job_start(struct ps_job *job)
{
    pthread_attr_t attributes;
    int rc = pthread_attr_init(&attributes);
    if (rc != 0)
        return rc;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    job_hold(job);
    rc = start_thread(&attributes, job);
    if (rc != 0)
        job_drop(job);
    pthread_attr_destroy(&attributes);
    return rc;
}

/* ---- The list, under its lock -----------------------------------------------------------------
 */

static bool is_over(struct ps_job *job)
{
    pthread_mutex_lock(&job->mutex);
    bool over = job->done;
    pthread_mutex_unlock(&job->mutex);
    return over;
}

/* Drops the jobs that nobody has to wait for any more: those that came back after their callers had
 * gone, and, in the child of a fork(), those whose thread stayed with the parent. The latter may
 * have been locked by that thread at the time, so that their memory is given up. */
static void sweep(struct ps_jobs *jobs)
{
    pid_t self = getpid();
    for (struct ps_job **link = &jobs->first; *link;) {
        struct ps_job *job = *link;
        bool ours = job->owner == self;
        if (ours && !is_over(job)) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        if (ours)
            job_drop(job);
    }
}

static struct ps_job *find(const struct ps_jobs *jobs, const char *path)
{
    struct ps_job *job = jobs->first;
    while (job && strcmp(job->path, path) != 0)
        job = job->next;
    return job;
}

/* A running job for the path, with a reference for the caller; NULL with errno and `*call`. */
static struct ps_job *join_or_start(struct ps_jobs *jobs, const char *path, const char **call)
{
    int rc = 0;
    pthread_mutex_lock(&jobs->mutex);
    sweep(jobs);
    struct ps_job *job = find(jobs, path);
    if (job) {
        job_hold(job);
    } else if ((job = job_new(path))) {
        *call = "pthread_create";
        if ((rc = job_start(job)) == 0) {
            job_hold(job);
            job->next = jobs->first;
            jobs->first = job;
        } else {
            job_drop(job);
            job = NULL;
        }
    }
    pthread_mutex_unlock(&jobs->mutex);
    if (rc != 0)
        errno = rc;
    return job;
}

/* The memory is given up: its threads may have been in the middle of changing it. */
void ps_jobs_after_fork(struct ps_jobs *jobs)
{
    jobs->first = NULL;
    pthread_mutex_init(&jobs->mutex, NULL);
}

void ps_jobs_close(struct ps_jobs *jobs)
{
    pid_t self = getpid();
    while (jobs->first) {
        struct ps_job *job = jobs->first;
        jobs->first = job->next;
        if (job->owner == self)
            job_drop(job);
    }
    pthread_mutex_destroy(&jobs->mutex);
}

/* ---- Waiting ----------------------------------------------------------------------------------
 */

static struct timespec time_after(double seconds)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    time_t whole = (time_t)seconds;
    at.tv_sec += whole;
    at.tv_nsec += (long)((seconds - (double)whole) * 1e9);
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* 0, or the errno that the call or the wait ended with. */
static int job_wait(struct ps_job *job, const struct timespec *deadline, struct statvfs *out)
{
    int rc = 0;
    pthread_mutex_lock(&job->mutex);
    while (!job->done && rc == 0)
        rc = pthread_cond_timedwait(&job->changed, &job->mutex, deadline);
    if (job->done) {
        rc = job->os_code;
        if (rc == 0)
            *out = job->answer;
    }
    pthread_mutex_unlock(&job->mutex);
    return rc;
}

/* Two callers mean the same by a relative path only as long as the working directory stays. */
static const char *make_absolute(const char *path, char buffer[PATH_MAX])
{
    size_t len = strlen(path);
    if (path[0] == '/' || len >= PATH_MAX || !getcwd(buffer, PATH_MAX - len))
        return path;
    size_t at = strlen(buffer);
    if (at + len + 2 > PATH_MAX)
        return path;
    buffer[at] = '/';
    memcpy(buffer + at + 1, path, len + 1);
    return buffer;
}

static int run(struct ps_jobs *jobs, const char *path, const struct timespec *deadline,
               struct statvfs *out, const char **call)
{
    *call = "malloc";
    struct ps_job *job = join_or_start(jobs, path, call);
    if (!job)
        return errno;
    *call = "statvfs";
    int rc = job_wait(job, deadline, out);
    job_drop(job);
    return rc;
}

/* A thread that was cancelled in the middle (pthreads(7)) would leave a mutex locked that others
 * wait for: it goes when the time is over. */
int ps_statvfs_within(struct ps_jobs *jobs, const char *path, double seconds, struct statvfs *out,
                      const char **call)
{
    struct timespec deadline = time_after(seconds);
    char absolute[PATH_MAX];
    int cancelling;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelling);
    int rc = run(jobs, make_absolute(path, absolute), &deadline, out, call);
    pthread_setcancelstate(cancelling, NULL);
    if (rc == 0)
        return 0;
    errno = rc;
    return -1;
}
