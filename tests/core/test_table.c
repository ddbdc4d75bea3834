/* The table of all processes, over an invented machine. */
#include "../root.h"

#include <malloc.h>
#include <time.h>

static struct root root;
static psutil *ctx;
static psutil_table *table;

#define TICKS ((int64_t)sysconf(_SC_CLK_TCK))

static void put_process(int64_t pid, const char *name, int64_t utime, int64_t start)
{
    char path[64], text[300];
    snprintf(path, sizeof path, "proc/%lld/stat", (long long)pid);
    snprintf(text, sizeof text,
             "%lld (%s) S 1 1 1 0 -1 4194560 11 22 33 44 %lld 0 0 0 20 -5 3 0 %lld 4096 256 "
             "18446744073709551615 1 1 0 0 0 0 0 4096 0 1 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
             (long long)pid, name, (long long)utime, (long long)start);
    root_file(&root, path, text);
}

static bool begin(psutil_fields fields)
{
    root = root_make();
    ctx = root_open(&root);
    root_file(&root, "proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\ncpu1 1 2 3 4\nbtime 1000000\n");
    return psutil_table_open(&table, ctx, fields) == 0;
}

static void end(void)
{
    psutil_table_close(table);
    psutil_close(ctx);
    root_remove(&root);
}

static psutil_process_info row(size_t index)
{
    psutil_process_info info;
    psutil_table_row(&info, table, index);
    return info;
}

static bool move_proc(const char *from, const char *to)
{
    char old[512], new[512];
    root_path(&root, from, old);
    root_path(&root, to, new);
    return rename(old, new) == 0;
}

TEST(a_table_is_empty_until_it_is_refreshed)
{
    REQUIRE(begin(PSUTIL_FIELD(NAME)));
    CHECK_INT(psutil_table_len(table), 0);
    CHECK_INT(psutil_table_refresh(table), 0);
    CHECK_INT(psutil_table_len(table), 0);
    end();
    psutil_table_close(NULL);
}

TEST(rows_are_in_the_order_of_pids_and_hold_what_was_asked)
{
    REQUIRE(begin(PSUTIL_FIELD(NAME) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(CPU_TIMES)));
    put_process(30, "c", 5 * TICKS, 300);
    put_process(4, "a b) R (", 7 * TICKS, 40);
    put_process(1000, "d", 0, 500);
    REQUIRE(psutil_table_refresh(table) == 0);
    REQUIRE(psutil_table_len(table) == 3);
    psutil_process_info info = row(0);
    CHECK_INT(info.pid, 4);
    CHECK_INT(info.ppid, 1);
    CHECK_STRING(info.name, "a b) R (");
    CHECK_DOUBLE(info.cpu_times.user, 7);
    CHECK_INT(info.result[PSUTIL_FIELD_NAME], 0);
    CHECK_INT(info.result[PSUTIL_FIELD_NUM_THREADS], PSUTIL_NOT_ASKED);
    CHECK_INT(info.num_threads, PSUTIL_UNKNOWN);
    CHECK_INT(row(1).pid, 30);
    CHECK_INT(row(2).pid, 1000);
    CHECK_STRING(row(2).name, "d");
    end();
}

