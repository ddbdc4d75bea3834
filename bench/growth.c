/* Nothing grows: each function is called many times, and the heap and the descriptors of this
 * process are the same afterwards. */
#include "bench.h"

#include <stdlib.h>

struct footprint {
    int64_t heap;
    int64_t descriptors;
};

static struct footprint look(void)
{
    struct footprint now = {0};
    psutil_pheap heap;
    if (psutil_heap_info(&heap, subject.ctx) == 0)
        now.heap = heap.heap_used + heap.mmap_used;
    psutil_process_num_fds(&now.descriptors, subject.self);
    return now;
}

/* The first calls may fill what is kept once. */
#define WARM_UP 20

static bool grows(const struct row *row, long calls)
{
    for (int i = 0; i < WARM_UP; i++)
        row->ours();
    struct footprint before = look();
    for (long i = 0; i < calls; i++)
        row->ours();
    struct footprint after = look();
    bool grew = after.heap > before.heap + 4096 || after.descriptors != before.descriptors;
    printf("%s - %s: %ld calls, heap %+lld bytes, descriptors %+lld\n", grew ? "not ok" : "ok",
           row->name, calls, (long long)(after.heap - before.heap),
           (long long)(after.descriptors - before.descriptors));
    fflush(stdout);
    return grew;
}

int measure_growth(long calls)
{
    int grown = 0;
    printf("1..%zu\n", rows_system_len + rows_process_len);
    for (size_t i = 0; i < rows_system_len; i++)
        grown += grows(&rows_system[i], calls);
    for (size_t i = 0; i < rows_process_len; i++)
        grown += grows(&rows_process[i], calls);
    return grown;
}
