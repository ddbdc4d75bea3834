/* What CPUs did, by the kernel's own counters: the first lines of /proc/stat, without what comes
 * behind them. On a machine with many CPUs the kernel counts interrupts for most of the time that
 * the file takes. */
#include "os/linux/bpf/state.h"

#include "os/linux/cpu.h"

#include <stdlib.h>

enum { COLUMNS = PS_STAT_COLUMNS };

/* Where each column is among the kernel's counters (include/linux/kernel_stat.h: enum
 * cpu_usage_stat). */
static const int counter_of[COLUMNS] = {
    [PS_STAT_USER] = 0,  [PS_STAT_NICE] = 1,       [PS_STAT_SYSTEM] = 2, [PS_STAT_SOFTIRQ] = 3,
    [PS_STAT_IRQ] = 4,   [PS_STAT_IDLE] = 5,       [PS_STAT_IOWAIT] = 6, [PS_STAT_STEAL] = 7,
    [PS_STAT_GUEST] = 8, [PS_STAT_GUEST_NICE] = 9,
};

/* Of one CPU, or of all. */
struct times {
    uint64_t columns[COLUMNS];
};

/* fs/proc/stat.c:get_idle_time(), and tick-sched.c: what the tick keeps has microseconds. */
static uint64_t slept(unsigned long long nanoseconds)
{
    return nanoseconds / 1000 * 1000;
}

static struct times times_of(const struct ps_bpf_cpu *cpu, enum ps_lane_idle idle)
{
    struct times times;
    for (int i = 0; i < COLUMNS; i++)
        times.columns[i] = cpu->times[counter_of[i]];
    if (idle == PS_LANE_IDLE_SLEPT && cpu->online) {
        times.columns[PS_STAT_IDLE] = slept(cpu->slept);
        times.columns[PS_STAT_IOWAIT] = slept(cpu->waited);
    }
    return times;
}

static struct ps_stat_cpu line_of(psutil *ctx, int64_t number, const struct times *times)
{
    struct ps_stat_cpu line = {.number = number};
    uint64_t tick = UINT64_C(1000000000) / (uint64_t)ps_linux_of(ctx)->ticks;
    for (int i = 0; i < COLUMNS; i++)
        line.ticks[i] = (int64_t)(times->columns[i] / tick);
    return line;
}

/* As the file has them: the sum is of all CPUs, and those that are online have lines. */
static size_t make_lines(psutil *ctx, const struct ps_bpf_cpu *cpus, size_t count,
                         enum ps_lane_idle idle, struct ps_stat_cpu lines[])
{
    struct times sum = {{0}};
    size_t len = 1;
    for (size_t k = 0; k < count; k++) {
        struct times times = times_of(&cpus[k], idle);
        for (int i = 0; i < COLUMNS; i++)
            sum.columns[i] += times.columns[i];
        if (cpus[k].online)
            lines[len++] = line_of(ctx, cpus[k].number, &times);
    }
    lines[0] = line_of(ctx, PS_STAT_ALL_CPUS, &sum);
    return len;
}

static bool read_cpus(psutil *ctx, struct ps_lane *lane, struct ps_bpf_cpu *cpus)
{
    unsigned count = lane->cpus_len;
    if (!ps_lane_ask(ctx, &lane->cpus, 0, count, cpus, count * sizeof *cpus))
        return false;
    for (unsigned k = 0; k < count; k++)
        if (cpus[k].number != k || !cpus[k].known)
            return false;
    return true;
}

/* ---- Whether they say what the file says --------------------------------------------------------
 */

/* One reading of the kernel's counters between two of the file. */
struct trial {
    struct ps_stat_cpu before[PS_LANE_CPUS_MAX + 1], after[PS_LANE_CPUS_MAX + 1];
    struct ps_bpf_cpu cpus[PS_LANE_CPUS_MAX];
    struct ps_stat_cpu lines[PS_LANE_CPUS_MAX + 1];
};

static size_t read_file(psutil *ctx, struct ps_stat_cpu lines[])
{
    struct ps_dir proc = ps_proc(ctx);
    struct ps_text text;
    size_t len = 0;
    ps_text_init(&text);
    if (ps_text_read_until(ctx, &text, &proc, "stat", ps_stat_has_cpus) == 0) {
        struct ps_cursor c = ps_cursor_of_lines(text.data, text.len);
        while (len <= PS_LANE_CPUS_MAX && ps_stat_next_cpu(&c, &lines[len]))
            len++;
    }
    ps_text_free(&text);
    return len;
}

