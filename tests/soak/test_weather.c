/* A storm of processes, threads and sockets (gale.c), while every function is asked by eight
 * threads at once: about processes and sockets that stay, whose answers never change, and about
 * those that come and go, of which each can be told from all others. What is wrong is counted.
 *
 * PSUTIL_STORM_SECONDS: how long each (2, and until everything has happened). */
#include "weather.h"

#include "../every.h"
#include "../namespace.h"
#include "../os/states.h"

#include "os/linux/bpf/state.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Pids of a storm in a namespace run from 301 to the largest. */
enum { WATCHERS = 8, SUBJECTS = 8, POOL = 16, PID_MAX = 1500, LOOKS = 40, UNSURE = 78 };

enum wrong {
    WRONG_ANSWER,  /* about what stays, and another than before */
    WRONG_PROCESS, /* fields of two processes in one answer */
    WRONG_SOCKET,
    WRONG_RELATIVE,
    WRONG_END,    /* an exit code of somebody else */
    WRONG_CHANGE, /* not made to whom it was meant for */
    MISSING,      /* what stays is not in a list */
    FAILED,       /* a function that had no reason to */
    WRONGS
};

/* What the watchers saw. In memory of the test. */
struct tally {
    atomic_ulong answers, processes, rows, sockets, families, ends, changes, reused;
    atomic_ulong wrong[WRONGS];
    char what[WRONGS][512]; /* one of each */
};

static struct weather *weather;
static struct tally *tally;
static int weather_fd;
static pid_t subjects[SUBJECTS], puppets[WATCHERS]; /* a puppet for each thread to change */

static void count_wrong(enum wrong wrong, const char *what)
{
    atomic_fetch_add(&tally->wrong[wrong], 1);
    snprintf(tally->what[wrong], sizeof tally->what[wrong], "%s", what);
}

static void count_failure(const char *what, psutil *of)
{
    psutil_error error;
    char detail[300] = "", text[400];
    if (psutil_error_detail(&error, of))
        psutil_error_format(detail, sizeof detail, &error);
    snprintf(text, sizeof text, "%.80s %s", what, detail);
    count_wrong(FAILED, text);
}

static bool is_gone(int rc)
{
    return rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_EZOMBIE;
}

/* ---- What stays --------------------------------------------------------------------------------
 */

/* The first answers, to which all later ones are equal. Subjects of one number have one handle for
 * all threads. */
static psutil *shared;
static psutil_process *handles[SUBJECTS];
static struct rows usual[SUBJECTS][128];
static int usual_rc[SUBJECTS][128];

static bool is_comparable(const struct question *question)
{
    return !(question->traits & (COMES | TIMED)) && question->shape != SHAPE_TABLE;
}

static bool moves(const struct question *question)
{
    return question->traits & (MOVES | OF_CALLER);
}

static void learn(struct asked *asked, size_t subject)
{
    for (size_t i = 0; i < question_count; i++) {
        union answer answer;
        usual_rc[subject][i] = questions[i].ask(&answer, asked);
        if (usual_rc[subject][i] != 0)
            continue;
        rows_of(&usual[subject][i], &questions[i], &answer, asked, moves(&questions[i]));
        answer_free(&questions[i], &answer);
    }
}

static void tell_difference(const struct question *question, const struct rows *wanted,
                            const struct rows *got)
{
    char text[512];
    size_t at = 0;
    while (at < wanted->len && at < got->len && strcmp(wanted->items[at], got->items[at]) == 0)
        at++;
    snprintf(text, sizeof text, "%s, line %zu: %.150s, was %.150s", question->name, at,
             at < got->len ? got->items[at] : "(none)",
             at < wanted->len ? wanted->items[at] : "(none)");
    count_wrong(WRONG_ANSWER, text);
}

static void ask_one(struct asked *asked, size_t subject, unsigned *seed)
{
    size_t i = (size_t)rand_r(seed) % question_count;
    const struct question *question = &questions[i];
    union answer answer;
    struct rows rows;
    asked->process = handles[subject];
    int rc = question->ask(&answer, asked);
    atomic_fetch_add(&tally->answers, 1);
    if (rc != usual_rc[subject][i])
        count_failure(question->name, asked->ctx);
    if (rc != 0)
        return;
    rows_of(&rows, question, &answer, asked, moves(question));
    answer_free(question, &answer);
    if (is_comparable(question) && !rows_equal(&rows, &usual[subject][i]))
        tell_difference(question, &usual[subject][i], &rows);
    rows_free(&rows);
}

