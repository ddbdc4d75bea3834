#include "bench.h"

#include <stdlib.h>
#include <time.h>

double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_of(void (*call)(void), int rounds)
{
    double start = now_ns();
    for (int i = 0; i < rounds; i++)
        call();
    return (now_ns() - start) / rounds;
}

/* Enough calls that one sample takes about `ms`. */
static int rounds_for(void (*call)(void), double ms)
{
    double once = time_of(call, 3);
    double rounds = ms * 1e6 / once;
    return rounds < 1 ? 1 : rounds > 100000 ? 100000 : (int)rounds;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(double *values, int len, double q)
{
    qsort(values, (size_t)len, sizeof *values, ascending);
    return values[(int)((len - 1) * q)];
}

struct measure measure(const struct row *row, int samples, double sample_ms)
{
    double ours[64], bare[64], ratio[64];
    if (samples > 64)
        samples = 64;
    row->ours();
    row->bare();
    int ours_rounds = rounds_for(row->ours, sample_ms);
    int bare_rounds = rounds_for(row->bare, sample_ms);
    for (int i = 0; i < samples; i++) {
        ours[i] = time_of(row->ours, ours_rounds);
        bare[i] = time_of(row->bare, bare_rounds);
        ratio[i] = ours[i] / bare[i];
    }
    struct measure m = {.ours_ns = quantile(ours, samples, 0.5),
                        .floor_ns = quantile(bare, samples, 0.5),
                        .ratio = quantile(ratio, samples, 0.5)};
    m.spread = (quantile(ratio, samples, 0.75) - quantile(ratio, samples, 0.25)) / m.ratio;
    return m;
}
