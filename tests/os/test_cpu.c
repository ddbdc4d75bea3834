/* CPUs of invented machines. */
#include "../root.h"

#include <time.h>

static struct root root;
static psutil *ctx;

static bool begin(void)
{
    root = root_make();
    ctx = root_open(&root);
    return true;
}

static void end(void)
{
    psutil_close(ctx);
    root_remove(&root);
    ctx = NULL;
}

static int64_t count(bool logical)
{
    int64_t n = -1;
    CHECK_INT(psutil_cpu_count(&n, ctx, logical), 0);
    return n;
}

#define CPU "sys/devices/system/cpu/"

TEST(a_machine_without_anything) /* corner cases 7, 21 */
{
    psutil_scputimes times;
    psutil_scputimes_list *percpu;
    psutil_scpustats stats;
    psutil_scpufreq freq;
    psutil_cpu_sampler *sampler;
    psutil_error error;
    double load[3];
    REQUIRE(begin());
    CHECK_INT(count(true), PSUTIL_UNKNOWN);
    CHECK_INT(count(false), PSUTIL_UNKNOWN);
    CHECK_INT(psutil_cpu_freq(&freq, ctx), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_cpu_times(&times, ctx), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_cpu_times_percpu(&percpu, ctx), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_cpu_stats(&stats, ctx), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_cpu_sampler_open(&sampler, ctx), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_getloadavg(load, ctx), PSUTIL_ESYSTEM);
    CHECK(psutil_error_detail(&error, ctx));
    CHECK_STRING(error.call, "open");
    CHECK(strstr(error.path, "/proc/loadavg") != NULL);
    end();
}

TEST(files_without_sense)
{
    static const char *const texts[] = {"", "\n", "cpu\n", "nonsense", "intr\nctxt x\nsoftirq"};
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        psutil_scputimes times;
        psutil_scpustats stats;
        psutil_scpufreq freq;
        double load[3];
        root_file(&root, "proc/stat", texts[i]);
        root_file(&root, "proc/cpuinfo", texts[i]);
        root_file(&root, "proc/loadavg", texts[i]);
        root_file(&root, CPU "online", texts[i]);
        root_file(&root, CPU "cpu0/topology/core_cpus_list", texts[i]);
        root_file(&root, CPU "cpu0/cpufreq/scaling_cur_freq", texts[i]);
        CHECK_INT(psutil_cpu_times(&times, ctx), PSUTIL_EDATA);
        CHECK_INT(psutil_cpu_stats(&stats, ctx), PSUTIL_EDATA);
        CHECK_INT(psutil_getloadavg(load, ctx), PSUTIL_EDATA);
        CHECK_INT(psutil_cpu_freq(&freq, ctx), PSUTIL_ENOTSUP);
        CHECK_INT(count(true), PSUTIL_UNKNOWN);
        CHECK_INT(count(false), PSUTIL_UNKNOWN);
    }
    end();
}

TEST(times_are_sorted_by_cpu_and_short_lines_end_in_unknown) /* corner case 20 */
{
    const double hz = (double)sysconf(_SC_CLK_TCK);
    psutil_scputimes total;
    psutil_scputimes_list *percpu;
    REQUIRE(begin());
    root_file(&root, "proc/stat",
              "cpu2 2 0 0 0\ncpu0 0 1 2 3 4 5 6\ncpu 9 8 7 6\ncpu11 11 0 0 0\n");
    REQUIRE(psutil_cpu_times(&total, ctx) == 0);
    CHECK_DOUBLE(total.user, 9 / hz);
    CHECK_DOUBLE(total.idle, 6 / hz);
    CHECK_DOUBLE(total.iowait, NAN);
    CHECK_DOUBLE(total.guest, NAN);
    REQUIRE(psutil_cpu_times_percpu(&percpu, ctx) == 0);
    REQUIRE(percpu->len == 3);
    CHECK_DOUBLE(percpu->items[0].softirq, 6 / hz);
    CHECK_DOUBLE(percpu->items[0].steal, NAN);
    CHECK_DOUBLE(percpu->items[1].user, 2 / hz);
    CHECK_DOUBLE(percpu->items[2].user, 11 / hz);
    psutil_free(percpu);
    end();
}

