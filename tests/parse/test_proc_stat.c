#include "parse/proc_stat.h"

#include "../test.h"

#include <psutil/base.h>

static bool parse(const char *text, struct ps_proc_stat *out)
{
    return ps_parse_proc_stat(text, strlen(text), PS_STAT_ALL, out);
}

#define REST " S 7 1 1 34816 1 4194560 11 22 33 44 55 66 77 88 20 -5 3 0 999 1 2 3"

TEST(reads_every_field)
{
    struct ps_proc_stat s;
    REQUIRE(parse("42 (cat)" REST " 0 0 0 0 0 0 0 0 0 0 0 0 17 6 0 0 12 0 0\n", &s));
    CHECK_INT(s.pid, 42);
    CHECK_INT(s.comm.len, 3);
    CHECK_INT(s.state, 'S');
    CHECK_INT(s.ppid, 7);
    CHECK_INT(s.tty_nr, 34816);
    CHECK_INT(s.minflt, 11);
    CHECK_INT(s.majflt, 33);
    CHECK_INT(s.utime, 55);
    CHECK_INT(s.stime, 66);
    CHECK_INT(s.cutime, 77);
    CHECK_INT(s.cstime, 88);
    CHECK_INT(s.nice, -5);
    CHECK_INT(s.num_threads, 3);
    CHECK_INT(s.starttime, 999);
    CHECK_INT(s.processor, 6);
    CHECK_INT(s.blkio, 12);
}

TEST(fields_that_nobody_asks_for_may_be_long)
{
    struct ps_proc_stat s;
    REQUIRE(parse("42 (cat) S 7 18446744073709551615 -18446744073709551615 34816 "
                  "18446744073709551615 4194560" /* 9 */
                  " 11 22 33 44 55 66 77 88 20 -5 3 0 999 18446744073709551615 1"
                  " 18446744073709551615 140723593386048 140723593386048 140723593386048 1 1 "
                  "0 0 0 0 0 0 0 17 6 0 0 12 93863175986640\n",
                  &s));
    CHECK_INT(s.ppid, 7);
    CHECK_INT(s.tty_nr, 34816);
    CHECK_INT(s.flags, 4194560);
    CHECK_INT(s.starttime, 999);
    CHECK_INT(s.processor, 6);
    CHECK_INT(s.blkio, 12);
}

TEST(reads_no_further_than_asked)
{
    static const char text[] = "42 (cat)" REST " 0 0 0 0 0 0 0 0 0 0 0 0 17 6 0 0 12 0 0\n";
    struct ps_proc_stat s;
    REQUIRE(ps_parse_proc_stat(text, sizeof text - 1, PS_STAT_FLAGS, &s));
    CHECK_INT(s.state, 'S');
    CHECK_INT(s.ppid, 7);
    CHECK_INT(s.flags, 4194560);
    CHECK_INT(s.minflt, PSUTIL_UNKNOWN);
    CHECK_INT(s.starttime, PSUTIL_UNKNOWN);
    REQUIRE(ps_parse_proc_stat(text, sizeof text - 1, PS_STAT_STARTTIME, &s));
    CHECK_INT(s.starttime, 999);
    CHECK_INT(s.processor, PSUTIL_UNKNOWN);
    REQUIRE(ps_parse_proc_stat(text, sizeof text - 1, PS_STAT_PROCESSOR, &s));
    CHECK_INT(s.processor, 6);
    CHECK_INT(s.blkio, PSUTIL_UNKNOWN);
}

TEST(name_runs_to_the_last_parenthesis) /* corner case 1 */
{
    static const char *const names[] = {"a) R 1 (b", "x\ny", "(RDD Process)", "", ")", "\xff\xfe"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char line[200];
        struct ps_proc_stat s;
        snprintf(line, sizeof line, "1 (%s)" REST, names[i]);
        REQUIRE(parse(line, &s));
        CHECK_INT(s.comm.len, strlen(names[i]));
        CHECK(memcmp(s.comm.data, names[i], s.comm.len) == 0);
        CHECK_INT(s.ppid, 7);
    }
}

TEST(missing_fields_are_unknown) /* corner case 2 */
{
    struct ps_proc_stat s;
    REQUIRE(parse("1 (x)" REST, &s));
    CHECK_INT(s.processor, PSUTIL_UNKNOWN);
    CHECK_INT(s.blkio, PSUTIL_UNKNOWN);
}

TEST(refuses_what_is_not_such_a_line) /* corner case 2 */
{
    static const char *const lines[] = {"",        "x",           "1",          "1 (",
                                        "1 (x",    "1 x)",        ") (",        "1 (x)",
                                        "1 (x) S", "1 (x) S 7 1", "1 (x) SS 7", "(x) S 7"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct ps_proc_stat s;
        CHECK(!parse(lines[i], &s));
        CHECK(!ps_parse_proc_stat(lines[i], strlen(lines[i]), PS_STAT_FLAGS, &s));
    }
}

int main(void)
{
    return run_tests();
}
