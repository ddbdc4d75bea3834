/* psutil net-io: traffic of each interface in a second, as ifstat shows it. */
#include "table/table.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    INTERVAL_OPTION,
    {"all", NULL, "interfaces that never had any traffic, too", 'a'},
    {NULL, NULL, NULL, 0},
};

struct nic_row {
    psutil_snetio now; /* since it came up */
    const psutil_snetio *before;
    double seconds;
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static void set_rate(struct cell *out, int64_t before, int64_t now, double seconds)
{
    if (before != PSUTIL_UNKNOWN && now != PSUTIL_UNKNOWN && seconds > 0)
        cell_set_double(out, (double)(now - before) / seconds);
}

#define RATE(member)                                                                               \
    static void rate_##member(struct cell *out, const void *item, struct buffer *scratch)          \
    {                                                                                              \
        const struct nic_row *row = item;                                                          \
        (void)scratch;                                                                             \
        set_rate(out, row->before->member, row->now.member, row->seconds);                         \
    }

RATE(bytes_recv)
RATE(bytes_sent)
RATE(packets_recv)
RATE(packets_sent)
RATE(errin)
RATE(errout)
RATE(dropin)
RATE(dropout)

static void derive_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct nic_row *)row)->now.name);
}

#define COLUMN(name_, header_, doc_, unit_, function)                                              \
    {                                                                                              \
        .name = (name_), .header = (header_), .doc = (doc_), .type = PSUTIL_TYPE_DOUBLE,           \
        .unit = PSUTIL_UNIT_##unit_, .derive = (function)                                          \
    }

static const struct column_spec columns[] = {
    {.name = "name",
     .doc = "interface",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_name,
     .cut = true},
    COLUMN("received", "RECEIVED/S", "bytes received a second", BYTES, rate_bytes_recv),
    COLUMN("sent", "SENT/S", "bytes sent a second", BYTES, rate_bytes_sent),
    COLUMN("packets_in", "PKTIN/S", "packets received a second", NONE, rate_packets_recv),
    COLUMN("packets_out", "PKTOUT/S", "packets sent a second", NONE, rate_packets_sent),
    COLUMN("errors_in", "ERRIN/S", "errors while receiving a second", NONE, rate_errin),
    COLUMN("errors_out", "ERROUT/S", "errors while sending a second", NONE, rate_errout),
    COLUMN("drops_in", "DROPIN/S", "incoming packets dropped a second", NONE, rate_dropin),
    COLUMN("drops_out", "DROPOUT/S", "outgoing packets dropped a second", NONE, rate_dropout),
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"snetio", offsetof(struct nic_row, now)}},
    .columns = columns,
    .defaults = "name,received,sent,packets_in,packets_out,errors_in,errors_out",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

struct net_io {
    const struct cli *cli;
    struct table table;
    psutil_nowrap *nowrap;
    psutil_snetio_list *before, *now; /* NULL at first */
    bool all;
};

static int look(void *user)
{
    struct net_io *io = user;
    psutil_free(io->before);
    io->before = io->now;
    io->now = NULL;
    int rc = io->nowrap ? 0 : psutil_nowrap_open(&io->nowrap, io->cli->ctx);
    if (rc == 0)
        rc = psutil_net_io_counters_pernic(&io->now, io->cli->ctx, io->nowrap);
    return rc == 0 ? CLI_DONE : cli_failed(io->cli, rc);
}

static const psutil_snetio *find(const psutil_snetio_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

static bool is_wanted(const struct net_io *io, const psutil_snetio *nic)
{
    bool named = io->cli->words_len == 0;
    for (size_t i = 0; i < io->cli->words_len; i++)
        named |= strcmp(io->cli->words[i], nic->name) == 0;
    bool used = nic->packets_recv != 0 || nic->packets_sent != 0;
    return named && (used || io->all || io->cli->words_len > 0);
}

/* An interface that came meanwhile is told of the next time. */
static int show(void *user, double seconds)
{
    struct net_io *io = user;
    struct rows rows = {0};
    struct nic_row *items = calloc(io->now->len + 1, sizeof *items);
    if (!items)
        return cli_error("out of memory");
    for (size_t i = 0; i < io->now->len; i++) {
        const psutil_snetio *nic = &io->now->items[i], *before = find(io->before, nic->name);
        items[i] = (struct nic_row){*nic, before, seconds};
        if (before && is_wanted(io, nic))
            rows_add(&rows, &items[i]);
    }
    int status = table_show(&io->table, &rows);
    rows_free(&rows);
    free(items);
    return status;
}

static int run(struct cli *cli)
{
    static const struct watch_rates calls = {look, show};
    struct net_io io = {.cli = cli, .all = options_get(&cli->options, "all") != NULL};
    int status = table_open(&io.table, cli);
    if (status == CLI_DONE)
        status = watch_rates(cli, &calls, &io);
    psutil_free(io.before);
    psutil_free(io.now);
    psutil_nowrap_close(io.nowrap);
    table_close(&io.table);
    return status;
}

const struct command command_net_io = {
    .name = "net-io",
    .group = GROUP_LOOKING,
    .usage = "[NAME...]",
    .doc = "Traffic of each network interface in a second",
    .text = "Between two moments, a second apart: of the interfaces that have had traffic,\n"
            "or of those that are named.\n"
            "\nExamples:\n"
            "  psutil net-io --watch=5\n"
            "  psutil net-io eth0 --interval 10 --bytes\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
