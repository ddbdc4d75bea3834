/* Waiting for real processes, by every means that kernels offer. */
#include "core/process.h"
#include "os/linux/process.h"

#include "children.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/utsname.h>

static bool is_reaped(pid_t pid)
{
    return waitpid(pid, NULL, WNOHANG) == -1 && errno == ECHILD;
}

/* CPU time of this process so far, in seconds, and how often it went to sleep. */
static double cpu_used(long *sleeps)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    *sleeps = used.ru_nvcsw;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Whether the running kernel is at least this one. */
static bool is_kernel(int major, int minor)
{
    struct utsname name;
    int got_major = 0, got_minor = 0;
    return uname(&name) == 0 && sscanf(name.release, "%d.%d", &got_major, &got_minor) == 2 &&
           (got_major > major || (got_major == major && got_minor >= minor));
}

TEST(every_exit_code)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        for (int code = 0; code < 256; code++) {
            pid_t pid = start_child(0, code);
            psutil_process *process = open_handle(ctx, pid);
            CHECK_INT(wait_for(process, -1), code);
            CHECK(is_reaped(pid));
            CHECK_INT(wait_for(process, 0), code);
            psutil_process_close(process);
        }
        psutil_close(ctx);
    }
}

TEST(ended_by_signals)
{
    static const int signals[] = {SIGTERM, SIGKILL, SIGHUP, SIGINT, SIGUSR1, SIGALRM, SIGABRT};
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
            signal(signals[i], SIG_DFL); /* nohup and the jobs of a shell ignore some */
            psutil_process *process = open_handle(ctx, start_child(60, 0));
            CHECK_INT(psutil_process_send_signal(process, signals[i]), 0);
            CHECK_INT(wait_for(process, 10), -signals[i]);
            psutil_process_close(process);
        }
        psutil_close(ctx);
    }
}

TEST(stopping_is_not_ending)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_process *process = open_handle(ctx, start_child(0.8, 5));
        CHECK_INT(psutil_process_suspend(process), 0);
        CHECK_INT(wait_for(process, 1.1), -2000 + PSUTIL_ETIMEDOUT);
        CHECK_INT(psutil_process_resume(process), 0);
        CHECK_INT(wait_for(process, 10), 5);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

/* Never too early, and in the best of a few tries (others may need the machine) not much too late.
 */
static void check_timeout(psutil_process *process, double timeout, double at_most)
{
    double best = INFINITY;
    for (int i = 0; i < 10 && best >= at_most; i++) {
        double begin = seconds_now();
        CHECK_INT(wait_for(process, timeout), -2000 + PSUTIL_ETIMEDOUT);
        double took = seconds_now() - begin;
        CHECK(took >= timeout);
        best = fmin(best, took);
    }
    CHECK(best < at_most);
}

TEST(timeouts_are_kept)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        pid_t pid = start_child(60, 0);
        psutil_process *process = open_handle(ctx, pid);
        int64_t code = 77;
        check_timeout(process, 0, 0.05);
        check_timeout(process, 0.05, 0.25);
        CHECK_INT(psutil_process_wait(&code, process, 0), PSUTIL_ETIMEDOUT);
        CHECK_INT(code, 77);
        psutil_error error;
        CHECK(psutil_error_detail(&error, ctx));
        CHECK_INT(error.code, PSUTIL_ETIMEDOUT);
        CHECK_INT(error.pid, pid);
        CHECK_INT(psutil_process_wait(&code, process, NAN), PSUTIL_EINVAL);
        bool gone = true;
        CHECK_INT(psutil_wait_procs(&gone, ctx, &process, 1, NAN, NULL, NULL), PSUTIL_EINVAL);
        CHECK_INT(psutil_wait_procs(&gone, ctx, &process, 1, 0, NULL, NULL), 0);
        CHECK(!gone);
        end_child(pid);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

TEST(huge_timeouts_are_for_ever)
{
    static const double timeouts[] = {1e9, 9.3e9, 1e18, 1e300, INFINITY, -INFINITY, -1};
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
        psutil_process *process = open_handle(ctx, start_child(0.02, 3));
        CHECK_INT(wait_for(process, timeouts[i]), 3);
        psutil_process_close(process);
    }
    psutil_close(ctx);
}

TEST(no_time_is_burnt)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    pid_t pid = start_child(60, 0);
    psutil_process *process = open_handle(ctx, pid);
    long sleeps_before, sleeps;
    double before = cpu_used(&sleeps_before);
    CHECK_INT(wait_for(process, 1), -2000 + PSUTIL_ETIMEDOUT);
    CHECK(cpu_used(&sleeps) - before < 0.2);
    if (ps_linux_reach(ctx) >= PS_REACH_PIDFDS)
        CHECK(sleeps - sleeps_before < 12); /* it slept once and looked at nothing between */
    end_child(pid);
    psutil_process_close(process);
    psutil_close(ctx);
}

