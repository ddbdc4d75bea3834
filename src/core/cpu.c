/* CPU: the public functions, and the sampler that percentages are taken with. */
#include "backend.h"
#include "core/cpu_percent.h"
#include "core/records.h"

#include <math.h>
#include <stdlib.h>

int psutil_cpu_times(psutil_scputimes *out, psutil *ctx)
{
    return ps_os_cpu_times(ctx, out, NULL, NULL);
}

int psutil_cpu_times_percpu(psutil_scputimes_list **out, psutil *ctx)
{
    psutil_scputimes total;
    return ps_os_cpu_times(ctx, &total, out, NULL);
}

int psutil_cpu_count(int64_t *out, psutil *ctx, bool logical)
{
    return ps_os_cpu_count(ctx, logical, out);
}

int psutil_cpu_stats(psutil_scpustats *out, psutil *ctx)
{
    return ps_os_cpu_stats(ctx, out);
}

int psutil_getloadavg(double out[3], psutil *ctx)
{
    return ps_os_loadavg(ctx, out);
}

/* ---- Frequency --------------------------------------------------------------------------------
 */

int psutil_cpu_freq_percpu(psutil_scpufreq_list **out, psutil *ctx)
{
    return ps_os_cpu_freq(ctx, out);
}

/* The mean of one member over the CPUs that know it; NAN when none does. */
static double mean(const psutil_scpufreq_list *list, size_t offset)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < list->len; i++) {
        double value = *(const double *)(const void *)((const char *)&list->items[i] + offset);
        if (!isnan(value)) {
            sum += value;
            count++;
        }
    }
    return count > 0 ? sum / (double)count : NAN;
}

int psutil_cpu_freq(psutil_scpufreq *out, psutil *ctx)
{
    psutil_scpufreq_list *list;
    int rc = ps_os_cpu_freq(ctx, &list);
    if (rc != 0)
        return rc;
    out->current = mean(list, offsetof(psutil_scpufreq, current));
    out->min = mean(list, offsetof(psutil_scpufreq, min));
    out->max = mean(list, offsetof(psutil_scpufreq, max));
    psutil_free(list);
    return 0;
}

/* ---- Percentages ------------------------------------------------------------------------------
 */

struct psutil_cpu_sampler {
    psutil *ctx;
    struct ps_cpu_sample earlier;
};

static int take_sample(psutil *ctx, struct ps_cpu_sample *out)
{
    return ps_os_cpu_times(ctx, &out->total, &out->percpu, &out->numbers);
}

int psutil_cpu_sampler_open(psutil_cpu_sampler **out, psutil *ctx)
{
    psutil_cpu_sampler *sampler = calloc(1, sizeof *sampler);
    if (!sampler)
        return ps_fail_memory(ctx);
    sampler->ctx = ctx;
    int rc = take_sample(ctx, &sampler->earlier);
    if (rc == 0)
        *out = sampler;
    else
        free(sampler);
    return rc;
}

void psutil_cpu_sampler_close(psutil_cpu_sampler *sampler)
{
    if (!sampler)
        return;
    ps_cpu_sample_free(&sampler->earlier);
    free(sampler);
}

/* The next call is about the time from now on. */
static void keep(psutil_cpu_sampler *sampler, const struct ps_cpu_sample *now)
{
    ps_cpu_sample_free(&sampler->earlier);
    sampler->earlier = *now;
}

int psutil_cpu_percent(double *out, psutil_cpu_sampler *sampler)
{
    struct ps_cpu_sample now;
    int rc = take_sample(sampler->ctx, &now);
    if (rc != 0)
        return rc;
    *out = ps_cpu_busy_percent(&sampler->earlier.total, &now.total);
    keep(sampler, &now);
    return 0;
}

int psutil_cpu_times_percent(psutil_scputimes *out, psutil_cpu_sampler *sampler)
{
    struct ps_cpu_sample now;
    int rc = take_sample(sampler->ctx, &now);
    if (rc != 0)
        return rc;
    *out = ps_cpu_mode_percents(&sampler->earlier.total, &now.total);
    keep(sampler, &now);
    return 0;
}

static psutil_double_list *busy_list(const struct ps_cpu_sample *earlier,
                                     const struct ps_cpu_sample *now)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_double);
    for (size_t i = 0; i < now->numbers->len; i++) {
        const psutil_scputimes *before = ps_cpu_sample_find(earlier, now->numbers->items[i]);
        double *item = ps_list_add(&list);
        if (item && before)
            *item = ps_cpu_busy_percent(before, &now->percpu->items[i]);
    }
    return ps_list_finish(&list);
}

static psutil_scputimes_list *mode_list(const struct ps_cpu_sample *earlier,
                                        const struct ps_cpu_sample *now)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_scputimes);
    for (size_t i = 0; i < now->numbers->len; i++) {
        const psutil_scputimes *before = ps_cpu_sample_find(earlier, now->numbers->items[i]);
        psutil_scputimes *item = ps_list_add(&list);
        if (item && before)
            *item = ps_cpu_mode_percents(before, &now->percpu->items[i]);
    }
    return ps_list_finish(&list);
}

/* Without memory for the answer the earlier sample stays: no time is lost to the next call. */
static int settle(psutil_cpu_sampler *sampler, struct ps_cpu_sample *now, const void *made)
{
    if (!made) {
        ps_cpu_sample_free(now);
        return ps_fail_memory(sampler->ctx);
    }
    keep(sampler, now);
    return 0;
}

int psutil_cpu_percent_percpu(psutil_double_list **out, psutil_cpu_sampler *sampler)
{
    struct ps_cpu_sample now;
    int rc = take_sample(sampler->ctx, &now);
    if (rc != 0)
        return rc;
    psutil_double_list *list = busy_list(&sampler->earlier, &now);
    rc = settle(sampler, &now, list);
    if (rc == 0)
        *out = list;
    return rc;
}

int psutil_cpu_times_percent_percpu(psutil_scputimes_list **out, psutil_cpu_sampler *sampler)
{
    struct ps_cpu_sample now;
    int rc = take_sample(sampler->ctx, &now);
    if (rc != 0)
        return rc;
    psutil_scputimes_list *list = mode_list(&sampler->earlier, &now);
    rc = settle(sampler, &now, list);
    if (rc == 0)
        *out = list;
    return rc;
}

int psutil_cpu_sampler_numbers(psutil_int_list **out, const psutil_cpu_sampler *sampler)
{
    const psutil_int_list *numbers = sampler->earlier.numbers;
    struct ps_list list;
    ps_list_init(&list, &ps_record_int);
    for (size_t i = 0; i < numbers->len; i++) {
        int64_t *item = ps_list_add(&list);
        if (item)
            *item = numbers->items[i];
    }
    psutil_int_list *made = ps_list_finish(&list);
    if (!made)
        return ps_fail_memory(sampler->ctx);
    *out = made;
    return 0;
}
