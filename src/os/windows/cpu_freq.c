/* CPU frequencies, from the power manager. */
#include "core/records.h"
#include "os/windows/nt.h"

#include <math.h>

#include <powrprof.h>

/* For CallNtPowerInformation(ProcessorInformation), as its documentation lays it out. */
struct processor_power {
    ULONG number;
    ULONG max_mhz;
    ULONG current_mhz;
    ULONG mhz_limit;
    ULONG max_idle_state;
    ULONG current_idle_state;
};

static double mhz(ULONG value)
{
    return value > 0 ? (double)value : NAN;
}

static void add(struct ps_list *list, const struct processor_power *power)
{
    psutil_scpufreq *item = ps_list_add(list);
    if (item)
        *item = (psutil_scpufreq){
            .current = mhz(power->current_mhz), .min = NAN, .max = mhz(power->max_mhz)};
}

/* It tells about the processors of the caller's group. */
int ps_os_cpu_freq(psutil *ctx, psutil_scpufreq_list **out)
{
    struct ps_answer answer = {0};
    struct ps_list list;
    DWORD count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    ULONG size = count * (ULONG)sizeof(struct processor_power);
    ps_list_init(&list, &ps_record_scpufreq);
    int rc = ps_answer_reserve(ctx, &answer, size + 1);
    if (rc == 0) {
        LONG status = CallNtPowerInformation(ProcessorInformation, NULL, 0, answer.data, size);
        if (status < 0)
            rc = ps_fail_status(ctx, status, "CallNtPowerInformation", "processor", PSUTIL_UNKNOWN);
    }
    const struct processor_power *powers = answer.data;
    for (DWORD i = 0; rc == 0 && i < count; i++)
        if (powers[i].max_mhz > 0 || powers[i].current_mhz > 0)
            add(&list, &powers[i]);
    ps_answer_free(&answer);
    if (rc == 0 && list.len == 0)
        rc = ps_fail(ctx, PSUTIL_ENOTSUP, "the power manager tells no frequency");
    psutil_scpufreq_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}