/* ---- Processes that come and go ----------------------------------------------------------------
 */

/* The fields of one process, and not of two that had its number. A newborn is still its parent's
 * image. */
static void check_process(const psutil_process_info *info)
{
    unsigned id = 0;
    if (info->result[PSUTIL_FIELD_NAME] != 0 || sscanf(info->name, "one %x", &id) != 1)
        return;
    bool uid = info->result[PSUTIL_FIELD_UIDS] != 0 || info->uids.real == one_uid(id);
    bool nice = info->result[PSUTIL_FIELD_NICE] != 0 || info->nice == one_nice(id);
    atomic_fetch_add(&tally->rows, 1);
    if (!uid || !nice)
        count_wrong(WRONG_PROCESS, info->name);
}

static void find_subjects(const psutil_table *table)
{
    size_t found = 0;
    psutil_process_info row;
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(&row, table, i);
        check_process(&row);
        for (size_t s = 0; s < SUBJECTS; s++)
            found += row.pid == subjects[s] && row.result[PSUTIL_FIELD_NAME] == 0 &&
                     strncmp(row.name, "subject", 7) == 0 && (size_t)atoi(row.name + 8) == s;
    }
    if (found != SUBJECTS)
        count_wrong(MISSING, "a subject is not in the table");
}

/* Names come first, then what must belong to them: in a row all is of one process. */
static void read_table(struct asked *asked)
{
    if (psutil_table_refresh(asked->table) != 0)
        count_failure("table_refresh", asked->ctx);
    else
        find_subjects(asked->table);
}

static void list_pids(struct asked *asked)
{
    psutil_int_list *list;
    size_t found = 0;
    if (psutil_pids(&list, asked->ctx) != 0) {
        count_failure("pids", asked->ctx);
        return;
    }
    for (size_t i = 0; i < list->len; i++) {
        for (size_t s = 0; s < SUBJECTS; s++)
            found += list->items[i] == subjects[s];
        for (int w = 0; w < WEAVERS * THREADS_KEPT; w++)
            if (list->items[i] == weather->weavers[w / THREADS_KEPT].threads[w % THREADS_KEPT])
                count_wrong(WRONG_PROCESS, "a thread is in the list of processes");
    }
    if (found != SUBJECTS)
        count_wrong(MISSING, "a subject is not in the list of pids");
    psutil_free(list);
}

/* Handles on short-lived processes, used by all threads. */
static struct held {
    psutil_process *process;
    uint32_t id;
    int users, looks;
} pool[POOL];
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;

/* A handle on a process of which it is certain who it is; false when that has ended. */
static bool open_one(struct held *held, psutil *on, unsigned *seed)
{
    struct breeder *breeder = &weather->breeders[(size_t)rand_r(seed) % BREEDERS];
    struct slot *slot = &breeder->slots[(size_t)rand_r(seed) % SLOTS];
    uint32_t id = slot->id;
    int pid = slot->pid;
    char *name = NULL, wanted[16];
    if (id == 0 || slot->id != id || psutil_process_open(&held->process, on, pid) != 0)
        return false;
    one_name(id, wanted);
    bool sure = psutil_process_name(&name, held->process) == 0 && name && strcmp(name, wanted) == 0;
    psutil_free(name);
    *held =
        (struct held){sure ? held->process : (psutil_process_close(held->process), NULL), id, 0, 0};
    return sure;
}

static struct held *take_held(psutil *on, unsigned *seed)
{
    pthread_mutex_lock(&pool_lock);
    struct held *held = &pool[(size_t)rand_r(seed) % POOL];
    bool there = held->process || open_one(held, on, seed);
    held->users += there;
    pthread_mutex_unlock(&pool_lock);
    return there ? held : NULL;
}

static void give_back(struct held *held)
{
    pthread_mutex_lock(&pool_lock);
    if (--held->users == 0 && ++held->looks > LOOKS) {
        psutil_process_close(held->process);
        held->process = NULL;
    }
    pthread_mutex_unlock(&pool_lock);
}

