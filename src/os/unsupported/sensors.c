/* Temperatures and fans, where a system has no interface for them. */
#include "backend.h"

int ps_os_sensors_temperatures(psutil *ctx, psutil_shwtemp_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_sensors_fans(psutil *ctx, psutil_sfan_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
