#include "functions.h"

#include "cli.h"
#include "platform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Arguments --------------------------------------------------------------------------------
 */

const char *argument_type_text(enum argument_type type)
{
    switch (type) {
    case ARGUMENT_BOOL:
        return "true or false";
    case ARGUMENT_INT:
        return "a whole number";
    case ARGUMENT_SECONDS:
        return "a number of seconds, 0 or more";
    case ARGUMENT_KIND:
        return "inet, inet4, inet6, tcp, tcp4, tcp6, udp, udp4, udp6, unix or all";
    default:
        return "a text that is not empty";
    }
}

static bool parse_bool(bool *out, const char *text)
{
    static const char *const yes[] = {"true", "True", "1", "yes"};
    static const char *const no[] = {"false", "False", "0", "no"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        *out = strcmp(text, yes[i]) == 0;
        if (*out || strcmp(text, no[i]) == 0)
            return true;
    }
    return false;
}

/* A number too large for the type becomes the largest: no process has such an id either. */
static bool parse_int(int64_t *out, const char *text)
{
    const char *digits = text + (*text == '-');
    if (!*digits || digits[strspn(digits, "0123456789")])
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

/* A year is more than anybody waits for, and far from what a sleep cannot express. */
#define SECONDS_MAX 31536000.0

static bool parse_seconds(double *out, const char *text)
{
    char *end = NULL;
    if (!*text || text[strspn(text, "0123456789.eE+-")])
        return false; /* strtod() would also take "inf", "nan", "0x1" and blanks */
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || value < 0 || value > SECONDS_MAX)
        return false;
    *out = value;
    return true;
}

