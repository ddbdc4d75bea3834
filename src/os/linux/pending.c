/* Functions still to be written; each moves to its own file, and this one goes. */
#include "os/linux/process.h"

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

int ps_os_users(psutil *ctx, psutil_suser_list **out)
{
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

int ps_os_process_wait(psutil *ctx, struct ps_ref *const *refs, size_t len, int64_t deadline,
                       bool *ended, int64_t *exit_codes)
{
    (void)refs;
    (void)len;
    (void)deadline;
    (void)ended;
    (void)exit_codes;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_status(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_cmdline(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_environ(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_exe(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_cwd(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_io(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_num_fds(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_open_files(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_threads(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_footprint(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_maps(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_ionice(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_affinity(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_source_rlimit(struct ps_reader *reader)
{
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_terminal_name(struct ps_reader *reader, int64_t tty_nr, const char **out)
{
    (void)tty_nr;
    (void)out;
    return ps_fail(reader->ctx, PSUTIL_ENOTSUP, NULL);
}

#include "core/nowrap.h"

int ps_nowrap_apply(psutil_nowrap *nowrap, const psutil_record *record, void *items, size_t len)
{
    (void)nowrap;
    (void)record;
    (void)items;
    (void)len;
    return 0;
}
