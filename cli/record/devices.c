/* Devices: what the library reads below /sys. Their folders are links into the tree of devices,
 * which are recorded as folders. */
#include "record.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 512 };

static void copy(struct recorder *recorder, const char *from, const char *to, rewriter *rewrite)
{
    char path[PATH_SIZE + 32];
    snprintf(path, sizeof path, "sys/%s", to);
    record_file(recorder, recorder->sys, from, path, rewrite);
}

/* Files of one folder that goes by another name in the recording. */
static void copy_files(struct recorder *recorder, const char *from, const char *to,
                       const char *const *names)
{
    char old[PATH_SIZE], new[PATH_SIZE];
    for (; *names; names++)
        if (snprintf(old, sizeof old, "%s/%s", from, *names) < PATH_SIZE &&
            snprintf(new, sizeof new, "%s/%s", to, *names) < PATH_SIZE)
            copy(recorder, old, new, text_numbers);
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A prefix with a number behind it. */
static bool is_numbered(const char *name, const char *prefix)
{
    size_t len = strlen(prefix);
    return begins(name, prefix) && name[len] &&
           strspn(name + len, "0123456789") == strlen(name + len);
}

/* ---- Processors -------------------------------------------------------------------------------
 */

#define CPUS "devices/system/cpu"

static const char *const frequencies[] = {
    "scaling_cur_freq", "cpuinfo_cur_freq", "scaling_min_freq",
    "cpuinfo_min_freq", "scaling_max_freq", "cpuinfo_max_freq",
    "affected_cpus",    "related_cpus",     NULL};

static void copy_cpu(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const topology[] = {"core_cpus_list", "thread_siblings_list",
                                           "physical_package_id", "core_id", NULL};
    char path[PATH_SIZE];
    (void)arg;
    if (!is_numbered(name, "cpu"))
        return;
    snprintf(path, sizeof path, CPUS "/%s/topology", name);
    copy_files(recorder, path, path, topology);
    snprintf(path, sizeof path, CPUS "/%s/cpufreq", name);
    copy_files(recorder, path, path, frequencies);
}

static void copy_policy(struct recorder *recorder, const char *name, void *arg)
{
    char path[PATH_SIZE];
    (void)arg;
    if (!is_numbered(name, "policy"))
        return;
    snprintf(path, sizeof path, CPUS "/cpufreq/%s", name);
    copy_files(recorder, path, path, frequencies);
}

/* ---- Sensors and batteries --------------------------------------------------------------------
 */

/* "temp1_input" and the like; "trip_point_0_temp" of a thermal zone. */
static bool is_of_sensor(const char *name)
{
    static const char *const endings[] = {"_input", "_label", "_max", "_crit",
                                          "_type",  "_temp",  NULL};
    const char *ending = strrchr(name, '_');
    if (!ending || !(begins(name, "temp") || begins(name, "fan") || begins(name, "trip_point_")))
        return false;
    for (const char *const *known = endings; *known; known++)
        if (strcmp(ending, *known) == 0)
            return true;
    return false;
}

static void copy_sensor(struct recorder *recorder, const char *name, void *arg)
{
    char path[PATH_SIZE];
    if (is_of_sensor(name) && snprintf(path, sizeof path, "%s/%s", (char *)arg, name) < PATH_SIZE)
        copy(recorder, path, path, text_numbers);
}

static void copy_chip(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const chip[] = {"name", NULL};
    char path[PATH_SIZE];
    (void)arg;
    if (!begins(name, "hwmon"))
        return;
    snprintf(path, sizeof path, "class/hwmon/%s", name);
    copy_files(recorder, path, path, chip);
    record_names_in(recorder, recorder->sys, path, copy_sensor, path);
    snprintf(path, sizeof path, "class/hwmon/%s/device", name);
    copy_files(recorder, path, path, chip);
    record_names_in(recorder, recorder->sys, path, copy_sensor, path);
}

static void copy_zone(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const zone[] = {"temp", "type", NULL};
    char path[PATH_SIZE];
    (void)arg;
    if (!begins(name, "thermal_zone"))
        return;
    snprintf(path, sizeof path, "class/thermal/%s", name);
    copy_files(recorder, path, path, zone);
    record_names_in(recorder, recorder->sys, path, copy_sensor, path);
}

/* The name as it is recorded, of at most 255 bytes. */
static void rename_to(struct recorder *recorder, char to[PATH_SIZE], const char *folder,
                      const char *name,
                      void (*change)(struct names *, struct buffer *, const char *, size_t))
{
    struct buffer changed = {0};
    change(&recorder->names, &changed, name, strlen(name));
    int len = snprintf(to, PATH_SIZE, "%s/%.*s", folder, (int)changed.len,
                       changed.data ? changed.data : "");
    if (len >= PATH_SIZE)
        snprintf(to, PATH_SIZE, "too-long");
    buffer_free(&changed);
}

static void copy_supply(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const files[] = {
        "type",        "present",           "scope",     "online",     "status",      "capacity",
        "energy_now",  "energy_full",       "power_now", "charge_now", "charge_full", "current_now",
        "voltage_now", "time_to_empty_now", NULL};
    char from[PATH_SIZE], to[PATH_SIZE];
    (void)arg;
    snprintf(from, sizeof from, "class/power_supply/%s", name);
    rename_to(recorder, to, "class/power_supply", name, names_supply);
    copy_files(recorder, from, to, files);
}

/* ---- Interfaces -------------------------------------------------------------------------------
 */

static void copy_interface(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const files[] = {"flags", "operstate", "duplex", "ifindex",
                                        "mtu",   "speed",     NULL};
    static const char *const addresses[] = {"address", "broadcast"};
    char from[PATH_SIZE], to[PATH_SIZE], old[PATH_SIZE + 16], new[PATH_SIZE + 16];
    (void)arg;
    snprintf(from, sizeof from, "class/net/%s", name);
    rename_to(recorder, to, "class/net", name, names_interface);
    copy_files(recorder, from, to, files);
    for (size_t i = 0; i < 2; i++) {
        snprintf(old, sizeof old, "%s/%s", from, addresses[i]);
        snprintf(new, sizeof new, "%s/%s", to, addresses[i]);
        copy(recorder, old, new, text_hardware);
    }
}

/* ---- Disks ------------------------------------------------------------------------------------
 */

struct disk {
    const char *from;
    const char *to;
};

static void copy_slave(struct recorder *recorder, const char *name, void *arg)
{
    const struct disk *disk = arg;
    char to[PATH_SIZE], path[PATH_SIZE + 16];
    if (snprintf(path, sizeof path, "sys/%s/slaves", disk->to) >= PATH_SIZE)
        return;
    rename_to(recorder, to, path, name, names_disk);
    record_write_folder(recorder, to);
}

static void copy_partition(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const files[] = {"stat", NULL};
    const struct disk *disk = arg;
    const char *whole = strrchr(disk->from, '/') + 1;
    char from[PATH_SIZE], to[PATH_SIZE];
    if (!begins(name, whole) || snprintf(from, sizeof from, "%s/%s", disk->from, name) >= PATH_SIZE)
        return;
    rename_to(recorder, to, disk->to, name, names_disk);
    copy_files(recorder, from, to, files);
}

static void copy_disk(struct recorder *recorder, const char *name, void *arg)
{
    static const char *const files[] = {"stat", NULL};
    char from[PATH_SIZE], to[PATH_SIZE], slaves[PATH_SIZE + 8];
    struct disk disk = {from, to};
    (void)arg;
    snprintf(from, sizeof from, "block/%s", name);
    rename_to(recorder, to, "block", name, names_disk);
    copy_files(recorder, from, to, files);
    snprintf(slaves, sizeof slaves, "%s/slaves", from);
    record_names_in(recorder, recorder->sys, slaves, copy_slave, &disk);
    record_names_in(recorder, recorder->sys, from, copy_partition, &disk);
}

/* "8:1" leads to the folder of the device: only what that is called is recorded. */
static void copy_number(struct recorder *recorder, const char *name, void *arg)
{
    char from[PATH_SIZE], to[PATH_SIZE], target[4096];
    (void)arg;
    snprintf(from, sizeof from, "dev/block/%s", name);
    if (strspn(name, "0123456789:") != strlen(name))
        return;
    ssize_t len = record_read_link(recorder->sys, from, target, sizeof target);
    const char *last = len > 0 ? strrchr(target, '/') : NULL;
    if (!last)
        return;
    rename_to(recorder, to, "../../block", last + 1, names_disk);
    snprintf(from, sizeof from, "sys/dev/block/%s", name);
    record_write_link(recorder, from, to);
}

void record_devices(struct recorder *recorder)
{
    static const struct {
        const char *folder;
        void (*each)(struct recorder *recorder, const char *name, void *arg);
    } classes[] = {{CPUS, copy_cpu},
                   {CPUS "/cpufreq", copy_policy},
                   {"class/hwmon", copy_chip},
                   {"class/thermal", copy_zone},
                   {"class/power_supply", copy_supply},
                   {"class/net", copy_interface},
                   {"block", copy_disk},
                   {"dev/block", copy_number}};
    copy(recorder, CPUS "/online", CPUS "/online", text_numbers);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        record_names_in(recorder, recorder->sys, classes[i].folder, classes[i].each, NULL);
}
