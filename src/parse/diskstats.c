#include "parse/diskstats.h"

#include <psutil/base.h>
#include <string.h>

/* Columns after the name: 11 until Linux 4.17, then 15 (discards), since 5.5 17 (flushes). */
enum { COLUMNS = 11, PARTITION_COLUMNS = 4 };

static void set_all(const int64_t *columns, struct ps_diskstat *out)
{
    out->reads = columns[0];
    out->reads_merged = columns[1];
    out->sectors_read = columns[2];
    out->read_ms = columns[3];
    out->writes = columns[4];
    out->writes_merged = columns[5];
    out->sectors_written = columns[6];
    out->write_ms = columns[7];
    out->busy_ms = columns[9]; /* 8: requests in flight */
}

/* Partitions of Linux 2.6 up to 2.6.24: requests and sectors only. */
static void set_partition(const int64_t *columns, struct ps_diskstat *out)
{
    out->reads = columns[0];
    out->sectors_read = columns[1];
    out->writes = columns[2];
    out->sectors_written = columns[3];
    out->reads_merged = out->writes_merged = PSUTIL_UNKNOWN;
    out->read_ms = out->write_ms = out->busy_ms = PSUTIL_UNKNOWN;
}

static bool is_number(struct ps_span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.data[i] < '0' || word.data[i] > '9')
            return false;
    return word.len > 0;
}

bool ps_parse_diskstats_line(struct ps_span line, struct ps_diskstat *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    int64_t number, columns[COLUMNS];
    if (!ps_cursor_count(&c, &number) || !ps_cursor_count(&c, &number))
        return false;
    struct ps_span name = ps_cursor_word(&c);
    bool sized = is_number(name); /* Linux 2.4 has the size before the name */
    if (sized)
        name = ps_cursor_word(&c);
    size_t count = ps_cursor_counts(&c, columns, COLUMNS);
    ps_cursor_skip_blanks(&c);
    if (name.len == 0 || is_number(name))
        return false;
    if (count == COLUMNS)
        set_all(columns, out);
    else if (count == PARTITION_COLUMNS && ps_cursor_done(&c) && !sized)
        set_partition(columns, out);
    else
        return false;
    out->name = name;
    return true;
}

/* No page is smaller, no line longer: twenty numbers of twenty digits, and a name. */
enum { PAGE = 4096, LINE = 512 };

bool ps_diskstats_is_all(const char *data, size_t len)
{
    return len > 0 && len <= PAGE - LINE && data[len - 1] == '\n';
}

bool ps_parse_block_stat(const char *data, size_t len, struct ps_diskstat *out)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    int64_t columns[COLUMNS];
    size_t count = ps_cursor_counts(&c, columns, COLUMNS);
    if (count == COLUMNS)
        set_all(columns, out);
    else if (count == PARTITION_COLUMNS)
        set_partition(columns, out);
    else
        return false;
    out->name = (struct ps_span){NULL, 0};
    return true;
}

static bool ends_in_digit(struct ps_span name)
{
    return name.len > 0 && name.data[name.len - 1] >= '0' && name.data[name.len - 1] <= '9';
}

/* block/partitions/core.c:add_partition: the number follows the disk's name, behind a "p" where
 * that ends in a digit itself. */
bool ps_disk_is_part(struct ps_span name, struct ps_span whole)
{
    if (whole.len == 0 || name.len <= whole.len || memcmp(name.data, whole.data, whole.len) != 0)
        return false;
    struct ps_span rest = {name.data + whole.len, name.len - whole.len};
    if (ends_in_digit(whole)) {
        if (rest.data[0] != 'p')
            return false;
        rest.data++;
        rest.len--;
    }
    return is_number(rest);
}

static const struct {
    char prefix[8];
    enum ps_disk_kind kind;
} kinds[] = {
    {"sd", PS_DISK_HARDWARE},     {"nvme", PS_DISK_HARDWARE}, {"vd", PS_DISK_HARDWARE},
    {"xvd", PS_DISK_HARDWARE},    {"hd", PS_DISK_HARDWARE},   {"mmcblk", PS_DISK_HARDWARE},
    {"sr", PS_DISK_HARDWARE},     {"fd", PS_DISK_HARDWARE},   {"dasd", PS_DISK_HARDWARE},
    {"dm-", PS_DISK_STACKED},     {"md", PS_DISK_STACKED},    {"loop", PS_DISK_STACKED},
    {"bcache", PS_DISK_STACKED},  {"drbd", PS_DISK_STACKED},  {"zd", PS_DISK_STACKED},
    {"pktcdvd", PS_DISK_STACKED}, {"ram", PS_DISK_MEMORY},    {"zram", PS_DISK_MEMORY},
};

/* nvme0c1n2: one of the paths to nvme0n2, which counts the same requests
 * (drivers/nvme/host/multipath.c:nvme_mpath_set_disk_name). */
static bool is_nvme_path(struct ps_span name)
{
    struct ps_cursor c = ps_cursor_of_span(name);
    uint64_t number;
    c.at += strlen("nvme");
    return ps_cursor_u64(&c, &number) && ps_cursor_accept(&c, 'c');
}

enum ps_disk_kind ps_disk_kind(struct ps_span name)
{
    for (size_t i = 0; name.len > 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (name.data[0] == kinds[i].prefix[0] && ps_span_starts(name, kinds[i].prefix))
            return ps_span_starts(name, "nvme") && is_nvme_path(name) ? PS_DISK_STACKED
                                                                      : kinds[i].kind;
    return PS_DISK_OTHER;
}
