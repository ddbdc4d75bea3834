/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 *
 * Where a CPU has its own variables. The kernel tells nobody, but where it has a value of ours. */
#ifndef PS_BPF_PERCPU_BPF_H
#define PS_BPF_PERCPU_BPF_H

#include "kernel.h"

/* A map with one value for each CPU, which whoever loads the program puts in (load.c). */
INLINE void *per_cpu_map(void)
{
    void *map;
    asm volatile("%0 = 0x70735f6370755f76 ll" : "=r"(map));
    return map;
}

/* A pointer as a number, which the verifier forbids to reckon with otherwise. */
INLINE u64 number_of(const void *pointer)
{
    const void *volatile held = pointer;
    u64 number = 0;
    bpf_probe_read_kernel(&number, sizeof number, (const void *)&held);
    return number;
}

/* How far a CPU's variables are from where all CPUs call them: that never changes, and is kept in
 * the value. 0: there is no such CPU. */
INLINE int find_offset(u32 cpu, u64 *offset)
{
    u32 key = 0;
    u64 *value = bpf_map_lookup_percpu_elem(per_cpu_map(), &key, cpu);
    if (!value)
        return 0;
    if (*value == 0) {
        const struct bpf_array *map = (void *)number_of(per_cpu_map());
        u64 shared = 0;
        if (READ(shared, map, pptrs) != 0)
            return 0;
        *value = number_of(value) - shared;
    }
    *offset = *value;
    return 1;
}

#endif
