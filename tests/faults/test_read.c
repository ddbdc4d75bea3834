/* Every call that a reading function makes fails in turn, in every way. The function then answers
 * as ever, or with what it could still learn, or fails with the reason; it leaves nothing behind,
 * and the next question is answered. */
#include "faults.h"
#include "machine.h"

#include "../every.h"
#include "../os/states.h"

#include "os/linux/bpf/state.h"

#include <sys/stat.h>

/* ---- Machines ----------------------------------------------------------------------------------
 */

struct machine {
    const char *name;
    psutil *(*open)(void);
    bool live;                                            /* its figures move */
    enum { EVERYTHING, PROCESSES, WALKS, ANSWERS } about; /* what is of interest */
    bool warm; /* it was asked before: files are kept open */
};

static struct root root;
static pid_t subject;
static const struct machine *machine;
static struct asked asked;

static psutil *open_root(void)
{
    return root_open(&root);
}

static psutil *open_live(void)
{
    return open_reaching(PS_REACH_UNKNOWN);
}

/* Handles are checked anew at each read. */
static psutil *open_without_handles(void)
{
    psutil *opened = open_reaching(PS_REACH_UNKNOWN);
    keep_none(opened);
    return opened;
}

static psutil *open_old_kernel(void)
{
    psutil *opened = open_reaching(PS_REACH_PIDS);
    keep_none(opened);
    return opened;
}

/* Through the programs in the kernel, from the first walk on. */
static psutil *open_with_lane(void)
{
    psutil *opened = open_reaching(PS_REACH_UNKNOWN);
    if (ps_linux_of(opened)->lane)
        ps_linux_of(opened)->lane->walked = INT32_MAX;
    return opened;
}

static const struct machine machines[] = {
    {"another machine", open_root, false, EVERYTHING, false},
    {"this machine", open_live, true, EVERYTHING, false},
    {"kept files", open_live, true, EVERYTHING, true},
    {"no handles", open_without_handles, true, PROCESSES, false},
    {"no pidfds", open_old_kernel, true, PROCESSES, false},
    {"fast lane", open_with_lane, true, WALKS, false},
    {"fast lane's answers", open_live, true, ANSWERS, false},
};
#define MACHINES (sizeof machines / sizeof *machines)

/* The first question opens the fast lane: there it is the one whose calls fail. */
static bool opens_lane(void)
{
    return machine->about == WALKS || machine->about == ANSWERS;
}

/* All processes of a live machine are read only when it is about them. */
static bool needs_table(const struct question *question)
{
    return strncmp(question->name, "table_", 6) == 0 && !opens_lane();
}

static bool is_of_interest(const struct machine *where, const struct question *question)
{
    switch (where->about) {
    case PROCESSES:
        return question->traits & OF_PROCESS;
    case ANSWERS:
        return strcmp(question->name, "process_status") == 0 ||
               strcmp(question->name, "cpu_times") == 0;
    case WALKS:
        return question->shape == SHAPE_TABLE || strcmp(question->name, "net_connections") == 0;
    default:
        return true;
    }
}

/* What other programs have mapped may be very much. */
static psutil_fields fields_of_table(void)
{
    const psutil_fields maps =
        PSUTIL_FIELD(MEMORY_MAPS) | PSUTIL_FIELD(MEMORY_FOOTPRINT) | PSUTIL_FIELD(MEMORY_FULL_INFO);
    if (machine->about == WALKS) /* what the lane tells of, and one field that it does not */
        return PS_LANE_FIELDS | PSUTIL_FIELD(NUM_FDS);
    return machine->live ? PSUTIL_FIELDS_ALL & ~maps : PSUTIL_FIELDS_ALL;
}

/* Through the programs that tell of one process and of CPUs, from the next question on. */
static void let_answers_pay(void)
{
    struct ps_lane *lane = ps_linux_of(asked.ctx)->lane;
    if (lane)
        lane->one.missed = lane->cpus.missed = INT32_MAX;
}

static void enter(const struct question *question)
{
    asked.ctx = machine->open();
    if (psutil_process_open(&asked.process, asked.ctx, machine->live ? subject : 42) != 0 ||
        psutil_cpu_sampler_open(&asked.sampler, asked.ctx) != 0 ||
        psutil_nowrap_open(&asked.nowrap, asked.ctx) != 0 ||
        psutil_table_open(&asked.table, asked.ctx, fields_of_table()) != 0 ||
        (needs_table(question) && psutil_table_refresh(asked.table) != 0))
        abort();
    if (machine->about == ANSWERS)
        let_answers_pay();
    for (int i = 0; machine->warm && i < 2; i++) {
        union answer before;
        if (question->ask(&before, &asked) == 0)
            answer_free(question, &before);
    }
}

