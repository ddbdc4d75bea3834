/* Boot time, and the ids of processes. */
#include "core/records.h"
#include "os/windows/nt.h"

#include <stdlib.h>

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

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

int ps_os_pids(psutil *ctx, psutil_int_list **out)
{
    struct ps_answer answer = {0};
    struct ps_list list;
    size_t len = 0;
    ps_list_init(&list, &ps_record_int);
    int rc = ps_query_system(ctx, PS_SYSTEM_PROCESSES, &answer, &len);
    const struct ps_nt_process *process = NULL;
    while (rc == 0 && (process = ps_nt_process_next(&answer, len, process))) {
        int64_t *item = ps_list_add(&list);
        if (item)
            *item = ps_nt_pid(process->pid);
    }
    ps_answer_free(&answer);
    psutil_int_list *made = ps_list_result(ctx, &list, &rc);
    if (made) {
        qsort(made->items, made->len, sizeof *made->items, by_value);
        *out = made;
    }
    return rc;
}

/* OpenProcess() takes an id near a multiple of four for that, and processes that have ended can be
 * opened as long as somebody else has them open: the list tells. */
int ps_os_pid_exists(psutil *ctx, int64_t pid, bool *out)
{
    psutil_int_list *pids;
    int rc = ps_os_pids(ctx, &pids);
    if (rc != 0)
        return rc;
    *out = bsearch(&pid, pids->items, pids->len, sizeof *pids->items, by_value) != NULL;
    psutil_free(pids);
    return 0;
}
