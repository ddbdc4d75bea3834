/* Processes at the ends of what there can be: every state, any shape of the kernel's line, as many
 * threads, descriptors and variables as a machine holds, and clocks that were moved. */
#include "../root.h"
#include "states.h"

#include <sys/resource.h>
#include <time.h>

static struct root root;
static psutil *elsewhere;

static void begin(void)
{
    root = root_make();
    elsewhere = root_open(&root);
    root_file(&root, "proc/stat", "cpu 1 2 3 4\nbtime 1000000000\n");
}

static void end(void)
{
    psutil_close(elsewhere);
    root_remove(&root);
}

/* Process 42 of the other root. */
static psutil_process *invented(const char *stat)
{
    psutil_process *process = NULL;
    root_file(&root, "proc/42/stat", stat);
    if (psutil_process_open(&process, elsewhere, 42) != 0)
        abort();
    return process;
}

#define BEFORE_THREADS " 1 1 1 0 1 4194560 11 22 33 44 55 66 77 88 20 0 "
#define FROM_THREADS "3 0 999 1 2 3"

TEST(every_letter_of_the_kernel_is_a_state) /* corner case 14 */
{
    static const struct {
        char letter;
        int64_t status;
    } states[] = {{'R', PSUTIL_STATUS_RUNNING},
                  {'S', PSUTIL_STATUS_SLEEPING},
                  {'D', PSUTIL_STATUS_DISK_SLEEP},
                  {'T', PSUTIL_STATUS_STOPPED},
                  {'t', PSUTIL_STATUS_TRACING_STOP},
                  {'Z', PSUTIL_STATUS_ZOMBIE},
                  {'X', PSUTIL_STATUS_DEAD},
                  {'x', PSUTIL_STATUS_DEAD},
                  {'I', PSUTIL_STATUS_IDLE},
                  {'P', PSUTIL_STATUS_PARKED},
                  {'K', PSUTIL_STATUS_WAKE_KILL},
                  {'W', PSUTIL_STATUS_WAKING},
                  {'?', PSUTIL_UNKNOWN},
                  {'\xff', PSUTIL_UNKNOWN}};
    psutil_table *table;
    psutil_process_info row;
    begin();
    REQUIRE(psutil_table_open(&table, elsewhere, PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(NAME)) == 0);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        char stat[200];
        int64_t status = -77;
        snprintf(stat, sizeof stat, "42 (x) %c" BEFORE_THREADS FROM_THREADS "\n", states[i].letter);
        psutil_process *process = invented(stat);
        CHECK_INT(psutil_process_status(&status, process), 0);
        CHECK_INT(status, states[i].status);
        psutil_process_close(process);
        REQUIRE(psutil_table_refresh(table) == 0);
        REQUIRE(psutil_table_len(table) == 1);
        psutil_table_row(&row, table, 0);
        CHECK_INT(row.status, states[i].status);
        CHECK_STRING(row.name, "x");
    }
    psutil_table_close(table);
    end();
}

/* With what some kernels add at its end; and parted by more than one blank. */
TEST(lines_of_any_length) /* corner case 2 */
{
    static const char *const lines[] = {
        "42 (a) b) S" BEFORE_THREADS FROM_THREADS,
        "42 (a) b) S" BEFORE_THREADS FROM_THREADS " 4 5 6 7 8 9 10 11 12 13 14 15 17 3 0 0 9 0 0 0 "
        "0 0 0 0 0 0 61 62 63\n",
        "42 (a) b) S" BEFORE_THREADS FROM_THREADS " 4 5 6 7 8 9 10 11 12 13 14 15 17 3 0 0 9 0 0 0 "
        "0 0 0 0 0 0 7f6e2a4c-9a1b-4c3d-8e5f-0123456789ab x\n",
        "42 (a) b)  S" BEFORE_THREADS "  3 0  999 1 2 3\n",
    };
    begin();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        psutil_process *process = invented(lines[i]);
        psutil_process_info *info;
        REQUIRE(psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) == 0);
        CHECK_STRING(info->name, "a) b");
        CHECK_INT(info->ppid, 1);
        CHECK_INT(info->num_threads, 3);
        CHECK_DOUBLE(info->cpu_times.user, 0.55);
        CHECK_INT(info->cpu_num, i == 1 || i == 2 ? 3 : PSUTIL_UNKNOWN);
        CHECK(info->create_time > 1000000009 && info->create_time < 1000000010);
        psutil_process_info_free(info);
        psutil_process_close(process);
    }
    end();
}