static bool is_between(const struct ps_stat_cpu *before, const struct ps_stat_cpu *line,
                       const struct ps_stat_cpu *after)
{
    bool right = before->number == line->number && after->number == line->number;
    for (int i = 0; i < COLUMNS; i++)
        right = right && before->ticks[i] <= line->ticks[i] && line->ticks[i] <= after->ticks[i];
    return right;
}

static bool is_right(psutil *ctx, struct trial *trial, size_t count, size_t len,
                     enum ps_lane_idle idle)
{
    bool right = make_lines(ctx, trial->cpus, count, idle, trial->lines) == len;
    for (size_t i = 0; i < len && right; i++)
        right = is_between(&trial->before[i], &trial->lines[i], &trial->after[i]);
    return right;
}

/* The kernel tells nobody in which way it counts what is idle: only one leads to what it shows. */
static enum ps_lane_idle try_once(psutil *ctx, struct ps_lane *lane, struct trial *trial)
{
    size_t before = read_file(ctx, trial->before);
    bool told = read_cpus(ctx, lane, trial->cpus);
    size_t after = read_file(ctx, trial->after);
    if (!told || before != after || before < 2)
        return PS_LANE_IDLE_UNKNOWN;
    bool by_tick = is_right(ctx, trial, lane->cpus_len, before, PS_LANE_IDLE_SLEPT);
    bool by_count = is_right(ctx, trial, lane->cpus_len, before, PS_LANE_IDLE_COUNTED);
    return by_tick == by_count ? PS_LANE_IDLE_UNKNOWN
           : by_tick           ? PS_LANE_IDLE_SLEPT
                               : PS_LANE_IDLE_COUNTED;
}

/* CPUs without any tick count what runs on them only when somebody asks the file
 * (kernel/sched/cputime.c:kcpustat_cpu_fetch()). */
static bool has_tickless(psutil *ctx)
{
    struct ps_dir sys = ps_sys(ctx);
    struct ps_cpuset tickless;
    bool known = ps_cpu_list(&sys, "devices/system/cpu/nohz_full", &tickless);
    PS_CPUSET_EACH(&tickless, cpu)
    if (known)
        return true;
    return false;
}

/* How many there can be, if they are numbered without gaps; else 0. */
static unsigned count_possible(psutil *ctx)
{
    struct ps_dir sys = ps_sys(ctx);
    struct ps_cpuset possible;
    unsigned count = 0;
    if (!ps_cpu_list(&sys, "devices/system/cpu/possible", &possible))
        return 0;
    PS_CPUSET_EACH(&possible, cpu)
    if (cpu != count++)
        return 0;
    return count <= PS_LANE_CPUS_MAX ? count : 0;
}

enum { TRIALS = 16 };

static bool learn(psutil *ctx, struct ps_lane *lane)
{
    struct trial *trial = malloc(sizeof *trial);
    lane->cpus_len = has_tickless(ctx) ? 0 : count_possible(ctx);
    for (int i = 0; i < TRIALS && trial && lane->cpus_len && lane->idle == PS_LANE_IDLE_UNKNOWN;
         i++)
        lane->idle = try_once(ctx, lane, trial);
    free(trial);
    if (lane->idle == PS_LANE_IDLE_UNKNOWN)
        ps_lane_questions_off(&lane->cpus);
    return lane->idle != PS_LANE_IDLE_UNKNOWN;
}

size_t ps_lane_cpu_times(psutil *ctx, struct ps_stat_cpu lines[PS_LANE_CPUS_MAX + 1])
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    struct ps_bpf_cpu cpus[PS_LANE_CPUS_MAX];
    size_t len = 0;
    if (!lane || !ps_lane_questions_hold(ctx, &lane->cpus))
        return 0;
    if ((lane->idle != PS_LANE_IDLE_UNKNOWN || learn(ctx, lane)) && read_cpus(ctx, lane, cpus))
        len = make_lines(ctx, cpus, lane->cpus_len, lane->idle, lines);
    ps_lane_questions_release(&lane->cpus);
    return len;
}
