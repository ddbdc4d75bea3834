/* A storm of processes, threads and sockets (gale.c), while every function is asked by eight
 * threads at once: about processes and sockets that stay, whose answers never change, and about
 * those that come and go, of which each can be told from all others. What is wrong is counted.
 *
 * PSUTIL_STORM_SECONDS: how long each (2, and until everything has happened). */
#include "looks.h"

#include "../namespace.h"
#include "../os/states.h"

#include "os/linux/bpf/state.h"

#include <sys/mman.h>
#include <sys/resource.h>

/* Pids of a storm in a namespace run from 301 to the largest. */
enum { PID_MAX = 1500, UNSURE = 78 };

static int weather_fd;

/* ---- The watchers ------------------------------------------------------------------------------
 */

static const psutil_fields table_fields = PSUTIL_FIELD(NAME) | PSUTIL_FIELD(UIDS) |
                                          PSUTIL_FIELD(NICE) | PSUTIL_FIELD(CPU_TIMES) |
                                          PSUTIL_FIELD(NUM_THREADS);

/* What one thread at a time may use is each thread's own. */
static struct asked equip(psutil *on)
{
    struct asked asked = {.ctx = on};
    if (psutil_cpu_sampler_open(&asked.sampler, on) != 0 ||
        psutil_nowrap_open(&asked.nowrap, on) != 0 ||
        psutil_table_open(&asked.table, on, table_fields) != 0 ||
        psutil_table_refresh(asked.table) != 0)
        abort();
    return asked;
}

static void strip(struct asked *asked)
{
    psutil_table_close(asked->table);
    psutil_nowrap_close(asked->nowrap);
    psutil_cpu_sampler_close(asked->sampler);
}

static void look_around(struct asked *asked, psutil_process *puppet, unsigned *seed)
{
    switch (rand_r(seed) % 18) {
    case 0:
        read_table(asked);
        break;
    case 1:
        list_pids(asked);
        break;
    case 2:
        look_at_family(asked->ctx, seed);
        break;
    case 3:
        look_at_threads(asked->ctx);
        break;
    case 4:
        look_at_sockets(asked->ctx);
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        use_held(asked->ctx, seed);
        break;
    case 9:
    case 10:
        change(asked, puppet, seed);
        break;
    default:
        ask_one(asked, (size_t)rand_r(seed) % SUBJECTS, seed);
    }
}

static void *look_on(void *unused)
{
    static atomic_uint number;
    unsigned own = atomic_fetch_add(&number, 1), seed = 11 + own * 1000003;
    struct asked asked = equip(shared);
    psutil_process *puppet = open_handle(shared, puppets[own]);
    while (!weather->stop)
        look_around(&asked, puppet, &seed);
    psutil_process_close(puppet);
    strip(&asked);
    return unused;
}

static void meet_subjects(void)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        handles[i] = open_handle(shared, subjects[i]);
        struct asked asked = equip(shared);
        asked.process = handles[i];
        learn(&asked, i);
        strip(&asked);
    }
}

static void part(void)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        psutil_process_close(handles[i]);
        for (size_t q = 0; q < question_count; q++)
            rows_free(&usual[i][q]);
    }
    for (size_t i = 0; i < POOL; i++)
        psutil_process_close(pool[i].process);
    psutil_close(shared);
}

/* As if so many processes had gone through /proc, together and alone, that the fast lane pays. */
static void let_lane_pay(struct ps_lane *lane)
{
    lane->walked = INT32_MAX;
    lane->one.missed = lane->cpus.missed = INT32_MAX;
}

static void watch(bool fast)
{
    pthread_t threads[WATCHERS];
    setpriority(PRIO_PROCESS, 0, 5); /* or nobody is born meanwhile */
    shared = open_reaching(PS_REACH_UNKNOWN);
    if (fast && ps_linux_of(shared)->lane)
        let_lane_pay(ps_linux_of(shared)->lane);
    meet_subjects();
    if (fast && !ps_lane_is_open(shared, table_fields)) {
        weather->stop = true;
        _exit(UNSURE);
    }
    for (size_t i = 0; i < WATCHERS; i++)
        if (pthread_create(&threads[i], NULL, look_on, NULL) != 0)
            abort();
    for (size_t i = 0; i < WATCHERS; i++)
        pthread_join(threads[i], NULL);
    part();
    exit(0); /* and leaks are looked for */
}

/* ---- The storm ---------------------------------------------------------------------------------
 */

struct span {
    double seconds;
    bool fast, wraps;
};

