/* Every call that a change of a process, or the waiting for its end, makes fails in turn. What was
 * reported as done is done, what was reported as failed is not, and the next call does it. */
#include "faults.h"

#include "../os/children.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

enum { CROWD = 10, EXIT_CODE = 7 };

/* The kernels that are imitated. */
static const struct kind {
    const char *name;
    enum ps_reach reach;
    bool keeps;
} kinds[] = {{"handles", PS_REACH_UNKNOWN, true},
             {"no handles", PS_REACH_UNKNOWN, false},
             {"no pidfds", PS_REACH_PIDS, false}};
#define KINDS (sizeof kinds / sizeof *kinds)

/* Whom the change is made to. */
static psutil *asked;
static pid_t pids[CROWD];
static psutil_process *processes[CROWD];
static size_t reported[CROWD];
static union {
    int64_t code;
    bool gone[CROWD];
    char bytes[64];
} answer;

/* ---- Changes -----------------------------------------------------------------------------------
 */

struct change {
    const char *name;
    int (*make)(void);
    bool (*is_made)(void); /* now, or within moments when it was reported so */
    size_t subjects;
    bool ends; /* the subjects end by themselves */
};

static int set_nice(void)
{
    return psutil_process_set_nice(processes[0], 5);
}

static bool is_nice(void)
{
    return getpriority(PRIO_PROCESS, (id_t)pids[0]) == 5;
}

static int set_ionice(void)
{
    return psutil_process_set_ionice(processes[0], PSUTIL_IOPRIO_CLASS_IDLE, PSUTIL_UNKNOWN);
}

static bool is_ionice(void)
{
    return syscall(SYS_ioprio_get, 1, (int)pids[0], 0, 0, 0, 0) >> 13 == PSUTIL_IOPRIO_CLASS_IDLE;
}

static int set_limit(void)
{
    return psutil_process_set_rlimit(processes[0], PSUTIL_RLIMIT_CORE, 0, 123);
}

static bool is_limit(void)
{
    struct rlimit limit;
    return prlimit(pids[0], RLIMIT_CORE, NULL, &limit) == 0 && limit.rlim_max == 123;
}

static int64_t first_cpu(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 0;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set))
            return (int64_t)cpu;
    return 0;
}

static int set_affinity(void)
{
    int64_t cpu = first_cpu();
    return psutil_process_set_cpu_affinity(processes[0], &cpu, 1);
}

