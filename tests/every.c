#include "every.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Questions ---------------------------------------------------------------------------------
 */

#define ASK(name, call)                                                                            \
    static int ask_##name(void *out, struct asked *about)                                          \
    {                                                                                              \
        (void)out, (void)about;                                                                    \
        return call;                                                                               \
    }
#define ASK_SYSTEM(function) ASK(function, psutil_##function(out, about->ctx))
#define ASK_SAMPLER(function) ASK(function, psutil_##function(out, about->sampler))
#define ASK_PROCESS(function)                                                                      \
    ASK(process_##function, psutil_process_##function(out, about->process))

ASK_SYSTEM(cpu_times)
ASK_SYSTEM(cpu_times_percpu)
ASK_SYSTEM(cpu_sampler_open)
ASK_SAMPLER(cpu_percent)
ASK_SAMPLER(cpu_percent_percpu)
ASK_SAMPLER(cpu_times_percent)
ASK_SAMPLER(cpu_times_percent_percpu)
ASK_SAMPLER(cpu_sampler_numbers)
ASK(cpu_count, psutil_cpu_count(out, about->ctx, true))
ASK(cpu_count_cores, psutil_cpu_count(out, about->ctx, false))
ASK_SYSTEM(cpu_stats)
ASK_SYSTEM(cpu_freq)
ASK_SYSTEM(cpu_freq_percpu)
ASK_SYSTEM(getloadavg)
ASK_SYSTEM(virtual_memory)
ASK_SYSTEM(swap_memory)
ASK_SYSTEM(heap_info)
ASK(heap_trim, psutil_heap_trim(about->ctx))
ASK(disk_partitions, psutil_disk_partitions(out, about->ctx, false))
ASK(disk_partitions_all, psutil_disk_partitions(out, about->ctx, true))
ASK(disk_usage, psutil_disk_usage(out, about->ctx, "/", -1))
ASK(disk_usage_timed, psutil_disk_usage(out, about->ctx, "/", 60))
ASK_SYSTEM(nowrap_open)
ASK(disk_io_counters, psutil_disk_io_counters(out, about->ctx, NULL))
ASK(disk_io_counters_nowrap, psutil_disk_io_counters(out, about->ctx, about->nowrap))
ASK(disk_io_counters_perdisk, psutil_disk_io_counters_perdisk(out, about->ctx, NULL))
ASK(disk_io_perdisk_nowrap, psutil_disk_io_counters_perdisk(out, about->ctx, about->nowrap))
ASK(net_io_counters, psutil_net_io_counters(out, about->ctx, NULL))
ASK(net_io_counters_nowrap, psutil_net_io_counters(out, about->ctx, about->nowrap))
ASK(net_io_counters_pernic, psutil_net_io_counters_pernic(out, about->ctx, NULL))
ASK(net_io_pernic_nowrap, psutil_net_io_counters_pernic(out, about->ctx, about->nowrap))
ASK(net_connections, psutil_net_connections(out, about->ctx, PSUTIL_KIND_ALL))
ASK_SYSTEM(net_if_addrs)
ASK_SYSTEM(net_if_stats)
ASK_SYSTEM(sensors_temperatures)
ASK_SYSTEM(sensors_fans)
ASK_SYSTEM(sensors_battery)
ASK_SYSTEM(boot_time)
ASK_SYSTEM(users)
ASK_SYSTEM(pids)
ASK_SYSTEM(services)
ASK(service_get, psutil_service_get(out, about->ctx, "Schedule"))
ASK(pid_exists, psutil_pid_exists(out, about->ctx, psutil_process_pid(about->process)))
ASK(open, psutil_open((psutil **)out, NULL))
ASK(table_open, psutil_table_open((psutil_table **)out, about->ctx, PSUTIL_FIELDS_ALL))
ASK(table_refresh, psutil_table_refresh(about->table))

/* An empty table has no process. */
static int ask_table_process(void *out, struct asked *about)
{
    if (psutil_table_len(about->table) > 0)
        return psutil_table_process(out, about->table, 0);
    *(psutil_process **)out = NULL;
    return 0;
}

ASK(process_open,
    psutil_process_open((psutil_process **)out, about->ctx, psutil_process_pid(about->process)))
ASK(process_open_thread, psutil_process_open_thread((psutil_process **)out, about->ctx,
                                                    psutil_process_pid(about->process)))
ASK_PROCESS(is_running)
ASK(process_read,
    psutil_process_read((psutil_process_info **)out, about->process, PSUTIL_FIELDS_ALL))
ASK_PROCESS(ppid)
ASK_PROCESS(name)
ASK_PROCESS(exe)
ASK_PROCESS(cmdline)
ASK_PROCESS(environ)
ASK_PROCESS(create_time)
ASK_PROCESS(started)
ASK_PROCESS(status)
ASK_PROCESS(cwd)
ASK_PROCESS(username)
ASK_PROCESS(uids)
ASK_PROCESS(gids)
ASK_PROCESS(terminal)
ASK_PROCESS(nice)
ASK_PROCESS(ionice)
ASK(process_rlimit, psutil_process_rlimit(out, about->process, PSUTIL_RLIMIT_NOFILE))
ASK_PROCESS(io_counters)
ASK_PROCESS(num_ctx_switches)
ASK_PROCESS(num_fds)
ASK_PROCESS(num_handles)
ASK_PROCESS(num_threads)
ASK_PROCESS(threads)
ASK_PROCESS(cpu_times)
ASK_PROCESS(cpu_percent)
ASK_PROCESS(cpu_affinity)
ASK_PROCESS(cpu_num)
ASK_PROCESS(memory_info)
ASK_PROCESS(memory_info_ex)
ASK_PROCESS(memory_footprint)
ASK_PROCESS(page_faults)
ASK_PROCESS(open_files)
ASK_PROCESS(descriptors)
ASK(process_memory_percent, psutil_process_memory_percent(out, about->process, "rss"))
ASK(process_memory_percent_uss, psutil_process_memory_percent(out, about->process, "uss"))
ASK(process_memory_maps, psutil_process_memory_maps(out, about->process, false))
ASK(process_memory_maps_grouped, psutil_process_memory_maps(out, about->process, true))
ASK(process_net_connections, psutil_process_net_connections(out, about->process, PSUTIL_KIND_ALL))
ASK_PROCESS(parent)
ASK_PROCESS(parents)
ASK(process_children, psutil_process_children(out, about->process, false))
ASK(process_children_recursive, psutil_process_children(out, about->process, true))

#define Q(name, shape, record, traits)                                                             \
    {                                                                                              \
#name, ask_##name, SHAPE_##shape, record, traits                                           \
    }
#define P(name, shape, record, traits) Q(process_##name, shape, record, OF_PROCESS | (traits))

const struct question questions[] = {
    Q(open, CONTEXT, NULL, OF_CALLER),
    Q(cpu_times, RECORD, "scputimes", MOVES),
    Q(cpu_times_percpu, RECORDS, "scputimes", MOVES),
    Q(cpu_sampler_open, SAMPLER, NULL, 0),
    Q(cpu_percent, DOUBLE, NULL, TIMED | MOVES),
    Q(cpu_percent_percpu, DOUBLES, NULL, TIMED | MOVES),
    Q(cpu_times_percent, RECORD, "scputimes", TIMED | MOVES),
    Q(cpu_times_percent_percpu, RECORDS, "scputimes", TIMED | MOVES),
    Q(cpu_sampler_numbers, INTS, NULL, TIMED),
    Q(cpu_count, INT, NULL, 0),
    Q(cpu_count_cores, INT, NULL, 0),
    Q(cpu_stats, RECORD, "scpustats", MOVES),
    Q(cpu_freq, RECORD, "scpufreq", MOVES),
    Q(cpu_freq_percpu, RECORDS, "scpufreq", MOVES),
    Q(getloadavg, LOADS, NULL, MOVES),
    Q(virtual_memory, RECORD, "svmem", MOVES),
    Q(swap_memory, RECORD, "sswap", MOVES),
    Q(heap_info, RECORD, "pheap", OF_CALLER | MOVES),
    Q(heap_trim, NONE, NULL, OF_CALLER),
    Q(disk_partitions, RECORDS, "sdiskpart", NAMED),
    Q(disk_partitions_all, RECORDS, "sdiskpart", NAMED),
    Q(disk_usage, RECORD, "sdiskusage", OF_CALLER | MOVES),
    Q(disk_usage_timed, RECORD, "sdiskusage", OF_CALLER | MOVES),
    Q(nowrap_open, NOWRAP, NULL, 0),
    Q(disk_io_counters, RECORD, "sdiskio", MOVES),
    Q(disk_io_counters_nowrap, RECORD, "sdiskio", MOVES),
    Q(disk_io_counters_perdisk, RECORDS, "sdiskio", MOVES),
    Q(disk_io_perdisk_nowrap, RECORDS, "sdiskio", MOVES),
    Q(net_io_counters, RECORD, "snetio", MOVES),
    Q(net_io_counters_nowrap, RECORD, "snetio", MOVES),
    Q(net_io_counters_pernic, RECORDS, "snetio", MOVES),
    Q(net_io_pernic_nowrap, RECORDS, "snetio", MOVES),
    Q(net_connections, RECORDS, "sconn", MOVES | COMES),
    Q(net_if_addrs, RECORDS, "snicaddr", 0),
    Q(net_if_stats, RECORDS, "snicstats", 0),
    Q(sensors_temperatures, RECORDS, "shwtemp", MOVES | NAMED),
    Q(sensors_fans, RECORDS, "sfan", MOVES | NAMED),
    Q(sensors_battery, RECORD, "sbattery", MOVES),
    Q(boot_time, DOUBLE, NULL, 0),
    Q(users, RECORDS, "suser", COMES),
    Q(services, RECORDS, "service", COMES),
    Q(service_get, RECORDS, "service", COMES),
    Q(pids, INTS, NULL, COMES),
    Q(pid_exists, BOOL, NULL, OF_PROCESS),
    Q(table_open, EMPTY_TABLE, NULL, 0),
    Q(table_refresh, TABLE, NULL, MOVES | COMES | NAMED),
    Q(table_process, HANDLE, NULL, 0),
    P(open, HANDLE, NULL, 0),
    P(open_thread, HANDLE, NULL, 0),
    P(is_running, BOOL, NULL, 0),
    P(read, INFO, NULL, MOVES | NAMED),
    P(ppid, INT, NULL, 0),
    P(name, STRING, NULL, 0),
    P(exe, STRING, NULL, 0),
    P(cmdline, STRINGS, NULL, 0),
    P(environ, STRINGS, NULL, 0),
    P(create_time, DOUBLE, NULL, OF_STAT),
    P(started, DOUBLE, NULL, 0),
    P(status, INT, NULL, OF_STAT),
    P(cwd, STRING, NULL, 0),
    P(username, STRING, NULL, NAMED),
    P(uids, RECORD, "puids", 0),
    P(gids, RECORD, "puids", 0),
    P(terminal, STRING, NULL, 0),
    P(nice, INT, NULL, 0),
    P(ionice, RECORD, "pionice", 0),
    P(rlimit, RECORD, "prlimit", 0),
    P(io_counters, RECORD, "pio", 0),
    P(num_ctx_switches, RECORD, "pctxsw", 0),
    P(num_fds, INT, NULL, 0),
    P(num_handles, INT, NULL, 0),
    P(num_threads, INT, NULL, 0),
    P(threads, RECORDS, "pthread", 0),
    P(cpu_times, RECORD, "pcputimes", OF_STAT),
    P(cpu_percent, DOUBLE, NULL, TIMED | MOVES),
    P(cpu_affinity, INTS, NULL, 0),
    P(cpu_num, INT, NULL, MOVES | OF_STAT),
    P(memory_info, RECORD, "pmem", 0),
    P(memory_info_ex, COUNTS, NULL, 0),
    P(memory_footprint, RECORD, "pfootprint", MOVES),
    P(page_faults, RECORD, "ppagefaults", OF_STAT),
    P(open_files, RECORDS, "popenfile", 0),
    P(descriptors, RECORDS, "popenfile", 0),
    P(memory_percent, DOUBLE, NULL, 0),
    P(memory_percent_uss, DOUBLE, NULL, MOVES),
    P(memory_maps, RECORDS, "pmmap_ext", MOVES),
    P(memory_maps_grouped, RECORDS, "pmmap_grouped", MOVES),
    P(net_connections, RECORDS, "sconn", 0),
    P(parent, HANDLE, NULL, 0),
    P(parents, HANDLES, NULL, 0),
    P(children, HANDLES, NULL, 0),
    P(children_recursive, HANDLES, NULL, 0),
};
const size_t question_count = sizeof questions / sizeof *questions;

/* ---- Lines -------------------------------------------------------------------------------------
 */

struct line {
    char *text;
    size_t len, capacity;
    bool moving;
};

static void put(struct line *line, const char *text)
{
    size_t len = strlen(text);
    if (line->len + len + 2 > line->capacity) {
        line->capacity = (line->len + len + 2) * 2;
        line->text = realloc(line->text, line->capacity);
        if (!line->text)
            abort();
    }
    if (line->len > 0)
        line->text[line->len++] = UNIT;
    memcpy(line->text + line->len, text, len + 1);
    line->len += len;
}

static void put_int(struct line *line, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    put(line, value == PSUTIL_UNKNOWN ? "?" : line->moving ? "#" : text);
}

static void put_double(struct line *line, double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.17g", value);
    put(line, isnan(value) ? "?" : line->moving ? "#" : text);
}

static void put_string(struct line *line, const char *value)
{
    put(line, value ? value : "?");
}

/* A text of its own in front tells the lines of one list from another's. */
static struct line new_line(const struct line *like, const char *title)
{
    struct line line = {.moving = like->moving};
    put(&line, title);
    return line;
}

static void add_line(struct rows *rows, struct line *line)
{
    if (rows->len == rows->capacity) {
        rows->capacity = rows->capacity ? rows->capacity * 2 : 16;
        rows->items = realloc(rows->items, rows->capacity * sizeof *rows->items);
        if (!rows->items)
            abort();
    }
    rows->items[rows->len++] = line->text;
}

void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->len; i++)
        free(rows->items[i]);
    free(rows->items);
    *rows = (struct rows){0};
}

