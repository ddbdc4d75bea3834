/* Collects the overview. What changes is sampled twice around one pause; the second sample of the
 * CPU comes first, so that the reading of everything else is not counted as the machine's work. */
#include "overview.h"
#include "platform.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The pause, and how long all file systems together may take to answer: the first that do not
 * answer use it up, each further one has the least. */
static const double pause_seconds = 0.25;
static const double usage_budget = 1.0;
static const double usage_least = 0.1;

const char *const overview_part_names[PART_COUNT] = {
#define OVERVIEW_PART(part, name) [PART_##part] = (name),
    OVERVIEW_PARTS(OVERVIEW_PART)
#undef OVERVIEW_PART
};

struct samplers {
    psutil_cpu_sampler *total, *percpu, *times;
    struct outcome opened;
};

bool overview_note(struct outcome *out, const struct cli *cli, int code)
{
    out->code = code;
    out->why[0] = '\0';
    if (code != 0)
        cli_error_text(out->why, sizeof out->why, cli, code);
    return code == 0;
}

static bool note(struct overview *out, const struct cli *cli, enum part part, int code)
{
    return overview_note(&out->parts[part], cli, code);
}

/* ---- What is asked once ---------------------------------------------------------------------- */

static void collect_system(struct overview *out, const struct cli *cli)
{
    psutil *ctx = cli->ctx;
    note(out, cli, PART_BOOT_TIME, psutil_boot_time(&out->boot_time, ctx));
    note(out, cli, PART_USERS, psutil_users(&out->users, ctx));
    note(out, cli, PART_LOAD, psutil_getloadavg(out->load, ctx));
    note(out, cli, PART_MEMORY, psutil_virtual_memory(&out->memory, ctx));
    note(out, cli, PART_SWAP, psutil_swap_memory(&out->swap, ctx));
    note(out, cli, PART_TEMPERATURES, psutil_sensors_temperatures(&out->temperatures, ctx));
    note(out, cli, PART_FANS, psutil_sensors_fans(&out->fans, ctx));
    note(out, cli, PART_BATTERY, psutil_sensors_battery(&out->battery, ctx));
    note(out, cli, PART_NET_ADDRS, psutil_net_if_addrs(&out->net_addrs, ctx));
    note(out, cli, PART_NET_STATS, psutil_net_if_stats(&out->net_stats, ctx));
    note(out, cli, PART_CPU_FREQ, psutil_cpu_freq(&out->cpu_freq, ctx));
    if (note(out, cli, PART_CPU_COUNT, psutil_cpu_count(&out->cpus, ctx, true)))
        note(out, cli, PART_CPU_COUNT, psutil_cpu_count(&out->cores, ctx, false));
}

/* A recorded machine's mount points say nothing about the files that lie there on this one. */
static void collect_usage(struct overview *out, const struct cli *cli, size_t index, double timeout)
{
    struct usage *usage = &out->usages[index];
    if (!out->live) {
        usage->result.code = PSUTIL_ENOTSUP;
        snprintf(usage->result.why, sizeof usage->result.why, "not recorded");
        return;
    }
    const char *path = out->partitions->items[index].mountpoint;
    overview_note(&usage->result, cli, psutil_disk_usage(&usage->usage, cli->ctx, path, timeout));
}

/* File systems that lie on a server: disk_partitions() counts them among those without a disk. */
static bool is_remote(const char *fstype)
{
    static const char *const types[] = {
        "9p",          "afs",       "beegfs",     "ceph",      "cifs", "fuse.glusterfs",
        "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre",
        "nfs",         "nfs4",      "smb3",       "smbfs"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (fstype && strcmp(fstype, types[i]) == 0)
            return true;
    return false;
}

static bool is_listed(const psutil_sdiskpart_list *list, const psutil_sdiskpart *part)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].mountpoint, part->mountpoint) == 0 &&
            strcmp(list->items[i].device, part->device) == 0)
            return true;
    return false;
}

