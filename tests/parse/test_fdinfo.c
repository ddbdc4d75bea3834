#include "parse/fdinfo.h"

#include "../test.h"

#include <psutil/base.h>

static struct ps_fdinfo parse(const char *text)
{
    struct ps_fdinfo info;
    ps_parse_fdinfo(text, strlen(text), &info);
    return info;
}

TEST(reads_position_and_octal_flags)
{
    struct ps_fdinfo info = parse("pos:\t4096\nflags:\t02100001\nmnt_id:\t24\nino:\t3\n");
    CHECK_INT(info.position, 4096);
    CHECK_INT(info.flags, 02100001);
}

TEST(lines_may_be_missing_or_broken) /* corner case 8 */
{
    CHECK_INT(parse("flags:\t0100002\n").position, PSUTIL_UNKNOWN);
    CHECK_INT(parse("flags:\t0100002\n").flags, 0100002);
    CHECK_INT(parse("pos:\nflags:\n").flags, PSUTIL_UNKNOWN);
    CHECK_INT(parse("pos:\nflags:\n").position, PSUTIL_UNKNOWN);
    CHECK_INT(parse("").flags, PSUTIL_UNKNOWN);
    CHECK_INT(parse("flags:\t7777777777777777777777777777\n").flags, INT64_MAX);
}

TEST(modes_are_those_of_fopen)
{
    CHECK_STRING(ps_fdinfo_mode(0100000), "r");
    CHECK_STRING(ps_fdinfo_mode(0100001), "w");
    CHECK_STRING(ps_fdinfo_mode(0102001), "a");
    CHECK_STRING(ps_fdinfo_mode(0100002), "r+");
    CHECK_STRING(ps_fdinfo_mode(0102002), "a+");
    CHECK_STRING(ps_fdinfo_mode(03), NULL);
    CHECK_STRING(ps_fdinfo_mode(PSUTIL_UNKNOWN), NULL);
}

int main(void)
{
    return run_tests();
}