bool rows_equal(const struct rows *a, const struct rows *b)
{
    bool same = a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++)
        same = strcmp(a->items[i], b->items[i]) == 0;
    return same;
}

bool rows_within(const struct rows *rows, const struct rows *whole)
{
    size_t at = 0;
    for (size_t i = 0; i < rows->len; i++, at++) {
        while (at < whole->len && strcmp(rows->items[i], whole->items[at]) != 0)
            at++;
        if (at == whole->len)
            return false;
    }
    return true;
}

/* ---- Records -----------------------------------------------------------------------------------
 */

struct any_list {
    size_t len;
    const char *items;
};

static void put_record(struct rows *rows, struct line *line, const psutil_record *record,
                       const char *item);

static void add_strings(struct rows *rows, const struct line *like, const char *title,
                        const psutil_string_list *list)
{
    for (size_t i = 0; list && i < list->len; i++) {
        struct line line = new_line(like, title);
        put_string(&line, list->items[i]);
        add_line(rows, &line);
    }
}

static void add_ints(struct rows *rows, const struct line *like, const char *title,
                     const psutil_int_list *list)
{
    for (size_t i = 0; list && i < list->len; i++) {
        struct line line = new_line(like, title);
        put_int(&line, list->items[i]);
        add_line(rows, &line);
    }
}

