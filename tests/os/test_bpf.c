/* The fast lane says what /proc says. */
#include "bpf_compare.h"
#include "bpf_states.h"

#include <sys/stat.h>

/* ---- Two readings of the machine
 * -----------------------------------------------------------------
 */

static bool find_row(const psutil_table *table, const psutil_process_info *like, size_t *at,
                     psutil_process_info *out)
{
    for (; *at < psutil_table_len(table); (*at)++) {
        psutil_table_row(out, table, *at);
        if (out->pid >= like->pid)
            break;
    }
    return *at < psutil_table_len(table) && out->pid == like->pid &&
           out->create_time == like->create_time;
}

struct reading {
    psutil *slow, *fast;
    psutil_table *before, *between, *after;
};

static struct reading read_thrice(psutil_fields fields)
{
    struct reading reading = {.fast = open_fast()};
    if (psutil_open(&reading.slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) != 0)
        abort();
    ps_lane_pays(reading.fast, fields, 1);
    reading.before = read_table(reading.slow, fields);
    reading.between = read_table(reading.fast, fields);
    reading.after = read_table(reading.slow, fields);
    return reading;
}

static void close_reading(struct reading *reading)
{
    CHECK(is_open(reading->fast));
    CHECK(!is_open(reading->slow));
    psutil_table_close(reading->before);
    psutil_table_close(reading->between);
    psutil_table_close(reading->after);
    psutil_close(reading->slow);
    psutil_close(reading->fast);
}

/* How many processes were in all three. */
static size_t compare(const struct reading *reading)
{
    size_t compared = 0, a = 0, b = 0;
    int64_t last = 0;
    for (size_t i = 0; i < psutil_table_len(reading->between); i++) {
        psutil_process_info before, between, after;
        psutil_table_row(&between, reading->between, i);
        CHECK(between.pid > last);
        last = between.pid;
        if (!find_row(reading->before, &between, &a, &before) ||
            !find_row(reading->after, &between, &b, &after) || between.pid == getpid())
            continue;
        check_row(&before, &between, &after);
        compared++;
    }
    return compared;
}

/* A process that was there before and after was there in between. */
static void check_complete(const struct reading *reading)
{
    size_t a = 0, b = 0;
    for (size_t i = 0; i < psutil_table_len(reading->before); i++) {
        psutil_process_info before, between, after;
        psutil_table_row(&before, reading->before, i);
        if (find_row(reading->after, &before, &b, &after))
            if (!find_row(reading->between, &before, &a, &between)) {
                test_failures++;
                printf("# missing: %lld, %s, status %lld; next %lld\n", (long long)before.pid,
                       before.name, (long long)before.status, (long long)between.pid);
            }
    }
}

static void check_machine(psutil_fields fields)
{
    struct reading reading = read_thrice(fields);
    CHECK(compare(&reading) > 5);
    check_complete(&reading);
    close_reading(&reading);
}

/* ---- A busy machine -----------------------------------------------------------------------------
 */

TEST(a_busy_machine_is_told_as_by_proc)
{
    REQUIRE_LANE();
    start_states();
    for (int i = 0; i < 5; i++) {
        check_machine(FIELDS);
        check_machine(FIELDS & ~PS_LANE_MORE);
    }
    end_children();
}

/* What the rows do not tell comes from /proc, of the same process. */
TEST(other_fields_come_from_proc)
{
    REQUIRE_LANE();
    start_states();
    check_machine(FIELDS | PSUTIL_FIELD(EXE) | PSUTIL_FIELD(CWD) | PSUTIL_FIELD(MEMORY_INFO_EX) |
                  PSUTIL_FIELD(THREADS));
    struct reading reading = read_thrice(PSUTIL_FIELD(EXE) | PSUTIL_FIELD(CREATE_TIME));
    size_t at = 0, first = 0, told = 0;
    for (size_t i = 0; i < psutil_table_len(reading.between); i++) {
        psutil_process_info before, between, after;
        psutil_table_row(&between, reading.between, i);
        if (!find_row(reading.after, &between, &at, &after) ||
            !find_row(reading.before, &between, &first, &before) ||
            before.result[PSUTIL_FIELD_EXE] != 0 || after.result[PSUTIL_FIELD_EXE] != 0 ||
            strcmp(before.exe, after.exe) != 0 || /* another program by now */
            (under_memcheck() &&
             between.pid == getpid())) /* memcheck hides itself, in some calls */
            continue;
        CHECK_INT(between.result[PSUTIL_FIELD_EXE], 0);
        CHECK_STRING(between.exe, after.exe);
        told++;
    }
    CHECK(told > children_len / 2);
    close_reading(&reading);
    end_children();
}

/* Nobody has read these from /proc, which remembers what it showed, since they began: the lane
 * splits times as /proc would. */
