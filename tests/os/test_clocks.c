/* What the kernel tells without a file, beside what its files say. */
#include "kept.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/sysinfo.h>

static bool read_btime(double *out)
{
    char line[256];
    FILE *file = fopen("/proc/stat", "r");
    bool found = false;
    while (file && !found && fgets(line, sizeof line, file))
        found = sscanf(line, "btime %lf", out) == 1;
    if (file)
        fclose(file);
    return found;
}

/* The file's number, unless the clock was set meanwhile. */
static void compare_boot_time(void)
{
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    for (int i = 0; i < 50; i++) {
        double before = 0, after = 0, boot = 0;
        REQUIRE(read_btime(&before));
        CHECK_INT(psutil_boot_time(&boot, own), 0);
        REQUIRE(read_btime(&after));
        if (before == after)
            CHECK_DOUBLE(boot, before);
    }
    CHECK(ps_linux_of(own)->clocks != PS_CLOCKS_DIFFER);
    psutil_close(own);
}

TEST(the_clocks_say_when_the_machine_was_booted)
{
    compare_boot_time();
}

/* As another machine's file would be: then the clocks are not asked. */
TEST(clocks_that_differ_are_not_asked) /* corner case 29 */
{
    double btime = 0, boot = 0;
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    REQUIRE(read_btime(&btime));
    ps_linux_of(own)->clocks = PS_CLOCKS_DIFFER;
    CHECK_INT(psutil_boot_time(&boot, own), 0);
    CHECK(fabs(boot - btime) <= 1);
    CHECK_INT(ps_linux_of(own)->clocks, PS_CLOCKS_DIFFER);
    psutil_close(own);
}

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* Three days earlier: children of this process live in the new namespace. */
static void enter_time_namespace(void)
{
    static const char offsets[] = "boottime 259200 0\n";
    double outside = 0, inside = 0;
    REQUIRE(read_btime(&outside));
    if (unshare(CLONE_NEWTIME) != 0)
        SKIP("there are no time namespaces here");
    int fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, offsets, sizeof offsets - 1) < 0)
        SKIP("a time namespace's clocks cannot be set here");
    close(fd);
    CHECK_INT(in_child(compare_boot_time), 0);
    CHECK(read_btime(&inside));
    CHECK_DOUBLE(inside, outside);
}

/* To whom the clock since booting is ahead of the one that stands still meanwhile, the machine was
 * suspended for as long. */
static void compare_start_time(void)
{
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    double boot = 0, created = 0, now = (double)time(NULL);
    pid_t pid = start_child(60, 0);
    psutil_process *process = open_handle(own, pid);
    CHECK_INT(psutil_boot_time(&boot, own), 0);
    CHECK_INT(psutil_process_create_time(&created, process), 0);
    CHECK(now - boot >= 259200);
    CHECK(fabs(created - now) < 60);
    double begin = seconds_now();
    CHECK_INT(wait_for(process, 0.05), -2000 + PSUTIL_ETIMEDOUT);
    CHECK(seconds_now() - begin < 60);
    end_child(pid);
    psutil_process_close(process);
    psutil_close(own);
}

static void enter_suspended(void)
{
    enter_time_namespace();
    if (!test_skip_reason)
        CHECK_INT(in_child(compare_start_time), 0);
}

TEST(a_suspend_of_three_days) /* corner case 29 */
{
    if (geteuid() != 0)
        SKIP("needs root, for a time namespace");
    CHECK_CHILD(enter_suspended, "there are no time namespaces here");
}

TEST(a_time_namespace_has_a_boot_time_of_its_own) /* corner case 29 */
{
    if (geteuid() != 0)
        SKIP("needs root, for a time namespace");
    CHECK_CHILD(enter_time_namespace, "there are no time namespaces here");
}

/* The file has two decimals, and is made anew every five seconds. */
TEST(load_is_what_the_file_says)
{
    for (int i = 0; i < 20; i++) {
        double load[3], before[3] = {0}, after[3] = {0};
        FILE *file = fopen("/proc/loadavg", "r");
        REQUIRE(file && fscanf(file, "%lf %lf %lf", &before[0], &before[1], &before[2]) == 3);
        CHECK_INT(psutil_getloadavg(load, ctx), 0);
        rewind(file);
        REQUIRE(fscanf(file, "%lf %lf %lf", &after[0], &after[1], &after[2]) == 3);
        fclose(file);
        if (memcmp(before, after, sizeof before) == 0)
            for (int k = 0; k < 3; k++)
                CHECK(fabs(load[k] - before[k]) < 0.02);
    }
}

/* A link for each thread, whoever counts. */
TEST(threads_are_counted)
{
    static const char *const counts[] = {"0", "1", "5", "40"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        psutil_process_info *info;
        int64_t count = 0;
        pid_t pid = start("threads", counts[i]);
        psutil_process *process = process_of(pid);
        CHECK_INT(psutil_process_num_threads(&count, process), 0);
        CHECK_INT(count, 1 + atoi(counts[i]));
        psutil_fields both = PSUTIL_FIELD(NUM_THREADS) | PSUTIL_FIELD(THREADS);
        REQUIRE(psutil_process_read(&info, process, both) == 0);
        CHECK_INT(info->num_threads, count);
        CHECK_INT(info->threads->len, count);
        psutil_process_info_free(info);
        psutil_process_close(process);
        end_child(pid);
    }
}

/* Known from the first time on, and the same for as long as the same CPUs are online. */
TEST(cpus_are_counted_once)
{
    int64_t logical[3], cores[3];
    psutil *own = open_reaching(PS_REACH_UNKNOWN), *walking;
    REQUIRE(psutil_open(&walking,
                        &(psutil_options){.proc = "/proc/../proc", .sys = "/sys/../sys"}) == 0);
    for (int i = 0; i < 3; i++) {
        psutil *of = i < 2 ? own : walking;
        CHECK_INT(psutil_cpu_count(&logical[i], of, true), 0);
        CHECK_INT(psutil_cpu_count(&cores[i], of, false), 0);
        CHECK_INT(logical[i], logical[0]);
        CHECK_INT(cores[i], cores[0]);
    }
    struct ps_counted *counted = ps_linux_of(own)->counted;
    if (counted[true].online[0]) { /* other CPUs: what was known is no answer any more */
        counted[true] = (struct ps_counted){"0-1023", 77};
        counted[false] = (struct ps_counted){"0-1023", 77};
        CHECK_INT(psutil_cpu_count(&logical[1], own, true), 0);
        CHECK_INT(psutil_cpu_count(&cores[1], own, false), 0);
        CHECK_INT(logical[1], logical[0]);
        CHECK_INT(cores[1], cores[0]);
    }
    psutil_close(walking);
    psutil_close(own);
}

int main(void)
{
    return run_with_helper();
}
