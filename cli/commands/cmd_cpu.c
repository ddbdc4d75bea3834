/* psutil cpu: what each CPU does, as mpstat shows it. */
#include "table/table.h"
#include "watch.h"

#include <math.h>
#include <stdlib.h>

static const struct option options[] = {
    INTERVAL_OPTION,
    {"total", NULL, "all CPUs together only", 't'},
    {NULL, NULL, NULL, 0},
};

struct cpu_row {
    psutil_scputimes share; /* percent */
    psutil_scpufreq freq;
    int64_t number; /* PSUTIL_UNKNOWN: all together */
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static void derive_cpu(struct cell *out, const void *row, struct buffer *scratch)
{
    int64_t number = ((const struct cpu_row *)row)->number;
    (void)scratch;
    if (number == PSUTIL_UNKNOWN)
        cell_set_text(out, "all");
    else
        cell_set_int(out, number);
}

/* Waiting for I/O is idle, as cpu_percent counts it. */
static void derive_busy(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_scputimes *share = &((const struct cpu_row *)row)->share;
    double waiting = isnan(share->iowait) ? 0 : share->iowait;
    (void)scratch;
    if (!isnan(share->idle))
        cell_set_double(out, fmax(0, 100 - share->idle - waiting));
}

#define SHARE(name_, header_)                                                                      \
    {                                                                                              \
        .name = (name_), .path = (name_), .header = (header_), .unit = PSUTIL_UNIT_PERCENT         \
    }

static const struct column_spec columns[] = {
    {.name = "cpu",
     .doc = "all of them, or one, by the system's number; those offline are left out",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_cpu},
    {.name = "busy",
     .header = "BUSY%",
     .doc = "neither idle nor waiting for I/O",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_PERCENT,
     .derive = derive_busy},
    SHARE("user", "USER%"),
    SHARE("nice", "NICE%"),
    SHARE("system", "SYS%"),
    SHARE("iowait", "WAIT%"),
    SHARE("irq", "IRQ%"),
    SHARE("softirq", "SOFT%"),
    SHARE("steal", "STEAL%"),
    SHARE("guest", "GUEST%"),
    SHARE("guest_nice", "GNICE%"),
    SHARE("idle", "IDLE%"),
    SHARE("interrupt", "INT%"),
    SHARE("dpc", "DPC%"),
    {.name = "freq", .path = "current", .doc = "frequency now"},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"scputimes", offsetof(struct cpu_row, share)},
              {"scpufreq", offsetof(struct cpu_row, freq)}},
    .columns = columns,
    .defaults = "cpu,busy,user,nice,system,iowait,irq,softirq,steal,guest,idle,freq",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

struct cpu {
    const struct cli *cli;
    struct table table;
    bool total;
    psutil_cpu_sampler *all, *each; /* NULL at first */
    psutil_scputimes share;
    psutil_scputimes_list *shares;
    psutil_int_list *numbers; /* of those */
};

static void forget_shares(struct cpu *cpu)
{
    psutil_free(cpu->shares);
    psutil_free(cpu->numbers);
    cpu->shares = NULL;
    cpu->numbers = NULL;
}

/* The first look opens the samplers: what they say then is of the whole time since the boot. */
static int look(void *user)
{
    struct cpu *cpu = user;
    forget_shares(cpu);
    int rc = cpu->all ? psutil_cpu_times_percent(&cpu->share, cpu->all)
                      : psutil_cpu_sampler_open(&cpu->all, cpu->cli->ctx);
    if (rc == 0 && !cpu->total)
        rc = cpu->each ? psutil_cpu_times_percent_percpu(&cpu->shares, cpu->each)
                       : psutil_cpu_sampler_open(&cpu->each, cpu->cli->ctx);
    if (rc == 0 && cpu->shares)
        rc = psutil_cpu_sampler_numbers(&cpu->numbers, cpu->each);
    return rc == 0 ? CLI_DONE : cli_failed(cpu->cli, rc);
}

/* Many machines tell no frequency. */
static void add_frequencies(struct cpu_row *rows, size_t len, const struct cli *cli)
{
    psutil_scpufreq_list *list;
    for (size_t i = 0; i < len; i++)
        rows[i].freq = (psutil_scpufreq){NAN, NAN, NAN};
    if (psutil_cpu_freq(&rows[0].freq, cli->ctx) != 0)
        rows[0].freq = (psutil_scpufreq){NAN, NAN, NAN};
    if (len < 2 || psutil_cpu_freq_percpu(&list, cli->ctx) != 0)
        return;
    for (size_t i = 0; list->len == len - 1 && i < list->len; i++)
        rows[i + 1].freq = list->items[i];
    psutil_free(list);
}

static int show(void *user, double seconds)
{
    struct cpu *cpu = user;
    size_t len = 1 + (cpu->shares ? cpu->shares->len : 0);
    struct cpu_row *items = calloc(len, sizeof *items);
    (void)seconds;
    if (!items)
        return cli_error("out of memory");
    items[0] = (struct cpu_row){.share = cpu->share, .number = PSUTIL_UNKNOWN};
    for (size_t i = 1; i < len; i++)
        items[i] = (struct cpu_row){.share = cpu->shares->items[i - 1],
                                    .number = cpu->numbers->items[i - 1]};
    add_frequencies(items, len, cpu->cli);
    int status = table_show_array(&cpu->table, items, len, sizeof *items);
    free(items);
    return status;
}

static int run(struct cli *cli)
{
    static const struct watch_rates calls = {look, show};
    struct cpu cpu = {.cli = cli, .total = options_get(&cli->options, "total") != NULL};
    if (cli->words_len > 0)
        return cli_usage("cpu takes no arguments");
    int status = table_open(&cpu.table, cli);
    if (status == CLI_DONE)
        status = watch_rates(cli, &calls, &cpu);
    forget_shares(&cpu);
    psutil_cpu_sampler_close(cpu.all);
    psutil_cpu_sampler_close(cpu.each);
    table_close(&cpu.table);
    return status;
}

const struct command command_cpu = {
    .name = "cpu",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "What each CPU does: user, system, idle, waiting; frequency",
    .text = "Shares of the time between two moments, a second apart. Guests count in user,\n"
            "too.\n"
            "\nExamples:\n"
            "  psutil cpu --watch=5\n"
            "  psutil cpu --total --interval 10 --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
