/* The overview of machines that are hard to come by: dead mounts, heat, batteries, many devices. */
#include "overview/overview.h"

#include "../test.h"

static struct buffer drawn;

/* A machine that has nothing at all. */
static struct overview nothing(void)
{
    struct overview overview = {.live = true, .interval = 0.5};
    for (int i = 0; i < PART_COUNT; i++)
        overview.parts[i].code = PSUTIL_ENOTSUP;
    return overview;
}

static void have(struct overview *overview, enum part part)
{
    overview->parts[part].code = 0;
}

static const char *draw(struct overview *overview, size_t columns, bool color)
{
    buffer_free(&drawn);
    struct page page = {.out = &drawn, .term = {columns, color, false}};
    overview_open_names(overview);
    overview_draw(&page, overview);
    overview_close_names(overview);
    buffer_add(&drawn, "", 1);
    return drawn.data;
}

TEST(what_the_system_does_not_have_is_left_out)
{
    struct overview overview = nothing();
    CHECK_STRING(draw(&overview, 80, false), "");
}

TEST(what_is_refused_says_why)
{
    struct overview overview = nothing();
    overview.parts[PART_MEMORY].code = PSUTIL_EACCES;
    strcpy(overview.parts[PART_MEMORY].why, "AccessDenied: open /proc/meminfo");
    CHECK_STRING(draw(&overview, 80, false),
                 "MEMORY\n virtual_memory: AccessDenied: open /proc/meminfo\n");
}

TEST(a_heading_comes_before_its_refusals)
{
    struct overview overview = nothing();
    overview.parts[PART_LOAD].code = PSUTIL_ESYSTEM;
    strcpy(overview.parts[PART_LOAD].why, "gone");
    have(&overview, PART_BOOT_TIME);
    overview.now = 90;
    CHECK(strstr(draw(&overview, 80, false), "SYSTEM  up 1m 30s since 1970-01-0") ||
          strstr(drawn.data, "SYSTEM  up 1m 30s since 1969-12-31"));
    CHECK(strstr(drawn.data, "\n getloadavg: gone\n"));
}

TEST(dead_mounts_do_not_answer)
{
    psutil_sdiskpart items[] = {
        {"/dev/sda1", "/", "ext4", "rw"},
        {"srv:/export", "/mnt/dead", "nfs4", "rw"},
        {"/dev/sda1", "/bind/of/root", "ext4", "rw"},
        {"/dev/loop0", "/snap/x", "squashfs", "ro"},
    };
    struct usage usages[4] = {{.usage = {200, 190, 10, 95.0}}, {.result = {PSUTIL_ETIMEDOUT, "x"}}};
    psutil_sdiskpart_list list = {4, items};
    struct overview overview = nothing();
    have(&overview, PART_PARTITIONS);
    overview.partitions = &list;
    overview.usages = usages;
    CHECK_STRING(draw(&overview, 80, false),
                 "DISKS\n"
                 " /         [################.] 95.0%  190 B of 200 B        ext4  /dev/sda1\n"
                 " /mnt/dead not answering  nfs4  srv:/export\n");
    CHECK(strstr(draw(&overview, 80, true), "\033[1;31mnot answering\033[0m"));
}

TEST(unknown_is_never_zero)
{
    psutil_snetio before[] = {{.name = "eth0", .bytes_recv = 100, .bytes_sent = PSUTIL_UNKNOWN}};
    psutil_snetio after[] = {{.name = "eth0", .bytes_recv = 612, .bytes_sent = 5}};
    psutil_snetio_list lists[] = {{1, before}, {1, after}};
    struct overview overview = nothing();
    have(&overview, PART_NET_IO);
    overview.net_io[0] = &lists[0];
    overview.net_io[1] = &lists[1];
    overview.net_total[0] = before[0];
    overview.net_total[1] = after[0];
    CHECK_STRING(draw(&overview, 80, false), "NETWORK  received 1.0 KiB/s, sent -\n"
                                             " eth0    in 1.0 KiB/s  out         -\n");
    overview.interval = 0;
    CHECK(strstr(draw(&overview, 80, false), "received -"));
}

TEST(counters_that_fall_have_no_rate)
{
    struct overview overview = nothing();
    CHECK_DOUBLE(overview_rate(&overview, 100, 200), 200);
    CHECK_DOUBLE(overview_rate(&overview, 200, 100), NAN);
    CHECK_DOUBLE(overview_rate(&overview, PSUTIL_UNKNOWN, 100), NAN);
}

TEST(interfaces_that_are_down_or_have_no_address_are_not_shown)
{
    psutil_snicstats stats[] = {
        {"eth0", 1, PSUTIL_NIC_DUPLEX_FULL, 1000, 1500, "up"},
        {"eth1", 0, PSUTIL_NIC_DUPLEX_FULL, 1000, 1500, ""},
        {"veth7", 1, PSUTIL_NIC_DUPLEX_FULL, PSUTIL_UNKNOWN, 1500, "up"},
    };
    psutil_snicaddr addrs[] = {
        {"eth0", PSUTIL_AF_LINK, "52:54:00:12:34:56", NULL, NULL, NULL},
        {"eth0", PSUTIL_AF_INET6, "2001:db8::1", NULL, NULL, NULL},
        {"eth0", PSUTIL_AF_INET, "192.0.2.1", NULL, NULL, NULL},
        {"eth1", PSUTIL_AF_INET, "192.0.2.2", NULL, NULL, NULL},
        {"veth7", PSUTIL_AF_LINK, "52:54:00:12:34:57", NULL, NULL, NULL},
    };
    psutil_snicstats_list stats_list = {3, stats};
    psutil_snicaddr_list addrs_list = {5, addrs};
    struct overview overview = nothing();
    have(&overview, PART_NET_STATS);
    have(&overview, PART_NET_ADDRS);
    overview.net_stats = &stats_list;
    overview.net_addrs = &addrs_list;
    CHECK_STRING(draw(&overview, 80, false),
                 "NETWORK\n eth0      1 Gb/s  192.0.2.1, 2001:db8::1\n");
}

