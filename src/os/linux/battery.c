/* The battery from /sys/class/power_supply (Documentation/power/power_supply_class.rst; units are
 * millionths: of a watt-hour, ampere-hour, watt, ampere, volt). */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/linux.h"
#include "os/posix/folder.h"

#include <math.h>
#include <string.h>

static const char folder[] = "class/power_supply";

/* One power supply. */
struct supply {
    char path[PS_PATH_MAX];
    struct ps_dir dir;
};

static bool enter(const struct ps_dir *sys, const char *name, struct supply *supply)
{
    const char *start = ps_dir_path(sys, folder, supply->path);
    size_t at = start ? strlen(start) : 0, len = strlen(name);
    if (!start || at + len + 2 > sizeof supply->path)
        return false;
    supply->path[at] = '/';
    memcpy(supply->path + at + 1, name, len + 1);
    supply->dir = (struct ps_dir){supply->path, PSUTIL_UNKNOWN, -1, sys->shortage, NULL};
    return true;
}

static bool says(const struct supply *supply, const char *file, const char *text)
{
    char buffer[64];
    struct ps_span found;
    return ps_read_short(&supply->dir, file, buffer, sizeof buffer, &found) &&
           ps_span_equal(found, text);
}

/* NAN when the file is missing, refused, empty or not a number. */
static double number(const struct supply *supply, const char *file)
{
    int64_t value;
    return ps_read_number(&supply->dir, file, &value) ? (double)value : NAN;
}

/* A bay without its battery, and the battery of a mouse (scope Device), do not run the machine. */
static bool is_battery(const struct supply *supply, const char *name)
{
    if (strncmp(name, "BAT", 3) != 0 && !says(supply, "type", "Battery"))
        return false;
    return !says(supply, "present", "0") && !says(supply, "scope", "Device");
}

static bool find_battery(const struct ps_dir *sys, const psutil_string_list *names,
                         struct supply *out)
{
    for (size_t i = 0; i < names->len; i++)
        if (enter(sys, names->items[i], out) && is_battery(out, names->items[i]))
            return true;
    return false;
}

/* What is known of the mains: 1, 0, or unknown when there is no such supply. */
static int64_t mains_online(const struct ps_dir *sys, const psutil_string_list *names)
{
    int64_t result = PSUTIL_UNKNOWN;
    for (size_t i = 0; i < names->len; i++) {
        struct supply supply;
        int64_t online;
        if (!enter(sys, names->items[i], &supply) ||
            (strncmp(names->items[i], "AC", 2) != 0 && !says(&supply, "type", "Mains")) ||
            !ps_read_number(&supply.dir, "online", &online))
            continue;
        if (online > 0)
            return 1;
        result = 0;
    }
    return result;
}

/* A machine that charges over USB may have mains besides that are not connected. */
static int64_t is_plugged(const struct ps_dir *sys, const psutil_string_list *names,
                          const struct supply *battery)
{
    int64_t mains = mains_online(sys, names);
    if (mains == 1 || says(battery, "status", "Charging"))
        return 1;
    if (mains == 0 || says(battery, "status", "Discharging"))
        return 0;
    if (says(battery, "status", "Full") || says(battery, "status", "Not charging"))
        return 1;
    return PSUTIL_UNKNOWN;
}

/* What the battery holds and loses, in watt-hours and watts or ampere-hours and amperes: the two
 * are in step. Unknown members are NAN. */
struct charge {
    double now, full, rate;
};

/* Drivers mix units: with energy and a current, or charge and a power, the voltage tells. */
static struct charge read_charge(const struct supply *battery)
{
    struct charge c = {number(battery, "energy_now"), number(battery, "energy_full"),
                       number(battery, "power_now")};
    double current = number(battery, "current_now");
    double voltage = number(battery, "voltage_now") / 1e6;
    if (!isnan(c.now)) {
        if (isnan(c.rate))
            c.rate = current * voltage;
        return c;
    }
    double power = c.rate;
    c = (struct charge){number(battery, "charge_now"), number(battery, "charge_full"), current};
    if (isnan(c.rate) && voltage > 0)
        c.rate = power / voltage;
    return c;
}

static double percent(const struct supply *battery, const struct charge *charge)
{
    double value = charge->full > 0 && charge->now >= 0 ? charge->now / charge->full * 100
                                                        : number(battery, "capacity");
    return value > 100 ? 100 : value;
}

/* Drivers give the rate of discharging as a negative number, as
 * Documentation/ABI/testing/sysfs-class-power says, or as a positive one. A rate of 0 tells nothing
 * about when the battery will be empty. */
static int64_t seconds_left(const struct supply *battery, const struct charge *charge)
{
    double rate = fabs(charge->rate);
    double seconds = rate > 0 && charge->now >= 0 ? charge->now / rate * 3600
                                                  : number(battery, "time_to_empty_now");
    return seconds >= 0 && seconds < 1e9 ? (int64_t)seconds : PSUTIL_UNKNOWN;
}

static void fill(const struct ps_dir *sys, const psutil_string_list *names,
                 const struct supply *battery, psutil_sbattery *out)
{
    struct charge charge = read_charge(battery);
    out->percent = percent(battery, &charge);
    out->power_plugged = is_plugged(sys, names, battery);
    out->secsleft =
        out->power_plugged == 1 ? PSUTIL_POWER_TIME_UNLIMITED : seconds_left(battery, &charge);
}

int ps_os_sensors_battery(psutil *ctx, psutil_sbattery *out)
{
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir sys = ps_noting(ps_sys(ctx), &shortage);
    struct supply supply;
    psutil_sbattery battery;
    psutil_string_list *names = NULL;
    bool found = ps_dents_any(&sys, folder) && ps_folder_read(&names, &sys, folder) == 0 &&
                 find_battery(&sys, names, &supply);
    if (found)
        fill(&sys, names, &supply, &battery);
    psutil_free(names);
    if (shortage.rc != 0)
        return shortage.rc;
    if (!found)
        return ps_fail(ctx, PSUTIL_ENOTSUP, "the machine has no battery");
    *out = battery;
    return 0;
}
