#include "bench.h"

#include <stdlib.h>
#include <time.h>

#define PAIRS_LEAST 3
#define PAIRS_MOST 301

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

/* Samples are short beside the slices that a busy machine gives to a program (milliseconds): most
 * are then undisturbed, and the median is about those. */
#define SAMPLE_NS 1e5

static int rounds_for(double once)
{
    double rounds = SAMPLE_NS / once;
    return rounds < 1 ? 1 : rounds > 100000 ? 100000 : (int)rounds;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Of sorted values. */
static double quantile(const double *values, int len, double q)
{
    return values[(int)((len - 1) * q)];
}

/* As many pairs as fit into the time, within limits. */
static int pairs_for(const struct effort *effort, double pair_ns)
{
    double fitting = effort->seconds * 1e9 / pair_ns;
    if (fitting < PAIRS_LEAST)
        return PAIRS_LEAST;
    return fitting < (double)effort->calls ? (int)fitting : (int)effort->calls;
}

struct measure measure(const struct row *row, const struct effort *effort)
{
    static double ours[PAIRS_MOST], bare[PAIRS_MOST];
    row->ours();
    row->bare();
    double ours_once = time_of(row->ours, 3), bare_once = time_of(row->bare, 3);
    int ours_rounds = rounds_for(ours_once), bare_rounds = rounds_for(bare_once);
    int pairs = pairs_for(effort, ours_once * ours_rounds + bare_once * bare_rounds);
    for (int i = 0; i < pairs; i++) {
        ours[i] = time_of(row->ours, ours_rounds);
        bare[i] = time_of(row->bare, bare_rounds);
    }
    qsort(ours, (size_t)pairs, sizeof *ours, ascending);
    qsort(bare, (size_t)pairs, sizeof *bare, ascending);
    struct measure m = {.ours_ns = quantile(ours, pairs, 0.5),
                        .floor_ns = quantile(bare, pairs, 0.5)};
    m.ratio = m.ours_ns / m.floor_ns;
    m.spread = (quantile(ours, pairs, 0.75) - quantile(ours, pairs, 0.25)) / m.ours_ns;
    return m;
}
