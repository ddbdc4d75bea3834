/* The columns of a process that have a short name, or are made from several fields. */
#include "processes.h"

#include <math.h>
#include <string.h>

bool process_has(const void *row, size_t field)
{
    const struct process_row *process = row;
    return process->info.result[field] == 0;
}

static double elapsed(const struct process_row *row)
{
    if (!process_has(row, PSUTIL_FIELD_CREATE_TIME))
        return NAN;
    double seconds = row->now - row->info.create_time;
    return seconds < 0 ? 0 : seconds;
}

static double cpu_time(const struct process_row *row)
{
    if (row->thread)
        return row->thread->user_time + row->thread->system_time;
    if (!process_has(row, PSUTIL_FIELD_CPU_TIMES))
        return NAN;
    return row->info.cpu_times.user + row->info.cpu_times.system;
}

static void derive_elapsed(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, elapsed(row));
}

static void derive_cpu_time(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, cpu_time(row));
}

/* While watching, the share since the time before; else that of its whole life, as ps has it. */
static void derive_cpu(struct cell *out, const void *row, struct buffer *scratch)
{
    const struct process_row *process = row;
    (void)scratch;
    double age = elapsed(process);
    if (!process->thread && process_has(row, PSUTIL_FIELD_CPU_PERCENT) &&
        !isnan(process->info.cpu_percent))
        cell_set_double(out, process->info.cpu_percent);
    else if (age > 0)
        cell_set_double(out, 100 * cpu_time(process) / age);
}

/* What ps calls it: the arguments, or for a process without any its name in brackets. */
void process_command(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_process_info *info = &((const struct process_row *)row)->info;
    const psutil_string_list *words =
        info->result[PSUTIL_FIELD_CMDLINE] == 0 ? info->cmdline : NULL;
    for (size_t i = 0; words && i < words->len; i++) {
        if (i > 0)
            buffer_add(scratch, " ", 1);
        buffer_add_text(scratch, words->items[i]);
    }
    if (scratch->len == 0 && process_has(row, PSUTIL_FIELD_NAME) && info->name)
        buffer_addf(scratch, "[%s]", info->name);
    buffer_add(scratch, "", 1);
    if (scratch->len > 1)
        cell_set_text(out, scratch->data);
}

static void derive_tid(struct cell *out, const void *row, struct buffer *scratch)
{
    const struct process_row *process = row;
    (void)scratch;
    cell_set_int(out, process->thread ? process->thread->id : process->info.pid);
}

static void derive_tty(struct cell *out, const void *row, struct buffer *scratch)
{
    static const char folder[] = "/dev/";
    const struct process_row *process = row;
    (void)scratch;
    if (!process_has(row, PSUTIL_FIELD_TERMINAL) || !process->info.terminal)
        return;
    const char *name = process->info.terminal;
    bool below = strncmp(name, folder, sizeof folder - 1) == 0;
    cell_set_text(out, below ? name + sizeof folder - 1 : name);
}

#define FIELD(name) PSUTIL_FIELD(name)

const struct column_spec process_columns[] = {
    {.name = "user", .path = "username", .cut = true},
    {.name = "pid", .path = "pid"},
    {.name = "ppid", .path = "ppid"},
    {.name = "tid",
     .doc = "id of the thread with --threads, else of the process",
     .type = PSUTIL_TYPE_INT,
     .derive = derive_tid},
    {.name = "cpu",
     .header = "%CPU",
     .doc = "share of one CPU: since the time before with --watch, else over its whole life",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_PERCENT,
     .fields = FIELD(CPU_TIMES) | FIELD(CREATE_TIME),
     .derive = derive_cpu},
    {.name = "mem", .path = "memory_percent", .header = "%MEM"},
    {.name = "rss", .path = "memory_info.rss"},
    {.name = "vms", .path = "memory_info.vms"},
    {.name = "uss", .path = "memory_footprint.uss"},
    {.name = "pss", .path = "memory_footprint.pss"},
    {.name = "swap", .path = "memory_footprint.swap"},
    {.name = "tty",
     .doc = "controlling terminal, without /dev/",
     .type = PSUTIL_TYPE_STRING,
     .fields = FIELD(TERMINAL),
     .made_of = "process.terminal",
     .derive = derive_tty},
    {.name = "started", .path = "create_time"},
    {.name = "elapsed",
     .doc = "how long it has been running",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_SECONDS,
     .fields = FIELD(CREATE_TIME),
     .derive = derive_elapsed},
    {.name = "time",
     .doc = "CPU time, in user and kernel mode",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_SECONDS,
     .show = SHOW_CPU_TIME,
     .fields = FIELD(CPU_TIMES),
     .derive = derive_cpu_time},
    {.name = "command",
     .doc = "command line, or [name] of a process without one",
     .type = PSUTIL_TYPE_STRING,
     .fields = FIELD(CMDLINE) | FIELD(NAME),
     .derive = process_command,
     .cut = true},
    {.name = "name", .path = "name", .cut = true},
    {.name = "exe", .path = "exe", .cut = true},
    {.name = "cwd", .path = "cwd", .cut = true},
    {.name = "cmdline", .path = "cmdline", .cut = true},
    {.name = "threads", .path = "num_threads", .header = "THR"},
    {.name = "fds", .path = "num_fds"},
    {.name = "nice", .path = "nice", .header = "NI"},
    {.name = "io", .path = "ionice.ioclass"},
    {.name = "read", .path = "io_counters.read_bytes"},
    {.name = "written", .path = "io_counters.write_bytes"},
    {.name = "uid", .path = "uids.effective"},
    {.name = "gid", .path = "gids.effective"},
    {.name = NULL},
};

const struct listing process_listing = {
    .parts = {{"process", offsetof(struct process_row, info)}},
    .columns = process_columns,
    .defaults = "user,pid,cpu,mem,rss,tty,status,started,time,command",
    .lister = "psutil ps --columns help",
    .has = process_has,
};

const struct listing top_listing = {
    .parts = {{"process", offsetof(struct process_row, info)}},
    .columns = process_columns,
    .defaults = "pid,user,nice,rss,status,cpu,mem,time,command",
    .sort = "-cpu",
    .has = process_has,
};
