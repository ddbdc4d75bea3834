/* Single fields. Each getter asks the one path of psutil_process_read() for one field, and hands
 * out the member. */
#include "core/process.h"
#include "core/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One field, read into an info on the stack. The caller frees the lists and the arena. */
struct single {
    psutil_process_info info;
    struct ps_arena arena;
    struct ps_arena_room room;
};

static int read_with(psutil_process *process, struct single *single, int field,
                     struct ps_reading *reading)
{
    psutil_fields asked = (psutil_fields)1 << field;
    /* The getter hands out psutil_pmem_ex, without the figures of memory_info. */
    psutil_fields needed = field == PSUTIL_FIELD_MEMORY_INFO_EX ? asked : ps_fields_needed(asked);
    ps_arena_begin(&single->arena, &single->room);
    reading->info = &single->info;
    reading->arena = &single->arena;
    reading->fields = needed;
    ps_info_begin(&single->info, process->ctx);
    int rc = ps_os_process_read(process->ctx, &process->ref, reading);
    if (rc == 0 && reading->fields != asked)
        ps_process_derive(process, &single->info, asked);
    bool refused = rc == 0 && single->info.result[field] == PSUTIL_ENOTSUP;
    if (refused && !(psutil_process_fields() & asked))
        rc = ps_fail_pid(process->ctx, PSUTIL_ENOTSUP, process->ref.pid,
                         "this platform has no such field");
    return rc != 0 ? rc : single->info.result[field];
}

static int read_single(psutil_process *process, struct single *single, int field)
{
    struct ps_reading reading = {.conn_kind = PSUTIL_KIND_INET};
    return read_with(process, single, field, &reading);
}

static void drop_single(struct single *single)
{
    ps_info_free_lists(&single->info);
    ps_arena_free(&single->arena);
}

static int get_string(char **out, psutil_process *process, int field, size_t offset)
{
    struct single single;
    int rc = read_single(process, &single, field);
    if (rc == 0) {
        const char *value = *(const char **)(void *)((char *)&single.info + offset);
        char *copy = value ? strdup(value) : NULL;
        if (value && !copy)
            rc = ps_fail_memory(process->ctx);
        else
            *out = copy;
    }
    ps_arena_free(&single.arena);
    return rc;
}

/* A value, or a pointer to a list that belongs to the caller from then on. */
static int get_value(void *out, psutil_process *process, int field, size_t offset, size_t size)
{
    struct single single;
    int rc = read_single(process, &single, field);
    if (rc == 0)
        memcpy(out, (char *)&single.info + offset, size);
    else
        ps_info_free_lists(&single.info);
    ps_arena_free(&single.arena);
    return rc;
}

#define GET_STRING(member, FIELD)                                                                  \
    int psutil_process_##member(char **out, psutil_process *process)                               \
    {                                                                                              \
        return get_string(out, process, PSUTIL_FIELD_##FIELD,                                      \
                          offsetof(psutil_process_info, member));                                  \
    }

#define GET_VALUE(member, type, FIELD)                                                             \
    int psutil_process_##member(type *out, psutil_process *process)                                \
    {                                                                                              \
        return get_value(out, process, PSUTIL_FIELD_##FIELD,                                       \
                         offsetof(psutil_process_info, member), sizeof *out);                      \
    }

GET_VALUE(ppid, int64_t, PPID)
GET_STRING(name, NAME)
GET_STRING(exe, EXE)
GET_VALUE(cmdline, psutil_string_list *, CMDLINE)
GET_VALUE(environ, psutil_string_list *, ENVIRON)
GET_VALUE(create_time, double, CREATE_TIME)
GET_VALUE(status, int64_t, STATUS)
GET_STRING(cwd, CWD)
GET_STRING(username, USERNAME)
GET_VALUE(uids, psutil_puids, UIDS)
GET_VALUE(gids, psutil_puids, GIDS)
GET_STRING(terminal, TERMINAL)
GET_VALUE(nice, int64_t, NICE)
GET_VALUE(ionice, psutil_pionice, IONICE)
GET_VALUE(io_counters, psutil_pio, IO_COUNTERS)
GET_VALUE(num_ctx_switches, psutil_pctxsw, NUM_CTX_SWITCHES)
GET_VALUE(num_fds, int64_t, NUM_FDS)
GET_VALUE(num_handles, int64_t, NUM_HANDLES)
GET_VALUE(num_threads, int64_t, NUM_THREADS)
GET_VALUE(threads, psutil_pthread_list *, THREADS)
GET_VALUE(cpu_times, psutil_pcputimes, CPU_TIMES)
GET_VALUE(cpu_percent, double, CPU_PERCENT)
GET_VALUE(cpu_affinity, psutil_int_list *, CPU_AFFINITY)
GET_VALUE(cpu_num, int64_t, CPU_NUM)
GET_VALUE(memory_info, psutil_pmem, MEMORY_INFO)
GET_VALUE(memory_info_ex, psutil_pmem_ex, MEMORY_INFO_EX)
GET_VALUE(memory_footprint, psutil_pfootprint, MEMORY_FOOTPRINT)
GET_VALUE(page_faults, psutil_ppagefaults, PAGE_FAULTS)
GET_VALUE(open_files, psutil_popenfile_list *, OPEN_FILES)

