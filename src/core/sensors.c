/* Sensors: the public functions. */
#include "backend.h"

int psutil_sensors_temperatures(psutil_shwtemp_list **out, psutil *ctx)
{
    return ps_os_sensors_temperatures(ctx, out);
}

int psutil_sensors_fans(psutil_sfan_list **out, psutil *ctx)
{
    return ps_os_sensors_fans(ctx, out);
}

int psutil_sensors_battery(psutil_sbattery *out, psutil *ctx)
{
    return ps_os_sensors_battery(ctx, out);
}
