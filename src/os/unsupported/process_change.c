/* Changing a process, where a system has no way to. */
#include "backend.h"

int ps_os_process_set_nice(psutil *ctx, const struct ps_ref *ref, int64_t nice)
{
    (void)ref;
    (void)nice;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_ionice(psutil *ctx, const struct ps_ref *ref, int64_t ioclass, int64_t value)
{
    (void)ref;
    (void)ioclass;
    (void)value;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_affinity(psutil *ctx, const struct ps_ref *ref, const int64_t *cpus,
                               size_t len)
{
    (void)ref;
    (void)cpus;
    (void)len;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_act(psutil *ctx, const struct ps_ref *ref, enum ps_action action)
{
    (void)ref;
    (void)action;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_signal(psutil *ctx, const struct ps_ref *ref, int signal)
{
    (void)ref;
    (void)signal;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
