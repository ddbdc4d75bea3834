/* Files that are kept open: which, how many, and that they say what newly opened ones say. */
#include "kept.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* ---- Which files, and how many -----------------------------------------------------------------
 */

TEST(a_file_is_kept_from_its_second_reading_on)
{
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    psutil_scputimes times;
    psutil_pmem memory;
    psutil_pctxsw switches;
    psutil_process *self = open_handle(own, getpid());
    int64_t before = count_kept(own); /* opening may have asked for something */
    for (int i = 0; i < 4; i++) {
        CHECK_INT(psutil_cpu_times(&times, own), 0);
        CHECK_INT(count_kept(own) - before, i > 0);
    }
    for (int i = 0; i < 4; i++) {
        CHECK_INT(psutil_process_memory_info(&memory, self), 0);
        CHECK_INT(count_kept(own) - before, 1 + (i > 0));
    }
    for (int i = 0; i < 4; i++) {
        CHECK_INT(psutil_process_num_ctx_switches(&switches, self), 0);
        CHECK_INT(count_kept(own) - before, 2 + (i > 0));
    }
    psutil_process_close(self);
    CHECK_INT(count_kept(own) - before, 1);
    psutil_close(own);
}

TEST(closing_leaves_nothing_open)
{
    size_t before = count_descriptors();
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *self = open_handle(own, getpid());
    keep_files_of(self);
    keep_files_of_system(own);
    CHECK(count_kept(own) >= 6);
    CHECK(count_descriptors() >= before + 6);
    psutil_process_close(self);
    psutil_close(own);
    CHECK_INT(count_descriptors(), before);
}

/* Far more handles than the program may have descriptors: all of them answer. */
TEST(the_budget_is_kept)
{
    enum { COUNT = 60, LIMIT = 64 };
    psutil_process *handles[COUNT];
    psutil_process_info *info;
    struct rlimit old;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){LIMIT, old.rlim_max});
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    size_t before = count_descriptors();
    for (int i = 0; i < COUNT; i++)
        handles[i] = open_handle(own, i % 2 ? getpid() : getppid());
    keep_files_of_system(own);
    for (int i = 0; i < COUNT; i++) {
        keep_files_of(handles[i]);
        CHECK_INT(psutil_process_read(&info, handles[i], KEPT_FIELDS), 0);
        CHECK_INT(info->result[PSUTIL_FIELD_CPU_TIMES], 0);
        psutil_process_info_free(info);
    }
    CHECK_INT(count_kept(own), ps_linux_of(own)->keeper.limit);
    CHECK(count_descriptors() - before <= LIMIT / 4);
    for (int i = 0; i < COUNT; i++)
        psutil_process_close(handles[i]);
    CHECK(count_descriptors() - before <= 8);
    psutil_close(own);
    CHECK_INT(count_descriptors(), before);
    setrlimit(RLIMIT_NOFILE, &old);
}

/* What was given back is there for others. */
TEST(a_closed_handle_gives_its_budget_back)
{
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    int64_t most = 0;
    for (int i = 0; i < 300; i++) {
        psutil_process *self = open_handle(own, getpid());
        keep_files_of(self);
        most = count_kept(own) > most ? count_kept(own) : most;
        CHECK_INT(count_kept(own), most);
        psutil_process_close(self);
    }
    CHECK(most >= 4);
    psutil_close(own);
}

TEST(nothing_is_kept_below_another_root)
{
    psutil *other;
    REQUIRE(psutil_open(&other, &(psutil_options){.proc = "/proc/../proc"}) == 0);
    psutil_process *self = open_handle(other, getpid());
    keep_files_of(self);
    keep_files_of_system(other);
    CHECK_INT(count_kept(other), 0);
    psutil_process_close(self);
    psutil_close(other);
}

/* A container's files may be another program's (lxcfs). */
static void write_memory(const char *path, int total)
{
    FILE *file = fopen(path, "w");
    if (!file)
        abort();
    fprintf(file, "MemTotal: %d kB\nMemFree: 5 kB\nBuffers: 1 kB\nCached: 1 kB\n", total);
    fclose(file);
}