static void add_records(struct rows *rows, const struct line *like, const char *title,
                        const psutil_record *record, const struct any_list *list)
{
    for (size_t i = 0; list && i < list->len; i++) {
        struct line line = new_line(like, title);
        put_record(rows, &line, record, list->items + i * record->size);
        add_line(rows, &line);
    }
}

static void put_address(struct line *line, const psutil_addr *address)
{
    put_string(line, address->ip);
    put_int(line, address->port);
    put_string(line, address->path);
}

/* One has a value of its own for what is unknown. */
static void put_enum(struct line *line, const psutil_field *field, int64_t value)
{
    bool unknown = strcmp(field->name, "duplex") == 0 && value == PSUTIL_NIC_DUPLEX_UNKNOWN;
    put_int(line, unknown ? PSUTIL_UNKNOWN : value);
}

static void put_field(struct rows *rows, struct line *line, const psutil_field *field,
                      const char *item)
{
    const void *at = item + field->offset;
    switch (field->type) {
    case PSUTIL_TYPE_INT:
    case PSUTIL_TYPE_BOOL:
        put_int(line, *(const int64_t *)at);
        break;
    case PSUTIL_TYPE_ENUM:
        put_enum(line, field, *(const int64_t *)at);
        break;
    case PSUTIL_TYPE_DOUBLE:
        put_double(line, *(const double *)at);
        break;
    case PSUTIL_TYPE_STRING:
        put_string(line, *(const char *const *)at);
        break;
    case PSUTIL_TYPE_ADDRESS:
        put_address(line, at);
        break;
    case PSUTIL_TYPE_RECORD: /* some gather members of the whole process */
        put_record(rows, line, field->record,
                   field->record->size == sizeof(psutil_process_info) ? item : at);
        break;
    case PSUTIL_TYPE_LIST:
        add_records(rows, line, field->name, field->record, *(const struct any_list *const *)at);
        break;
    case PSUTIL_TYPE_INTS:
        add_ints(rows, line, field->name, *(const psutil_int_list *const *)at);
        break;
    case PSUTIL_TYPE_STRINGS:
    case PSUTIL_TYPE_VARIABLES:
        add_strings(rows, line, field->name, *(const psutil_string_list *const *)at);
        break;
    }
}