/* It ends within milliseconds; whoever else waits is told the same. */
static void await_end(struct held *held, psutil *on)
{
    int64_t code = PSUTIL_UNKNOWN;
    int rc = psutil_process_wait(&code, held->process, 0.02);
    if (rc == 0) {
        atomic_fetch_add(&tally->ends, 1);
        if (code != PSUTIL_UNKNOWN && code != one_exit_code(held->id) && code != -SIGKILL)
            count_wrong(WRONG_END, "an exit code");
    } else if (rc != PSUTIL_ETIMEDOUT) {
        count_failure("process_wait", on);
    }
}

static bool has_an_heir(const struct held *held)
{
    int64_t pid = psutil_process_pid(held->process);
    for (size_t i = 0; i < BREEDERS * SLOTS; i++) {
        const struct slot *slot = &weather->breeders[i / SLOTS].slots[i % SLOTS];
        if (slot->pid == pid && slot->id != 0 && slot->id != held->id)
            return true;
    }
    return false;
}

static void read_held(struct held *held, psutil *on)
{
    psutil_process_info *info;
    char wanted[16];
    int rc = psutil_process_read(&info, held->process, PSUTIL_FIELDS_ALL);
    atomic_fetch_add(&tally->processes, 1);
    if (rc != 0) {
        if (!is_gone(rc))
            count_failure("process_read", on);
        return;
    }
    one_name(held->id, wanted);
    if (info->result[PSUTIL_FIELD_NAME] == 0 && strcmp(info->name, wanted) != 0)
        count_wrong(WRONG_PROCESS, info->name);
    check_process(info);
    psutil_process_info_free(info);
}

static void use_held(psutil *on, unsigned *seed)
{
    struct held *held = take_held(on, seed);
    if (!held)
        return;
    if (has_an_heir(held))
        atomic_fetch_add(&tally->reused, 1);
    if (rand_r(seed) % 4 == 0)
        await_end(held, on);
    else
        read_held(held, on);
    give_back(held);
}

/* ---- Relatives and threads ---------------------------------------------------------------------
 */

static bool lists(const psutil_process_list *list, int pid)
{
    for (size_t i = 0; i < list->len; i++)
        if (psutil_process_pid(list->items[i]) == pid)
            return true;
    return false;
}

/* The lasting children of a process that bears and buries thousands. */
static void look_at_family(psutil *on, unsigned *seed)
{
    const struct breeder *breeder = &weather->breeders[(size_t)rand_r(seed) % BREEDERS];
    psutil_process *parent;
    psutil_process_list *list;
    char text[80];
    if (psutil_process_open(&parent, on, breeder->pid) != 0) {
        count_failure("process_open", on);
        return;
    }
    if (psutil_process_children(&list, parent, rand_r(seed) % 2) != 0) {
        count_failure("process_children", on);
    } else {
        for (int i = 0; i < FAMILY; i++)
            if (!lists(list, breeder->family[i])) {
                snprintf(text, sizeof text, "child %d of %d, number %d of %zu listed",
                         breeder->family[i], breeder->pid, i, list->len);
                count_wrong(WRONG_RELATIVE, text);
            }
        psutil_process_list_close(list);
    }
    atomic_fetch_add(&tally->families, 1);
    psutil_process_close(parent);
}

static void look_at_threads(psutil *on)
{
    psutil_process *process;
    psutil_pthread_list *list;
    int found = 0;
    if (psutil_process_open(&process, on, weather->weavers[0].pid) != 0) {
        count_failure("process_open", on);
        return;
    }
    if (psutil_process_threads(&list, process) != 0) {
        count_failure("process_threads", on);
    } else {
        for (size_t i = 0; i < list->len; i++)
            for (int k = 0; k < THREADS_KEPT; k++)
                found += list->items[i].id == weather->weavers[0].threads[k];
        if (found != THREADS_KEPT)
            count_wrong(MISSING, "a thread is not in its process's list");
        psutil_free(list);
    }
    psutil_process_close(process);
}

/* ---- Sockets -----------------------------------------------------------------------------------
 */

static void check_socket(const psutil_sconn *row)
{
    int owner = owner_of_port(row->laddr.port);
    bool stream = row->type == PSUTIL_SOCK_STREAM;
    if (owner < 0)
        return;
    atomic_fetch_add(&tally->sockets, 1);
    bool remote = row->raddr.port != PSUTIL_UNKNOWN;
    bool right = (row->pid == PSUTIL_UNKNOWN || row->pid == weather->owners[owner].pid) &&
                 stream == is_stream_port(row->laddr.port) &&
                 (!remote || owner_of_port(row->raddr.port) == owner) &&
                 !(remote && row->status == PSUTIL_CONN_LISTEN);
    if (!right)
        count_wrong(WRONG_SOCKET, "a socket of the internet");
}