/* The partitions that hold data, on disks or on servers, in the order of mounting. */
static int list_partitions(psutil_sdiskpart_list **out, psutil *ctx)
{
    psutil_sdiskpart_list *local, *all;
    int code = psutil_disk_partitions(&local, ctx, false);
    if (code != 0)
        return code;
    code = psutil_disk_partitions(&all, ctx, true);
    if (code == 0) {
        size_t kept = 0;
        for (size_t i = 0; i < all->len; i++)
            if (is_remote(all->items[i].fstype) || is_listed(local, &all->items[i]))
                all->items[kept++] = all->items[i];
        all->len = kept;
        *out = all;
    }
    psutil_free(local);
    return code;
}

static void collect_disks(struct overview *out, const struct cli *cli)
{
    if (!note(out, cli, PART_PARTITIONS, list_partitions(&out->partitions, cli->ctx)))
        return;
    size_t len = out->partitions->len;
    out->usages = calloc(len + 1, sizeof *out->usages);
    if (!out->usages) {
        note(out, cli, PART_PARTITIONS, PSUTIL_ENOMEM);
        return;
    }
    double end = platform_clock() + usage_budget;
    for (size_t i = 0; i < len; i++)
        collect_usage(out, cli, i, fmax(end - platform_clock(), usage_least));
}

/* ---- What is sampled twice ------------------------------------------------------------------- */

/* A failure of either sample is the part's. */
static void sample_counters(struct overview *out, const struct cli *cli, int which)
{
    struct outcome *disk = &out->parts[PART_DISK_IO];
    struct outcome *net = &out->parts[PART_NET_IO];
    psutil *ctx = cli->ctx;
    if (disk->code == 0 &&
        overview_note(disk, cli, psutil_disk_io_counters(&out->disk_total[which], ctx, NULL)))
        overview_note(disk, cli, psutil_disk_io_counters_perdisk(&out->disk_io[which], ctx, NULL));
    if (net->code == 0 &&
        overview_note(net, cli, psutil_net_io_counters(&out->net_total[which], ctx, NULL)))
        overview_note(net, cli, psutil_net_io_counters_pernic(&out->net_io[which], ctx, NULL));
}

static void open_samplers(struct samplers *samplers, const struct cli *cli)
{
    int code = psutil_cpu_sampler_open(&samplers->times, cli->ctx);
    if (code == 0)
        code = psutil_cpu_sampler_open(&samplers->percpu, cli->ctx);
    if (code == 0)
        code = psutil_cpu_sampler_open(&samplers->total, cli->ctx);
    overview_note(&samplers->opened, cli, code);
}

static void close_samplers(struct samplers *samplers)
{
    psutil_cpu_sampler_close(samplers->total);
    psutil_cpu_sampler_close(samplers->percpu);
    psutil_cpu_sampler_close(samplers->times);
}

static int sample_each_cpu(struct overview *out, psutil_cpu_sampler *sampler)
{
    int rc = psutil_cpu_percent_percpu(&out->percpu, sampler);
    return rc == 0 ? psutil_cpu_sampler_numbers(&out->cpu_numbers, sampler) : rc;
}

static void sample_cpu(struct overview *out, const struct cli *cli, struct samplers *samplers)
{
    struct outcome *percent = &out->parts[PART_CPU_PERCENT];
    if (samplers->opened.code != 0) {
        *percent = out->parts[PART_CPU_TIMES_PERCENT] = samplers->opened;
    } else {
        if (overview_note(percent, cli, psutil_cpu_percent(&out->cpu_percent, samplers->total)))
            overview_note(percent, cli, sample_each_cpu(out, samplers->percpu));
        note(out, cli, PART_CPU_TIMES_PERCENT,
             psutil_cpu_times_percent(&out->cpu_times_percent, samplers->times));
    }
    note(out, cli, PART_CPU_TIMES, psutil_cpu_times(&out->cpu_times, cli->ctx));
    note(out, cli, PART_CPU_STATS, psutil_cpu_stats(&out->cpu_stats, cli->ctx));
}

static void open_table(struct overview *out, const struct cli *cli)
{
    psutil_fields fields = PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |
                           PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(NUM_THREADS) |
                           PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(CPU_PERCENT) |
                           PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(MEMORY_PERCENT);
    if (note(out, cli, PART_PROCESSES, psutil_table_open(&out->table, cli->ctx, fields)))
        note(out, cli, PART_PROCESSES, psutil_table_refresh(out->table));
}

