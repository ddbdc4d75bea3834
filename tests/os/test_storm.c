/* A storm of short-lived processes whose numbers come round again within milliseconds, while
 * threads read and signal them through handles. Each process can be told from all others, so that
 * every answer and every signal is seen to be about the right one, or counted.
 *
 * PSUTIL_STORM_SECONDS: how long each (1.5, and until everything has happened). */
#include "../namespace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Pids run from 301 (RESERVED_PIDS of kernel/pid.c, once they have come round) to the largest. */
enum { SLOTS = 40, READERS = 7, HELD = 16, IDS = 1 << 16, PID_MAX = 420, UNSURE = 78 };

/* A living process and who it is: its id is never given again. 0: none. */
struct slot {
    _Atomic int pid;
    _Atomic uint32_t id;
};

/* What all processes of the storm see. */
struct storm {
    atomic_bool stop;
    struct slot slots[SLOTS];
    _Atomic uint32_t signalled[IDS], killed[IDS]; /* who may be, by the end of their ids */
    atomic_ulong forks, reads, gone, reused, signals, arrived, kills, rows;
    atomic_ulong wrong_reads, wrong_rows, wrong_signals, wrong_kills, failures;
    char failure[256]; /* one of them */
};

static struct storm *storm;
static uint32_t own_id;
static bool is_one; /* of the short-lived ones */

/* ---- The short-lived processes --------------------------------------------------------------- */

static void on_signal(int number)
{
    (void)number;
    bool right = is_one && storm->signalled[own_id % IDS] == own_id;
    atomic_fetch_add(right ? &storm->arrived : &storm->wrong_signals, 1);
}

static void name_of(uint32_t id, char name[16])
{
    snprintf(name, 16, "one %x", id);
}

static int64_t uid_of(uint32_t id)
{
    return 20000 + id % 9000;
}

/* Before all others, or it would be long until it has its name. */
static int64_t nice_of(uint32_t id)
{
    return -1 - (int64_t)(id % 19);
}

/* The name comes last: whoever reads it knows that the rest is there. */
static void be_one(struct slot *slot)
{
    char name[16];
    uid_t uid = (uid_t)uid_of(own_id);
    is_one = true;
    name_of(own_id, name);
    if (setpriority(PRIO_PROCESS, 0, (int)nice_of(own_id)) != 0 || setresuid(uid, uid, uid) != 0 ||
        prctl(PR_SET_NAME, name) != 0)
        _exit(1);
    slot->pid = getpid();
    slot->id = own_id;
    for (;;)
        pause();
}

struct brood {
    pid_t pid[SLOTS];
    uint32_t id[SLOTS];
};

/* Ends a process now and then; sees who was ended by others. */
static void look_after(struct brood *brood, size_t i, unsigned *seed)
{
    int status = 0;
    pid_t pid = brood->pid[i];
    if (pid > 0 && waitpid(pid, &status, WNOHANG) == pid) {
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL ||
            storm->killed[brood->id[i] % IDS] != brood->id[i])
            atomic_fetch_add(&storm->wrong_kills, 1);
        brood->pid[i] = 0;
    } else if (pid > 0 && storm->slots[i].id == brood->id[i] && rand_r(seed) % 2 == 0) {
        storm->slots[i].id = 0;
        end_child(pid);
        brood->pid[i] = 0;
    }
}

/* Handles that keep no descriptors tell owners of a pid apart by their start times, which are the
 * same within a hundredth of a second: for them, the numbers come round more slowly. */
static void breed(bool kept)
{
    static struct brood brood;
    unsigned seed = 1;
    uint32_t next = 0;
    setpriority(PRIO_PROCESS, 0, 0); /* what check_row() takes for a newborn's */
    for (size_t i = 0; !storm->stop; i = (i + 1) % SLOTS) {
        look_after(&brood, i, &seed);
        if (brood.pid[i] > 0)
            continue;
        storm->slots[i].id = 0;
        brood.id[i] = own_id = ++next;
        brood.pid[i] = fork();
        if (brood.pid[i] == 0)
            be_one(&storm->slots[i]);
        if (brood.pid[i] > 0)
            atomic_fetch_add(&storm->forks, 1);
        if (!kept)
            sleep_for(0.0005);
    }
    _exit(0);
}

/* ---- The readers ----------------------------------------------------------------------------- */

struct handle {
    psutil *ctx;
    psutil_process *process;
    uint32_t id;
    double created;
    int looked;
};

static void note_failure(psutil *ctx)
{
    psutil_error error;
    if (psutil_error_detail(&error, ctx))
        psutil_error_format(storm->failure, sizeof storm->failure, &error);
    atomic_fetch_add(&storm->failures, 1);
}

/* Of an answer that came: it is about whom the handle was opened on, or wrong. */
static void count_answer(const struct handle *h, int rc, bool right)
{
    atomic_fetch_add(&storm->reads, 1);
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_EZOMBIE)
        atomic_fetch_add(&storm->gone, 1);
    else if (rc != 0)
        note_failure(h->ctx);
    else if (!right)
        atomic_fetch_add(&storm->wrong_reads, 1);
}