static void leave(void)
{
    psutil_table_close(asked.table);
    psutil_nowrap_close(asked.nowrap);
    psutil_cpu_sampler_close(asked.sampler);
    psutil_process_close(asked.process);
    psutil_close(asked.ctx);
}

/* ---- Answers -----------------------------------------------------------------------------------
 */

struct reply {
    int rc;
    union answer answer;
    struct rows rows;
    psutil_error error;
};

static bool moves(const struct question *question)
{
    return (machine->live && question->traits & MOVES) || question->traits & (TIMED | OF_CALLER);
}

/* The answer is kept as text, and freed. */
static void take(struct reply *reply, const struct question *question)
{
    reply->rows = (struct rows){0};
    psutil_error_detail(&reply->error, asked.ctx);
    if (reply->rc == 0) {
        rows_of(&reply->rows, question, &reply->answer, &asked, moves(question));
        answer_free(question, &reply->answer);
    }
}

static void ask(struct reply *reply, const struct question *question, const struct fault *fault,
                size_t at)
{
    memset(&reply->answer, 0x5a, sizeof reply->answer);
    inject(fault, at);
    reply->rc = question->ask(&reply->answer, &asked);
    inject_end();
    take(reply, question);
}

/* Whether a value is the same, or not known in the first; of a file that was cut, a text may be the
 * beginning, and a number may not. */
static bool value_is_within(const char *value, size_t len, const char *whole, size_t whole_len,
                            bool cut)
{
    bool number = strspn(whole, "0123456789.") == whole_len;
    if (len == 1 && value[0] == '?')
        return true;
    return (len == whole_len || (cut && !number && len < whole_len)) &&
           memcmp(value, whole, len) == 0;
}

static bool row_is_within(const char *row, const char *whole, bool cut)
{
    for (;;) {
        size_t len = strcspn(row, "\x1f"), whole_len = strcspn(whole, "\x1f");
        if (!value_is_within(row, len, whole, whole_len, cut))
            return false;
        row += len, whole += whole_len;
        if (!*row || !*whole)
            return *row == *whole;
        row++, whole++;
    }
}

/* Each row is one of the others, in their order, or less. */
static bool rows_are_within(const struct rows *rows, const struct rows *whole, bool cut)
{
    size_t at = 0;
    for (size_t i = 0; i < rows->len; i++) {
        while (at < whole->len && !row_is_within(rows->items[i], whole->items[at], cut))
            at++;
        if (at++ == whole->len)
            return false;
    }
    return true;
}

/* A percentage of an interval in which no tick passed is unknown, of the next it is known. */
static bool rows_agree(const struct question *question, const struct rows *rows,
                       const struct rows *whole, const struct fault *fault)
{
    bool less = fault && !fault_is_passing(fault);
    bool in_part = question->shape == SHAPE_INFO || question->shape == SHAPE_TABLE;
    if (machine->live && question->traits & COMES)
        return true;
    if (question->traits & TIMED || (less && question->traits & NAMED))
        return rows->len == whole->len || (less && rows->len < whole->len);
    if (fault && in_part) /* each field has a result of its own */
        return rows_are_within(rows, whole, false);
    return less ? rows_are_within(rows, whole, fault->kind == FAULT_CUT) : rows_equal(rows, whole);
}

/* ---- Judgement ---------------------------------------------------------------------------------
 */

static void show_rows(const char *title, const struct rows *rows)
{
    printf("#     %s\n", title);
    for (size_t i = 0; i < rows->len && i < 12; i++) {
        printf("#         ");
        for (const char *at = rows->items[i]; *at; at++)
            putchar(*at == UNIT ? '|' : *at < ' ' ? '.' : *at);
        printf("\n");
    }
}

struct trial {
    const struct question *question;
    const struct fault *fault;
    size_t at;
    const struct reply *clean;
};

static void blame(const struct trial *trial, const struct reply *reply, const char *what)
{
    char text[64], line[600];
    test_failures++;
    psutil_error_format(line, sizeof line, &reply->error);
    printf("# %s, %s: %s, call %zu, %s: %s; returned %d (%s)\n", machine->name,
           trial->question->name, inject_hit() ? inject_hit() : "-", trial->at,
           fault_name(trial->fault, text), what, reply->rc, line);
}

/* A parent whom the caller may not see is none. */
static bool hides_parent(const struct trial *trial)
{
    return strcmp(trial->question->name, "process_parent") == 0 &&
           (trial->fault->error == EACCES || trial->fault->error == EPERM);
}

