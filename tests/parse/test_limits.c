#include "parse/limits.h"

#include "../test.h"

static const char text[] =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max cpu time              unlimited            unlimited            seconds   \n"
    "Max stack size            8388608              unlimited            bytes     \n"
    "Max processes             96365                18446744073709551614 processes \n"
    "Max new thing             1                    2                    things    \n"
    "Max open files            broken\n"
    "Max nice priority         0                    5                    \n";

TEST(reads_the_known_lines)
{
    static const struct ps_limit wanted[] = {
        {PSUTIL_RLIMIT_CPU, PSUTIL_RLIM_INFINITY, PSUTIL_RLIM_INFINITY},
        {PSUTIL_RLIMIT_STACK, 8388608, PSUTIL_RLIM_INFINITY},
        {PSUTIL_RLIMIT_NPROC, 96365, INT64_MAX},
        {PSUTIL_RLIMIT_NICE, 0, 5},
    };
    struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
    struct ps_limit limit;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        REQUIRE(ps_limits_next(&c, &limit));
        CHECK_INT(limit.resource, wanted[i].resource);
        CHECK_INT(limit.soft, wanted[i].soft);
        CHECK_INT(limit.hard, wanted[i].hard);
    }
    CHECK(!ps_limits_next(&c, &limit));
}

TEST(any_prefix_is_survived)
{
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + (len == 0));
        memcpy(copy, text, len);
        struct ps_cursor c = ps_cursor_of(copy, len);
        struct ps_limit limit;
        int count = 0;
        while (ps_limits_next(&c, &limit))
            count++;
        CHECK(count <= 4);
        free(copy);
    }
}

int main(void)
{
    return run_tests();
}
