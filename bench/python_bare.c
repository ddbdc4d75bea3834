/* The bare system calls that rows of python.py need, as often as they ask: "pid PID" first, then
 * "SAMPLE_US NAME" a line, answered by microseconds for one call, or "null" where nothing is known
 * of that row. What the library keeps open is open here as well, and asked about the same process.
 */
#include "bare.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <psutil/net.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static struct {
    pid_t pid;
    int dir;   /* /proc/PID */
    int pidfd; /* of the same */
} of;

static void is_there(void)
{
    struct pollfd question = {.fd = of.pidfd, .events = POLLIN};
    poll(&question, 1, 0);
}

/* ---- The system ---------------------------------------------------------------------------------
 */

#define KEPT(function, dir, path)                                                                  \
    static void function(void)                                                                     \
    {                                                                                              \
        static struct bare_kept kept;                                                              \
        bare_again(&kept, dir, path);                                                              \
    }
#define READ_ALL(function, dir, path)                                                              \
    static void function(void)                                                                     \
    {                                                                                              \
        bare_read_all(dir, path);                                                                  \
    }

KEPT(cpu_times, AT_FDCWD, "/proc/stat")
KEPT(cpus_online, AT_FDCWD, "/sys/devices/system/cpu/online")
KEPT(meminfo, AT_FDCWD, "/proc/meminfo")
KEPT(diskstats, AT_FDCWD, "/proc/diskstats")
READ_ALL(mounts, AT_FDCWD, "/proc/self/mounts")

static void kept_folder(int *fd, const char *path)
{
    if (*fd == 0)
        *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lseek(*fd, 0, SEEK_SET);
    while (getdents64(*fd, bare_buffer, 8192) > 0)
        continue;
}

static void battery(void)
{
    static int folder;
    kept_folder(&folder, "/sys/class/power_supply");
}

/* Only where the frequency never changes; else it has to be read. */
static void cpu_freq(void)
{
    static int folder;
    kept_folder(&folder, "/sys/devices/system/cpu/cpufreq");
    cpus_online();
}

static void no_swap(void)
{
    static struct bare_kept swaps;
    if (swaps.fd == 0)
        bare_again(&swaps, AT_FDCWD, "/proc/swaps");
    struct pollfd question = {.fd = swaps.fd, .events = POLLPRI};
    poll(&question, 1, 0);
}

static void load_average(void)
{
    struct sysinfo info;
    sysinfo(&info);
}

static void disk_usage(void)
{
    struct statvfs usage;
    statvfs("/", &usage);
}

static void users(void)
{
    struct stat st;
    bare_read(AT_FDCWD, "/run/utmp");
    stat("/run/systemd/sessions", &st);
}

static void pids(void)
{
    bare_list(AT_FDCWD, "/proc", NULL);
}

/* ---- Interfaces ---------------------------------------------------------------------------------
 */

static int names, events, requests;

static void links_unchanged(void)
{
    if (names == 0) {
        struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
        names = open("/proc/self/ns/net", O_PATH | O_NOFOLLOW | O_CLOEXEC);
        events = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        requests = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (bind(events, (const void *)&address, sizeof address) != 0)
            events = -1;
    }
    if (readlinkat(names, "", bare_buffer, 32) <= 0)
        return;
    while (recv(events, bare_buffer, 1, MSG_DONTWAIT) > 0)
        continue;
}

static void link_counters(void)
{
    struct {
        struct nlmsghdr header;
        struct if_stats_msg info;
    } request = {.header = {.nlmsg_len = sizeof request,
                            .nlmsg_type = RTM_GETSTATS,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                 .info = {.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)}};
    bool more = true;
    links_unchanged();
    send(requests, &request, sizeof request, 0);
    while (more) {
        ssize_t got = recv(requests, bare_buffer, 32 * 1024, 0);
        unsigned left = got > 0 ? (unsigned)got : 0;
        more = got > 0;
        for (struct nlmsghdr *m = (void *)bare_buffer; more && NLMSG_OK(m, left);
             m = NLMSG_NEXT(m, left))
            more = m->nlmsg_type != NLMSG_DONE && m->nlmsg_type != NLMSG_ERROR;
    }
}

