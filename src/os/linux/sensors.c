/* Temperatures and fans from /sys/class/hwmon (Documentation/hwmon/sysfs-interface.rst), or from
 * the thermal zones where there is no such temperature. */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/linux.h"

#include <math.h>
#include <string.h>

/* An attribute of sysfs is one page at most; these are single words. */
enum { VALUE_SIZE = 128 };

/* Part of a name that fits where a path does, or an empty one: no file has it. */
static const char *join(char path[PS_PATH_MAX], const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len + b_len >= PS_PATH_MAX)
        a_len = b_len = 0;
    memcpy(path, a, a_len);
    memcpy(path + a_len, b, b_len);
    path[a_len + b_len] = '\0';
    return path;
}

/* Drivers count in thousandths of a degree. */
static double read_degrees(const struct ps_dir *dir, const char *name)
{
    int64_t milli;
    return ps_read_number(dir, name, &milli) ? (double)milli / 1000 : NAN;
}

/* A limit that no machine can reach means that none is set: NVMe disks say so with 65535 kelvin
 * (65261.85 degrees Celsius), others with 0 kelvin (THERMAL_TEMP_INVALID is -274000). */
static double read_limit(const struct ps_dir *dir, const char *name)
{
    double limit = read_degrees(dir, name);
    return limit > -273.15 && limit < 1000 ? limit : NAN;
}

/* The name without its last `suffix`; false when it has another, or another prefix. */
static bool is_input(const char *name, const char *prefix, char stem[32])
{
    static const char suffix[] = "_input";
    size_t len = strlen(name), prefix_len = strlen(prefix), suffix_len = sizeof suffix - 1;
    if (len <= prefix_len + suffix_len || len - suffix_len >= 32 ||
        strncmp(name, prefix, prefix_len) != 0 || strcmp(name + len - suffix_len, suffix) != 0)
        return false;
    for (size_t i = prefix_len; i < len - suffix_len; i++)
        if (name[i] < '0' || name[i] > '9')
            return false;
    memcpy(stem, name, len - suffix_len);
    stem[len - suffix_len] = '\0';
    return true;
}

/* What is written in a file, "" when that cannot be read. */
static const char *put_text(struct ps_list *list, const struct ps_dir *dir, const char *name)
{
    char buffer[VALUE_SIZE];
    struct ps_span text;
    if (!ps_read_short(dir, name, buffer, sizeof buffer, &text))
        return ps_list_string(list, "", 0);
    return ps_list_string(list, text.data, text.len);
}

/* ---- hwmon ------------------------------------------------------------------------------------
 */

/* A kind of sensor: what its files are called, and how one is read. */
struct kind {
    const psutil_record *record;
    const char *prefix;
    void (*add)(struct ps_list *list, const struct ps_dir *dir, const char *stem, int64_t value,
                const char *chip);
};

static const char *put_label(struct ps_list *list, const struct ps_dir *dir, const char *stem)
{
    char name[PS_PATH_MAX];
    return put_text(list, dir, join(name, stem, "_label"));
}

static void add_temperature(struct ps_list *list, const struct ps_dir *dir, const char *stem,
                            int64_t value, const char *chip)
{
    char name[PS_PATH_MAX];
    const char *label = put_label(list, dir, stem);
    psutil_shwtemp *item = ps_list_add(list);
    if (!item)
        return;
    item->chip = chip;
    item->label = label;
    item->current = (double)value / 1000;
    item->high = read_limit(dir, join(name, stem, "_max"));
    item->critical = read_limit(dir, join(name, stem, "_crit"));
}

static void add_fan(struct ps_list *list, const struct ps_dir *dir, const char *stem, int64_t value,
                    const char *chip)
{
    const char *label = put_label(list, dir, stem);
    psutil_sfan *item = ps_list_add(list);
    if (item)
        *item = (psutil_sfan){.chip = chip, .label = label, .current = value};
}

static const struct kind temperatures = {&ps_record_shwtemp, "temp", add_temperature};
static const struct kind fans = {&ps_record_sfan, "fan", add_fan};

