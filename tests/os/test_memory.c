/* Memory and swap of machines that the test made. */
#include "../root.h"
#include "os/linux/linux.h"

static struct root root;
static psutil *ctx;

static psutil_svmem memory_of(const char *meminfo)
{
    psutil_svmem m;
    root_file(&root, "proc/meminfo", meminfo);
    if (psutil_virtual_memory(&m, ctx) != 0)
        abort();
    return m;
}

static void begin(void)
{
    root = root_make();
    ctx = root_open(&root);
}

static void end(void)
{
    psutil_close(ctx);
    root_remove(&root);
}

#define KB INT64_C(1024)

TEST(used_is_what_is_not_available) /* corner case 16 */
{
    begin();
    psutil_svmem m = memory_of("ShadowCallStack:10373888 kB\nMemTotal:       1000 kB\n"
                               "MemFree: 100 kB\nMemAvailable: 400 kB\nBuffers: 10 kB\n"
                               "Cached: 200 kB\nShmem: 30 kB\nSReclaimable: 40 kB\nSlab: 50 kB\n");
    CHECK_INT(m.total, 1000 * KB);
    CHECK_INT(m.available, 400 * KB);
    CHECK_INT(m.used, 600 * KB);
    CHECK_DOUBLE(m.percent, 60);
    CHECK_INT(m.free, 100 * KB);
    CHECK_INT(m.buffers, 10 * KB);
    CHECK_INT(m.cached, 240 * KB);
    CHECK_INT(m.shared, 30 * KB);
    CHECK_INT(m.slab, 50 * KB);
    CHECK_INT(m.active, PSUTIL_UNKNOWN);
    end();
}

/* As the kernel does it: free pages and half of the caches, less what it keeps (show_mem.c). */
TEST(a_missing_figure_is_estimated) /* corner case 15 */
{
    const int64_t page = sysconf(_SC_PAGESIZE);
    begin();
    root_file(&root, "proc/zoneinfo", "Node 0, zone DMA\n        low      1\n");
    psutil_svmem m = memory_of("MemTotal: 100000 kB\nMemFree: 10000 kB\nActive(file): 3000 kB\n"
                               "Inactive(file): 1000 kB\nSReclaimable: 2000 kB\n");
    CHECK_INT(m.available, 16000 * KB - 3 * page);
    root_delete(&root, "proc/zoneinfo");
    m = memory_of("MemTotal: 100000 kB\nMemFree: 10000 kB\n");
    CHECK_INT(m.available, 10000 * KB);
    m = memory_of("MemTotal: 100000 kB\n");
    CHECK_INT(m.available, PSUTIL_UNKNOWN);
    CHECK_INT(m.used, PSUTIL_UNKNOWN);
    CHECK_DOUBLE(m.percent, NAN);
    end();
}

/* Containers whose meminfo is put together from two machines. */
TEST(parts_larger_than_the_whole) /* corner case 15 */
{
    begin();
    psutil_svmem m = memory_of("MemTotal: 1000 kB\nMemFree: 300 kB\nMemAvailable: 64000 kB\n"
                               "Shmem: 5000 kB\nCached: 9000 kB\n");
    CHECK_INT(m.available, 300 * KB);
    CHECK_INT(m.used, 700 * KB);
    CHECK_DOUBLE(m.percent, 70);
    CHECK_INT(m.shared, 5000 * KB);
    m = memory_of("MemTotal: 1000 kB\nMemFree: 3000 kB\nMemAvailable: 64000 kB\n");
    CHECK_INT(m.available, 1000 * KB);
    CHECK_INT(m.used, 0);
    CHECK_DOUBLE(m.percent, 0);
    m = memory_of("MemTotal: 1000 kB\nMemAvailable: 64000 kB\n");
    CHECK_INT(m.used, 0);
    m = memory_of("MemTotal: 0 kB\nMemFree: 0 kB\nMemAvailable: 0 kB\n");
    CHECK_INT(m.total, 0);
    CHECK_DOUBLE(m.percent, 0);
    end();
}

/* What no machine has must not leave the type either (under the sanitizers an overflow ends this).
 */
