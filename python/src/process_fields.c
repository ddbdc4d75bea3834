/* Fields of a process as Python's objects. All ways to read (one method, oneshot(), as_dict(),
 * process_iter()) put what they read into a psutil_process_info, and make the objects here. */
#include "process.h"

#include <math.h>
#include <time.h>

/* ---- Reading one field ----------------------------------------------------------------------- */

/* A reader fills the member of its field, and nothing else. */
typedef int field_reader(psutil_process_info *info, psutil_process *process);

#define READ_VALUE(member)                                                                         \
    static int read_##member(psutil_process_info *info, psutil_process *process)                   \
    {                                                                                              \
        return psutil_process_##member(&info->member, process);                                    \
    }
#define READ_STRING(member)                                                                        \
    static int read_##member(psutil_process_info *info, psutil_process *process)                   \
    {                                                                                              \
        char *string = NULL;                                                                       \
        int rc = psutil_process_##member(&string, process);                                        \
        info->member = string;                                                                     \
        return rc;                                                                                 \
    }

READ_VALUE(ppid)
READ_STRING(name)
READ_STRING(exe)
READ_VALUE(cmdline)
READ_VALUE(environ)
READ_VALUE(status)
READ_STRING(cwd)
READ_STRING(username)
READ_VALUE(uids)
READ_VALUE(gids)
READ_STRING(terminal)
READ_VALUE(nice)
READ_VALUE(ionice)
READ_VALUE(io_counters)
READ_VALUE(num_ctx_switches)
READ_VALUE(num_fds)
READ_VALUE(num_handles)
READ_VALUE(num_threads)
READ_VALUE(threads)
READ_VALUE(cpu_times)
READ_VALUE(cpu_affinity)
READ_VALUE(cpu_num)
READ_VALUE(memory_info)
READ_VALUE(memory_footprint)
READ_VALUE(page_faults)
READ_VALUE(open_files)

static int read_memory_percent(psutil_process_info *info, psutil_process *process)
{
    return psutil_process_memory_percent(&info->memory_percent, process, "rss");
}

static int read_memory_info_ex(psutil_process_info *info, psutil_process *process)
{
    int rc = read_memory_info(info, process);
    return rc != 0 ? rc : psutil_process_memory_info_ex(&info->memory_info_ex, process);
}

static int read_memory_full_info(psutil_process_info *info, psutil_process *process)
{
    int rc = read_memory_info(info, process);
    return rc != 0 ? rc : read_memory_footprint(info, process);
}

static int read_memory_maps(psutil_process_info *info, psutil_process *process)
{
    return psutil_process_memory_maps(&info->memory_maps, process, true);
}

static int read_net_connections(psutil_process_info *info, psutil_process *process)
{
    return psutil_process_net_connections(&info->net_connections, process, PSUTIL_KIND_INET);
}

static field_reader *const readers[PSUTIL_FIELD_COUNT] = {
    [PSUTIL_FIELD_PPID] = read_ppid,
    [PSUTIL_FIELD_NAME] = read_name,
    [PSUTIL_FIELD_EXE] = read_exe,
    [PSUTIL_FIELD_CMDLINE] = read_cmdline,
    [PSUTIL_FIELD_ENVIRON] = read_environ,
    [PSUTIL_FIELD_STATUS] = read_status,
    [PSUTIL_FIELD_CWD] = read_cwd,
    [PSUTIL_FIELD_USERNAME] = read_username,
    [PSUTIL_FIELD_UIDS] = read_uids,
    [PSUTIL_FIELD_GIDS] = read_gids,
    [PSUTIL_FIELD_TERMINAL] = read_terminal,
    [PSUTIL_FIELD_NICE] = read_nice,
    [PSUTIL_FIELD_IONICE] = read_ionice,
    [PSUTIL_FIELD_IO_COUNTERS] = read_io_counters,
    [PSUTIL_FIELD_NUM_CTX_SWITCHES] = read_num_ctx_switches,
    [PSUTIL_FIELD_NUM_FDS] = read_num_fds,
    [PSUTIL_FIELD_NUM_HANDLES] = read_num_handles,
    [PSUTIL_FIELD_NUM_THREADS] = read_num_threads,
    [PSUTIL_FIELD_THREADS] = read_threads,
    [PSUTIL_FIELD_CPU_TIMES] = read_cpu_times,
    [PSUTIL_FIELD_CPU_PERCENT] = read_cpu_times,
    [PSUTIL_FIELD_CPU_AFFINITY] = read_cpu_affinity,
    [PSUTIL_FIELD_CPU_NUM] = read_cpu_num,
    [PSUTIL_FIELD_MEMORY_INFO] = read_memory_info,
    [PSUTIL_FIELD_MEMORY_INFO_EX] = read_memory_info_ex,
    [PSUTIL_FIELD_MEMORY_FOOTPRINT] = read_memory_footprint,
    [PSUTIL_FIELD_MEMORY_FULL_INFO] = read_memory_full_info,
    [PSUTIL_FIELD_MEMORY_PERCENT] = read_memory_percent,
    [PSUTIL_FIELD_MEMORY_MAPS] = read_memory_maps,
    [PSUTIL_FIELD_PAGE_FAULTS] = read_page_faults,
    [PSUTIL_FIELD_OPEN_FILES] = read_open_files,
    [PSUTIL_FIELD_NET_CONNECTIONS] = read_net_connections,
};