/* That there is nothing is an answer to whether there is something, and to how many there are. */
static bool says_none(const struct trial *trial)
{
    const struct fault *fault = trial->fault;
    bool none = fault->kind == FAULT_EMPTY || fault->error == ENOENT || fault->error == ESRCH;
    bool empty = fault->kind == FAULT_EMPTY && strcmp(inject_hit(), "getdents64") == 0;
    return hides_parent(trial) || (trial->question->shape == SHAPE_BOOL && none) ||
           (trial->question->shape == SHAPE_INT && empty);
}

static void judge_answer(const struct trial *trial, const struct reply *reply)
{
    if (says_none(trial) ||
        rows_agree(trial->question, &reply->rows, &trial->clean->rows, trial->fault))
        return;
    blame(trial, reply, "the answer is wrong");
    show_rows("usual", &trial->clean->rows);
    show_rows("now", &reply->rows);
}

/* Read by path, a file that is missing for a moment was of a process that ended, also when somebody
 * else has the number now: it is not that the kernel had no such figure. */
static bool denies_figure(const struct trial *trial, int rc)
{
    return rc == PSUTIL_ENOTSUP && machine->about == PROCESSES &&
           trial->question->traits & OF_STAT && trial->fault->kind == FAULT_ERROR &&
           trial->fault->error == ESRCH;
}

static void judge_failure(const struct trial *trial, const struct reply *reply)
{
    union answer untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    if (reply->rc == trial->clean->rc)
        return;
    bool opens = trial->question->shape == SHAPE_CONTEXT && reply->rc == PSUTIL_ENOMEM;
    if (denies_figure(trial, reply->rc) || (!opens && !fault_explains(trial->fault, reply->rc)))
        blame(trial, reply, "that is no reason");
    else if (trial->question->shape != SHAPE_CONTEXT && reply->rc != PSUTIL_ENOMEM &&
             !detail_explains(&reply->error, trial->fault, reply->rc))
        blame(trial, reply, "the detail does not tell why");
    if (memcmp(&reply->answer, &untouched, sizeof untouched) != 0)
        blame(trial, reply, "failed, and wrote an answer");
}

static void judge_next(const struct trial *trial)
{
    struct reply next;
    ask(&next, trial->question, NULL, 0);
    if (next.rc != trial->clean->rc)
        blame(trial, &next, "the next call fails");
    else if (!rows_agree(trial->question, &next.rows, &trial->clean->rows, NULL))
        blame(trial, &next, "the next answer is another");
    rows_free(&next.rows);
}

/* The thread of a call that may hang gives up what it has a moment later. */
static bool is_settled(long blocks, long descriptors)
{
    for (int i = 0; i < 20000; i++) {
        if (inject_blocks() == blocks && inject_descriptors() == descriptors)
            return true;
        usleep(500);
    }
    return false;
}

static void blame_left(const struct trial *trial, const struct reply *reply, long blocks,
                       long descriptors)
{
    blame(trial, reply, "something is left open");
    printf("#     %ld blocks, %ld descriptors\n", inject_blocks() - blocks,
           inject_descriptors() - descriptors);
}

/* Name services say so that they do not know a user, which is kept for some seconds. */
static bool says_unnamed(const struct trial *trial)
{
    return strcmp(inject_hit(), "getpwuid_r") == 0 &&
           (trial->fault->error == ENOENT || trial->fault->error == ESRCH);
}

static bool try_fault(struct trial *trial)
{
    struct reply reply;
    long blocks = inject_blocks(), descriptors = inject_descriptors(), strange = inject_strange();
    enter(trial->question);
    ask(&reply, trial->question, trial->fault, trial->at);
    bool hit = inject_hit() != NULL;
    if (hit && reply.rc == 0)
        judge_answer(trial, &reply);
    else if (hit)
        judge_failure(trial, &reply);
    rows_free(&reply.rows);
    if (hit && !says_unnamed(trial))
        judge_next(trial);
    leave();
    if (inject_strange() != strange)
        blame(trial, &reply, "a descriptor is closed that was not open");
    if (!is_settled(blocks, descriptors))
        blame_left(trial, &reply, blocks, descriptors);
    return hit;
}

/* The calls of a clean run. */
static struct call made[CALLS_MAX];

/* How many calls of the same function follow. */
static size_t alike_after(size_t at, size_t calls)
{
    size_t end = at;
    while (end < calls && strcmp(made[end].name, made[at - 1].name) == 0)
        end++;
    return end - at;
}

static bool opens_after(size_t at, size_t calls)
{
    while (at < calls && strcmp(made[at].name, "bpf") != 0)
        at++;
    return at < calls;
}

