#include "parse/loadavg.h"

#include "../test.h"

TEST(three_means)
{
    double load[3];
    REQUIRE(ps_parse_loadavg("0.21 0.37 123.39 1/719 19737\n", 29, load));
    CHECK(load[0] == 0.21 && load[1] == 0.37 && load[2] == 123.39);
}

TEST(refuses_less)
{
    static const char *const texts[] = {"", "\n", "0.21", "0.21 0.37", "0.21 0.37 x", "a b c"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double load[3] = {-1, -2, -3};
        CHECK(!ps_parse_loadavg(texts[i], strlen(texts[i]), load));
        CHECK(load[0] == -1 && load[1] == -2 && load[2] == -3);
    }
}

/* Every value of two digits is what a compiler makes of it. */
TEST(decimals_are_exact)
{
    for (int i = 0; i < 100000; i++) {
        char text[32];
        double load[3];
        snprintf(text, sizeof text, "%d.%02d 0.000 7\n", i / 100, i % 100);
        REQUIRE(ps_parse_loadavg(text, strlen(text), load));
        REQUIRE(load[0] == strtod(text, NULL));
        REQUIRE(load[1] == 0 && load[2] == 7);
    }
}

TEST(endless_decimals)
{
    char text[1000];
    double load[3];
    memset(text, '3', sizeof text);
    memcpy(text, "0.", 2);
    memcpy(text + 500, " 0.", 3);
    memset(text + 503, '0', 400);
    memcpy(text + 990, " 1\n", 3);
    REQUIRE(ps_parse_loadavg(text, 993, load));
    CHECK_DOUBLE(load[0], 1.0 / 3);
    CHECK(load[1] >= 0 && load[1] < 1e-9);
    CHECK_DOUBLE(load[2], 1);
}

TEST(threads)
{
    static const char text[] = "0.20 0.18 0.12 1/80 11206\n";
    int64_t threads = -1;
    CHECK(ps_parse_loadavg_threads(text, sizeof text - 1, &threads));
    CHECK_INT(threads, 80);
    for (size_t len = 0; len < 18; len++)
        CHECK(!ps_parse_loadavg_threads(text, len, &threads));
    CHECK(!ps_parse_loadavg_threads("0.20 0.18 0.12 1 80 11206\n", 26, &threads));
}

int main(void)
{
    return run_tests();
}
