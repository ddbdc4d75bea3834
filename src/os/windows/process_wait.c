/* Waiting for processes. The system waits for at most 64 things at once: of more processes than
 * that the rest are looked at from time to time, as are those that nobody may wait for. */
#include "os/windows/process.h"

#include <stdlib.h>

enum { TOGETHER = MAXIMUM_WAIT_OBJECTS, LOOK_MS = 15, LOOK_SLOWLY_MS = 40 };

struct watch {
    size_t index;
    HANDLE process; /* NULL: it may not be opened, and is looked up in the list */
};

struct vigil {
    psutil *ctx;
    const struct ps_waiting *waiting;
    struct watch *watches;
    size_t len;
    bool stopped;
    ps_process_ended *ended;
    void *user;
};

/* ---- Ends ------------------------------------------------------------------------------------ */

static void remember(struct vigil *v, const struct ps_waiting *of, int64_t exit_code)
{
    ps_lock_acquire(v->ctx->lock);
    *of->end = (struct ps_end){.seen = true, .exit_code = exit_code};
    ps_lock_release(v->ctx->lock);
}

static int64_t exit_code_of(HANDLE process)
{
    DWORD code;
    return process && GetExitCodeProcess(process, &code) ? (int64_t)code : PSUTIL_UNKNOWN;
}

static void close_watch(struct watch *watch)
{
    if (watch->process)
        CloseHandle(watch->process);
    watch->process = NULL;
}

static void finish(struct vigil *v, struct watch *watch)
{
    int64_t exit_code = exit_code_of(watch->process);
    remember(v, &v->waiting[watch->index], exit_code);
    v->stopped = !v->ended(watch->index, exit_code, v->user);
}

/* ---- Looking --------------------------------------------------------------------------------- */

static int look(struct vigil *v, const struct watch *watch, bool *ended)
{
    bool running = true;
    if (watch->process) {
        *ended = WaitForSingleObject(watch->process, 0) == WAIT_OBJECT_0;
        return 0;
    }
    int rc = ps_os_process_is_running(v->ctx, v->waiting[watch->index].ref, &running);
    *ended = !running;
    return rc;
}

/* Reports those that have ended, and keeps the others. */
static int sweep(struct vigil *v)
{
    size_t kept = 0;
    int rc = 0;
    for (size_t i = 0; i < v->len; i++) {
        bool ended = false;
        if (rc == 0 && !v->stopped)
            rc = look(v, &v->watches[i], &ended);
        if (ended) {
            finish(v, &v->watches[i]);
            close_watch(&v->watches[i]);
        } else {
            v->watches[kept++] = v->watches[i];
        }
    }
    v->len = kept;
    return rc;
}

/* ---- Sleeping -------------------------------------------------------------------------------- */

static DWORD left_until(int64_t deadline)
{
    if (deadline < 0)
        return INFINITE;
    int64_t left = (deadline - ps_os_clock() + 999999) / 1000000;
    return left < 0 ? 0 : left >= INT32_MAX ? (DWORD)INT32_MAX : (DWORD)left;
}

static int nap(struct vigil *v, int64_t deadline)
{
    HANDLE handles[TOGETHER];
    DWORD count = 0, left = left_until(deadline);
    size_t unseen = 0;
    for (size_t i = 0; i < v->len; i++) {
        if (v->watches[i].process && count < TOGETHER)
            handles[count++] = v->watches[i].process;
        else
            unseen++;
    }
    DWORD most = unseen == 0 ? INFINITE : count > 0 ? LOOK_MS : LOOK_SLOWLY_MS;
    DWORD time = left < most ? left : most;
    if (count == 0)
        Sleep(time);
    else if (WaitForMultipleObjects(count, handles, FALSE, time) == WAIT_FAILED)
        return ps_fail_last(v->ctx, "WaitForMultipleObjects", NULL, PSUTIL_UNKNOWN);
    return 0;
}

static int keep_vigil(struct vigil *v, int64_t deadline)
{
    int rc = 0;
    while (rc == 0) {
        bool last = deadline >= 0 && ps_os_clock() >= deadline;
        rc = sweep(v);
        if (rc != 0 || v->len == 0 || v->stopped)
            break;
        rc = last ? PSUTIL_ETIMEDOUT : nap(v, deadline);
    }
    for (size_t i = 0; i < v->len; i++)
        close_watch(&v->watches[i]);
    return rc;
}

/* ---- Beginning ------------------------------------------------------------------------------- */

/* A handle of its own for each, since no handle may be waited for twice at once. What cannot be
 * opened has ended, or is looked up. */
static void open_watch(struct vigil *v, size_t index)
{
    const struct ps_ref *ref = v->waiting[index].ref;
    struct watch *watch = &v->watches[index];
    *watch = (struct watch){.index = index};
    if (ref->kept) {
        if (!DuplicateHandle(GetCurrentProcess(), ref->kept, GetCurrentProcess(), &watch->process,
                             0, FALSE, DUPLICATE_SAME_ACCESS))
            watch->process = NULL;
    } else if (ps_process_handle(v->ctx, ref, SYNCHRONIZE, &watch->process) != 0) {
        watch->process = NULL;
    }
}

int ps_os_process_wait(psutil *ctx, const struct ps_waiting *waiting, size_t len, int64_t deadline,
                       ps_process_ended *ended, void *user)
{
    struct vigil v = {.ctx = ctx, .waiting = waiting, .len = len, .ended = ended, .user = user};
    v.watches = calloc(len + 1, sizeof *v.watches);
    if (!v.watches)
        return ps_fail_memory(ctx);
    for (size_t i = 0; i < len; i++)
        open_watch(&v, i);
    int rc = keep_vigil(&v, deadline);
    free(v.watches);
    return rc;
}