/* Reads the sensors in one folder. One that fails (ENODEV: the device sleeps; EIO: it does not
 * answer) or is empty is left out. Returns whether the folder has files of sensors at all. */
static bool read_chip(struct ps_list *list, const struct kind *kind, const struct ps_dir *dir,
                      const char *chip)
{
    psutil_string_list *names;
    bool any = false;
    if (ps_dents_names(&names, dir, "") != 0)
        return false;
    for (size_t i = 0; i < names->len; i++) {
        char stem[32];
        int64_t value;
        if (!is_input(names->items[i], kind->prefix, stem))
            continue;
        any = true;
        if (ps_read_number(dir, names->items[i], &value))
            kind->add(list, dir, stem, value, chip);
    }
    psutil_free(names);
    return any;
}

/* The chip's name is in its own folder or, with old drivers, in its device's. */
static const char *put_chip(struct ps_list *list, const struct ps_dir *dir)
{
    char buffer[VALUE_SIZE];
    struct ps_span text;
    if (!ps_read_short(dir, "name", buffer, sizeof buffer, &text) &&
        !ps_read_short(dir, "device/name", buffer, sizeof buffer, &text))
        return ps_list_string(list, "", 0);
    return ps_list_string(list, text.data, text.len);
}

/* Sensors are in hwmonN; only drivers of before Linux 3.14 or so have them in hwmonN/device. */
static void read_hwmon(struct ps_list *list, const struct kind *kind, const struct ps_dir *dir)
{
    char path[PS_PATH_MAX];
    struct ps_dir device = {join(path, dir->root, "/device"), PSUTIL_UNKNOWN, -1, dir->shortage,
                            NULL};
    const char *chip = put_chip(list, dir);
    if (!read_chip(list, kind, dir, chip))
        read_chip(list, kind, &device, chip);
}

/* Calls `read` for each entry of a class whose name begins with `prefix`, in natural order. A class
 * that is missing has no entries. */
static void for_each(struct ps_shortage *shortage, struct ps_list *list, const struct kind *kind,
                     const char *class, const char *prefix,
                     void (*read)(struct ps_list *, const struct kind *, const struct ps_dir *dir))
{
    char relative[PS_PATH_MAX], path[PS_PATH_MAX];
    struct ps_dir sys = ps_noting(ps_sys(shortage->ctx), shortage);
    struct ps_dir dir = {path, PSUTIL_UNKNOWN, -1, shortage, NULL};
    psutil_string_list *names;
    sys.kept = NULL; /* a class whose module was taken out and put in again is another folder */
    if (ps_dents_names(&names, &sys, class) != 0)
        return;
    for (size_t i = 0; i < names->len; i++)
        if (strncmp(names->items[i], prefix, strlen(prefix)) == 0 &&
            ps_dir_path(&sys, join(relative, class, names->items[i]), path))
            read(list, kind, &dir);
    psutil_free(names);
}

/* ---- Thermal zones ----------------------------------------------------------------------------
 */

/* Lowers a limit: of several trip points of one type the first to be reached counts. */
static void lower(double *limit, double to)
{
    if (!isnan(to) && !(*limit <= to))
        *limit = to;
}

/* "trip_point_N_type" and "trip_point_N_temp" (Documentation/driver-api/thermal/sysfs-api.rst). */
static void read_trip(const struct ps_dir *dir, const char *type_file, psutil_shwtemp *item)
{
    char buffer[VALUE_SIZE], stem[64], name[PS_PATH_MAX];
    struct ps_span type;
    size_t len = strlen(type_file);
    size_t stem_len = len - strlen("_type");
    if (stem_len >= sizeof stem || !ps_read_short(dir, type_file, buffer, sizeof buffer, &type))
        return;
    memcpy(stem, type_file, stem_len);
    stem[stem_len] = '\0';
    if (ps_span_equal(type, "critical"))
        lower(&item->critical, read_limit(dir, join(name, stem, "_temp")));
    else if (ps_span_equal(type, "hot") || ps_span_equal(type, "high"))
        lower(&item->high, read_limit(dir, join(name, stem, "_temp")));
}

