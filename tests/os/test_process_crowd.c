/* Waiting for more processes than the program may open descriptors. */
#include "core/process.h"
#include "os/linux/process.h"

#include "children.h"
#include "filter.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>

enum { CROWD = 500 };

/* Memcheck looks through each child for what it has lost. */
static int crowd(void)
{
    return under_memcheck() ? 90 : CROWD;
}

static void open_crowd(psutil *ctx, psutil_process **processes)
{
    for (int i = 0; i < crowd(); i++)
        processes[i] = open_handle(ctx, start_child(0.5 + 0.002 * (i * 7 % crowd()), i % 256));
}

static void check_crowd(psutil_process **processes)
{
    for (int i = 0; i < crowd(); i++) {
        CHECK_INT(wait_for(processes[i], 10), i % 256);
        psutil_process_close(processes[i]);
    }
}

/* Far more processes than the program may open descriptors. */
TEST(more_processes_than_descriptors) /* corner case 11 */
{
    static psutil_process *processes[CROWD];
    static bool gone[CROWD];
    struct rlimit old, low;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){64, old.rlim_max};
    for (size_t r = 0; r < REACHES; r++) {
        setrlimit(RLIMIT_NOFILE, &low);
        psutil *ctx = open_reaching(reaches[r]);
        size_t before = count_descriptors();
        open_crowd(ctx, processes);
        CHECK_INT(psutil_wait_procs(gone, ctx, processes, (size_t)crowd(), 30, NULL, NULL), 0);
        for (int i = 0; i < crowd(); i++)
            CHECK(gone[i]);
        check_crowd(processes);
        CHECK_INT(count_descriptors(), before);
        psutil_close(ctx);
        setrlimit(RLIMIT_NOFILE, &old);
    }
}

/* Handles keep more descriptors than the limit, lowered later, allows to open: those that keep some
 * can be waited for; for the others the cause is told, and no end is lost. */
TEST(no_descriptor_can_be_opened)
{
    static psutil_process *processes[CROWD];
    static bool gone[CROWD];
    struct rlimit old, low;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){24, old.rlim_max};
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_error error;
        if (ps_linux_of(ctx)->kept_limit > 40)
            ps_linux_of(ctx)->kept_limit = 40; /* of any crowd */
        open_crowd(ctx, processes);
        if (!processes[29]->ref.kept)
            SKIP("RLIMIT_NOFILE is too low here");
        setrlimit(RLIMIT_NOFILE, &low);
        int rc = psutil_wait_procs(gone, ctx, processes, (size_t)crowd(), 30, NULL, NULL);
        bool told = psutil_error_detail(&error, ctx);
        int kept = psutil_wait_procs(gone, ctx, processes, 30, 30, NULL, NULL);
        setrlimit(RLIMIT_NOFILE, &old);
        CHECK_INT(rc, PSUTIL_ESYSTEM);
        CHECK(told);
        CHECK_INT(error.os_code, EMFILE);
        if (ps_linux_reach(ctx) != PS_REACH_PIDS)
            CHECK_INT(kept, 0);
        check_crowd(processes);
        psutil_close(ctx);
    }
}

/* The rest of the program leaves hardly any descriptors: those in use are given up for looking. */
TEST(descriptors_run_out_within_the_budget)
{
    enum { COUNT = 60 };
    psutil_process *processes[COUNT];
    bool gone[COUNT];
    int taken[64], count = 0;
    struct rlimit old, low;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){64, old.rlim_max};
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    keep_none(ctx);
    for (int i = 0; i < COUNT; i++)
        processes[i] = open_handle(ctx, start_child(0.2 + 0.01 * (i * 7 % COUNT), i));
    setrlimit(RLIMIT_NOFILE, &low);
    while (count < 64 && (taken[count] = dup(0)) >= 0)
        count++;
    for (int i = 0; i < 6; i++)
        close(taken[--count]);
    CHECK_INT(psutil_wait_procs(gone, ctx, processes, COUNT, 30, NULL, NULL), 0);
    while (count > 0)
        close(taken[--count]);
    setrlimit(RLIMIT_NOFILE, &old);
    for (int i = 0; i < COUNT; i++) {
        CHECK(gone[i]);
        CHECK_INT(wait_for(processes[i], 10), i);
        psutil_process_close(processes[i]);
    }
    psutil_close(ctx);
}

/* ---- Many at once -------------------------------------------------------------------------------
 */

#define TOLD                                                                                       \
    (PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CMDLINE) | PSUTIL_FIELD(CREATE_TIME) | \
     PSUTIL_FIELD(NUM_THREADS) | PSUTIL_FIELD(THREADS) | PSUTIL_FIELD(UIDS) |                      \
     PSUTIL_FIELD(USERNAME))
enum { CHILDREN = 40 };

static psutil_table *open_table(psutil **ctx, size_t crowd)
{
    psutil_table *table;
    if (psutil_open(ctx, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) != 0 ||
        psutil_table_open(&table, *ctx, TOLD) != 0)
        abort();
    ps_linux_of(*ctx)->crowd = crowd;
    return table;
}

static bool find_pid(const psutil_table *table, int64_t pid, psutil_process_info *out)
{
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(out, table, i);
        if (out->pid == pid)
            return true;
    }
    return false;
}

