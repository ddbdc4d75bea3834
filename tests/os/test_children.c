/* Children, from the kernel's lists: all of them, whatever the others do meanwhile. */
#include "core/process.h"

#include "../namespace.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

/* ---- Families -----------------------------------------------------------------------------------
 */

/* The longest family here has some thousand members. */
struct family {
    int64_t pids[4096];
    size_t len;
};

static int read_family(psutil_process *process, bool recursive, struct family *out)
{
    psutil_process_list *list;
    int rc = psutil_process_children(&list, process, recursive);
    if (rc != 0)
        return rc;
    out->len = list->len;
    for (size_t i = 0; i < list->len && i < sizeof out->pids / sizeof *out->pids; i++)
        out->pids[i] = psutil_process_pid(list->items[i]);
    psutil_process_list_close(list);
    return 0;
}

/* Below a root that is not known to be the kernel's own, all processes are read instead. */
static psutil *open_walking(void)
{
    psutil *walking;
    if (psutil_open(&walking, &(psutil_options){.proc = "/proc/../proc"}) != 0)
        abort();
    return walking;
}

/* Whether the kernel has the lists at all (CONFIG_PROC_CHILDREN). */
static bool has_lists(psutil *ctx)
{
    struct ps_ref *children;
    size_t len;
    psutil_process *self = open_handle(ctx, getpid());
    int rc = ps_os_process_children(ctx, &self->ref, &children, &len);
    psutil_process_close(self);
    if (rc == 0)
        free(children);
    return rc == 0;
}

static void check_same(psutil *ctx, psutil *walking, pid_t pid, bool recursive)
{
    static struct family listed, walked;
    psutil_process *a = open_handle(ctx, pid), *b = open_handle(walking, pid);
    CHECK_INT(read_family(a, recursive, &listed), 0);
    CHECK_INT(read_family(b, recursive, &walked), 0);
    CHECK_INT(listed.len, walked.len);
    if (listed.len == walked.len)
        for (size_t i = 0; i < listed.len; i++)
            CHECK_INT(listed.pids[i], walked.pids[i]);
    psutil_process_close(a);
    psutil_process_close(b);
}

static bool has(const struct family *family, int64_t pid)
{
    for (size_t i = 0; i < family->len; i++)
        if (family->pids[i] == pid)
            return true;
    return false;
}

/* Says that it is there; the answer is a byte for each. */
static void report(int fd)
{
    if (write(fd, "!", 1) != 1)
        _exit(1);
}

static void await_reports(int fd, int count)
{
    char byte;
    for (int i = 0; i < count; i++)
        if (read(fd, &byte, 1) != 1)
            abort();
}

/* A process below which there is a tree: `width` children each, so many generations. */
static pid_t start_tree(int width, int depth, int fd)
{
    pid_t pid = fork_child();
    if (pid != 0)
        return pid;
    for (int i = 0; depth > 0 && i < width; i++)
        start_tree(width, depth - 1, fd);
    report(fd);
    for (;;)
        pause();
}

static void end_tree(psutil *ctx, pid_t pid)
{
    psutil_process_list *list = NULL;
    psutil_process *process = open_handle(ctx, pid);
    if (psutil_process_children(&list, process, true) == 0)
        for (size_t i = 0; i < list->len; i++)
            psutil_process_kill(list->items[i]);
    psutil_process_list_close(list);
    psutil_process_close(process);
    end_child(pid);
}

TEST(lists_say_what_a_walk_says)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN), *walking = open_walking();
    pid_t pid = start_tree(3, 3, ends[1]);
    await_reports(ends[0], 1 + 3 + 9 + 27);
    check_same(ctx, walking, pid, false);
    check_same(ctx, walking, pid, true);
    check_same(ctx, walking, getpid(), false);
    check_same(ctx, walking, getpid(), true);
    end_tree(ctx, pid);
    close(ends[0]);
    close(ends[1]);
    psutil_close(walking);
    psutil_close(ctx);
}

