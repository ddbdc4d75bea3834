/* Every function that a platform provides, answering "not supported": what builds on a system that
 * has no port yet, and the template for a new one (CONTRIBUTING.md, "Add a platform"). */
#include "backend.h"

#include <stdlib.h>

const unsigned ps_os_platform = 0;

const struct ps_roots ps_os_default_roots = {
    .proc = "/proc", .sys = "/sys", .etc = "/etc", .run = "/run"};

const psutil_enum_value ps_enum_family[] = {
    {PSUTIL_AF_UNIX, "AF_UNIX"},
    {PSUTIL_AF_INET, "AF_INET"},
    {PSUTIL_AF_INET6, "AF_INET6"},
    {PSUTIL_AF_LINK, "AF_LINK"},
    {0, NULL},
};

int ps_os_open(psutil *ctx)
{
    (void)ctx;
    return 0;
}

void ps_os_close(psutil *ctx)
{
    (void)ctx;
}

void ps_os_after_fork(psutil *ctx, bool was_held)
{
    (void)ctx;
    (void)was_held;
}

void ps_os_process_close(psutil *ctx, struct ps_ref *ref)
{
    (void)ctx;
    (void)ref;
}

int ps_os_cpu_times(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers)
{
    (void)total;
    (void)percpu;
    (void)numbers;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_cpu_count(psutil *ctx, bool logical, int64_t *out)
{
    (void)logical;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_cpu_stats(psutil *ctx, psutil_scpustats *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_cpu_freq(psutil *ctx, psutil_scpufreq_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_loadavg(psutil *ctx, double out[3])
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_virtual_memory(psutil *ctx, psutil_svmem *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_swap_memory(psutil *ctx, psutil_sswap *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_heap_info(psutil *ctx, psutil_pheap *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_heap_trim(psutil *ctx)
{
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_disk_partitions(psutil *ctx, bool all, psutil_sdiskpart_list **out)
{
    (void)all;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_disk_usage(psutil *ctx, const char *path, double timeout, psutil_sdiskusage *out)
{
    (void)path;
    (void)timeout;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_disk_io(psutil *ctx, bool whole, psutil_sdiskio_list **out)
{
    (void)whole;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_io(psutil *ctx, psutil_snetio_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_if_addrs(psutil *ctx, psutil_snicaddr_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_if_stats(psutil *ctx, psutil_snicstats_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_net_connections(psutil *ctx, unsigned kind, psutil_sconn_list **out)
{
    (void)kind;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_sensors_temperatures(psutil *ctx, psutil_shwtemp_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_sensors_fans(psutil *ctx, psutil_sfan_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_sensors_battery(psutil *ctx, psutil_sbattery *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_boot_time(psutil *ctx, double *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_users(psutil *ctx, psutil_suser_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_pids(psutil *ctx, psutil_int_list **out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_pid_exists(psutil *ctx, int64_t pid, bool *out)
{
    (void)pid;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_open(psutil *ctx, int64_t pid, unsigned how, struct ps_ref *ref)
{
    (void)pid;
    (void)how;
    (void)ref;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_read(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading)
{
    (void)ref;
    (void)reading;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_children(psutil *ctx, const struct ps_ref *ref, struct ps_ref **out, size_t *len)
{
    (void)ctx;
    (void)ref;
    (void)out;
    (void)len;
    return 1;
}

int ps_os_process_walk(psutil *ctx, struct ps_reading *reading, ps_process_row *row, void *user)
{
    (void)reading;
    (void)row;
    (void)user;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_started(psutil *ctx, const struct ps_ref *ref, double *out)
{
    (void)ref;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_is_running(psutil *ctx, const struct ps_ref *ref, bool *out)
{
    (void)ref;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource,
                         psutil_prlimit *out)
{
    (void)ref;
    (void)resource;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_nice(psutil *ctx, const struct ps_ref *ref, int64_t nice)
{
    (void)ref;
    (void)nice;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_ionice(psutil *ctx, const struct ps_ref *ref, int64_t ioclass, int64_t value)
{
    (void)ref;
    (void)ioclass;
    (void)value;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_rlimit(psutil *ctx, const struct ps_ref *ref, int64_t resource, int64_t soft,
                             int64_t hard)
{
    (void)ref;
    (void)resource;
    (void)soft;
    (void)hard;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_set_affinity(psutil *ctx, const struct ps_ref *ref, const int64_t *cpus,
                               size_t len)
{
    (void)ref;
    (void)cpus;
    (void)len;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_act(psutil *ctx, const struct ps_ref *ref, enum ps_action action)
{
    (void)ref;
    (void)action;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_signal(psutil *ctx, const struct ps_ref *ref, int signal)
{
    (void)ref;
    (void)signal;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_wait(psutil *ctx, const struct ps_waiting *waiting, size_t len, int64_t deadline,
                       ps_process_ended *ended, void *user)
{
    (void)waiting;
    (void)len;
    (void)deadline;
    (void)ended;
    (void)user;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