bool argument_parse(union value *out, enum argument_type type, const char *text)
{
    switch (type) {
    case ARGUMENT_BOOL:
        return parse_bool(&out->boolean, text);
    case ARGUMENT_INT:
        return parse_int(&out->integer, text);
    case ARGUMENT_SECONDS:
        return parse_seconds(&out->seconds, text);
    case ARGUMENT_KIND:
        out->kind = psutil_conn_kind_find(text);
        return out->kind != 0;
    default:
        out->text = text;
        return *text != '\0';
    }
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

static void write_record(struct json *out, const char *record, const void *item)
{
    json_record(out, psutil_record_find(record), item);
}

/* Writes a list with one of json_list(), json_list_by_key() and json_list_grouped(), and frees it.
 */
static void write_list(struct json *out, const char *record, void *list,
                       void (*write)(struct json *, const psutil_record *, const void *))
{
    write(out, psutil_record_find(record), list);
    psutil_free(list);
}

/* A function without arguments that answers one record. */
#define ONE(name, type)                                                                            \
    static int get_##name(struct json *out, psutil *ctx, const union value *values)                \
    {                                                                                              \
        (void)values;                                                                              \
        psutil_##type item;                                                                        \
        int rc = psutil_##name(&item, ctx);                                                        \
        if (rc == 0)                                                                               \
            write_record(out, #type, &item);                                                       \
        return rc;                                                                                 \
    }

/* A function without arguments that answers a list. */
#define MANY(name, type, write)                                                                    \
    static int get_##name(struct json *out, psutil *ctx, const union value *values)                \
    {                                                                                              \
        (void)values;                                                                              \
        psutil_##type##_list *list;                                                                \
        int rc = psutil_##name(&list, ctx);                                                        \
        if (rc == 0)                                                                               \
            write_list(out, #type, list, write);                                                   \
        return rc;                                                                                 \
    }

ONE(cpu_stats, scpustats)
ONE(virtual_memory, svmem)
ONE(swap_memory, sswap)
ONE(sensors_battery, sbattery)
ONE(heap_info, pheap)
MANY(net_if_addrs, snicaddr, json_list_grouped)
MANY(net_if_stats, snicstats, json_list_by_key)
MANY(sensors_fans, sfan, json_list_grouped)
MANY(users, suser, json_list)

static int get_cpu_times(struct json *out, psutil *ctx, const union value *values)
{
    if (values[0].boolean) {
        psutil_scputimes_list *list;
        int rc = psutil_cpu_times_percpu(&list, ctx);
        if (rc == 0)
            write_list(out, "scputimes", list, json_list);
        return rc;
    }
    psutil_scputimes times;
    int rc = psutil_cpu_times(&times, ctx);
    if (rc == 0)
        write_record(out, "scputimes", &times);
    return rc;
}

/* A sampler that was opened `seconds` ago. */
static int sample(psutil_cpu_sampler **out, psutil *ctx, double seconds)
{
    int rc = psutil_cpu_sampler_open(out, ctx);
    if (rc == 0)
        platform_sleep(seconds);
    return rc;
}

static int get_cpu_percent(struct json *out, psutil *ctx, const union value *values)
{
    psutil_cpu_sampler *sampler;
    int rc = sample(&sampler, ctx, values[0].seconds);
    if (rc != 0)
        return rc;
    double percent;
    psutil_double_list *list;
    if (values[1].boolean) {
        rc = psutil_cpu_percent_percpu(&list, sampler);
        if (rc == 0) {
            json_doubles(out, list);
            psutil_free(list);
        }
    } else {
        rc = psutil_cpu_percent(&percent, sampler);
        if (rc == 0)
            json_double(out, percent);
    }
    psutil_cpu_sampler_close(sampler);
    return rc;
}

static int get_cpu_times_percent(struct json *out, psutil *ctx, const union value *values)
{
    psutil_cpu_sampler *sampler;
    int rc = sample(&sampler, ctx, values[0].seconds);
    if (rc != 0)
        return rc;
    psutil_scputimes times;
    psutil_scputimes_list *list;
    if (values[1].boolean) {
        rc = psutil_cpu_times_percent_percpu(&list, sampler);
        if (rc == 0)
            write_list(out, "scputimes", list, json_list);
    } else {
        rc = psutil_cpu_times_percent(&times, sampler);
        if (rc == 0)
            write_record(out, "scputimes", &times);
    }
    psutil_cpu_sampler_close(sampler);
    return rc;
}

static int get_cpu_count(struct json *out, psutil *ctx, const union value *values)
{
    int64_t count;
    int rc = psutil_cpu_count(&count, ctx, values[0].boolean);
    if (rc == 0)
        json_int(out, count);
    return rc;
}

static int get_cpu_freq(struct json *out, psutil *ctx, const union value *values)
{
    if (values[0].boolean) {
        psutil_scpufreq_list *list;
        int rc = psutil_cpu_freq_percpu(&list, ctx);
        if (rc == 0)
            write_list(out, "scpufreq", list, json_list);
        return rc;
    }
    psutil_scpufreq freq;
    int rc = psutil_cpu_freq(&freq, ctx);
    if (rc == 0)
        write_record(out, "scpufreq", &freq);
    return rc;
}

static int get_getloadavg(struct json *out, psutil *ctx, const union value *values)
{
    (void)values;
    double load[3];
    int rc = psutil_getloadavg(load, ctx);
    if (rc == 0)
        json_doubles(out, &(psutil_double_list){3, load});
    return rc;
}

static int get_disk_partitions(struct json *out, psutil *ctx, const union value *values)
{
    psutil_sdiskpart_list *list;
    int rc = psutil_disk_partitions(&list, ctx, values[0].boolean);
    if (rc == 0)
        write_list(out, "sdiskpart", list, json_list);
    return rc;
}

/* A timeout of 0 stands for none. */
static int get_disk_usage(struct json *out, psutil *ctx, const union value *values)
{
    psutil_sdiskusage usage;
    double timeout = values[1].seconds > 0 ? values[1].seconds : -1;
    int rc = psutil_disk_usage(&usage, ctx, values[0].text, timeout);
    if (rc == 0)
        write_record(out, "sdiskusage", &usage);
    return rc;
}

/* The total of all devices, without the name that tells single ones apart. One answer has nothing
 * before it, so that `nowrap` finds nothing to correct. */
static int get_disk_io_counters(struct json *out, psutil *ctx, const union value *values)
{
    if (values[0].boolean) {
        psutil_sdiskio_list *list;
        int rc = psutil_disk_io_counters_perdisk(&list, ctx, NULL);
        if (rc == 0)
            write_list(out, "sdiskio", list, json_list_by_key);
        return rc;
    }
    psutil_sdiskio total;
    int rc = psutil_disk_io_counters(&total, ctx, NULL);
    if (rc == 0)
        write_record(out, "sdiskio", &total);
    return rc;
}

static int get_net_io_counters(struct json *out, psutil *ctx, const union value *values)
{
    if (values[0].boolean) {
        psutil_snetio_list *list;
        int rc = psutil_net_io_counters_pernic(&list, ctx, NULL);
        if (rc == 0)
            write_list(out, "snetio", list, json_list_by_key);
        return rc;
    }
    psutil_snetio total;
    int rc = psutil_net_io_counters(&total, ctx, NULL);
    if (rc == 0)
        write_record(out, "snetio", &total);
    return rc;
}

static int get_net_connections(struct json *out, psutil *ctx, const union value *values)
{
    psutil_sconn_list *list;
    int rc = psutil_net_connections(&list, ctx, values[0].kind);
    if (rc == 0)
        write_list(out, "sconn", list, json_list);
    return rc;
}

static double fahrenheit(double celsius)
{
    return celsius * 9 / 5 + 32;
}

static int get_sensors_temperatures(struct json *out, psutil *ctx, const union value *values)
{
    psutil_shwtemp_list *list;
    int rc = psutil_sensors_temperatures(&list, ctx);
    if (rc != 0)
        return rc;
    for (size_t i = 0; values[0].boolean && i < list->len; i++) {
        psutil_shwtemp *temp = &list->items[i];
        temp->current = fahrenheit(temp->current);
        temp->high = fahrenheit(temp->high);
        temp->critical = fahrenheit(temp->critical);
    }
    write_list(out, "shwtemp", list, json_list_grouped);
    return 0;
}

static int get_boot_time(struct json *out, psutil *ctx, const union value *values)
{
    (void)values;
    double time;
    int rc = psutil_boot_time(&time, ctx);
    if (rc == 0)
        json_double(out, time);
    return rc;
}

static int get_pids(struct json *out, psutil *ctx, const union value *values)
{
    (void)values;
    psutil_int_list *list;
    int rc = psutil_pids(&list, ctx);
    if (rc == 0) {
        json_ints(out, list);
        psutil_free(list);
    }
    return rc;
}

static int get_pid_exists(struct json *out, psutil *ctx, const union value *values)
{
    bool exists;
    int rc = psutil_pid_exists(&exists, ctx, values[0].integer);
    if (rc == 0)
        json_bool(out, exists);
    return rc;
}

static int get_win_service_get(struct json *out, psutil *ctx, const union value *values)
{
    psutil_service_list *list;
    int rc = psutil_service_get(&list, ctx, values[0].text);
    if (rc == 0) {
        write_record(out, "service", &list->items[0]);
        psutil_free(list);
    }
    return rc;
}

static int get_win_service_iter(struct json *out, psutil *ctx, const union value *values)
{
    (void)values;
    psutil_service_list *list;
    int rc = psutil_services(&list, ctx);
    if (rc == 0)
        write_list(out, "service", list, json_list);
    return rc;
}

static int get_heap_trim(struct json *out, psutil *ctx, const union value *values)
{
    (void)values;
    int rc = psutil_heap_trim(ctx);
    if (rc == 0)
        json_null(out);
    return rc;
}

/* ---- The table --------------------------------------------------------------------------------
 */

#define BOOL(name_, text)                                                                          \
    {                                                                                              \
#name_, ARGUMENT_BOOL, "false", text                                                       \
    }
#define INTERVAL                                                                                   \
    {                                                                                              \
        "interval", ARGUMENT_SECONDS, "0.1", "how many seconds to watch for"                       \
    }
#define PERCPU BOOL(percpu, "each CPU by itself")
#define NOWRAP                                                                                     \
    {                                                                                              \
        "nowrap", ARGUMENT_BOOL, "true", "as in Python; a single answer cannot have wrapped"       \
    }
#define F(function, shape, text)                                                                   \
    .name = #function, .returns = (shape), .doc = (text), .call = get_##function

const struct function functions[] = {
    {F(cpu_times, "{field: seconds}; with percpu [{...}]", "CPU time by mode since boot"),
     .arguments = {PERCPU}},
    {F(cpu_percent, "number; with percpu [number]", "how busy the CPUs are, in percent"),
     .arguments = {INTERVAL, PERCPU}},
    {F(cpu_times_percent, "{field: percent}; with percpu [{...}]",
       "share of each mode in the CPUs' time, in percent"),
     .arguments = {INTERVAL, PERCPU}},
    {F(cpu_count, "number or null", "number of CPUs online"),
     .arguments = {{"logical", ARGUMENT_BOOL, "true", "hardware threads; false: physical cores"}},
     .none = "null"},
    {F(cpu_stats, "{field: number}", "context switches, interrupts and the like since boot")},
    {F(cpu_freq, "{current, min, max} or null; with percpu [{...}]",
       "frequency of the CPUs in MHz"),
     .arguments = {PERCPU}, .none = "null", .none_each = "[]"},
    {F(getloadavg, "[number, number, number]",
       "processes that run or wait to, mean of the last 1, 5 and 15 minutes")},
    {F(virtual_memory, "{field: bytes}", "physical memory")},
    {F(swap_memory, "{field: bytes}", "swap space")},
    {F(disk_partitions, "[{device, mountpoint, fstype, opts}]", "mounted file systems"),
     .arguments = {BOOL(all, "also those that are on no device: tmpfs, NFS, proc…")}},
    {F(disk_usage, "{total, used, free, percent}", "space of the file system that a path is on"),
     .arguments = {{"path", ARGUMENT_TEXT, NULL, "any file or folder on it"},
                   {"timeout", ARGUMENT_SECONDS, "0",
                    "seconds after which a mount that does not answer is given up; 0: never"}}},
    {F(disk_io_counters, "{field: number} or null; with perdisk {disk: {...}}",
       "I/O of the disks since boot"),
     .arguments = {BOOL(perdisk, "each disk and partition by itself"), NOWRAP}, .none = "null",
     .none_each = "{}"},
    {F(net_io_counters, "{field: number} or null; with pernic {interface: {...}}",
       "traffic of the network interfaces since they came up"),
     .arguments = {BOOL(pernic, "each interface by itself"), NOWRAP}, .none = "null",
     .none_each = "{}"},
    {F(net_connections, "[{fd, family, type, laddr, raddr, status, pid}]", "sockets"),
     .arguments = {{"kind", ARGUMENT_KIND, "inet",
                    "inet, inet4, inet6, tcp, tcp4, tcp6, udp, udp4, udp6, unix or all"}}},
    {F(net_if_addrs, "{interface: [{family, address, ...}]}",
       "addresses of the network interfaces")},
    {F(net_if_stats, "{interface: {isup, duplex, speed, mtu, flags}}",
       "state of the network interfaces")},
    {F(sensors_temperatures, "{chip: [{label, current, high, critical}]}", "temperatures"),
     .arguments = {BOOL(fahrenheit, "in degrees Fahrenheit instead of Celsius")}},
    {F(sensors_fans, "{chip: [{label, current}]}", "fans' revolutions a minute")},
    {F(sensors_battery, "{percent, secsleft, power_plugged} or null", "the battery"),
     .none = "null"},
    {F(boot_time, "number", "when the system was booted, in seconds since 1970 (UTC)")},
    {F(users, "[{name, terminal, host, started, pid}]", "who is logged in")},
    {F(pids, "[number]", "ids of all processes")},
    {F(pid_exists, "true or false", "whether a process has this id"),
     .arguments = {{"pid", ARGUMENT_INT, NULL, "the id"}}},
    {F(win_service_iter, "[{name, display_name, status, pid, ...}]", "services (Windows)"),
     .none = "[]"},
    {F(win_service_get, "{name, display_name, status, pid, ...} or null", "a service (Windows)"),
     .arguments = {{"name", ARGUMENT_TEXT, NULL, "its unique name"}}, .none = "null"},
    {F(heap_info, "{heap_used, mmap_used}", "memory allocated by this command itself, in bytes")},
    {F(heap_trim, "null", "gives unused memory of this command itself back to the system")},
};

const size_t functions_len = sizeof functions / sizeof *functions;

const struct function *function_find(const char *name)
{
    for (size_t i = 0; i < functions_len; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}
