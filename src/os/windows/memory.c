/* Memory of the machine, and its page files. */
#include "core/records.h"
#include "os/windows/nt.h"

#include <psapi.h>

static int64_t cut(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

int ps_os_virtual_memory(psutil *ctx, psutil_svmem *out)
{
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    psutil_svmem memory;
    if (!GlobalMemoryStatusEx(&status))
        return ps_fail_last(ctx, "GlobalMemoryStatusEx", NULL, PSUTIL_UNKNOWN);
    ps_record_clear(&ps_record_svmem, &memory);
    memory.total = cut(status.ullTotalPhys);
    memory.available = cut(status.ullAvailPhys);
    memory.free = memory.available;
    memory.used = memory.total - memory.available;
    memory.percent = memory.total > 0 ? (double)memory.used / (double)memory.total * 100 : 0;
    *out = memory;
    return 0;
}

/* ---- Page files ------------------------------------------------------------------------------ */

/* Sums of all page files, in pages. */
static void sum(const struct ps_answer *answer, size_t len, psutil_sswap *out)
{
    out->total = out->used = 0;
    for (size_t at = 0; len >= at && len - at >= sizeof(struct ps_nt_page_file);) {
        const struct ps_nt_page_file *file = (const void *)((const char *)answer->data + at);
        out->total += file->total;
        out->used += file->in_use;
        if (file->next == 0)
            break;
        at += file->next;
    }
}

static int64_t page_size(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwPageSize;
}

static bool read_page_files(psutil *ctx, psutil_sswap *out)
{
    struct ps_answer answer = {0};
    size_t len;
    int rc = ps_query_system(ctx, PS_SYSTEM_PAGE_FILES, &answer, &len);
    if (rc == 0) {
        sum(&answer, len, out);
        out->total *= page_size();
        out->used *= page_size();
    }
    ps_answer_free(&answer);
    return rc == 0;
}

/* What can be committed beyond the memory: nothing tells how much of it is in use. */
static int read_commit_limit(psutil *ctx, psutil_sswap *out)
{
    PERFORMANCE_INFORMATION info = {.cb = sizeof info};
    if (!GetPerformanceInfo(&info, sizeof info))
        return ps_fail_last(ctx, "GetPerformanceInfo", NULL, PSUTIL_UNKNOWN);
    uint64_t pages =
        info.CommitLimit > info.PhysicalTotal ? info.CommitLimit - info.PhysicalTotal : 0;
    out->total = cut((uint64_t)pages * info.PageSize);
    return 0;
}

int ps_os_swap_memory(psutil *ctx, psutil_sswap *out)
{
    psutil_sswap swap;
    ps_record_clear(&ps_record_sswap, &swap);
    int rc = read_page_files(ctx, &swap) ? 0 : read_commit_limit(ctx, &swap);
    if (rc != 0)
        return rc;
    if (swap.total == 0)
        swap.used = 0;
    if (swap.used != PSUTIL_UNKNOWN) {
        swap.free = swap.total - swap.used;
        swap.percent = swap.total > 0 ? (double)swap.used / (double)swap.total * 100 : 0;
    }
    *out = swap;
    return 0;
}
