/* What is kept open, when the process that kept it forks, closes all its descriptors or gives up
 * its rights. */
#include "kept.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* What a part of a test that runs in a child asks. */
static psutil *inherited;
static psutil_process *subject; /* of another process, whose name is "subject" */
static pid_t subject_pid, tester;

static void close_all(void)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3, ~0U, 0) == 0)
        return;
#endif
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
}

static void check_answers(psutil *of, psutil_process *process)
{
    psutil_process_info *info;
    psutil_svmem memory;
    psutil_scputimes times;
    int64_t cpus = 0, parent = 0;
    REQUIRE(psutil_process_read(&info, process, KEPT_FIELDS) == 0);
    CHECK_STRING(info->name, "subject");
    CHECK_INT(info->status, PSUTIL_STATUS_SLEEPING);
    CHECK_INT(info->num_threads, 1);
    CHECK_INT(info->uids.real, getuid());
    CHECK_INT(info->result[PSUTIL_FIELD_CMDLINE], 0);
    CHECK(info->cmdline && info->cmdline->len == 3);
    CHECK(info->memory_info.rss > 0);
    psutil_process_info_free(info);
    CHECK_INT(psutil_process_ppid(&parent, process), 0);
    CHECK_INT(parent, tester);
    CHECK_INT(psutil_virtual_memory(&memory, of), 0);
    CHECK(memory.total > (1 << 20) && memory.available <= memory.total);
    CHECK_INT(psutil_cpu_times(&times, of), 0);
    CHECK(times.idle > 0);
    CHECK_INT(psutil_cpu_count(&cpus, of, true), 0);
    CHECK(cpus > 0);
}

/* ---- Files of the test's own, which get the numbers of what was kept ---------------------------
 */

enum { TAKEN = 40 };

static struct {
    int fd;
    struct stat st;
} taken[TAKEN];

static void take_numbers(void)
{
    static const char garbage[] =
        "9 (liar) R 1 1 1 0 -1 4194560 1 2 3 4 500000 600000 7 8 20 0 7 0";
    FILE *file = tmpfile();
    if (!file || fputs(garbage, file) < 0 || fflush(file) != 0)
        abort();
    for (int i = 0; i < TAKEN; i++) {
        taken[i].fd = i % 4 == 0 ? open("/proc/1/stat", O_RDONLY) : dup(fileno(file));
        if (taken[i].fd < 0 || fstat(taken[i].fd, &taken[i].st) != 0)
            abort();
    }
}

/* Nobody closed them, or put another file there. */
static void check_taken(void)
{
    struct stat st;
    for (int i = 0; i < TAKEN; i++) {
        CHECK_INT(fstat(taken[i].fd, &st), 0);
        CHECK_INT(st.st_ino, taken[i].st.st_ino);
        CHECK_INT(st.st_dev, taken[i].st.st_dev);
    }
}

/* ---- fork() -------------------------------------------------------------------------------------
 */

static void keep_all(void)
{
    inherited = open_reaching(PS_REACH_UNKNOWN);
    subject_pid = start("name", "subject");
    subject = open_handle(inherited, subject_pid);
    keep_files_of(subject);
    keep_files_of_system(inherited);
    if (count_kept(inherited) < 8)
        abort();
}

static void give_all_up(void)
{
    check_answers(inherited, subject);
    psutil_process_close(subject);
    psutil_close(inherited);
    end_child(subject_pid);
}

static void ask_as_child(void)
{
    for (int i = 0; i < 3; i++)
        check_answers(inherited, subject);
}

TEST(a_child_gets_right_answers) /* corner case 32 */
{
    keep_all();
    for (int i = 0; i < 3; i++)
        CHECK_INT(in_child(ask_as_child), 0);
    give_all_up();
}

/* A daemon: it closes whatever it inherited, and opens files of its own. */
static void daemonize(void)
{
    bool running = false;
    psutil_process *fresh;
    close_all();
    take_numbers();
    for (int i = 0; i < 4; i++)
        check_answers(inherited, subject);
    CHECK_INT(psutil_process_is_running(&running, subject), 0);
    CHECK(running);
    check_taken();
    REQUIRE(psutil_process_open(&fresh, inherited, subject_pid) == 0);
    for (int i = 0; i < 4; i++)
        check_answers(inherited, fresh);
    psutil_process_close(fresh);
    check_taken();
}

static void daemonize_and_close(void)
{
    daemonize();
    psutil_process_close(subject);
    psutil_close(inherited);
    check_taken();
}

TEST(a_daemon_gets_right_answers_and_keeps_its_files)
{
    keep_all();
    CHECK_INT(in_child(daemonize_and_close), 0);
    give_all_up();
}

/* What the child kept itself is not the grandchild's either. */
static void daemonize_twice(void)
{
    check_answers(inherited, subject);
    keep_files_of_system(inherited);
    psutil_process *fresh = open_handle(inherited, subject_pid);
    keep_files_of(fresh);
    psutil_process *old = subject;
    subject = fresh;
    CHECK_INT(in_child(daemonize_and_close), 0);
    subject = old;
    check_answers(inherited, old);
    check_answers(inherited, fresh);
    psutil_process_close(fresh);
}

TEST(a_grandchild_as_well)
{
    keep_all();
    CHECK_INT(in_child(daemonize_twice), 0);
    give_all_up();
}

