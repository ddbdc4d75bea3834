/* What disks read and write in a second. */
#include "io/io.h"

#include <stdlib.h>
#include <string.h>

struct disk_row {
    psutil_sdiskio now; /* since the boot */
    const psutil_sdiskio *before;
    double seconds;
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static bool difference(double *out, int64_t before, int64_t now)
{
    bool known = before != PSUTIL_UNKNOWN && now != PSUTIL_UNKNOWN;
    *out = known ? (double)(now - before) : 0;
    return known;
}

static void set_rate(struct cell *out, int64_t before, int64_t now, double seconds)
{
    double done;
    if (difference(&done, before, now) && seconds > 0)
        cell_set_double(out, done / seconds);
}

#define RATE(member)                                                                               \
    static void rate_##member(struct cell *out, const void *item, struct buffer *scratch)          \
    {                                                                                              \
        const struct disk_row *row = item;                                                         \
        (void)scratch;                                                                             \
        set_rate(out, row->before->member, row->now.member, row->seconds);                         \
    }

RATE(read_count)
RATE(write_count)
RATE(read_bytes)
RATE(write_bytes)

/* Milliseconds that each took; unknown when there was none. */
static void set_wait(struct cell *out, int64_t count_before, int64_t count, int64_t time_before,
                     int64_t time)
{
    double count_done, time_done;
    if (difference(&count_done, count_before, count) && count_done > 0 &&
        difference(&time_done, time_before, time))
        cell_set_double(out, time_done / count_done);
}

static void derive_read_wait(struct cell *out, const void *item, struct buffer *scratch)
{
    const psutil_sdiskio *before = ((const struct disk_row *)item)->before;
    const psutil_sdiskio *now = &((const struct disk_row *)item)->now;
    (void)scratch;
    set_wait(out, before->read_count, now->read_count, before->read_time, now->read_time);
}

static void derive_write_wait(struct cell *out, const void *item, struct buffer *scratch)
{
    const psutil_sdiskio *before = ((const struct disk_row *)item)->before;
    const psutil_sdiskio *now = &((const struct disk_row *)item)->now;
    (void)scratch;
    set_wait(out, before->write_count, now->write_count, before->write_time, now->write_time);
}

/* The kernel counts in its own ticks, which may be a little more than the time that went by. */
static void derive_busy(struct cell *out, const void *item, struct buffer *scratch)
{
    const struct disk_row *row = item;
    double busy;
    (void)scratch;
    if (difference(&busy, row->before->busy_time, row->now.busy_time) && row->seconds > 0)
        cell_set_double(out, busy / 10 / row->seconds < 100 ? busy / 10 / row->seconds : 100);
}

static void derive_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct disk_row *)row)->now.name);
}

#define COLUMN(name_, header_, doc_, unit_, function)                                              \
    {                                                                                              \
        .name = (name_), .header = (header_), .doc = (doc_), .type = PSUTIL_TYPE_DOUBLE,           \
        .unit = PSUTIL_UNIT_##unit_, .derive = (function)                                          \
    }

static const struct column_spec columns[] = {
    {.name = "name",
     .doc = "disk or partition",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_name,
     .cut = true},
    COLUMN("read", "READ/S", "bytes read a second", BYTES, rate_read_bytes),
    COLUMN("written", "WRITTEN/S", "bytes written a second", BYTES, rate_write_bytes),
    COLUMN("reads", "READS/S", "reads a second", NONE, rate_read_count),
    COLUMN("writes", "WRITES/S", "writes a second", NONE, rate_write_count),
    COLUMN("read_wait", "RWAIT", "milliseconds that a read took", NONE, derive_read_wait),
    COLUMN("write_wait", "WWAIT", "milliseconds that a write took", NONE, derive_write_wait),
    COLUMN("busy", "BUSY%", "share of the time in which it did anything", PERCENT, derive_busy),
    {.name = NULL},
};

const struct listing disk_listing = {
    .parts = {{"sdiskio", offsetof(struct disk_row, now)}},
    .columns = columns,
    .defaults = "name,read,written,reads,writes,read_wait,write_wait,busy",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

struct disks {
    const struct cli *cli;
    struct table table;
    psutil_nowrap *nowrap;
    psutil_sdiskio_list *before, *now; /* NULL at first */
    bool all;
};

static int look(void *user)
{
    struct disks *disks = user;
    psutil_free(disks->before);
    disks->before = disks->now;
    disks->now = NULL;
    int rc = disks->nowrap ? 0 : psutil_nowrap_open(&disks->nowrap, disks->cli->ctx);
    if (rc == 0)
        rc = psutil_disk_io_counters_perdisk(&disks->now, disks->cli->ctx, disks->nowrap);
    return rc == 0 ? CLI_DONE : cli_failed(disks->cli, rc);
}

static const psutil_sdiskio *find(const psutil_sdiskio_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

static bool is_wanted(const struct disks *disks, const psutil_sdiskio *disk)
{
    const struct cli *cli = disks->cli;
    bool named = cli->words_len == 0;
    for (size_t i = 0; i < cli->words_len; i++)
        named |= strcmp(cli->words[i], disk->name) == 0;
    bool used = disk->read_count != 0 || disk->write_count != 0;
    return named && (used || disks->all || cli->words_len > 0);
}

static int check_found(const struct disks *disks)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < disks->cli->words_len; i++)
        if (!find(disks->now, disks->cli->words[i]))
            status = cli_error("no disk is called %s", disks->cli->words[i]);
    return status;
}

/* A disk that came meanwhile is told of the next time. */
static int show(void *user, double seconds)
{
    struct disks *disks = user;
    struct rows rows = {0};
    struct disk_row *items = calloc(disks->now->len + 1, sizeof *items);
    if (!items)
        return cli_error("out of memory");
    for (size_t i = 0; i < disks->now->len; i++) {
        const psutil_sdiskio *disk = &disks->now->items[i];
        const psutil_sdiskio *before = find(disks->before, disk->name);
        items[i] = (struct disk_row){*disk, before, seconds};
        if (before && is_wanted(disks, disk))
            rows_add(&rows, &items[i]);
    }
    int missing = check_found(disks);
    int status = missing == CLI_DONE || rows.len > 0 ? table_show(&disks->table, &rows) : CLI_DONE;
    rows_free(&rows);
    free(items);
    return status == CLI_DONE ? missing : status;
}

int io_disks(const struct cli *cli)
{
    static const struct watch_rates calls = {look, show};
    struct disks disks = {.cli = cli, .all = options_get(&cli->options, "all") != NULL};
    int status = table_open(&disks.table, cli);
    if (status == CLI_DONE)
        status = watch_rates(cli, &calls, &disks);
    psutil_free(disks.before);
    psutil_free(disks.now);
    psutil_nowrap_close(disks.nowrap);
    table_close(&disks.table);
    return status;
}
