/* The system's functions but the network's, and their floors. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define BARE_READ(id, path)                                                                        \
    static void bare_##id(void)                                                                    \
    {                                                                                              \
        bare_read(AT_FDCWD, path);                                                                 \
    }

/* The library keeps these open. */
#define BARE_AGAIN(id, read, path)                                                                 \
    static void bare_##id(void)                                                                    \
    {                                                                                              \
        static struct bare_kept file;                                                              \
        read(&file, AT_FDCWD, path);                                                               \
    }

/* ---- CPU ----------------------------------------------------------------------------------------
 */

OURS_VALUE(cpu_times, psutil_scputimes, psutil_cpu_times(&out, subject.ctx))
OURS_BLOCK(cpu_times_percpu, psutil_scputimes_list, psutil_cpu_times_percpu(&out, subject.ctx))
OURS_VALUE(cpu_percent, double, psutil_cpu_percent(&out, subject.sampler))
OURS_BLOCK(cpu_percent_percpu, psutil_double_list, psutil_cpu_percent_percpu(&out, subject.sampler))
OURS_VALUE(cpu_times_percent, psutil_scputimes, psutil_cpu_times_percent(&out, subject.sampler))
OURS_BLOCK(cpu_times_percent_percpu, psutil_scputimes_list,
           psutil_cpu_times_percent_percpu(&out, subject.sampler))
OURS_VALUE(cpu_count_logical, int64_t, psutil_cpu_count(&out, subject.ctx, true))
OURS_VALUE(cpu_count_physical, int64_t, psutil_cpu_count(&out, subject.ctx, false))
OURS_VALUE(cpu_stats, psutil_scpustats, psutil_cpu_stats(&out, subject.ctx))
OURS_VALUE(cpu_freq, psutil_scpufreq, psutil_cpu_freq(&out, subject.ctx))
OURS_BLOCK(cpu_freq_percpu, psutil_scpufreq_list, psutil_cpu_freq_percpu(&out, subject.ctx))
BARE_AGAIN(stat, bare_again, "/proc/stat")
BARE_AGAIN(cpu_online, bare_again, "/sys/devices/system/cpu/online")

static void ours_getloadavg(void)
{
    double out[3];
    psutil_getloadavg(out, subject.ctx);
}

static void bare_sysinfo(void)
{
    struct sysinfo info;
    if (sysinfo(&info) != 0)
        bare_buffer[0] = '\0';
}

static bool each_policy(int folder, const char *name)
{
    static const char *const files[] = {"affected_cpus", "scaling_cur_freq", "scaling_min_freq",
                                        "scaling_max_freq"};
    char path[BARE_PATH];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        bare_read(folder, bare_join(path, name, files[i]));
    return true;
}

static void bare_cpu_freq(void)
{
    static int has_policies = -1;
    if (has_policies < 0)
        has_policies = access("/sys/devices/system/cpu/cpufreq/policy0", F_OK) == 0;
    bare_list(AT_FDCWD, "/sys/devices/system/cpu/cpufreq", each_policy);
    bare_cpu_online();
    if (!has_policies)
        bare_read_all(AT_FDCWD, "/proc/cpuinfo");
}

/* ---- Memory -------------------------------------------------------------------------------------
 */

OURS_VALUE(virtual_memory, psutil_svmem, psutil_virtual_memory(&out, subject.ctx))
OURS_VALUE(swap_memory, psutil_sswap, psutil_swap_memory(&out, subject.ctx))
OURS_VALUE(heap_info, psutil_pheap, psutil_heap_info(&out, subject.ctx))
BARE_AGAIN(meminfo, bare_again, "/proc/meminfo")
BARE_AGAIN(vmstat, bare_again_all, "/proc/vmstat")

static void bare_swap(void)
{
    bare_meminfo();
    bare_vmstat();
}

static void ours_heap_trim(void)
{
    psutil_heap_trim(subject.ctx);
}

