/* Measuring pairs: a call of the library beside the bare system calls that its data needs. */
#ifndef BENCH_H
#define BENCH_H

#include <psutil.h>
#include <stdio.h>

/* What the calls work on: this process, and a few things made for it. */
struct subject {
    psutil *ctx;
    psutil_process *self;
    int dir; /* descriptor of /proc/self's own folder */
    char pid[32];
    psutil_cpu_sampler *sampler;
    psutil_nowrap *disks;
    psutil_nowrap *nics;
};

extern struct subject subject;

/* A row: the public function and its floor. `floor_of` says in words what the floor is. */
struct row {
    const char *name;
    void (*ours)(void);
    void (*bare)(void);
    const char *floor_of;
};

extern const struct row rows_system[], rows_process[];
extern const size_t rows_system_len, rows_process_len;

/* Medians over interleaved samples, in nanoseconds a call, with the middle half's spread. */
struct measure {
    double ours_ns;
    double floor_ns;
    double ratio;
    double spread; /* of the ratio: (third quartile - first) / median */
};

struct measure measure(const struct row *row, int samples, double sample_ms);

/* The table of all processes beside bare reads, at `count` processes that are made for it. Returns
 * false, with a line on stderr, when they could not be made. */
bool measure_table(int count, struct measure *out, double *megabytes);

/* Calls each function `calls` times and prints, in TAP, whether heap or descriptors grew; returns
 * how many did. */
int measure_growth(long calls);

#endif
