/* CPUs of this machine, compared with what others say about them. */
#include "../test.h"
#include "os/linux/linux.h"

#include <psutil.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

static double clock_now(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static psutil *live(void)
{
    psutil *opened = NULL;
    return psutil_open(&opened, NULL) == 0 ? opened : NULL;
}

TEST(live_counts)
{
    int64_t logical, physical;
    cpu_set_t allowed;
    psutil *here = live();
    REQUIRE(here);
    REQUIRE(psutil_cpu_count(&logical, here, true) == 0);
    REQUIRE(psutil_cpu_count(&physical, here, false) == 0);
    CHECK_INT(logical, sysconf(_SC_NPROCESSORS_ONLN));
    CHECK(physical == PSUTIL_UNKNOWN || (physical >= 1 && physical <= logical));
    REQUIRE(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    CHECK(CPU_COUNT(&allowed) <= logical);
    psutil_close(here);
}

/* The line of /proc/stat that begins with `name`, read in another way. */
static bool read_line(const char *name, double values[10])
{
    char line[4096];
    bool found = false;
    const double hz = (double)sysconf(_SC_CLK_TCK);
    FILE *file = fopen("/proc/stat", "r");
    while (file && !found && fgets(line, sizeof line, file)) {
        char word[32];
        unsigned long long v[10];
        if (sscanf(line, "%31s %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", word, &v[0],
                   &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9]) != 11 ||
            strcmp(word, name) != 0)
            continue;
        for (int i = 0; i < 10; i++)
            values[i] = (double)v[i] / hz;
        found = true;
    }
    if (file)
        fclose(file);
    return found;
}

static void check_between(const double before[10], const psutil_scputimes *times,
                          const double after[10])
{
    const double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    const double got[10] = {times->user,   times->nice,      times->system,  times->idle,
                            times->iowait, times->irq,       times->softirq, times->steal,
                            times->guest,  times->guest_nice};
    for (int i = 0; i < 10; i++)
        CHECK(got[i] >= before[i] - 2 * tick && got[i] <= after[i] + 2 * tick);
}

TEST(live_times)
{
    double before[10], after[10], first[10], last[10];
    psutil_scputimes total;
    psutil_scputimes_list *percpu;
    psutil *here = live();
    REQUIRE(here);
    if (!read_line("cpu", before) || !read_line("cpu0", first)) {
        psutil_close(here);
        SKIP("/proc/stat has fewer columns here");
    }
    REQUIRE(psutil_cpu_times(&total, here) == 0);
    REQUIRE(psutil_cpu_times_percpu(&percpu, here) == 0);
    REQUIRE(read_line("cpu", after) && read_line("cpu0", last));
    check_between(before, &total, after);
    check_between(first, &percpu->items[0], last);
    CHECK_INT(percpu->len, sysconf(_SC_NPROCESSORS_ONLN));
    psutil_free(percpu);
    psutil_close(here);
}

TEST(live_stats_grow)
{
    psutil_scpustats a, b;
    psutil *here = live();
    REQUIRE(here);
    REQUIRE(psutil_cpu_stats(&a, here) == 0);
    for (int i = 0; i < 20; i++)
        usleep(1000);
    REQUIRE(psutil_cpu_stats(&b, here) == 0);
    CHECK(a.ctx_switches > 0 && b.ctx_switches > a.ctx_switches);
    CHECK(a.interrupts > 0 && b.interrupts >= a.interrupts);
    CHECK(a.soft_interrupts > 0 && b.soft_interrupts >= a.soft_interrupts);
    psutil_close(here);
}

TEST(live_load)
{
    double load[3], system_load[3];
    psutil *here = live();
    REQUIRE(here);
    /* The kernel computes them anew every five seconds: a second try sees no change. */
    for (int i = 0; i < 2; i++) {
        REQUIRE(psutil_getloadavg(load, here) == 0);
        REQUIRE(getloadavg(system_load, 3) == 3);
        if (fabs(load[0] - system_load[0]) < 0.02)
            break;
    }
    for (int i = 0; i < 3; i++)
        CHECK(fabs(load[i] - system_load[i]) < 0.02);
    psutil_close(here);
}

static void spin(double seconds)
{
    double end_at = clock_now(CLOCK_MONOTONIC) + seconds;
    while (clock_now(CLOCK_MONOTONIC) < end_at)
        ;
}

/* Where in the list of CPUs one number is: as many online ones come before it. */
static size_t place_of(size_t number)
{
    size_t place = 0;
    for (size_t i = 0; i < number; i++) {
        char name[32];
        double ignored[10];
        snprintf(name, sizeof name, "cpu%zu", i);
        place += read_line(name, ignored);
    }
    return place;
}

TEST(live_busy_loop_makes_percent_rise)
{
    cpu_set_t before, one;
    psutil_cpu_sampler *sampler;
    psutil_double_list *busy;
    double total;
    psutil *here = live();
    REQUIRE(here);
    size_t cpu = (size_t)sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    REQUIRE(psutil_cpu_sampler_open(&sampler, here) == 0);
    spin(0.5);
    REQUIRE(psutil_cpu_percent_percpu(&busy, sampler) == 0);
    CHECK(place_of(cpu) < busy->len && busy->items[place_of(cpu)] > 80);
    psutil_free(busy);
    spin(0.3);
    REQUIRE(psutil_cpu_percent(&total, sampler) == 0);
    CHECK(total > 80.0 / (double)sysconf(_SC_NPROCESSORS_ONLN) && total <= 100);
    psutil_cpu_sampler_close(sampler);
    sched_setaffinity(0, sizeof before, &before);
    psutil_close(here);
}

TEST(live_frequency)
{
    psutil_scpufreq_list *list;
    psutil *here = live();
    REQUIRE(here);
    int rc = psutil_cpu_freq_percpu(&list, here);
    if (rc == PSUTIL_ENOTSUP) {
        psutil_close(here);
        SKIP("this machine tells no frequency");
    }
    REQUIRE(rc == 0);
    CHECK_INT(list->len, sysconf(_SC_NPROCESSORS_ONLN));
    for (size_t i = 0; i < list->len; i++) {
        CHECK(isnan(list->items[i].current) || list->items[i].current > 1);
        CHECK(isnan(list->items[i].max) || list->items[i].max >= list->items[i].min);
    }
    psutil_free(list);
    psutil_close(here);
}

/* A frequency that never changes, where the kernel says so, is the one that it tells. */
TEST(a_fixed_frequency_is_that_of_the_first_time)
{
    psutil *here, *fresh;
    psutil_scpufreq first, again, now;
    REQUIRE(psutil_open(&here, NULL) == 0 && psutil_open(&fresh, NULL) == 0);
    int rc = psutil_cpu_freq(&first, here);
    CHECK_INT(psutil_cpu_freq(&again, here), rc);
    CHECK_INT(psutil_cpu_freq(&now, fresh), rc);
    bool fixed = ps_linux_of(here)->fixed_mhz > 0;
    if (fixed) {
        CHECK_DOUBLE(again.current, first.current);
        CHECK_DOUBLE(now.current, first.current);
        CHECK(isnan(again.min) && isnan(again.max));
    }
    psutil_close(here);
    psutil_close(fresh);
    if (!fixed)
        SKIP("frequencies change on this machine");
}

int main(void)
{
    return run_tests();
}
