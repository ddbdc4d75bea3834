/* psutil uptime: how long the machine has been running, and how much it has to do. */
#include "platform.h"
#include "table/table.h"
#include "watch.h"

#include <math.h>

struct uptime_row {
    double up, since; /* seconds; seconds since the epoch */
    int64_t users;    /* sessions, as who shows them */
    double loads[3];
    int64_t cpus;
};

static void derive_up(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, ((const struct uptime_row *)row)->up);
}

static void derive_since(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, ((const struct uptime_row *)row)->since);
}

static void derive_users(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, ((const struct uptime_row *)row)->users);
}

static void derive_cpus(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, ((const struct uptime_row *)row)->cpus);
}

#define LOAD(index)                                                                                \
    static void derive_load_##index(struct cell *out, const void *row, struct buffer *scratch)     \
    {                                                                                              \
        (void)scratch;                                                                             \
        cell_set_double(out, ((const struct uptime_row *)row)->loads[index]);                      \
    }

LOAD(0)
LOAD(1)
LOAD(2)

#define NUMBER(name_, doc_, kind, unit_, function)                                                 \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_##kind, .unit = PSUTIL_UNIT_##unit_,   \
        .derive = (function)                                                                       \
    }

static const struct column_spec columns[] = {
    NUMBER("up", "how long it has been running", DOUBLE, SECONDS, derive_up),
    NUMBER("since", "when it was booted", DOUBLE, EPOCH, derive_since),
    NUMBER("users", "sessions of users who are logged in", INT, NONE, derive_users),
    NUMBER("cpus", "CPUs online, which loads are to be compared with", INT, NONE, derive_cpus),
    NUMBER("load1", "running or waiting to run, mean of 1 minute", DOUBLE, NONE, derive_load_0),
    NUMBER("load5", "the same of 5 minutes", DOUBLE, NONE, derive_load_1),
    NUMBER("load15", "the same of 15 minutes", DOUBLE, NONE, derive_load_2),
    {.name = NULL},
};

static const struct listing listing = {
    .columns = columns,
    .defaults = "up,since,users,cpus,load1,load5,load15",
};

static int64_t count_users(psutil *ctx)
{
    psutil_suser_list *list;
    if (psutil_users(&list, ctx) != 0)
        return PSUTIL_UNKNOWN;
    int64_t len = (int64_t)list->len;
    psutil_free(list);
    return len;
}

/* Not every system has loads. */
static int read_loads(double loads[3], psutil *ctx)
{
    int rc = psutil_getloadavg(loads, ctx);
    for (int i = 0; i < 3 && rc == PSUTIL_ENOTSUP; i++)
        loads[i] = NAN;
    return rc == PSUTIL_ENOTSUP ? 0 : rc;
}

static int read_row(struct uptime_row *row, const struct cli *cli)
{
    int rc = psutil_boot_time(&row->since, cli->ctx);
    if (rc == 0)
        rc = read_loads(row->loads, cli->ctx);
    if (rc != 0)
        return cli_failed(cli, rc);
    if (psutil_cpu_count(&row->cpus, cli->ctx, true) != 0)
        row->cpus = PSUTIL_UNKNOWN;
    row->users = count_users(cli->ctx);
    row->up = cli_is_live(cli) ? fmax(0, platform_now() - row->since) : NAN;
    return CLI_DONE;
}

static int show(const struct table *table)
{
    struct uptime_row row;
    int status = read_row(&row, table->cli);
    return status == CLI_DONE ? table_show_array(table, &row, 1, sizeof row) : status;
}

static int run(struct cli *cli)
{
    return watch_listing(cli, show);
}

const struct command command_uptime = {
    .name = "uptime",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "How long the machine has been running, users, load",
    .text = "A load is the mean number of processes that run, or wait to run.\n"
            "\nExamples:\n"
            "  psutil uptime\n"
            "  psutil uptime --json --columns load1\n",
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
