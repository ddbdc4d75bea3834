/* All processes at one moment. */
#include "os/windows/process.h"

#include <stdlib.h>

static int by_pid(const void *a, const void *b)
{
    const struct ps_nt_process *x = *(const struct ps_nt_process *const *)a;
    const struct ps_nt_process *y = *(const struct ps_nt_process *const *)b;
    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* Processes that have ended are listed as long as somebody has them open, without a thread; so are
 * some that the kernel keeps. */
static bool has_ended(const struct ps_nt_process *process)
{
    if (process->threads_len > 0 || process->pid == NULL)
        return false;
    HANDLE handle = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)ps_nt_pid(process->pid));
    if (!handle)
        return false;
    bool ended = WaitForSingleObject(handle, 0) == WAIT_OBJECT_0;
    CloseHandle(handle);
    return ended;
}

static size_t count(const struct ps_answer *answer, size_t len)
{
    size_t processes = 0;
    for (const struct ps_nt_process *p = NULL; (p = ps_nt_process_next(answer, len, p));)
        processes++;
    return processes;
}

int ps_snapshot_take(psutil *ctx, struct ps_snapshot *out)
{
    struct ps_snapshot snapshot = {.len = 0};
    size_t len = 0;
    int rc = ps_query_system(ctx, PS_SYSTEM_PROCESSES, &snapshot.answer, &len);
    if (rc == 0) {
        size_t room = count(&snapshot.answer, len) + 1;
        snapshot.items = malloc(room * sizeof *snapshot.items);
        rc = snapshot.items ? 0 : ps_fail_memory(ctx);
    }
    if (rc != 0) {
        ps_snapshot_drop(&snapshot);
        return rc;
    }
    for (const struct ps_nt_process *p = NULL; (p = ps_nt_process_next(&snapshot.answer, len, p));)
        if (!has_ended(p))
            snapshot.items[snapshot.len++] = p;
    qsort(snapshot.items, snapshot.len, sizeof *snapshot.items, by_pid);
    *out = snapshot;
    return 0;
}

void ps_snapshot_drop(struct ps_snapshot *snapshot)
{
    free(snapshot->items);
    ps_answer_free(&snapshot->answer);
    *snapshot = (struct ps_snapshot){.len = 0};
}

const struct ps_nt_process *ps_snapshot_find(const struct ps_snapshot *snapshot, int64_t pid)
{
    const struct ps_nt_process wanted = {.pid = (HANDLE)(uintptr_t)pid};
    const struct ps_nt_process *key = &wanted;
    if (pid < 0 || pid > UINT32_MAX)
        return NULL;
    const struct ps_nt_process **found =
        bsearch(&key, snapshot->items, snapshot->len, sizeof *snapshot->items, by_pid);
    return found ? *found : NULL;
}
