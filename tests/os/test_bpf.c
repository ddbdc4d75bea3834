/* The fast lane says what /proc says. */
#include "bpf.h"

#include <sys/stat.h>

/* ---- Two readings of one process ----------------------------------------------------------------
 */

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_words(const psutil_string_list *a, const psutil_string_list *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

/* The place of a field in the record, and how long it is there. */
static size_t size_of(const psutil_field *field)
{
    if (field->type == PSUTIL_TYPE_RECORD)
        return field->record->len * sizeof(int64_t);
    return sizeof(int64_t);
}

static bool same_field(int index, const psutil_process_info *a, const psutil_process_info *b)
{
    const psutil_field *field = &psutil_record_find("process")->fields[index];
    if (a->result[index] != b->result[index])
        return false;
    if (a->result[index] != 0)
        return true;
    if (index == PSUTIL_FIELD_CMDLINE)
        return same_words(a->cmdline, b->cmdline);
    const char *x = (const char *)a + field->offset, *y = (const char *)b + field->offset;
    if (field->type == PSUTIL_TYPE_STRING)
        return same_text(*(const char *const *)(const void *)x,
                         *(const char *const *)(const void *)y);
    return memcmp(x, y, size_of(field)) == 0;
}

static void show(const char *what, int index, const psutil_process_info *info)
{
    const psutil_field *field = &psutil_record_find("process")->fields[index];
    const char *at = (const char *)info + field->offset;
    printf("#   %s: %d", what, info->result[index]);
    if (field->type == PSUTIL_TYPE_STRING)
        printf(" \"%s\"", *(const char *const *)(const void *)at);
    else if (index != PSUTIL_FIELD_CMDLINE)
        for (size_t i = 0; i < size_of(field) / sizeof(int64_t); i++)
            printf(" %lld/%g", (long long)((const int64_t *)(const void *)at)[i],
                   ((const double *)(const void *)at)[i]);
    printf("\n");
}

/* Whether the process did anything between two readings: then single fields may have been
 * something else in between. What another thread than the first does for less than a tick shows in
 * none of them: of several threads only those that stand still by this test's will are sure. */
static bool has_moved(const psutil_process_info *a, const psutil_process_info *b)
{
    static const int moving[] = {PSUTIL_FIELD_CPU_TIMES,   PSUTIL_FIELD_NUM_CTX_SWITCHES,
                                 PSUTIL_FIELD_PAGE_FAULTS, PSUTIL_FIELD_MEMORY_INFO,
                                 PSUTIL_FIELD_STATUS,      PSUTIL_FIELD_IO_COUNTERS,
                                 PSUTIL_FIELD_NUM_THREADS, PSUTIL_FIELD_CPU_NUM};
    for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
        if (!same_field(moving[i], a, b))
            return true;
    bool unsure = a->num_threads > 1 && a->ppid != getpid();
    return unsure || a->status == PSUTIL_STATUS_RUNNING;
}

static bool is_between(double low, double x, double high)
{
    return low <= x && x <= high;
}

static double busy(const psutil_process_info *info)
{
    return info->cpu_times.user + info->cpu_times.system;
}

/* Counters only grow. */
static void check_counters(const psutil_process_info *a, const psutil_process_info *x,
                           const psutil_process_info *b)
{
#define BETWEEN(member) CHECK(is_between((double)a->member, (double)x->member, (double)b->member))
    /* Ticks that come in between may split the same time otherwise; both parts are whole ticks. */
    const double ticks = 0.021;
    CHECK(is_between(busy(a) - ticks, busy(x), busy(b) + ticks));
    BETWEEN(cpu_times.children_user);
    BETWEEN(cpu_times.children_system);
    BETWEEN(num_ctx_switches.voluntary);
    BETWEEN(num_ctx_switches.involuntary);
    BETWEEN(page_faults.minor);
    BETWEEN(page_faults.major);
    if (a->result[PSUTIL_FIELD_IO_COUNTERS] == 0 && b->result[PSUTIL_FIELD_IO_COUNTERS] == 0) {
        BETWEEN(io_counters.read_count);
        BETWEEN(io_counters.write_chars);
    }
#undef BETWEEN
}

/* `x` was read between `a` and `b`. */
static void check_row(const psutil_process_info *a, const psutil_process_info *x,
                      const psutil_process_info *b)
{
    int failures = test_failures;
    check_counters(a, x, b);
    for (int field = 0; field < PSUTIL_FIELD_COUNT && !has_moved(a, b); field++) {
        if (!(FIELDS >> field & 1) || !same_field(field, a, b) || same_field(field, a, x))
            continue;
        test_failures++;
        printf("# %s of %lld\n", psutil_record_find("process")->fields[field].name,
               (long long)x->pid);
        show("/proc", field, a);
        show("bpf", field, x);
    }
    if (test_failures != failures)
        printf("# process %lld, %s, status %lld\n", (long long)x->pid, x->name,
               (long long)x->status);
}

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

static pid_t start_busy(bool in_kernel)
{
    pid_t pid = fork_child();
    volatile unsigned long count = 0;
    if (pid == 0)
        for (;;)
            if (++count % 8 == 0 || in_kernel)
                getppid();
    return pid;
}

static pid_t start_zombie(void)
{
    siginfo_t info;
    pid_t pid = start_child(0, 3);
    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
    return pid;
}

/* How often it gave its CPU away by itself: status tells, and stat is not read. */
static int64_t switches_of(psutil_process *process)
{
    psutil_pctxsw switches;
    if (psutil_process_num_ctx_switches(&switches, process) != 0)
        abort();
    return switches.voluntary;
}

/* Its CPU times stand still afterwards: it says that it stops while it runs still, and gives its
 * CPU away a moment later. */
static void stop_opened(pid_t pid, psutil_process *process)
{
    int status;
    int64_t before = switches_of(process);
    kill(pid, SIGSTOP);
    waitpid(pid, &status, WUNTRACED);
    for (int i = 0; i < 60000 && switches_of(process) == before; i++)
        usleep(500);
}

static void stop(pid_t pid)
{
    psutil_process *process = process_of(pid);
    stop_opened(pid, process);
    psutil_process_close(process);
}

static bool become_other_user(int unused)
{
    (void)unused;
    return setresgid(65532, 65533, 65534) == 0 && setresuid(65531, 65532, 65533) == 0;
}

static bool open_files(int count)
{
    while (count > 0 && dup(0) >= 0)
        count--;
    return count == 0;
}

/* The helper under another name, which is gone by the time that it runs. */
static pid_t start_deleted(const char *name)
{
    char folder[] = "/tmp/psutil-bpf-XXXXXX", path[256], command[1024];
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(command, sizeof command, "cp '%s' '%s'", getenv("STATE"), path);
    if (system(command) != 0)
        abort();
    char *argv[] = {path, NULL};
    pid_t pid = start_at(path, argv, plain_environment, NULL);
    unlink(path);
    rmdir(folder);
    return pid;
}

static pid_t start_long_line(void)
{
    static char word[3 * PS_BPF_WORDS];
    memset(word, 'x', sizeof word - 1);
    char *argv[] = {"state", "nothing", word, "", "end", NULL};
    return start_at(getenv("STATE"), argv, plain_environment, NULL);
}

static void start_states(void)
{
    keep_child(start_busy(false));
    keep_child(start_busy(true));
    keep_child(start_zombie());
    stop(keep_child(start_busy(true)));
    stop(keep_child(start("threads", "40")));
    keep_child(start("threads", "3"));
    keep_child(start("name", "fifteen-bytes-x"));
    keep_child(start("name", "odd ) name (\n"));
    keep_child(start("title", "written over it"));
    keep_child(start_long_line());
    keep_child(start_prepared(open_files, 300));
    keep_child(start_deleted("a-name-that-is-longer-than-the-kernels"));
    if (geteuid() == 0)
        keep_child(start_prepared(become_other_user, 0));
}

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
