/* The battery, where a system does not tell. */
#include "backend.h"

int ps_os_sensors_battery(psutil *ctx, psutil_sbattery *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
