/* CPU times, counts and statistics. One call tells about one group of at most 64 processors. */
#include "core/records.h"
#include "os/windows/nt.h"

#include <math.h>
#include <stdlib.h>

/* Called for each CPU, whose numbers ascend. */
typedef void each_cpu(void *user, const void *entry, int64_t number);

enum { GROUP_SIZE = 64 };

static int each_of_group(psutil *ctx, int what, const USHORT *group, size_t size, each_cpu *each,
                         void *user)
{
    struct ps_answer answer = {0};
    size_t len;
    int rc = ps_query_group(ctx, what, group, &answer, &len);
    for (size_t i = 0; rc == 0 && (i + 1) * size <= len; i++)
        each(user, (const char *)answer.data + i * size,
             (int64_t)(group ? *group * GROUP_SIZE : 0) + (int64_t)i);
    ps_answer_free(&answer);
    return rc;
}

static int each_of_all(psutil *ctx, int what, size_t size, each_cpu *each, void *user)
{
    USHORT groups = GetActiveProcessorGroupCount();
    if (groups <= 1)
        return each_of_group(ctx, what, NULL, size, each, user);
    int rc = 0;
    for (USHORT group = 0; rc == 0 && group < groups; group++)
        rc = each_of_group(ctx, what, &group, size, each, user);
    return rc;
}

/* ---- Times ------------------------------------------------------------------------------------
 */

struct times {
    psutil_scputimes total;
    struct ps_list percpu, numbers;
};

static double busy_kernel(const struct ps_nt_processor_times *entry)
{
    return entry->kernel > entry->idle ? ps_seconds_of(entry->kernel - entry->idle) : 0;
}

static void add_times(void *user, const void *data, int64_t number)
{
    struct times *times = user;
    const struct ps_nt_processor_times *entry = data;
    psutil_scputimes cpu = {.user = ps_seconds_of(entry->user),
                            .nice = NAN,
                            .system = busy_kernel(entry),
                            .idle = ps_seconds_of(entry->idle),
                            .iowait = NAN,
                            .irq = NAN,
                            .softirq = NAN,
                            .steal = NAN,
                            .guest = NAN,
                            .guest_nice = NAN,
                            .interrupt = ps_seconds_of(entry->interrupt),
                            .dpc = ps_seconds_of(entry->dpc)};
    times->total.user += cpu.user;
    times->total.system += cpu.system;
    times->total.idle += cpu.idle;
    times->total.interrupt += cpu.interrupt;
    times->total.dpc += cpu.dpc;
    psutil_scputimes *item = ps_list_add(&times->percpu);
    if (item)
        *item = cpu;
    int64_t *place = ps_list_add(&times->numbers);
    if (place)
        *place = number;
}

int ps_os_cpu_times(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers)
{
    struct times times;
    ps_record_clear(&ps_record_scputimes, &times.total);
    times.total.user = times.total.system = times.total.idle = 0;
    times.total.interrupt = times.total.dpc = 0;
    ps_list_init(&times.percpu, &ps_record_scputimes);
    ps_list_init(&times.numbers, &ps_record_int);
    int rc = each_of_all(ctx, PS_SYSTEM_PROCESSOR_TIMES, sizeof(struct ps_nt_processor_times),
                         add_times, &times);
    psutil_scputimes_list *all = ps_list_result(ctx, &times.percpu, &rc);
    psutil_int_list *all_numbers = ps_list_result(ctx, &times.numbers, &rc);
    if (rc == 0) {
        *total = times.total;
        if (percpu)
            *percpu = all;
        if (numbers)
            *numbers = all_numbers;
    }
    if (rc != 0 || !percpu)
        psutil_free(all);
    if (rc != 0 || !numbers)
        psutil_free(all_numbers);
    return rc;
}

/* ---- Counts -----------------------------------------------------------------------------------
 */

/* GetLogicalProcessorInformationEx() gives a record of its own length for each core. */
static int64_t count_cores(const struct ps_answer *answer, DWORD len)
{
    int64_t count = 0;
    for (DWORD at = 0; at + 2 * sizeof(DWORD) <= len; count++) {
        const SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX *core =
            (const void *)((const char *)answer->data + at);
        if (core->Size == 0)
            break;
        at += core->Size;
    }
    return count;
}

static int read_cores(psutil *ctx, int64_t *out)
{
    struct ps_answer answer = {0};
    DWORD len = 0;
    int rc = 0;
    while (!GetLogicalProcessorInformationEx(RelationProcessorCore, answer.data, &len)) {
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || len <= answer.size)
            rc = ps_fail_last(ctx, "GetLogicalProcessorInformationEx", NULL, PSUTIL_UNKNOWN);
        else
            rc = ps_answer_reserve(ctx, &answer, len);
        if (rc != 0)
            break;
    }
    int64_t count = rc == 0 ? count_cores(&answer, len) : 0;
    ps_answer_free(&answer);
    if (rc == 0)
        *out = count > 0 ? count : PSUTIL_UNKNOWN;
    return rc;
}

int ps_os_cpu_count(psutil *ctx, bool logical, int64_t *out)
{
    if (!logical)
        return read_cores(ctx, out);
    DWORD count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    *out = count > 0 ? (int64_t)count : PSUTIL_UNKNOWN;
    return 0;
}

/* ---- Statistics -------------------------------------------------------------------------------
 */

static void add_interrupts(void *user, const void *data, int64_t number)
{
    const struct ps_nt_processor_times *entry = data;
    (void)number;
    *(int64_t *)user += entry->interrupts;
}

static void add_dpcs(void *user, const void *data, int64_t number)
{
    const struct ps_nt_interrupts *entry = data;
    (void)number;
    *(int64_t *)user += entry->dpcs;
}

static int read_performance(psutil *ctx, psutil_scpustats *out)
{
    struct ps_answer answer = {0};
    size_t len;
    int rc = ps_query_system(ctx, PS_SYSTEM_PERFORMANCE, &answer, &len);
    if (rc == 0 && len >= sizeof(SYSTEM_PERFORMANCE_INFORMATION)) {
        const SYSTEM_PERFORMANCE_INFORMATION *info = answer.data;
        out->ctx_switches = info->ContextSwitches;
        out->syscalls = info->SystemCalls;
    }
    ps_answer_free(&answer);
    return rc;
}

/* Deferred procedure calls are not told everywhere: unknown then. */
int ps_os_cpu_stats(psutil *ctx, psutil_scpustats *out)
{
    psutil_scpustats stats;
    int64_t interrupts = 0, dpcs = 0;
    ps_record_clear(&ps_record_scpustats, &stats);
    int rc = read_performance(ctx, &stats);
    if (rc == 0)
        rc = each_of_all(ctx, PS_SYSTEM_PROCESSOR_TIMES, sizeof(struct ps_nt_processor_times),
                         add_interrupts, &interrupts);
    if (rc != 0)
        return rc;
    if (each_of_all(ctx, PS_SYSTEM_INTERRUPTS, sizeof(struct ps_nt_interrupts), add_dpcs, &dpcs) ==
        0)
        stats.dpcs = dpcs;
    stats.interrupts = interrupts;
    *out = stats;
    return 0;
}
