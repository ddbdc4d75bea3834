/* What processes read and write in a second. */
#include "processes/processes.h"
#include "io/io.h"
#include "platform.h"

#include <math.h>
#include <stdlib.h>

struct io_row {
    struct process_row process; /* first, as columns of processes look at it */
    double read, written;       /* bytes a second; NAN when unknown */
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static void derive_read(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, ((const struct io_row *)row)->read);
}

static void derive_written(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, ((const struct io_row *)row)->written);
}

static void derive_total(struct cell *out, const void *row, struct buffer *scratch)
{
    const struct io_row *io = row;
    (void)scratch;
    cell_set_double(out, io->read + io->written);
}

#define RATE(name_, header_, doc_, function)                                                       \
    {                                                                                              \
        .name = (name_), .header = (header_), .doc = (doc_), .type = PSUTIL_TYPE_DOUBLE,           \
        .unit = PSUTIL_UNIT_BYTES, .derive = (function)                                            \
    }

static const struct column_spec columns[] = {
    {.name = "user", .path = "username", .cut = true},
    RATE("read", "READ/S", "bytes read from storage a second", derive_read),
    RATE("written", "WRITTEN/S", "bytes written to storage a second", derive_written),
    RATE("total", "TOTAL/S", "both together", derive_total),
    {.name = "command",
     .doc = "command line, or [name] of a process without one",
     .type = PSUTIL_TYPE_STRING,
     .fields = PSUTIL_FIELD(CMDLINE) | PSUTIL_FIELD(NAME),
     .derive = process_command,
     .cut = true},
    {.name = NULL},
};

const struct listing process_io_listing = {
    .parts = {{"process", offsetof(struct io_row, process.info)}},
    .columns = columns,
    .defaults = "pid,user,read,written,command",
    .sort = "-total",
    .has = process_has,
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

/* What a process had read and written the time before. */
struct moment {
    int64_t pid, read, written;
    double create_time;
};

struct io {
    const struct cli *cli;
    struct table table;
    struct processes processes;
    struct moment *before, *now;
    size_t before_len, now_len;
    bool all;
};

static bool is_known(const struct process_row *row)
{
    return process_has(row, PSUTIL_FIELD_IO_COUNTERS) &&
           process_has(row, PSUTIL_FIELD_CREATE_TIME) &&
           row->info.io_counters.read_bytes != PSUTIL_UNKNOWN &&
           row->info.io_counters.write_bytes != PSUTIL_UNKNOWN;
}

static int look(void *user)
{
    struct io *io = user;
    int status = processes_refresh(&io->processes);
    if (status != CLI_DONE)
        return status;
    free(io->before);
    io->before = io->now;
    io->before_len = io->now_len;
    io->now_len = 0;
    io->now = malloc((io->processes.len + 1) * sizeof *io->now);
    if (!io->now)
        return cli_error("out of memory");
    for (size_t i = 0; i < io->processes.len; i++) {
        const struct process_row *row = &io->processes.rows[i];
        if (is_known(row))
            io->now[io->now_len++] =
                (struct moment){row->info.pid, row->info.io_counters.read_bytes,
                                row->info.io_counters.write_bytes, row->info.create_time};
    }
    return CLI_DONE;
}

static int compare_pids(const void *left, const void *right)
{
    const struct moment *a = left, *b = right;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

/* Of one that was started meanwhile everything is new. */
static void set_rates(struct io_row *row, const struct io *io, double seconds)
{
    const psutil_process_info *info = &row->process.info;
    struct moment key = {.pid = info->pid};
    row->read = row->written = NAN;
    if (!is_known(&row->process) || seconds <= 0)
        return;
    const struct moment *before =
        bsearch(&key, io->before, io->before_len, sizeof key, compare_pids);
    if (before && before->create_time == info->create_time)
        key = *before;
    row->read = (double)(info->io_counters.read_bytes - key.read) / seconds;
    row->written = (double)(info->io_counters.write_bytes - key.written) / seconds;
}

static void note_refused(const struct io *io)
{
    size_t refused = 0;
    for (size_t i = 0; i < io->processes.len; i++)
        refused += io->processes.rows[i].info.result[PSUTIL_FIELD_IO_COUNTERS] == PSUTIL_EACCES;
    if (io->table.format == FORMAT_TEXT && refused > 0 && !watch_is_on(io->cli))
        cli_note_hidden(io->cli, "what is read and written by", refused, "process", "processes");
}

static int show(void *user, double seconds)
{
    struct io *io = user;
    struct rows rows = {0};
    struct io_row *items = malloc((io->processes.len + 1) * sizeof *items);
    if (!items)
        return cli_error("out of memory");
    for (size_t i = 0; i < io->processes.len; i++) {
        items[i].process = io->processes.rows[i];
        set_rates(&items[i], io, seconds);
        if (io->all || items[i].read + items[i].written > 0)
            rows_add(&rows, &items[i]);
    }
    int status = table_show(&io->table, &rows);
    rows_free(&rows);
    free(items);
    if (status == CLI_DONE)
        note_refused(io);
    return status;
}

int io_processes(const struct cli *cli)
{
    static const struct watch_rates calls = {look, show};
    struct io io = {.cli = cli, .all = options_get(&cli->options, "all") != NULL};
    if (cli->words_len > 0)
        return cli_usage("io --processes takes no arguments: --filter pid=1234");
    int status = table_open(&io.table, cli);
    if (status == CLI_DONE)
        status =
            processes_open(&io.processes, cli, table_fields(&io.table) | PSUTIL_FIELD(IO_COUNTERS));
    if (status == CLI_DONE)
        status = watch_rates(cli, &calls, &io);
    free(io.before);
    free(io.now);
    processes_close(&io.processes);
    table_close(&io.table);
    return status;
}