/* The zombies of others exist; what they ended with is known once they are reaped. */
TEST(grandchildren_end_when_they_are_reaped)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        pid_t pid, child = start_grandchild(0.1, 42, 2, &pid);
        psutil_process *process = open_handle(ctx, pid);
        bool running = false;
        CHECK_INT(wait_for(process, 0.5), -2000 + PSUTIL_ETIMEDOUT);
        CHECK_INT(psutil_process_is_running(&running, process), 0);
        CHECK(running);
        CHECK_INT(psutil_process_terminate(process), 0); /* a zombie takes signals */
        long sleeps_before, sleeps;
        double before = cpu_used(&sleeps_before);
        int64_t code = wait_for(process, 10);
        CHECK(cpu_used(&sleeps) - before < 0.2);
        CHECK(code == 42 || code == PSUTIL_UNKNOWN);
        if (reaches[r] == PS_REACH_PIDS)
            CHECK_INT(code, PSUTIL_UNKNOWN);
        if (ps_linux_reach(ctx) == PS_REACH_PIDFS)
            CHECK(sleeps - sleeps_before < 12);
        CHECK_INT(psutil_process_is_running(&running, process), 0);
        CHECK(!running);
        psutil_process_close(process);
        end_child(child);
        psutil_close(ctx);
    }
}

static void *wait_again_and_again(void *process)
{
    for (;;)
        wait_for(process, 0);
    return NULL;
}

/* It looks at the zombie most of the time, while it holds the context's lock. */
TEST(a_cancelled_thread_holds_no_lock)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    pid_t pid, child = start_grandchild(0, 0, 60, &pid);
    psutil_process *process = open_handle(ctx, pid);
    for (int i = 0; i < 100; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, wait_again_and_again, process) == 0);
        usleep((useconds_t)(500 + i * 7));
        pthread_cancel(thread);
        pthread_join(thread, NULL);
        REQUIRE(!ps_lock_renew(ctx->lock));
    }
    psutil_process_close(process);
    end_child(child);
    psutil_close(ctx);
}

TEST(exit_codes_of_grandchildren)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    if (ps_linux_reach(ctx) < PS_REACH_PIDFDS) {
        psutil_close(ctx);
        SKIP("there are no pidfds here");
    }
    pid_t pid, child = start_grandchild(0.5, 42, 0, &pid);
    psutil_process *process = open_handle(ctx, pid);
    int fd = -1;
    REQUIRE(ps_process_pidfd(ctx, &process->ref, &fd) == 0);
    CHECK_INT(ps_pidfd_exit_code(fd), PSUTIL_UNKNOWN); /* it lives */
    CHECK(!ps_pidfd_is_gone(fd));
    int64_t code = wait_for(process, 10);
    CHECK(ps_pidfd_is_gone(fd));
    psutil_process_close(process);
    end_child(child);
    child = start_grandchild(60, 0, 0, &pid);
    process = open_handle(ctx, pid);
    kill(child, SIGKILL); /* which makes the kernel kill its child as well */
    waitpid(child, NULL, 0);
    int64_t signalled = wait_for(process, 10);
    psutil_process_close(process);
    psutil_close(ctx);
    if (!is_kernel(6, 15) && code == PSUTIL_UNKNOWN)
        SKIP("the kernel does not tell the exit codes of others' children (before 6.15)");
    CHECK_INT(code, 42);
    CHECK_INT(signalled, -SIGKILL);
}

TEST(reaped_by_somebody_else) /* corner case 5 */
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        pid_t pid = start_child(0, 9);
        psutil_process *process = open_handle(ctx, pid);
        waitpid(pid, NULL, 0);
        int64_t code = wait_for(process, -1);
        CHECK(code == PSUTIL_UNKNOWN || (code == 9 && reaches[r] != PS_REACH_PIDS));
        CHECK_INT(wait_for(process, -1), code);
        CHECK_INT(psutil_process_kill(process), PSUTIL_ESRCH);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

TEST(handles_without_descriptors)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        keep_none(ctx);
        size_t before = count_descriptors();
        psutil_process *process = open_handle(ctx, start_child(0.5, 6));
        CHECK_INT(count_descriptors(), before);
        CHECK_INT(wait_for(process, 0), -2000 + PSUTIL_ETIMEDOUT);
        CHECK_INT(wait_for(process, 10), 6);
        CHECK_INT(count_descriptors(), before);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

/* ---- Many at once ---------------------------------------------------------------------------- */

#define MANY 200

struct seen {
    size_t calls;
    psutil_process *order[2 * MANY];
    int64_t codes[2 * MANY];
};