/* More than the kernel hands out in one piece, and than fits into the first buffer. */
TEST(a_large_family)
{
    int width = under_memcheck() ? 60 : 1600, ends[2];
    struct family family = {.len = 0};
    REQUIRE(pipe(ends) == 0);
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    pid_t pid = start_tree(width, 1, ends[1]);
    await_reports(ends[0], 1 + width);
    psutil_process *process = open_handle(ctx, pid);
    CHECK_INT(read_family(process, false, &family), 0);
    CHECK_INT(family.len, width);
    for (size_t i = 1; i < family.len; i++)
        CHECK(family.pids[i - 1] < family.pids[i]);
    psutil_process_close(process);
    end_tree(ctx, pid);
    close(ends[0]);
    close(ends[1]);
    psutil_close(ctx);
}

/* ---- Ends ---------------------------------------------------------------------------------------
 */

TEST(a_parent_that_ended)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN), *walking = open_walking();
    psutil_process_list *list = NULL;
    siginfo_t end;
    pid_t pid = start_child(60, 0);
    psutil_process *process = open_handle(ctx, pid);
    kill(pid, SIGKILL);
    REQUIRE(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) == 0);
    check_same(ctx, walking, pid, true); /* a zombie has none */
    CHECK_INT(psutil_process_children(&list, process, true), 0);
    REQUIRE(list != NULL);
    CHECK_INT(list->len, 0);
    psutil_process_list_close(list);
    list = NULL;
    waitpid(pid, NULL, 0);
    int rc = psutil_process_children(&list, process, true);
    CHECK(rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED);
    CHECK(list == NULL);
    psutil_process_close(process);
    psutil_close(walking);
    psutil_close(ctx);
}

TEST(zombies_are_children)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN), *walking = open_walking();
    siginfo_t end;
    pid_t pid = start_child(0, 0);
    REQUIRE(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) == 0);
    struct family family = {.len = 0};
    psutil_process *self = open_handle(ctx, getpid());
    CHECK_INT(read_family(self, false, &family), 0);
    CHECK(has(&family, pid));
    check_same(ctx, walking, getpid(), false);
    waitpid(pid, NULL, 0);
    psutil_process_close(self);
    psutil_close(walking);
    psutil_close(ctx);
}

/* ---- Parents that never rest --------------------------------------------------------------------
 */

enum { LASTING = 40, LASTING_MOST = 900 };

/* What a restless parent tells: its lasting children. In memory of both. */
struct roll {
    _Atomic int count;
    int len;                            /* of what is used */
    _Atomic int64_t pids[LASTING_MOST]; /* 0: not yet, or not any more */
};

static struct roll *roll;
static int tester_lives[2]; /* a pipe that ends with the tester */

/* In any thread: such children would not outlive it with PR_SET_PDEATHSIG. */
static pid_t bear(void)
{
    char byte;
    pid_t pid = fork();
    if (pid < 0)
        _exit(1);
    if (pid == 0)
        _exit(read(tester_lives[0], &byte, 1) != 0);
    return pid;
}

static void bear_lasting(void)
{
    int place = atomic_fetch_add(&roll->count, 1);
    roll->pids[place] = bear();
}

__attribute__((noinline)) static pid_t start_ended(void)
{
    pid_t pid = vfork();
    if (pid == 0)
        _exit(0);
    return pid;
}

static void bear_short_lived(int count)
{
    pid_t pids[8];
    for (int i = 0; i < count; i++)
        pids[i] = start_ended();
    for (int i = 0; i < count; i++)
        waitpid(pids[i], NULL, 0);
}

