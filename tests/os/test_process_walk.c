/* Walks over all processes that read by path, one file of each or several beside a pidfd, tell what
 * a handle does, which reads through the folder. */
#include "children.h"
#include "filter.h"

#include "../root.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#define STILL                                                                                      \
    (PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(CREATE_TIME) |  \
     PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(NICE) | PSUTIL_FIELD(NUM_THREADS) |                     \
     PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(CPU_NUM) | PSUTIL_FIELD(PAGE_FAULTS))
#define OWNED                                                                                      \
    (STILL | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(USERNAME) |                    \
     PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(CMDLINE))
#define KERNEL "2129984"

/* What is asked for: the first is read by path alone. */
static const psutil_fields sets[] = {STILL, OWNED};
static psutil_fields asked = STILL;

static psutil_table *table_of(psutil *ctx, size_t crowd)
{
    psutil_table *table;
    ps_linux_of(ctx)->crowd = crowd;
    if (psutil_table_open(&table, ctx, asked) != 0)
        abort();
    return table;
}

static psutil *open_live(void)
{
    psutil *ctx;
    if (psutil_open(&ctx, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) != 0)
        abort();
    return ctx;
}

static bool find_pid(const psutil_table *table, int64_t pid, psutil_process_info *out)
{
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(out, table, i);
        if (out->pid == pid)
            return true;
    }
    return false;
}

static void check_same_words(const psutil_string_list *x, const psutil_string_list *y)
{
    REQUIRE(x->len == y->len);
    for (size_t i = 0; i < x->len; i++)
        CHECK_STRING(x->items[i], y->items[i]);
}

static void check_same_owned(const psutil_process_info *x, const psutil_process_info *y)
{
    CHECK_STRING(x->username, y->username);
    CHECK(memcmp(&x->uids, &y->uids, sizeof x->uids) == 0);
    CHECK(memcmp(&x->gids, &y->gids, sizeof x->gids) == 0);
    CHECK_INT(x->memory_info.vms, y->memory_info.vms);
    CHECK_INT(x->memory_info.rss, y->memory_info.rss);
    if (x->result[PSUTIL_FIELD_CMDLINE] == 0)
        check_same_words(x->cmdline, y->cmdline);
}

static void check_same(const psutil_process_info *x, const psutil_process_info *y)
{
    for (int field = 0; field < PSUTIL_FIELD_COUNT; field++)
        if (asked >> field & 1)
            CHECK_INT(x->result[field], y->result[field]);
    if (asked == OWNED && x->result[PSUTIL_FIELD_USERNAME] == 0)
        check_same_owned(x, y);
    if (x->result[PSUTIL_FIELD_NAME] != 0)
        return;
    CHECK_STRING(x->name, y->name);
    CHECK_STRING(x->terminal ? x->terminal : "", y->terminal ? y->terminal : "");
    CHECK_INT(x->ppid, y->ppid);
    CHECK_INT(x->status, y->status);
    CHECK_INT(x->nice, y->nice);
    CHECK_INT(x->num_threads, y->num_threads);
    CHECK_INT(x->cpu_num, y->cpu_num);
    CHECK_INT(x->page_faults.minor, y->page_faults.minor);
    CHECK_DOUBLE(x->create_time, y->create_time);
    CHECK_DOUBLE(x->cpu_times.user, y->cpu_times.user);
    CHECK_DOUBLE(x->cpu_times.system, y->cpu_times.system);
}

/* The row of a process, beside what its handle reads. */
static void check_row(psutil *ctx, const psutil_table *table, int64_t pid)
{
    psutil_process *process;
    psutil_process_info row, *info;
    REQUIRE(psutil_process_open(&process, ctx, pid) == 0);
    REQUIRE(psutil_process_read(&info, process, asked) == 0);
    REQUIRE(find_pid(table, pid, &row));
    check_same(&row, info);
    psutil_process_info_free(info);
    psutil_process_close(process);
}

/* ---- A /proc that the test made -----------------------------------------------------------------
 */

static void add(const struct root *root, int pid, const char *comm, char state, const char *flags)
{
    char path[64], stat[256];
    snprintf(path, sizeof path, "proc/%d/stat", pid);
    snprintf(stat, sizeof stat,
             "%d (%s) %c 1 1 1 34818 1 %s 11 22 33 44 55 66 77 88 20 -5 3 0 %d 1 2 3 0 0 0 0 0 0 0 "
             "0 0 0 0 0 17 6 0 0 12 0 0\n",
             pid, comm, state, flags, 900 + pid);
    root_file(root, path, stat);
}

