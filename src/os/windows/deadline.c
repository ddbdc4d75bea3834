/* Calls that may never return, made in a thread of their own: a drive of a server that is gone. */
#include "os/windows/windows.h"

#include <stdlib.h>
#include <wchar.h>

/* Belongs to the thread, to the context's list and to each caller that waits. */
struct ps_job {
    struct ps_job *next;
    LONG owners;
    HANDLE done; /* an event that stays set */
    struct ps_space space;
    DWORD code;
    wchar_t path[];
};

static DWORD ask(const wchar_t *path, struct ps_space *out)
{
    ULARGE_INTEGER reachable, total, left;
    if (!GetDiskFreeSpaceExW(path, &reachable, &total, &left))
        return ps_last_code();
    *out = (struct ps_space){reachable.QuadPart, total.QuadPart, left.QuadPart};
    return 0;
}

static void leave(struct ps_job *job)
{
    if (InterlockedDecrement(&job->owners) > 0)
        return;
    CloseHandle(job->done);
    free(job);
}

static DWORD WINAPI run(void *user)
{
    struct ps_job *job = user;
    DWORD mode;
    SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode);
    job->code = ask(job->path, &job->space);
    SetEvent(job->done);
    leave(job);
    return 0;
}

static bool is_done(const struct ps_job *job)
{
    return WaitForSingleObject(job->done, 0) == WAIT_OBJECT_0;
}

/* Takes jobs out of the list that have come back, whose answers are old by now, and finds the one
 * that still hangs on this path. The caller holds the lock. */
static struct ps_job *find(struct ps_windows *os, const wchar_t *path)
{
    struct ps_job *found = NULL;
    for (struct ps_job **place = &os->jobs; *place;) {
        struct ps_job *job = *place;
        if (is_done(job)) {
            *place = job->next;
            leave(job);
            continue;
        }
        if (wcscmp(job->path, path) == 0)
            found = job;
        place = &job->next;
    }
    return found;
}

static struct ps_job *make(const wchar_t *path)
{
    size_t size = (wcslen(path) + 1) * sizeof *path;
    struct ps_job *job = calloc(1, sizeof *job + size);
    if (!job)
        return NULL;
    job->owners = 2; /* the thread and the list */
    wmemcpy(job->path, path, size / sizeof *path);
    job->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = job->done ? CreateThread(NULL, 0, run, job, 0, NULL) : NULL;
    if (!thread) {
        if (job->done)
            CloseHandle(job->done);
        free(job);
        return NULL;
    }
    CloseHandle(thread);
    return job;
}

/* The job that asks about this path now; the caller has a share in it. */
static struct ps_job *join(psutil *ctx, const wchar_t *path)
{
    struct ps_windows *os = ps_windows_of(ctx);
    ps_lock_acquire(ctx->lock);
    struct ps_job *job = find(os, path);
    if (!job && (job = make(path))) {
        job->next = os->jobs;
        os->jobs = job;
    }
    if (job)
        InterlockedIncrement(&job->owners);
    ps_lock_release(ctx->lock);
    return job;
}

DWORD ps_disk_space(psutil *ctx, const wchar_t *path, double seconds, struct ps_space *out)
{
    /* What takes weeks is as good as without a limit. */
    if (seconds < 0 || seconds * 1000 >= INT32_MAX)
        return ask(path, out);
    struct ps_job *job = join(ctx, path);
    if (!job)
        return ERROR_NOT_ENOUGH_MEMORY;
    DWORD code = ERROR_TIMEOUT;
    if (WaitForSingleObject(job->done, (DWORD)(seconds * 1000 + 0.999)) == WAIT_OBJECT_0) {
        code = job->code;
        *out = job->space;
    }
    leave(job);
    return code;
}

void ps_jobs_close(struct ps_windows *os)
{
    while (os->jobs) {
        struct ps_job *job = os->jobs;
        os->jobs = job->next;
        leave(job);
    }
}
