/* When the fast lane is used, what it leaves to /proc, and what it costs. */
#include "bpf.h"
#include "filter.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* ---- When it is used ----------------------------------------------------------------------------
 */

TEST(it_opens_when_it_pays)
{
    REQUIRE_LANE();
    psutil *plain;
    psutil_table *table;
    REQUIRE(psutil_open(&plain, NULL) == 0);
    REQUIRE(psutil_table_open(&table, plain, FIELDS) == 0);
    ps_linux_of(plain)->lane->walked = 0;
    CHECK(!ps_lane_pays(plain, FIELDS, 100));
    CHECK(!ps_lane_pays(plain, PSUTIL_FIELD(EXE) | PSUTIL_FIELD(PID), 100000));
    CHECK(!is_open(plain));
    CHECK(ps_lane_pays(plain, FIELDS, 100000));
    CHECK(is_open(plain));
    CHECK(!ps_lane_is_open(plain, PSUTIL_FIELD(EXE) | PSUTIL_FIELD(PID)));
    CHECK_INT(psutil_table_refresh(table), 0);
    psutil_table_close(table);
    psutil_close(plain);
}

TEST(an_option_switches_it_off)
{
    psutil *off;
    REQUIRE(psutil_open(&off, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    CHECK(!ps_lane_pays(off, FIELDS, 1000000));
    CHECK(!ps_lane_pays(off, FIELDS, 1000000));
    psutil_close(off);
}

TEST(not_below_another_root)
{
    psutil *other;
    REQUIRE(psutil_open(&other, &(psutil_options){.proc = "/proc/../proc"}) == 0);
    CHECK(!ps_lane_pays(other, FIELDS, 1000000));
    psutil_close(other);
}

/* 0: the lane stayed shut, and the table is right all the same. */
static int read_without_lane(void)
{
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS);
    bool right = !is_open(fast) && row_of(table, getpid()).ppid == getppid() &&
                 psutil_table_refresh(table) == 0 && !is_open(fast);
    psutil_table_close(table);
    psutil_close(fast);
    return right ? 0 : 1;
}

static int as_nobody(void)
{
    if (setresuid(65534, 65534, 65534) != 0)
        return 2;
    return read_without_lane();
}

TEST(without_rights_proc_tells)
{
    if (geteuid() != 0)
        SKIP("to become another user needs root");
    CHECK_INT(run_apart(as_nobody), 0);
}

/* Services are often set up so that an unexpected system call ends them. */
static int below_deadly_filter(void)
{
    return filter_call(SYS_bpf, SECCOMP_RET_KILL_PROCESS) ? read_without_lane() : 2;
}

TEST(below_a_filter_proc_tells)
{
    if (under_memcheck())
        SKIP("valgrind makes system calls of its own");
    CHECK_INT(run_apart(below_deadly_filter), 0);
}

/* What a program could when the lane was opened it may have given up since: it is told then what
 * /proc tells it. */
static int read_after(bool (*change)(void))
{
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS);
    int before = row_of(table, getppid()).result[PSUTIL_FIELD_IO_COUNTERS];
    bool was_open = is_open(fast);
    bool right = was_open && change() && psutil_table_refresh(table) == 0 && !is_open(fast);
    int after = row_of(table, getppid()).result[PSUTIL_FIELD_IO_COUNTERS];
    psutil_table_close(table);
    psutil_close(fast);
    return right && before == 0 && after == (geteuid() == 0 ? 0 : PSUTIL_EACCES) ? 0 : 1;
}

static int nobody_later(void)
{
    return read_after(become_nobody);
}

TEST(rights_that_were_given_up)
{
    REQUIRE_LANE();
    if (geteuid() != 0)
        SKIP("to become another user needs root");
    CHECK_INT(run_apart(nobody_later), 0);
}

static bool take_deadly_filter(void)
{
    return filter_call(SYS_bpf, SECCOMP_RET_KILL_PROCESS);
}

static int filter_later(void)
{
    return read_after(take_deadly_filter);
}

TEST(a_filter_that_came_later)
{
    REQUIRE_LANE();
    if (under_memcheck())
        SKIP("valgrind makes system calls of its own");
    CHECK_INT(run_apart(filter_later), 0);
}