static int count_cpus(pid_t pid)
{
    cpu_set_t set;
    return sched_getaffinity(pid, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

static bool is_affinity(void)
{
    return count_cpus(pids[0]) == 1 && count_cpus(0) > 1;
}

static int suspend(void)
{
    return psutil_process_suspend(processes[0]);
}

/* What a child did last, of what is asked for; nothing is reaped. */
static bool has(int what)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pids[0], &info, what | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

static bool is_suspended(void)
{
    return has(WSTOPPED);
}

static int kill_it(void)
{
    return psutil_process_kill(processes[0]);
}

static int terminate(void)
{
    return psutil_process_terminate(processes[0]);
}

static bool is_ended(void)
{
    return has(WEXITED);
}

static int look_at(void)
{
    return psutil_process_send_signal(processes[0], 0);
}

static bool is_there(void)
{
    return false; /* nothing is changed */
}

static int wait_one(void)
{
    return psutil_process_wait(&answer.code, processes[0], 60);
}

static bool has_waited(void)
{
    return answer.code == EXIT_CODE;
}

static bool count(psutil_process *process, int64_t exit_code, void *user)
{
    (void)user;
    (void)exit_code;
    for (size_t i = 0; i < CROWD; i++)
        reported[i] += processes[i] == process;
    return true;
}

static int wait_many(void)
{
    memset(reported, 0, sizeof reported);
    return psutil_wait_procs(answer.gone, asked, processes, CROWD, 60, count, NULL);
}

static bool have_waited(void)
{
    bool all = true;
    for (size_t i = 0; i < CROWD; i++)
        all = all && answer.bytes[i] == 1 && reported[i] == 1;
    return all;
}

static const struct change changes[] = {
    {"set_nice", set_nice, is_nice, 1, false},
    {"set_ionice", set_ionice, is_ionice, 1, false},
    {"set_rlimit", set_limit, is_limit, 1, false},
    {"set_cpu_affinity", set_affinity, is_affinity, 1, false},
    {"suspend", suspend, is_suspended, 1, false},
    {"terminate", terminate, is_ended, 1, false},
    {"kill", kill_it, is_ended, 1, false},
    {"send_signal", look_at, is_there, 1, false},
    {"wait", wait_one, has_waited, 1, true},
    {"wait_procs", wait_many, have_waited, CROWD, true},
};
#define CHANGES (sizeof changes / sizeof *changes)

/* ---- Trials ------------------------------------------------------------------------------------
 */

struct trial {
    const struct kind *kind;
    const struct change *change;
    const struct fault *fault;
    size_t at;
};

static void enter(const struct trial *trial)
{
    asked = open_reaching(trial->kind->reach);
    if (!trial->kind->keeps)
        keep_none(asked);
    for (size_t i = 0; i < trial->change->subjects; i++) {
        pids[i] = start_child(trial->change->ends ? 0 : 600, EXIT_CODE);
        processes[i] = open_handle(asked, pids[i]);
    }
    memset(&answer, 0x5a, sizeof answer);
}

static void leave(const struct trial *trial)
{
    for (size_t i = 0; i < trial->change->subjects; i++) {
        psutil_process_close(processes[i]);
        end_child(pids[i]);
    }
    psutil_close(asked);
}

/* A signal takes a moment to have its effect. */
static bool comes_true(const struct change *change)
{
    if (change->is_made == is_there || (change->is_made == is_affinity && count_cpus(0) < 2))
        return true;
    for (int i = 0; i < 60000 && !change->is_made(); i++)
        usleep(500);
    return change->is_made();
}

static void blame(const struct trial *trial, int rc, const char *what)
{
    psutil_error error;
    char text[64], line[600];
    test_failures++;
    psutil_error_detail(&error, asked);
    psutil_error_format(line, sizeof line, &error);
    printf("# %s, %s: %s, call %zu, %s: %s; returned %d (%s)\n", trial->kind->name,
           trial->change->name, inject_hit() ? inject_hit() : "-", trial->at,
           fault_name(trial->fault, text), what, rc, line);
}

/* Who is told by the kernel that a process is gone need not look for its exit code. */
static bool is_told_gone(const struct trial *trial)
{
    const struct fault *fault = trial->fault;
    bool gone = fault->kind == FAULT_EMPTY || fault->error == ESRCH || fault->error == ENOENT;
    return gone && trial->change->make == wait_one && answer.code == PSUTIL_UNKNOWN;
}

static void judge_failure(const struct trial *trial, int rc)
{
    psutil_error error;
    bool interrupted = rc == PSUTIL_EINTR && trial->fault->error == EINTR;
    psutil_error_detail(&error, asked);
    if (!fault_explains(trial->fault, rc))
        blame(trial, rc, "that is no reason");
    else if (!interrupted && rc != PSUTIL_ENOMEM && !detail_explains(&error, trial->fault, rc))
        blame(trial, rc, "the detail does not tell why");
    if (!trial->change->ends && trial->change->is_made())
        blame(trial, rc, "failed, and was done");
    if (trial->change->make == wait_one && answer.bytes[0] != 0x5a)
        blame(trial, rc, "failed, and wrote an answer");
}

static void judge_next(const struct trial *trial)
{
    int rc = trial->change->make();
    if (rc != 0 || !comes_true(trial->change))
        blame(trial, rc, "the next call fails");
}

static bool try_fault(const struct trial *trial)
{
    long blocks = inject_blocks(), descriptors = inject_descriptors(), strange = inject_strange();
    enter(trial);
    inject(trial->fault, trial->at);
    int rc = trial->change->make();
    inject_end();
    bool hit = inject_hit() != NULL;
    if (rc == 0 && !is_told_gone(trial) && !comes_true(trial->change))
        blame(trial, rc, "it was not done");
    if (rc != 0)
        judge_failure(trial, rc);
    if (rc != 0 && hit)
        judge_next(trial);
    leave(trial);
    if (inject_strange() != strange)
        blame(trial, rc, "a descriptor is closed that was not open");
    if (inject_blocks() != blocks || inject_descriptors() != descriptors)
        blame(trial, rc, "something is left open");
    return hit;
}

static size_t tried;

static void try_all(const struct kind *kind, const struct change *change)
{
    static struct call calls_made[CALLS_MAX];
    struct trial trial = {kind, change, &faults[0], 0};
    enter(&trial);
    inject(NULL, 0);
    int rc = change->make();
    size_t calls = inject_end();
    memcpy(calls_made, injected_calls, sizeof calls_made);
    if (rc != 0 || !comes_true(change))
        blame(&trial, rc, "without a fault");
    leave(&trial);
    for (trial.at = 1; trial.at <= calls && trial.at <= 60 && test_failures < 20; trial.at++)
        for (size_t i = 0; i < FAULTS; i++) {
            trial.fault = &faults[i];
            if (fault_applies(trial.fault, calls_made[trial.at - 1].kind))
                tried += try_fault(&trial);
        }
}

static size_t next_case;

static void run_next(void)
{
    size_t number = next_case++;
    try_all(&kinds[number / CHANGES], &changes[number % CHANGES]);
}

int main(void)
{
    static char names[KINDS * CHANGES][64];
    for (size_t i = 0; i < KINDS * CHANGES; i++) {
        snprintf(names[i], sizeof names[i], "%s: %s", kinds[i / CHANGES].name,
                 changes[i % CHANGES].name);
        test_register(names[i], run_next);
    }
    int failed = run_tests();
    printf("# %zu faults\n", tried);
    inject_tell();
    return failed;
}
