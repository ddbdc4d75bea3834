/* What memory a process really costs, and the files mapped into it. */
#include "core/records.h"
#include "os/windows/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <psapi.h>

#define LOOK_INSIDE (PROCESS_QUERY_INFORMATION | PROCESS_VM_READ)

/* Pages asked about in one call; the longest path. */
enum { BATCH = 512, PATH_UNITS = 32768 };

static size_t page_size(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwPageSize;
}

/* Pages of a region that are in memory, and those of them that nobody shares. */
struct pages {
    int64_t resident;
    int64_t private;
};

static int count_pages(struct ps_reader *reader, HANDLE process,
                       const MEMORY_BASIC_INFORMATION *region, struct pages *out)
{
    PSAPI_WORKING_SET_EX_INFORMATION pages[BATCH];
    size_t size = page_size(), left = region->RegionSize / size;
    char *at = region->BaseAddress;
    while (left > 0) {
        size_t len = left < BATCH ? left : BATCH;
        for (size_t i = 0; i < len; i++)
            pages[i] = (PSAPI_WORKING_SET_EX_INFORMATION){.VirtualAddress = at + i * size};
        if (!QueryWorkingSetEx(process, pages, (DWORD)(len * sizeof *pages)))
            return ps_reader_failed(reader, ps_last_code(), "QueryWorkingSetEx");
        for (size_t i = 0; i < len; i++) {
            out->resident += pages[i].VirtualAttributes.Valid;
            out->private += pages[i].VirtualAttributes.Valid && !pages[i].VirtualAttributes.Shared;
        }
        at += len * size;
        left -= len;
    }
    return 0;
}

/* False at the end, or with `*rc` set. Beyond the last address the argument is wrong; after any
 * other failure, as of a process that ends meanwhile, those seen so far are not all. */
static bool next_region(struct ps_reader *reader, HANDLE process, MEMORY_BASIC_INFORMATION *region,
                        char **at, int *rc)
{
    if (*rc != 0)
        return false;
    if (VirtualQueryEx(process, *at, region, sizeof *region) == 0) {
        DWORD code = ps_last_code();
        if (code != ERROR_INVALID_PARAMETER)
            *rc = ps_reader_failed(reader, code, "VirtualQueryEx");
        return false;
    }
    *at = (char *)region->BaseAddress + region->RegionSize;
    return true;
}

/* ---- Footprint ------------------------------------------------------------------------------- */

static int count_private(struct ps_reader *reader, HANDLE process, int64_t *out)
{
    MEMORY_BASIC_INFORMATION region;
    struct pages pages = {0};
    int rc = 0;
    for (char *at = NULL; next_region(reader, process, &region, &at, &rc);)
        if (region.State == MEM_COMMIT)
            rc = count_pages(reader, process, &region, &pages);
    if (rc == 0)
        *out = pages.private * (int64_t)page_size();
    return rc;
}

/* The system's list has it, where the system counts it: no process has none. */
int ps_source_footprint(struct ps_reader *reader)
{
    const struct ps_nt_process *entry;
    HANDLE process;
    int64_t *uss = &reader->to->info->memory_footprint.uss;
    int rc = ps_reader_entry(reader, &entry);
    if (rc != 0)
        return rc;
    if (entry->working_set_private > 0) {
        *uss = entry->working_set_private;
        return 0;
    }
    rc = ps_reader_open(reader, LOOK_INSIDE, &process);
    if (rc != 0)
        return rc;
    rc = count_private(reader, process, uss);
    CloseHandle(process);
    return rc;
}

/* ---- Maps ------------------------------------------------------------------------------------ */

static const char *protection_text(DWORD protection)
{
    switch (protection & 0xff) {
    case PAGE_READONLY:
        return "r";
    case PAGE_READWRITE:
        return "rw";
    case PAGE_WRITECOPY:
        return "wc";
    case PAGE_EXECUTE:
        return "x";
    case PAGE_EXECUTE_READ:
        return "xr";
    case PAGE_EXECUTE_READWRITE:
        return "xrw";
    case PAGE_EXECUTE_WRITECOPY:
        return "xwc";
    default:
        return "";
    }
}

static const char *add_text(struct ps_list *list, const char *text)
{
    return ps_list_string(list, text, strlen(text));
}

