/* CPU, memory, battery, boot, users. */
#include "machine.h"

#include <time.h>

static double sum(const psutil_scputimes *times)
{
    return times->user + times->system + times->idle;
}

TEST(times_of_each_cpu_add_up)
{
    psutil_scputimes total, added = {.user = 0};
    psutil_scputimes_list *each;
    int64_t count;
    REQUIRE(psutil_cpu_times_percpu(&each, ctx) == 0 && psutil_cpu_times(&total, ctx) == 0);
    REQUIRE(psutil_cpu_count(&count, ctx, true) == 0);
    CHECK_INT(each->len, count);
    for (size_t i = 0; i < each->len; i++) {
        const psutil_scputimes *cpu = &each->items[i];
        CHECK(cpu->user >= 0 && cpu->system >= 0 && cpu->idle >= 0);
        CHECK(cpu->interrupt >= 0 && cpu->dpc >= 0);
        CHECK(isnan(cpu->nice) && isnan(cpu->iowait) && isnan(cpu->steal));
        added.user += cpu->user;
        added.system += cpu->system;
        added.idle += cpu->idle;
    }
    CHECK(fabs(sum(&total) - sum(&added)) < 1 + 2 * (double)count);
    psutil_free(each);
}

/* interrupt and dpc are parts of system: with them counted twice this would be above 100. */
TEST(shares_of_the_cpu_make_a_hundred)
{
    psutil_cpu_sampler *sampler;
    psutil_scputimes shares;
    double busy;
    REQUIRE(psutil_cpu_sampler_open(&sampler, ctx) == 0);
    Sleep(300);
    REQUIRE(psutil_cpu_times_percent(&shares, sampler) == 0);
    CHECK(fabs(sum(&shares) - 100) < 1);
    Sleep(300);
    REQUIRE(psutil_cpu_percent(&busy, sampler) == 0);
    CHECK(busy >= 0 && busy <= 100);
    psutil_cpu_sampler_close(sampler);
}

TEST(work_shows_in_the_times)
{
    psutil_scputimes before, after;
    REQUIRE(psutil_cpu_times(&before, ctx) == 0);
    double used = 0;
    for (int64_t end = ps_os_clock() + INT64_C(60000000000); used < 0.2 && ps_os_clock() < end;) {
        REQUIRE(psutil_cpu_times(&after, ctx) == 0);
        used = after.user + after.system - before.user - before.system;
    }
    CHECK(used >= 0.2);
}

TEST(cpus_are_counted)
{
    SYSTEM_INFO info;
    int64_t logical, cores;
    GetSystemInfo(&info);
    REQUIRE(psutil_cpu_count(&logical, ctx, true) == 0 &&
            psutil_cpu_count(&cores, ctx, false) == 0);
    CHECK(GetActiveProcessorGroupCount() > 1 || logical == info.dwNumberOfProcessors);
    CHECK(cores > 0 && cores <= logical);
}

TEST(statistics_are_counts)
{
    psutil_scpustats stats;
    REQUIRE(psutil_cpu_stats(&stats, ctx) == 0);
    CHECK(is_count(stats.ctx_switches) && is_count(stats.interrupts) && is_count(stats.syscalls));
    CHECK(is_count_or_unknown(stats.dpcs));
    CHECK_INT(stats.soft_interrupts, PSUTIL_UNKNOWN);
    CHECK_INT(stats.traps, PSUTIL_UNKNOWN);
    if (!ps_under_wine())
        CHECK(stats.ctx_switches > 0 && stats.interrupts > 0 && stats.syscalls > 0);
}

TEST(frequencies_are_of_a_processor)
{
    psutil_scpufreq freq;
    int rc = psutil_cpu_freq(&freq, ctx);
    if (rc == PSUTIL_ENOTSUP)
        SKIP("the power manager tells no frequency");
    REQUIRE(rc == 0);
    CHECK(freq.current > 100 && freq.current < 20000);
    CHECK(isnan(freq.min));
    CHECK(freq.max > 100 && freq.max < 20000);
}

