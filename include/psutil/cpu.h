/* CPU: times, percentages, counts, statistics, frequency, load. */
#ifndef PSUTIL_CPU_H
#define PSUTIL_CPU_H

#include <psutil/base.h>

PSUTIL_BEGIN_DECLS

/* Seconds that the CPU, or all of them together, spent in each mode since boot. In
 * cpu_times_percent the same fields hold percentages of the interval.
 * Linux: the columns of a cpu line of /proc/stat, in clock ticks of 1/sysconf(_SC_CLK_TCK) s. */
typedef struct psutil_scputimes {
    double user;       /* in user mode; on Linux guest time included */
    double nice;       /* Unix: in user mode by processes of lowered priority */
    double system;     /* in kernel mode */
    double idle;       /* doing nothing */
    double iowait;     /* Linux: idle while I/O was outstanding; not reliable by itself */
    double irq;        /* Linux, BSD: serving hardware interrupts */
    double softirq;    /* Linux: serving software interrupts */
    double steal;      /* Linux: taken by the hypervisor for other guests */
    double guest;      /* Linux: running a virtual CPU of a guest; counted in user too */
    double guest_nice; /* Linux: the same for a niced guest; counted in nice too */
    double interrupt;  /* Windows: serving hardware interrupts */
    double dpc;        /* Windows: serving deferred procedure calls */
} psutil_scputimes;

typedef struct psutil_scputimes_list {
    size_t len;
    psutil_scputimes *items;
} psutil_scputimes_list;

/* Times of all CPUs together, and of each CPU online in the order of their numbers. */
PSUTIL_API int psutil_cpu_times(psutil_scputimes *out, psutil *ctx);
PSUTIL_API int psutil_cpu_times_percpu(psutil_scputimes_list **out, psutil *ctx);

/* Percentages are differences between two moments. A sampler holds the earlier one: it is taken
 * when the sampler is opened, and again by every call that is given the sampler, so that each call
 * tells about the time since the call before it. One thread at a time may use a sampler; whoever
 * watches at another pace opens another. */
typedef struct psutil_cpu_sampler psutil_cpu_sampler;

PSUTIL_API int psutil_cpu_sampler_open(psutil_cpu_sampler **out, psutil *ctx);
PSUTIL_API void psutil_cpu_sampler_close(psutil_cpu_sampler *sampler);

/* How busy the machine was since the sampler's last use, 0 to 100; idle and iowait count as not
 * busy, guest time is counted once. NAN when no clock tick went by in between, or for a CPU that
 * came online since. */
PSUTIL_API int psutil_cpu_percent(double *out, psutil_cpu_sampler *sampler);
PSUTIL_API int psutil_cpu_percent_percpu(psutil_double_list **out, psutil_cpu_sampler *sampler);

/* The share of each mode in the time since the sampler's last use, 0 to 100. */
PSUTIL_API int psutil_cpu_times_percent(psutil_scputimes *out, psutil_cpu_sampler *sampler);
PSUTIL_API int psutil_cpu_times_percent_percpu(psutil_scputimes_list **out,
                                               psutil_cpu_sampler *sampler);

/* The system's numbers of the CPUs that the sampler's last use was about, in the order in which the
 * lists above have them: where some are offline, a CPU's place is not its number. */
PSUTIL_API int psutil_cpu_sampler_numbers(psutil_int_list **out, const psutil_cpu_sampler *sampler);

/* The number of CPUs online: logical ones (hardware threads), or physical cores.
 * PSUTIL_UNKNOWN is written when the system does not tell.
 * Linux: /sys/devices/system/cpu/online, else the cpu lines of /proc/stat; for cores the distinct
 * /sys/devices/system/cpu/cpuN/topology/core_cpus_list, else physical and core ids of
 * /proc/cpuinfo. */
PSUTIL_API int psutil_cpu_count(int64_t *out, psutil *ctx, bool logical);

/* Counts since boot. Linux: ctxt, intr and softirq of /proc/stat. */
typedef struct psutil_scpustats {
    int64_t ctx_switches;    /* context switches */
    int64_t interrupts;      /* hardware interrupts */
    int64_t soft_interrupts; /* software interrupts; unknown on Windows and Solaris */
    int64_t syscalls;        /* system calls; unknown on Linux */
    int64_t traps;           /* traps; OpenBSD, NetBSD, Solaris */
    int64_t dpcs;            /* deferred procedure calls; Windows */
} psutil_scpustats;

PSUTIL_API int psutil_cpu_stats(psutil_scpustats *out, psutil *ctx);

/* Frequencies in MHz. Unknown members are NAN.
 * Linux: scaling_cur_freq, scaling_min_freq and scaling_max_freq of
 * /sys/devices/system/cpu/cpufreq/policy*, else "cpu MHz" of /proc/cpuinfo for `current`. */
typedef struct psutil_scpufreq {
    double current; /* now; the mean of the CPUs online when asked for all together */
    double min;     /* the lowest that the governor may choose */
    double max;     /* the highest that the governor may choose */
} psutil_scpufreq;

typedef struct psutil_scpufreq_list {
    size_t len;
    psutil_scpufreq *items;
} psutil_scpufreq_list;

/* PSUTIL_ENOTSUP when the system tells no frequency at all (many virtual machines and ARM boards).
 */
PSUTIL_API int psutil_cpu_freq(psutil_scpufreq *out, psutil *ctx);
PSUTIL_API int psutil_cpu_freq_percpu(psutil_scpufreq_list **out, psutil *ctx);

/* Processes running or waiting to run, as means over the last 1, 5 and 15 minutes.
 * Linux: /proc/loadavg. */
PSUTIL_API int psutil_getloadavg(double out[3], psutil *ctx);

PSUTIL_END_DECLS

#endif
