/* The system's functions and their floors. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(name, type, ...)                                                                      \
    static void ours_##name(void)                                                                  \
    {                                                                                              \
        type out;                                                                                  \
        if (psutil_##name(&out, __VA_ARGS__) < 0)                                                  \
            return;                                                                                \
    }
#define CALL_LIST(id, name, type, ...)                                                             \
    static void ours_##id(void)                                                                    \
    {                                                                                              \
        type *out;                                                                                 \
        if (psutil_##name(&out, __VA_ARGS__) == 0)                                                 \
            psutil_free(out);                                                                      \
    }
#define BARE_READ(id, path)                                                                        \
    static void bare_##id(void)                                                                    \
    {                                                                                              \
        bare_read(AT_FDCWD, path);                                                                 \
    }

CALL(cpu_times, psutil_scputimes, subject.ctx)
BARE_READ(stat, "/proc/stat")
CALL_LIST(cpu_times_percpu, cpu_times_percpu, psutil_scputimes_list, subject.ctx)
CALL(cpu_stats, psutil_scpustats, subject.ctx)
CALL(boot_time, double, subject.ctx)
CALL(virtual_memory, psutil_svmem, subject.ctx)
BARE_READ(meminfo, "/proc/meminfo")
CALL(swap_memory, psutil_sswap, subject.ctx)

static void ours_cpu_percent(void)
{
    double out;
    psutil_cpu_percent(&out, subject.sampler);
}

static void ours_cpu_times_percent(void)
{
    psutil_scputimes out;
    psutil_cpu_times_percent(&out, subject.sampler);
}

static void bare_swap(void)
{
    bare_read(AT_FDCWD, "/proc/meminfo");
    bare_read_all(AT_FDCWD, "/proc/vmstat");
}

static void ours_getloadavg(void)
{
    double out[3];
    psutil_getloadavg(out, subject.ctx);
}
BARE_READ(loadavg, "/proc/loadavg")

CALL_LIST(pids, pids, psutil_int_list, subject.ctx)

static void bare_pids(void)
{
    bare_list(AT_FDCWD, "/proc", NULL);
}

static void ours_pid_exists(void)
{
    bool out;
    psutil_pid_exists(&out, subject.ctx, 1);
}

static void bare_pid_exists(void)
{
    int fd = (int)syscall(SYS_pidfd_open, 1, 0);
    if (fd >= 0)
        close(fd);
}

static void ours_cpu_count_logical(void)
{
    int64_t out;
    psutil_cpu_count(&out, subject.ctx, true);
}
BARE_READ(cpu_online, "/sys/devices/system/cpu/online")

static void ours_cpu_count_physical(void)
{
    int64_t out;
    psutil_cpu_count(&out, subject.ctx, false);
}

static void each_core(const char *file)
{
    bare_read(AT_FDCWD, "/sys/devices/system/cpu/online");
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    for (long i = 0; i < cpus; i++) {
        char path[128];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%ld/%s", i, file);
        bare_read(AT_FDCWD, path);
    }
}

static void bare_cpu_count_physical(void)
{
    each_core("topology/core_cpus_list");
}

static void ours_cpu_freq(void)
{
    psutil_scpufreq out;
    psutil_cpu_freq(&out, subject.ctx);
}

static bool has_cpufreq(void)
{
    return access("/sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", R_OK) == 0;
}

static void each_policy(int folder, const char *name)
{
    static const char *const files[] = {"affected_cpus", "scaling_cur_freq", "scaling_min_freq",
                                        "scaling_max_freq"};
    char path[300];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", name, files[i]);
        bare_read(folder, path);
    }
}

static void bare_cpu_freq(void)
{
    if (has_cpufreq())
        bare_list(AT_FDCWD, "/sys/devices/system/cpu/cpufreq", each_policy);
    else
        bare_read_all(AT_FDCWD, "/proc/cpuinfo");
}

CALL_LIST(disk_partitions, disk_partitions, psutil_sdiskpart_list, subject.ctx, false)

static void bare_disk_partitions(void)
{
    bare_read_all(AT_FDCWD, "/proc/self/mountinfo");
    bare_read(AT_FDCWD, "/proc/filesystems");
}

static void ours_disk_usage(void)
{
    psutil_sdiskusage out;
    psutil_disk_usage(&out, subject.ctx, "/", -1);
}

static void bare_disk_usage(void)
{
    struct statvfs out;
    if (statvfs("/", &out) != 0)
        return;
}

static void ours_disk_io_counters(void)
{
    psutil_sdiskio out;
    psutil_disk_io_counters(&out, subject.ctx, NULL);
}

static void ours_disk_io_counters_perdisk(void)
{
    psutil_sdiskio_list *out;
    if (psutil_disk_io_counters_perdisk(&out, subject.ctx, subject.disks) == 0)
        psutil_free(out);
}

static void bare_diskstats(void)
{
    bare_read_all(AT_FDCWD, "/proc/diskstats");
}

static void ours_net_io_counters(void)
{
    psutil_snetio out;
    psutil_net_io_counters(&out, subject.ctx, NULL);
}

static void ours_net_io_counters_pernic(void)
{
    psutil_snetio_list *out;
    if (psutil_net_io_counters_pernic(&out, subject.ctx, subject.nics) == 0)
        psutil_free(out);
}

static void bare_net_dev(void)
{
    bare_read_all(AT_FDCWD, "/proc/self/net/dev");
}

static void each_descriptor(int folder, const char *name)
{
    bare_link(folder, name);
}

static void each_process_descriptors(int folder, const char *name)
{
    char path[300];
    if (name[0] < '0' || name[0] > '9')
        return;
    snprintf(path, sizeof path, "%s/fd", name);
    bare_list(folder, path, each_descriptor);
}

static void bare_owners(void)
{
    psutil_int_list *list;
    if (psutil_pids(&list, subject.ctx) != 0)
        return;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < list->len; i++) {
        char name[24];
        snprintf(name, sizeof name, "%lld", (long long)list->items[i]);
        each_process_descriptors(proc, name);
    }
    close(proc);
    psutil_free(list);
}

CALL_LIST(net_connections_tcp, net_connections, psutil_sconn_list, subject.ctx, PSUTIL_KIND_TCP)
CALL_LIST(net_connections_all, net_connections, psutil_sconn_list, subject.ctx, PSUTIL_KIND_ALL)

static void bare_tcp(void)
{
    bare_inet_diag(AF_INET, IPPROTO_TCP);
    bare_inet_diag(AF_INET6, IPPROTO_TCP);
    bare_owners();
}

static void bare_sockets(void)
{
    bare_inet_diag(AF_INET, IPPROTO_TCP);
    bare_inet_diag(AF_INET6, IPPROTO_TCP);
    bare_inet_diag(AF_INET, IPPROTO_UDP);
    bare_inet_diag(AF_INET6, IPPROTO_UDP);
    bare_unix_diag();
    bare_owners();
}

CALL_LIST(net_if_addrs, net_if_addrs, psutil_snicaddr_list, subject.ctx)
CALL_LIST(net_if_stats, net_if_stats, psutil_snicstats_list, subject.ctx)

static void bare_if_addrs(void)
{
    bare_links();
    bare_addresses();
}

static void ask_ethtool(const char *name)
{
    struct ethtool_link_settings settings = {.cmd = ETHTOOL_GLINKSETTINGS};
    struct ifreq request = {0};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    request.ifr_data = (void *)&settings;
    if (ioctl(fd, SIOCETHTOOL, &request) != 0)
        bare_buffer[0] = '\0';
    close(fd);
}

static void bare_if_stats(void)
{
    struct if_nameindex *names = if_nameindex();
    bare_links();
    for (size_t i = 0; names && names[i].if_index; i++)
        ask_ethtool(names[i].if_name);
    if_freenameindex(names);
}

CALL_LIST(sensors_temperatures, sensors_temperatures, psutil_shwtemp_list, subject.ctx)
CALL_LIST(sensors_fans, sensors_fans, psutil_sfan_list, subject.ctx)

static void ours_sensors_battery(void)
{
    psutil_sbattery out;
    psutil_sensors_battery(&out, subject.ctx);
}

static void bare_hwmon(void)
{
    bare_list(AT_FDCWD, "/sys/class/hwmon", NULL);
}

static void bare_temperatures(void)
{
    bare_hwmon();
    bare_list(AT_FDCWD, "/sys/class/thermal", NULL);
}

static void bare_power(void)
{
    bare_list(AT_FDCWD, "/sys/class/power_supply", NULL);
}

CALL_LIST(users, users, psutil_suser_list, subject.ctx)

static void bare_users(void)
{
    bare_read_all(AT_FDCWD, "/run/utmp");
    bare_list(AT_FDCWD, "/run/systemd/sessions", NULL);
}

#define ROW(name, bare, of)                                                                        \
    {                                                                                              \
#name, ours_##name, bare_##bare, of                                                        \
    }

const struct row rows_system[] = {
    ROW(cpu_times, stat, "/proc/stat"),
    ROW(cpu_times_percpu, stat, "/proc/stat"),
    ROW(cpu_percent, stat, "/proc/stat"),
    ROW(cpu_times_percent, stat, "/proc/stat"),
    ROW(cpu_count_logical, cpu_online, "cpu/online"),
    ROW(cpu_count_physical, cpu_count_physical, "cpu/online, topology of each"),
    ROW(cpu_stats, stat, "/proc/stat"),
    ROW(cpu_freq, cpu_freq, "cpufreq policies, or /proc/cpuinfo"),
    ROW(getloadavg, loadavg, "/proc/loadavg"),
    ROW(virtual_memory, meminfo, "/proc/meminfo"),
    ROW(swap_memory, swap, "/proc/meminfo, /proc/vmstat"),
    ROW(disk_partitions, disk_partitions, "mountinfo, filesystems"),
    ROW(disk_usage, disk_usage, "statvfs"),
    ROW(disk_io_counters, diskstats, "/proc/diskstats"),
    ROW(disk_io_counters_perdisk, diskstats, "/proc/diskstats"),
    ROW(net_io_counters, net_dev, "/proc/self/net/dev"),
    ROW(net_io_counters_pernic, net_dev, "/proc/self/net/dev"),
    ROW(net_connections_tcp, tcp, "socket diagnosis, every descriptor's link"),
    ROW(net_connections_all, sockets, "socket diagnosis, every descriptor's link"),
    ROW(net_if_addrs, if_addrs, "rtnetlink links and addresses"),
    ROW(net_if_stats, if_stats, "rtnetlink links, ethtool of each"),
    ROW(sensors_temperatures, temperatures, "hwmon, thermal"),
    ROW(sensors_fans, hwmon, "hwmon"),
    ROW(sensors_battery, power, "power_supply"),
    ROW(boot_time, stat, "/proc/stat"),
    ROW(users, users, "utmp, sessions"),
    ROW(pids, pids, "getdents of /proc"),
    ROW(pid_exists, pid_exists, "pidfd_open, close"),
};
const size_t rows_system_len = sizeof rows_system / sizeof *rows_system;
