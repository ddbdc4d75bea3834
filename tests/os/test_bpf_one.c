/* The fast lane for one process says what /proc says, about that process and no other. */
#include "bpf_compare.h"
#include "bpf_states.h"
#include "filter.h"

#include "core/process.h"

#include <pthread.h>
#include <sys/syscall.h>

/* What one row tells all of. */
#define ONE (FIELDS & ~PSUTIL_FIELD(CMDLINE))

/* As if so many processes had been read alone that the lane pays. */
static psutil *open_one(void)
{
    psutil *fast = open_fast();
    if (ps_linux_of(fast)->lane)
        ps_linux_of(fast)->lane->one.missed = INT32_MAX;
    return fast;
}

/* Without what no other process ever has, a number alone would have to do: memcheck knows no
 * pidfds. */
static bool has_ids(void)
{
    psutil *opened;
    if (psutil_open(&opened, NULL) != 0)
        abort();
    bool has = ps_linux_reach(opened) == PS_REACH_PIDFS;
    psutil_close(opened);
    return has;
}

#define REQUIRE_ONE()                                                                              \
    if (!has_ids())                                                                                \
        SKIP("there are no pidfds with numbers of their own");                                     \
    REQUIRE_LANE()

static psutil_process *handle_of(psutil *of, pid_t pid)
{
    psutil_process *process;
    if (psutil_process_open(&process, of, pid) != 0)
        abort();
    return process;
}

/* Whether the lane tells of the process, and nothing is left to be read. */
static bool is_told(psutil_process *process, psutil_fields fields)
{
    psutil_process_info info;
    struct ps_arena arena = {0};
    struct ps_reading reading = {.info = &info, .arena = &arena, .fields = fields};
    struct ps_reader reader;
    bool missing = true;
    ps_info_prepare(&info, fields);
    ps_reader_init(&reader, process->ctx, ps_process_folder(process->ctx, process->ref.pid, -1),
                   &reading);
    bool told = ps_lane_one(&reader, &process->ref, &missing);
    ps_reader_free(&reader);
    ps_arena_free(&arena);
    return told && !missing;
}

static psutil_process_info *read_one(psutil_process *process, psutil_fields fields)
{
    psutil_process_info *info;
    if (psutil_process_read(&info, process, fields) != 0)
        abort();
    return info;
}

/* Once by /proc, once by the lane, once by /proc. */
static void compare_one(psutil *slow, psutil *fast, pid_t pid, psutil_fields fields)
{
    psutil_process *by_files = handle_of(slow, pid), *by_lane = handle_of(fast, pid);
    psutil_process_info *before = read_one(by_files, fields), *between = read_one(by_lane, fields),
                        *after = read_one(by_files, fields);
    CHECK(by_files->ref.start == by_lane->ref.start && by_files->ref.id == by_lane->ref.id);
    CHECK_INT(by_files->ref.ppid, by_lane->ref.ppid);
    check_row(before, between, after);
    psutil_process_info_free(before);
    psutil_process_info_free(between);
    psutil_process_info_free(after);
    psutil_process_close(by_files);
    psutil_process_close(by_lane);
}

