/* /proc/cpuinfo, which every architecture writes in its own way. */
#ifndef PS_CPUINFO_H
#define PS_CPUINFO_H

#include "parse/cursor.h"

/* One CPU. What its architecture does not tell is unknown. */
struct ps_cpuinfo_cpu {
    int64_t number;
    int64_t package; /* "physical id" */
    int64_t core;    /* "core id" */
    double mhz;      /* "cpu MHz" of x86, "clock" of POWER, "cpu MHz dynamic" of s390 */
};

/* The next CPU; false at the end. A CPU may come more than once: s390 lists all of them first, and
 * their frequencies later (arch/s390/kernel/processor.c:show_cpuinfo). */
bool ps_cpuinfo_next(struct ps_cursor *cursor, struct ps_cpuinfo_cpu *out);

#endif
