#include "parse/stat.h"

#include "../test.h"

#include <psutil/base.h>

static const char good[] = "cpu  10 20 30 40 50 60 70 80 90 100\n"
                           "cpu0 1 2 3 4 5 6 7 8 9 10\n"
                           "cpu1 2 3 4 5 6 7 8 9 10 11\n"
                           "intr 8885917 17 0 0 0\n"
                           "ctxt 38014093\n"
                           "btime 1418183276\n"
                           "processes 26442\n"
                           "procs_running 2\n"
                           "softirq 5057579 250191 1481983\n";

static size_t parse_cpus(const char *text, struct ps_stat_cpu *cpus, size_t capacity)
{
    struct ps_cursor c = ps_cursor_of(text, strlen(text));
    size_t len = 0;
    while (len < capacity && ps_stat_next_cpu(&c, &cpus[len]))
        len++;
    return len;
}

TEST(reads_cpu_lines)
{
    struct ps_stat_cpu cpus[8];
    REQUIRE(parse_cpus(good, cpus, 8) == 3);
    CHECK_INT(cpus[0].number, PS_STAT_ALL_CPUS);
    CHECK_INT(cpus[1].number, 0);
    CHECK_INT(cpus[2].number, 1);
    for (int i = 0; i < PS_STAT_COLUMNS; i++) {
        CHECK_INT(cpus[0].ticks[i], (i + 1) * 10);
        CHECK_INT(cpus[2].ticks[i], i + 2);
    }
}

TEST(fewer_columns_are_unknown_and_more_are_ignored) /* corner case 20 */
{
    struct ps_stat_cpu cpus[8];
    REQUIRE(parse_cpus("cpu 1 2 3 4\ncpu0 1 2 3 4 5 6 7\ncpu7 1 2 3 4 5 6 7 8 9 10 11 12\n", cpus,
                       8) == 3);
    CHECK_INT(cpus[0].ticks[PS_STAT_IDLE], 4);
    CHECK_INT(cpus[0].ticks[PS_STAT_IOWAIT], PSUTIL_UNKNOWN);
    CHECK_INT(cpus[0].ticks[PS_STAT_GUEST_NICE], PSUTIL_UNKNOWN);
    CHECK_INT(cpus[1].ticks[PS_STAT_SOFTIRQ], 7);
    CHECK_INT(cpus[1].ticks[PS_STAT_STEAL], PSUTIL_UNKNOWN);
    CHECK_INT(cpus[2].number, 7);
    CHECK_INT(cpus[2].ticks[PS_STAT_GUEST_NICE], 10);
}

TEST(lines_come_in_any_order_and_others_are_skipped) /* corner case 20 */
{
    struct ps_stat_cpu cpus[8];
    REQUIRE(parse_cpus("cpufreq 3\ncpu12 1\n\ncpux 1\ncpu\ncpu \ncpu-1 5\nintr 5\ncpu3 2\ncpu 3\n",
                       cpus, 8) == 3);
    CHECK_INT(cpus[0].number, 12);
    CHECK_INT(cpus[1].number, 3);
    CHECK_INT(cpus[2].number, PS_STAT_ALL_CPUS);
}

TEST(huge_and_negative_counters)
{
    struct ps_stat_cpu cpus[2];
    REQUIRE(parse_cpus("cpu 99999999999999999999999 -5 7\n", cpus, 2) == 1);
    CHECK_INT(cpus[0].ticks[0], INT64_MAX);
    CHECK_INT(cpus[0].ticks[1], PSUTIL_UNKNOWN);
}

TEST(counts)
{
    struct ps_stat_counts counts;
    ps_parse_stat_counts(good, sizeof good - 1, &counts);
    CHECK_INT(counts.intr, 8885917);
    CHECK_INT(counts.ctxt, 38014093);
    CHECK_INT(counts.softirq, 5057579);
    ps_parse_stat_counts("softirq\nctxtual 3\nintr x\n", 25, &counts);
    CHECK_INT(counts.intr, PSUTIL_UNKNOWN);
    CHECK_INT(counts.ctxt, PSUTIL_UNKNOWN);
    CHECK_INT(counts.softirq, PSUTIL_UNKNOWN);
}

TEST(btime)
{
    int64_t at;
    REQUIRE(ps_parse_stat_btime(good, sizeof good - 1, &at));
    CHECK_INT(at, 1418183276);
    CHECK(!ps_parse_stat_btime("cpu 1\nbtime\n", 12, &at));
    CHECK(!ps_parse_stat_btime("xbtime 5\n", 9, &at));
    CHECK(!ps_parse_stat_btime("", 0, &at));
}

/* What is taken for enough must give the same answer as the whole, wherever a read ended. */
TEST(enough_at_every_byte)
{
    size_t totals = 0, cpus = 0, sums = 0;
    for (size_t len = 0; len < sizeof good; len++) {
        char *cut = malloc(len + 1);
        REQUIRE(cut);
        memcpy(cut, good, len);
        cut[len] = '\0';
        struct ps_stat_cpu lines[8] = {0};
        struct ps_stat_counts counts;
        size_t found = parse_cpus(cut, lines, 8);
        ps_parse_stat_counts(cut, len, &counts);
        if (ps_stat_has_total(cut, len)) {
            totals++;
            CHECK_INT(lines[0].ticks[PS_STAT_GUEST_NICE], 100);
        }
        if (ps_stat_has_cpus(cut, len)) {
            cpus++;
            CHECK_INT(found, 3);
            CHECK_INT(lines[2].ticks[PS_STAT_GUEST_NICE], 11);
        }
        if (ps_stat_has_counts(cut, len)) {
            sums++;
            CHECK_INT(counts.softirq, 5057579);
            CHECK_INT(counts.intr, 8885917);
            CHECK_INT(counts.ctxt, 38014093);
        }
        free(cut);
    }
    CHECK(totals > 0 && cpus > 0 && sums > 0);
    CHECK(totals > cpus && cpus > sums);
}

/* Or reading would stop before the line that is missing. */
TEST(a_sum_that_comes_twice_stands_for_no_other)
{
    static const char twice[] = "intr 1 2\nintr 1 2\nsoftirq 3 4\n";
    static const char all[] = "intr 1 2\nintr 1 2\nsoftirq 3 4\nctxt 5\n";
    CHECK(!ps_stat_has_counts(twice, sizeof twice - 1));
    CHECK(ps_stat_has_counts(all, sizeof all - 1));
}

/* What follows a number must be a blank: "7x" may become "7x 8" or another word. */
TEST(a_sum_is_whole_when_a_blank_follows)
{
    CHECK(!ps_stat_has_counts("intr 1 2\nctxt 5\nsoftirq 7", 25));
    CHECK(!ps_stat_has_counts("intr 1 2\nctxt 5\nsoftirq 7x", 26));
    CHECK(ps_stat_has_counts("intr 1 2\nctxt 5\nsoftirq 7 ", 26));
}

int main(void)
{
    return run_tests();
}
