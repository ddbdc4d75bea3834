#include "../test.h"

#include "parse/meminfo.h"

#include <psutil/base.h>

static struct ps_meminfo parse(const char *text)
{
    struct ps_meminfo m;
    ps_parse_meminfo(text, strlen(text), &m);
    return m;
}

TEST(reads_every_line)
{
    struct ps_meminfo m = parse(
        "MemTotal: 1 kB\nMemFree: 2 kB\nMemAvailable: 3 kB\nBuffers: 4 kB\nCached: 5 kB\n"
        "SwapCached: 99 kB\nActive: 6 kB\nInactive: 7 kB\nActive(anon): 99 kB\nActive(file): 8 kB\n"
        "Inactive(file): 9 kB\nSwapTotal: 10 kB\nSwapFree: 11 kB\nShmem: 12 kB\nSlab: 13 kB\n"
        "SReclaimable: 14 kB\n");
    CHECK_INT(m.total, 1024);
    CHECK_INT(m.free, 2048);
    CHECK_INT(m.available, 3072);
    CHECK_INT(m.buffers, 4096);
    CHECK_INT(m.cached, 5120);
    CHECK_INT(m.active, 6144);
    CHECK_INT(m.inactive, 7168);
    CHECK_INT(m.active_file, 8192);
    CHECK_INT(m.inactive_file, 9216);
    CHECK_INT(m.swap_total, 10240);
    CHECK_INT(m.swap_free, 11264);
    CHECK_INT(m.shared, 12288);
    CHECK_INT(m.slab, 13312);
    CHECK_INT(m.reclaimable, 14336);
    CHECK(!m.cut);
}

/* "ShadowCallStack:10373888 kB" came that way (mm/vmstat.c, Linux 5.8). */
TEST(blanks_are_optional_and_unknown_lines_are_passed_over) /* corner case 15 */
{
    struct ps_meminfo m = parse("ShadowCallStack:10373888 kB\nMemTotal:8 kB\n\nNew line: x y z\n"
                                "no colon\n:\nMemFree:\t 4\nXMemAvailable: 9 kB\nCached: -1 kB\n"
                                "Slab: none\nDirectMap1G:    0 kB\nHugePages_Total: 7\n");
    CHECK_INT(m.total, 8192);
    CHECK_INT(m.free, 4096);
    CHECK_INT(m.available, PSUTIL_UNKNOWN);
    CHECK_INT(m.cached, PSUTIL_UNKNOWN);
    CHECK_INT(m.slab, PSUTIL_UNKNOWN);
    CHECK_INT(m.swap_total, PSUTIL_UNKNOWN);
}

TEST(old_kernels_call_it_otherwise)
{
    CHECK_INT(parse("MemShared: 3 kB\n").shared, 3072);
}

TEST(numbers_beyond_the_type_stop_at_its_end)
{
    CHECK_INT(parse("MemTotal: 9007199254740993 kB\n").total, INT64_MAX);
    CHECK_INT(parse("MemTotal: 99999999999999999999999 kB\n").total, INT64_MAX);
}

TEST(cut_at_every_byte)
{
    static const char text[] = "MemTotal: 8 kB\nMemFree:4 kB\n";
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + (len == 0));
        struct ps_meminfo m;
        memcpy(copy, text, len);
        ps_parse_meminfo(copy, len, &m);
        CHECK(m.total == 8192 || m.total == PSUTIL_UNKNOWN);
        CHECK(m.free == 4096 || m.free == PSUTIL_UNKNOWN);
        CHECK(m.cut == (len > 0 && copy[len - 1] != '\n'));
        free(copy);
    }
}

TEST(swap_traffic_may_be_missing) /* corner case 17 */
{
    static const char text[] = "nr_free_pages 5\npswpin 7\npswpout 8\npswpinx 9\n";
    int64_t in, out;
    ps_parse_vmstat_swap(text, sizeof text - 1, &in, &out);
    CHECK_INT(in, 7);
    CHECK_INT(out, 8);
    ps_parse_vmstat_swap("pswpout 8\n", 10, &in, &out);
    CHECK_INT(in, PSUTIL_UNKNOWN);
    CHECK_INT(out, 8);
    ps_parse_vmstat_swap("pswpin\npswpout x\n", 17, &in, &out);
    CHECK_INT(in, PSUTIL_UNKNOWN);
    CHECK_INT(out, PSUTIL_UNKNOWN);
}

TEST(low_watermarks_are_added_up)
{
    static const char text[] = "Node 0, zone      DMA\n  pages free     3\n        min      1\n"
                               "        low      10\nNode 0, zone   Normal\n        low      32\n"
                               "        lowmem 5\n        low\n";
    CHECK_INT(ps_parse_zoneinfo_low(text, sizeof text - 1), 42);
}

TEST(the_cache_of_zfs) /* corner case 16 */
{
    static const char text[] = "13 1 0x01 123 33456 5500000000 1234567890\nname  type data\n"
                               "hits                            4    77\n"
                               "c_min                           4    1000\n"
                               "size                            4    5000\n"
                               "compressed_size                 4    9\n";
    int64_t size, floor;
    REQUIRE(ps_parse_arcstats(text, sizeof text - 1, &size, &floor));
    CHECK_INT(size, 5000);
    CHECK_INT(floor, 1000);
    CHECK(!ps_parse_arcstats("size 4 5000\n", 12, &size, &floor));
    CHECK(!ps_parse_arcstats("c_min 4 1\nsize 4\n", 17, &size, &floor));
    CHECK(!ps_parse_arcstats("", 0, &size, &floor));
}

int main(void)
{
    return run_tests();
}
