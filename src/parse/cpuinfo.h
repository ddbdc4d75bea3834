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

/* Whether what the file tells of frequencies was measured once, when the kernel started: on x86,
 * where no CPU counts its cycles and nothing changes frequencies, which the caller has to know
 * (arch/x86/kernel/cpu/aperfmperf.c:arch_freq_get_on_cpu). */
bool ps_cpuinfo_is_uncounted(const char *data, size_t len);

#endif
