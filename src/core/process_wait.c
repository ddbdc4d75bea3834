/* Waiting for the end of one process or of many. */
#include "core/process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The moment at which to give up; 0, which is long past: at once, for which no clock is asked;
 * negative: never, which is also what a timeout means that ends after the clock does. */
static int deadline_of(psutil *ctx, double timeout, int64_t *deadline)
{
    if (isnan(timeout))
        return ps_fail(ctx, PSUTIL_EINVAL, "timeout must be a number");
    *deadline = 0;
    if (timeout == 0)
        return 0;
    int64_t now = ps_os_clock();
    if (timeout < 0 || timeout >= (double)(INT64_MAX - now) / 1e9)
        *deadline = -1;
    else
        *deadline = now + (int64_t)(timeout * 1e9);
    return 0;
}

static bool keep_exit_code(size_t index, int64_t exit_code, void *user)
{
    (void)index;
    *(int64_t *)user = exit_code;
    return true;
}

int psutil_process_wait(int64_t *exit_code, psutil_process *process, double timeout)
{
    int64_t deadline = 0;
    int rc = deadline_of(process->ctx, timeout, &deadline);
    if (rc != 0 || ps_process_ended_already(process, exit_code))
        return rc;
    struct ps_waiting waiting = {&process->ref, &process->end};
    rc = ps_os_process_wait(process->ctx, &waiting, 1, deadline, keep_exit_code, exit_code);
    if (rc == PSUTIL_ETIMEDOUT)
        return ps_fail_pid(process->ctx, rc, process->ref.pid, "it still runs");
    if (rc == PSUTIL_EINTR)
        return ps_fail_pid(process->ctx, rc, process->ref.pid, NULL);
    return rc;
}

struct wait_procs {
    psutil_process *const *processes;
    bool *gone;
    psutil_wait_callback *callback;
    void *user;
};

static bool report(size_t index, int64_t exit_code, void *user)
{
    const struct wait_procs *wait = user;
    wait->gone[index] = true;
    return !wait->callback || wait->callback(wait->processes[index], exit_code, wait->user);
}

/* What the backend is to wait for, allocated; `len` is not 0. */
static int list_waiting(psutil *ctx, psutil_process *const *processes, size_t len,
                        struct ps_waiting **out)
{
    struct ps_waiting *waiting = calloc(len, sizeof *waiting);
    if (!waiting)
        return ps_fail_memory(ctx);
    for (size_t i = 0; i < len; i++) {
        if (processes[i]->ctx != ctx) {
            free(waiting);
            return ps_fail_pid(ctx, PSUTIL_EINVAL, processes[i]->ref.pid,
                               "the handle belongs to another context");
        }
        waiting[i] = (struct ps_waiting){&processes[i]->ref, &processes[i]->end};
    }
    *out = waiting;
    return 0;
}

int psutil_wait_procs(bool *gone, psutil *ctx, psutil_process *const *processes, size_t len,
                      double timeout, psutil_wait_callback *callback, void *user)
{
    struct wait_procs wait = {processes, gone, callback, user};
    struct ps_waiting *waiting = NULL;
    int64_t deadline = 0;
    int rc = deadline_of(ctx, timeout, &deadline);
    if (rc != 0 || len == 0)
        return rc;
    rc = list_waiting(ctx, processes, len, &waiting);
    if (rc != 0)
        return rc;
    memset(gone, 0, len * sizeof *gone);
    rc = ps_os_process_wait(ctx, waiting, len, deadline, report, &wait);
    free(waiting);
    if (rc == PSUTIL_EINTR)
        return ps_fail(ctx, rc, NULL);
    return rc == PSUTIL_ETIMEDOUT ? 0 : rc;
}
