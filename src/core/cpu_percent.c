#include "core/cpu_percent.h"

#include <math.h>

/* Counters of one CPU do go backwards: iowait and idle are guesses of the scheduler that it takes
 * back (kernel/time/tick-sched.c:get_cpu_iowait_time_us), steal jumps when a guest migrates. Such a
 * mode counts as not having been used. Unknown stays unknown. */
static double difference(double before, double after)
{
    double d = after - before;
    return d < 0 ? 0 : d;
}

static psutil_scputimes differences(const psutil_scputimes *before, const psutil_scputimes *after)
{
#define DIFFERENCE(mode) .mode = difference(before->mode, after->mode)
    return (psutil_scputimes){DIFFERENCE(user),       DIFFERENCE(nice),      DIFFERENCE(system),
                              DIFFERENCE(idle),       DIFFERENCE(iowait),    DIFFERENCE(irq),
                              DIFFERENCE(softirq),    DIFFERENCE(steal),     DIFFERENCE(guest),
                              DIFFERENCE(guest_nice), DIFFERENCE(interrupt), DIFFERENCE(dpc)};
#undef DIFFERENCE
}

static double or_zero(double value)
{
    return isnan(value) ? 0 : value;
}

static double not_busy(const psutil_scputimes *d)
{
    return or_zero(d->idle) + or_zero(d->iowait);
}

/* Some modes are parts of others: guest of user and guest_nice of nice
 * (kernel/sched/cputime.c:account_guest_time), interrupt and dpc of Windows' kernel time. */
static double busy(const psutil_scputimes *d)
{
    return or_zero(d->user) + or_zero(d->nice) + or_zero(d->system) + or_zero(d->irq) +
           or_zero(d->softirq) + or_zero(d->steal);
}

/* Division of what is finite cannot give less than 0 or, rounding apart, more than 100; guest can,
 * when user went backwards. */
static double percent(double part, double whole)
{
    double value = whole > 0 ? part * 100 / whole : NAN;
    return value > 100 ? 100 : value;
}

double ps_cpu_busy_percent(const psutil_scputimes *before, const psutil_scputimes *after)
{
    psutil_scputimes d = differences(before, after);
    double used = busy(&d);
    return percent(used, used + not_busy(&d));
}

psutil_scputimes ps_cpu_mode_percents(const psutil_scputimes *before, const psutil_scputimes *after)
{
    psutil_scputimes d = differences(before, after);
    double whole = busy(&d) + not_busy(&d);
#define SHARE(mode) .mode = percent(d.mode, whole)
    return (psutil_scputimes){SHARE(user),   SHARE(nice),       SHARE(system),    SHARE(idle),
                              SHARE(iowait), SHARE(irq),        SHARE(softirq),   SHARE(steal),
                              SHARE(guest),  SHARE(guest_nice), SHARE(interrupt), SHARE(dpc)};
#undef SHARE
}

const psutil_scputimes *ps_cpu_sample_find(const struct ps_cpu_sample *sample, int64_t number)
{
    const psutil_int_list *numbers = sample->numbers;
    size_t low = 0, high = numbers->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers->items[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < numbers->len && numbers->items[low] == number;
    return found ? &sample->percpu->items[low] : NULL;
}

void ps_cpu_sample_free(struct ps_cpu_sample *sample)
{
    psutil_free(sample->percpu);
    psutil_free(sample->numbers);
    *sample = (struct ps_cpu_sample){.percpu = NULL};
}