static void put_record(struct rows *rows, struct line *line, const psutil_record *record,
                       const char *item)
{
    for (size_t i = 0; i < record->len; i++)
        put_field(rows, line, &record->fields[i], item);
}

/* A line for each field that was read; one that is missing is unknown. */
static void add_info(struct rows *rows, const struct line *like, const psutil_process_info *info)
{
    const psutil_record *record = psutil_record_find("process");
    for (size_t i = 0; i < record->len; i++) {
        struct line line = new_line(like, record->fields[i].name);
        if (info->result[i] != 0) {
            free(line.text);
            continue;
        }
        if (i == PSUTIL_FIELD_CPU_PERCENT || i == PSUTIL_FIELD_CPU_NUM)
            put(&line, "#");
        else
            put_field(rows, &line, &record->fields[i], (const char *)info);
        add_line(rows, &line);
    }
}

static void add_table(struct rows *rows, const struct line *like, const psutil_table *table)
{
    psutil_process_info info;
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(&info, table, i);
        add_info(rows, like, &info);
    }
}

static void add_handle(struct rows *rows, const struct line *like, const psutil_process *process)
{
    struct line line = new_line(like, "handle");
    put_int(&line, process ? psutil_process_pid(process) : PSUTIL_UNKNOWN);
    add_line(rows, &line);
}

