/* What disks read and write in a second. */
#include "io/io.h"
#include "io/rates.h"

/* ---- Columns ----------------------------------------------------------------------------------
 */

RATE(disk, read_count)
RATE(disk, write_count)
RATE(disk, read_bytes)
RATE(disk, write_bytes)

/* Milliseconds that each took; unknown when there was none. */
static void set_wait(struct cell *out, int64_t count_before, int64_t count, int64_t time_before,
                     int64_t time)
{
    double count_done, time_done;
    if (rates_difference(&count_done, count_before, count) && count_done > 0 &&
        rates_difference(&time_done, time_before, time))
        cell_set_double(out, time_done / count_done);
}

static void derive_read_wait(struct cell *out, const void *item, struct buffer *scratch)
{
    const psutil_sdiskio *before = &((const struct rates_row *)item)->before.disk;
    const psutil_sdiskio *now = &((const struct rates_row *)item)->now.disk;
    (void)scratch;
    set_wait(out, before->read_count, now->read_count, before->read_time, now->read_time);
}

static void derive_write_wait(struct cell *out, const void *item, struct buffer *scratch)
{
    const psutil_sdiskio *before = &((const struct rates_row *)item)->before.disk;
    const psutil_sdiskio *now = &((const struct rates_row *)item)->now.disk;
    (void)scratch;
    set_wait(out, before->write_count, now->write_count, before->write_time, now->write_time);
}

/* The kernel counts in its own ticks, which may be a little more than the time that went by. */
static void derive_busy(struct cell *out, const void *item, struct buffer *scratch)
{
    const struct rates_row *row = item;
    double busy;
    (void)scratch;
    if (rates_difference(&busy, row->before.disk.busy_time, row->now.disk.busy_time) &&
        row->seconds > 0)
        cell_set_double(out, busy / 10 / row->seconds < 100 ? busy / 10 / row->seconds : 100);
}

static const struct column_spec columns[] = {
    RATE_NAME("disk or partition"),
    RATE_COLUMN("read", "READ/S", "bytes read a second", BYTES, rate_read_bytes),
    RATE_COLUMN("written", "WRITTEN/S", "bytes written a second", BYTES, rate_write_bytes),
    RATE_COLUMN("reads", "READS/S", "reads a second", NONE, rate_read_count),
    RATE_COLUMN("writes", "WRITES/S", "writes a second", NONE, rate_write_count),
    RATE_COLUMN("read_wait", "RWAIT", "milliseconds that a read took", NONE, derive_read_wait),
    RATE_COLUMN("write_wait", "WWAIT", "milliseconds that a write took", NONE, derive_write_wait),
    {.name = "busy",
     .header = "BUSY%",
     .doc = "share of the time in which it did anything",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_PERCENT,
     .made_of = "sdiskio.busy_time",
     .derive = derive_busy},
    {.name = NULL},
};

const struct listing disk_listing = {
    .parts = {{"sdiskio", offsetof(struct rates_row, now)}},
    .columns = columns,
    .defaults = "name,read,written,reads,writes,read_wait,write_wait,busy",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

static int read_all(void **list, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_sdiskio_list *disks;
    int rc = psutil_disk_io_counters_perdisk(&disks, ctx, nowrap);
    *list = rc == 0 ? disks : NULL;
    return rc;
}

static bool is_used(const union rates_counters *now)
{
    return now->disk.read_count != 0 || now->disk.write_count != 0;
}

int io_disks(const struct cli *cli)
{
    static const struct rates disks = {.size = sizeof(psutil_sdiskio),
                                       .read = read_all,
                                       .used = is_used,
                                       .what = "disk",
                                       .lister = "psutil io --all"};
    return rates_run(&disks, cli);
}