static void link_settings(void)
{
    static struct if_nameindex *links;
    if (!links)
        links = if_nameindex();
    links_unchanged();
    for (struct if_nameindex *link = links; link && link->if_index != 0; link++) {
        struct ethtool_cmd command = {.cmd = ETHTOOL_GSET};
        struct ifreq question = {.ifr_data = (void *)&command};
        memcpy(question.ifr_name, link->if_name, strnlen(link->if_name, IFNAMSIZ - 1));
        ioctl(requests, SIOCETHTOOL, &question);
    }
}

/* Whose they are the fast lane is told by the kernel, without a link being read. */
static void inet_sockets(void)
{
    bare_sockets(PSUTIL_KIND_INET);
}

static void all_sockets(void)
{
    bare_sockets(PSUTIL_KIND_ALL);
}

/* ---- A process ----------------------------------------------------------------------------------
 */

KEPT(stat_file, of.dir, "stat")
KEPT(statm, of.dir, "statm")
KEPT(status_file, of.dir, "status")
KEPT(io, of.dir, "io")
KEPT(cmdline, of.dir, "cmdline")
READ_ALL(environment, of.dir, "environ")
READ_ALL(rollup, of.dir, "smaps_rollup")
READ_ALL(smaps, of.dir, "smaps")

static void links_of(const char *name)
{
    bare_link(of.dir, name);
}

static void cwd(void)
{
    links_of("cwd");
}

static void nice_value(void)
{
    getpriority(PRIO_PROCESS, (id_t)of.pid);
    is_there();
}

static void io_priority(void)
{
    syscall(SYS_ioprio_get, 1, of.pid);
    is_there();
}

static void affinity(void)
{
    syscall(SYS_sched_getaffinity, of.pid, 2048, bare_buffer);
    is_there();
}

static void limits(void)
{
    struct rlimit limit;
    prlimit(of.pid, RLIMIT_NOFILE, NULL, &limit);
    is_there();
}

static void descriptors(void)
{
    struct stat st;
    fstatat(of.dir, "fd", &st, 0);
}

static void threads(void)
{
    struct stat st;
    fstatat(of.dir, "task", &st, 0);
    stat_file();
}

static void full_info(void)
{
    statm();
    rollup();
}

static bool link_only(int folder, const char *name)
{
    return !bare_is_number(name) || bare_link(folder, name);
}

static void sockets(void)
{
    bare_list(of.dir, "fd", link_only);
}

static int positions;

/* Of regular files the position and the flags as well. */
static bool link_and_file(int folder, const char *name)
{
    struct stat st;
    if (!bare_is_number(name) || !bare_link(folder, name) || bare_buffer[0] != '/')
        return true;
    if (fstatat(folder, name, &st, 0) == 0 && S_ISREG(st.st_mode))
        bare_read(positions, name);
    return true;
}