static bool note_end(psutil_process *process, int64_t exit_code, void *user)
{
    struct seen *seen = user;
    seen->order[seen->calls] = process;
    seen->codes[seen->calls++] = exit_code;
    return true;
}

/* Has seen enough after the first two. */
static bool note_two(psutil_process *process, int64_t exit_code, void *user)
{
    note_end(process, exit_code, user);
    return ((const struct seen *)user)->calls < 2;
}

/* The ends of the pipes of eight that end when they are told to. */
struct told {
    struct seen seen;
    int ends[8];
};

/* The end of each tells the one that was started before it. */
static bool note_and_tell(psutil_process *process, int64_t exit_code, void *user)
{
    struct told *told = user;
    if (exit_code > 0)
        close(told->ends[exit_code - 1]);
    return note_end(process, exit_code, &told->seen);
}

/* The last one ends first. */
TEST(callbacks_come_in_the_order_of_ends)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_process *processes[8];
        bool gone[8];
        struct told told = {0};
        for (int i = 0; i < 8; i++)
            processes[i] = open_handle(ctx, start_child_told(&told.ends[i], i));
        close(told.ends[7]);
        CHECK_INT(psutil_wait_procs(gone, ctx, processes, 8, -1, note_and_tell, &told), 0);
        CHECK_INT(told.seen.calls, 8);
        for (size_t i = 0; i < 8; i++) {
            CHECK(gone[i]);
            CHECK(told.seen.order[i] == processes[7 - i]);
            CHECK_INT(told.seen.codes[i], 7 - i);
            psutil_process_close(processes[i]);
        }
        psutil_close(ctx);
    }
}

/* The others go on, and are waited for by another call. */
TEST(a_callback_ends_the_waiting)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_process *processes[4];
        bool gone[4];
        struct seen seen = {0};
        for (int i = 0; i < 4; i++)
            processes[i] = open_handle(ctx, start_child(i < 3 ? 0.01 : 30, i));
        CHECK_INT(wait_for(processes[0], -1), 0);
        CHECK_INT(wait_for(processes[1], -1), 1);
        CHECK_INT(wait_for(processes[2], -1), 2);
        CHECK_INT(psutil_wait_procs(gone, ctx, processes, 4, -1, note_two, &seen), 0);
        CHECK_INT(seen.calls, 2);
        CHECK_INT(gone[0] + gone[1] + gone[2] + gone[3], 2);
        CHECK(!gone[3]);
        CHECK_INT(psutil_process_kill(processes[3]), 0);
        CHECK_INT(wait_for(processes[3], -1), -SIGKILL);
        for (size_t i = 0; i < 4; i++)
            psutil_process_close(processes[i]);
        psutil_close(ctx);
    }
}

TEST(two_hundred_at_once)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_process *processes[MANY + 1];
        bool gone[MANY + 1];
        struct seen seen = {0};
        size_t before = count_descriptors();
        for (int i = 0; i < MANY; i++)
            processes[i] = open_handle(ctx, start_child(0.001 * (i * 37 % MANY), i));
        processes[MANY] = processes[17]; /* the same handle again */
        CHECK_INT(psutil_wait_procs(gone, ctx, processes, MANY + 1, 30, note_end, &seen), 0);
        CHECK_INT(seen.calls, MANY + 1);
        for (size_t i = 0; i < MANY; i++) {
            CHECK(gone[i]);
            CHECK_INT(wait_for(processes[i], 0), i);
            psutil_process_close(processes[i]);
        }
        CHECK(gone[MANY]);
        CHECK_INT(count_descriptors(), before);
        psutil_close(ctx);
    }
}

TEST(some_end_and_some_do_not)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    pid_t pids[4];
    psutil_process *processes[4];
    bool gone[4];
    struct seen seen = {0};
    for (int i = 0; i < 4; i++) {
        pids[i] = start_child(i % 2 ? 60 : 0, i);
        processes[i] = open_handle(ctx, pids[i]);
    }
    double begin = seconds_now();
    CHECK_INT(psutil_wait_procs(gone, ctx, processes, 4, 0.3, note_end, &seen), 0);
    CHECK(seconds_now() - begin >= 0.3);
    CHECK_INT(seen.calls, 2);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(gone[i], i % 2 == 0);
        if (i % 2)
            end_child(pids[i]);
        psutil_process_close(processes[i]);
    }
    CHECK_INT(psutil_wait_procs(gone, ctx, processes, 0, -1, NULL, NULL), 0);
    psutil_close(ctx);
}

TEST(handles_of_another_context_are_refused)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN), *other = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *process = open_handle(other, getpid());
    bool gone;
    CHECK_INT(psutil_wait_procs(&gone, ctx, &process, 1, 0, NULL, NULL), PSUTIL_EINVAL);
    psutil_process_close(process);
    psutil_close(other);
    psutil_close(ctx);
}

/* ---- Signals and threads --------------------------------------------------------------------- */