/* What a single reader has allocated. */
static void *block_of(const psutil_process_info *info, int field)
{
    switch (field) {
    case PSUTIL_FIELD_NAME:
        return (void *)(uintptr_t)info->name;
    case PSUTIL_FIELD_EXE:
        return (void *)(uintptr_t)info->exe;
    case PSUTIL_FIELD_CMDLINE:
        return info->cmdline;
    case PSUTIL_FIELD_ENVIRON:
        return info->environ;
    case PSUTIL_FIELD_CWD:
        return (void *)(uintptr_t)info->cwd;
    case PSUTIL_FIELD_USERNAME:
        return (void *)(uintptr_t)info->username;
    case PSUTIL_FIELD_TERMINAL:
        return (void *)(uintptr_t)info->terminal;
    case PSUTIL_FIELD_THREADS:
        return info->threads;
    case PSUTIL_FIELD_CPU_AFFINITY:
        return info->cpu_affinity;
    case PSUTIL_FIELD_MEMORY_MAPS:
        return info->memory_maps;
    case PSUTIL_FIELD_OPEN_FILES:
        return info->open_files;
    case PSUTIL_FIELD_NET_CONNECTIONS:
        return info->net_connections;
    default:
        return NULL;
    }
}

/* ---- CPU use --------------------------------------------------------------------------------- */

double monotonic_clock(void)
{
    struct timespec now;
#ifdef CLOCK_MONOTONIC
    clock_gettime(CLOCK_MONOTONIC, &now);
#else
    timespec_get(&now, TIME_UTC);
#endif
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A clock tick that falls into a much shorter interval looks like thousands of CPUs. */
static double within_machine(process_object *self, double percent)
{
    int64_t cpus;
    if (percent <= 100 ||
        psutil_cpu_count(&cpus, psutil_process_context(self->handle), true) != 0 || cpus < 1)
        return percent;
    double most = 100.0 * (double)cpus;
    return percent > most ? most : percent;
}

double process_percent(process_object *self, const psutil_pcputimes *times, double clock)
{
    double busy = times->user + times->system;
    LOCK(self);
    double done = busy - self->busy;
    double passed = clock - self->clock;
    self->busy = busy;
    self->clock = clock;
    UNLOCK(self);
    if (isnan(done) || done < 0 || passed <= 0)
        return 0;
    return round_tenth(within_machine(self, done / passed * 100));
}

/* ---- Values ---------------------------------------------------------------------------------- */

psutil_fields process_field_needs(int field)
{
    return field == PSUTIL_FIELD_CPU_PERCENT ? PSUTIL_FIELD(CPU_TIMES) : (psutil_fields)1 << field;
}

int process_field_result(const psutil_process_info *info, int field)
{
    return info->result[field == PSUTIL_FIELD_CPU_PERCENT ? PSUTIL_FIELD_CPU_TIMES : field];
}

/* psutil has no unknown numbers in a process's records: they are 0 there. */
static void zero_unknown(const tuple_info *tuple, void *item)
{
    for (Py_ssize_t i = 0; i < tuple->len; i++) {
        const psutil_field *field = tuple->fields[i];
        void *member = (char *)item + field->offset;
        if (field->type == PSUTIL_TYPE_DOUBLE && isnan(*(double *)member))
            *(double *)member = 0;
        else if (field->type == PSUTIL_TYPE_INT && *(int64_t *)member == PSUTIL_UNKNOWN)
            *(int64_t *)member = 0;
    }
}

static PyObject *record(process_object *self, tuple_id id, void *item)
{
    const tuple_info *tuple = tuple_get(self->state, id);
    if (!tuple)
        return NULL;
    zero_unknown(tuple, item);
    return record_to_tuple(self->state, id, item);
}

static PyObject *name_value(process_object *self, const char *name)
{
    PyObject *value = string_from(name ? name : "");
    if (value)
        process_keep(self, &self->name, value);
    return value;
}

static PyObject *create_time_value(process_object *self, double create_time)
{
    PyObject *value = double_from(create_time);
    if (value)
        process_keep(self, &self->create_time, value);
    return value;
}

static PyObject *connections_value(process_object *self, psutil_sconn_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].fd == PSUTIL_UNKNOWN)
            list->items[i].fd = -1;
    return list_to_tuples(self->state, TUPLE_pconn, list->items, list->len);
}

static const psutil_enum_value *status_values(module_state *state)
{
    if (!state->status_values)
        state->status_values = enum_values("process", "status");
    return state->status_values;
}