static void read_mounted_file(void)
{
    char path[] = "/tmp/psutil-kept-XXXXXX";
    psutil_svmem memory;
    int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    close(fd);
    write_memory(path, 1000);
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount(path, "/proc/meminfo", "none", MS_BIND, NULL) != 0) {
        unlink(path);
        SKIP("mounting is forbidden here");
    }
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    for (int i = 0; i < 4; i++) {
        write_memory(path, 1000 + i);
        CHECK_INT(psutil_virtual_memory(&memory, own), 0);
        CHECK_INT(memory.total, (1000 + i) * 1024);
    }
    CHECK_INT(count_kept(own), 0);
    umount("/proc/meminfo");
    CHECK_INT(psutil_virtual_memory(&memory, own), 0);
    CHECK(memory.total > 2000 * 1024);
    unlink(path);
    psutil_close(own);
}

TEST(files_that_are_not_the_kernels_are_never_kept)
{
    if (geteuid() != 0)
        SKIP("needs root, for a mount namespace");
    CHECK_CHILD(read_mounted_file, "mounting is forbidden here");
}

/* ---- Answers stay fresh ------------------------------------------------------------------------
 */

TEST(figures_move)
{
    struct servant servant = start_servant();
    psutil_process *process = process_of(servant.pid);
    psutil_pcputimes before, after;
    psutil_pmem small, large;
    psutil_scputimes machine_before, machine_after;
    keep_files_of(process);
    keep_files_of_system(ctx);
    for (int i = 0; i < 5; i++) {
        REQUIRE(psutil_process_cpu_times(&before, process) == 0);
        REQUIRE(psutil_process_memory_info(&small, process) == 0);
        REQUIRE(psutil_cpu_times(&machine_before, ctx) == 0);
        order(&servant, 'b');
        order(&servant, 'm');
        REQUIRE(psutil_process_cpu_times(&after, process) == 0);
        REQUIRE(psutil_process_memory_info(&large, process) == 0);
        REQUIRE(psutil_cpu_times(&machine_after, ctx) == 0);
        CHECK(after.user + after.system >= before.user + before.system + 0.03);
        CHECK(large.rss >= small.rss + (15 << 20));
        CHECK(machine_after.user + machine_after.nice + machine_after.system >
              machine_before.user + machine_before.nice + machine_before.system);
    }
    psutil_process_close(process);
    end_servant(&servant);
}

static void check_name(psutil_process *process, const char *wanted)
{
    char *name = NULL;
    CHECK_INT(psutil_process_name(&name, process), 0);
    CHECK_STRING(name, wanted);
    psutil_free(name);
}

static void *read_once(void *process)
{
    check_name(process, "test_os_kept");
    return NULL;
}

/* A handle is one descriptor; its folder, another one, is opened at the first reading, and once. */
TEST(a_folder_is_opened_once_by_many_threads)
{
    enum { THREADS = 8 };
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    pthread_t threads[THREADS];
    bool possible = ps_linux_reach(own) >= PS_REACH_PIDFDS;
    for (int round = 0; possible && round < 20; round++) {
        size_t before = count_descriptors();
        psutil_process *self = open_handle(own, getpid());
        CHECK_INT(count_descriptors(), before + 1);
        for (int i = 0; i < THREADS; i++)
            REQUIRE(pthread_create(&threads[i], NULL, read_once, self) == 0);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        CHECK_INT(count_descriptors(), before + 2 + (size_t)count_kept(own));
        psutil_process_close(self);
        CHECK_INT(count_descriptors(), before);
    }
    psutil_close(own);
    if (!possible)
        SKIP("needs pidfds");
}

TEST(a_new_name_is_seen)
{
    struct servant servant = start_servant();
    psutil_process *process = process_of(servant.pid);
    keep_files_of(process);
    order(&servant, 'n');
    check_name(process, "renamed");
    psutil_process_close(process);
    end_servant(&servant);
}

