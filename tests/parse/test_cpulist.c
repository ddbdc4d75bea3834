#include "parse/cpulist.h"

#include "../test.h"

static bool parse(const char *text, struct ps_cpuset *set)
{
    memset(set, 0xa5, sizeof *set); /* what is not used need not be set */
    ps_cpuset_clear(set);
    return ps_parse_cpulist(text, strlen(text), set);
}

TEST(ranges_and_single_cpus)
{
    struct ps_cpuset set;
    REQUIRE(parse("0-3,7\n", &set));
    CHECK_INT(ps_cpuset_count(&set), 5);
    CHECK(ps_cpuset_has(&set, 0) && ps_cpuset_has(&set, 3) && ps_cpuset_has(&set, 7));
    CHECK(!ps_cpuset_has(&set, 4) && !ps_cpuset_has(&set, 8));
    REQUIRE(parse("6-7,10-11,14-15", &set));
    CHECK_INT(ps_cpuset_count(&set), 6);
    CHECK_INT(ps_cpuset_next(&set, 0), 6);
    CHECK_INT(ps_cpuset_next(&set, 8), 10);
    CHECK_INT(ps_cpuset_next(&set, 16), PS_CPU_MAX);
}

TEST(blanks_separate_too)
{
    struct ps_cpuset set;
    REQUIRE(parse("0 1 2 \n", &set));
    CHECK_INT(ps_cpuset_count(&set), 3);
    REQUIRE(parse("63, 64,127-128\n", &set));
    CHECK_INT(ps_cpuset_count(&set), 4);
    CHECK(ps_cpuset_has(&set, 63) && ps_cpuset_has(&set, 64) && ps_cpuset_has(&set, 128));
}

TEST(an_empty_list_is_one)
{
    struct ps_cpuset set;
    CHECK(parse("\n", &set));
    CHECK(parse("", &set));
    CHECK_INT(ps_cpuset_count(&set), 0);
    CHECK_INT(ps_cpuset_next(&set, 0), PS_CPU_MAX);
}

TEST(refuses_what_is_not_a_list)
{
    static const char *const lists[] = {"x",    "1-",   "-1",    "3-1",
                                        "1,,2", "1;2",  "0-3x",  "0-99999999999999999999",
                                        "0x3",  "1\n2", "16384", "1--2"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct ps_cpuset set;
        CHECK(!parse(lists[i], &set));
    }
}

TEST(the_last_cpu)
{
    struct ps_cpuset set;
    REQUIRE(parse("16383", &set));
    CHECK_INT(ps_cpuset_count(&set), 1);
    CHECK_INT(ps_cpuset_next(&set, 1), 16383);
    CHECK(!ps_cpuset_has(&set, 16384));
    ps_cpuset_add(&set, 16384);
    ps_cpuset_add(&set, SIZE_MAX);
    CHECK_INT(ps_cpuset_count(&set), 1);
}

TEST(each_visits_every_member_once)
{
    struct ps_cpuset set, copy = {0};
    size_t visits = 0;
    REQUIRE(parse("0,63-65,200-300,16383", &set));
    PS_CPUSET_EACH(&set, cpu)
    {
        ps_cpuset_add(&copy, cpu);
        visits++;
    }
    CHECK_INT(visits, ps_cpuset_count(&set));
    CHECK_INT(set.used, copy.used);
    CHECK(memcmp(set.words, copy.words, set.used * sizeof *set.words) == 0);
}

TEST(merging)
{
    struct ps_cpuset a, b;
    REQUIRE(parse("0-3", &a) && parse("2-5,900", &b));
    ps_cpuset_merge(&a, &b);
    CHECK_INT(ps_cpuset_count(&a), 7);
    CHECK(ps_cpuset_has(&a, 900));
    CHECK(!ps_cpuset_has(&a, 500));
    CHECK(!ps_cpuset_has(&a, 1000));
}

TEST(cut_at_every_byte)
{
    static const char text[] = "0-3,7,10-200,1000-1010\n";
    for (size_t len = 0; len < sizeof text; len++) {
        char *cut = malloc(len ? len : 1);
        REQUIRE(cut);
        memcpy(cut, text, len);
        struct ps_cpuset set = {0};
        bool good = ps_parse_cpulist(cut, len, &set);
        CHECK(ps_cpuset_count(&set) <= 207);
        CHECK(len < sizeof text - 2 || good);
        free(cut);
    }
}

int main(void)
{
    return run_tests();
}
