/* Sets of CPUs as /sys writes them: "0-3,7" or "0 1 2". */
#ifndef PS_CPULIST_H
#define PS_CPULIST_H

#include "parse/cursor.h"

/* Twice what the largest kernel configuration allows (NR_CPUS is at most 8192). */
#define PS_CPU_MAX 16384

struct ps_cpuset {
    size_t
        used; /* words that may hold members; the rest, on nearly all machines most, is not set */
    uint64_t words[PS_CPU_MAX / 64];
};

static inline void ps_cpuset_clear(struct ps_cpuset *set)
{
    set->used = 0;
}

static inline bool ps_cpuset_has(const struct ps_cpuset *set, size_t cpu)
{
    return cpu < PS_CPU_MAX && cpu / 64 < set->used && (set->words[cpu / 64] >> cpu % 64 & 1) != 0;
}

static inline void ps_cpuset_add(struct ps_cpuset *set, size_t cpu)
{
    if (cpu >= PS_CPU_MAX)
        return;
    while (set->used <= cpu / 64)
        set->words[set->used++] = 0;
    set->words[cpu / 64] |= (uint64_t)1 << cpu % 64;
}

/* Adds the members of `other`. */
void ps_cpuset_merge(struct ps_cpuset *set, const struct ps_cpuset *other);

/* The lowest member that is at least `from`; PS_CPU_MAX when there is none. */
size_t ps_cpuset_next(const struct ps_cpuset *set, size_t from);

#define PS_CPUSET_EACH(set, cpu)                                                                   \
    for (size_t cpu = ps_cpuset_next(set, 0); cpu < PS_CPU_MAX; cpu = ps_cpuset_next(set, cpu + 1))

size_t ps_cpuset_count(const struct ps_cpuset *set);

/* Adds what the list names to the set. False for what is not such a list or goes beyond
 * PS_CPU_MAX; the set then holds what came before. An empty list is one. */
bool ps_parse_cpulist(const char *data, size_t len, struct ps_cpuset *set);

#endif