static bool has_map_of(const psutil_process_info *info, const char *path)
{
    for (size_t i = 0; i < info->memory_maps->len; i++)
        if (strcmp(info->memory_maps->items[i].path, path) == 0)
            return true;
    return false;
}

/* What was kept of the program before says what is true of the one that took its place. */
TEST(another_program_is_seen)
{
    struct servant servant = start_servant();
    psutil_process *process = process_of(servant.pid);
    psutil_process_info *info, *old;
    char exe[4096];
    REQUIRE(realpath(getenv("STATE"), exe) != NULL);
    order(&servant, 'm');
    for (int i = 0; i < 3; i++) {
        REQUIRE(psutil_process_read(&old, process, PSUTIL_FIELDS_ALL) == 0);
        if (i < 2)
            psutil_process_info_free(old);
    }
    CHECK(!has_map_of(old, exe));
    order(&servant, 'x');
    REQUIRE(psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) == 0);
    CHECK_STRING(info->name, "successor");
    REQUIRE(info->cmdline->len == 3 && info->environ->len == 2);
    CHECK_STRING(info->cmdline->items[2], "successor");
    CHECK_STRING(info->environ->items[0], "PLAIN=1");
    CHECK_STRING(info->exe, exe);
    CHECK(has_map_of(info, exe));
    CHECK(info->memory_info.rss + (15 << 20) < old->memory_info.rss);
    CHECK(info->memory_info_ex.peak_rss + (15 << 20) < old->memory_info_ex.peak_rss);
    psutil_process_info_free(old);
    psutil_process_info_free(info);
    psutil_process_close(process);
    end_servant(&servant);
}

/* ---- After the end ------------------------------------------------------------------------------
 */

/* What a reading comes to through kept files is what it comes to through new ones. */
static void check_same_results(psutil_process *process)
{
    psutil *other = open_reaching(PS_REACH_UNKNOWN);
    psutil_process_info *kept, *fresh;
    psutil_process *again = open_handle(other, (pid_t)process->ref.pid);
    REQUIRE(psutil_process_read(&kept, process, PSUTIL_FIELDS_ALL) == 0);
    REQUIRE(psutil_process_read(&fresh, again, PSUTIL_FIELDS_ALL) == 0);
    CHECK_INT(count_kept(other), 0);
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        CHECK_INT(kept->result[i], fresh->result[i]);
    CHECK_STRING(kept->name, fresh->name);
    CHECK_INT(kept->status, fresh->status);
    CHECK_INT(kept->memory_info.rss, fresh->memory_info.rss);
    CHECK_INT(kept->num_threads, fresh->num_threads);
    psutil_process_info_free(kept);
    psutil_process_info_free(fresh);
    psutil_process_close(again);
    psutil_close(other);
}

/* Each by itself, since each has its own way. */
static void check_gone(psutil_process *process)
{
    for (int field = 0; field < PSUTIL_FIELD_COUNT; field++) {
        psutil_process_info *info;
        if (field == PSUTIL_FIELD_PID || field == PSUTIL_FIELD_NUM_HANDLES)
            continue;
        int rc = psutil_process_read(&info, process, (psutil_fields)1 << field);
        if (rc != PSUTIL_ESRCH && rc != PSUTIL_EREUSED) {
            printf("# field %d: %d\n", field, rc);
            test_failures++;
        }
        if (rc == 0)
            psutil_process_info_free(info);
    }
}

TEST(zombies_and_the_gone)
{
    siginfo_t end;
    pid_t pid = start("name", "short-lived");
    psutil_process *process = process_of(pid);
    int64_t status = PSUTIL_UNKNOWN, threads = 0;
    keep_files_of(process);
    check_same_results(process);
    kill(pid, SIGKILL);
    REQUIRE(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) == 0);
    CHECK_INT(psutil_process_status(&status, process), 0);
    CHECK_INT(status, PSUTIL_STATUS_ZOMBIE);
    CHECK_INT(psutil_process_num_threads(&threads, process), 0);
    CHECK_INT(threads, 1);
    check_name(process, "short-lived");
    check_same_results(process);
    waitpid(pid, NULL, 0);
    check_gone(process);
    psutil_process_close(process);
}