TEST(counts_fall_back)
{
    REQUIRE(begin());
    root_file(&root, "proc/cpuinfo",
              "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 1\nphysical id : 0\n"
              "core id : 0\n\nprocessor : 2\nphysical id : 1\ncore id : 0\n");
    CHECK_INT(count(true), 3);
    CHECK_INT(count(false), 2);
    root_file(&root, "proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\ncpu5 1 2 3 4\n");
    CHECK_INT(count(true), 2);
    CHECK_INT(count(false), 2);
    root_file(&root, CPU "online", "0-3,8\n");
    CHECK_INT(count(true), 5);
    CHECK_INT(count(false), 2);
    root_file(&root, "proc/cpuinfo", "processor : 0\nBogoMIPS : 38.40\n");
    CHECK_INT(count(false), PSUTIL_UNKNOWN);
    end();
}

static void put_topology(int cpu, const char *file, const char *text)
{
    char name[128];
    snprintf(name, sizeof name, CPU "cpu%d/topology/%s", cpu, file);
    root_file(&root, name, text);
}

TEST(same_core_ids_in_several_sockets) /* corner case 21 */
{
    REQUIRE(begin());
    root_file(&root, CPU "online", "0-7\n");
    for (int cpu = 0; cpu < 8; cpu++) {
        char package[8], core[8];
        snprintf(package, sizeof package, "%d\n", cpu / 4);
        snprintf(core, sizeof core, "%d\n", cpu / 2 % 2);
        put_topology(cpu, "physical_package_id", package);
        put_topology(cpu, "core_id", core);
    }
    CHECK_INT(count(false), 4);
    end();
}

TEST(offline_cpus_have_no_cores) /* corner case 21 */
{
    REQUIRE(begin());
    root_file(&root, CPU "online", "0,2-3\n");
    put_topology(0, "thread_siblings_list", "0-1\n");
    put_topology(1, "thread_siblings_list", "0-1\n");
    put_topology(2, "core_cpus_list", "2-3\n");
    put_topology(3, "core_cpus_list", "2-3\n");
    put_topology(4, "core_cpus_list", "4-5\n");
    CHECK_INT(count(true), 3);
    CHECK_INT(count(false), 2);
    put_topology(2, "core_cpus_list", "0-3x"); /* broken: the older file stands in */
    put_topology(2, "thread_siblings_list", "2\n");
    CHECK_INT(count(false), 3);
    end();
}

static void put_freq(const char *folder, const char *file, const char *text)
{
    char name[128];
    snprintf(name, sizeof name, CPU "%s/%s", folder, file);
    root_file(&root, name, text);
}

TEST(one_policy_for_several_cpus) /* corner case 21 */
{
    psutil_scpufreq_list *list;
    psutil_scpufreq all;
    REQUIRE(begin());
    root_file(&root, CPU "online", "0,2-5\n");
    put_freq("cpufreq/policy0", "affected_cpus", "0 2\n");
    put_freq("cpufreq/policy0", "related_cpus", "0 1 2\n");
    put_freq("cpufreq/policy0", "scaling_cur_freq", "1000000\n");
    put_freq("cpufreq/policy0", "scaling_min_freq", "500000\n");
    put_freq("cpufreq/policy0", "cpuinfo_min_freq", "400000\n");
    put_freq("cpufreq/policy0", "scaling_max_freq", "2000000\n");
    put_freq("cpufreq/policy0", "cpuinfo_max_freq", "3000000\n");
    put_freq("cpufreq/policy3", "affected_cpus", "3\n");
    put_freq("cpufreq/policy3", "related_cpus", "0 1 2 3\n"); /* set together, yet not one clock */
    put_freq("cpufreq/policy3", "scaling_cur_freq", "<unknown>\n");
    put_freq("cpufreq/policy3", "cpuinfo_cur_freq", "1500500\n");
    put_freq("cpufreq/policy3", "cpuinfo_max_freq", "2500000\n");
    put_freq("cpufreq/policy4", "related_cpus", "1 4 9000\n");
    put_freq("cpufreq/policy4", "scaling_cur_freq", "750000\n");
    put_freq("cpufreq/policy1", "affected_cpus", "\n"); /* all offline */
    put_freq("cpufreq/policy1", "scaling_cur_freq", "9000000\n");
    REQUIRE(psutil_cpu_freq_percpu(&list, ctx) == 0);
    REQUIRE(list->len == 5);
    CHECK_DOUBLE(list->items[0].current, 1000);
    CHECK_DOUBLE(list->items[0].min, 500);
    CHECK_DOUBLE(list->items[1].max, 2000);
    CHECK_DOUBLE(list->items[2].current, 1500.5);
    CHECK_DOUBLE(list->items[2].min, NAN);
    CHECK_DOUBLE(list->items[2].max, 2500);
    CHECK_DOUBLE(list->items[3].current, 750);
    CHECK_DOUBLE(list->items[4].current, NAN);
    psutil_free(list);
    REQUIRE(psutil_cpu_freq(&all, ctx) == 0);
    CHECK_DOUBLE(all.current, 4250.5 / 4);
    CHECK_DOUBLE(all.min, 500);
    CHECK_DOUBLE(all.max, 6500.0 / 3);
    end();
}

