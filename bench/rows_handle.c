/* Handles on processes: opening, relatives, waiting, signals; and their floors. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_pidfd(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* ---- Opening ------------------------------------------------------------------------------------
 */

/* "/proc/PID" */
static const char *folder_of(char path[BARE_PATH], pid_t pid)
{
    char digits[16];
    char *at = digits + sizeof digits;
    *--at = '\0';
    do
        *--at = (char)('0' + pid % 10);
    while ((pid /= 10) > 0);
    return bare_join(path, "/proc", at);
}

static void read_stat(pid_t pid)
{
    char folder[BARE_PATH], path[BARE_PATH];
    bare_read(AT_FDCWD, bare_join(path, folder_of(folder, pid), "stat"));
}

static void bare_open_process(pid_t pid)
{
    int fd = open_pidfd(pid);
    read_stat(pid);
    close(fd);
}

static void ours_open(void)
{
    psutil_process *out;
    if (psutil_process_open(&out, subject.ctx, subject.child_pids[0]) == 0)
        psutil_process_close(out);
}

static void bare_open(void)
{
    bare_open_process(subject.child_pids[0]);
}

/* ---- Being there --------------------------------------------------------------------------------
 */

OURS_VALUE(is_running, bool, psutil_process_is_running(&out, subject.children[0]))

static void ours_send_signal(void)
{
    psutil_process_send_signal(subject.children[0], 0);
}

static int child_pidfd(void)
{
    static int fd = -1;
    if (fd < 0)
        fd = open_pidfd(subject.child_pids[0]);
    return fd;
}

static void bare_signal(void)
{
    syscall(SYS_pidfd_send_signal, child_pidfd(), 0, NULL, 0);
}

/* ---- Waiting ------------------------------------------------------------------------------------
 */

OURS_VALUE(wait_running, int64_t, psutil_process_wait(&out, subject.children[0], 0))

static void bare_wait_running(void)
{
    static const struct timespec now;
    struct pollfd poll = {.fd = child_pidfd(), .events = POLLIN};
    ppoll(&poll, 1, &now, NULL);
}

static void ours_wait_procs(void)
{
    bool gone[SUBJECT_CHILDREN];
    psutil_wait_procs(gone, subject.ctx, subject.children, SUBJECT_CHILDREN, 0, NULL, NULL);
}

static void bare_wait_procs(void)
{
    static const struct timespec now;
    static struct pollfd polls[SUBJECT_CHILDREN];
    for (int i = 0; i < SUBJECT_CHILDREN && polls[i].fd == 0; i++)
        polls[i] = (struct pollfd){.fd = open_pidfd(subject.child_pids[i]), .events = POLLIN};
    ppoll(polls, SUBJECT_CHILDREN, &now, NULL);
}

/* A child that ends at once. */
static pid_t start_ended(void)
{
    pid_t pid = vfork();
    if (pid == 0)
        _exit(0);
    return pid;
}

static void ours_wait_ended(void)
{
    psutil_process *child;
    int64_t exit_code;
    if (psutil_process_open(&child, subject.ctx, start_ended()) != 0)
        return;
    psutil_process_wait(&exit_code, child, -1);
    psutil_process_close(child);
}

static void bare_wait_ended(void)
{
    siginfo_t info;
    pid_t pid = start_ended();
    int fd = open_pidfd(pid);
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    read_stat(pid);
    poll(&poll_fd, 1, -1);
    waitid(P_PIDFD, (id_t)fd, &info, WEXITED);
    close(fd);
}

/* ---- Relatives ----------------------------------------------------------------------------------
 */

static void ours_parent(void)
{
    psutil_process *out;
    if (psutil_process_parent(&out, subject.self) == 0)
        psutil_process_close(out);
}

static pid_t own_parent(void)
{
    static int fd = -1;
    if (fd < 0)
        fd = open_pidfd(subject.pid);
    return (pid_t)bare_parent_by(fd);
}

static void bare_parent(void)
{
    bare_open_process(own_parent());
}

static void ours_parents(void)
{
    psutil_process_list *out;
    if (psutil_process_parents(&out, subject.self) == 0)
        psutil_process_list_close(out);
}

/* The fourth field, behind a name that may hold anything but this bench's own ancestors do not. */
static pid_t read_parent(const char *stat)
{
    while (*stat && *stat != ')')
        stat++;
    return *stat ? (pid_t)strtol(stat + 3, NULL, 10) : 0;
}

static void bare_parents(void)
{
    for (pid_t pid = own_parent(); pid > 0; pid = read_parent(bare_buffer))
        bare_open_process(pid);
}

static void ours_children(void)
{
    psutil_process_list *out;
    if (psutil_process_children(&out, subject.self, true) == 0)
        psutil_process_list_close(out);
}

/* "task/PID/children": the list of the first thread, beside which the bench has none. */
static const char *list_of(char path[BARE_PATH], pid_t pid)
{
    char folder[BARE_PATH], task[BARE_PATH];
    const char *digits = folder_of(folder, pid) + sizeof "/proc";
    return bare_join(path, bare_join(task, "task", digits), "children");
}

/* A thread may come or go meanwhile. */
static void bare_list_children(int dir, pid_t pid)
{
    char path[BARE_PATH];
    struct stat st;
    if (fstatat(dir, "task", &st, 0) != 0)
        return;
    bare_read_all(dir, list_of(path, pid));
    if (fstatat(dir, "task", &st, 0) != 0)
        bare_buffer[0] = '\0';
}

static void bare_children(void)
{
    bare_list_children(subject.dir, subject.pid);
    for (int i = 0; i < SUBJECT_CHILDREN; i++)
        bare_open_process(subject.child_pids[i]);
    for (int i = 0; i < SUBJECT_CHILDREN; i++) {
        char path[BARE_PATH];
        pid_t pid = subject.child_pids[i];
        int dir = open(folder_of(path, pid), O_PATH | O_DIRECTORY | O_CLOEXEC);
        close(open_pidfd(pid));
        bare_list_children(dir, pid);
        close(dir);
    }
}

#define HANDLE_ROW(id, bare, of)                                                                   \
    {                                                                                              \
        "process." #id, ours_##id, bare_##bare, of                                                 \
    }

const struct row rows_handle[] = {
    HANDLE_ROW(open, open, "pidfd_open, stat"),
    HANDLE_ROW(is_running, signal, "pidfd_send_signal 0"),
    HANDLE_ROW(send_signal, signal, "pidfd_send_signal 0"),
    HANDLE_ROW(wait_running, wait_running, "ppoll, at once"),
    HANDLE_ROW(wait_ended, wait_ended,
               "vfork, pidfd_open, stat, poll, waitid (the library: vfork, open, wait, close)"),
    HANDLE_ROW(wait_procs, wait_procs, "ppoll of two, at once"),
    HANDLE_ROW(parent, parent, "ioctl PIDFD_GET_INFO; of the parent: pidfd_open, stat"),
    HANDLE_ROW(parents, parents, "the same of each ancestor"),
    HANDLE_ROW(children, children,
               "stat() of task, list of children, stat() of task; of each child the same, open its "
               "folder, pidfd_open twice, and stat"),
};
const size_t rows_handle_len = sizeof rows_handle / sizeof *rows_handle;
