/* A program that has run out of descriptors is told so: nothing is left out of an answer for it. */
#include "core/process.h"

#include "../every.h"
#include "../root.h"
#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>

static int taken[256];
static size_t taken_len;

static void give_back(size_t count)
{
    while (count-- > 0 && taken_len > 0)
        close(taken[--taken_len]);
}

/* Leaves `left` descriptors to be opened. */
static void leave(size_t left)
{
    const struct rlimit few = {128, 128};
    int fd;
    setrlimit(RLIMIT_NOFILE, &few);
    while (taken_len < 256 && (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        taken[taken_len++] = fd;
    give_back(left);
}

static int take_all(psutil_process_info *info, const struct ps_ref *ref, void *user)
{
    (void)ref;
    ++*(size_t *)user;
    ps_info_free_lists(info);
    leave(0);
    return 0;
}

TEST(a_walk_does_not_end_early)
{
    if (under_memcheck())
        SKIP("memcheck refuses to lower the hard limit");
    psutil *ctx; /* the fast lane, where thousands of processes are, needs no more descriptors */
    REQUIRE(psutil_open(&ctx, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0);
    psutil_process_info info;
    struct ps_arena arena = {0};
    struct ps_reading reading = {
        .info = &info, .arena = &arena, .fields = PSUTIL_FIELD(NAME) | PSUTIL_FIELD(UIDS)};
    size_t rows = 0;
    ctx->flags |= PSUTIL_OPEN_NO_BPF; /* one after another, however many there are */
    ps_linux_of(ctx)->crowd = SIZE_MAX;
    CHECK_INT(ps_os_process_walk(ctx, &reading, take_all, &rows), PSUTIL_ESYSTEM);
    give_back(256);
    CHECK_INT(rows, 1);
    ps_arena_free(&arena);
    psutil_close(ctx);
}

TEST(children_are_not_lost)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *self = open_handle(ctx, getpid());
    pid_t child = start_child(60, 0);
    for (size_t left = 0; left < 8; left++) {
        psutil_process_list *list = NULL;
        leave(left);
        int rc = psutil_process_children(&list, self, false);
        give_back(256);
        if (rc == 0)
            CHECK_INT(list->len, 1);
        else
            CHECK_INT(rc, PSUTIL_ESYSTEM);
        psutil_process_list_close(list);
    }
    psutil_process_close(self);
    psutil_close(ctx);
    end_child(child);
}

static void *sleep_until_cancelled(void *unused)
{
    (void)unused;
    pause();
    return NULL;
}

TEST(threads_are_not_lost)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *self = open_handle(ctx, getpid());
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, sleep_until_cancelled, NULL) == 0);
    for (size_t left = 0; left < 4; left++) {
        psutil_pthread_list *list = NULL;
        leave(left);
        int rc = psutil_process_threads(&list, self);
        give_back(256);
        if (rc == 0)
            CHECK_INT(list->len, 2 + THREADS_OF_SANITIZER);
        else
            CHECK_INT(rc, PSUTIL_ESYSTEM);
        psutil_free(list);
    }
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    psutil_process_close(self);
    psutil_close(ctx);
}

/* An answer is written only when there is one. By the folder: a system call needs no descriptor. */
TEST(whether_a_pid_exists_stays_open)
{
    if (under_memcheck())
        SKIP("memcheck refuses to lower the hard limit");
    psutil *ctx = open_reaching(PS_REACH_NONE);
    bool exists = true;
    CHECK_INT(psutil_pid_exists(&exists, ctx, getpid()), 0);
    leave(0);
    CHECK_INT(psutil_pid_exists(&exists, ctx, getpid()), PSUTIL_ESYSTEM);
    give_back(256);
    CHECK(exists);
    psutil_close(ctx);
}

/* ---- Every function that reads ----------------------------------------------------------------
 */

/* What a machine answers when nothing is short. */
struct machine {
    psutil *(*open)(void);
    int64_t pid;
    bool still; /* its answers never change */
};

static struct asked asked;

static void enter(const struct machine *machine)
{
    asked.ctx = machine->open();
    asked.process = open_handle(asked.ctx, (pid_t)machine->pid);
    if (psutil_cpu_sampler_open(&asked.sampler, asked.ctx) != 0 ||
        psutil_nowrap_open(&asked.nowrap, asked.ctx) != 0 ||
        psutil_table_open(&asked.table, asked.ctx, PSUTIL_FIELDS_ALL) != 0)
        abort();
}

static void go(void)
{
    psutil_table_close(asked.table);
    psutil_nowrap_close(asked.nowrap);
    psutil_cpu_sampler_close(asked.sampler);
    psutil_process_close(asked.process);
    psutil_close(asked.ctx);
}

/* A table of all processes of this machine would take long. */
static bool is_put_to(const struct machine *machine, const struct question *question)
{
    return machine->still || question->shape != SHAPE_TABLE;
}