static void do_nothing(int signal)
{
    (void)signal;
}

TEST(a_signal_interrupts) /* corner case 32 */
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_RESTART}, old;
        sigaction(SIGALRM, &action, &old);
        pid_t pid = start_child(60, 0);
        psutil_process *process = open_handle(ctx, pid);
        bool gone = true;
        ualarm(100000, 0);
        double begin = seconds_now();
        CHECK_INT(wait_for(process, 10), -2000 + PSUTIL_EINTR);
        CHECK(seconds_now() - begin < 5);
        ualarm(100000, 0);
        CHECK_INT(psutil_wait_procs(&gone, ctx, &process, 1, 10, NULL, NULL), PSUTIL_EINTR);
        CHECK(!gone);
        sigaction(SIGALRM, &old, NULL);
        end_child(pid);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

/* The end itself sends a signal to programs that ask for it. */
TEST(a_handler_of_sigchld_hides_no_end)
{
    struct sigaction action = {.sa_handler = do_nothing}, old;
    sigaction(SIGCHLD, &action, &old);
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        for (int i = 0; i < 50; i++) {
            psutil_process *process = open_handle(ctx, start_child(0.005, i));
            CHECK_INT(wait_for(process, 10), i);
            psutil_process_close(process);
        }
        psutil_close(ctx);
    }
    sigaction(SIGCHLD, &old, NULL);
}

/* The kernel reaps such children itself. */
TEST(children_that_nobody_reaps)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        struct sigaction action = {.sa_handler = SIG_IGN}, old;
        sigaction(SIGCHLD, &action, &old);
        psutil_process *process = open_handle(ctx, start_child(0.1, 8));
        int64_t code = wait_for(process, 10);
        CHECK(code == PSUTIL_UNKNOWN || (code == 8 && reaches[r] != PS_REACH_PIDS));
        sigaction(SIGCHLD, &old, NULL);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

static void *wait_in_thread(void *user)
{
    int64_t code = -1000;
    int rc = psutil_process_wait(&code, user, 10);
    return (void *)(intptr_t)(rc == 0 ? code : -2000 + rc);
}

TEST(threads_share_a_handle) /* corner case 5 */
{
    enum { THREADS = 4, ROUNDS = 30 };
    for (size_t r = 0; r < REACHES; r++) {
        for (int kept = 0; kept < 2; kept++) {
            psutil *ctx = open_reaching(reaches[r]);
            if (!kept)
                keep_none(ctx);
            for (int round = 0; round < ROUNDS; round++) {
                pthread_t threads[THREADS];
                pid_t pid = start_child(0.003, round + 1);
                psutil_process *process = open_handle(ctx, pid);
                for (int i = 0; i < THREADS; i++)
                    REQUIRE(pthread_create(&threads[i], NULL, wait_in_thread, process) == 0);
                for (int i = 0; i < THREADS; i++) {
                    void *code;
                    pthread_join(threads[i], &code);
                    CHECK_INT((intptr_t)code, round + 1);
                }
                CHECK(is_reaped(pid));
                psutil_process_close(process);
            }
            psutil_close(ctx);
        }
    }
}

static void *sleep_and_exit(void *unused)
{
    (void)unused;
    sleep_for(1);
    _exit(4);
}

TEST(a_leader_thread_that_ends_first) /* corner case 14 */
{
    if (under_memcheck())
        SKIP("memcheck takes what an ended leader's stack points to for lost");
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        pid_t pid = fork_child();
        if (pid == 0) {
            pthread_t thread;
            pthread_create(&thread, NULL, sleep_and_exit, NULL);
            pthread_exit(NULL);
        }
        psutil_process *process = open_handle(ctx, pid);
        CHECK_INT(wait_for(process, 0.15), -2000 + PSUTIL_ETIMEDOUT);
        CHECK_INT(wait_for(process, 10), 4);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

TEST(a_wait_for_oneself_times_out)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *process = open_handle(ctx, getpid());
    CHECK_INT(wait_for(process, 0.02), -2000 + PSUTIL_ETIMEDOUT);
    psutil_process_close(process);
    psutil_close(ctx);
}

TEST(another_root_is_refused)
{
    psutil *ctx;
    psutil_process *process;
    bool gone;
    REQUIRE(psutil_open(&ctx, &(psutil_options){.proc = "/proc/../proc"}) == 0);
    REQUIRE(psutil_process_open(&process, ctx, getpid()) == 0);
    CHECK_INT(wait_for(process, 0), -2000 + PSUTIL_ENOTSUP);
    CHECK_INT(psutil_wait_procs(&gone, ctx, &process, 1, 0, NULL, NULL), PSUTIL_ENOTSUP);
    psutil_process_close(process);
    psutil_close(ctx);
}

int main(void)
{
    return run_tests();
}
