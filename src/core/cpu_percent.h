/* Percentages out of two samples of CPU times. Pure arithmetic: nothing is read here. */
#ifndef PS_CPU_PERCENT_H
#define PS_CPU_PERCENT_H

#include <psutil/cpu.h>

/* How busy the CPU was between two samples, 0 to 100; NAN when no time went by. */
double ps_cpu_busy_percent(const psutil_scputimes *before, const psutil_scputimes *after);

/* The share of each mode, 0 to 100; NAN for modes that are unknown in either sample, and for all of
 * them when no time went by. */
psutil_scputimes ps_cpu_mode_percents(const psutil_scputimes *before,
                                      const psutil_scputimes *after);

/* One moment: what the backend answered. */
struct ps_cpu_sample {
    psutil_scputimes total;
    psutil_scputimes_list *percpu;
    psutil_int_list *numbers; /* of the CPUs in percpu, ascending */
};

/* The times of the CPU with this number, or NULL when it was not online then. */
const psutil_scputimes *ps_cpu_sample_find(const struct ps_cpu_sample *sample, int64_t number);

void ps_cpu_sample_free(struct ps_cpu_sample *sample);

#endif
