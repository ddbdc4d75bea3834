/* Figures as people read them. */
#include "text/human.h"

#include "../test.h"

#include <locale.h>
#include <psutil.h>

TEST(bytes)
{
    CHECK_STRING(human_bytes(0).text, "0 B");
    CHECK_STRING(human_bytes(1).text, "1 B");
    CHECK_STRING(human_bytes(1023).text, "1023 B");
    CHECK_STRING(human_bytes(1024).text, "1.0 KiB");
    CHECK_STRING(human_bytes(1536).text, "1.5 KiB");
    CHECK_STRING(human_bytes(102348).text, "99.9 KiB");
    CHECK_STRING(human_bytes(102400).text, "100 KiB");
    CHECK_STRING(human_bytes(999 * 1024).text, "999 KiB");
    CHECK_STRING(human_bytes(1000 * 1024).text, "1.0 MiB");
    CHECK_STRING(human_bytes(16LL << 30).text, "16.0 GiB");
    CHECK_STRING(human_bytes(INT64_MAX).text, "8.0 EiB");
    CHECK_STRING(human_bytes(-2048).text, "-2.0 KiB");
    CHECK_STRING(human_bytes(PSUTIL_UNKNOWN).text, "-");
}

TEST(short_bytes_fit_a_narrow_column)
{
    CHECK_STRING(human_bytes_short(0).text, "0B");
    CHECK_STRING(human_bytes_short(44 << 20).text, "44.0M");
    CHECK_STRING(human_bytes_short(PSUTIL_UNKNOWN).text, "-");
    for (int64_t bytes = 1; bytes < INT64_MAX / 3; bytes = bytes * 3 - 1) {
        CHECK(strlen(human_bytes_short(bytes).text) <= 5);
        CHECK(strlen(human_bytes(bytes).text) <= 8);
        CHECK(strlen(human_rate((double)bytes).text) <= 10);
    }
}

TEST(rates)
{
    CHECK_STRING(human_rate(0).text, "0 B/s");
    CHECK_STRING(human_rate(1.5 * 1024 * 1024).text, "1.5 MiB/s");
    CHECK_STRING(human_rate(NAN).text, "-");
    CHECK(strlen(human_rate(INFINITY).text) < 40);
}

TEST(percentages)
{
    CHECK_STRING(human_percent(0).text, "0.0%");
    CHECK_STRING(human_percent(12.34).text, "12.3%");
    CHECK_STRING(human_percent(99.94).text, "99.9%");
    CHECK_STRING(human_percent(99.96).text, "100%");
    CHECK_STRING(human_percent(6400).text, "6400%");
    CHECK_STRING(human_percent(NAN).text, "-");
    CHECK_STRING(human_percent_number(12.36).text, "12.4");
    CHECK_STRING(human_percent_number(NAN).text, "-");
}

TEST(spans_of_time)
{
    CHECK_STRING(human_duration(0).text, "0s");
    CHECK_STRING(human_duration(59.9).text, "59s");
    CHECK_STRING(human_duration(184).text, "3m 04s");
    CHECK_STRING(human_duration(5 * 3600 + 7 * 60).text, "5h 07m");
    CHECK_STRING(human_duration(12 * 86400 + 3 * 3600 + 59).text, "12d 3h");
    CHECK_STRING(human_duration(-1).text, "-");
    CHECK_STRING(human_duration(NAN).text, "-");
    CHECK(strlen(human_duration(1e300).text) < 40);
}

TEST(cpu_time)
{
    CHECK_STRING(human_cpu_time(0).text, "0:00.00");
    CHECK_STRING(human_cpu_time(4.254).text, "0:04.25");
    CHECK_STRING(human_cpu_time(59.999).text, "1:00.00");
    CHECK_STRING(human_cpu_time(3599.99).text, "59:59.99");
    CHECK_STRING(human_cpu_time(3723).text, "1:02:03");
    CHECK_STRING(human_cpu_time(12 * 86400 + 3 * 3600).text, "12d 03h");
    CHECK_STRING(human_cpu_time(NAN).text, "-");
    CHECK(strlen(human_cpu_time(INFINITY).text) < 40);
}

TEST(frequencies_and_speeds)
{
    CHECK_STRING(human_mhz(800).text, "800 MHz");
    CHECK_STRING(human_mhz(2400).text, "2.40 GHz");
    CHECK_STRING(human_mhz(NAN).text, "-");
    CHECK_STRING(human_mbits(100).text, "100 Mb/s");
    CHECK_STRING(human_mbits(2500).text, "2.5 Gb/s");
    CHECK_STRING(human_mbits(10000).text, "10 Gb/s");
    CHECK_STRING(human_mbits(PSUTIL_UNKNOWN).text, "-");
}

TEST(other_figures)
{
    CHECK_STRING(human_degrees(54.6).text, "55");
    CHECK_STRING(human_degrees(-3.6).text, "-4");
    CHECK_STRING(human_degrees(-0.1).text, "0");
    CHECK_STRING(human_degrees(NAN).text, "-");
    CHECK_STRING(human_load(0.205).text, "0.21");
    CHECK_STRING(human_load(NAN).text, "-");
}

TEST(the_locale_changes_nothing)
{
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        SKIP("no locale with a decimal comma is installed");
    CHECK_STRING(human_bytes(1536).text, "1.5 KiB");
    CHECK_STRING(human_load(0.25).text, "0.25");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    return run_tests();
}