/* What opens the fast lane comes first, and reads the kernel's types by more than a thousand reads
 * in a row: of such, the first two and the last are tried. */
static size_t step_of_opening(size_t at, size_t calls)
{
    size_t alike = alike_after(at, calls);
    bool second = at > 1 && strcmp(made[at - 2].name, made[at - 1].name) == 0;
    if (!opens_after(at, calls))
        return calls / 8 + 1;
    return second && alike > 16 ? alike : 1;
}

/* Of the many calls of a walk over all processes of this machine, a part is tried: what follows the
 * first is alike, and the other machine has them all. */
static size_t step_of(const struct question *question, size_t at, size_t calls, double took)
{
    if (opens_lane())
        return step_of_opening(at, calls);
    if (took > 0.02) /* there are thousands of processes here */
        return calls / 2 + 1;
    if (machine->live && question->shape == SHAPE_TABLE)
        return calls / 2 + 1;
    if (machine->warm && calls > 60)
        return calls / 8 + 1;
    return machine->live && calls > 60 && at > 16 ? (calls - 16) / 16 + 1 : 1;
}

/* Opening the fast lane takes a tenth of a second: some ways for each call, which take turns,
 * unless PSUTIL_FAULTS is "all". */
static bool is_tried(size_t at, size_t fault)
{
    const char *wanted = getenv("PSUTIL_FAULTS");
    bool all = wanted && strcmp(wanted, "all") == 0;
    return !opens_lane() || all || (at + fault) % 20 == 0;
}

static size_t tried; /* faults that struck */

static void try_all(const struct question *question)
{
    struct reply clean;
    long blocks = inject_blocks(), descriptors = inject_descriptors();
    enter(question);
    inject(NULL, 0);
    memset(&clean.answer, 0x5a, sizeof clean.answer);
    double took = -seconds_now();
    clean.rc = question->ask(&clean.answer, &asked);
    size_t calls = inject_end();
    took += seconds_now();
    take(&clean, question);
    if (!machine->live && clean.rc != 0 && clean.rc != PSUTIL_ENOTSUP)
        blame(&(struct trial){question, &faults[0], 0, &clean}, &clean, "there is no answer");
    leave();
    blocks += (long)clean.rows.len + (clean.rows.items ? 1 : 0); /* the answer that is kept */
    if (!is_settled(blocks, descriptors))
        blame_left(&(struct trial){question, &faults[0], 0, &clean}, &clean, blocks, descriptors);
    memcpy(made, injected_calls, sizeof made);
    if (calls > CALLS_MAX)
        calls = CALLS_MAX;
    for (size_t at = 1; at <= calls && test_failures < 20; at += step_of(question, at, calls, took))
        for (size_t i = 0; i < FAULTS; i++) {
            struct trial trial = {question, &faults[i], at, &clean};
            if (is_tried(at, i) && fault_applies(&faults[i], made[at - 1].kind))
                tried += try_fault(&trial);
        }
    CHECK(!opens_lane() || !opens_after(0, calls) || inject_times("bpf") > 0);
    rows_free(&clean.rows);
}

/* ---- One test for each function and machine ----------------------------------------------------
 */

static struct {
    const struct machine *machine;
    const struct question *question;
    char name[80];
} cases[512];
static size_t case_count, next_case;

static void run_next(void)
{
    machine = cases[next_case].machine;
    try_all(cases[next_case++].question);
}

/* All, or those whose names have one of the words. */
static bool is_wanted(const char *name, int words_len, char **words)
{
    bool wanted = words_len == 0;
    for (int i = 0; i < words_len; i++)
        wanted = wanted || strstr(name, words[i]);
    return wanted;
}

static void register_all(int words_len, char **words)
{
    for (size_t i = 0; i < MACHINES * question_count; i++) {
        const struct machine *where = &machines[i / question_count];
        const struct question *question = &questions[i % question_count];
        if (!is_of_interest(where, question))
            continue;
        cases[case_count].machine = where;
        cases[case_count].question = question;
        snprintf(cases[case_count].name, sizeof cases->name, "%s: %s", where->name, question->name);
        if (!is_wanted(cases[case_count].name, words_len, words))
            continue;
        test_register(cases[case_count++].name, run_next);
    }
}

int main(int argc, char **argv)
{
    if (!getenv("STATE") || psutil_open(&ctx, NULL) != 0)
        return 2;
    register_all(argc - 1, argv + 1);
    root = make_machine();
    subject = start("threads", "2");
    int failed = run_tests();
    end_child(subject);
    root_remove(&root);
    psutil_close(ctx);
    printf("# %zu faults\n", tried);
    inject_tell();
    return failed;
}