static void end_lasting(int place)
{
    pid_t pid = (pid_t)atomic_exchange(&roll->pids[place], 0);
    if (pid == 0)
        return;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* In the kernel's list, whoever lasts stands behind others that end while it is read. */
static void restless(void)
{
    for (int place = 0;; place = (place + 1) % roll->len) {
        end_lasting(place);
        roll->pids[place] = bear();
    }
}

/* Its child goes to another thread. */
static void *bear_and_end(void *unused)
{
    int place = atomic_fetch_add(&roll->count, 1) % LASTING;
    end_lasting(place);
    roll->pids[place] = bear();
    return unused;
}

static void *bear_one(void *unused)
{
    bear_lasting();
    return unused;
}

static void join_new(void *(*run)(void *))
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, run, NULL) != 0)
            _exit(1);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

static void *restless_thread(void *unused)
{
    for (int i = 0; i < 4; i++)
        bear_lasting();
    for (;;)
        bear_short_lived(2);
    return unused;
}

/* The lasting are children of threads that ended, and of some that live; others fork meanwhile. */
static void restless_threads(void)
{
    pthread_t thread;
    for (int i = 0; i < LASTING / 4; i++)
        join_new(bear_one);
    while (roll->count < LASTING - 4)
        bear_lasting();
    if (pthread_create(&thread, NULL, restless_thread, NULL) != 0)
        _exit(1);
    for (;;)
        join_new(bear_and_end);
}

/* The first thread's children go to another. */
static void *go_on_without_the_first(void *unused)
{
    for (;;)
        join_new(bear_and_end);
    return unused;
}

static void first_thread_ends(void)
{
    pthread_t thread;
    while (roll->count < LASTING)
        bear_lasting();
    if (pthread_create(&thread, NULL, go_on_without_the_first, NULL) != 0)
        _exit(1);
    pthread_exit(NULL);
}

struct seen {
    int64_t pids[LASTING_MOST];
};

static struct seen call_the_roll(void)
{
    struct seen seen;
    for (int i = 0; i < roll->len; i++)
        seen.pids[i] = roll->pids[i];
    return seen;
}

/* Whoever was there all the time. */
static int64_t count_missing(const struct family *family, const struct seen *before)
{
    struct seen after = call_the_roll();
    int64_t missing = 0;
    for (int i = 0; i < roll->len; i++) {
        int64_t pid = before->pids[i];
        if (pid == 0 || pid != after.pids[i] || has(family, pid))
            continue;
        missing++;
        printf("# %lld is missing among %zu\n", (long long)pid, family->len);
    }
    return missing;
}

/* Every lasting child is in every answer. */
static void watch(psutil *ctx, pid_t pid, bool recursive)
{
    struct family family = {.len = 0};
    int64_t missing = 0, answers = under_memcheck() ? 20 : 10000 / roll->len;
    psutil_process *process = open_handle(ctx, pid);
    for (int64_t i = 0; i < answers; i++) {
        struct seen before = call_the_roll();
        CHECK_INT(read_family(process, recursive, &family), 0);
        missing += count_missing(&family, &before);
        for (size_t k = 1; k < family.len && !recursive; k++)
            CHECK(family.pids[k - 1] < family.pids[k]);
    }
    CHECK_INT(missing, 0);
    psutil_process_close(process);
}

static bool all_are_born(void)
{
    struct seen seen = call_the_roll();
    int born = 0;
    for (int i = 0; i < roll->len; i++)
        born += seen.pids[i] != 0;
    return born >= roll->len - 3;
}

static void watch_a_restless(void (*parent)(void), int lasting)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    roll = mmap(NULL, sizeof *roll, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(roll != MAP_FAILED && pipe(tester_lives) == 0);
    roll->len = lasting;
    pid_t pid = fork_child();
    if (pid == 0) {
        close(tester_lives[1]);
        parent();
    }
    while (!all_are_born())
        sleep_for(0.001);
    if (!has_lists(ctx))
        printf("# this kernel has no lists of children\n");
    watch(ctx, pid, false);
    watch(ctx, pid, true);
    end_child(pid);
    close(tester_lives[0]);
    close(tester_lives[1]);
    munmap(roll, sizeof *roll);
    psutil_close(ctx);
}