static bool is_named(const char *name, uint32_t id)
{
    char wanted[16];
    name_of(id, wanted);
    return name && strcmp(name, wanted) == 0;
}

static void read_name(const struct handle *h)
{
    char *name = NULL;
    int rc = psutil_process_name(&name, h->process);
    count_answer(h, rc, rc == 0 && is_named(name, h->id));
    if (rc == 0)
        psutil_free(name);
}

static void read_user(const struct handle *h)
{
    psutil_puids uids;
    int rc = psutil_process_uids(&uids, h->process);
    count_answer(h, rc, rc == 0 && uids.real == uid_of(h->id) && uids.saved == uid_of(h->id));
}

/* A system call that takes a number. */
static void read_nice(const struct handle *h)
{
    int64_t nice = 0;
    int rc = psutil_process_nice(&nice, h->process);
    count_answer(h, rc, rc == 0 && nice == nice_of(h->id));
}

static void read_several(const struct handle *h)
{
    psutil_process_info *info;
    int rc = psutil_process_read(&info, h->process,
                                 PSUTIL_FIELD(NAME) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(NICE) |
                                     PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(CMDLINE));
    if (rc != 0) {
        count_answer(h, rc, false);
        return;
    }
    const int8_t *result = info->result;
    bool right =
        (result[PSUTIL_FIELD_NAME] != 0 || is_named(info->name, h->id)) &&
        (result[PSUTIL_FIELD_UIDS] != 0 || info->uids.real == uid_of(h->id)) &&
        (result[PSUTIL_FIELD_NICE] != 0 || info->nice == nice_of(h->id)) &&
        (result[PSUTIL_FIELD_CREATE_TIME] != 0 || fabs(info->create_time - h->created) < 0.001);
    count_answer(h, 0, right);
    psutil_process_info_free(info);
}

static void send_a_signal(const struct handle *h)
{
    storm->signalled[h->id % IDS] = h->id;
    if (psutil_process_send_signal(h->process, SIGUSR1) == 0)
        atomic_fetch_add(&storm->signals, 1);
}

static void kill_it(const struct handle *h)
{
    storm->killed[h->id % IDS] = h->id;
    if (psutil_process_kill(h->process) == 0)
        atomic_fetch_add(&storm->kills, 1);
}

/* Opens a handle on a process of which it is certain who it is; false when that has ended. */
static bool take_one(psutil *ctx, struct handle *h, unsigned *seed)
{
    struct slot *slot = &storm->slots[(size_t)rand_r(seed) % SLOTS];
    char *name = NULL;
    uint32_t id = slot->id;
    int pid = slot->pid;
    if (id == 0 || slot->id != id || psutil_process_open(&h->process, ctx, pid) != 0)
        return false;
    h->ctx = ctx;
    h->id = id;
    h->looked = 0;
    bool sure = psutil_process_name(&name, h->process) == 0 && is_named(name, id) &&
                psutil_process_create_time(&h->created, h->process) == 0;
    psutil_free(name);
    if (!sure) {
        psutil_process_close(h->process);
        h->process = NULL;
    }
    return sure;
}

/* Whether somebody else has its number now. */
static bool has_an_heir(const struct handle *h)
{
    int64_t pid = psutil_process_pid(h->process);
    for (size_t i = 0; i < SLOTS; i++)
        if (storm->slots[i].pid == pid && storm->slots[i].id != 0 && storm->slots[i].id != h->id)
            return true;
    return false;
}

static void look_once(struct handle *h, unsigned *seed)
{
    static void (*const ways[])(const struct handle *) = {read_name, read_user, read_nice,
                                                          read_several, send_a_signal};
    if (has_an_heir(h))
        atomic_fetch_add(&storm->reused, 1);
    if (rand_r(seed) % 100 == 0)
        kill_it(h);
    else
        ways[(size_t)rand_r(seed) % (sizeof ways / sizeof *ways)](h);
    h->looked++;
}

static void *read_on(void *arg)
{
    static atomic_uint seeds = 7;
    struct handle held[HELD] = {{0}};
    unsigned seed = atomic_fetch_add(&seeds, 1000003);
    while (!storm->stop) {
        struct handle *h = &held[(size_t)rand_r(&seed) % HELD];
        if (h->process && h->looked > 60) {
            psutil_process_close(h->process);
            h->process = NULL;
        }
        if (h->process || take_one(arg, h, &seed))
            look_once(h, &seed);
    }
    for (size_t i = 0; i < HELD; i++)
        psutil_process_close(held[i].process);
    return NULL;
}

/* A row holds the fields of one process, and not of two that had its number. */
static void check_row(const psutil_process_info *row)
{
    unsigned id = 0;
    if (row->result[PSUTIL_FIELD_NAME] != 0 || sscanf(row->name, "one %x", &id) != 1)
        return;
    bool uid =
        row->result[PSUTIL_FIELD_UIDS] != 0 || row->uids.real == 0 || row->uids.real == uid_of(id);
    bool nice = row->result[PSUTIL_FIELD_NICE] != 0 || row->nice == 0 || row->nice == nice_of(id);
    atomic_fetch_add(&storm->rows, 1);
    if (!uid || !nice)
        atomic_fetch_add(&storm->wrong_rows, 1);
}