static void check_failure(const struct question *question, int rc, const psutil_error *error,
                          const union answer *answer)
{
    union answer untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    if (rc != PSUTIL_ESYSTEM)
        printf("# %s: %s\n", question->name, psutil_error_name(rc));
    CHECK(rc == PSUTIL_ESYSTEM || rc == PSUTIL_ENOMEM);
    if (question->shape != SHAPE_CONTEXT) { /* there is none to ask for the detail */
        CHECK_INT(error->code, rc);
        CHECK_INT(error->os_code, EMFILE);
        CHECK(error->call[0]);
    }
    if (memcmp(answer, &untouched, sizeof untouched) != 0) {
        printf("# %s wrote an answer and failed\n", question->name);
        CHECK(false);
    }
}

static bool moves(const struct machine *machine, const struct question *question)
{
    return (!machine->still && question->traits & MOVES) || question->traits & (TIMED | OF_CALLER);
}

static void take(struct rows *rows, const struct machine *machine, const struct question *question,
                 union answer *answer)
{
    rows_of(rows, question, answer, &asked, moves(machine, question));
    answer_free(question, answer);
}

/* On a live machine rows come and go, and no tick may have passed. Of several fields, each has a
 * result of its own. */
static bool are_alike(const struct machine *machine, const struct question *question,
                      const struct rows *a, const struct rows *b)
{
    if (question->shape == SHAPE_INFO || question->shape == SHAPE_TABLE)
        return rows_within(a, b);
    if (question->traits & TIMED)
        return a->len == b->len;
    if (!machine->still && question->traits & COMES)
        return !a->len == !b->len;
    return rows_equal(a, b);
}

static void check_question(const struct machine *machine, const struct question *question,
                           size_t left)
{
    union answer answer, later;
    struct rows rows = {0}, usual_rows = {0};
    enter(machine);
    memset(&answer, 0x5a, sizeof answer);
    leave(left);
    int rc = question->ask(&answer, &asked);
    give_back(256);
    psutil_error error;
    psutil_error_detail(&error, asked.ctx);
    if (rc == 0)
        take(&rows, machine, question, &answer);
    int usual = question->ask(&later, &asked);
    if (usual == 0)
        take(&usual_rows, machine, question, &later);
    if (rc == 0 && (rc != usual || !are_alike(machine, question, &rows, &usual_rows))) {
        printf("# %s with %zu left: %zu rows, otherwise %d, %zu rows\n", question->name, left,
               rows.len, usual, usual_rows.len);
        CHECK(false);
    } else if (rc != usual) {
        check_failure(question, rc, &error, &answer);
    }
    rows_free(&rows);
    rows_free(&usual_rows);
    go();
}

static void check_machine(const struct machine *machine)
{
    int before = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(before);
    for (size_t i = 0; i < question_count; i++)
        for (size_t left = 0; left < 6 && is_put_to(machine, &questions[i]); left++)
            check_question(machine, &questions[i], left);
    int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(after);
    CHECK_INT(after, before);
}

/* The allocator keeps blocks at hand after the first time; what is lost adds up with each. */
static void check_heap(const struct machine *machine)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_pheap before, after;
    check_machine(machine);
    bool known = psutil_heap_info(&before, ctx) == 0;
    for (int i = 0; i < 3; i++)
        check_machine(machine);
    if (known && psutil_heap_info(&after, ctx) == 0)
        CHECK(after.heap_used <= before.heap_used + 4096);
    psutil_close(ctx);
}

static psutil *open_live(void)
{
    return open_reaching(PS_REACH_UNKNOWN);
}

TEST(this_machine_is_not_answered_for_wrongly) /* corner case 30 */
{
    pid_t subject = start_child(120, 0); /* this process's own figures move with each question */
    check_machine(&(struct machine){open_live, subject, false});
    end_child(subject);
}

static struct root root;

static psutil *open_root(void)
{
    return root_open(&root);
}

