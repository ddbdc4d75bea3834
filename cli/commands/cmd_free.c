/* psutil free: memory and swap. */
#include "table/table.h"
#include "watch.h"

struct free_row {
    psutil_svmem memory; /* of swap: total, used, free and percent, the rest unknown */
    const char *name;
};

static void derive_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct free_row *)row)->name);
}

/* What the kernel would give back at once. */
static void derive_cache(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_svmem *memory = &((const struct free_row *)row)->memory;
    (void)scratch;
    if (memory->buffers != PSUTIL_UNKNOWN && memory->cached != PSUTIL_UNKNOWN)
        cell_set_int(out, memory->buffers + memory->cached);
}

static const struct column_spec columns[] = {
    {.name = "name",
     .header = "",
     .doc = "memory or swap",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_name},
    {.name = "cache",
     .header = "BUFF/CACHE",
     .doc = "buffers and cached together",
     .type = PSUTIL_TYPE_INT,
     .unit = PSUTIL_UNIT_BYTES,
     .made_of = "svmem.buffers",
     .derive = derive_cache},
    {.name = "percent", .path = "percent", .header = "USE%"},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"svmem", offsetof(struct free_row, memory)}},
    .columns = columns,
    .defaults = "name,total,used,free,shared,cache,available,percent",
};

static int read_rows(struct free_row rows[2], const struct cli *cli)
{
    psutil_sswap swap;
    rows[0].name = "Mem";
    rows[1].name = "Swap";
    int rc = psutil_virtual_memory(&rows[0].memory, cli->ctx);
    if (rc == 0)
        rc = psutil_swap_memory(&swap, cli->ctx);
    if (rc != 0)
        return cli_failed(cli, rc);
    psutil_svmem *out = &rows[1].memory;
    *out = (psutil_svmem){
        .total = swap.total, .used = swap.used, .free = swap.free, .percent = swap.percent};
    out->available = out->active = out->inactive = out->buffers = PSUTIL_UNKNOWN;
    out->cached = out->shared = out->slab = out->wired = PSUTIL_UNKNOWN;
    return CLI_DONE;
}

static int show(const struct table *table)
{
    struct free_row items[2];
    int status = read_rows(items, table->cli);
    return status == CLI_DONE ? table_show_array(table, items, 2, sizeof *items) : status;
}

static int run(struct cli *cli)
{
    return watch_listing(cli, show);
}

const struct command command_free = {
    .name = "free",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "Memory and swap: total, used, free, available",
    .text = "Available is what programs can still be given without swapping.\n"
            "\nExamples:\n"
            "  psutil free --watch=5\n"
            "  psutil free --json --columns name,available\n",
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