static void add_many(const struct root *root)
{
    root_file(root, "proc/stat", "cpu  1 2 3 4 5 6 7 8 9 0\nbtime 1000\n");
    add(root, 40, "short", 'S', "0");
    add(root, 41, "a) R 1 (b", 'S', "0");
    add(root, 42, "fifteen-letters", 'S', "0");
    root_bytes(root, "proc/42/cmdline", "/bin/fifteen-letters-and-more\0-x", 33);
    add(root, 43, "fifteen-letters", 'Z', "0");
    root_file(root, "proc/43/cmdline", "");
    add(root, 44, "after it", 'Z', "0");
    add(root, 45, "kworker/u9:1-events_unbound", 'I', KERNEL);
    root_file(root, "proc/45/cmdline", "");
    add(root, 46, "fifteen)letters", 'S', "0"); /* without a command line */
    root_folder(root, "proc/47");
    root_file(root, "proc/48/stat", ""); /* a folder, and nothing in it: listed without figures */
    root_file(root, "proc/49/stat", "49 (no end");
    add(root, 50, "last", 'T', "0");
}

static const char *name_of(const psutil_table *table, int64_t pid)
{
    psutil_process_info row;
    return find_pid(table, pid, &row) && row.result[PSUTIL_FIELD_NAME] == 0 ? row.name : "?";
}

static void check_made(psutil *ctx, size_t crowd)
{
    static const int64_t whole[] = {40, 41, 42, 43, 44, 45, 46, 50};
    psutil_process_info row;
    psutil_table *table = table_of(ctx, crowd);
    REQUIRE(psutil_table_refresh(table) == 0);
    CHECK_INT(psutil_table_len(table), 10);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        check_row(ctx, table, whole[i]);
    CHECK_STRING(name_of(table, 41), "a) R 1 (b");
    CHECK_STRING(name_of(table, 42), "fifteen-letters-and-more");
    CHECK_STRING(name_of(table, 43), "fifteen-letters");
    CHECK_STRING(name_of(table, 45), "kworker/u9:1-events_unbound");
    CHECK_STRING(name_of(table, 46), "fifteen)letters");
    REQUIRE(find_pid(table, 49, &row));
    CHECK_INT(row.result[PSUTIL_FIELD_NAME], PSUTIL_EDATA);
    psutil_table_close(table);
}

TEST(made_processes)
{
    struct root root = root_make();
    add_many(&root);
    psutil *ctx = root_open(&root);
    size_t before = count_descriptors();
    check_made(ctx, SIZE_MAX);
    check_made(ctx, 1);
    CHECK_INT(count_descriptors(), before);
    psutil_close(ctx);
    root_remove(&root);
}

