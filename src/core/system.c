/* The system: the public functions. */
#include "backend.h"

int psutil_boot_time(double *out, psutil *ctx)
{
    return ps_os_boot_time(ctx, out);
}

int psutil_users(psutil_suser_list **out, psutil *ctx)
{
    return ps_os_users(ctx, out);
}

int psutil_pids(psutil_int_list **out, psutil *ctx)
{
    return ps_os_pids(ctx, out);
}

int psutil_pid_exists(bool *out, psutil *ctx, int64_t pid)
{
    if (pid < 0) {
        *out = false;
        return 0;
    }
    return ps_os_pid_exists(ctx, pid, out);
}
