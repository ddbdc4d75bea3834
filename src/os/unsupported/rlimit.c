/* Resource limits, where a system has none. */
#include "backend.h"

int ps_os_process_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource,
                         psutil_prlimit *out)
{
    (void)ref;
    (void)resource;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource, int64_t soft,
                             int64_t hard)
{
    (void)ref;
    (void)resource;
    (void)soft;
    (void)hard;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