static void *refresh_on(void *arg)
{
    psutil_table *table;
    psutil_process_info row;
    if (psutil_table_open(&table, arg,
                          PSUTIL_FIELD(NAME) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(NICE)) != 0)
        return NULL;
    while (!storm->stop) {
        if (psutil_table_refresh(table) != 0)
            note_failure(arg);
        for (size_t i = 0; i < psutil_table_len(table); i++) {
            psutil_table_row(&row, table, i);
            check_row(&row);
        }
    }
    psutil_table_close(table);
    return NULL;
}

/* Where pidfds have no numbers of their own, start times tell processes apart, which are the same
 * within a hundredth of a second. */
static void watch(bool kept)
{
    pthread_t threads[READERS + 1];
    setpriority(PRIO_PROCESS, 0, 5); /* or nobody is born meanwhile */
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    if (ps_linux_reach(ctx) != PS_REACH_PIDFS) {
        storm->stop = true;
        _exit(UNSURE);
    }
    if (!kept)
        keep_none(ctx);
    for (size_t i = 0; i <= READERS; i++)
        if (pthread_create(&threads[i], NULL, i < READERS ? read_on : refresh_on, ctx) != 0)
            abort();
    for (size_t i = 0; i <= READERS; i++)
        pthread_join(threads[i], NULL);
    psutil_close(ctx);
    _exit(0);
}

/* ---- The namespace --------------------------------------------------------------------------- */

/* Whether everything came to pass that is counted. */
static bool is_enough(void)
{
    return storm->forks > PID_MAX && storm->gone > 0 && storm->arrived > 0 && storm->kills > 0 &&
           storm->rows > 0 && storm->reused > 0;
}

static bool goes_on(double begin, double seconds)
{
    double passed = seconds_now() - begin;
    return !storm->stop && (passed < seconds || (passed < 100 && !is_enough()));
}

struct span {
    double seconds;
    bool kept;
};

static int first_process(void *user)
{
    const struct span *span = user;
    if (!wind_back(PID_MAX))
        return NO_NAMESPACE;
    signal(SIGUSR1, on_signal);
    pid_t breeder = fork_child();
    if (breeder == 0)
        breed(span->kept);
    pid_t watcher = fork_child();
    if (watcher == 0)
        watch(span->kept);
    for (double begin = seconds_now(); goes_on(begin, span->seconds); sleep_for(0.01))
        if (!limits_are_of_namespaces())
            wind_back(PID_MAX);
    storm->stop = true;
    int result = status_of(watcher);
    waitpid(breeder, NULL, 0);
    return result;
}

/* For a reader, and for tools/soak.py. */
static void tell(double seconds)
{
    printf("# figures: {\"seconds\": %.0f, \"processes\": %lu, \"answers\": %lu, \"gone\": %lu, "
           "\"rows\": %lu, \"signals\": %lu, \"arrived\": %lu, \"kills\": %lu, \"reused\": %lu, "
           "\"wrong\": %lu, \"failures\": %lu}\n",
           seconds, storm->forks, storm->reads, storm->gone, storm->rows, storm->signals,
           storm->arrived, storm->kills, storm->reused,
           storm->wrong_reads + storm->wrong_rows + storm->wrong_signals + storm->wrong_kills,
           storm->failures);
    if (storm->failures)
        printf("# %s\n", storm->failure);
}

static void survive(bool kept)
{
    const char *wanted = getenv("PSUTIL_STORM_SECONDS");
    if (geteuid() != 0 || under_memcheck())
        SKIP("needs root, for a pid namespace, and real threads");
    storm = mmap(NULL, sizeof *storm, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(storm != MAP_FAILED);
    struct span span = {wanted ? atof(wanted) : 1.5, kept};
    double begin = seconds_now();
    int result = in_namespaces(CLONE_NEWPID, first_process, &span);
    if (result == NO_NAMESPACE || result == UNSURE) {
        munmap(storm, sizeof *storm);
        SKIP(result == UNSURE ? "needs pidfds with numbers of their own (Linux 6.9)"
                              : "pid namespaces are forbidden here");
    }
    tell(seconds_now() - begin);
    CHECK_INT(result, 0);
    CHECK(is_enough());
    CHECK_INT(storm->wrong_reads, 0);
    CHECK_INT(storm->wrong_rows, 0);
    CHECK_INT(storm->wrong_signals, 0);
    CHECK_INT(storm->wrong_kills, 0);
    CHECK_INT(storm->failures, 0);
    munmap(storm, sizeof *storm);
}

TEST(no_answer_and_no_signal_goes_astray) /* corner case 10 */
{
    survive(true);
}

/* As when there are more handles than the budget of descriptors allows. */
TEST(nor_when_handles_keep_no_descriptors) /* corner case 10 */
{
    survive(false);
}

int main(void)
{
    return run_tests();
}
