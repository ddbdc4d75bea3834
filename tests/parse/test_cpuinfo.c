#include "parse/cpuinfo.h"

#include "../test.h"

#include <psutil/base.h>

static size_t parse(const char *text, struct ps_cpuinfo_cpu *cpus, size_t capacity)
{
    struct ps_cursor c = ps_cursor_of(text, strlen(text));
    size_t len = 0;
    while (len < capacity && ps_cpuinfo_next(&c, &cpus[len]))
        len++;
    return len;
}

static const char x86[] =
    "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n"
    "cpu MHz\t\t: 799.998\nphysical id\t: 0\nsiblings\t: 8\ncore id\t\t: 3\n"
    "cpu cores\t: 4\nflags\t\t: fpu vme\npower management:\n\n"
    "processor\t: 12\nphysical id\t: 1\ncore id\t\t: 3\ncpu MHz\t\t: 0.000\n\n";

TEST(x86)
{
    struct ps_cpuinfo_cpu cpus[4];
    REQUIRE(parse(x86, cpus, 4) == 2);
    CHECK_INT(cpus[0].number, 0);
    CHECK_INT(cpus[0].package, 0);
    CHECK_INT(cpus[0].core, 3);
    CHECK_DOUBLE(cpus[0].mhz, 799.998);
    CHECK_INT(cpus[1].number, 12);
    CHECK_INT(cpus[1].package, 1);
    CHECK_DOUBLE(cpus[1].mhz, NAN);
}

TEST(arm_has_neither_ids_nor_frequency) /* corner case 21 */
{
    struct ps_cpuinfo_cpu cpus[4];
    REQUIRE(parse("Processor\t: ARMv7 Processor rev 4 (v7l)\nprocessor\t: 0\nBogoMIPS\t: 38.40\n\n"
                  "processor\t: 1\nBogoMIPS\t: 38.40\n\nHardware\t: EXYNOS5\n",
                  cpus, 4) == 2);
    CHECK_INT(cpus[1].number, 1);
    CHECK_INT(cpus[1].package, PSUTIL_UNKNOWN);
    CHECK_INT(cpus[1].core, PSUTIL_UNKNOWN);
    CHECK_DOUBLE(cpus[1].mhz, NAN);
}

TEST(s390_lists_its_cpus_twice) /* corner case 21 */
{
    struct ps_cpuinfo_cpu cpus[8];
    REQUIRE(parse("vendor_id       : IBM/S390\n# processors    : 2\n"
                  "processor 0: version = 00,  identification = 4729E7,  machine = 2964\n"
                  "processor 1: version = 00,  identification = 4729E7,  machine = 2964\n\n"
                  "cpu number      : 0\ncpu MHz dynamic : 5000\ncpu MHz static  : 5200\n\n"
                  "cpu number      : 1\ncpu MHz dynamic : 5000\ncpu MHz static  : 5200\n",
                  cpus, 8) == 4);
    CHECK_INT(cpus[0].number, 0);
    CHECK_DOUBLE(cpus[0].mhz, NAN);
    CHECK_INT(cpus[1].number, 1);
    CHECK_INT(cpus[3].number, 1);
    CHECK_DOUBLE(cpus[3].mhz, 5000);
}

TEST(power) /* corner case 21 */
{
    struct ps_cpuinfo_cpu cpus[4];
    REQUIRE(parse("processor\t: 0\ncpu\t\t: POWER7 (architected)\nclock\t\t: 3550.000000MHz\n"
                  "revision\t: 2.1\n\nprocessor\t: 1\n\ntimebase\t: 512000000\n",
                  cpus, 4) == 2);
    CHECK_DOUBLE(cpus[0].mhz, 3550);
    CHECK_DOUBLE(cpus[1].mhz, NAN);
}

TEST(nothing_to_find)
{
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "processor",
                                        "processor :\n",
                                        "processor : x\n",
                                        "processors : 3\n",
                                        "cpu number\n",
                                        ":\n",
                                        "processor x:\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ps_cpuinfo_cpu cpu;
        CHECK_INT(parse(texts[i], &cpu, 1), 0);
    }
}

TEST(cut_at_every_byte)
{
    for (size_t len = 0; len < sizeof x86; len++) {
        char *cut = malloc(len ? len : 1);
        REQUIRE(cut);
        memcpy(cut, x86, len);
        struct ps_cursor c = ps_cursor_of(cut, len);
        struct ps_cpuinfo_cpu cpu;
        size_t count = 0;
        while (ps_cpuinfo_next(&c, &cpu))
            count++;
        CHECK(count <= 2);
        CHECK(len < sizeof x86 - 1 || count == 2);
        free(cut);
    }
}

static bool is_uncounted(const char *text)
{
    return ps_cpuinfo_is_uncounted(text, strlen(text));
}

TEST(cycles_are_counted_or_not)
{
    CHECK(is_uncounted(x86));
    CHECK(!is_uncounted("processor\t: 0\nflags\t\t: fpu aperfmperf vme\n"));
    CHECK(
        !is_uncounted("processor\t: 0\nflags\t\t: fpu\n\nprocessor\t: 1\nflags\t\t: aperfmperf\n"));
    CHECK(!is_uncounted("processor\t: 0\nFeatures\t: fp asimd\n")); /* not of x86 */
    CHECK(is_uncounted("flags\t\t: fpu aperfmperfx\nvmx flags\t: aperfmperf\n"));
    CHECK(!is_uncounted(""));
    CHECK(!is_uncounted("flags"));
}

int main(void)
{
    return run_tests();
}
