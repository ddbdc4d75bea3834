/* The load, which Windows does not know: the processors' queue is looked at every five seconds from
 * the first call on, and averaged as Unix does (kernel/sched/loadavg.c of Linux). */
#include "os/windows/windows.h"

#include <math.h>
#include <stdlib.h>

#include <pdh.h>

enum { INTERVAL_SECONDS = 5 };

typedef PDH_STATUS WINAPI pdh_open(const wchar_t *source, DWORD_PTR user, PDH_HQUERY *query);
typedef PDH_STATUS WINAPI pdh_add(PDH_HQUERY query, const wchar_t *path, DWORD_PTR user,
                                  PDH_HCOUNTER *counter);
typedef PDH_STATUS WINAPI pdh_collect(PDH_HQUERY query);
typedef PDH_STATUS WINAPI pdh_value(PDH_HCOUNTER counter, DWORD format, DWORD *type,
                                    PDH_FMT_COUNTERVALUE *value);
typedef PDH_STATUS WINAPI pdh_close(PDH_HQUERY query);

struct ps_load {
    pdh_collect *collect;
    pdh_value *value;
    pdh_close *close;
    PDH_HQUERY query;
    PDH_HCOUNTER counter;
    HANDLE stop; /* an event */
    HANDLE thread;
    SRWLOCK lock; /* guards `means` */
    double means[3];
};

static bool read_queue(struct ps_load *load, double *out)
{
    PDH_FMT_COUNTERVALUE value;
    if (load->collect(load->query) != ERROR_SUCCESS ||
        load->value(load->counter, PDH_FMT_DOUBLE, NULL, &value) != ERROR_SUCCESS)
        return false;
    *out = value.doubleValue;
    return true;
}

static void take_in(struct ps_load *load, double queue)
{
    static const double minutes[3] = {1, 5, 15};
    AcquireSRWLockExclusive(&load->lock);
    for (size_t i = 0; i < 3; i++) {
        double weight = exp(-INTERVAL_SECONDS / (minutes[i] * 60));
        load->means[i] = load->means[i] * weight + queue * (1 - weight);
    }
    ReleaseSRWLockExclusive(&load->lock);
}

static DWORD WINAPI watch(void *user)
{
    struct ps_load *load = user;
    double queue;
    while (WaitForSingleObject(load->stop, INTERVAL_SECONDS * 1000) == WAIT_TIMEOUT)
        if (read_queue(load, &queue))
            take_in(load, queue);
    return 0;
}

static void free_load(struct ps_load *load)
{
    if (load->thread) {
        SetEvent(load->stop);
        WaitForSingleObject(load->thread, INFINITE);
        CloseHandle(load->thread);
    }
    if (load->stop)
        CloseHandle(load->stop);
    if (load->query)
        load->close(load->query);
    free(load);
}

static bool open_query(struct ps_load *load)
{
    static const wchar_t library[] = L"pdh.dll";
    pdh_open *open = (pdh_open *)ps_windows_function(library, "PdhOpenQueryW");
    pdh_add *add = (pdh_add *)ps_windows_function(library, "PdhAddEnglishCounterW");
    load->collect = (pdh_collect *)ps_windows_function(library, "PdhCollectQueryData");
    load->value = (pdh_value *)ps_windows_function(library, "PdhGetFormattedCounterValue");
    load->close = (pdh_close *)ps_windows_function(library, "PdhCloseQuery");
    if (!open || !add || !load->collect || !load->value || !load->close)
        return false;
    if (open(NULL, 0, &load->query) != ERROR_SUCCESS) {
        load->query = NULL;
        return false;
    }
    return add(load->query, L"\\System\\Processor Queue Length", 0, &load->counter) ==
           ERROR_SUCCESS;
}

/* The first look is all that is known at first. */
static bool begin(struct ps_load *load)
{
    double queue;
    if (!open_query(load) || !read_queue(load, &queue))
        return false;
    load->means[0] = load->means[1] = load->means[2] = queue;
    load->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (load->stop)
        load->thread = CreateThread(NULL, 0, watch, load, 0, NULL);
    return load->thread != NULL;
}

static struct ps_load *current(psutil *ctx)
{
    ps_lock_acquire(ctx->lock);
    struct ps_load *load = ps_windows_of(ctx)->load;
    ps_lock_release(ctx->lock);
    return load;
}

/* Two threads may begin at once: the second gives its own up. */
static struct ps_load *keep(psutil *ctx, struct ps_load *made)
{
    ps_lock_acquire(ctx->lock);
    struct ps_load **place = &ps_windows_of(ctx)->load;
    struct ps_load *kept = *place ? *place : (*place = made);
    ps_lock_release(ctx->lock);
    if (kept != made)
        free_load(made);
    return kept;
}

int ps_os_loadavg(psutil *ctx, double out[3])
{
    struct ps_load *load = current(ctx);
    if (!load) {
        struct ps_load *made = calloc(1, sizeof *made);
        if (!made)
            return ps_fail_memory(ctx);
        InitializeSRWLock(&made->lock);
        if (!begin(made)) {
            free_load(made);
            return ps_fail(ctx, PSUTIL_ENOTSUP,
                           "the performance counters do not tell the processors' queue");
        }
        load = keep(ctx, made);
    }
    AcquireSRWLockShared(&load->lock);
    for (size_t i = 0; i < 3; i++)
        out[i] = load->means[i];
    ReleaseSRWLockShared(&load->lock);
    return 0;
}

void ps_load_close(struct ps_windows *os)
{
    if (os->load)
        free_load(os->load);
}