TEST(heat_warns)
{
    psutil_shwtemp items[] = {
        {"cpu", "Core 0", 50, 80, 100},  {"cpu", "Core 1", 85, 80, 100},
        {"cpu", "Core 2", 100, 80, 100}, {"disk", "", 90, NAN, NAN},
        {"disk", "dead", NAN, 80, 100},
    };
    psutil_shwtemp_list list = {5, items};
    struct overview overview = nothing();
    have(&overview, PART_TEMPERATURES);
    overview.temperatures = &list;
    CHECK_STRING(draw(&overview, 80, false),
                 "SENSORS\n cpu     Core 0 50 C  Core 1 85 C  Core 2 100 C\n disk    90 C\n");
    draw(&overview, 80, true);
    CHECK(strstr(drawn.data, "\033[33mCore 1 85 C\033[0m"));
    CHECK(strstr(drawn.data, "\033[1;31mCore 2 100 C\033[0m"));
    list.len = 0;
    CHECK_STRING(draw(&overview, 80, false), "");
}

TEST(batteries)
{
    struct overview overview = nothing();
    have(&overview, PART_BATTERY);
    overview.battery = (psutil_sbattery){9, 3660, 0};
    CHECK_STRING(draw(&overview, 80, false),
                 "SENSORS\n battery [##...............]  9.0%  1h 01m left\n");
    CHECK(strstr(draw(&overview, 80, true), "\033[1;31m"));
    overview.battery = (psutil_sbattery){80, PSUTIL_POWER_TIME_UNLIMITED, 1};
    CHECK(strstr(draw(&overview, 80, false), " 80.0%  plugged in\n"));
    overview.battery = (psutil_sbattery){NAN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    CHECK(strstr(draw(&overview, 80, false), "     -\n"));
}

TEST(people_are_named_once)
{
    psutil_suser items[] = {
        {"ann", "pts/0", NULL, 0, 1},
        {"bob", "pts/1", NULL, 0, 2},
        {"ann", "pts/2", NULL, 0, 3},
    };
    psutil_suser_list list = {3, items};
    struct overview overview = nothing();
    have(&overview, PART_USERS);
    overview.users = &list;
    CHECK_STRING(draw(&overview, 80, false), "SYSTEM  2 users: ann, bob\n");
    list.len = 1;
    CHECK_STRING(draw(&overview, 80, false), "SYSTEM  1 user: ann\n");
    list.len = 0;
    CHECK_STRING(draw(&overview, 80, false), "SYSTEM  no users\n");
}

TEST(load_is_measured_by_the_cpus)
{
    struct overview overview = nothing();
    have(&overview, PART_LOAD);
    have(&overview, PART_CPU_COUNT);
    overview.cpus = 4;
    overview.cores = PSUTIL_UNKNOWN;
    overview.load[0] = 3.9;
    CHECK(!strstr(draw(&overview, 80, true), "\033[33m"));
    overview.load[0] = 4.1;
    CHECK(strstr(draw(&overview, 80, true), "\033[33mload 4.10 0.00 0.00"));
    overview.load[0] = 8;
    CHECK(strstr(draw(&overview, 80, true), "\033[1;31mload 8.00 0.00 0.00"));
}

TEST(every_width_holds_a_line_of_anything)
{
    psutil_sdiskpart items[40];
    struct usage usages[40] = {{.usage = {INT64_MAX, INT64_MAX, 0, 100.0}}};
    char names[40][300];
    for (int i = 0; i < 40; i++) {
        memset(names[i], 'a' + i % 26, sizeof names[i] - 1);
        names[i][sizeof names[i] - 1] = '\0';
        names[i][0] = (char)('A' + i % 26);
        names[i][1] = (char)('0' + i / 26);
        items[i] = (psutil_sdiskpart){names[i], names[i], names[i], names[i]};
    }
    psutil_sdiskpart_list list = {40, items};
    struct overview overview = nothing();
    have(&overview, PART_PARTITIONS);
    overview.partitions = &list;
    overview.usages = usages;
    for (size_t columns = 20; columns < 400; columns += 7) {
        const char *line = draw(&overview, columns, false);
        size_t lines = 0;
        for (; *line; line += strcspn(line, "\n") + 1, lines++)
            CHECK(strcspn(line, "\n") <= columns);
        CHECK_INT(lines, 1 + 16 + 1);
        CHECK(strstr(drawn.data, "\n and 24 more\n"));
    }
    buffer_free(&drawn);
}

int main(void)
{
    return run_tests();
}
