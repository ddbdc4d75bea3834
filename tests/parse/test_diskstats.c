#include "parse/diskstats.h"

#include "../test.h"

#include <psutil/base.h>

static struct ps_span span(const char *text)
{
    return (struct ps_span){text, strlen(text)};
}

static void check_full(const struct ps_diskstat *s)
{
    CHECK_INT(s->reads, 1);
    CHECK_INT(s->reads_merged, 2);
    CHECK_INT(s->sectors_read, 3);
    CHECK_INT(s->read_ms, 4);
    CHECK_INT(s->writes, 5);
    CHECK_INT(s->writes_merged, 6);
    CHECK_INT(s->sectors_written, 7);
    CHECK_INT(s->write_ms, 8);
    CHECK_INT(s->busy_ms, 10);
}

TEST(reads_the_formats_of_all_kernels) /* corner case 22 */
{
    static const char *const lines[] = {
        "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11",
        "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
        "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19",
        "   3       0   39082680 sda 1 2 3 4 5 6 7 8 9 10 11"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct ps_diskstat s;
        REQUIRE(ps_parse_diskstats_line(span(lines[i]), &s));
        CHECK(ps_span_equal(s.name, "sda"));
        check_full(&s);
    }
}

TEST(old_partitions_have_four_columns) /* corner case 22 */
{
    struct ps_diskstat s;
    REQUIRE(ps_parse_diskstats_line(span("3 1 hda1 35486 38030 38030 38031"), &s));
    CHECK_INT(s.reads, 35486);
    CHECK_INT(s.sectors_read, 38030);
    CHECK_INT(s.writes, 38030);
    CHECK_INT(s.sectors_written, 38031);
    CHECK_INT(s.read_ms, PSUTIL_UNKNOWN);
    CHECK_INT(s.busy_ms, PSUTIL_UNKNOWN);
}

TEST(refuses_what_is_not_such_a_line)
{
    static const char *const lines[] = {
        "",
        "8",
        "8 0",
        "8 0 sda",
        "8 0 sda 1 2 3",
        "8 0 sda 1 2 3 4 5",
        "8 0 sda 1 2 3 4 x",
        "8 0 sda 1 2 3 4 5 6 7 8 9 10",
        "8 0 sda a b c d e f g h i j k",
        "x 0 sda 1 2 3 4 5 6 7 8 9 10 11",
        "8 0 1 2 3 4 5 6 7 8 9 10 11",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct ps_diskstat s;
        CHECK(!ps_parse_diskstats_line(span(lines[i]), &s));
    }
}

TEST(survives_a_cut_at_every_byte)
{
    static const char line[] = " 259 1 nvme0n1p1 18446744073709551615 2 3 4 5 6 7 8 9 10 11 12";
    for (size_t len = 0; len < sizeof line; len++) {
        char *copy = malloc(len ? len : 1);
        struct ps_diskstat s;
        memcpy(copy, line, len);
        if (ps_parse_diskstats_line((struct ps_span){copy, len}, &s)) {
            CHECK(s.reads >= 0);
            CHECK(s.name.data >= copy && s.name.data + s.name.len <= copy + len);
        }
        ps_parse_block_stat(copy, len, &s);
        free(copy);
    }
}

/* A page that has room for another line was the last. */
TEST(all_is_there_when_there_was_room_for_more)
{
    char text[4096];
    memset(text, 'x', sizeof text);
    CHECK(!ps_diskstats_is_all(text, 0));
    CHECK(!ps_diskstats_is_all(text, 100)); /* within a line */
    text[99] = text[3583] = text[3600] = text[4095] = '\n';
    CHECK(ps_diskstats_is_all(text, 100));
    CHECK(ps_diskstats_is_all(text, 3584));
    CHECK(!ps_diskstats_is_all(text, 3601));
    CHECK(!ps_diskstats_is_all(text, 4096));
}

TEST(reads_a_stat_file)
{
    static const char text[] = "     1  2  3  4  5  6  7  8  9  10  11  12 13 14 15 16 17\n";
    struct ps_diskstat s;
    REQUIRE(ps_parse_block_stat(text, strlen(text), &s));
    check_full(&s);
    CHECK(!ps_parse_block_stat("", 0, &s));
    CHECK(!ps_parse_block_stat("1 2 3\n", 6, &s));
}

TEST(knows_partitions_by_name) /* corner case 22 */
{
    static const struct {
        const char *name, *whole;
        bool is_part;
    } cases[] = {{"sda1", "sda", true},
                 {"sda15", "sda", true},
                 {"sdaa", "sda", false},
                 {"sdaa1", "sda", false},
                 {"nvme0n1p1", "nvme0n1", true},
                 {"nvme0n11", "nvme0n1", false},
                 {"mmcblk0p2", "mmcblk0", true},
                 {"mmcblk0boot0", "mmcblk0", false},
                 {"mmcblk0p", "mmcblk0", false},
                 {"cciss/c0d0p1", "cciss/c0d0", true},
                 {"loop10", "loop1", false},
                 {"sda", "sda", false},
                 {"sda", "", false},
                 {"md0p1", "md0", true},
                 {"nvme0n1p1x", "nvme0n1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(ps_disk_is_part(span(cases[i].name), span(cases[i].whole)) == cases[i].is_part);
}

TEST(knows_kinds_by_name)
{
    CHECK(ps_disk_kind(span("sda")) == PS_DISK_HARDWARE);
    CHECK(ps_disk_kind(span("nvme0n1")) == PS_DISK_HARDWARE);
    CHECK(ps_disk_kind(span("nvme0c1n1")) == PS_DISK_STACKED);
    CHECK(ps_disk_kind(span("dm-0")) == PS_DISK_STACKED);
    CHECK(ps_disk_kind(span("md127")) == PS_DISK_STACKED);
    CHECK(ps_disk_kind(span("loop0")) == PS_DISK_STACKED);
    CHECK(ps_disk_kind(span("zram0")) == PS_DISK_MEMORY);
    CHECK(ps_disk_kind(span("ram0")) == PS_DISK_MEMORY);
    CHECK(ps_disk_kind(span("nbd0")) == PS_DISK_OTHER);
    CHECK(ps_disk_kind(span("")) == PS_DISK_OTHER);
    CHECK(ps_disk_kind(span("nvme")) == PS_DISK_HARDWARE);
}

int main(void)
{
    return run_tests();
}
