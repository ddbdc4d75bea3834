/* The overview as one JSON object: the answers under the names of the functions that gave them,
 * null where there was none, and the reasons under "errors". */
#include "overview.h"

#include <string.h>

/* Opens the key of a part. Without an answer writes null instead and returns false. */
static bool open_part(struct json *json, const struct overview *overview, enum part part)
{
    json_key(json, overview_part_names[part]);
    if (overview->parts[part].code != 0)
        json_null(json);
    return overview->parts[part].code == 0;
}

static void record(struct json *json, const struct overview *overview, enum part part,
                   const char *name, const void *item)
{
    if (open_part(json, overview, part))
        json_record(json, psutil_record_find(name), item);
}

static void system_parts(struct json *json, const struct overview *overview)
{
    if (open_part(json, overview, PART_BOOT_TIME))
        json_double(json, overview->boot_time);
    if (open_part(json, overview, PART_USERS))
        json_list(json, psutil_record_find("suser"), overview->users);
    if (open_part(json, overview, PART_LOAD)) {
        json_open_flat_array(json);
        for (int i = 0; i < 3; i++)
            json_double(json, overview->load[i]);
        json_close_flat_array(json);
    }
}

static void cpu_parts(struct json *json, const struct overview *overview)
{
    if (open_part(json, overview, PART_CPU_COUNT)) {
        json_open_object(json);
        json_member_int(json, "logical", overview->cpus);
        json_member_int(json, "physical", overview->cores);
        json_close_object(json);
    }
    if (open_part(json, overview, PART_CPU_PERCENT))
        json_doubles(json, overview->percpu);
    record(json, overview, PART_CPU_TIMES, "scputimes", &overview->cpu_times);
    record(json, overview, PART_CPU_TIMES_PERCENT, "scputimes", &overview->cpu_times_percent);
    record(json, overview, PART_CPU_STATS, "scpustats", &overview->cpu_stats);
    record(json, overview, PART_CPU_FREQ, "scpufreq", &overview->cpu_freq);
}