int psutil_process_rlimit(psutil_prlimit *out, psutil_process *process, int64_t resource)
{
    if (!psutil_enum_name(ps_enum_rlimit, resource))
        return ps_fail_pid(process->ctx, PSUTIL_EINVAL, process->ref.pid, "no such resource");
    return ps_os_process_rlimit(process->ctx, &process->ref, resource, out);
}

int psutil_process_descriptors(psutil_popenfile_list **out, psutil_process *process)
{
    struct single single;
    struct ps_reading reading = {.files_all = true};
    int rc = read_with(process, &single, PSUTIL_FIELD_OPEN_FILES, &reading);
    if (rc == 0)
        *out = single.info.open_files;
    ps_arena_free(&single.arena);
    return rc;
}

int psutil_process_memory_maps(psutil_pmmap_list **out, psutil_process *process, bool grouped)
{
    struct single single;
    struct ps_reading reading = {.maps_ungrouped = !grouped};
    int rc = read_with(process, &single, PSUTIL_FIELD_MEMORY_MAPS, &reading);
    if (rc == 0)
        *out = single.info.memory_maps;
    ps_arena_free(&single.arena);
    return rc;
}

int psutil_process_net_connections(psutil_sconn_list **out, psutil_process *process, unsigned kind)
{
    if (kind == 0 || (kind & ~(unsigned)PSUTIL_KIND_ALL) != 0)
        return ps_fail_pid(process->ctx, PSUTIL_EINVAL, process->ref.pid,
                           "kind must be a set of psutil_conn_kind");
    struct single single;
    struct ps_reading reading = {.conn_kind = kind};
    int rc = read_with(process, &single, PSUTIL_FIELD_NET_CONNECTIONS, &reading);
    if (rc == 0)
        *out = single.info.net_connections;
    ps_arena_free(&single.arena);
    return rc;
}

/* The field of memory_info or memory_footprint that memtype names, or -1. */
static int memory_field(const char *memtype, const psutil_field **member)
{
    *member = ps_record_field(&ps_record_pmem, memtype);
    if (*member && (*member)->platforms & ps_os_platform)
        return PSUTIL_FIELD_MEMORY_INFO;
    *member = ps_record_field(&ps_record_pfootprint, memtype);
    if (*member && (*member)->platforms & ps_os_platform)
        return PSUTIL_FIELD_MEMORY_FOOTPRINT;
    return -1;
}

int psutil_process_memory_percent(double *out, psutil_process *process, const char *memtype)
{
    const psutil_field *member;
    int field = memory_field(memtype, &member);
    if (field < 0)
        return ps_fail_pid(process->ctx, PSUTIL_EINVAL, process->ref.pid,
                           "memtype must name a field of memory_full_info");
    struct single single;
    int64_t total = 0;
    int rc = read_single(process, &single, field);
    if (rc == 0)
        rc = ps_total_memory(process->ctx, &total);
    if (rc == 0) {
        const char *record = field == PSUTIL_FIELD_MEMORY_INFO
                                 ? (const char *)&single.info.memory_info
                                 : (const char *)&single.info.memory_footprint;
        int64_t value = *(const int64_t *)(const void *)(record + member->offset);
        *out = value == PSUTIL_UNKNOWN ? NAN : (double)value * 100 / (double)total;
    }
    drop_single(&single);
    return rc;
}