/* Where nothing tells what is in memory (wine), that is unknown. */
static void add_map(struct ps_reader *reader, struct ps_list *list, HANDLE process,
                    const MEMORY_BASIC_INFORMATION *region, const wchar_t *path)
{
    char range[40];
    struct pages pages = {0};
    uintptr_t begin = (uintptr_t)region->BaseAddress;
    int rc = count_pages(reader, process, region, &pages);
    snprintf(range, sizeof range, "%016llx-%016llx", (unsigned long long)begin,
             (unsigned long long)(begin + region->RegionSize));
    psutil_pmmap row;
    ps_record_clear(&ps_record_pmmap_ext, &row);
    row.path = ps_list_wide(list, path);
    row.addr = add_text(list, range);
    row.perms = add_text(list, protection_text(region->Protect));
    row.size = (int64_t)region->RegionSize;
    if (rc == 0)
        row.rss = pages.resident * (int64_t)page_size();
    psutil_pmmap *item = ps_list_add(list);
    if (item)
        *item = row;
}

/* The row of the same file before the last. */
static psutil_pmmap *earlier_row(const struct ps_list *list, const char *path)
{
    for (size_t i = 0; i + 1 < list->len; i++) {
        psutil_pmmap *row = ps_list_at(list, i);
        if (strcmp(ps_list_peek(list, row->path), path) == 0)
            return row;
    }
    return NULL;
}

static void add_grouped(struct ps_reader *reader, struct ps_list *list, HANDLE process,
                        const MEMORY_BASIC_INFORMATION *region, const wchar_t *path)
{
    add_map(reader, list, process, region, path);
    if (list->failed)
        return;
    const psutil_pmmap *last = ps_list_at(list, list->len - 1);
    psutil_pmmap *row = earlier_row(list, ps_list_peek(list, last->path));
    if (!row)
        return;
    row->size += last->size;
    row->rss = row->rss == PSUTIL_UNKNOWN || last->rss == PSUTIL_UNKNOWN ? PSUTIL_UNKNOWN
                                                                         : row->rss + last->rss;
    ps_list_drop(list);
}

typedef NTSTATUS NTAPI query_memory(HANDLE process, const void *at, int what, void *data,
                                    SIZE_T size, SIZE_T *wanted);

/* The file's path, and room for the longest: GetMappedFileNameW() has only some hundred. */
struct mapped_name {
    UNICODE_STRING name;
    wchar_t room[PATH_UNITS];
};

/* The path of the file that lies behind a region, terminated; NULL for none. */
static wchar_t *mapped_file(query_memory *query, HANDLE process, const void *at,
                            struct mapped_name *name)
{
    enum { MAPPED_FILE_NAME = 2 };
    NTSTATUS status =
        query(process, at, MAPPED_FILE_NAME, name, sizeof *name - sizeof *name->room, NULL);
    if (status < 0 || name->name.Length == 0)
        return NULL;
    name->name.Buffer[name->name.Length / sizeof(wchar_t)] = L'\0';
    ps_drive_path(name->name.Buffer);
    return name->name.Buffer;
}

static int add_regions(struct ps_reader *reader, struct ps_list *list, HANDLE process,
                       struct mapped_name *name)
{
    query_memory *query = (query_memory *)ps_windows_function(L"ntdll.dll", "NtQueryVirtualMemory");
    MEMORY_BASIC_INFORMATION region;
    bool ungrouped = reader->to->maps_ungrouped;
    int rc = query ? 0
                   : ps_fail_code(reader->ctx, ERROR_PROC_NOT_FOUND, "NtQueryVirtualMemory", NULL,
                                  reader->ref->pid);
    for (char *at = NULL; next_region(reader, process, &region, &at, &rc);) {
        if (region.State != MEM_COMMIT || region.Type == MEM_PRIVATE)
            continue;
        const wchar_t *path = mapped_file(query, process, region.BaseAddress, name);
        if (path)
            (ungrouped ? add_map : add_grouped)(reader, list, process, &region, path);
    }
    return rc;
}

static void hide_ranges(struct ps_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        psutil_pmmap *row = ps_list_at(list, i);
        row->addr = row->perms = NULL;
    }
}

int ps_source_maps(struct ps_reader *reader)
{
    struct ps_list list;
    HANDLE process;
    int rc = ps_reader_open(reader, LOOK_INSIDE, &process);
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_pmmap_ext);
    struct mapped_name *name = malloc(sizeof *name);
    rc = name ? add_regions(reader, &list, process, name) : ps_fail_memory(reader->ctx);
    free(name);
    CloseHandle(process);
    if (!reader->to->maps_ungrouped)
        hide_ranges(&list);
    reader->to->info->memory_maps = ps_list_result(reader->ctx, &list, &rc);
    return rc;
}