static void add_plain(struct rows *rows, const struct question *question,
                      const union answer *answer, struct line line)
{
    put(&line, question->name);
    switch (question->shape) {
    case SHAPE_INT:
        put_int(&line, answer->number);
        break;
    case SHAPE_BOOL:
        put_int(&line, answer->truth);
        break;
    case SHAPE_DOUBLE:
        put_double(&line, answer->real);
        break;
    case SHAPE_STRING:
        put_string(&line, answer->string);
        break;
    case SHAPE_LOADS:
        for (size_t i = 0; i < 3; i++)
            put_double(&line, answer->loads[i]);
        break;
    case SHAPE_COUNTS:
        for (size_t i = 0; i < sizeof(psutil_pmem_ex) / sizeof(int64_t); i++)
            put_int(&line, ((const int64_t *)(const void *)answer->bytes)[i]);
        break;
    case SHAPE_RECORD:
        put_record(rows, &line, psutil_record_find(question->record), answer->bytes);
        break;
    default:
        break;
    }
    add_line(rows, &line);
}

static void add_doubles(struct rows *rows, const struct line *like, const psutil_double_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct line line = new_line(like, "double");
        put_double(&line, list->items[i]);
        add_line(rows, &line);
    }
}

void rows_of(struct rows *rows, const struct question *question, const union answer *answer,
             const struct asked *about, bool moving)
{
    const struct line like = {.moving = moving};
    const psutil_process_list *handles = answer->block;
    *rows = (struct rows){0};
    switch (question->shape) {
    case SHAPE_RECORDS:
        add_records(rows, &like, question->name, psutil_record_find(question->record),
                    answer->block);
        break;
    case SHAPE_INTS:
        add_ints(rows, &like, question->name, answer->block);
        break;
    case SHAPE_STRINGS:
        add_strings(rows, &like, question->name, answer->block);
        break;
    case SHAPE_DOUBLES:
        add_doubles(rows, &like, answer->block);
        break;
    case SHAPE_INFO:
        add_info(rows, &like, answer->block);
        break;
    case SHAPE_TABLE:
        add_table(rows, &like, about->table);
        break;
    case SHAPE_HANDLE:
        add_handle(rows, &like, answer->block);
        break;
    case SHAPE_HANDLES:
        for (size_t i = 0; i < handles->len; i++)
            add_handle(rows, &like, handles->items[i]);
        break;
    default:
        add_plain(rows, question, answer, like);
    }
}

void answer_free(const struct question *question, union answer *answer)
{
    switch (question->shape) {
    case SHAPE_STRING:
    case SHAPE_RECORDS:
    case SHAPE_INTS:
    case SHAPE_DOUBLES:
    case SHAPE_STRINGS:
        psutil_free(answer->block);
        break;
    case SHAPE_INFO:
        psutil_process_info_free(answer->block);
        break;
    case SHAPE_HANDLE:
        psutil_process_close(answer->block);
        break;
    case SHAPE_HANDLES:
        psutil_process_list_close(answer->block);
        break;
    case SHAPE_CONTEXT:
        psutil_close(answer->block);
        break;
    case SHAPE_SAMPLER:
        psutil_cpu_sampler_close(answer->block);
        break;
    case SHAPE_NOWRAP:
        psutil_nowrap_close(answer->block);
        break;
    case SHAPE_EMPTY_TABLE:
        psutil_table_close(answer->block);
        break;
    default:
        break;
    }
}