static bool write_last_pid(pid_t pid)
{
    char text[32];
    int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
    int len = snprintf(text, sizeof text, "%d", pid);
    bool ok = fd >= 0 && write(fd, text, (size_t)len) == len;
    close(fd);
    return ok;
}

/* As the first process of a pid namespace, where nobody else takes numbers. */
static void give_the_pid_to_another(void)
{
    if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", 0, NULL) != 0)
        SKIP("mounting is forbidden here");
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    for (int i = 0; i < 20; i++) {
        pid_t pid = start_child(60, 0);
        psutil_process *process = open_handle(own, pid);
        keep_files_of(process);
        CHECK(process->ref.kept != NULL);
        end_child(pid);
        if (!write_last_pid(pid - 1))
            SKIP("pids cannot be chosen here");
        pid_t heir = start_child(60, 0);
        CHECK_INT(heir, pid);
        check_gone(process);
        end_child(heir);
        psutil_process_close(process);
    }
    CHECK_INT(count_kept(own), 0);
    psutil_close(own);
}

static void enter_pid_namespace(void)
{
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
        SKIP("namespaces are forbidden here");
    CHECK_CHILD(give_the_pid_to_another, "namespaces are forbidden here");
}

TEST(never_the_figures_of_the_next_owner) /* corner case 10 */
{
    if (geteuid() != 0)
        SKIP("needs root, for a pid namespace");
    CHECK_CHILD(enter_pid_namespace, "namespaces are forbidden here");
}

/* ---- Several threads ---------------------------------------------------------------------------
 */

struct shared {
    psutil *ctx;
    psutil_process *process;
    pid_t pid, parent;
    _Atomic int wrong;
};

/* Each answer is whole: nobody read what another thread was about to. */
static bool ask_all(const struct shared *shared)
{
    psutil_process_info *info;
    psutil_svmem memory;
    psutil_scputimes times;
    psutil_pio io;
    psutil_string_list *cmdline;
    int64_t cpus;
    if (psutil_process_read(&info, shared->process, KEPT_FIELDS) != 0)
        return false;
    bool right = info->ppid == shared->parent && strcmp(info->name, "steady") == 0 &&
                 info->memory_info.rss > 0 && info->uids.real == (int64_t)getuid() &&
                 info->num_threads == 1;
    psutil_process_info_free(info);
    if (psutil_process_cmdline(&cmdline, shared->process) != 0)
        return false;
    right = right && cmdline->len == 3 && strcmp(cmdline->items[2], "steady") == 0;
    psutil_free(cmdline);
    return right && psutil_virtual_memory(&memory, shared->ctx) == 0 && memory.total > 0 &&
           memory.available <= memory.total && psutil_cpu_times(&times, shared->ctx) == 0 &&
           times.idle > 0 && psutil_process_io_counters(&io, shared->process) == 0 &&
           psutil_cpu_count(&cpus, shared->ctx, true) == 0 && cpus > 0;
}

static void *ask_often(void *user)
{
    struct shared *shared = user;
    for (int i = 0; i < (under_memcheck() ? 20 : 400); i++)
        shared->wrong += !ask_all(shared);
    return NULL;
}

TEST(threads_share_what_is_kept)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    struct shared shared = {.pid = start("name", "steady"), .parent = getpid()};
    size_t before = count_descriptors();
    shared.ctx = open_reaching(PS_REACH_UNKNOWN);
    shared.process = open_handle(shared.ctx, shared.pid);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, ask_often, &shared) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(shared.wrong, 0);
    psutil_process_close(shared.process);
    psutil_close(shared.ctx);
    CHECK_INT(count_descriptors(), before);
    end_child(shared.pid);
}

int main(void)
{
    return run_with_helper();
}
