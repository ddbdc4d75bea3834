/* The battery, as the power manager knows it. */
#include "core/records.h"
#include "os/windows/windows.h"

int ps_os_sensors_battery(psutil *ctx, psutil_sbattery *out)
{
    /* SYSTEM_POWER_STATUS: flags and values that mean something else than a number. */
    enum { NO_BATTERY = 128, UNKNOWN_BYTE = 255, ON_MAINS = 1 };
    const DWORD unknown_time = UINT32_MAX;
    SYSTEM_POWER_STATUS status;
    psutil_sbattery battery;
    if (!GetSystemPowerStatus(&status))
        return ps_fail_last(ctx, "GetSystemPowerStatus", NULL, PSUTIL_UNKNOWN);
    if (status.BatteryFlag == UNKNOWN_BYTE || (status.BatteryFlag & NO_BATTERY))
        return ps_fail(ctx, PSUTIL_ENOTSUP, "the machine has no battery");
    ps_record_clear(&ps_record_sbattery, &battery);
    if (status.BatteryLifePercent != UNKNOWN_BYTE)
        battery.percent = status.BatteryLifePercent > 100 ? 100 : status.BatteryLifePercent;
    if (status.ACLineStatus != UNKNOWN_BYTE)
        battery.power_plugged = status.ACLineStatus == ON_MAINS;
    if (battery.power_plugged == 1)
        battery.secsleft = PSUTIL_POWER_TIME_UNLIMITED;
    else if (status.BatteryLifeTime != unknown_time)
        battery.secsleft = status.BatteryLifeTime;
    *out = battery;
    return 0;
}