#ifdef HAVE_MALLINFO2
static void bare_heap_info(void)
{
    struct mallinfo2 info = mallinfo2();
    bare_buffer[0] = (char)info.uordblks;
}

static void bare_heap_trim(void)
{
    malloc_trim(0);
}
#else
static void bare_heap_info(void)
{
}

static void bare_heap_trim(void)
{
}
#endif

/* ---- Disks --------------------------------------------------------------------------------------
 */

OURS_BLOCK(disk_partitions, psutil_sdiskpart_list, psutil_disk_partitions(&out, subject.ctx, false))
OURS_BLOCK(disk_partitions_all, psutil_sdiskpart_list,
           psutil_disk_partitions(&out, subject.ctx, true))
OURS_VALUE(disk_usage, psutil_sdiskusage, psutil_disk_usage(&out, subject.ctx, "/", -1))
OURS_VALUE(disk_usage_deadline, psutil_sdiskusage, psutil_disk_usage(&out, subject.ctx, "/", 5))
OURS_VALUE(disk_io_counters, psutil_sdiskio, psutil_disk_io_counters(&out, subject.ctx, NULL))
OURS_BLOCK(disk_io_counters_perdisk, psutil_sdiskio_list,
           psutil_disk_io_counters_perdisk(&out, subject.ctx, subject.disks))

BARE_AGAIN(diskstats, bare_again_all, "/proc/diskstats")

static void bare_mounts(void)
{
    bare_read_all(AT_FDCWD, "/proc/self/mounts");
}

static void bare_disk_usage(void)
{
    struct statfs out;
    if (statfs("/", &out) != 0)
        bare_buffer[0] = '\0';
}

static void *usage_thread(void *unused)
{
    bare_disk_usage();
    return unused;
}

static void bare_disk_usage_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, usage_thread, NULL) == 0)
        pthread_join(thread, NULL);
}

/* ---- Sensors ------------------------------------------------------------------------------------
 */

OURS_BLOCK(sensors_temperatures, psutil_shwtemp_list,
           psutil_sensors_temperatures(&out, subject.ctx))
OURS_BLOCK(sensors_fans, psutil_sfan_list, psutil_sensors_fans(&out, subject.ctx))
OURS_VALUE(sensors_battery, psutil_sbattery, psutil_sensors_battery(&out, subject.ctx))

static const char *sensor; /* what its files' names begin with */
static bool found_sensor;

static bool each_sensor_file(int folder, const char *name)
{
    if (strncmp(name, sensor, strlen(sensor)) != 0)
        return true;
    found_sensor = true;
    bare_read(folder, name);
    return true;
}

static bool each_chip(int folder, const char *name)
{
    char path[BARE_PATH];
    bare_list(folder, name, each_sensor_file);
    bare_read(folder, bare_join(path, name, "name"));
    return true;
}

static void list_chips(const char *prefix)
{
    sensor = prefix;
    found_sensor = false;
    bare_list(AT_FDCWD, "/sys/class/hwmon", each_chip);
}

static void bare_fans(void)
{
    list_chips("fan");
}

static bool each_zone(int folder, const char *name)
{
    char path[BARE_PATH];
    bare_read(folder, bare_join(path, name, "temp"));
    bare_read(folder, bare_join(path, name, "type"));
    return true;
}

static void bare_temperatures(void)
{
    list_chips("temp");
    if (!found_sensor)
        bare_list(AT_FDCWD, "/sys/class/thermal", each_zone);
}

static bool each_supply(int folder, const char *name)
{
    static const char *const files[] = {"type",       "present",   "online",      "status",
                                        "energy_now", "power_now", "energy_full", "capacity"};
    char path[BARE_PATH];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        bare_read(folder, bare_join(path, name, files[i]));
    return true;
}

static void bare_power(void)
{
    bare_list(AT_FDCWD, "/sys/class/power_supply", each_supply);
}