/* It is that of a process of which nothing is left, and says nothing about another. */
TEST(an_empty_line_is_nobody) /* corner case 2 */
{
    psutil_process *process = NULL;
    psutil_table *table;
    begin();
    root_file(&root, "proc/42/stat", "");
    root_file(&root, "proc/43/stat", "43 (x) S" BEFORE_THREADS FROM_THREADS "\n");
    CHECK(psutil_process_open(&process, elsewhere, 42) != 0);
    REQUIRE(psutil_table_open(&table, elsewhere, PSUTIL_FIELD(NAME)) == 0);
    REQUIRE(psutil_table_refresh(table) == 0);
    bool found = false;
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_process_info row;
        psutil_table_row(&row, table, i);
        found |= row.pid == 43 && strcmp(row.name, "x") == 0;
        CHECK(row.pid != 42 || row.result[PSUTIL_FIELD_NAME] != 0);
    }
    CHECK(found);
    psutil_table_close(table);
    end();
}

TEST(four_hundred_thousand_threads) /* corner case 11 */
{
    int64_t count = 0;
    begin();
    psutil_process *process = invented("42 (x) S" BEFORE_THREADS "400000 0 999 1 2 3\n");
    CHECK_INT(psutil_process_num_threads(&count, process), 0);
    CHECK_INT(count, 400000);
    psutil_process_close(process);
    end();
}

/* Larger than a page, and than the first buffer of any reader. */
TEST(a_large_environment) /* corner case 9 */
{
    enum { VARIABLES = 3000 };
    static char text[VARIABLES][96];
    static char *environment[VARIABLES + 1];
    for (int i = 0; i < VARIABLES; i++) {
        snprintf(text[i], sizeof text[i], "VARIABLE_%d=%050d", i, i);
        environment[i] = text[i];
    }
    pid_t pid = start_at(getenv("STATE"), (char *[]){"x", NULL}, environment, NULL);
    psutil_process_info *info = read_all(pid);
    REQUIRE(info->result[PSUTIL_FIELD_ENVIRON] == 0 && info->environ->len == VARIABLES);
    for (int i = 0; i < VARIABLES; i++)
        CHECK_STRING(info->environ->items[i], text[i]);
    psutil_process_info_free(info);
    end_child(pid);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A hundred thousand, or what is allowed here. The child that is started has its parent's limit. */
static pid_t start_with_files(int64_t *count)
{
    char text[24];
    struct rlimit old, high = {100100, 100100};
    if (getrlimit(RLIMIT_NOFILE, &old) != 0)
        return -1;
    if (setrlimit(RLIMIT_NOFILE, &high) != 0) {
        high = (struct rlimit){old.rlim_max, old.rlim_max};
        setrlimit(RLIMIT_NOFILE, &high);
    }
    *count = (int64_t)(high.rlim_cur > 100100 ? 100000 : high.rlim_cur - 100);
    snprintf(text, sizeof text, "%lld", (long long)*count);
    pid_t pid = *count < 500 ? -1 : start("files", text);
    setrlimit(RLIMIT_NOFILE, &old);
    return pid;
}

TEST(a_process_with_very_many_descriptors) /* corner case 11 */
{
    int64_t count, found = 0;
    if (under_memcheck())
        SKIP("too slow under memcheck");
    pid_t pid = start_with_files(&count);
    if (pid < 0)
        SKIP("many descriptors are not allowed here");
    psutil_process *process = process_of(pid);
    psutil_popenfile_list *files = NULL;
    psutil_sconn_list *sockets = NULL;
    double before = cpu_seconds();
    CHECK_INT(psutil_process_num_fds(&found, process), 0);
    CHECK(found >= count + 1 && found <= count + 50); /* and what it inherited */
    REQUIRE(psutil_process_open_files(&files, process) == 0);
    CHECK((int64_t)files->len >= count && (int64_t)files->len <= found);
    for (size_t i = 1; i < files->len; i++)
        CHECK(files->items[i].fd > files->items[i - 1].fd);
    REQUIRE(psutil_process_net_connections(&sockets, process, PSUTIL_KIND_ALL) == 0);
    CHECK(sockets->len <= 50);
    CHECK(cpu_seconds() - before < 60); /* far above what it takes, far below the square */
    psutil_free(sockets);
    psutil_free(files);
    psutil_process_close(process);
    end_child(pid);
}

/* 2^30 where the system gives it, or as many as it gives: whoever walks over all of them stays
 * there.
 */
TEST(the_limit_of_descriptors_costs_nothing) /* corner case 11 */
{
    struct rlimit old, high;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    for (rlim_t limit = (rlim_t)1 << 30; limit > old.rlim_cur; limit /= 2) {
        high = (struct rlimit){limit, limit > old.rlim_max ? limit : old.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &high) == 0)
            break;
    }
    psutil *own;
    psutil_process *self;
    psutil_process_info *info;
    double before = cpu_seconds();
    REQUIRE(psutil_open(&own, NULL) == 0);
    REQUIRE(psutil_process_open(&self, own, getpid()) == 0);
    REQUIRE(psutil_process_read(&info, self, PSUTIL_FIELDS_ALL & ~PSUTIL_FIELD(MEMORY_MAPS)) == 0);
    CHECK(info->num_fds < 1000);
    CHECK(under_memcheck() || cpu_seconds() - before < 5);
    psutil_process_info_free(info);
    psutil_process_close(self);
    psutil_close(own);
    setrlimit(RLIMIT_NOFILE, &old);
}