/* A folder without its files is a process that has just ended. */
TEST(processes_that_end_meanwhile_are_left_out) /* corner case 5 */
{
    REQUIRE(begin(PSUTIL_FIELD(NAME)));
    put_process(5, "a", 0, 1);
    root_folder(&root, "proc/6");
    put_process(7, "b", 0, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    REQUIRE(psutil_table_len(table) == 2);
    CHECK_INT(row(1).pid, 7);
    root_delete(&root, "proc/5/stat");
    REQUIRE(psutil_table_refresh(table) == 0);
    REQUIRE(psutil_table_len(table) == 1);
    CHECK_STRING(row(0).name, "b");
    end();
}

TEST(rows_survive_a_refresh_that_fails)
{
    REQUIRE(begin(PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CMDLINE)));
    put_process(5, "five", 0, 1);
    root_bytes(&root, "proc/5/cmdline", "five\0-v", 8);
    REQUIRE(psutil_table_refresh(table) == 0);
    REQUIRE(move_proc("proc", "elsewhere"));
    for (int i = 0; i < 3; i++) {
        CHECK(psutil_table_refresh(table) < 0);
        REQUIRE(psutil_table_len(table) == 1);
        psutil_process_info info = row(0);
        CHECK_STRING(info.name, "five");
        REQUIRE(info.cmdline && info.cmdline->len == 2);
        CHECK_STRING(info.cmdline->items[1], "-v");
    }
    REQUIRE(move_proc("elsewhere", "proc"));
    put_process(6, "six", 0, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    REQUIRE(psutil_table_len(table) == 2);
    CHECK_STRING(row(1).name, "six");
    end();
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

TEST(cpu_percent_is_about_the_time_since_the_refresh_before)
{
    REQUIRE(begin(PSUTIL_FIELD(CPU_PERCENT)));
    put_process(5, "steady", 100, 1);
    put_process(6, "idle", 100, 1);
    put_process(7, "backwards", 100, 1);
    double before = seconds_now();
    REQUIRE(psutil_table_refresh(table) == 0);
    double between = seconds_now();
    for (size_t i = 0; i < 3; i++)
        CHECK_DOUBLE(row(i).cpu_percent, NAN);
    usleep(200000);
    put_process(5, "steady", 100 + TICKS / 10, 1); /* a tenth of a second */
    put_process(7, "backwards", 50, 1);
    put_process(8, "new", 50, 1);
    double again = seconds_now();
    REQUIRE(psutil_table_refresh(table) == 0);
    double after = seconds_now();
    CHECK(row(0).cpu_percent >= 10 / (after - before) - 1e-6);
    CHECK(row(0).cpu_percent <= 10 / (again - between) + 1e-6);
    CHECK_DOUBLE(row(1).cpu_percent, 0);
    CHECK_DOUBLE(row(2).cpu_percent, 0);
    CHECK_DOUBLE(row(3).cpu_percent, NAN);
    CHECK_INT(row(0).result[PSUTIL_FIELD_CPU_TIMES], PSUTIL_NOT_ASKED);
    end();
}

/* A tick that falls into an interval of microseconds is no more than all CPUs. */
TEST(cpu_percent_stays_within_the_machine) /* corner case 19 */
{
    REQUIRE(begin(PSUTIL_FIELD(CPU_PERCENT)));
    put_process(5, "a", 100, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    put_process(5, "a", 100 + 1000 * TICKS, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    CHECK_DOUBLE(row(0).cpu_percent, 200);
    end();
}

TEST(cpu_percent_does_not_pass_to_the_next_owner_of_a_pid) /* corner case 10 */
{
    REQUIRE(begin(PSUTIL_FIELD(CPU_PERCENT)));
    put_process(5, "a", 100, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    put_process(5, "a", 200, 999);
    REQUIRE(psutil_table_refresh(table) == 0);
    CHECK_DOUBLE(row(0).cpu_percent, NAN);
    end();
}

TEST(a_row_gives_a_handle_on_its_process)
{
    psutil_process *process = NULL;
    char *name = NULL;
    REQUIRE(begin(PSUTIL_FIELD(CREATE_TIME)));
    put_process(5, "a", 100, 1);
    put_process(6, "b", 100, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    REQUIRE(psutil_table_process(&process, table, 1) == 0);
    CHECK_INT(psutil_process_pid(process), 6);
    CHECK(psutil_table_is_process(table, 1, process));
    CHECK(!psutil_table_is_process(table, 0, process));
    CHECK_INT(psutil_table_pid(table, 0), 5);
    CHECK_INT(psutil_table_pid(table, 1), 6);
    CHECK_INT(psutil_process_name(&name, process), 0);
    CHECK_STRING(name, "b");
    psutil_free(name);
    put_process(6, "c", 100, 2);
    REQUIRE(psutil_table_refresh(table) == 0);
    CHECK(!psutil_table_is_process(table, 1, process));
    CHECK_INT(psutil_process_name(&name, process), PSUTIL_EREUSED);
    psutil_process_close(process);
    end();
}

TEST(a_row_without_a_start_time_is_nobody)
{
    psutil_process *process = NULL;
    REQUIRE(begin(PSUTIL_FIELD(PID)));
    put_process(5, "a", 100, 1);
    REQUIRE(psutil_table_refresh(table) == 0);
    CHECK_INT(psutil_table_process(&process, table, 0), PSUTIL_EINVAL);
    end();
}

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
static size_t memory_in_use(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}
#else
static size_t memory_in_use(void)
{
    return 0;
}
#endif

#define TEN_FIELDS                                                                                 \
    (PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |          \
     PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(NICE) | PSUTIL_FIELD(NUM_THREADS) |                  \
     PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(CPU_PERCENT) | PSUTIL_FIELD(MEMORY_INFO))

/* 8 MB for 10,000, here with a fifth of them. */
TEST(ten_fields_take_less_than_800_bytes_a_process)
{
    const size_t count = 2000;
    size_t empty = memory_in_use();
    if (empty == 0)
        SKIP("the C library does not tell what is in use");
    REQUIRE(begin(TEN_FIELDS));
    for (int64_t pid = 1; pid <= (int64_t)count; pid++) {
        char path[64];
        put_process(pid, "fifteen letters", pid, pid);
        snprintf(path, sizeof path, "proc/%lld/statm", (long long)pid);
        root_file(&root, path, "4096 256 100 10 0 500 0\n");
    }
    for (int i = 0; i < 3; i++)
        CHECK(psutil_table_refresh(table) == 0);
    size_t third = memory_in_use();
    CHECK_INT(psutil_table_len(table), count);
    CHECK_INT(row(count - 1).memory_info.rss, 256 * sysconf(_SC_PAGESIZE));
    CHECK(third - empty < count * 800);
    for (int i = 0; i < 4; i++)
        CHECK(psutil_table_refresh(table) == 0);
    CHECK(memory_in_use() <= third);
    end();
}

int main(void)
{
    return run_tests();
}