/* Twice, for what watches it is there from the first call on. */
TEST(the_load_is_watched_or_refused)
{
    double load[3] = {-1, -1, -1};
    int rc = psutil_getloadavg(load, ctx);
    if (rc != 0) {
        CHECK_INT(rc, PSUTIL_ENOTSUP);
        CHECK(strlen(last_error().note) > 0);
        CHECK(load[0] == -1);
        SKIP("the performance counters do not tell the processors' queue");
    }
    Sleep(5500);
    REQUIRE(psutil_getloadavg(load, ctx) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(load[i] >= 0 && load[i] < 10000);
}

TEST(memory_is_what_the_system_says)
{
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    psutil_svmem memory;
    REQUIRE(psutil_virtual_memory(&memory, ctx) == 0 && GlobalMemoryStatusEx(&status));
    CHECK_INT(memory.total, (int64_t)status.ullTotalPhys);
    CHECK(llabs(memory.available - (int64_t)status.ullAvailPhys) < memory.total / 4);
    CHECK_INT(memory.used, memory.total - memory.available);
    CHECK(memory.percent > 0 && memory.percent <= 100);
    CHECK_INT(memory.free, memory.available);
    CHECK_INT(memory.buffers, PSUTIL_UNKNOWN);
}

TEST(page_files_are_added_up_or_unknown)
{
    psutil_sswap swap;
    REQUIRE(psutil_swap_memory(&swap, ctx) == 0);
    CHECK(is_count(swap.total));
    if (swap.used == PSUTIL_UNKNOWN) {
        CHECK_INT(swap.free, PSUTIL_UNKNOWN);
        CHECK(isnan(swap.percent));
    } else {
        CHECK_INT(swap.used + swap.free, swap.total);
        CHECK(swap.percent >= 0 && swap.percent <= 100);
    }
    CHECK_INT(swap.sin, PSUTIL_UNKNOWN);
}

TEST(the_heap_grows_by_what_is_allocated)
{
    enum { SMALL = 1000, COUNT = 1000, MAPPED = 1 << 22 };
    static void *blocks[COUNT];
    psutil_pheap before, after, mapped;
    REQUIRE(psutil_heap_info(&before, ctx) == 0);
    for (int i = 0; i < COUNT; i++)
        blocks[i] = malloc(SMALL);
    REQUIRE(psutil_heap_info(&after, ctx) == 0);
    CHECK(after.heap_used - before.heap_used >= SMALL * COUNT);
    CHECK(is_count(after.heap_count));
    void *own = VirtualAlloc(NULL, MAPPED, MEM_COMMIT, PAGE_READWRITE);
    REQUIRE(psutil_heap_info(&mapped, ctx) == 0);
    CHECK(mapped.mmap_used - after.mmap_used >= MAPPED);
    VirtualFree(own, 0, MEM_RELEASE);
    for (int i = 0; i < COUNT; i++)
        free(blocks[i]);
    REQUIRE(psutil_heap_info(&after, ctx) == 0);
    CHECK(after.heap_used < before.heap_used + SMALL * COUNT / 2);
    CHECK_INT(psutil_heap_trim(ctx), 0);
}

/* A heap of one's own is one more, and large blocks in it are the heap's. */
TEST(heaps_of_ones_own_are_counted)
{
    psutil_pheap before, after;
    REQUIRE(psutil_heap_info(&before, ctx) == 0);
    HANDLE heap = HeapCreate(0, 0, 0);
    void *block = HeapAlloc(heap, 0, 1 << 23);
    REQUIRE(block && psutil_heap_info(&after, ctx) == 0);
    CHECK_INT(after.heap_count, before.heap_count + 1);
    CHECK(after.heap_used - before.heap_used >= 1 << 23);
    CHECK(after.mmap_used - before.mmap_used < 1 << 23);
    HeapDestroy(heap);
}

TEST(the_battery_is_told_or_missing)
{
    psutil_sbattery battery;
    int rc = psutil_sensors_battery(&battery, ctx);
    if (rc != 0) {
        CHECK_INT(rc, PSUTIL_ENOTSUP);
        CHECK_STRING(last_error().note, "the machine has no battery");
        return;
    }
    CHECK(isnan(battery.percent) || (battery.percent >= 0 && battery.percent <= 100));
    CHECK(battery.power_plugged == 0 || battery.power_plugged == 1 ||
          battery.power_plugged == PSUTIL_UNKNOWN);
}

TEST(booting_lies_in_the_past)
{
    double boot;
    REQUIRE(psutil_boot_time(&boot, ctx) == 0);
    CHECK(boot > 0 && boot <= (double)time(NULL) + 1);
    if (!ps_under_wine())
        CHECK(fabs((double)time(NULL) - boot - (double)GetTickCount64() / 1000) < 60);
}

TEST(users_have_names)
{
    psutil_suser_list *users;
    REQUIRE(psutil_users(&users, ctx) == 0);
    for (size_t i = 0; i < users->len; i++) {
        CHECK(strlen(users->items[i].name) > 0);
        CHECK(isnan(users->items[i].started) || users->items[i].started > 0);
        CHECK(users->items[i].terminal == NULL);
    }
    psutil_free(users);
}

TEST(what_windows_does_not_have_is_not_supported)
{
    psutil_shwtemp_list *temperatures;
    psutil_sfan_list *fans;
    CHECK_INT(psutil_sensors_temperatures(&temperatures, ctx), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_sensors_fans(&fans, ctx), PSUTIL_ENOTSUP);
}

TEST(this_program_is_among_the_processes)
{
    psutil_int_list *pids;
    bool exists = false;
    int64_t own = GetCurrentProcessId();
    bool found = false;
    REQUIRE(psutil_pids(&pids, ctx) == 0);
    for (size_t i = 0; i < pids->len; i++) {
        CHECK(i == 0 || pids->items[i - 1] < pids->items[i]);
        found = found || pids->items[i] == own;
    }
    CHECK(found);
    REQUIRE(psutil_pid_exists(&exists, ctx, own) == 0);
    CHECK(exists);
    /* OpenProcess() would take these for the same process. */
    REQUIRE(psutil_pid_exists(&exists, ctx, own + 1) == 0);
    CHECK(!exists);
    REQUIRE(psutil_pid_exists(&exists, ctx, INT64_MAX) == 0);
    CHECK(!exists);
    psutil_free(pids);
}

/* Nothing is found below a folder that Windows has not. */
TEST(other_roots_are_refused)
{
    psutil *other;
    CHECK_INT(psutil_open(&other, &(psutil_options){.proc = "/proc"}), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_open(&other, &(psutil_options){.sys = "x"}), PSUTIL_ENOTSUP);
}

int main(void)
{
    return run_with_context();
}