TEST(every_state_is_told_as_by_proc)
{
    REQUIRE_ONE();
    psutil *fast = open_one(), *slow;
    REQUIRE(psutil_open(&slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    start_states();
    for (int i = 0; i < 5; i++)
        for (size_t k = 0; k < children_len; k++) {
            compare_one(slow, fast, children[k], FIELDS);
            compare_one(slow, fast, children[k], ONE);
            compare_one(slow, fast, children[k], FIELDS | PSUTIL_FIELD(CWD));
        }
    compare_one(slow, fast, 1, ONE);
    compare_one(slow, fast, getpid(), ONE);
    psutil_process *process = handle_of(fast, children[0]);
    CHECK(is_told(process, PSUTIL_FIELD(STATUS)));
    CHECK(!is_told(process, PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(CMDLINE)));
    psutil_process_close(process);
    psutil_close(slow);
    psutil_close(fast);
    end_children();
}

/* Threads of the kernel are in every machine's list, by no number that is known. */
TEST(kernel_threads)
{
    REQUIRE_ONE();
    psutil *fast = open_one(), *slow;
    size_t compared = 0;
    REQUIRE(psutil_open(&slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    psutil_table *table = read_table(slow, PSUTIL_FIELD(NAME) | PSUTIL_FIELD(PPID));
    for (size_t i = 0; i < psutil_table_len(table) && compared < 30; i++) {
        psutil_process_info info;
        psutil_table_row(&info, table, i);
        if (info.ppid != 2)
            continue;
        compare_one(slow, fast, (pid_t)info.pid, FIELDS);
        compared++;
    }
    CHECK(compared > 0);
    psutil_table_close(table);
    psutil_close(slow);
    psutil_close(fast);
}

/* ---- Whose it is --------------------------------------------------------------------------------
 */

TEST(it_opens_when_it_pays)
{
    REQUIRE_ONE();
    psutil *plain;
    REQUIRE(psutil_open(&plain, NULL) == 0);
    psutil_process *self = handle_of(plain, getpid());
    int64_t status;
    CHECK_INT(psutil_process_status(&status, self), 0);
    CHECK(!is_open(plain) && !is_told(self, PSUTIL_FIELD(STATUS)));
    ps_linux_of(plain)->lane->one.missed = INT32_MAX;
    CHECK(!is_told(self, PSUTIL_FIELD(NAME)));
    CHECK(!is_open(plain));
    CHECK(is_told(self, PSUTIL_FIELD(STATUS)));
    CHECK(is_open(plain));
    psutil_process_close(self);
    psutil_close(plain);
}

TEST(an_option_switches_it_off)
{
    psutil *off;
    REQUIRE(psutil_open(&off, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    if (ps_linux_of(off)->lane)
        ps_linux_of(off)->lane->one.missed = INT32_MAX;
    psutil_process *self = handle_of(off, getpid());
    CHECK(!is_told(self, PSUTIL_FIELD(STATUS)));
    psutil_process_close(self);
    psutil_close(off);
}

TEST(who_has_ended_is_gone)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    pid_t pid = start_zombie();
    psutil_process *process = handle_of(fast, pid);
    psutil_process_info *info;
    int64_t status;
    CHECK(is_told(process, PSUTIL_FIELD(STATUS)));
    CHECK_INT(psutil_process_status(&status, process), 0);
    CHECK_INT(status, PSUTIL_STATUS_ZOMBIE);
    end_child(pid);
    CHECK(!is_told(process, PSUTIL_FIELD(STATUS)));
    CHECK_INT(psutil_process_read(&info, process, ONE), PSUTIL_ESRCH);
    psutil_process_close(process);
    psutil_close(fast);
}

/* As if the number had been used again: what tells one from the other is not its own any more. */
TEST(another_process_is_not_told_of)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    pid_t pid = keep_child(start("nothing", "x"));
    psutil_process *process = handle_of(fast, pid);
    struct ps_ref ref = process->ref;
    REQUIRE(ref.id != 0 && is_told(process, PSUTIL_FIELD(STATUS)));
    process->ref.id++;
    CHECK(!is_told(process, PSUTIL_FIELD(STATUS)));
    struct ps_ref birth = {.pid = pid, .id = ref.id + 1};
    CHECK(!ps_lane_birth(fast, &birth));
    birth.id = ref.id;
    CHECK(ps_lane_birth(fast, &birth) && birth.start == ref.start && birth.ppid == getpid());
    process->ref.id--;
    process->ref.start++;
    CHECK(!is_told(process, PSUTIL_FIELD(STATUS)));
    process->ref.start--;
    CHECK(is_told(process, PSUTIL_FIELD(STATUS)));
    psutil_process_close(process);
    psutil_close(fast);
    end_children();
}

TEST(a_thread_is_no_process)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    psutil_process *self = handle_of(fast, getpid());
    REQUIRE(is_told(self, PSUTIL_FIELD(STATUS)));
    pid_t pid = keep_child(start("threads", "3"));
    psutil_pthread_list *threads;
    psutil_process *process = handle_of(fast, pid);
    REQUIRE(psutil_process_threads(&threads, process) == 0 && threads->len > 1);
    struct ps_ref birth = {.pid = threads->items[threads->len - 1].id, .id = process->ref.id};
    CHECK(!ps_lane_birth(fast, &birth));
    psutil_free(threads);
    psutil_process_close(process);
    psutil_process_close(self);
    psutil_close(fast);
    end_children();
}

/* ---- How it is asked ----------------------------------------------------------------------------
 */

/* More questions than the map has. */
TEST(there_is_always_a_next_question)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    psutil_process *self = handle_of(fast, getpid());
    size_t told = 0;
    for (int i = 0; i < 10000; i++)
        told += is_told(self, PSUTIL_FIELD(STATUS));
    CHECK_INT(told, 10000);
    psutil_process_close(self);
    psutil_close(fast);
}

struct asker {
    psutil_process *process;
    int wrong;
};

static void *ask(void *argument)
{
    struct asker *asker = argument;
    for (int i = 0; i < 5000; i++) {
        psutil_process_info *info;
        if (psutil_process_read(&info, asker->process, ONE) != 0)
            abort();
        asker->wrong += info->pid != psutil_process_pid(asker->process) || info->ppid != getpid() ||
                        strcmp(info->name, "state") != 0 || info->status != PSUTIL_STATUS_SLEEPING;
        psutil_process_info_free(info);
    }
    return NULL;
}

TEST(several_threads_ask_at_once)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    pthread_t threads[4];
    struct asker askers[4];
    for (int i = 0; i < 4; i++) {
        pid_t pid = keep_child(start("nothing", "x"));
        await_sleep(pid);
        askers[i] = (struct asker){.process = handle_of(fast, pid)};
    }
    for (int i = 0; i < 4; i++)
        REQUIRE(pthread_create(&threads[i], NULL, ask, &askers[i]) == 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(askers[i].wrong, 0);
        psutil_process_close(askers[i].process);
    }
    psutil_close(fast);
    end_children();
}

/* Walks and single readings share what was shown. */
TEST(times_never_go_back)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    psutil_table *table;
    pid_t pid = keep_child(start_busy(true));
    psutil_process *process = handle_of(fast, pid);
    psutil_pcputimes last = {0}, now;
    REQUIRE(psutil_table_open(&table, fast, FIELDS) == 0);
    for (int i = 0; i < 400; i++) {
        if (i % 2 == 0) {
            REQUIRE(psutil_table_refresh(table) == 0);
            now = row_of(table, pid).cpu_times;
        } else {
            REQUIRE(psutil_process_cpu_times(&now, process) == 0);
        }
        CHECK(now.user >= last.user && now.system >= last.system);
        last = now;
        usleep(1000);
    }
    CHECK(last.user + last.system > 0);
    CHECK(is_told(process, PSUTIL_FIELD(CPU_TIMES)));
    psutil_table_close(table);
    psutil_process_close(process);
    psutil_close(fast);
    end_children();
}

