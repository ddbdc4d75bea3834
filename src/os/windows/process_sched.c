/* Priorities and CPUs of a process. */
#include "core/records.h"
#include "os/windows/process.h"

#include <psutil/process.h>

typedef NTSTATUS NTAPI set_process(HANDLE process, int what, void *data, ULONG size);

static int failed(psutil *ctx, const struct ps_ref *ref, const char *call)
{
    return ps_fail_last(ctx, call, NULL, ref->pid);
}

/* ---- Priority class -------------------------------------------------------------------------- */

int ps_source_nice(struct ps_reader *reader)
{
    HANDLE process;
    int rc = ps_reader_open(reader, 0, &process);
    if (rc != 0)
        return rc;
    DWORD class = GetPriorityClass(process);
    if (class == 0)
        rc = ps_reader_failed(reader, ps_last_code(), "GetPriorityClass");
    else
        reader->to->info->nice = class;
    CloseHandle(process);
    return rc;
}

static bool is_class(int64_t nice)
{
    static const DWORD classes[] = {IDLE_PRIORITY_CLASS,           BELOW_NORMAL_PRIORITY_CLASS,
                                    NORMAL_PRIORITY_CLASS,         ABOVE_NORMAL_PRIORITY_CLASS,
                                    HIGH_PRIORITY_CLASS,           REALTIME_PRIORITY_CLASS,
                                    PROCESS_MODE_BACKGROUND_BEGIN, PROCESS_MODE_BACKGROUND_END};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (nice == (int64_t)classes[i])
            return true;
    return false;
}

int ps_os_process_set_nice(psutil *ctx, const struct ps_ref *ref, int64_t nice)
{
    HANDLE process;
    if (!is_class(nice))
        return ps_fail_pid(ctx, PSUTIL_EINVAL, ref->pid, "nice must be a priority class");
    int rc = ps_process_handle(ctx, ref, PROCESS_SET_INFORMATION, &process);
    if (rc != 0)
        return rc;
    if (!SetPriorityClass(process, (DWORD)nice))
        rc = failed(ctx, ref, "SetPriorityClass");
    CloseHandle(process);
    return rc;
}

/* ---- I/O priority ---------------------------------------------------------------------------- */

enum { IO_PRIORITIES = 4 };

int ps_source_ionice(struct ps_reader *reader)
{
    HANDLE process;
    ULONG priority = 0;
    int rc = ps_reader_open(reader, PROCESS_QUERY_INFORMATION, &process);
    if (rc != 0)
        return rc;
    NTSTATUS status =
        ps_nt_query_process(process, PS_PROCESS_IO_PRIORITY, &priority, sizeof priority, NULL);
    if (status < 0)
        rc = ps_fail_status(reader->ctx, status, "NtQueryInformationProcess", "33",
                            reader->ref->pid);
    else
        reader->to->info->ionice =
            (psutil_pionice){.ioclass = (int64_t)priority, .value = PSUTIL_UNKNOWN};
    CloseHandle(process);
    return rc;
}

int ps_os_process_set_ionice(psutil *ctx, const struct ps_ref *ref, int64_t ioclass, int64_t value)
{
    HANDLE process;
    if (ioclass < 0 || ioclass >= IO_PRIORITIES || value != PSUTIL_UNKNOWN)
        return ps_fail_pid(ctx, PSUTIL_EINVAL, ref->pid, "an I/O priority is one of 0 to 3");
    set_process *set = (set_process *)ps_windows_function(L"ntdll.dll", "NtSetInformationProcess");
    if (!set)
        return ps_fail_code(ctx, ERROR_PROC_NOT_FOUND, "NtSetInformationProcess", NULL, ref->pid);
    int rc = ps_process_handle(ctx, ref, PROCESS_SET_INFORMATION, &process);
    if (rc != 0)
        return rc;
    ULONG priority = (ULONG)ioclass;
    NTSTATUS status = set(process, PS_PROCESS_IO_PRIORITY, &priority, sizeof priority);
    if (status < 0)
        rc = ps_fail_status(ctx, status, "NtSetInformationProcess", "33", ref->pid);
    CloseHandle(process);
    return rc;
}

/* ---- CPUs: numbered 64 times the group and the place in it --------------------------------------
 */

enum { GROUP_SIZE = 64, GROUPS_MOST = 32 };

static void add_cpu(struct ps_list *list, int64_t number)
{
    int64_t *item = ps_list_add(list);
    if (item)
        *item = number;
}

/* The groups that the process has threads in; of those of one the mask tells. Of more, each thread
 * has its own: all CPUs of the groups are what the process may use. */
static size_t groups_of(HANDLE process, USHORT groups[GROUPS_MOST])
{
    USHORT len = GROUPS_MOST;
    if (GetProcessGroupAffinity(process, &len, groups) && len > 0)
        return len;
    groups[0] = 0;
    return 1;
}

static int add_cpus(struct ps_reader *reader, struct ps_list *list, HANDLE process)
{
    USHORT groups[GROUPS_MOST];
    DWORD_PTR own = 0, machine = 0;
    size_t len = groups_of(process, groups);
    if (!GetProcessAffinityMask(process, &own, &machine))
        return ps_reader_failed(reader, ps_last_code(), "GetProcessAffinityMask");
    if (len == 1) {
        for (int i = 0; i < GROUP_SIZE; i++)
            if (own >> i & 1)
                add_cpu(list, groups[0] * GROUP_SIZE + i);
        return 0;
    }
    for (size_t g = 0; g < len; g++)
        for (DWORD i = 0; i < GetActiveProcessorCount(groups[g]); i++)
            add_cpu(list, groups[g] * GROUP_SIZE + (int64_t)i);
    return 0;
}

int ps_source_affinity(struct ps_reader *reader)
{
    struct ps_list list;
    HANDLE process;
    int rc = ps_reader_open(reader, 0, &process);
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_int);
    rc = add_cpus(reader, &list, process);
    CloseHandle(process);
    reader->to->info->cpu_affinity = ps_list_result(reader->ctx, &list, &rc);
    return rc;
}

/* One process can be bound to CPUs of one group, its own. */
static int mask_of(psutil *ctx, const struct ps_ref *ref, HANDLE process, const int64_t *cpus,
                   size_t len, DWORD_PTR *out)
{
    USHORT groups[GROUPS_MOST];
    DWORD_PTR own = 0, machine = 0, mask = 0;
    if (!GetProcessAffinityMask(process, &own, &machine))
        return failed(ctx, ref, "GetProcessAffinityMask");
    groups_of(process, groups);
    for (size_t i = 0; i < len; i++) {
        if (cpus[i] < 0 || cpus[i] / GROUP_SIZE != groups[0] ||
            !(machine >> cpus[i] % GROUP_SIZE & 1))
            return ps_fail_pid(ctx, PSUTIL_EINVAL, ref->pid,
                               "the machine has no such CPU in the group of the process");
        mask |= (DWORD_PTR)1 << cpus[i] % GROUP_SIZE;
    }
    *out = len > 0 ? mask : machine;
    return 0;
}

int ps_os_process_set_affinity(psutil *ctx, const struct ps_ref *ref, const int64_t *cpus,
                               size_t len)
{
    HANDLE process;
    DWORD_PTR mask = 0;
    int rc = ps_process_handle(ctx, ref, PROCESS_SET_INFORMATION, &process);
    if (rc != 0)
        return rc;
    rc = mask_of(ctx, ref, process, cpus, len, &mask);
    if (rc == 0 && !SetProcessAffinityMask(process, mask))
        rc = failed(ctx, ref, "SetProcessAffinityMask");
    CloseHandle(process);
    return rc;
}