static void check_same(const psutil_table *a, const psutil_table *b, int64_t pid)
{
    psutil_process_info x, y;
    REQUIRE(find_pid(a, pid, &x) && find_pid(b, pid, &y));
    for (int field = 0; field < PSUTIL_FIELD_COUNT; field++)
        CHECK_INT(x.result[field], y.result[field]);
    CHECK_INT(x.ppid, y.ppid);
    CHECK_INT(x.uids.real, y.uids.real);
    CHECK_INT(x.num_threads, y.num_threads);
    CHECK_DOUBLE(x.create_time, y.create_time);
    CHECK_STRING(x.name, y.name);
    REQUIRE(x.result[PSUTIL_FIELD_CMDLINE] == 0 && x.cmdline->len == y.cmdline->len);
    for (size_t i = 0; i < x.cmdline->len; i++)
        CHECK_STRING(x.cmdline->items[i], y.cmdline->items[i]);
    REQUIRE(x.result[PSUTIL_FIELD_THREADS] == 0);
    CHECK_INT(x.threads->len, y.threads->len);
}

static void check_order(const psutil_table *table)
{
    int64_t last = 0;
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_process_info info;
        psutil_table_row(&info, table, i);
        CHECK(info.pid > last);
        last = info.pid;
    }
}

/* Of the second thread nothing is to be seen, not even in the caller's own row. */
TEST(two_threads_tell_what_one_does)
{
    psutil *one, *two;
    pid_t pids[CHILDREN];
    psutil_table *alone = open_table(&one, SIZE_MAX), *together = open_table(&two, 1);
    for (int i = 0; i < CHILDREN; i++)
        pids[i] = start_child(600, 0);
    for (int round = 0; round < 5; round++) {
        ps_linux_of(one)->piece = ps_linux_of(two)->piece = round < 3 ? 128 : 64 * 1024;
        REQUIRE(psutil_table_refresh(alone) == 0 && psutil_table_refresh(together) == 0);
        check_order(together);
        for (int i = 0; i < CHILDREN; i++)
            check_same(alone, together, pids[i]);
        check_same(alone, together, getpid());
    }
    for (int i = 0; i < CHILDREN; i++)
        end_child(pids[i]);
    psutil_table_close(alone);
    psutil_table_close(together);
    psutil_close(one);
    psutil_close(two);
}

/* What fails fails for the caller. */
TEST(a_failure_reaches_the_caller)
{
    psutil *two;
    psutil_error error;
    struct rlimit old, low;
    psutil_table *together = open_table(&two, 1);
    REQUIRE(psutil_table_refresh(together) == 0);
    size_t len = psutil_table_len(together);
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){0, old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
    CHECK(psutil_table_refresh(together) != 0);
    setrlimit(RLIMIT_NOFILE, &old);
    CHECK(psutil_error_detail(&error, two));
    CHECK_INT(error.os_code, EMFILE);
    CHECK_INT(psutil_table_len(together), len);
    CHECK_INT(psutil_table_refresh(together), 0);
    psutil_table_close(together);
    psutil_close(two);
}

static bool forbid_threads(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 435, 0, 1), /* clone3 */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return set_filter(code);
}

static int refresh_below_filter(void)
{
    psutil *ctx;
    psutil_sconn_list *list;
    psutil_table *table = open_table(&ctx, 1);
    for (int i = 0; i < 600; i++)
        if (dup(0) < 0)
            return 1;
    if (!forbid_threads() || psutil_table_refresh(table) != 0 ||
        psutil_net_connections(&list, ctx, PSUTIL_KIND_ALL) != 0)
        return 1;
    psutil_free(list);
    psutil_table_close(table);
    psutil_close(ctx);
    return 0;
}

TEST(no_thread_below_a_filter)
{
    int status;
    if (under_memcheck())
        SKIP("valgrind makes system calls of its own");
    pid_t pid = fork_child();
    if (pid == 0)
        _exit(refresh_below_filter());
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int count_threads(void)
{
    psutil *ctx;
    psutil_process *self;
    int64_t threads = 0;
    if (psutil_open(&ctx, NULL) != 0 || psutil_process_open(&self, ctx, getpid()) != 0 ||
        psutil_process_num_threads(&threads, self) != 0)
        abort();
    psutil_process_close(self);
    psutil_close(ctx);
    return (int)threads;
}

/* What counts them before a fork() is not to be surprised. */
TEST(no_thread_is_left)
{
    psutil *two;
    psutil_table *together = open_table(&two, 1);
    int before = count_threads();
    for (int i = 0; i < 30; i++) {
        REQUIRE(psutil_table_refresh(together) == 0);
        CHECK_INT(count_threads(), before);
    }
    psutil_table_close(together);
    psutil_close(two);
}

static void *refresh_for_ever(void *table)
{
    while (psutil_table_refresh(table) == 0)
        continue;
    return NULL;
}

static void *end_at_once(void *argument)
{
    return argument;
}

/* As many as there are for good: a sanitizer's own starts with the first of the program's. */
static int count_lasting_threads(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_at_once, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
    usleep(100000);
    return count_threads();
}

static bool is_down_to(int threads)
{
    for (int i = 0; i < 200 && count_threads() != threads; i++)
        usleep(10000);
    return count_threads() == threads;
}

/* Its table is given up, as is what it had open. */
static int cancel_again_and_again(void)
{
    psutil *two;
    int lasting = count_lasting_threads();
    for (int i = 0; i < 40; i++) {
        pthread_t thread;
        psutil_table *together = open_table(&two, 1);
        if (pthread_create(&thread, NULL, refresh_for_ever, together) != 0)
            return 2;
        usleep((useconds_t)(1000 + i * 773));
        pthread_cancel(thread);
        pthread_join(thread, NULL);
        if (!is_down_to(lasting) || ps_lock_renew(two->lock))
            return 1;
    }
    return 0;
}

/* The other thread works on its stack. */
TEST(a_thread_that_is_cancelled)
{
    int status;
    if (under_memcheck())
        SKIP("what the cancelled thread had is lost");
    pid_t pid = fork_child();
    if (pid == 0)
        _exit(cancel_again_and_again());
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
}

int main(void)
{
    return run_tests();
}
