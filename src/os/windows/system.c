/* Boot time, and the ids of processes. */
#include "core/records.h"
#include "os/windows/process.h"

/* The kernel's own note, which it moves with the clock; else what is left of the time since. */
int ps_os_boot_time(psutil *ctx, double *out)
{
    struct ps_answer answer = {0};
    FILETIME now;
    size_t len;
    const struct ps_nt_time_of_day *time = NULL;
    if (ps_query_system(ctx, PS_SYSTEM_TIME_OF_DAY, &answer, &len) == 0 && len >= sizeof *time)
        time = answer.data;
    GetSystemTimeAsFileTime(&now);
    if (time && time->booted > 0)
        *out = ps_epoch_of(time->booted - time->boot_bias);
    else
        *out = ps_epoch_of(ps_int64_of(now)) - (double)GetTickCount64() / 1000;
    ps_answer_free(&answer);
    return 0;
}

int ps_os_pids(psutil *ctx, psutil_int_list **out)
{
    struct ps_snapshot snapshot;
    struct ps_list list;
    int rc = ps_snapshot_take(ctx, &snapshot);
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_int);
    for (size_t i = 0; i < snapshot.len; i++) {
        int64_t *item = ps_list_add(&list);
        if (item)
            *item = ps_nt_pid(snapshot.items[i]->pid);
    }
    ps_snapshot_drop(&snapshot);
    psutil_int_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}

/* OpenProcess() takes an id near a multiple of four for that, and processes that have ended can be
 * opened as long as somebody else has them open: the list tells. */
int ps_os_pid_exists(psutil *ctx, int64_t pid, bool *out)
{
    struct ps_snapshot snapshot;
    int rc = ps_snapshot_take(ctx, &snapshot);
    if (rc != 0)
        return rc;
    *out = ps_snapshot_find(&snapshot, pid) != NULL;
    ps_snapshot_drop(&snapshot);
    return 0;
}
