/* Changing a process: what is asked for is checked by the platform, which knows its ranges. */
#include "core/process.h"

int psutil_process_set_nice(psutil_process *process, int64_t nice)
{
    return ps_os_process_set_nice(process->ctx, &process->ref, nice);
}

int psutil_process_set_ionice(psutil_process *process, int64_t ioclass, int64_t value)
{
    return ps_os_process_set_ionice(process->ctx, &process->ref, ioclass, value);
}

int psutil_process_set_rlimit(psutil_process *process, int64_t resource, int64_t soft, int64_t hard)
{
    return ps_os_process_set_rlimit(process->ctx, &process->ref, resource, soft, hard);
}

int psutil_process_set_cpu_affinity(psutil_process *process, const int64_t *cpus, size_t len)
{
    return ps_os_process_set_affinity(process->ctx, &process->ref, cpus, len);
}