/* The kernel refuses later than the checks can see. */
TEST(what_the_kernel_refuses_proc_tells)
{
    REQUIRE_LANE();
    psutil *fast = open_fast();
    REQUIRE(ps_lane_pays(fast, FIELDS, 1));
    struct ps_lane *lane = ps_linux_of(fast)->lane;
    close(lane->links[PS_BPF_PROCESSES]);
    lane->links[PS_BPF_PROCESSES] = -1;
    psutil_table *table = read_table(fast, FIELDS);
    CHECK_INT(row_of(table, getpid()).ppid, getppid());
    CHECK(!is_open(fast));
    CHECK(!ps_lane_pays(fast, FIELDS, 1000000));
    psutil_table_close(table);
    psutil_close(fast);
}

/* Without command lines from the kernel they come from /proc. */
TEST(without_lines_proc_tells)
{
    REQUIRE_LANE();
    pid_t pid = keep_child(start("threads", "1"));
    psutil *fast = open_fast();
    REQUIRE(ps_lane_pays(fast, FIELDS, 1));
    struct ps_lane *lane = ps_linux_of(fast)->lane;
    close(lane->links[PS_BPF_LINES]);
    lane->links[PS_BPF_LINES] = -1;
    psutil_table *table = read_table(fast, FIELDS);
    psutil_process_info info = row_of(table, pid);
    REQUIRE(info.result[PSUTIL_FIELD_CMDLINE] == 0 && info.cmdline->len == 3);
    CHECK_STRING(info.cmdline->items[1], "threads");
    CHECK(is_open(fast));
    psutil_table_close(table);
    psutil_close(fast);
    end_children();
}

/* What a parent opened is not the child's. */
static psutil *inherited;

static int read_inherited(void)
{
    psutil_table *table = read_table(inherited, FIELDS);
    bool right = !is_open(inherited) && row_of(table, getpid()).ppid == getppid();
    psutil_table_close(table);
    return right ? 0 : 1;
}

TEST(a_forked_child_goes_through_proc)
{
    REQUIRE_LANE();
    inherited = open_fast();
    REQUIRE(ps_lane_pays(inherited, FIELDS, 1));
    CHECK_INT(run_apart(read_inherited), 0);
    CHECK(is_open(inherited));
    psutil_close(inherited);
}

/* ---- What it costs ------------------------------------------------------------------------------
 */

TEST(nothing_is_left_open)
{
    REQUIRE_LANE();
    size_t before = count_descriptors();
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS);
    size_t opened = count_descriptors();
    CHECK(opened <= before + PS_BPF_PROGRAMS + 8);
    for (int i = 0; i < 20; i++)
        CHECK_INT(psutil_table_refresh(table), 0);
    CHECK_INT(count_descriptors(), opened);
    CHECK(is_open(fast));
    psutil_table_close(table);
    psutil_close(fast);
    CHECK_INT(count_descriptors(), before);
}

/* Those that are open for the lane's sake are not the program's. */
TEST(own_descriptors_are_counted_alike)
{
    REQUIRE_LANE();
    int64_t alone, after;
    psutil *fast = open_fast();
    psutil_process *self;
    REQUIRE(psutil_process_open(&self, fast, getpid()) == 0);
    REQUIRE(psutil_process_num_fds(&alone, self) == 0);
    psutil_table *table = read_table(fast, FIELDS);
    REQUIRE(is_open(fast));
    CHECK_INT(psutil_process_num_fds(&after, self), 0);
    CHECK_INT(after, alone);
    CHECK_INT(row_of(table, getpid()).num_fds, alone);
    psutil_process_close(self);
    psutil_table_close(table);
    psutil_close(fast);
}

/* Without a descriptor for it the walk fails or goes through /proc, and the next one is as ever. */
TEST(a_shortage_passes)
{
    REQUIRE_LANE();
    struct rlimit old, low;
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS);
    size_t len = psutil_table_len(table);
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){0, old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
    CHECK(psutil_table_refresh(table) != 0);
    CHECK_INT(psutil_table_len(table), len);
    setrlimit(RLIMIT_NOFILE, &old);
    CHECK(is_open(fast));
    CHECK_INT(psutil_table_refresh(table), 0);
    psutil_table_close(table);
    psutil_close(fast);
}

int main(void)
{
    return run_with_helper();
}