TEST(sums_stay_within_their_type) /* corner case 15 */
{
#define HUGE_KB "9007199254740990 kB\n"
    begin();
    root_file(&root, "proc/zoneinfo", "        low      9223372036854775806\n");
    root_file(&root, "proc/vmstat", "pswpin 9223372036854775806\npswpout 1\n");
    root_file(&root, "proc/spl/kstat/zfs/arcstats", "size 4 9223372036854775806\nc_min 4 0\n");
    psutil_svmem m = memory_of("MemTotal: " HUGE_KB "MemFree: " HUGE_KB "Cached: " HUGE_KB
                               "Buffers: " HUGE_KB "SReclaimable: " HUGE_KB "Active(file): " HUGE_KB
                               "Inactive(file): " HUGE_KB "SwapTotal: 1 kB\nSwapFree: 2 kB\n");
    CHECK(m.available >= 0 && m.available <= m.total);
    CHECK_INT(m.cached, INT64_MAX);
    psutil_sswap swap;
    REQUIRE(psutil_swap_memory(&swap, ctx) == 0);
    CHECK_INT(swap.sin, INT64_MAX);
    CHECK_INT(swap.sout, sysconf(_SC_PAGESIZE));
    CHECK_INT(swap.used, 0);
    CHECK_DOUBLE(swap.percent, 0);
    end();
}

#define ZFS_MACHINE                                                                                \
    "MemTotal: 10000 kB\nMemFree: 1000 kB\nMemAvailable: 2000 kB\nBuffers: 0 kB\nCached: 1000 "    \
    "kB\n"

TEST(the_cache_of_zfs_is_reclaimable_down_to_its_floor) /* corner case 16 */
{
    begin();
    root_file(&root, "proc/spl/kstat/zfs/arcstats",
              "name type data\nc_min 4 1024000\nsize 4 5120000\n"); /* 1000 and 5000 kB */
    psutil_svmem m = memory_of(ZFS_MACHINE);
    CHECK_INT(m.available, 6000 * KB);
    CHECK_INT(m.used, 4000 * KB);
    CHECK_DOUBLE(m.percent, 40);
    CHECK_INT(m.cached, 1000 * KB);
    root_file(&root, "proc/spl/kstat/zfs/arcstats", "c_min 4 1024000\nsize 4 500000\n");
    CHECK_INT(memory_of(ZFS_MACHINE).available, 2000 * KB); /* smaller than its floor */
    root_file(&root, "proc/spl/kstat/zfs/arcstats", "c_min 4 0\nsize 4 512000000\n");
    CHECK_INT(memory_of(ZFS_MACHINE).available, 2000 * KB); /* the host's, seen in a container */
    root_file(&root, "proc/spl/kstat/zfs/arcstats", "");
    CHECK_INT(memory_of(ZFS_MACHINE).available, 2000 * KB);
    end();
}

TEST(no_swap_at_all) /* corner case 17 */
{
    psutil_sswap swap;
    begin();
    memory_of("MemTotal: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
    root_file(&root, "proc/vmstat", "nr_free_pages 5\n");
    REQUIRE(psutil_swap_memory(&swap, ctx) == 0);
    CHECK_INT(swap.total, 0);
    CHECK_INT(swap.used, 0);
    CHECK_INT(swap.free, 0);
    CHECK_DOUBLE(swap.percent, 0);
    CHECK_INT(swap.sin, PSUTIL_UNKNOWN);
    CHECK_INT(swap.sout, PSUTIL_UNKNOWN);
    root_delete(&root, "proc/vmstat");
    REQUIRE(psutil_swap_memory(&swap, ctx) == 0);
    CHECK_INT(swap.sin, PSUTIL_UNKNOWN);
    end();
}

TEST(what_is_no_meminfo_is_an_error)
{
    psutil_svmem m;
    psutil_sswap swap;
    begin();
    CHECK_INT(psutil_virtual_memory(&m, ctx), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_swap_memory(&swap, ctx), PSUTIL_ESYSTEM);
    root_file(&root, "proc/meminfo", "");
    CHECK_INT(psutil_virtual_memory(&m, ctx), PSUTIL_EDATA);
    CHECK_INT(psutil_swap_memory(&swap, ctx), PSUTIL_EDATA);
    end();
}

/* This machine, when it has no swap: what is known of it is what a new context reads. */
TEST(swap_that_is_not_there_is_asked_about_once)
{
    psutil *here, *fresh;
    psutil_sswap known, now;
    REQUIRE(psutil_open(&here, NULL) == 0 && psutil_open(&fresh, NULL) == 0);
    for (int i = 0; i < 4; i++)
        REQUIRE(psutil_swap_memory(&known, here) == 0);
    REQUIRE(psutil_swap_memory(&now, fresh) == 0);
    bool learned = ps_linux_of(here)->swapless.generation != 0;
    if (now.total > 0)
        CHECK(!learned);
    if (learned) {
        CHECK_INT(known.total, 0);
        CHECK_INT(known.used, 0);
        CHECK_INT(known.sin, now.sin);
        CHECK_INT(known.sout, now.sout);
    }
    psutil_close(here);
    psutil_close(fresh);
    if (!learned)
        SKIP("this machine has swap, or its files are not the kernel's");
}

int main(void)
{
    return run_tests();
}