static void partitions(struct json *json, const struct overview *overview)
{
    const psutil_record *part = psutil_record_find("sdiskpart");
    json_open_array(json);
    for (size_t i = 0; i < overview->partitions->len; i++) {
        const struct usage *usage = &overview->usages[i];
        json_open_object(json);
        for (size_t f = 0; f < part->len; f++) {
            json_key(json, part->fields[f].name);
            json_field(json, &part->fields[f], &overview->partitions->items[i]);
        }
        json_key(json, "usage");
        if (usage->result.code == 0)
            json_record(json, psutil_record_find("sdiskusage"), &usage->usage);
        else
            json_null(json);
        if (usage->result.code != 0) {
            json_member_string(json, "error", usage->result.why);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void disk_rates(struct json *json, const struct overview *overview)
{
    const psutil_sdiskio_list *after = overview->disk_io[1];
    json_open_object(json);
    for (size_t i = 0; i < after->len; i++) {
        const psutil_sdiskio *now = &after->items[i];
        const psutil_sdiskio *before = overview_find_disk(overview, 0, now->name);
        if (!before || overview_find_disk(overview, 1, now->name) != now)
            continue;
        json_key(json, now->name);
        json_open_object(json);
        json_member_double(json, "read_bytes",
                           overview_rate(overview, before->read_bytes, now->read_bytes));
        json_member_double(json, "write_bytes",
                           overview_rate(overview, before->write_bytes, now->write_bytes));
        json_close_object(json);
    }
    json_close_object(json);
}

static void net_rates(struct json *json, const struct overview *overview)
{
    const psutil_snetio_list *after = overview->net_io[1];
    json_open_object(json);
    for (size_t i = 0; i < after->len; i++) {
        const psutil_snetio *now = &after->items[i];
        const psutil_snetio *before = overview_find_net(overview, 0, now->name);
        if (!before || overview_find_net(overview, 1, now->name) != now)
            continue;
        json_key(json, now->name);
        json_open_object(json);
        json_member_double(json, "bytes_sent",
                           overview_rate(overview, before->bytes_sent, now->bytes_sent));
        json_member_double(json, "bytes_recv",
                           overview_rate(overview, before->bytes_recv, now->bytes_recv));
        json_close_object(json);
    }
    json_close_object(json);
}

/* What the counters gained a second in the interval. Of two with one name the first counts. */
static void rates(struct json *json, const struct overview *overview)
{
    json_key(json, "rates");
    json_open_object(json);
    if (open_part(json, overview, PART_DISK_IO))
        disk_rates(json, overview);
    if (open_part(json, overview, PART_NET_IO))
        net_rates(json, overview);
    json_close_object(json);
}

static void io_parts(struct json *json, const struct overview *overview)
{
    if (open_part(json, overview, PART_PARTITIONS))
        partitions(json, overview);
    if (open_part(json, overview, PART_DISK_IO))
        json_list_by_key(json, psutil_record_find("sdiskio"), overview->disk_io[1]);
    if (open_part(json, overview, PART_NET_IO))
        json_list_by_key(json, psutil_record_find("snetio"), overview->net_io[1]);
    rates(json, overview);
    if (open_part(json, overview, PART_NET_ADDRS))
        json_list_grouped(json, psutil_record_find("snicaddr"), overview->net_addrs);
    if (open_part(json, overview, PART_NET_STATS))
        json_list_by_key(json, psutil_record_find("snicstats"), overview->net_stats);
    if (open_part(json, overview, PART_TEMPERATURES))
        json_list_grouped(json, psutil_record_find("shwtemp"), overview->temperatures);
    if (open_part(json, overview, PART_FANS))
        json_list_grouped(json, psutil_record_find("sfan"), overview->fans);
    record(json, overview, PART_BATTERY, "sbattery", &overview->battery);
}

static void process_field(struct json *json, psutil_process_field field,
                          const psutil_process_info *info)
{
    const psutil_field *described = overview_process_field(field);
    json_key(json, described->name);
    if (info && info->result[field] == 0)
        json_field(json, described, info);
    else
        json_null(json);
}

static void process(struct json *json, const struct busy *busy)
{
    static const psutil_process_field fields[] = {
        PSUTIL_FIELD_PPID,        PSUTIL_FIELD_NAME,           PSUTIL_FIELD_STATUS,
        PSUTIL_FIELD_CREATE_TIME, PSUTIL_FIELD_NUM_THREADS,    PSUTIL_FIELD_CPU_PERCENT,
        PSUTIL_FIELD_CPU_TIMES,   PSUTIL_FIELD_MEMORY_PERCENT, PSUTIL_FIELD_MEMORY_INFO,
    };
    json_open_object(json);
    json_member_int(json, "pid", busy->row.pid);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        process_field(json, fields[i], &busy->row);
    process_field(json, PSUTIL_FIELD_USERNAME, busy->more);
    process_field(json, PSUTIL_FIELD_CMDLINE, busy->more);
    json_close_object(json);
}

/* How many processes are in each state that any is in. */
static void status_counts(struct json *json, const struct overview *overview)
{
    const psutil_enum_value *names = overview_process_field(PSUTIL_FIELD_STATUS)->values;
    json_open_object(json);
    for (int64_t i = 0; i <= PSUTIL_STATUS_SUSPENDED; i++) {
        if (overview->status_counts[i] == 0)
            continue;
        const char *name = i > 0 ? psutil_enum_name(names, i) : NULL;
        json_member_int(json, name ? name : "unknown", overview->status_counts[i]);
    }
    json_close_object(json);
}

static void process_parts(struct json *json, const struct overview *overview)
{
    json_key(json, "process_count");
    json_int(json,
             overview->parts[PART_PROCESSES].code == 0 ? overview->process_count : PSUTIL_UNKNOWN);
    json_key(json, "process_status");
    if (overview->parts[PART_PROCESSES].code == 0)
        status_counts(json, overview);
    else
        json_null(json);
    if (!open_part(json, overview, PART_PROCESSES))
        return;
    json_open_array(json);
    for (size_t i = 0; i < overview->busiest_len; i++)
        process(json, &overview->busiest[i]);
    json_close_array(json);
}

static void errors(struct json *json, const struct overview *overview)
{
    json_key(json, "errors");
    json_open_object(json);
    for (int i = 0; i < PART_COUNT; i++) {
        if (overview->parts[i].code == 0)
            continue;
        json_member_string(json, overview_part_names[i], overview->parts[i].why);
    }
    json_close_object(json);
}

void overview_json(struct json *json, const struct overview *overview)
{
    json_open_object(json);
    json_member_double(json, "time", overview->now);
    json_member_double(json, "interval", overview->interval);
    system_parts(json, overview);
    cpu_parts(json, overview);
    record(json, overview, PART_MEMORY, "svmem", &overview->memory);
    record(json, overview, PART_SWAP, "sswap", &overview->swap);
    io_parts(json, overview);
    process_parts(json, overview);
    errors(json, overview);
    json_close_object(json);
}