/* ---- System -------------------------------------------------------------------------------------
 */

OURS_VALUE(boot_time, double, psutil_boot_time(&out, subject.ctx))
OURS_BLOCK(users, psutil_suser_list, psutil_users(&out, subject.ctx))
OURS_BLOCK(pids, psutil_int_list, psutil_pids(&out, subject.ctx))
OURS_VALUE(pid_exists, bool, psutil_pid_exists(&out, subject.ctx, 1))

static void bare_clocks(void)
{
    struct timespec boot, real;
    clock_gettime(CLOCK_BOOTTIME, &boot);
    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_BOOTTIME, &boot);
}

static bool each_session(int folder, const char *name)
{
    if (!strchr(name, '.'))
        bare_read(folder, name);
    return true;
}

static void bare_users(void)
{
    static int has_utmp = -1;
    if (has_utmp < 0)
        has_utmp = access("/run/utmp", F_OK) == 0;
    bare_read_all(AT_FDCWD, "/run/utmp");
    if (!has_utmp)
        bare_list(AT_FDCWD, "/run/systemd/sessions", each_session);
}

static void bare_pids(void)
{
    bare_list(AT_FDCWD, "/proc", NULL);
}

static void bare_pid_exists(void)
{
    int fd = (int)syscall(SYS_pidfd_open, 1, 0);
    if (fd >= 0)
        close(fd);
}

const struct row rows_system[] = {
    ROW(cpu_times, stat, "/proc/stat, kept open"),
    ROW(cpu_times_percpu, stat, "/proc/stat, kept open"),
    ROW(cpu_percent, stat, "/proc/stat, kept open"),
    ROW(cpu_percent_percpu, stat, "/proc/stat, kept open"),
    ROW(cpu_times_percent, stat, "/proc/stat, kept open"),
    ROW(cpu_times_percent_percpu, stat, "/proc/stat, kept open"),
    ROW(cpu_count_logical, cpu_online, "cpu/online, kept open"),
    ROW(cpu_count_physical, cpu_online, "cpu/online, kept open (the cores of these are known)"),
    ROW(cpu_stats, stat, "/proc/stat, kept open"),
    ROW(cpu_freq, cpu_freq,
        "cpu/online, kept open; list of cpufreq; its policies, else /proc/cpuinfo"),
    ROW(cpu_freq_percpu, cpu_freq, "the same"),
    ROW(getloadavg, sysinfo, "sysinfo"),
    ROW(virtual_memory, meminfo, "/proc/meminfo, kept open"),
    ROW(swap_memory, swap, "/proc/meminfo, /proc/vmstat, kept open"),
#ifdef HAVE_MALLINFO2
    ROW(heap_info, heap_info, "mallinfo2() (no system call)"),
    ROW(heap_trim, heap_trim, "malloc_trim()"),
#endif
    ROW(disk_partitions, disk_partitions, "listmount, statmount of each on a device"),
    ROW(disk_partitions_all, mounts, "/proc/self/mounts"),
    ROW(disk_usage, disk_usage, "statfs"),
    ROW(disk_usage_deadline, disk_usage_thread, "statfs in a thread"),
    ROW(disk_io_counters, diskstats, "/proc/diskstats, kept open"),
    ROW(disk_io_counters_perdisk, diskstats, "/proc/diskstats, kept open"),
    ROW(sensors_temperatures, temperatures, "lists of hwmon, its chips' files; else thermal zones"),
    ROW(sensors_fans, fans, "lists of hwmon, its chips' files"),
    ROW(sensors_battery, power, "list of power_supply, files of each"),
    ROW(boot_time, clocks, "three readings of two clocks (no system call)"),
    ROW(users, users, "utmp; without it systemd's sessions"),
    ROW(pids, pids, "list of /proc"),
    ROW(pid_exists, pid_exists, "pidfd_open, close"),
};
const size_t rows_system_len = sizeof rows_system / sizeof *rows_system;