/* ---- What the program does meanwhile ------------------------------------------------------------
 */

/* 0: the lane told before, and not after; the answer is right all the same. */
static int ask_after(bool (*change)(void))
{
    psutil *fast = open_one();
    psutil_process *process = handle_of(fast, getppid());
    int64_t status = PSUTIL_UNKNOWN;
    bool before = is_told(process, PSUTIL_FIELD(STATUS));
    bool right = before && change() && !is_told(process, PSUTIL_FIELD(STATUS)) &&
                 psutil_process_status(&status, process) == 0 && status != PSUTIL_UNKNOWN;
    psutil_process_close(process);
    psutil_close(fast);
    return right ? 0 : 1;
}

static int nobody_asks(void)
{
    return ask_after(become_nobody);
}

TEST(rights_that_were_given_up)
{
    REQUIRE_ONE();
    if (geteuid() != 0)
        SKIP("to become another user needs root");
    CHECK_INT(run_apart(nobody_asks), 0);
}

/* A filter may end the program for bpf(2): what is open is read on, and no iterator is opened. */
static int filtered_asks(void)
{
    psutil *fast = open_one();
    psutil_process *process = handle_of(fast, getppid());
    int64_t status;
    bool right =
        is_told(process, PSUTIL_FIELD(STATUS)) && filter_call(SYS_bpf, SECCOMP_RET_KILL_PROCESS);
    for (int i = 0; i < 10000 && right; i++)
        right = psutil_process_status(&status, process) == 0;
    right = right && !is_told(process, PSUTIL_FIELD(STATUS));
    psutil_process_close(process);
    psutil_close(fast);
    return right ? 0 : 1;
}