#define RECORD(member, tuple) record(self, TUPLE_##tuple, &info->member)
#define LIST(member, tuple)                                                                        \
    list_to_tuples(self->state, TUPLE_##tuple, info->member->items, info->member->len)

static PyObject *record_value(process_object *self, int field, psutil_process_info *info)
{
    switch (field) {
    case PSUTIL_FIELD_UIDS:
        return RECORD(uids, puids);
    case PSUTIL_FIELD_GIDS:
        return RECORD(gids, pgids);
    case PSUTIL_FIELD_IONICE:
        return RECORD(ionice, pionice);
    case PSUTIL_FIELD_IO_COUNTERS:
        return RECORD(io_counters, pio);
    case PSUTIL_FIELD_NUM_CTX_SWITCHES:
        return RECORD(num_ctx_switches, pctxsw);
    case PSUTIL_FIELD_CPU_TIMES:
        return RECORD(cpu_times, pcputimes);
    case PSUTIL_FIELD_MEMORY_INFO:
        return RECORD(memory_info, pmem);
    case PSUTIL_FIELD_MEMORY_INFO_EX:
        return record(self, TUPLE_pmem_ex, info);
    case PSUTIL_FIELD_MEMORY_FOOTPRINT:
        return RECORD(memory_footprint, pfootprint);
    case PSUTIL_FIELD_MEMORY_FULL_INFO:
        return record(self, TUPLE_pfullmem, info);
    case PSUTIL_FIELD_PAGE_FAULTS:
        return RECORD(page_faults, ppagefaults);
    default:
        PyErr_SetString(PyExc_NotImplementedError, "not supported on this system");
        return NULL;
    }
}

static PyObject *list_value(process_object *self, int field, psutil_process_info *info)
{
    switch (field) {
    case PSUTIL_FIELD_CMDLINE:
        return strings_from(info->cmdline);
    case PSUTIL_FIELD_ENVIRON:
        return variables_from(info->environ);
    case PSUTIL_FIELD_THREADS:
        return LIST(threads, pthread);
    case PSUTIL_FIELD_CPU_AFFINITY:
        return ints_from(info->cpu_affinity);
    case PSUTIL_FIELD_MEMORY_MAPS:
        return LIST(memory_maps, pmmap_grouped);
    case PSUTIL_FIELD_OPEN_FILES:
        return LIST(open_files, popenfile);
    case PSUTIL_FIELD_NET_CONNECTIONS:
        return connections_value(self, info->net_connections);
    default:
        return record_value(self, field, info);
    }
}

PyObject *process_field_value(process_object *self, int field, psutil_process_info *info)
{
    switch (field) {
    case PSUTIL_FIELD_PID:
        return PyLong_FromLongLong(self->pid);
    case PSUTIL_FIELD_PPID:
        return int_from(info->ppid);
    case PSUTIL_FIELD_NAME:
        return name_value(self, info->name);
    case PSUTIL_FIELD_EXE:
        return string_from(info->exe ? info->exe : "");
    case PSUTIL_FIELD_CREATE_TIME:
        return create_time_value(self, info->create_time);
    case PSUTIL_FIELD_STATUS:
        return enum_member(self->state, status_values(self->state), info->status);
    case PSUTIL_FIELD_CWD:
        return string_from(info->cwd ? info->cwd : "");
    case PSUTIL_FIELD_USERNAME:
        return string_from(info->username);
    case PSUTIL_FIELD_TERMINAL:
        return string_from(info->terminal);
    case PSUTIL_FIELD_NICE:
        return int_from(info->nice);
    case PSUTIL_FIELD_NUM_FDS:
        return int_from(info->num_fds);
    case PSUTIL_FIELD_NUM_HANDLES:
        return int_from(info->num_handles);
    case PSUTIL_FIELD_NUM_THREADS:
        return int_from(info->num_threads);
    case PSUTIL_FIELD_CPU_NUM:
        return PyLong_FromLongLong(info->cpu_num == PSUTIL_UNKNOWN ? -1 : info->cpu_num);
    case PSUTIL_FIELD_MEMORY_PERCENT:
        return PyFloat_FromDouble(isnan(info->memory_percent) ? 0 : info->memory_percent);
    default:
        return list_value(self, field, info);
    }
}
#undef RECORD
#undef LIST

static PyObject *value_or_percent(process_object *self, int field, psutil_process_info *info)
{
    if (field != PSUTIL_FIELD_CPU_PERCENT)
        return process_field_value(self, field, info);
    return PyFloat_FromDouble(process_percent(self, &info->cpu_times, monotonic_clock()));
}

static PyObject *get_alone(process_object *self, int field)
{
    psutil_process_info info;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = readers[field](&info, self->handle);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    PyObject *value = value_or_percent(self, field, &info);
    psutil_free(block_of(&info, field));
    return value;
}

static PyObject *get_shared(process_object *self, int field)
{
    shared_info *shared;
    int rc = process_oneshot_read(self, field, &shared);
    if (rc != 0)
        return process_raise(self, rc);
    if (!shared)
        return get_alone(self, field);
    rc = process_field_result(shared->info, field);
    PyObject *value =
        rc == 0 ? value_or_percent(self, field, shared->info) : process_raise(self, rc);
    shared_info_drop(shared);
    return value;
}

PyObject *process_get(process_object *self, int field)
{
    if (!process_is_open(self))
        return NULL;
    return self->oneshot_depth > 0 ? get_shared(self, field) : get_alone(self, field);
}
