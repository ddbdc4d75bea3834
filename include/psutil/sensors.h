/* Sensors: temperatures, fans, battery. Linux: /sys/class/hwmon, thermal, power_supply. */
#ifndef PSUTIL_SENSORS_H
#define PSUTIL_SENSORS_H

#include <psutil/base.h>

PSUTIL_BEGIN_DECLS

typedef struct psutil_shwtemp {
    const char *chip;  /* "coretemp", "" when it has no name */
    const char *label; /* "Core 0", "" when the sensor has none */
    double current;    /* degrees Celsius */
    double high;       /* where it counts as hot; NAN when the driver does not tell */
    double critical;   /* where it counts as critical; NAN when the driver does not tell */
} psutil_shwtemp;

typedef struct psutil_shwtemp_list {
    size_t len;
    psutil_shwtemp *items;
} psutil_shwtemp_list;

/* Temperatures, grouped by chip. A limit that no machine can reach (65261.85 of many NVMe disks) is
 * the driver's way to say that there is none: NAN. A sensor that cannot be read is left out. An
 * empty list when the machine shows no sensor. Linux: hwmon, else thermal zones with the lowest of
 * their "hot" and "critical" trip points. */
PSUTIL_API int psutil_sensors_temperatures(psutil_shwtemp_list **out, psutil *ctx);

typedef struct psutil_sfan {
    const char *chip;
    const char *label;
    int64_t current; /* revolutions a minute */
} psutil_sfan;

typedef struct psutil_sfan_list {
    size_t len;
    psutil_sfan *items;
} psutil_sfan_list;

PSUTIL_API int psutil_sensors_fans(psutil_sfan_list **out, psutil *ctx);

/* psutil_sbattery.secsleft when the mains are plugged in. */
#define PSUTIL_POWER_TIME_UNLIMITED (-2)

typedef struct psutil_sbattery {
    double percent;        /* charge left, at most 100 */
    int64_t secsleft;      /* seconds until empty, or PSUTIL_POWER_TIME_UNLIMITED; unknown when the
                              battery tells no rate, or one of 0 or below */
    int64_t power_plugged; /* 1 when the mains are connected, 0 when not */
} psutil_sbattery;

/* The first battery by name. PSUTIL_ENOTSUP when there is none. */
PSUTIL_API int psutil_sensors_battery(psutil_sbattery *out, psutil *ctx);

PSUTIL_END_DECLS

#endif
