/* Processes of other users, and pids that change hands. */
#include "states.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

/* Runs in a child, since it gives up its rights; returns what the child's checks came to. */
static int in_child(int (*run)(void))
{
    int status;
    pid_t pid = fork_child();
    if (pid == 0)
        _exit(run());
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static int look_at_process_1(void)
{
    static const psutil_process_field refused[] = {PSUTIL_FIELD_EXE,
                                                   PSUTIL_FIELD_CWD,
                                                   PSUTIL_FIELD_ENVIRON,
                                                   PSUTIL_FIELD_IO_COUNTERS,
                                                   PSUTIL_FIELD_OPEN_FILES,
                                                   PSUTIL_FIELD_MEMORY_MAPS,
                                                   PSUTIL_FIELD_MEMORY_FOOTPRINT};
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 100;
    psutil_process_info *info = read_all(1);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (info->result[refused[i]] != PSUTIL_EACCES)
            return 1 + (int)i;
    static const psutil_process_field given[] = {PSUTIL_FIELD_NAME,     PSUTIL_FIELD_UIDS,
                                                 PSUTIL_FIELD_USERNAME, PSUTIL_FIELD_THREADS,
                                                 PSUTIL_FIELD_RLIMIT,   PSUTIL_FIELD_CPU_AFFINITY,
                                                 PSUTIL_FIELD_IONICE,   PSUTIL_FIELD_MEMORY_INFO};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (info->result[given[i]] != 0)
            return 50 + (int)i;
    psutil_process_info_free(info);
    psutil_process *process = process_of(1);
    psutil_prlimit limit;
    if (psutil_process_rlimit(&limit, process, PSUTIL_RLIMIT_NOFILE) != 0)
        return 60;
    if (psutil_process_set_nice(process, 5) != PSUTIL_EACCES)
        return 61;
    if (psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, 0, 0) != PSUTIL_EACCES)
        return 62;
    psutil_process_close(process);
    return 0;
}

TEST(another_user_is_refused_field_by_field) /* corner case 6 */
{
    if (geteuid() != 0)
        SKIP("needs root");
    CHECK_INT(in_child(look_at_process_1), 0);
}

static pid_t sleeper(void)
{
    pid_t pid = fork_child();
    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

/* A process with this pid, which nobody has; -1 when the kernel does not let us. */
static pid_t take_pid(pid_t pid)
{
    char text[32];
    int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
    int len = snprintf(text, sizeof text, "%d", pid - 1);
    if (fd < 0 || write(fd, text, (size_t)len) != len)
        return -1;
    close(fd);
    return sleeper();
}

enum { NOT_ALLOWED = 99 };

static int read_name(psutil_process *process)
{
    psutil_process_info *info;
    int rc = psutil_process_read(&info, process, PSUTIL_FIELD(NAME));
    if (rc == 0)
        psutil_process_info_free(info);
    return rc;
}

/* As process 1 of a pid namespace with a /proc of its own. */
static int reuse_pid(void)
{
    psutil *own;
    psutil_process *old, *known, *now; /* not read, and read, before its end */
    psutil_process_info *info;
    if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", 0, NULL) != 0 || psutil_open(&own, NULL) != 0)
        return NOT_ALLOWED;
    pid_t first = sleeper();
    if (psutil_process_open(&old, own, first) != 0 ||
        psutil_process_open(&known, own, first) != 0 || read_name(known) != 0)
        return 1;
    end_child(first);
    usleep(50000); /* start times count hundredths of a second */
    pid_t second = take_pid(first);
    if (second < 0)
        return NOT_ALLOWED;
    if (second != first || psutil_process_open(&now, own, second) != 0)
        return 2;
    if (psutil_process_equal(old, now))
        return 3;
    if (psutil_process_read(&info, old, PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CMDLINE)) !=
            PSUTIL_EREUSED ||
        read_name(old) != PSUTIL_EREUSED || read_name(known) != PSUTIL_EREUSED)
        return 4;
    psutil_pionice ionice;
    psutil_int_list *cpus;
    psutil_prlimit limit;
    bool running = true;
    if (psutil_process_ionice(&ionice, old) != PSUTIL_EREUSED)
        return 5;
    if (psutil_process_cpu_affinity(&cpus, old) != PSUTIL_EREUSED)
        return 6;
    if (psutil_process_rlimit(&limit, old, PSUTIL_RLIMIT_CORE) != PSUTIL_EREUSED)
        return 7;
    if (psutil_process_set_nice(old, 9) != PSUTIL_EREUSED)
        return 8;
    if (psutil_process_set_rlimit(old, PSUTIL_RLIMIT_CORE, 0, 0) != PSUTIL_EREUSED)
        return 9;
    if (psutil_process_set_cpu_affinity(old, NULL, 0) != PSUTIL_EREUSED)
        return 10;
    if (getpriority(PRIO_PROCESS, (id_t)second) != getpriority(PRIO_PROCESS, 0))
        return 11;
    if (psutil_process_is_running(&running, old) != 0 || running)
        return 12;
    psutil_process_close(old);
    psutil_process_close(known);
    psutil_process_close(now);
    psutil_close(own);
    end_child(second);
    return 0;
}

static int in_namespace(void)
{
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
        return NOT_ALLOWED;
    return in_child(reuse_pid);
}

TEST(a_pid_that_changed_hands) /* corner case 10 */
{
    int result = geteuid() == 0 ? in_child(in_namespace) : NOT_ALLOWED;
    if (result == NOT_ALLOWED)
        SKIP("needs root and pid namespaces");
    CHECK_INT(result, 0);
}

static int without_descriptors(void)
{
    struct rlimit few = {15, 15}; /* no handle keeps descriptors then */
    return setrlimit(RLIMIT_NOFILE, &few) != 0 ? NOT_ALLOWED : in_namespace();
}

TEST(a_pid_that_changed_hands_without_descriptors) /* corner case 10 */
{
    int result = geteuid() == 0 ? in_child(without_descriptors) : NOT_ALLOWED;
    if (result == NOT_ALLOWED)
        SKIP("needs root and pid namespaces");
    CHECK_INT(result, 0);
}

int main(void)
{
    return run_with_helper();
}