static void sample_table(struct overview *out, const struct cli *cli)
{
    if (out->parts[PART_PROCESSES].code == 0 &&
        note(out, cli, PART_PROCESSES, psutil_table_refresh(out->table)))
        overview_collect_processes(out, cli);
}

/* ---- Names ----------------------------------------------------------------------------------- */

#define OPEN_NAMES(by_name, list)                                                                  \
    by_name_open((by_name), (list)->items, (list)->len, sizeof *(list)->items)

static void note_memory(struct overview *out, enum part part)
{
    struct outcome *outcome = &out->parts[part];
    outcome->code = PSUTIL_ENOMEM;
    snprintf(outcome->why, sizeof outcome->why, "%s", psutil_error_text(PSUTIL_ENOMEM));
}

void overview_open_names(struct overview *out)
{
    bool disks = true, nics = true;
    for (int i = 0; i < 2; i++) {
        if (out->parts[PART_DISK_IO].code == 0)
            disks &= OPEN_NAMES(&out->disks_by_name[i], out->disk_io[i]);
        if (out->parts[PART_NET_IO].code == 0)
            nics &= OPEN_NAMES(&out->nics_by_name[i], out->net_io[i]);
    }
    if (!disks)
        note_memory(out, PART_DISK_IO);
    if (!nics)
        note_memory(out, PART_NET_IO);
    if (out->parts[PART_NET_ADDRS].code == 0 && !OPEN_NAMES(&out->addrs_by_name, out->net_addrs))
        note_memory(out, PART_NET_ADDRS);
}

void overview_close_names(struct overview *overview)
{
    for (int i = 0; i < 2; i++) {
        by_name_close(&overview->disks_by_name[i]);
        by_name_close(&overview->nics_by_name[i]);
    }
    by_name_close(&overview->addrs_by_name);
}

void overview_collect(struct overview *out, const struct cli *cli)
{
    struct samplers samplers = {0};
    *out = (struct overview){.live = cli_is_live(cli)};
    collect_system(out, cli);
    collect_disks(out, cli);
    open_table(out, cli);
    sample_counters(out, cli, 0);
    double start = platform_clock();
    open_samplers(&samplers, cli);
    platform_sleep(pause_seconds);
    sample_cpu(out, cli, &samplers);
    sample_counters(out, cli, 1);
    out->interval = platform_clock() - start;
    sample_table(out, cli);
    out->now = platform_now();
    overview_open_names(out);
    close_samplers(&samplers);
}

void overview_free(struct overview *overview)
{
    for (size_t i = 0; i < overview->busiest_len; i++)
        psutil_process_info_free(overview->busiest[i].more);
    for (int i = 0; i < 2; i++) {
        psutil_free(overview->disk_io[i]);
        psutil_free(overview->net_io[i]);
    }
    overview_close_names(overview);
    psutil_table_close(overview->table);
    psutil_free(overview->users);
    psutil_free(overview->percpu);
    psutil_free(overview->cpu_numbers);
    psutil_free(overview->partitions);
    psutil_free(overview->net_addrs);
    psutil_free(overview->net_stats);
    psutil_free(overview->temperatures);
    psutil_free(overview->fans);
    free(overview->usages);
}

/* ---- Rates ----------------------------------------------------------------------------------- */

double overview_rate(const struct overview *overview, int64_t before, int64_t after)
{
    if (before == PSUTIL_UNKNOWN || after == PSUTIL_UNKNOWN || after < before ||
        !(overview->interval > 0))
        return NAN;
    return (double)(after - before) / overview->interval;
}

const psutil_snetio *overview_find_net(const struct overview *overview, int which, const char *name)
{
    size_t index = by_name_first(&overview->nics_by_name[which], name);
    return index != SIZE_MAX ? &overview->net_io[which]->items[index] : NULL;
}

const psutil_sdiskio *overview_find_disk(const struct overview *overview, int which,
                                         const char *name)
{
    size_t index = by_name_first(&overview->disks_by_name[which], name);
    return index != SIZE_MAX ? &overview->disk_io[which]->items[index] : NULL;
}
