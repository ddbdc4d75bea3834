/* What the upper part of the screen tells of the machine. What cannot be had is unknown. */
#ifndef CLI_TOP_SAMPLE_H
#define CLI_TOP_SAMPLE_H

#include "processes/processes.h"

struct sample {
    double now;    /* seconds since the epoch; NAN on another machine's */
    double uptime; /* seconds; NAN when unknown */
    double load[3];
    double cpu;                 /* percent of all CPUs together */
    psutil_scputimes modes;     /* percent */
    psutil_double_list *percpu; /* percent; NULL when unknown */
    psutil_int_list *numbers;   /* of those CPUs; NULL with them */
    psutil_svmem memory;
    psutil_sswap swap;
    int64_t processes, threads, running, stopped, zombies;
};

struct samplers {
    psutil_cpu_sampler *total, *percpu, *modes;
};

/* 0 or PSUTIL_E…. Close them either way. */
int samplers_open(struct samplers *samplers, psutil *ctx);
void samplers_close(struct samplers *samplers);

/* Takes the sample. `out` holds the one before, or {0}; free it at the end. */
void sample_take(struct sample *out, struct samplers *samplers, const struct cli *cli);
void sample_free(struct sample *sample);

/* Counts the processes by their states; those that were not asked for NUM_THREADS or STATUS count
 * as processes only. */
void sample_count(struct sample *sample, const struct processes *processes);

/* The share of memory in use, in percent. */
double sample_memory(const struct sample *sample);

#endif
