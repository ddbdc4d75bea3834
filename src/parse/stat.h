/* /proc/stat (proc_stat(5)). */
#ifndef PS_STAT_H
#define PS_STAT_H

#include "parse/cursor.h"

/* "btime", seconds since the epoch; false without that line. */
bool ps_parse_stat_btime(const char *data, size_t len, int64_t *out);

/* The columns of a cpu line. Kernels before 2.6.11 end at softirq, 2.6.24 brought guest, 2.6.33
 * guest_nice; later ones may bring more. */
enum ps_stat_column {
    PS_STAT_USER,
    PS_STAT_NICE,
    PS_STAT_SYSTEM,
    PS_STAT_IDLE,
    PS_STAT_IOWAIT,
    PS_STAT_IRQ,
    PS_STAT_SOFTIRQ,
    PS_STAT_STEAL,
    PS_STAT_GUEST,
    PS_STAT_GUEST_NICE,
    PS_STAT_COLUMNS
};

/* The number of the line about all CPUs together. */
#define PS_STAT_ALL_CPUS (-1)

struct ps_stat_cpu {
    int64_t number;
    int64_t ticks[PS_STAT_COLUMNS]; /* unknown where the line ends earlier */
};

/* The next cpu line, ahead of which other lines are skipped; false when there is none. Lines of
 * which not even the first column can be read are skipped too. */
bool ps_stat_next_cpu(struct ps_cursor *cursor, struct ps_stat_cpu *out);

/* Whether the line about all CPUs is there in full, and whether the cpu lines are: the kernel
 * writes them first and in one piece (fs/proc/stat.c:show_stat). */
bool ps_stat_has_total(const char *data, size_t len);
bool ps_stat_has_cpus(const char *data, size_t len);

/* The sums in front of the lines "ctxt", "intr" and "softirq"; unknown where a line is missing.
 * What follows the sum, thousands of numbers on a big machine, is not looked at. */
struct ps_stat_counts {
    int64_t ctxt;
    int64_t intr;
    int64_t softirq;
};

void ps_parse_stat_counts(const char *data, size_t len, struct ps_stat_counts *out);

/* Whether all three sums are there in full. */
bool ps_stat_has_counts(const char *data, size_t len);

#endif
