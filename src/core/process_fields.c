/* Fields that are computed from others, and what each needs. */
#include "core/process.h"
#include "core/records.h"

#include <math.h>
#include <string.h>

#define DERIVED                                                                                    \
    (PSUTIL_FIELD(CPU_PERCENT) | PSUTIL_FIELD(MEMORY_PERCENT) | PSUTIL_FIELD(MEMORY_FULL_INFO))

psutil_fields ps_fields_needed(psutil_fields asked)
{
    psutil_fields needed = asked & ~DERIVED;
    if (asked & PSUTIL_FIELD(CPU_PERCENT))
        needed |= PSUTIL_FIELD(CPU_TIMES);
    if (asked & PSUTIL_FIELD(MEMORY_PERCENT))
        needed |= PSUTIL_FIELD(MEMORY_INFO);
    if (asked & PSUTIL_FIELD(MEMORY_FULL_INFO))
        needed |= PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(MEMORY_FOOTPRINT);
    if (asked & PSUTIL_FIELD(MEMORY_INFO_EX))
        needed |= PSUTIL_FIELD(MEMORY_INFO);
    return needed;
}

void ps_info_clear(psutil_process_info *info)
{
    ps_record_clear(&ps_record_process, info);
    memset(info->result, PSUTIL_NOT_ASKED, sizeof info->result);
}

/* Compilers that know the length copy a word at a time, by an instruction that takes long to begin:
 * it is not said here. */
void ps_info_begin(psutil_process_info *info, const psutil *ctx)
{
    memcpy(info, &ctx->blank, ps_record_process.size);
}

static void forget_lists(psutil_process_info *info)
{
    info->cmdline = info->environ = NULL;
    info->rlimit = NULL;
    info->threads = NULL;
    info->cpu_affinity = NULL;
    info->memory_maps = NULL;
    info->open_files = NULL;
    info->net_connections = NULL;
}

void ps_info_prepare(psutil_process_info *info, psutil_fields fields)
{
    memset(info->result, PSUTIL_NOT_ASKED, sizeof info->result);
    forget_lists(info);
    while (fields)
        ps_field_clear(&ps_record_process.fields[ps_fields_take(&fields)], info);
}

void ps_info_free_lists(psutil_process_info *info)
{
    psutil_free(info->cmdline);
    psutil_free(info->environ);
    psutil_free(info->rlimit);
    psutil_free(info->threads);
    psutil_free(info->cpu_affinity);
    psutil_free(info->memory_maps);
    psutil_free(info->open_files);
    psutil_free(info->net_connections);
}

/* A clock tick that falls into a much shorter interval looks like thousands of CPUs. The number of
 * CPUs is asked for only then: a machine may gain some. */
static double within_machine(psutil *ctx, double percent)
{
    int64_t cpus;
    if (percent <= 100 || ps_os_cpu_count(ctx, true, &cpus) != 0 || cpus == PSUTIL_UNKNOWN)
        return percent;
    double most = 100.0 * (double)cpus;
    return percent > most ? most : percent;
}

static double percent_between(psutil *ctx, const struct ps_cpu_moment *before,
                              const struct ps_cpu_moment *now)
{
    double wall = (double)(now->clock - before->clock) / 1e9;
    double busy = now->busy - before->busy;
    if (isnan(busy) || wall <= 0)
        return NAN;
    return busy < 0 ? 0 : within_machine(ctx, busy / wall * 100);
}

static void derive_cpu_percent(psutil *ctx, psutil_process_info *info, struct ps_cpu_moment *moment)
{
    info->cpu_percent = NAN;
    info->result[PSUTIL_FIELD_CPU_PERCENT] = info->result[PSUTIL_FIELD_CPU_TIMES];
    if (info->result[PSUTIL_FIELD_CPU_TIMES] != 0)
        return;
    struct ps_cpu_moment now = {info->cpu_times.user + info->cpu_times.system, ps_os_clock()};
    info->cpu_percent = percent_between(ctx, moment, &now);
    *moment = now;
}

#define SECOND INT64_C(1000000000)

static int learn_total(psutil *ctx, int64_t now)
{
    psutil_svmem memory;
    int rc = ps_os_virtual_memory(ctx, &memory);
    if (rc != 0)
        return rc;
    if (memory.total <= 0)
        return ps_fail(ctx, PSUTIL_EDATA, "the system says that it has no memory");
    atomic_store(&ctx->total_memory, memory.total);
    atomic_store(&ctx->total_until, now + SECOND);
    return 0;
}

int ps_total_memory(psutil *ctx, int64_t *out)
{
    int64_t now = ps_os_clock();
    bool known = now < atomic_load_explicit(&ctx->total_until, memory_order_acquire);
    int rc = known ? 0 : learn_total(ctx, now);
    if (rc == 0)
        *out = atomic_load_explicit(&ctx->total_memory, memory_order_relaxed);
    return rc;
}

static void derive_memory_percent(psutil *ctx, psutil_process_info *info)
{
    int64_t total = 0;
    info->memory_percent = NAN;
    int rc = info->result[PSUTIL_FIELD_MEMORY_INFO];
    if (rc == 0)
        rc = ps_total_memory(ctx, &total);
    info->result[PSUTIL_FIELD_MEMORY_PERCENT] = (int8_t)rc;
    if (rc == 0)
        info->memory_percent = (double)info->memory_info.rss * 100 / (double)total;
}

static void derive_full_info(psutil_process_info *info)
{
    int8_t own = info->result[PSUTIL_FIELD_MEMORY_INFO];
    int8_t footprint = info->result[PSUTIL_FIELD_MEMORY_FOOTPRINT];
    info->result[PSUTIL_FIELD_MEMORY_FULL_INFO] = own != 0 ? own : footprint;
}

static void forget(psutil_process_info *info, psutil_fields fields)
{
    while (fields)
        info->result[ps_fields_take(&fields)] = PSUTIL_NOT_ASKED;
}

void ps_fields_derive(psutil *ctx, psutil_process_info *info, psutil_fields asked,
                      struct ps_cpu_moment *moment)
{
    if (asked & PSUTIL_FIELD(CPU_PERCENT))
        derive_cpu_percent(ctx, info, moment);
    if (asked & PSUTIL_FIELD(MEMORY_PERCENT))
        derive_memory_percent(ctx, info);
    if (asked & PSUTIL_FIELD(MEMORY_FULL_INFO))
        derive_full_info(info);
    forget(info, ps_fields_needed(asked) & ~asked);
}

int psutil_process_field_find(const char *name)
{
    const psutil_field *field = ps_record_field(&ps_record_process, name);
    return field ? (int)(field - ps_record_process.fields) : -1;
}

psutil_fields psutil_process_fields(void)
{
    psutil_fields fields = 0;
    for (size_t i = 0; i < ps_record_process.len; i++)
        if (ps_record_process.fields[i].platforms & ps_os_platform)
            fields |= (psutil_fields)1 << i;
    return fields;
}