TEST(a_filter_that_came_later)
{
    REQUIRE_ONE();
    if (under_memcheck())
        SKIP("valgrind makes system calls of its own");
    CHECK_INT(run_apart(filtered_asks), 0);
}

static psutil_process *inherited;

static int read_inherited(void)
{
    int64_t status;
    bool right =
        !is_told(inherited, PSUTIL_FIELD(STATUS)) && psutil_process_status(&status, inherited) == 0;
    psutil_process_close(inherited);
    psutil_close(last_opened);
    return right ? 0 : 1;
}

TEST(a_forked_child_goes_through_proc)
{
    REQUIRE_ONE();
    psutil *fast = open_one();
    inherited = handle_of(fast, getpid());
    REQUIRE(is_told(inherited, PSUTIL_FIELD(STATUS)));
    CHECK_INT(run_apart(read_inherited), 0);
    CHECK(is_told(inherited, PSUTIL_FIELD(STATUS)));
    psutil_process_close(inherited);
    psutil_close(fast);
}

/* A program that closes what is not its own, and opens other files: nothing is taken out of them.
 */
static int close_all(void)
{
    psutil *fast = open_one();
    psutil_process *process = handle_of(fast, getppid());
    int pipes[64][2];
    int64_t status;
    char byte;
    bool right = is_told(process, PSUTIL_FIELD(STATUS));
    syscall(SYS_close_range, 3U, ~0U, 0U);
    for (int i = 0; i < 64; i++)
        right = right && pipe(pipes[i]) == 0 && write(pipes[i][1], "x", 1) == 1;
    for (int i = 0; i < 10; i++)
        right = right && psutil_process_status(&status, process) == 0;
    for (int i = 0; i < 64; i++)
        right = right && read(pipes[i][0], &byte, 1) == 1;
    return right ? 0 : 1;
}

TEST(nothing_is_taken_from_other_files)
{
    REQUIRE_ONE();
    if (under_memcheck())
        SKIP("valgrind keeps descriptors of its own");
    CHECK_INT(run_apart(close_all), 0);
}

TEST(nothing_is_left_open)
{
    REQUIRE_ONE();
    size_t before = count_descriptors();
    psutil *fast = open_one();
    psutil_process *self = handle_of(fast, getpid());
    int64_t alone, after;
    REQUIRE(psutil_process_num_fds(&alone, self) == 0);
    for (int i = 0; i < 5000; i++)
        CHECK(is_told(self, PSUTIL_FIELD(STATUS)));
    REQUIRE(psutil_process_num_fds(&after, self) == 0);
    CHECK_INT(after, alone);
    psutil_process_close(self);
    psutil_close(fast);
    CHECK_INT(count_descriptors(), before);
}

int main(void)
{
    return run_with_helper();
}
