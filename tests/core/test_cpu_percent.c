#include "core/cpu_percent.h"

#include "../test.h"

#define NONE                                                                                       \
    {                                                                                              \
        NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN                                 \
    }

static psutil_scputimes times(double user, double nice, double system, double idle, double iowait)
{
    psutil_scputimes t = NONE;
    t.user = user;
    t.nice = nice;
    t.system = system;
    t.idle = idle;
    t.iowait = iowait;
    return t;
}

/* The modes that are not parts of others. */
static double sum(const psutil_scputimes *p)
{
    double modes[] = {p->user,   p->nice, p->system,  p->idle,
                      p->iowait, p->irq,  p->softirq, p->steal};
    double total = 0;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        total += isnan(modes[i]) ? 0 : modes[i];
    return total;
}

TEST(busy_is_what_is_neither_idle_nor_waiting)
{
    psutil_scputimes a = times(10, 10, 10, 10, 10), b = times(11, 12, 13, 14, 20);
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 30);
    psutil_scputimes p = ps_cpu_mode_percents(&a, &b);
    CHECK_DOUBLE(p.user, 5);
    CHECK_DOUBLE(p.nice, 10);
    CHECK_DOUBLE(p.system, 15);
    CHECK_DOUBLE(p.idle, 20);
    CHECK_DOUBLE(p.iowait, 50);
    CHECK_DOUBLE(p.steal, NAN);
    CHECK_DOUBLE(p.dpc, NAN);
}

TEST(every_mode_counts)
{
    psutil_scputimes a = {0}, b = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0};
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 27 * 100.0 / 36);
    psutil_scputimes p = ps_cpu_mode_percents(&a, &b);
    CHECK_DOUBLE(sum(&p), 100);
    CHECK_DOUBLE(p.irq, 600.0 / 36);
    CHECK_DOUBLE(p.softirq, 700.0 / 36);
    CHECK_DOUBLE(p.steal, 800.0 / 36);
}

TEST(guest_time_is_counted_once) /* corner case 19 */
{
    psutil_scputimes a = times(0, 0, 0, 0, 0), b = times(50, 30, 0, 20, 0);
    a.guest = a.guest_nice = 0;
    b.guest = 50;
    b.guest_nice = 30;
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 80);
    psutil_scputimes p = ps_cpu_mode_percents(&a, &b);
    CHECK_DOUBLE(p.user, 50);
    CHECK_DOUBLE(p.guest, 50);
    CHECK_DOUBLE(p.guest_nice, 30);
    CHECK_DOUBLE(sum(&p), 100);
}

TEST(parts_of_kernel_time_are_counted_once)
{
    psutil_scputimes a = times(0, 0, 0, 0, NAN), b = times(0, 0, 50, 50, NAN);
    a.interrupt = a.dpc = 0;
    b.interrupt = 10;
    b.dpc = 5;
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 50);
    psutil_scputimes p = ps_cpu_mode_percents(&a, &b);
    CHECK_DOUBLE(p.interrupt, 10);
    CHECK_DOUBLE(p.dpc, 5);
}

TEST(counters_that_go_backwards_count_as_nothing) /* corner case 19 */
{
    psutil_scputimes a = times(10, 0, 0, 100, 50), b = times(11, 0, 0, 101, 40);
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 50);
    psutil_scputimes p = ps_cpu_mode_percents(&a, &b);
    CHECK_DOUBLE(p.iowait, 0);
    CHECK_DOUBLE(sum(&p), 100);
    b = times(11, 0, 0, 99, 40);
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 100);
    a.steal = 1e6;
    b.steal = 0;
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 100);
}

TEST(guest_larger_than_user_stays_within_100) /* corner case 19 */
{
    psutil_scputimes a = times(10, 0, 0, 0, 0), b = times(9, 0, 0, 1, 0);
    a.guest = 0;
    b.guest = 50;
    CHECK_DOUBLE(ps_cpu_mode_percents(&a, &b).guest, 100);
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 0);
}

TEST(no_time_gives_no_figure) /* corner case 19 */
{
    psutil_scputimes a = times(1, 2, 3, 4, 5), lower = times(0, 0, 0, 0, 0);
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &a), NAN);
    CHECK_DOUBLE(ps_cpu_mode_percents(&a, &a).user, NAN);
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &lower), NAN);
    CHECK_DOUBLE(ps_cpu_mode_percents(&a, &lower).idle, NAN);
}

TEST(unknown_columns_are_left_out) /* corner case 19 */
{
    psutil_scputimes a = times(0, 0, 0, 0, NAN), b = times(25, 0, 0, 75, NAN), none = NONE;
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 25);
    b.iowait = 1000; /* known only later: no difference can be told */
    CHECK_DOUBLE(ps_cpu_busy_percent(&a, &b), 25);
    CHECK_DOUBLE(ps_cpu_mode_percents(&a, &b).iowait, NAN);
    CHECK_DOUBLE(ps_cpu_busy_percent(&none, &b), NAN);
    CHECK_DOUBLE(ps_cpu_mode_percents(&none, &none).user, NAN);
}

/* A plain generator, so that a failure comes again. */
static double any_seconds(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 40) / 100;
}

static psutil_scputimes any_times(uint64_t *state)
{
    double v[12];
    for (size_t i = 0; i < 12; i++)
        v[i] = any_seconds(state);
    return (psutil_scputimes){v[0], v[1], v[2], v[3], v[4],  v[5],
                              v[6], v[7], v[8], v[9], v[10], v[11]};
}

static bool is_percent(double value)
{
    return isnan(value) || (value >= 0 && value <= 100);
}

TEST(always_between_0_and_100) /* corner case 19 */
{
    uint64_t state = 1;
    for (int i = 0; i < 100000; i++) {
        psutil_scputimes a = any_times(&state), b = any_times(&state);
        psutil_scputimes p = ps_cpu_mode_percents(&a, &b);
        const double *modes = &p.user;
        REQUIRE(is_percent(ps_cpu_busy_percent(&a, &b)));
        for (size_t m = 0; m < sizeof p / sizeof p.user; m++)
            REQUIRE(is_percent(modes[m]));
        REQUIRE(isnan(p.user) || fabs(sum(&p) - 100) < 1e-6);
    }
}

TEST(cpus_are_found_by_number) /* corner case 19 */
{
    psutil_scputimes items[3] = {{.user = 6}, {.user = 7}, {.user = 11}};
    int64_t ids[3] = {6, 7, 11};
    psutil_scputimes_list percpu = {3, items};
    psutil_int_list numbers = {3, ids};
    struct ps_cpu_sample sample = {.percpu = &percpu, .numbers = &numbers};
    for (int64_t n = -1; n < 13; n++) {
        const psutil_scputimes *found = ps_cpu_sample_find(&sample, n);
        bool there = n == 6 || n == 7 || n == 11;
        CHECK((found != NULL) == there);
        if (found)
            CHECK_DOUBLE(found->user, (double)n);
    }
    numbers.len = 0;
    CHECK(!ps_cpu_sample_find(&sample, 6));
}

int main(void)
{
    return run_tests();
}
