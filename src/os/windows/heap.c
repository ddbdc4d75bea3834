/* The calling program's own heaps. */
#include "core/records.h"
#include "os/windows/windows.h"

#include <malloc.h>
#include <stdlib.h>

/* Where the system gave memory to heaps. While a heap is locked and walked nothing may be
 * allocated: the block is there before. */
struct places {
    void **items;
    size_t len;
    size_t capacity;
};

enum { PLACES = 1 << 16, LARGE = 1 << 18 };

static void note(struct places *places, const void *address)
{
    MEMORY_BASIC_INFORMATION info;
    if (places->len < places->capacity && VirtualQuery(address, &info, sizeof info) != 0)
        places->items[places->len++] = info.AllocationBase;
}

/* Large blocks have memory of their own, outside the heap's regions. */
static int64_t walk(HANDLE heap, struct places *places)
{
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    int64_t used = 0;
    if (!HeapLock(heap))
        return 0;
    note(places, heap);
    while (HeapWalk(heap, &entry)) {
        bool busy = (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0;
        if (busy)
            used += entry.cbData;
        if ((entry.wFlags & PROCESS_HEAP_REGION) || (busy && entry.cbData >= LARGE))
            note(places, entry.lpData);
    }
    HeapUnlock(heap);
    return used;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t) * (void *const *)a, y = (uintptr_t) * (void *const *)b;
    return x < y ? -1 : x > y;
}

/* What is committed for this program alone, and not by a heap. */
static int64_t mapped(const struct places *places)
{
    MEMORY_BASIC_INFORMATION info;
    int64_t sum = 0;
    for (char *at = NULL; VirtualQuery(at, &info, sizeof info) != 0;
         at = (char *)info.BaseAddress + info.RegionSize)
        if (info.State == MEM_COMMIT && info.Type == MEM_PRIVATE &&
            !bsearch(&info.AllocationBase, places->items, places->len, sizeof *places->items,
                     by_address))
            sum += (int64_t)info.RegionSize;
    return sum;
}

static int read_heaps(psutil *ctx, struct ps_answer *answer, DWORD *len)
{
    int rc = 0;
    DWORD room = 0;
    while (rc == 0 && (*len = GetProcessHeaps(room, answer->data)) > room) {
        room = *len + 8;
        rc = ps_answer_reserve(ctx, answer, room * sizeof(HANDLE));
    }
    if (rc == 0 && *len == 0)
        rc = ps_fail_last(ctx, "GetProcessHeaps", NULL, PSUTIL_UNKNOWN);
    return rc;
}

int ps_os_heap_info(psutil *ctx, psutil_pheap *out)
{
    struct ps_answer heaps = {0};
    struct places places = {.capacity = PLACES};
    DWORD len = 0;
    int rc = read_heaps(ctx, &heaps, &len);
    places.items = VirtualAlloc(NULL, PLACES * sizeof *places.items, MEM_COMMIT, PAGE_READWRITE);
    if (rc == 0 && !places.items)
        rc = ps_fail_memory(ctx);
    if (rc == 0) {
        psutil_pheap info = {.heap_count = len - 1}; /* beside the default one */
        note(&places, places.items);
        for (DWORD i = 0; i < len; i++)
            info.heap_used += walk(((HANDLE *)heaps.data)[i], &places);
        qsort(places.items, places.len, sizeof *places.items, by_address);
        info.mmap_used = mapped(&places);
        *out = info;
    }
    if (places.items)
        VirtualFree(places.items, 0, MEM_RELEASE);
    ps_answer_free(&heaps);
    return rc;
}

int ps_os_heap_trim(psutil *ctx)
{
    struct ps_answer heaps = {0};
    DWORD len = 0;
    int rc = read_heaps(ctx, &heaps, &len);
    for (DWORD i = 0; rc == 0 && i < len; i++)
        HeapCompact(((HANDLE *)heaps.data)[i], 0);
    ps_answer_free(&heaps);
    if (rc == 0)
        _heapmin();
    return rc;
}
