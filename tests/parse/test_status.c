#include "parse/status.h"

#include "../test.h"

#include <psutil/base.h>

static const char text[] =
    "Name:\tUid:\\n x\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t42\nPid:\t42\n"
    "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nVmPeak:\t     100 kB\n"
    "VmHWM:\t  20 kB\nRssAnon:\t 1 kB\nRssFile:\t2 kB\nRssShmem:\t3 kB\n"
    "VmSwap:\t4 kB\nHugetlbPages:\t5 kB\nCpus_allowed:\t3\n"
    "Cpus_allowed_list:\t0-1,7\n"
    "voluntary_ctxt_switches:\t10\nnonvoluntary_ctxt_switches:\t11\n";

TEST(reads_every_line)
{
    struct ps_status s;
    ps_parse_status(text, sizeof text - 1, PS_STATUS_ALL, &s);
    CHECK_INT(s.tgid, 42);
    CHECK_INT(s.uids[0], 1);
    CHECK_INT(s.uids[1], 2);
    CHECK_INT(s.uids[2], 3);
    CHECK_INT(s.gids[0], 5);
    CHECK_INT(s.gids[2], 7);
    CHECK_INT(s.vm_peak, 102400);
    CHECK_INT(s.vm_hwm, 20480);
    CHECK_INT(s.rss_anon, 1024);
    CHECK_INT(s.rss_file, 2048);
    CHECK_INT(s.rss_shmem, 3072);
    CHECK_INT(s.vm_swap, 4096);
    CHECK_INT(s.hugetlb, 5120);
    CHECK_INT(s.voluntary, 10);
    CHECK_INT(s.involuntary, 11);
}

TEST(missing_lines_are_unknown)
{
    static const char kernel_thread[] = "Tgid:\t2\nUid:\t0\t0\t0\t0\nvoluntary_ctxt_switches:\t5\n";
    struct ps_status s;
    ps_parse_status(kernel_thread, sizeof kernel_thread - 1, PS_STATUS_ALL, &s);
    CHECK_INT(s.uids[0], 0);
    CHECK_INT(s.gids[0], PSUTIL_UNKNOWN);
    CHECK_INT(s.vm_peak, PSUTIL_UNKNOWN);
    CHECK_INT(s.voluntary, 5);
    CHECK_INT(s.involuntary, PSUTIL_UNKNOWN);
    ps_parse_status("Uid:\t1\t2\n", 9, PS_STATUS_ALL, &s);
    CHECK_INT(s.uids[0], PSUTIL_UNKNOWN);
}

TEST(owner_comes_first)
{
    struct ps_status s;
    ps_parse_status(text, sizeof text - 1, PS_STATUS_OWNER, &s);
    CHECK_INT(s.tgid, 42);
    CHECK_INT(s.uids[2], 3);
    CHECK_INT(s.gids[0], 5);
    CHECK_INT(s.vm_peak, PSUTIL_UNKNOWN);
    CHECK_INT(s.involuntary, PSUTIL_UNKNOWN);
}

/* x86 has lines behind them since Linux 6.6. */
TEST(switches_are_found_from_the_end)
{
    static const char lines[] = "Name:\tx\nUid:\t1\t2\t3\t4\nvoluntary_ctxt_switches:\t10\n"
                                "nonvoluntary_ctxt_switches:\t11\nx86_Thread_features:\t\n\n";
    struct ps_status s;
    ps_parse_status(lines, sizeof lines - 1, PS_STATUS_SWITCHES, &s);
    CHECK_INT(s.voluntary, 10);
    CHECK_INT(s.involuntary, 11);
    CHECK_INT(s.uids[0], PSUTIL_UNKNOWN);
    ps_parse_status(lines, 60, PS_STATUS_SWITCHES, &s); /* cut behind the first */
    CHECK_INT(s.voluntary, 10);
    CHECK_INT(s.involuntary, PSUTIL_UNKNOWN);
    ps_parse_status("Name:\tx\n", 8, PS_STATUS_SWITCHES, &s);
    CHECK_INT(s.voluntary, PSUTIL_UNKNOWN);
    ps_parse_status("nonvoluntary_ctxt_switches:\t7\n", 30, PS_STATUS_SWITCHES, &s);
    CHECK_INT(s.involuntary, 7);
}

TEST(finds_the_cpus)
{
    struct ps_span list;
    REQUIRE(ps_parse_status_cpus(text, sizeof text - 1, &list));
    CHECK(ps_span_equal(list, "0-1,7"));
    CHECK(!ps_parse_status_cpus("Cpus_allowed:\t3\n", 16, &list));
    CHECK(!ps_parse_status_cpus("Cpus_allowed_list:\n", 19, &list));
}

TEST(any_prefix_is_survived)
{
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + (len == 0));
        memcpy(copy, text, len);
        struct ps_status s;
        struct ps_span list;
        ps_parse_status(copy, len, PS_STATUS_ALL, &s);
        CHECK(s.tgid == PSUTIL_UNKNOWN || s.tgid == 42 || s.tgid == 4);
        struct ps_status part;
        ps_parse_status(copy, len, PS_STATUS_SWITCHES, &part);
        CHECK_INT(part.voluntary, s.voluntary);
        CHECK_INT(part.involuntary, s.involuntary);
        ps_parse_status(copy, len, PS_STATUS_OWNER, &part);
        CHECK(memcmp(part.uids, s.uids, sizeof s.uids) == 0);
        CHECK(memcmp(part.gids, s.gids, sizeof s.gids) == 0);
        ps_parse_status_cpus(copy, len, &list);
        free(copy);
    }
}

TEST(rights)
{
    static const char lines[] = "Name:\tx\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n";
    struct ps_status_rights rights;
    CHECK(ps_parse_status_rights(lines, sizeof lines - 1, &rights));
    CHECK_INT((int64_t)rights.effective, 0x1ffffffffff);
    CHECK(!rights.filtered);
    CHECK(ps_parse_status_rights("CapEff:\t0\nSeccomp:\t2\n", 22, &rights));
    CHECK(rights.effective == 0 && rights.filtered);
    CHECK(ps_parse_status_rights("Seccomp:\nCapEff: 8\n", 20, &rights));
    CHECK(rights.effective == 8 && rights.filtered);
    CHECK(!ps_parse_status_rights("Seccomp:\t0\nCapEff:\n", 20, &rights));
    CHECK(!ps_parse_status_rights("", 0, &rights));
}

int main(void)
{
    return run_tests();
}
