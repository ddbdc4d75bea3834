/* CPU, where a system has no figures of it. */
#include "backend.h"

int ps_os_cpu_times(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers)
{
    (void)total;
    (void)percpu;
    (void)numbers;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_cpu_count(psutil *ctx, bool logical, int64_t *out)
{
    (void)logical;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_cpu_stats(psutil *ctx, psutil_scpustats *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_cpu_freq(psutil *ctx, psutil_scpufreq_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_loadavg(psutil *ctx, double out[3])
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
