/* Waiting for processes, where a system has no way to. */
#include "backend.h"

int ps_os_process_wait(psutil *ctx, const struct ps_waiting *waiting, size_t len, int64_t deadline,
                       ps_process_ended *ended, void *user)
{
    (void)waiting;
    (void)len;
    (void)deadline;
    (void)ended;
    (void)user;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
