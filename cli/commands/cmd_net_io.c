/* psutil net-io: traffic of each interface in a second, as ifstat shows it. */
#include "io/rates.h"
#include "watch.h"

static const struct option options[] = {
    INTERVAL_OPTION,
    {"all", NULL, "interfaces that never had any traffic, too", 'a'},
    {NULL, NULL, NULL, 0},
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

RATE(nic, bytes_recv)
RATE(nic, bytes_sent)
RATE(nic, packets_recv)
RATE(nic, packets_sent)
RATE(nic, errin)
RATE(nic, errout)
RATE(nic, dropin)
RATE(nic, dropout)

static const struct column_spec columns[] = {
    RATE_NAME("interface"),
    RATE_COLUMN("received", "RECEIVED/S", "bytes received a second", BYTES, rate_bytes_recv),
    RATE_COLUMN("sent", "SENT/S", "bytes sent a second", BYTES, rate_bytes_sent),
    RATE_COLUMN("packets_in", "PKTIN/S", "packets received a second", NONE, rate_packets_recv),
    RATE_COLUMN("packets_out", "PKTOUT/S", "packets sent a second", NONE, rate_packets_sent),
    RATE_COLUMN("errors_in", "ERRIN/S", "errors while receiving a second", NONE, rate_errin),
    RATE_COLUMN("errors_out", "ERROUT/S", "errors while sending a second", NONE, rate_errout),
    RATE_COLUMN("drops_in", "DROPIN/S", "incoming packets dropped a second", NONE, rate_dropin),
    RATE_COLUMN("drops_out", "DROPOUT/S", "outgoing packets dropped a second", NONE, rate_dropout),
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"snetio", offsetof(struct rates_row, now)}},
    .columns = columns,
    .defaults = "name,received,sent,packets_in,packets_out,errors_in,errors_out",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

static int read_all(void **list, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_snetio_list *nics;
    int rc = psutil_net_io_counters_pernic(&nics, ctx, nowrap);
    *list = rc == 0 ? nics : NULL;
    return rc;
}

static bool is_used(const union rates_counters *now)
{
    return now->nic.packets_recv != 0 || now->nic.packets_sent != 0;
}

static int run(struct cli *cli)
{
    static const struct rates nics = {.size = sizeof(psutil_snetio),
                                      .read = read_all,
                                      .used = is_used,
                                      .what = "interface",
                                      .lister = "psutil if"};
    return rates_run(&nics, cli);
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