/* Nothing was kept when it forked. */
static void keep_in_child(void)
{
    keep_files_of_system(inherited);
    CHECK(count_kept(inherited) >= 3);
    CHECK_INT(in_child(daemonize), 0);
}

TEST(a_context_that_nobody_used_yet)
{
    inherited = open_reaching(PS_REACH_UNKNOWN);
    subject_pid = start("name", "subject");
    subject = open_handle(inherited, subject_pid);
    CHECK_INT(in_child(keep_in_child), 0);
    CHECK_INT(in_child(daemonize), 0);
    give_all_up();
}

/* ---- A program that closes all descriptors, and goes on
 * ------------------------------------------
 */

static void lose_all(void)
{
    psutil_scputimes times;
    psutil_svmem memory;
    keep_files_of_system(ctx);
    close_all();
    for (int i = 0; i < 4; i++) {
        CHECK_INT(psutil_cpu_times(&times, ctx), 0);
        CHECK_INT(psutil_virtual_memory(&memory, ctx), 0);
    }
}

TEST(lost_files_are_opened_again)
{
    CHECK_CHILD(lose_all, "");
}

/* Pipes have the numbers by then: nothing can be read there, and they are left alone. */
static void lose_to_pipes(void)
{
    psutil_scputimes times;
    psutil_svmem memory;
    struct stat st, now;
    int ends[2];
    keep_files_of_system(ctx);
    close_all();
    REQUIRE(pipe(ends) == 0 && fstat(ends[0], &st) == 0);
    while (dup(ends[0]) < 200)
        continue;
    for (int i = 0; i < 4; i++) {
        CHECK_INT(psutil_cpu_times(&times, ctx), 0);
        CHECK_INT(psutil_virtual_memory(&memory, ctx), 0);
    }
    for (int fd = 3; fd <= 200; fd++) {
        CHECK_INT(fstat(fd, &now), 0);
        CHECK(now.st_ino == st.st_ino);
    }
}

TEST(lost_numbers_are_left_to_their_owners)
{
    CHECK_CHILD(lose_to_pipes, "");
}

/* The pidfd's number is another process's. */
static void signal_by_lost_number(void)
{
    pid_t pid = start_child(60, 0), bystander = start_child(60, 0);
    psutil_process *process = open_handle(ctx, pid);
    REQUIRE(process->ref.kept != NULL);
    int fd = ps_process_kept_pidfd(ctx, &process->ref),
        other = (int)syscall(SYS_pidfd_open, bystander, 0);
    if (process->ref.id == 0 || other < 0) {
        psutil_process_close(process);
        SKIP("pidfds have no identity before Linux 6.9");
    }
    REQUIRE(dup2(other, fd) == fd);
    siginfo_t end = {0};
    CHECK_INT(psutil_process_kill(process), 0);
    CHECK_INT(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
    CHECK_INT(end.si_status, SIGKILL);
    end = (siginfo_t){0};
    CHECK_INT(waitid(P_PID, (id_t)bystander, &end, WEXITED | WSTOPPED | WNOHANG | WNOWAIT), 0);
    CHECK_INT(end.si_pid, 0);
    psutil_process_close(process);
    end_child(pid);
    end_child(bystander);
}

TEST(no_signal_goes_through_a_lost_number)
{
    CHECK_CHILD(signal_by_lost_number, "pidfds have no identity before Linux 6.9");
}

/* ---- Rights -------------------------------------------------------------------------------------
 */

/* As nobody, each field comes to what it comes to through files that were opened as nobody. */
static void give_rights_up(void)
{
    psutil_process_info *kept, *fresh;
    psutil_pio io;
    keep_files_of(subject);
    CHECK_INT(psutil_process_io_counters(&io, subject), 0);
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        SKIP("needs root, to become another user");
    psutil *own = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *again = open_handle(own, subject_pid);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(psutil_process_io_counters(&io, subject), PSUTIL_EACCES);
        REQUIRE(psutil_process_read(&kept, subject, PSUTIL_FIELDS_ALL) == 0);
        REQUIRE(psutil_process_read(&fresh, again, PSUTIL_FIELDS_ALL) == 0);
        for (int field = 0; field < PSUTIL_FIELD_COUNT; field++)
            CHECK_INT(kept->result[field], fresh->result[field]);
        CHECK_INT(kept->uids.real, 0);
        CHECK_STRING(kept->name, "subject");
        psutil_process_info_free(kept);
        psutil_process_info_free(fresh);
    }
    psutil_process_close(again);
    psutil_close(own);
}

/* The handle and its files are made by the process that then becomes somebody else. */
static void keep_and_give_rights_up(void)
{
    inherited = open_reaching(PS_REACH_UNKNOWN);
    subject = open_handle(inherited, subject_pid);
    give_rights_up();
    psutil_process_close(subject);
    psutil_close(inherited);
}

TEST(kept_files_give_no_rights)
{
    if (geteuid() != 0)
        SKIP("needs root, to become another user");
    subject_pid = start("name", "subject");
    int result = in_child(keep_and_give_rights_up);
    end_child(subject_pid);
    if (result == 77)
        SKIP("this user may not become another");
    CHECK_INT(result, 0);
}

int main(void)
{
    tester = getpid();
    return run_with_helper();
}