/* ---- Clocks ---------------------------------------------------------------------------------- */

/* A container with its own boot time beside the host's ticks, a clock that was set: start times
 * move, and nobody becomes somebody else. */
TEST(the_boot_time_may_move) /* corner cases 20, 29 */
{
    psutil_process_info *info;
    bool running = false;
    double boot = 0;
    begin();
    psutil_process *process =
        invented("42 (x) S 1 1 1 0 1 4194560 11 22 33 44 55 66 77 88 20 0 3 0 "
                 "400000000000 1 2 3\n"); /* 126 years after the boot */
    CHECK_INT(psutil_boot_time(&boot, elsewhere), 0);
    CHECK_DOUBLE(boot, 1000000000);
    REQUIRE(psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) == 0);
    CHECK(info->create_time > 4.9e9 && info->create_time < 5.1e9);
    psutil_process_info_free(info);
    root_file(&root, "proc/stat", "cpu 1 2 3 4\nbtime 1500000000\n");
    CHECK_INT(psutil_process_is_running(&running, process), 0);
    CHECK(running);
    REQUIRE(psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) == 0);
    CHECK_STRING(info->name, "x");
    psutil_process_info_free(info);
    root_file(&root, "proc/stat", "cpu 1 2 3 4\n"); /* no boot time at all */
    CHECK(psutil_boot_time(&boot, elsewhere) != 0);
    CHECK_INT(psutil_process_is_running(&running, process), 0);
    CHECK(running);
    psutil_process_close(process);
    end();
}

/* Without a clock chip a machine boots at the beginning of 1970, and its clock is set afterwards.
 */
TEST(forty_five_years_of_uptime) /* corner case 29 */
{
    double boot = -1;
    begin();
    root_file(&root, "proc/stat", "cpu 1 2 3 4\nbtime 17\n");
    root_file(&root, "proc/uptime", "1420070400.00 99.00\n");
    CHECK_INT(psutil_boot_time(&boot, elsewhere), 0);
    CHECK_DOUBLE(boot, 17);
    char stat[200];
    snprintf(stat, sizeof stat, "42 (x) S" BEFORE_THREADS "3 0 %lld 1 2 3\n",
             1420070400LL * sysconf(_SC_CLK_TCK));
    psutil_process *process = invented(stat);
    psutil_process_info *info;
    REQUIRE(psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) == 0);
    CHECK(info->create_time >= 1420070417 && info->create_time < 1420070418);
    CHECK(isnan(info->cpu_percent) || info->cpu_percent >= 0);
    psutil_process_info_free(info);
    psutil_process_close(process);
    end();
}

int main(void)
{
    return run_with_helper();
}
