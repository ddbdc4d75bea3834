/* Signals reach exactly the process that was opened. */
#include "core/process.h"
#include "os/linux/process.h"

#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static void expect_status(psutil_process *process, int64_t wanted)
{
    int64_t status = 0;
    for (int i = 0; i < 200 && status != wanted; i++) {
        CHECK_INT(psutil_process_status(&status, process), 0);
        sleep_for(0.005);
    }
    CHECK_INT(status, wanted);
}

static atomic_int thread_id;
static atomic_bool thread_may_end;

static void *live_as_thread(void *unused)
{
    thread_id = (int)syscall(SYS_gettid);
    while (!thread_may_end)
        sleep_for(0.002);
    return unused;
}

/* kill() takes a thread's id for its whole process; signal 0 shows it without harm. */
TEST(a_thread_is_no_process_to_signal) /* corner case 10 */
{
    pthread_t thread;
    thread_id = 0;
    thread_may_end = false;
    REQUIRE(pthread_create(&thread, NULL, live_as_thread, NULL) == 0);
    while (thread_id == 0)
        sleep_for(0.002);
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_process *process;
        CHECK_INT(psutil_process_open_thread(&process, ctx, thread_id), 0);
        CHECK_INT(psutil_process_send_signal(process, 0), PSUTIL_ESRCH);
        psutil_process_close(process);
        psutil_close(ctx);
    }
    thread_may_end = true;
    pthread_join(thread, NULL);
}

TEST(each_action_sends_its_signal)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        int64_t code = 0;
        psutil_process *process = open_handle(ctx, start_child(60, 0));
        CHECK_INT(psutil_process_send_signal(process, 0), 0);
        CHECK_INT(psutil_process_suspend(process), 0);
        expect_status(process, PSUTIL_STATUS_STOPPED);
        CHECK_INT(psutil_process_resume(process), 0);
        expect_status(process, PSUTIL_STATUS_SLEEPING);
        CHECK_INT(psutil_process_terminate(process), 0);
        CHECK_INT(psutil_process_wait(&code, process, 10), 0);
        CHECK_INT(code, -SIGTERM);
        psutil_process_close(process);
        process = open_handle(ctx, start_child(60, 0));
        CHECK_INT(psutil_process_kill(process), 0);
        CHECK_INT(psutil_process_wait(&code, process, 10), 0);
        CHECK_INT(code, -SIGKILL);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

TEST(numbers_that_are_no_signal)
{
    static const int numbers[] = {-1, -9, NSIG, 1000, INT32_MAX, INT32_MIN};
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        pid_t pid = start_child(60, 0);
        psutil_process *process = open_handle(ctx, pid);
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            CHECK_INT(psutil_process_send_signal(process, numbers[i]), PSUTIL_EINVAL);
        CHECK_INT(waitpid(pid, NULL, WNOHANG), 0);
        end_child(pid);
        psutil_process_close(process);
        psutil_close(ctx);
    }
}

/* The start is known of the ended as well, when the process was never asked for it. */
TEST(the_start_is_known_for_ever)
{
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        pid_t pid = start_child(60, 0);
        psutil_process *process = open_handle(ctx, pid), *other = open_handle(ctx, pid);
        double told = 0, known = 0;
        CHECK_INT(psutil_process_create_time(&told, other), 0);
        end_child(pid);
        CHECK_INT(psutil_process_started(&known, process), 0);
        CHECK(told > 0 && told == known);
        known = 7;
        CHECK_INT(psutil_process_create_time(&known, process), PSUTIL_ESRCH);
        CHECK(known == 7);
        psutil_process_close(process);
        psutil_process_close(other);
        psutil_close(ctx);
    }
}

/* No handle on pid 0 can be opened on Linux; where one can, it takes no signals. */
TEST(pid_0_is_refused) /* corner case 10 */
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process idle = {.ctx = ctx, .ref = {.pid = 0}};
    CHECK_INT(psutil_process_send_signal(&idle, 0), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_kill(&idle), PSUTIL_EINVAL);
    psutil_close(ctx);
}

