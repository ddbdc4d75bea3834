/* The system, where it does not tell of itself. */
#include "backend.h"

int ps_os_boot_time(psutil *ctx, double *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_users(psutil *ctx, psutil_suser_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_pids(psutil *ctx, psutil_int_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_pid_exists(psutil *ctx, int64_t pid, bool *out)
{
    (void)pid;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