static bool is_trip_type(const char *name)
{
    static const char prefix[] = "trip_point_", suffix[] = "_type";
    size_t len = strlen(name);
    return len > sizeof prefix + sizeof suffix - 2 &&
           memcmp(name, prefix, sizeof prefix - 1) == 0 &&
           strcmp(name + len - (sizeof suffix - 1), suffix) == 0;
}

static void read_zone(struct ps_list *list, const struct kind *kind, const struct ps_dir *dir)
{
    psutil_string_list *names;
    double current = read_degrees(dir, "temp");
    (void)kind;
    if (isnan(current) || ps_dents_names(&names, dir, "") != 0)
        return;
    const char *chip = put_text(list, dir, "type");
    const char *label = ps_list_string(list, "", 0);
    psutil_shwtemp *item = ps_list_add(list);
    if (item) {
        item->chip = chip;
        item->label = label;
        item->current = current;
        for (size_t i = 0; i < names->len; i++)
            if (is_trip_type(names->items[i]))
                read_trip(dir, names->items[i], item);
    }
    psutil_free(names);
}

/* ---- Lists ------------------------------------------------------------------------------------
 */

/* What both public lists look like; each item begins with its chip. */
struct sensors {
    size_t len;
    char *items;
};

static const char *chip_at(const struct sensors *sensors, size_t size, size_t index)
{
    return *(const char *const *)(const void *)(sensors->items + index * size);
}

static void move_up(struct sensors *sensors, size_t size, size_t from, size_t to)
{
    char item[sizeof(psutil_shwtemp) + sizeof(psutil_sfan)];
    memcpy(item, sensors->items + from * size, size);
    memmove(sensors->items + (to + 1) * size, sensors->items + to * size, (from - to) * size);
    memcpy(sensors->items + to * size, item, size);
}

/* Brings the chips of one name together, each name where its first chip was. */
static void group(struct sensors *sensors, size_t size)
{
    for (size_t end = 1; end < sensors->len; end++) {
        const char *chip = chip_at(sensors, size, end - 1);
        if (strcmp(chip, chip_at(sensors, size, end)) == 0)
            continue;
        for (size_t i = end + 1; i < sensors->len; i++)
            if (strcmp(chip, chip_at(sensors, size, i)) == 0) {
                move_up(sensors, size, i, end);
                break;
            }
    }
}

/* NULL after a failure, which is recorded in `shortage`. */
static void *finish(struct ps_list *list, struct ps_shortage *shortage)
{
    size_t size = list->record->size;
    if (shortage->rc != 0) {
        ps_list_free(list);
        return NULL;
    }
    void *sensors = ps_list_finish(list);
    if (sensors)
        group(sensors, size);
    else
        shortage->rc = ps_fail_memory(shortage->ctx);
    return sensors;
}

int ps_os_sensors_temperatures(psutil *ctx, psutil_shwtemp_list **out)
{
    struct ps_list list;
    struct ps_shortage shortage = {.ctx = ctx};
    ps_list_init(&list, temperatures.record);
    for_each(&shortage, &list, &temperatures, "class/hwmon/", "hwmon", read_hwmon);
    if (list.len == 0)
        for_each(&shortage, &list, &temperatures, "class/thermal/", "thermal_zone", read_zone);
    psutil_shwtemp_list *found = finish(&list, &shortage);
    if (found)
        *out = found;
    return shortage.rc;
}

int ps_os_sensors_fans(psutil *ctx, psutil_sfan_list **out)
{
    struct ps_list list;
    struct ps_shortage shortage = {.ctx = ctx};
    ps_list_init(&list, fans.record);
    for_each(&shortage, &list, &fans, "class/hwmon/", "hwmon", read_hwmon);
    psutil_sfan_list *found = finish(&list, &shortage);
    if (found)
        *out = found;
    return shortage.rc;
}
