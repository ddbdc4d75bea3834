/* The fast lane for CPUs says what /proc/stat says. */
#include "bpf.h"
#include "filter.h"

#include <sys/syscall.h>

/* As if they had been asked for so often that the lane pays. */
static psutil *open_cpus(void)
{
    psutil *fast = open_fast();
    if (ps_linux_of(fast)->lane)
        ps_linux_of(fast)->lane->cpus.missed = INT32_MAX;
    return fast;
}

static size_t ask(psutil *of, struct ps_stat_cpu *lines)
{
    return ps_lane_cpu_times(of, lines);
}

/* A kernel may lack what is needed for these alone: its type information, the tick's own account.
 */
static bool tells(psutil *of)
{
    struct ps_stat_cpu lines[PS_LANE_CPUS_MAX + 1];
    return ask(of, lines) > 0;
}

#define REQUIRE_CPUS(fast)                                                                         \
    REQUIRE_LANE();                                                                                \
    psutil *fast = open_cpus();                                                                    \
    if (!tells(fast)) {                                                                            \
        psutil_close(fast);                                                                        \
        SKIP("this kernel's own counters of CPUs cannot be read");                                 \
    }

static size_t read_file(struct ps_stat_cpu *lines)
{
    static char text[1 << 20];
    size_t count = 0;
    int fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
    ssize_t len = read(fd, text, sizeof text);
    close(fd);
    struct ps_cursor c = ps_cursor_of_lines(text, len > 0 ? (size_t)len : 0);
    while (count <= PS_LANE_CPUS_MAX && ps_stat_next_cpu(&c, &lines[count]))
        count++;
    return count;
}

static size_t wrong_columns(const struct ps_stat_cpu *before, const struct ps_stat_cpu *line,
                            const struct ps_stat_cpu *after)
{
    size_t wrong = 0;
    for (int i = 0; i < PS_STAT_COLUMNS; i++) {
        /* idle goes over to iowait, and back, when the last task that waits is on its way */
        bool moves = i == PS_STAT_IDLE || i == PS_STAT_IOWAIT;
        int64_t slack = moves ? 1 : 0;
        wrong +=
            line->ticks[i] + slack < before->ticks[i] || line->ticks[i] > after->ticks[i] + slack;
    }
    return wrong;
}

TEST(each_line_is_as_in_the_file)
{
    REQUIRE_CPUS(fast);
    struct ps_stat_cpu before[PS_LANE_CPUS_MAX + 1], lines[PS_LANE_CPUS_MAX + 1],
        after[PS_LANE_CPUS_MAX + 1];
    pid_t pid = fork_child();
    if (pid == 0)
        for (;;)
            getppid();
    size_t wrong = 0, compared = 0;
    int times = under_memcheck() ? 50 : 1000;
    for (int i = 0; i < times; i++) {
        size_t len = read_file(before);
        REQUIRE(ask(fast, lines) == len && read_file(after) == len);
        for (size_t k = 0; k < len; k++) {
            CHECK(lines[k].number == before[k].number);
            wrong += wrong_columns(&before[k], &lines[k], &after[k]);
            compared++;
        }
        if (i % 100 == 0)
            usleep(20000);
    }
    CHECK_INT(wrong, 0);
    CHECK(compared >= 2 * (size_t)times);
    end_child(pid);
    psutil_close(fast);
}

/* Through the public functions. */
TEST(the_same_times_are_given)
{
    REQUIRE_CPUS(fast);
    psutil *slow;
    psutil_scputimes a, x, b;
    psutil_scputimes_list *each, *files;
    REQUIRE(psutil_open(&slow, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    for (int i = 0; i < 100; i++) {
        REQUIRE(psutil_cpu_times(&a, slow) == 0 && psutil_cpu_times(&x, fast) == 0 &&
                psutil_cpu_times(&b, slow) == 0);
        CHECK(a.user <= x.user && x.user <= b.user);
        CHECK(a.system <= x.system && x.system <= b.system);
        CHECK(a.steal <= x.steal && x.steal <= b.steal);
        CHECK(x.idle > 0);
    }
    REQUIRE(psutil_cpu_times_percpu(&each, fast) == 0);
    REQUIRE(psutil_cpu_times_percpu(&files, slow) == 0);
    CHECK_INT(each->len, files->len);
    psutil_free(each);
    psutil_free(files);
    psutil_close(slow);
    psutil_close(fast);
}

TEST(it_opens_when_it_pays)
{
    REQUIRE_CPUS(fast);
    psutil *plain;
    psutil_scputimes times;
    REQUIRE(psutil_open(&plain, NULL) == 0);
    CHECK_INT(psutil_cpu_times(&times, plain), 0);
    CHECK(!is_open(plain) && !tells(plain));
    ps_linux_of(plain)->lane->cpus.missed = INT32_MAX;
    CHECK(tells(plain));
    psutil_close(plain);
    psutil_close(fast);
}

TEST(not_below_another_root)
{
    psutil *other;
    REQUIRE(psutil_open(&other, &(psutil_options){.proc = "/proc/../proc"}) == 0);
    if (ps_linux_of(other)->lane)
        ps_linux_of(other)->lane->cpus.missed = INT32_MAX;
    CHECK(!tells(other));
    psutil_close(other);
}

static int filtered(void)
{
    psutil *fast = open_cpus();
    psutil_scputimes times;
    bool right = tells(fast) && filter_call(SYS_bpf, SECCOMP_RET_KILL_PROCESS);
    for (int i = 0; i < 10000 && right; i++)
        right = psutil_cpu_times(&times, fast) == 0 && times.user > 0;
    right = right && !tells(fast);
    psutil_close(fast);
    return right ? 0 : 1;
}

/* What is open is read on, and no iterator is opened below a filter. */
TEST(a_filter_that_came_later)
{
    REQUIRE_CPUS(fast);
    psutil_close(fast);
    if (under_memcheck())
        SKIP("valgrind makes system calls of its own");
    CHECK_INT(run_apart(filtered), 0);
}

int main(void)
{
    return run_with_helper();
}