static pid_t start_gale(const char *kind, int number)
{
    char place[16];
    snprintf(place, sizeof place, "%d", number);
    pid_t pid = fork_child();
    if (pid == 0) {
        if (dup2(weather_fd, WEATHER_FD) < 0)
            _exit(1);
        execl(getenv("GALE"), "gale", kind, place, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static pid_t start_named(const char *kind, size_t i)
{
    char name[16];
    snprintf(name, sizeof name, "%s %zu", kind, i);
    return start("name", name);
}

static void start_all(pid_t *pids, size_t len, const char *kind)
{
    for (size_t i = 0; i < len; i++)
        pids[i] = start_named(kind, i);
}

static void end_all(const pid_t *pids, size_t len)
{
    for (size_t i = 0; i < len; i++)
        end_child(pids[i]);
}

enum { GALES = BREEDERS + WEAVERS + SOCKET_OWNERS };

static void raise_storm(pid_t gales[GALES])
{
    int count = 0;
    for (int i = 0; i < BREEDERS; i++)
        gales[count++] = start_gale("processes", i);
    for (int i = 0; i < WEAVERS; i++)
        gales[count++] = start_gale("threads", i);
    for (int i = 0; i < SOCKET_OWNERS; i++)
        gales[count++] = start_gale("sockets", i);
    for (int i = 0; i < BREEDERS; i++)
        while (weather->breeders[i].pid == 0)
            sleep_for(0.001);
    for (int i = 0; i < SOCKET_OWNERS; i++)
        while (weather->owners[i].pid == 0)
            sleep_for(0.001);
    while (weather->weavers[0].pid == 0)
        sleep_for(0.001);
}

static bool is_enough(const struct span *span)
{
    return tally->answers > 400 && tally->processes > 0 && tally->rows > 0 && tally->sockets > 0 &&
           tally->families > 0 && tally->ends > 0 && tally->changes > 0 &&
           (!span->wraps || !limits_are_of_namespaces() ||
            (tally->reused > 0 && weather->forks > PID_MAX));
}

static bool goes_on(const struct span *span, double begin)
{
    double passed = seconds_now() - begin;
    return !weather->stop && (passed < span->seconds || (passed < 100 && !is_enough(span)));
}

static int first_process(void *user)
{
    const struct span *span = user;
    pid_t gales[GALES];
    if (span->wraps && limits_are_of_namespaces())
        wind_back(PID_MAX);
    ctx = open_reaching(PS_REACH_UNKNOWN); /* for start() */
    start_all(subjects, SUBJECTS, "subject");
    start_all(puppets, WATCHERS, "puppet");
    raise_storm(gales);
    pid_t watcher = fork_child();
    if (watcher == 0)
        watch(span->fast);
    for (double begin = seconds_now(); goes_on(span, begin);)
        sleep_for(0.01);
    weather->stop = true;
    int result = status_of(watcher);
    end_all(gales, GALES);
    end_all(subjects, SUBJECTS);
    end_all(puppets, WATCHERS);
    psutil_close(ctx);
    return result;
}

/* For a reader, and for tools/soak.py. */
static void tell(double seconds)
{
    unsigned long wrong = 0;
    for (int i = 0; i < FAILED; i++)
        wrong += tally->wrong[i];
    printf(
        "# figures: {\"seconds\": %.1f, \"forks\": %lu, \"threads\": %lu, \"made_sockets\": %lu, "
        "\"answers\": %lu, \"processes\": %lu, \"rows\": %lu, \"sockets\": %lu, "
        "\"families\": %lu, \"ends\": %lu, \"changes\": %lu, \"reused\": %lu, \"wrong\": %lu, "
        "\"failures\": %lu}\n",
        seconds, weather->forks, weather->threads, weather->sockets, tally->answers,
        tally->processes, tally->rows, tally->sockets, tally->families, tally->ends, tally->changes,
        tally->reused, wrong, tally->wrong[FAILED]);
    for (int i = 0; i < WRONGS; i++)
        if (tally->wrong[i] > 0)
            printf("# %lu of these: %s\n", tally->wrong[i], tally->what[i]);
}

static void *share(size_t size, int fd)
{
    int flags = fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}

static void survive(bool fast, int flags)
{
    const char *wanted = getenv("PSUTIL_STORM_SECONDS");
    struct span span = {wanted ? atof(wanted) : 2, fast, flags & CLONE_NEWPID};
    if (geteuid() != 0 || under_memcheck())
        SKIP("needs root, for namespaces, and real threads");
    weather_fd = memfd_create("weather", MFD_CLOEXEC);
    REQUIRE(weather_fd >= 0 && ftruncate(weather_fd, sizeof *weather) == 0);
    weather = share(sizeof *weather, weather_fd);
    tally = share(sizeof *tally, -1);
    double begin = seconds_now();
    int result = in_namespaces(flags | CLONE_NEWNET, first_process, &span);
    if (result != NO_NAMESPACE && result != UNSURE) {
        tell(seconds_now() - begin);
        CHECK_INT(result, 0);
        CHECK(is_enough(&span));
        for (int i = 0; i < WRONGS; i++)
            CHECK_INT(tally->wrong[i], 0);
    }
    munmap(weather, sizeof *weather);
    munmap(tally, sizeof *tally);
    close(weather_fd);
    if (result == NO_NAMESPACE || result == UNSURE)
        SKIP(result == UNSURE ? "the fast lane is closed here" : "namespaces are forbidden here");
}

/* Numbers of processes come round within a second. */
TEST(no_answer_is_wrong_where_pids_wrap) /* corner case 10 */
{
    survive(false, CLONE_NEWPID);
}

/* Among all processes of the machine. */
TEST(no_answer_is_wrong_with_the_fast_lane)
{
    survive(true, 0);
}

int main(void)
{
    return getenv("STATE") && getenv("GALE") ? run_tests() : 2;
}