static void check_local(const psutil_sconn *row)
{
    int owner;
    unsigned number;
    const char *at = row->laddr.path ? strstr(row->laddr.path, "gale ") : NULL;
    if (!at || sscanf(at, "gale %d %u", &owner, &number) != 2)
        return;
    atomic_fetch_add(&tally->sockets, 1);
    if (row->pid != PSUTIL_UNKNOWN && row->pid != weather->owners[owner].pid)
        count_wrong(WRONG_SOCKET, "a socket of UNIX");
}

static void look_at_sockets(psutil *on)
{
    psutil_sconn_list *list;
    int found = 0;
    if (psutil_net_connections(&list, on, PSUTIL_KIND_ALL) != 0) {
        count_failure("net_connections", on);
        return;
    }
    for (size_t i = 0; i < list->len; i++) {
        const psutil_sconn *row = &list->items[i];
        if (row->family == PSUTIL_AF_UNIX)
            check_local(row);
        else
            check_socket(row);
        for (int o = 0; o < SOCKET_OWNERS; o++) {
            const struct owner *owner = &weather->owners[o];
            found += row->pid == owner->pid &&
                     (row->fd == owner->tcp || row->fd == owner->udp || row->fd == owner->local);
        }
    }
    psutil_free(list);
    if (found != 3 * SOCKET_OWNERS) {
        char text[64];
        snprintf(text, sizeof text, "%d of %d sockets are listed", found, 3 * SOCKET_OWNERS);
        count_wrong(MISSING, text);
    }
}

/* ---- Changes -----------------------------------------------------------------------------------
 */

static bool change_nice(psutil_process *puppet, int64_t value)
{
    int64_t nice;
    return psutil_process_set_nice(puppet, value) == 0 && psutil_process_nice(&nice, puppet) == 0 &&
           nice == value;
}

static bool change_ionice(psutil_process *puppet, int64_t value)
{
    psutil_pionice ionice;
    return psutil_process_set_ionice(puppet, PSUTIL_IOPRIO_CLASS_BE, value % 8) == 0 &&
           psutil_process_ionice(&ionice, puppet) == 0 && ionice.value == value % 8;
}

static bool change_limit(psutil_process *puppet, int64_t value)
{
    psutil_prlimit limit;
    return psutil_process_set_rlimit(puppet, PSUTIL_RLIMIT_CORE, value, 1000) == 0 &&
           psutil_process_rlimit(&limit, puppet, PSUTIL_RLIMIT_CORE) == 0 && limit.soft == value;
}

static bool change_affinity(psutil_process *puppet, int64_t value)
{
    psutil_int_list *list;
    (void)value;
    if (psutil_process_set_cpu_affinity(puppet, NULL, 0) != 0 ||
        psutil_process_cpu_affinity(&list, puppet) != 0)
        return false;
    bool some = list->len > 0;
    psutil_free(list);
    return some;
}

static bool hold_up(psutil_process *puppet, int64_t value)
{
    bool running;
    (void)value;
    return psutil_process_suspend(puppet) == 0 && psutil_process_resume(puppet) == 0 &&
           psutil_process_send_signal(puppet, 0) == 0 &&
           psutil_process_is_running(&running, puppet) == 0 && running;
}

/* Nobody else changes it, so that it stays as it was made. */
static void change(struct asked *asked, psutil_process *puppet, unsigned *seed)
{
    static bool (*const ways[])(psutil_process *, int64_t) = {
        change_nice, change_ionice, change_limit, change_affinity, hold_up};
    if (!ways[(size_t)rand_r(seed) % (sizeof ways / sizeof *ways)](puppet, rand_r(seed) % 19)) {
        count_failure("a change", asked->ctx);
        count_wrong(WRONG_CHANGE, "a change is not there");
    }
    atomic_fetch_add(&tally->changes, 1);
}

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

/* With the fast lane: as if so many processes had gone through /proc that it pays. */
static void watch(bool fast)
{
    pthread_t threads[WATCHERS];
    setpriority(PRIO_PROCESS, 0, 5); /* or nobody is born meanwhile */
    shared = open_reaching(PS_REACH_UNKNOWN);
    if (fast && ps_linux_of(shared)->lane)
        ps_linux_of(shared)->lane->walked = INT32_MAX;
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
