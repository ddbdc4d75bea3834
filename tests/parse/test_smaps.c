#include "parse/smaps.h"

#include "../test.h"

#include <psutil/base.h>

static const char text[] =
    "55e2f1ab8000-55e2f1ab9000 r--p 00000000 08:01 123   /usr/bin/a b (deleted)\n"
    "Size:                  4 kB\n"
    "KernelPageSize:        4 kB\n"
    "Rss:                   8 kB\n"
    "Pss:                   1 kB\n"
    "Pss_Dirty:             9 kB\n"
    "Shared_Clean:          2 kB\n"
    "Shared_Dirty:          3 kB\n"
    "Private_Clean:         5 kB\n"
    "Private_Dirty:         6 kB\n"
    "Referenced:            7 kB\n"
    "Anonymous:            10 kB\n"
    "Private_Hugetlb:    2048 kB\n"
    "Swap:                 11 kB\n"
    "SwapPss:              12 kB\n"
    "THPeligible:    0\n"
    "VmFlags:\n"
    "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n"
    "Rss:                  40 kB\n"
    "VmFlags: rd wr mr mw me ac sd\n"
    "7f0000002000-7f0000003000 rw-p 00000000 00:00 0     [anon:glibc: malloc]\n"
    "7f0000004000-7f0000005000 rw-p 00000000 00:00 0     /x\\012y\n";

static bool is(struct ps_span span, const char *wanted)
{
    return ps_span_equal(span, wanted);
}

TEST(reads_every_figure_in_bytes)
{
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    struct ps_smaps map;
    REQUIRE(ps_smaps_next(&c, &map));
    CHECK(is(map.addr, "55e2f1ab8000-55e2f1ab9000"));
    CHECK(is(map.perms, "r--p"));
    CHECK(is(map.path, "/usr/bin/a b (deleted)"));
    CHECK_INT(map.size, 4096);
    CHECK_INT(map.rss, 8192);
    CHECK_INT(map.pss, 1024);
    CHECK_INT(map.shared_clean, 2048);
    CHECK_INT(map.shared_dirty, 3072);
    CHECK_INT(map.private_clean, 5120);
    CHECK_INT(map.private_dirty, 6144);
    CHECK_INT(map.referenced, 7168);
    CHECK_INT(map.anonymous, 10240);
    CHECK_INT(map.private_hugetlb, 2097152);
    CHECK_INT(map.swap, 11264);
}

TEST(missing_figures_are_unknown_and_paths_whole) /* corner case 8 */
{
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    struct ps_smaps map;
    REQUIRE(ps_smaps_next(&c, &map));
    REQUIRE(ps_smaps_next(&c, &map));
    CHECK(is(map.path, ""));
    CHECK_INT(map.rss, 40960);
    CHECK_INT(map.swap, PSUTIL_UNKNOWN);
    REQUIRE(ps_smaps_next(&c, &map));
    CHECK(is(map.path, "[anon:glibc: malloc]"));
    CHECK_INT(map.rss, PSUTIL_UNKNOWN);
    REQUIRE(ps_smaps_next(&c, &map));
    CHECK(is(map.path, "/x\\012y"));
    CHECK(!ps_smaps_next(&c, &map));
}

TEST(newlines_are_unescaped) /* corner case 8 */
{
    char path[] = "/x\\012y\\01\\012";
    CHECK_INT(ps_smaps_unescape(path, strlen(path)), 8);
    CHECK(memcmp(path, "/x\ny\\01\n", 8) == 0);
    CHECK_INT(ps_smaps_unescape(path, 0), 0);
}

TEST(sums_know_the_unknown)
{
    CHECK_INT(ps_smaps_add(1, 2), 3);
    CHECK_INT(ps_smaps_add(PSUTIL_UNKNOWN, 2), 2);
    CHECK_INT(ps_smaps_add(1, PSUTIL_UNKNOWN), 1);
    CHECK_INT(ps_smaps_add(PSUTIL_UNKNOWN, PSUTIL_UNKNOWN), PSUTIL_UNKNOWN);
    CHECK_INT(ps_smaps_add(INT64_MAX, 1), INT64_MAX);
}

/* Each prefix has its own block, so that a sanitizer sees a read beyond it. */
TEST(any_prefix_is_survived)
{
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + (len == 0));
        memcpy(copy, text, len);
        struct ps_cursor c = ps_cursor_of(copy, len);
        struct ps_smaps map;
        int count = 0;
        while (ps_smaps_next(&c, &map))
            count++;
        CHECK(count <= 4 && (count > 0) == (len > 0));
        free(copy);
    }
}

int main(void)
{
    return run_tests();
}