/* Leaves one descriptor: enough for a file, too few for a folder and a file in it. */
static int refresh_with_one(psutil_table *table)
{
    struct rlimit old, low;
    int next = dup(0);
    if (next < 0 || getrlimit(RLIMIT_NOFILE, &old) != 0)
        abort();
    close(next);
    low = (struct rlimit){(rlim_t)next + 1, old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
    int rc = psutil_table_refresh(table);
    setrlimit(RLIMIT_NOFILE, &old);
    return rc;
}

TEST(one_descriptor_is_enough)
{
    struct root root = root_make();
    psutil_process_info row;
    add_many(&root);
    psutil *ctx = root_open(&root);
    psutil_table *table = table_of(ctx, SIZE_MAX);
    REQUIRE(psutil_table_refresh(table) == 0); /* what is read once is */
    REQUIRE(refresh_with_one(table) == 0);
    CHECK_STRING(name_of(table, 40), "short");
    CHECK_STRING(name_of(table, 41), "a) R 1 (b");
    CHECK_STRING(name_of(table, 45), "kworker/u9:1-events_unbound");
    REQUIRE(find_pid(table, 42, &row));
    CHECK_INT(row.result[PSUTIL_FIELD_NAME], PSUTIL_ESYSTEM);
    psutil_table_close(table);
    psutil_close(ctx);
    root_remove(&root);
}

/* ---- The running kernel -------------------------------------------------------------------------
 */

static pid_t start_named(const char *name)
{
    int ready[2];
    char byte;
    if (pipe2(ready, O_CLOEXEC) != 0)
        abort();
    pid_t pid = fork_child();
    if (pid == 0) {
        prctl(PR_SET_NAME, name);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    if (read(ready[0], &byte, 1) != 1)
        abort();
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static pid_t start_zombie(void)
{
    siginfo_t info;
    pid_t pid = start_child(0, 3);
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0)
        abort();
    return pid;
}

enum { LIVE = 5 };

static void start_live(pid_t pids[LIVE])
{
    pids[0] = start_named("plain");
    pids[1] = start_named("a) R 1 (b");
    pids[2] = start_named("fifteen-letters");
    pids[3] = start_zombie();
    pids[4] = start_named("after it");
    sleep_for(0.2); /* until all have gone to sleep */
}

static void check_live(void)
{
    pid_t pids[LIVE];
    psutil *ctx = open_live();
    start_live(pids);
    for (size_t crowd = 0; crowd < 2; crowd++) {
        psutil_table *table = table_of(ctx, crowd ? 1 : SIZE_MAX);
        REQUIRE(psutil_table_refresh(table) == 0);
        for (int i = 0; i < LIVE; i++)
            check_row(ctx, table, pids[i]);
        CHECK_STRING(name_of(table, pids[1]), "a) R 1 (b");
        psutil_table_close(table);
    }
    for (int i = 0; i < LIVE; i++)
        end_child(pids[i]);
    psutil_close(ctx);
}

TEST(living_processes_and_zombies)
{
    for (size_t i = 0; i < 2; i++) {
        asked = sets[i];
        check_live();
    }
    asked = STILL;
}

/* ---- What a kernel or a sandbox does not tell through pidfds ------------------------------------
 */

/* Fails a system call that has this second argument. */
static bool refuse(unsigned number, unsigned second, unsigned error)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return set_filter(code);
}

/* The library has learned before that there are pidfds. */
static int walk_refused(unsigned number, unsigned second, unsigned error)
{
    pid_t pids[LIVE];
    psutil *ctx = open_live();
    asked = OWNED;
    psutil_table *table = table_of(ctx, SIZE_MAX);
    start_live(pids);
    CHECK_INT(psutil_table_refresh(table), 0);
    size_t len = psutil_table_len(table);
    if (!refuse(number, second, error))
        return 77;
    CHECK_INT(psutil_table_refresh(table), 0);
    CHECK(psutil_table_len(table) >= len / 2);
    for (int i = 0; i < LIVE; i++)
        check_row(ctx, table, pids[i]);
    for (int i = 0; i < LIVE; i++)
        end_child(pids[i]);
    psutil_table_close(table);
    psutil_close(ctx);
    fflush(stdout);
    return test_failures;
}

TEST(what_pidfds_do_not_tell)
{
    enum { PIDFD_OPEN = 434 };
    const unsigned get_info = 0xc040ff0b; /* PIDFD_GET_INFO */
    for (int i = 0; i < 2; i++) {
        int status = 0;
        pid_t pid = fork_child();
        if (pid == 0)
            _exit(i == 0 ? walk_refused(SYS_ioctl, get_info, ENOTTY)
                         : walk_refused(PIDFD_OPEN, 0, EPERM));
        waitpid(pid, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
            SKIP("filters are forbidden here");
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 0);
    }
}

/* Of the kernel's threads what never changes. */
TEST(kernel_threads)
{
    psutil *ctx = open_live();
    psutil_table *table = table_of(ctx, SIZE_MAX);
    size_t seen = 0;
    REQUIRE(psutil_table_refresh(table) == 0);
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_process_info row, *info;
        psutil_process *process;
        psutil_table_row(&row, table, i);
        if (row.ppid != 2 || strncmp(row.name, "kworker", 7) == 0 || /* named by what it does */
            psutil_process_open(&process, ctx, row.pid) != 0)
            continue;
        if (psutil_process_read(&info, process, asked) == 0) {
            CHECK_STRING(row.name, info->name);
            CHECK_DOUBLE(row.create_time, info->create_time);
            CHECK_INT(row.nice, info->nice);
            psutil_process_info_free(info);
            seen++;
        }
        psutil_process_close(process);
    }
    psutil_table_close(table);
    psutil_close(ctx);
    if (seen == 0)
        SKIP("no kernel thread is to be seen");
}

/* What a user is told of processes that are not his, by the table and by a handle. The exit code
 * counts what was wrong. */
static int walk_as_nobody(const char *hidepid)
{
    psutil_process_info row;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", 0, hidepid) != 0)
        return 77;
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        return 77;
    prctl(PR_SET_DUMPABLE, 1); /* without, its own children are hidden from it as well */
    psutil *ctx = open_live();
    pid_t child = start_named("fifteen-letters");
    psutil_table *table = table_of(ctx, SIZE_MAX);
    sleep_for(0.2);
    if (psutil_table_refresh(table) != 0)
        return 1;
    check_row(ctx, table, child);
    bool listed = find_pid(table, 1, &row);
    CHECK(listed == (strcmp(hidepid, "hidepid=1") == 0));
    if (listed)
        CHECK_INT(row.result[PSUTIL_FIELD_NAME], PSUTIL_EACCES);
    end_child(child);
    psutil_table_close(table);
    psutil_close(ctx);
    fflush(stdout);
    return test_failures;
}

TEST(hidden_processes)
{
    static const char *const options[] = {"hidepid=1", "hidepid=2"};
    if (geteuid() != 0)
        SKIP("needs root, to mount a /proc");
    for (size_t i = 0; i < 4; i++) {
        int status = 0;
        pid_t pid = fork_child();
        asked = sets[i / 2];
        if (pid == 0)
            _exit(walk_as_nobody(options[i % 2]));
        waitpid(pid, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
            SKIP("mounting is forbidden here");
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 0);
    }
}

int main(void)
{
    return run_tests();
}