static const char *const files[][2] = {
    {"proc/stat", "cpu  1 2 3 4 5 6 7 8 9 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 5\nctxt 6\n"
                  "btime 1000\nsoftirq 7\n"},
    {"proc/loadavg", "1.00 2.00 3.00 1/2 3\n"},
    {"proc/meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\nSwapTotal: 10 kB\nSwapFree: 5 kB\n"},
    {"proc/zoneinfo", "Node 0, zone DMA\n        low      10\n"},
    {"proc/vmstat", "pswpin 1\npswpout 2\n"},
    {"proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 1000.0\n\n"},
    {"proc/cmdline", "root=/dev/sda1\n"},
    {"proc/filesystems", "\text4\nnodev\ttmpfs\n"},
    {"proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/root rw\n"},
    {"proc/diskstats", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n9 0 whole0 1 2 3 4 5 6 7 8 9 10 11\n"},
    {"sys/block/whole0/slaves/sda", ""},
    {"sys/devices/system/cpu/online", "0\n"},
    {"sys/devices/system/cpu/cpu0/topology/core_cpus_list", "0\n"},
    {"sys/devices/system/cpu/cpufreq/policy0/affected_cpus", "0\n"},
    {"sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "1000000\n"},
    {"sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq", "2000000\n"},
    {"sys/class/hwmon/hwmon0/name", "chip\n"},
    {"sys/class/hwmon/hwmon0/temp1_input", "40000\n"},
    {"sys/class/hwmon/hwmon0/temp1_max", "80000\n"},
    {"sys/class/hwmon/hwmon0/temp1_label", "core\n"},
    {"sys/class/hwmon/hwmon0/fan1_input", "900\n"},
    {"sys/class/power_supply/BAT0/type", "Battery\n"},
    {"sys/class/power_supply/BAT0/capacity", "50\n"},
    {"sys/class/power_supply/BAT0/status", "Discharging\n"},
    {"sys/class/net/eth0/ifindex", "2\n"},
    {"sys/class/net/eth0/mtu", "1500\n"},
    {"sys/class/net/eth0/speed", "1000\n"},
    {"sys/class/net/eth0/duplex", "full\n"},
    {"sys/class/net/eth0/flags", "0x1003\n"},
    {"sys/class/net/eth0/operstate", "up\n"},
    {"sys/class/net/eth0/address", "02:00:00:00:00:01\n"},
    {"proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     eth0\n"},
    {"proc/net/dev", "a\nb\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"},
    {"run/systemd/sessions/1", "UID=1\nUSER=a\nSTATE=active\nCLASS=user\nTTY=tty1\nLEADER=42\n"},
    {"etc/passwd", "a:x:1000:1000::/:/bin/sh\n"},
    {"proc/tty/drivers", "odd /dev/odd 204 64-67 serial\n"},
    {"proc/42/stat",
     "42 (a) S 1 1 1 52288 1 4194560 11 22 33 44 55 66 77 88 20 -5 3 0 999 1 2 3 0 0 "
     "0 0 0 0 0 0 0 0 0 0 0 0 17 6 0 0 12 0 0\n"},
    {"proc/42/status", "Name:\ta\nTgid:\t42\nUid:\t1000\t1000\t1000\t1000\nGid:\t1\t1\t1\t1\n"
                       "voluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t2\n"},
    {"proc/42/statm", "5 4 3 2 0 1 0\n"},
    {"proc/42/cmdline", "a"},
    {"proc/42/fdinfo/3", "pos:\t77\nflags:\t0102001\n"},
    {"proc/42/task/42/stat", "42 (a) S 1 1 1 0 1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 9 1 2 3 0 0 "
                             "0 0 0 0 0 0 0 0 0 0 0 0 17 6 0 0 12 0 0\n"},
};

static void make_machine(void)
{
    root = root_make();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        root_file(&root, files[i][0], files[i][1]);
    root_link(&root, "proc/42/exe", "/opt/a");
    root_link(&root, "proc/42/cwd", "/nowhere");
    root_link(&root, "proc/42/fd/3", "/nowhere/file");
    root_link(&root, "sys/dev/block/8:1", "../../block/sda/sda1");
}

TEST(another_machine_is_not_answered_for_wrongly)
{
    make_machine();
    check_heap(&(struct machine){open_root, 42, true});
    root_remove(&root);
}

/* Second sources: thermal zones, counters of /sys, and kernels of before. */
TEST(second_sources_are_not_empty)
{
    make_machine();
    root_delete(&root, "proc/diskstats");
    root_file(&root, "sys/block/sda/stat", "1 2 3 4 5 6 7 8 9 10 11\n");
    root_file(&root, "sys/block/sda/sda1/stat", "1 2 3 4 5 6 7 8 9 10 11\n");
    root_delete(&root, "sys/class/hwmon/hwmon0/temp1_input");
    root_file(&root, "sys/class/thermal/thermal_zone0/temp", "40000\n");
    root_file(&root, "sys/class/thermal/thermal_zone0/type", "zone\n");
    root_file(&root, "sys/class/thermal/thermal_zone0/trip_point_0_type", "critical\n");
    root_file(&root, "sys/class/thermal/thermal_zone0/trip_point_0_temp", "90000\n");
    root_delete(&root, "sys/devices/system/cpu/online");
    root_delete(&root, "sys/devices/system/cpu/cpu0/topology/core_cpus_list");
    root_file(&root, "sys/devices/system/cpu/cpu0/topology/physical_package_id", "0\n");
    root_file(&root, "sys/devices/system/cpu/cpu0/topology/core_id", "0\n");
    check_machine(&(struct machine){open_root, 42, true});
    root_remove(&root);
}

int main(void)
{
    return run_tests();
}