static void open_files(void)
{
    positions = openat(of.dir, "fdinfo", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bare_list(of.dir, "fd", link_and_file);
    close(positions);
}

static void owners(void)
{
    bare_parent_by(of.pidfd);
}

static void open_process(pid_t pid)
{
    char path[BARE_PATH];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    bare_read(AT_FDCWD, path);
    fstat(pidfd, &st);
    close(pidfd);
}

static void opening(void)
{
    open_process(of.pid);
}

static void parent(void)
{
    open_process((pid_t)bare_parent_by(of.pidfd));
}

static void ten(void)
{
    stat_file();
    statm();
    cmdline();
    owners();
}

static void everything(void)
{
    ten();
    status_file();
    io();
    environment();
    descriptors();
    full_info();
    smaps();
    open_files();
    sockets();
    threads();
    nice_value();
    io_priority();
    affinity();
    cwd();
    links_of("exe");
}

/* ---- The rows -----------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    void (*run)(void);
} rows[] = {
    {"cpu_times", cpu_times},
    {"cpu_times(percpu)", cpu_times},
    {"cpu_percent", cpu_times},
    {"cpu_percent(percpu)", cpu_times},
    {"cpu_times_percent", cpu_times},
    {"cpu_stats", cpu_times},
    {"cpu_count", cpus_online},
    {"cpu_count(physical)", cpus_online},
    {"cpu_freq", cpu_freq},
    {"getloadavg", load_average},
    {"virtual_memory", meminfo},
    {"swap_memory", no_swap},
    {"disk_partitions", bare_disk_partitions},
    {"disk_partitions(all)", mounts},
    {"disk_usage", disk_usage},
    {"disk_io_counters", diskstats},
    {"disk_io_counters(perdisk)", diskstats},
    {"net_io_counters", link_counters},
    {"net_io_counters(pernic)", link_counters},
    {"net_if_addrs", links_unchanged},
    {"net_if_stats", link_settings},
    {"net_connections", inet_sockets},
    {"net_connections(all)", all_sockets},
    {"sensors_battery", battery},
    {"users", users},
    {"pids", pids},
    {"process_iter", pids},
    {"Process.ppid", owners},
    {"Process.uids", owners},
    {"Process.gids", owners},
    {"Process.username", owners},
    {"Process.cmdline", cmdline},
    {"Process.environ", environment},
    {"Process.parent", parent},
    {"Process.status", stat_file},
    {"Process.cwd", cwd},
    {"Process.terminal", stat_file},
    {"Process.nice", nice_value},
    {"Process.ionice", io_priority},
    {"Process.io_counters", io},
    {"Process.num_ctx_switches", status_file},
    {"Process.num_fds", descriptors},
    {"Process.threads", threads},
    {"Process.cpu_times", stat_file},
    {"Process.cpu_percent", stat_file},
    {"Process.cpu_affinity", affinity},
    {"Process.cpu_num", stat_file},
    {"Process.memory_info", statm},
    {"Process.memory_full_info", full_info},
    {"Process.memory_percent", statm},
    {"Process.memory_maps", smaps},
    {"Process.memory_maps(ungrouped)", smaps},
    {"Process.open_files", open_files},
    {"Process.net_connections", sockets},
    {"Process.is_running", is_there},
    {"Process.Process", opening},
    {"Process.rlimit", limits},
    {"Process.as_dict", everything},
    {"Process.as_dict(ten)", ten},
    {"Process.wait(0)", is_there},
};
enum { ROWS = sizeof rows / sizeof *rows };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double sample(void (*run)(void), long count)
{
    double begin = now();
    for (long i = 0; i < count; i++)
        run();
    return (now() - begin) / (double)count;
}

static bool measure(const char *name, double sample_us, double *out)
{
    static long counts[ROWS];
    size_t i = 0;
    while (i < ROWS && strcmp(rows[i].name, name) != 0)
        i++;
    if (i == ROWS)
        return false;
    if (counts[i] == 0) {
        double once = sample(rows[i].run, 3);
        counts[i] = once > 0 && sample_us / once > 1 ? (long)(sample_us / once) : 1;
    }
    *out = sample(rows[i].run, counts[i]);
    return true;
}

static bool open_subject(pid_t pid)
{
    char path[BARE_PATH];
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    of.pid = pid;
    of.dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    of.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    return of.dir >= 0;
}

int main(void)
{
    char line[256], name[200];
    double sample_us, answer;
    long pid;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "pid %ld", &pid) == 1)
            puts(open_subject((pid_t)pid) ? "0" : "null");
        else if (sscanf(line, "%lf %199[^\n]", &sample_us, name) == 2 &&
                 measure(name, sample_us, &answer))
            printf("%.4f\n", answer);
        else
            puts("null");
        fflush(stdout);
    }
    return 0;
}
