/* CPUs of machines that were recorded. */
#include "../root.h"

struct machine {
    const char *name;
    int64_t logical;
    int64_t physical;
    double max;   /* the highest that any CPU may be set to; NAN: no cpufreq */
    double min;   /* the lowest of those CPUs */
    double clock; /* where there is no cpufreq, what /proc/cpuinfo says; NAN: nothing */
};

static void check_range(psutil *ctx, const struct machine *machine)
{
    psutil_scpufreq_list *list = NULL;
    int rc = psutil_cpu_freq_percpu(&list, ctx);
    if (isnan(machine->max) && isnan(machine->clock)) {
        CHECK_INT(rc, PSUTIL_ENOTSUP);
        return;
    }
    REQUIRE(rc == 0);
    CHECK_INT(list->len, machine->logical);
    for (size_t i = 0; i < list->len; i++) {
        CHECK_DOUBLE(list->items[i].max, machine->max);
        CHECK_DOUBLE(list->items[i].min, machine->min);
        CHECK(isnan(machine->clock) || list->items[i].current == machine->clock);
    }
    psutil_free(list);
}

static void check_counts(psutil *ctx, const struct machine *machine)
{
    int64_t logical = 0, physical = 0;
    CHECK(psutil_cpu_count(&logical, ctx, true) == 0);
    CHECK(psutil_cpu_count(&physical, ctx, false) == 0);
    CHECK_INT(logical, machine->logical);
    CHECK_INT(physical, machine->physical);
}

static void check_machine(const struct machine *machine,
                          void (*check)(psutil *, const struct machine *))
{
    char archive[128];
    struct root root;
    snprintf(archive, sizeof archive, "cpu-topology/%s.tar.gz", machine->name);
    if (!root_recorded(&root, archive, "*"))
        SKIP("no recorded machines here");
    psutil *ctx = root_open(&root);
    int before = test_failures;
    check(ctx, machine);
    if (test_failures > before)
        printf("# on %s\n", machine->name);
    psutil_close(ctx);
    root_remove(&root);
}

static const struct machine machines[] = {
    {"armv7", 2, 2, 1700, 200, NAN},
    {"ppc64-POWER7-64cpu", 64, 16, NAN, NAN, 3550},
    {"rv64-milkvpioneer", 64, 64, NAN, NAN, NAN},
    {"s390-kvm", 3, 3, NAN, NAN, NAN},
    {"s390-lpar-drawer", 8, 8, NAN, NAN, 5000},
    {"sparc64", 6, 6, NAN, NAN, NAN},
    {"vbox-win", 2, 2, 3800, 1600, NAN},
    {"vmware_fpe", 16, 8, 3200, 1400, NAN},
    {"x86_64-64cpu", 64, 32, 1996, 1064, NAN},
    {"x86_64-dell_e4310", 4, 2, 2667, 1199, NAN},
};

static void check_all(psutil *ctx, const struct machine *machine)
{
    check_counts(ctx, machine);
    check_range(ctx, machine);
}

TEST(recorded_topologies_and_frequencies) /* corner case 21 */
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        check_machine(&machines[i], check_all);
}

/* Three kinds of cores, and a governor that lowers the hardware's limits (3187.2 and 595.2 MHz for
 * the last). */
static void check_three_kinds(psutil *ctx, const struct machine *machine)
{
    static const psutil_scpufreq wanted[] = {{1017.6, 556.8, 1017.6}, {1017.6, 556.8, 1017.6},
                                             {1017.6, 556.8, 1017.6}, {1056, 614.4, 1056},
                                             {1056, 614.4, 1056},     {1056, 614.4, 1056},
                                             {1056, 614.4, 1056},     {864, 864, 998.4}};
    psutil_scpufreq_list *list = NULL;
    check_counts(ctx, machine);
    REQUIRE(psutil_cpu_freq_percpu(&list, ctx) == 0);
    CHECK_INT(list->len, 8);
    for (size_t i = 0; i < list->len && i < 8; i++) {
        CHECK_DOUBLE(list->items[i].current, wanted[i].current);
        CHECK_DOUBLE(list->items[i].min, wanted[i].min);
        CHECK_DOUBLE(list->items[i].max, wanted[i].max);
    }
    psutil_free(list);
}

TEST(recorded_cores_of_three_kinds)
{
    static const struct machine arm = {"arm-A510-A710-A715-X3", 8, 8, NAN, NAN, NAN};
    check_machine(&arm, check_three_kinds);
}

static void check_server_freq(psutil *ctx)
{
    psutil_scpufreq_list *list = NULL;
    psutil_scpufreq all;
    REQUIRE(psutil_cpu_freq_percpu(&list, ctx) == 0);
    CHECK_INT(list->len, 4);
    for (size_t i = 0; i < list->len; i++) {
        CHECK_DOUBLE(list->items[i].max, i < 2 ? 3700 : 4200);
        CHECK_DOUBLE(list->items[i].min, i < 2 ? 800 : 1);
        CHECK_DOUBLE(list->items[i].current, i < 2 ? 1699.981 : 8);
    }
    psutil_free(list);
    REQUIRE(psutil_cpu_freq(&all, ctx) == 0);
    CHECK_DOUBLE(all.max, 3950);
    CHECK_DOUBLE(all.min, 400.5);
    CHECK_DOUBLE(all.current, 853.9905);
}

static void check_server(psutil *ctx)
{
    psutil_scpustats stats;
    psutil_scputimes times;
    psutil_scputimes_list *percpu;
    double load[3];
    int64_t count;
    const double hz = (double)sysconf(_SC_CLK_TCK);
    REQUIRE(psutil_cpu_stats(&stats, ctx) == 0);
    CHECK_INT(stats.ctx_switches, 38014093);
    CHECK_INT(stats.interrupts, 8885917);
    CHECK_INT(stats.soft_interrupts, 5057579);
    CHECK_INT(stats.syscalls, PSUTIL_UNKNOWN);
    REQUIRE(psutil_getloadavg(load, ctx) == 0);
    CHECK(load[0] == 0.21 && load[1] == 0.37 && load[2] == 0.39);
    REQUIRE(psutil_cpu_times(&times, ctx) == 0);
    CHECK_DOUBLE(times.user, 301854 / hz);
    CHECK_DOUBLE(times.guest_nice, 36 / hz);
    CHECK_DOUBLE(times.dpc, NAN);
    REQUIRE(psutil_cpu_times_percpu(&percpu, ctx) == 0);
    CHECK_INT(percpu->len, 8);
    CHECK_DOUBLE(percpu->items[7].iowait, 555 / hz);
    psutil_free(percpu);
    CHECK(psutil_cpu_count(&count, ctx, true) == 0 && count == 4);
    CHECK(psutil_cpu_count(&count, ctx, false) == 0 && count == 4);
    check_server_freq(ctx);
}

TEST(recorded_server)
{
    struct root root;
    if (!root_recorded(&root, "recorded-machine.tar.gz",
                       "proc/cpuinfo proc/stat proc/loadavg sys/devices/system/cpu"))
        SKIP("no recorded machines here");
    psutil *ctx = root_open(&root);
    check_server(ctx);
    psutil_close(ctx);
    root_remove(&root);
}

int main(void)
{
    return run_tests();
}
