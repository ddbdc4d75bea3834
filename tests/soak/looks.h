/* What the threads of a storm look at, and what is wrong about an answer. */
#ifndef LOOKS_H
#define LOOKS_H

#include "weather.h"

#include "../every.h"
#include "../os/children.h"

#include <pthread.h>

enum { WATCHERS = 8, SUBJECTS = 8, POOL = 16, LOOKS = 40 };

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
    if (info->result[PSUTIL_FIELD_NAME] != 0 || sscanf(info->name, "gust %x", &id) != 1)
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

#endif
