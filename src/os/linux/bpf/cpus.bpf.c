/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 *
 * What CPUs did, as the first lines of /proc/stat count it (fs/proc/stat.c:show_stat()): each
 * reading gives the row of the CPU that the next question of a map names.
 *
 * `make bpf` makes programs.inc out of this; see tools/bpf_image.py. */
#include "percpu.bpf.h"

/* kernel/time/tick-sched.h */
#define TS_FLAG_IDLE_ACTIVE 0x4

/* The variables of one CPU. */
struct variables {
    const struct kernel_cpustat *stat;
    const struct tick_sched *tick;
    const struct rq *queue;
};

/* Of the queue of the CPU that this runs on its tasks know; the others have theirs as far from it
 * as all that is theirs, and in front of it and behind it lie the same variables. */
INLINE int find_variables(u32 cpu, struct variables *to)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct cfs_rq *queue = 0;
    u64 here = 0, own = 0, other = 0;
    if (!EXISTS(task->se.cfs_rq) || READ(queue, task, se.cfs_rq) != 0 ||
        READ(here, queue, rq) != 0 || !find_offset(bpf_get_smp_processor_id(), &own) ||
        !find_offset(cpu, &other))
        return 0;
    here += other - own;
    to->queue = (void *)here;
    to->stat = (void *)(here + DISTANCE(PS_BPF_KERNEL_CPUSTAT));
    to->tick = (void *)(here + DISTANCE(PS_BPF_TICK_CPU_SCHED));
    return 1;
}

/* kernel/time/tick-sched.c:get_cpu_sleep_time_us() */
INLINE void add_sleep(struct ps_bpf_cpu *to, const struct variables *of)
{
    const struct tick_sched *tick = of->tick;
    u32 before = 1, after = 0;
    s32 waiting = 0;
    u64 began = 0, flags = 0;
    if (READ(before, tick, idle_sleeptime_seq.sequence) != 0 || READ(flags, tick, flags) != 0 ||
        READ(began, tick, idle_entrytime) != 0 || READ(to->slept, tick, idle_sleeptime) != 0 ||
        READ(to->waited, tick, iowait_sleeptime) != 0 ||
        READ(waiting, of->queue, nr_iowait.counter) != 0 ||
        READ(after, tick, idle_sleeptime_seq.sequence) != 0)
        return;
    u64 since = flags & TS_FLAG_IDLE_ACTIVE ? bpf_ktime_get_ns() - began : 0;
    if (waiting == 0)
        to->slept += since;
    else
        to->waited += since;
    to->known = before % 2 == 0 && before == after;
}

SECTION("iter/map/cpu") int each_cpu(struct bpf_iter__bpf_map_elem *ctx)
{
    const struct ps_bpf_question *question = ctx->value;
    struct ps_bpf_cpu row = {0};
    struct variables of;
    if (!question)
        return 0;
    row.number = question->number;
    if (find_variables(row.number, &of) && READ(row.times, of.stat, cpustat) == 0 &&
        READ(row.online, of.queue, online) == 0 && EXISTS(of.tick->flags))
        add_sleep(&row, &of);
    bpf_seq_write(ctx->meta->seq, &row, sizeof row);
    return 0;
}