TEST(times_are_split_as_by_proc)
{
    REQUIRE_LANE();
    pid_t pids[6];
    psutil_process *opened[6];
    psutil *fast = open_fast(), *slow;
    REQUIRE(psutil_open(&slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    for (size_t i = 0; i < 6; i++) {
        pids[i] = keep_child(start_busy(i % 2 == 0));
        opened[i] = process_of(pids[i]);
    }
    sleep_for(0.7);
    for (size_t i = 0; i < 6; i++)
        stop_opened(pids[i], opened[i]);
    psutil_table *first = read_table(fast, FIELDS);
    psutil_table *second = read_table(slow, FIELDS);
    CHECK(is_open(fast));
    for (size_t i = 0; i < 6; i++) {
        psutil_process_info a = row_of(first, pids[i]), b = row_of(second, pids[i]);
        CHECK_DOUBLE(a.cpu_times.user, b.cpu_times.user);
        CHECK_DOUBLE(a.cpu_times.system, b.cpu_times.system);
        CHECK(a.cpu_times.user + a.cpu_times.system > 0);
        CHECK_INT(a.status, PSUTIL_STATUS_STOPPED);
        psutil_process_close(opened[i]);
    }
    psutil_table_close(first);
    psutil_table_close(second);
    psutil_close(fast);
    psutil_close(slow);
    end_children();
}

/* Though ticks fall now here and now there. */
TEST(times_never_go_back)
{
    REQUIRE_LANE();
    psutil_table *table;
    psutil *fast = open_fast();
    pid_t pid = keep_child(start_busy(true));
    double user = 0, system = 0;
    REQUIRE(psutil_table_open(&table, fast, FIELDS) == 0);
    for (int i = 0; i < 200; i++) {
        REQUIRE(psutil_table_refresh(table) == 0);
        psutil_process_info info = row_of(table, pid);
        CHECK(info.cpu_times.user >= user && info.cpu_times.system >= system);
        user = info.cpu_times.user;
        system = info.cpu_times.system;
        usleep(2000);
    }
    CHECK(user + system > 0);
    CHECK(is_open(fast));
    psutil_table_close(table);
    psutil_close(fast);
    end_children();
}

/* What cputime_adjust() of the kernel gives. */
TEST(times_by_hand)
{
    struct ps_lane_memory memory = {0};
    struct ps_bpf_task task = {.pid = 1, .runtime = 1000, .utime = 3, .stime = 1};
    struct ps_lane_times times = ps_lane_times(&memory, &task);
    CHECK_INT(times.user, 750);
    CHECK_INT(times.system, 250);
    task = (struct ps_bpf_task){.pid = 2, .runtime = 1000};
    times = ps_lane_times(&memory, &task);
    CHECK_INT(times.user, 1000);
    task = (struct ps_bpf_task){.pid = 3, .runtime = 1000, .stime = 4};
    times = ps_lane_times(&memory, &task);
    CHECK_INT(times.system, 1000);
    task = (struct ps_bpf_task){
        .pid = 4, .runtime = 1000, .utime = 9, .stime = 1, .prev_utime = 200, .prev_stime = 600};
    times = ps_lane_times(&memory, &task);
    CHECK_INT(times.user, 400);
    CHECK_INT(times.system, 600);
    task.prev_utime = 500;
    task.prev_stime = 600;
    task.pid = 5;
    times = ps_lane_times(&memory, &task);
    CHECK_INT(times.user, 500);
    CHECK_INT(times.system, 600);
    /* The next walk remembers. */
    struct ps_lane_memory next = {.old = memory.fresh};
    task = (struct ps_bpf_task){.pid = 1, .runtime = 1100, .utime = 30, .stime = 3};
    times = ps_lane_times(&next, &task);
    CHECK_INT(times.user, 850);
    CHECK_INT(times.system, 250);
    free(memory.fresh);
    free(next.fresh);
}

/* ---- Identity -----------------------------------------------------------------------------------
 */

TEST(rows_lead_to_their_processes)
{
    REQUIRE_LANE();
    pid_t pid = keep_child(start("threads", "2"));
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS);
    psutil_process *opened = open_handle(fast, pid), *adopted = NULL;
    size_t found = 0;
    CHECK(is_open(fast));
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_process_info info;
        psutil_table_row(&info, table, i);
        CHECK((info.pid == pid) == psutil_table_is_process(table, i, opened));
        if (info.pid == pid && psutil_table_process(&adopted, table, i) == 0)
            found++;
    }
    REQUIRE(found == 1);
    bool running = false;
    CHECK_INT(psutil_process_is_running(&running, adopted), 0);
    CHECK(running);
    psutil_process_close(opened);
    psutil_process_close(adopted);
    psutil_table_close(table);
    psutil_close(fast);
    end_children();
}

/* While processes start and end, every row is whole and no pid comes twice. */
TEST(processes_that_come_and_go)
{
    REQUIRE_LANE();
    pid_t forker = keep_child(fork_child());
    if (forker == 0)
        for (;;) {
            pid_t pid = fork();
            if (pid == 0)
                _exit(0);
            if (pid > 0)
                waitpid(pid, NULL, 0);
        }
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS | PSUTIL_FIELD(EXE));
    for (int round = 0; round < (under_memcheck() ? 10 : 50); round++) {
        REQUIRE(psutil_table_refresh(table) == 0);
        int64_t last = 0;
        for (size_t i = 0; i < psutil_table_len(table); i++) {
            psutil_process_info info;
            psutil_table_row(&info, table, i);
            CHECK(info.pid > last);
            CHECK_INT(info.result[PSUTIL_FIELD_NAME], 0);
            CHECK_INT(info.result[PSUTIL_FIELD_CPU_TIMES], 0);
            CHECK_INT(info.result[PSUTIL_FIELD_UIDS], 0);
            CHECK_INT(info.result[PSUTIL_FIELD_MEMORY_INFO], 0);
            last = info.pid;
        }
    }
    CHECK(is_open(fast));
    psutil_table_close(table);
    psutil_close(fast);
    end_children();
}

int main(void)
{
    return run_with_helper();
}
