/* /proc/diskstats and /sys/block/<disk>/stat (Documentation/admin-guide/iostats.rst). */
#ifndef PS_DISKSTATS_H
#define PS_DISKSTATS_H

#include "parse/cursor.h"

/* Counts since boot; a sector is 512 bytes whatever the hardware's is (include/linux/blk_types.h:
 * SECTOR_SHIFT). Unknown where the format has no such column. */
struct ps_diskstat {
    struct ps_span name; /* empty when it came from a `stat` file */
    int64_t reads, reads_merged, sectors_read, read_ms;
    int64_t writes, writes_merged, sectors_written, write_ms;
    int64_t busy_ms;
};

/* One line of diskstats, of any kernel since 2.4. False when it is not such a line. */
bool ps_parse_diskstats_line(struct ps_span line, struct ps_diskstat *out);

/* Whether a file that was read so far is all of it. The kernel writes whole lines into a page, and
 * hands it out when it is full (fs/seq_file.c:seq_read_iter): what left room for another line was
 * the end, and to ask for more costs a third as much again. */
bool ps_diskstats_is_all(const char *data, size_t len);

/* The whole of a `stat` file: the same columns without numbers and name. */
bool ps_parse_block_stat(const char *data, size_t len, struct ps_diskstat *out);

/* Whether `name` is what the kernel calls a partition of the disk `whole`. */
bool ps_disk_is_part(struct ps_span name, struct ps_span whole);

/* What a disk's name says about where its bytes go. */
enum ps_disk_kind {
    PS_DISK_HARDWARE, /* a disk of its own */
    PS_DISK_STACKED,  /* its bytes are counted again on the disks below it */
    PS_DISK_MEMORY,   /* its bytes never leave the memory */
    PS_DISK_OTHER     /* the name does not tell */
};
enum ps_disk_kind ps_disk_kind(struct ps_span name);

#endif