TEST(zombies_take_signals_and_exist)
{
    for (size_t r = 0; r < REACHES; r++) {
        for (int kept = 0; kept < 2; kept++) {
            psutil *ctx = open_reaching(reaches[r]);
            if (!kept)
                keep_none(ctx);
            bool running = false;
            pid_t pid = start_child(0, 0);
            psutil_process *process = open_handle(ctx, pid);
            expect_status(process, PSUTIL_STATUS_ZOMBIE);
            CHECK_INT(psutil_process_kill(process), 0);
            CHECK_INT(psutil_process_is_running(&running, process), 0);
            CHECK(running);
            waitpid(pid, NULL, 0);
            CHECK_INT(psutil_process_kill(process), PSUTIL_ESRCH);
            CHECK_INT(psutil_process_is_running(&running, process), 0);
            CHECK(!running);
            psutil_process_close(process);
            psutil_close(ctx);
        }
    }
}

/* The child's exit code tells what it was answered. */
static int ask_as_nobody(enum ps_reach reach)
{
    int status = 0;
    pid_t target = start_child(60, 0);
    pid_t pid = fork_child();
    if (pid == 0) {
        psutil_error error;
        if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
            _exit(1);
        psutil *ctx = open_reaching(reach);
        psutil_process *process = open_handle(ctx, target);
        if (psutil_process_terminate(process) != PSUTIL_EACCES)
            _exit(2);
        const char *call = ps_linux_reach(ctx) == PS_REACH_PIDS ? "kill" : "pidfd_send_signal";
        bool told = psutil_error_detail(&error, ctx) && error.os_code == EPERM &&
                    error.pid == target && strcmp(error.call, call) == 0;
        bool running = false;
        if (psutil_process_is_running(&running, process) != 0 || !running)
            _exit(4);
        _exit(told ? 0 : 3);
    }
    waitpid(pid, &status, 0);
    end_child(target);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(others_processes_are_refused)
{
    if (geteuid() != 0)
        SKIP("needs root, to become another user");
    for (size_t r = 0; r < REACHES; r++)
        CHECK_INT(ask_as_nobody(reaches[r]), 0);
}

TEST(another_root_never_signals) /* corner case 33 */
{
    psutil *ctx;
    psutil_process *process;
    pid_t pid = start_child(60, 0);
    REQUIRE(psutil_open(&ctx, &(psutil_options){.proc = "/proc/../proc"}) == 0);
    REQUIRE(psutil_process_open(&process, ctx, pid) == 0);
    CHECK_INT(psutil_process_kill(process), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_send_signal(process, 0), PSUTIL_ENOTSUP);
    sleep_for(0.02);
    CHECK_INT(waitpid(pid, NULL, WNOHANG), 0);
    end_child(pid);
    psutil_process_close(process);
    psutil_close(ctx);
}

/* ---- In a pid namespace of their own -----------------------------------------------------------
 */

static bool write_file(const char *path, long number)
{
    char text[32];
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int len = snprintf(text, sizeof text, "%ld", number);
    bool ok = fd >= 0 && write(fd, text, (size_t)len) == len;
    close(fd);
    return ok;
}

/* Gives the pid of a process that was reaped to another one. */
static pid_t start_with_pid(pid_t pid)
{
    if (!write_file("/proc/sys/kernel/ns_last_pid", pid - 1))
        return -1;
    return start_child(60, 0);
}

enum { REUSE_ROUNDS = 100 };

/* Exit codes of the namespace's first process. */
enum { ALL_WELL, NO_NAMESPACE, NO_REUSE, WRONG_ANSWER, WRONG_SIGNAL };

/* Nothing that the handle says is about the pid's next owner: neither what one file tells, nor what
 * several do, nor a change. */
static int ask_after_reuse(psutil *ctx, psutil_process *gone, pid_t heir)
{
    int64_t ppid;
    psutil_puids uids;
    bool running = true;
    int asked[] = {psutil_process_ppid(&ppid, gone), psutil_process_uids(&uids, gone),
                   psutil_process_set_nice(gone, 5)};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (asked[i] != PSUTIL_ESRCH && asked[i] != PSUTIL_EREUSED)
            return WRONG_ANSWER;
    if (psutil_process_is_running(&running, gone) != 0 || running)
        return WRONG_ANSWER;
    psutil_process *other = open_handle(ctx, heir);
    bool equal = psutil_process_equal(gone, other) && gone->ref.id != 0;
    psutil_process_close(other);
    return equal ? WRONG_ANSWER : ALL_WELL;
}

/* One handle whose process is gone and whose pid is another's. `age` is how long the first owner
 * lives: start times have a grain of 10 milliseconds. */
static int reuse_once(psutil *ctx, double age, int round)
{
    int64_t code;
    bool running = true;
    pid_t pid = start_child(60, 0);
    psutil_process *process = open_handle(ctx, pid);
    sleep_for(age);
    end_child(pid);
    pid_t heir = start_with_pid(pid);
    if (heir != pid)
        return NO_REUSE;
    int result = ask_after_reuse(ctx, process, heir);
    if (result != ALL_WELL)
        return result;
    int rc = round % 2 ? psutil_process_kill(process) : psutil_process_terminate(process);
    if (rc != PSUTIL_ESRCH && rc != PSUTIL_EREUSED)
        return WRONG_ANSWER;
    if (psutil_process_wait(&code, process, 0) != 0 || psutil_process_kill(process) != PSUTIL_ESRCH)
        return WRONG_ANSWER;
    if (psutil_process_is_running(&running, process) != 0 || running)
        return WRONG_ANSWER;
    if (waitpid(heir, NULL, WNOHANG) != 0)
        return WRONG_SIGNAL;
    psutil_process_close(process);
    end_child(heir);
    return ALL_WELL;
}

static int reuse_often(enum ps_reach reach, bool kept, double age)
{
    if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", 0, NULL) != 0)
        return NO_NAMESPACE;
    psutil *ctx = open_reaching(reach);
    if (!kept)
        keep_none(ctx);
    int result = ALL_WELL;
    for (int i = 0; i < REUSE_ROUNDS && result == ALL_WELL; i++)
        result = reuse_once(ctx, age, i);
    psutil_close(ctx);
    return result;
}

/* The first process of a new pid namespace, with a /proc of its own, does the rounds. */
static int in_namespace(enum ps_reach reach, bool kept, double age)
{
    int status = 0;
    pid_t outer = fork_child();
    if (outer == 0) {
        if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
            _exit(NO_NAMESPACE);
        pid_t first = fork_child();
        if (first == 0)
            _exit(reuse_often(reach, kept, age));
        waitpid(first, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : WRONG_SIGNAL);
    }
    waitpid(outer, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define CHECK_REUSE(reach, kept, age)                                                              \
    do {                                                                                           \
        int result_ = geteuid() == 0 ? in_namespace(reach, kept, age) : NO_NAMESPACE;              \
        if (result_ == NO_NAMESPACE)                                                               \
            SKIP("needs root, for a pid namespace");                                               \
        CHECK_INT(result_, ALL_WELL);                                                              \
    } while (0)

TEST(the_next_owner_of_a_pid_is_unharmed) /* corner case 10 */
{
    CHECK_REUSE(PS_REACH_UNKNOWN, true, 0);
}

/* In all but a few of the rounds both owners have the same start time. */
TEST(the_next_owner_is_unharmed_without_kept_descriptors) /* corner case 10 */
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    bool exact = ps_linux_reach(ctx) == PS_REACH_PIDFS;
    psutil_close(ctx);
    CHECK_REUSE(PS_REACH_UNKNOWN, false, exact ? 0 : 0.02);
}

/* Start times are all that tells owners apart there. */
TEST(the_next_owner_is_unharmed_on_older_kernels)
{
    CHECK_REUSE(PS_REACH_PIDFDS, true, 0);
    CHECK_REUSE(PS_REACH_PIDFDS, false, 0.02);
    CHECK_REUSE(PS_REACH_PIDS, true, 0);
    CHECK_REUSE(PS_REACH_PIDS, false, 0.02);
}

/* A procfs of another namespace: its pids are not those that system calls take. The caller is pid 1
 * of its own namespace and must not be taken for the pid 1 that it sees. */
static int change_across(psutil_process *first)
{
    psutil_pionice ionice;
    int64_t cpu = 0;
    int before = getpriority(PRIO_PROCESS, 0);
    bool refused =
        psutil_process_send_signal(first, 0) == PSUTIL_ENOTSUP &&
        psutil_process_set_nice(first, 7) == PSUTIL_ENOTSUP &&
        psutil_process_set_ionice(first, PSUTIL_IOPRIO_CLASS_IDLE, 0) == PSUTIL_ENOTSUP &&
        psutil_process_set_cpu_affinity(first, &cpu, 1) == PSUTIL_ENOTSUP &&
        psutil_process_set_rlimit(first, PSUTIL_RLIMIT_CORE, 0, 0) == PSUTIL_ENOTSUP &&
        psutil_process_ionice(&ionice, first) == PSUTIL_ENOTSUP;
    return refused && getpriority(PRIO_PROCESS, 0) == before ? ALL_WELL : WRONG_SIGNAL;
}

/* What files tell is of the process that is seen. */
static int read_across(psutil_process *first)
{
    struct rlimit own = {123, 456};
    psutil_prlimit limit;
    psutil_int_list *cpus;
    if (setrlimit(RLIMIT_CORE, &own) != 0 ||
        psutil_process_rlimit(&limit, first, PSUTIL_RLIMIT_CORE) != 0 || limit.soft == 123 ||
        psutil_process_cpu_affinity(&cpus, first) != 0)
        return WRONG_ANSWER;
    bool any = cpus->len > 0;
    psutil_free(cpus);
    return any ? ALL_WELL : WRONG_ANSWER;
}

/* The caller as the procfs has it. */
static int exist_across(psutil *ctx)
{
    char target[32] = "";
    bool exists = false;
    if (readlink("/proc/self", target, sizeof target - 1) <= 0 ||
        psutil_pid_exists(&exists, ctx, atoi(target)) != 0)
        return WRONG_ANSWER;
    return exists ? ALL_WELL : WRONG_ANSWER;
}

static int act_across(void)
{
    psutil *ctx;
    psutil_process *first;
    if (psutil_open(&ctx, NULL) != 0 || psutil_process_open(&first, ctx, 1) != 0)
        return WRONG_ANSWER;
    int result = change_across(first);
    if (result == ALL_WELL)
        result = read_across(first);
    if (result == ALL_WELL)
        result = exist_across(ctx);
    psutil_process_close(first);
    psutil_close(ctx);
    return result;
}

TEST(pids_of_another_namespace_are_not_mixed_up)
{
    int status = 0;
    if (geteuid() != 0)
        SKIP("needs root, for a pid namespace");
    pid_t outer = fork_child();
    if (outer == 0) {
        if (unshare(CLONE_NEWPID) != 0)
            _exit(NO_NAMESPACE);
        pid_t first = fork_child();
        if (first == 0)
            _exit(act_across());
        waitpid(first, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : WRONG_SIGNAL);
    }
    waitpid(outer, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_NAMESPACE)
        SKIP("pid namespaces are forbidden here");
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), ALL_WELL);
}

int main(void)
{
    return run_tests();
}