TEST(frequencies_of_cpuinfo_by_number) /* corner case 21 */
{
    psutil_scpufreq_list *list;
    REQUIRE(begin());
    root_file(&root, CPU "online", "0,2-3\n");
    root_file(&root, "proc/cpuinfo",
              "processor : 3\ncpu MHz : 3000.25\n\nprocessor : 0\n"
              "cpu MHz : 1000\n\nprocessor : 1\ncpu MHz : 2000\n");
    put_freq("cpu0/cpufreq", "scaling_max_freq", "4000000\n");
    REQUIRE(psutil_cpu_freq_percpu(&list, ctx) == 0);
    REQUIRE(list->len == 3);
    CHECK_DOUBLE(list->items[0].current, 1000);
    CHECK_DOUBLE(list->items[0].max, 4000);
    CHECK_DOUBLE(list->items[1].current, NAN);
    CHECK_DOUBLE(list->items[2].current, 3000.25);
    CHECK_DOUBLE(list->items[2].max, NAN);
    psutil_free(list);
    end();
}

TEST(frequencies_where_nobody_says_who_is_online)
{
    psutil_scpufreq_list *list;
    REQUIRE(begin());
    put_freq("cpufreq/policy4", "affected_cpus", "4 5\n");
    put_freq("cpufreq/policy4", "scaling_cur_freq", "1000000\n");
    put_freq("cpu0/cpufreq", "scaling_cur_freq", "2000000\n");
    REQUIRE(psutil_cpu_freq_percpu(&list, ctx) == 0);
    REQUIRE(list->len == 3);
    CHECK_DOUBLE(list->items[0].current, 2000);
    CHECK_DOUBLE(list->items[2].current, 1000);
    psutil_free(list);
    end();
}

/* ---- The sampler ----------------------------------------------------------------------------- */

TEST(cpus_come_and_go_between_samples) /* corner case 19 */
{
    psutil_cpu_sampler *sampler;
    psutil_double_list *busy;
    psutil_scputimes_list *modes;
    psutil_int_list *numbers;
    REQUIRE(begin());
    root_file(&root, "proc/stat", "cpu 0 0 0 0\ncpu0 0 0 0 0\ncpu1 50 0 0 50\ncpu3 0 0 0 0\n");
    REQUIRE(psutil_cpu_sampler_open(&sampler, ctx) == 0);
    root_file(&root, "proc/stat", "cpu 0 0 0 0\ncpu0 25 0 0 75\ncpu2 10 0 0 0\ncpu3 90 0 0 10\n");
    REQUIRE(psutil_cpu_percent_percpu(&busy, sampler) == 0);
    REQUIRE(busy->len == 3);
    CHECK_DOUBLE(busy->items[0], 25);
    CHECK_DOUBLE(busy->items[1], NAN);
    CHECK_DOUBLE(busy->items[2], 90);
    psutil_free(busy);
    REQUIRE(psutil_cpu_sampler_numbers(&numbers, sampler) == 0);
    REQUIRE(numbers->len == 3);
    CHECK_INT(numbers->items[0], 0);
    CHECK_INT(numbers->items[1], 2);
    CHECK_INT(numbers->items[2], 3);
    psutil_free(numbers);
    root_file(&root, "proc/stat", "cpu 0 0 0 0\ncpu2 10 0 30 70\n");
    REQUIRE(psutil_cpu_times_percent_percpu(&modes, sampler) == 0);
    REQUIRE(modes->len == 1);
    CHECK_DOUBLE(modes->items[0].user, 0);
    CHECK_DOUBLE(modes->items[0].system, 30);
    CHECK_DOUBLE(modes->items[0].idle, 70);
    CHECK_DOUBLE(modes->items[0].iowait, NAN);
    psutil_free(modes);
    psutil_cpu_sampler_close(sampler);
    end();
}