TEST(nobody_is_missed_among_the_short_lived)
{
    watch_a_restless(restless, LASTING);
}

/* A list that comes in several pieces. */
TEST(nobody_is_missed_in_a_long_list)
{
    watch_a_restless(restless, under_memcheck() ? LASTING : LASTING_MOST);
}

TEST(nobody_is_missed_among_threads)
{
    if (under_memcheck()) /* a child of several threads may wait for memcheck's own lock */
        SKIP("memcheck does not fork from several threads");
    watch_a_restless(restless_threads, LASTING);
}

TEST(nobody_is_missed_when_the_first_thread_ends)
{
    if (under_memcheck()) /* a child of several threads may wait for memcheck's own lock */
        SKIP("memcheck does not fork from several threads");
    watch_a_restless(first_thread_ends, LASTING);
}

/* ---- A reader that is held up while pids come round ---------------------------------------------
 */

/* Children that last a while, each with a number of its own above its pid. */
struct places {
    _Atomic uint64_t born[LASTING];
    atomic_ulong answers;
    atomic_ulong missing;
};

enum { FEW_PIDS = 420, HELD_UP = 60 };

static struct places *places;

static void keep_replacing(void)
{
    for (uint64_t number = 1;; number++) {
        size_t place = (size_t)number % LASTING;
        pid_t pid = (pid_t)(atomic_exchange(&places->born[place], 0) & 0xffffffff);
        if (pid != 0)
            end_child(pid);
        places->born[place] = number << 32 | (uint64_t)start_child(60, 0);
        bear_short_lived(4);
    }
}

static void read_on(pid_t parent)
{
    static struct family family;
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *process = open_handle(ctx, parent);
    for (;;) {
        uint64_t before[LASTING];
        for (size_t i = 0; i < LASTING; i++)
            before[i] = places->born[i];
        if (read_family(process, false, &family) != 0)
            abort();
        for (size_t i = 0; i < LASTING; i++)
            if (before[i] != 0 && before[i] == places->born[i] &&
                !has(&family, (int64_t)(before[i] & 0xffffffff)))
                atomic_fetch_add(&places->missing, 1);
        atomic_fetch_add(&places->answers, 1);
    }
}

static int hold_up(void *unused)
{
    (void)unused;
    if (!wind_back(FEW_PIDS))
        return NO_NAMESPACE;
    pid_t parent = fork_child();
    if (parent == 0)
        keep_replacing();
    sleep_for(0.2);
    pid_t reader = fork_child();
    if (reader == 0)
        read_on(parent);
    for (int i = 0; i < HELD_UP; i++) {
        sleep_for(0.002 + 0.0001 * (i % 7));
        kill(reader, SIGSTOP);
        sleep_for(0.03);
        kill(reader, SIGCONT);
    }
    end_child(reader);
    end_child(parent);
    return 0;
}

/* A number that was read in the list, given up and given to another child meanwhile, looks like the
 * child that was read. */
TEST(nobody_is_missed_by_a_reader_that_is_held_up)
{
    if (geteuid() != 0 || under_memcheck() || !limits_are_of_namespaces())
        SKIP("needs root, for a pid namespace with few numbers, and real time");
    places = mmap(NULL, sizeof *places, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(places != MAP_FAILED);
    int result = in_namespaces(CLONE_NEWPID, hold_up, NULL);
    printf("# %lu answers\n", places->answers);
    if (result != NO_NAMESPACE) {
        CHECK_INT(result, 0);
        CHECK(places->answers > 20);
        CHECK_INT(places->missing, 0);
    }
    munmap(places, sizeof *places);
    if (result == NO_NAMESPACE)
        SKIP("namespaces are forbidden here");
}

int main(void)
{
    return run_tests();
}
