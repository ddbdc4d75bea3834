/* Nothing grows: each function is called many times, and the heap and the descriptors of this
 * process are the same afterwards. The heap is counted to the byte: main() has switched off the
 * allocator's caches, whose contents count as used. */
#include "bench.h"

#include <string.h>

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

/* The clock is asked once for so many calls. */
#define CALLS_BETWEEN 16

static long call_often(const struct row *row, const struct effort *effort)
{
    double end = now_ns() + effort->seconds * 1e9;
    long made = 0;
    do
        for (int i = 0; i < CALLS_BETWEEN && made < effort->calls; i++, made++)
            row->ours();
    while (made < effort->calls && (effort->seconds == 0 || now_ns() < end));
    return made;
}

/* What grows does so in each of so many rounds; what is kept now and then, or follows what else
 * happens on the machine, does not. */
#define ROUNDS 4

/* Less than one byte a call is no leak of any block; a page covers what happens once in a while,
 * such as a first failure that is kept for its thread. */
static bool grew(const struct footprint *before, const struct footprint *after, long calls)
{
    int64_t allowed = calls < 4096 ? calls : 4096;
    return after->heap - before->heap > allowed || after->descriptors != before->descriptors;
}

static bool grows(const struct row *row, const struct effort *effort, int number)
{
    for (int i = 0; i < WARM_UP; i++)
        row->ours();
    struct footprint before = {0}, after = {0};
    long calls = 0;
    bool failed = true;
    for (int round = 0; round < ROUNDS && failed; round++) {
        before = look();
        calls = call_often(row, effort);
        after = look();
        failed = grew(&before, &after, calls);
    }
    printf("%s %d - %s: %ld calls, heap %+lld bytes, descriptors %+lld\n", failed ? "not ok" : "ok",
           number, row->name, calls, (long long)(after.heap - before.heap),
           (long long)(after.descriptors - before.descriptors));
    fflush(stdout);
    return failed;
}

int measure_growth(const struct effort *effort, const char *only)
{
    const struct row *const tables[] = {rows_system, rows_network, rows_process, rows_handle};
    const size_t lens[] = {rows_system_len, rows_network_len, rows_process_len, rows_handle_len};
    int number = 0, grown = 0;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (size_t i = 0; i < lens[t]; i++)
            if (!only || strcmp(tables[t][i].name, only) == 0)
                grown += grows(&tables[t][i], effort, ++number);
    printf("1..%d\n", number);
    return number > 0 ? grown : 1;
}