TEST(each_call_is_about_the_time_since_the_last_good_one) /* corner case 19 */
{
    psutil_cpu_sampler *sampler;
    psutil_double_list *busy;
    psutil_scputimes modes;
    double percent = -1;
    REQUIRE(begin());
    root_file(&root, "proc/stat", "cpu 100 0 0 100\ncpu0 100 0 0 100\n");
    REQUIRE(psutil_cpu_sampler_open(&sampler, ctx) == 0);
    CHECK(psutil_cpu_percent(&percent, sampler) == 0);
    CHECK_DOUBLE(percent, NAN);
    root_file(&root, "proc/stat", "cpu 110 0 0 190\ncpu0 110 0 0 190\n");
    CHECK(psutil_cpu_percent(&percent, sampler) == 0);
    CHECK_DOUBLE(percent, 10);
    root_delete(&root, "proc/stat");
    CHECK_INT(psutil_cpu_percent(&percent, sampler), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_cpu_times_percent(&modes, sampler), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_cpu_percent_percpu(&busy, sampler), PSUTIL_ESYSTEM);
    CHECK_DOUBLE(percent, 10);
    root_file(&root, "proc/stat", "cpu 130 0 0 270\ncpu0 160 0 0 240\n");
    CHECK(psutil_cpu_times_percent(&modes, sampler) == 0);
    CHECK_DOUBLE(modes.user, 20);
    CHECK_DOUBLE(modes.idle, 80);
    CHECK(psutil_cpu_percent_percpu(&busy, sampler) == 0);
    CHECK_DOUBLE(busy->items[0], NAN); /* the call before was a moment for every CPU */
    psutil_free(busy);
    psutil_cpu_sampler_close(sampler);
    psutil_cpu_sampler_close(NULL);
    end();
}

/* ---- Big machines ---------------------------------------------------------------------------- */

static double clock_now(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 256 CPUs and 20,000 interrupt sources. */
static void put_big_stat(void)
{
    size_t size = 1 << 20, len = 0;
    char *text = malloc(size);
    len += (size_t)snprintf(text + len, size - len, "cpu  256 0 0 0 0 0 0 0 0 0\n");
    for (int i = 0; i < 256; i++)
        len += (size_t)snprintf(text + len, size - len,
                                "cpu%d %d 123456 123456789 1234567890 1 2 3 4 5 6\n", i, i);
    len += (size_t)snprintf(text + len, size - len, "intr 77");
    for (int i = 0; i < 20000; i++)
        len += (size_t)snprintf(text + len, size - len, " %d", i);
    snprintf(text + len, size - len, "\nctxt 88\nbtime 5\nsoftirq 99 1 2\n");
    root_file(&root, "proc/stat", text);
    free(text);
}

TEST(a_machine_of_256_cpus) /* corner case 21 */
{
    psutil_scputimes_list *percpu;
    psutil_scputimes total;
    psutil_scpustats stats;
    REQUIRE(begin());
    put_big_stat();
    root_file(&root, CPU "online", "0-255\n");
    for (int cpu = 0; cpu < 256; cpu++) {
        char siblings[32];
        snprintf(siblings, sizeof siblings, "%d,%d\n", cpu % 128, cpu % 128 + 128);
        put_topology(cpu, "core_cpus_list", siblings);
    }
    CHECK_INT(count(true), 256);
    CHECK_INT(count(false), 128);
    REQUIRE(psutil_cpu_stats(&stats, ctx) == 0);
    CHECK_INT(stats.interrupts, 77);
    CHECK_INT(stats.ctx_switches, 88);
    CHECK_INT(stats.soft_interrupts, 99);
    REQUIRE(psutil_cpu_times(&total, ctx) == 0);
    CHECK_DOUBLE(total.user, 256.0 / (double)sysconf(_SC_CLK_TCK));
    double start = clock_now(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < 100; i++) {
        REQUIRE(psutil_cpu_times_percpu(&percpu, ctx) == 0);
        CHECK_INT(percpu->len, 256);
        CHECK_DOUBLE(percpu->items[255].user, 255.0 / (double)sysconf(_SC_CLK_TCK));
        psutil_free(percpu);
    }
    CHECK(clock_now(CLOCK_PROCESS_CPUTIME_ID) - start <
          1); /* 10 ms each, far above what it takes */
    end();
}

int main(void)
{
    return run_tests();
}
