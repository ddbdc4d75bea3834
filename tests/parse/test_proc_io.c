#include "parse/proc_io.h"

#include "../test.h"

#include <psutil/base.h>

static const char text[] = "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\n"
                           "write_bytes: 6\ncancelled_write_bytes: 7\n";

TEST(reads_every_line)
{
    struct ps_proc_io io;
    REQUIRE(ps_parse_proc_io(text, sizeof text - 1, &io));
    CHECK_INT(io.rchar, 1);
    CHECK_INT(io.wchar, 2);
    CHECK_INT(io.syscr, 3);
    CHECK_INT(io.syscw, 4);
    CHECK_INT(io.read_bytes, 5);
    CHECK_INT(io.write_bytes, 6);
}

TEST(missing_lines_are_unknown)
{
    struct ps_proc_io io;
    REQUIRE(ps_parse_proc_io("syscr: 9\n\nsyscw:\nnonsense\n", 27, &io));
    CHECK_INT(io.syscr, 9);
    CHECK_INT(io.syscw, PSUTIL_UNKNOWN);
    CHECK_INT(io.read_bytes, PSUTIL_UNKNOWN);
}

TEST(none_of_the_lines_is_refused)
{
    struct ps_proc_io io;
    CHECK(!ps_parse_proc_io("", 0, &io));
    CHECK(!ps_parse_proc_io("x: 1\n", 5, &io));
    CHECK(!ps_parse_proc_io("rchar: x\n", 9, &io));
}

int main(void)
{
    return run_tests();
}
