/* What docs/security.md promises about paths and descriptors. */
#include "filter.h"
#include "states.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char folder[] = "/tmp/psutil-test-XXXXXX";

static const char *in_folder(const char *name)
{
    static char paths[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static void make_file(const char *name)
{
    int fd = open(in_folder(name), O_RDWR | O_CREAT | O_CLOEXEC, 0700);
    if (fd < 0 || close(fd) != 0)
        abort();
}

static void copy_helper(const char *name)
{
    char buffer[65536];
    ssize_t got;
    int from = open(getenv("STATE"), O_RDONLY | O_CLOEXEC);
    int to = open(in_folder(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    while ((got = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)got) != got)
            abort();
    if (from < 0 || to < 0 || got < 0 || close(from) != 0 || close(to) != 0)
        abort();
}

static bool is_mapped(const psutil_process_info *info, const char *path)
{
    for (size_t i = 0; i < info->memory_maps->len; i++)
        if (strcmp(info->memory_maps->items[i].path, path) == 0)
            return true;
    return false;
}

static bool is_open(const psutil_popenfile_list *files, const char *path)
{
    for (size_t i = 0; i < files->len; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return true;
    return false;
}

/* The owner of the folder "a" has deleted what a process runs, maps and holds open there, and put a
 * symbolic link in the folder's place: it leads to where names lie that would be taken for true. */
static void set_the_trap(pid_t *running, pid_t *mapping, int *held)
{
    mkdir(in_folder("a"), 0700);
    mkdir(in_folder("b"), 0700);
    make_file("b/x (deleted)");
    make_file("b/m (deleted)");
    make_file("b/f (deleted)");
    copy_helper("a/x");
    *running = start_at(in_folder("a/x"), (char *[]){"x", NULL}, plain_environment, NULL);
    *mapping = start("map", in_folder("a/m"));
    *held = open(in_folder("a/f"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (link(in_folder("a/x"), in_folder("other x")) != 0 ||
        link(in_folder("a/f"), in_folder("other f")) != 0 || unlink(in_folder("a/x")) != 0 ||
        unlink(in_folder("a/f")) != 0 || rmdir(in_folder("a")) != 0 ||
        symlink(in_folder("b"), in_folder("a")) != 0)
        abort();
}

static void remove_the_trap(pid_t running, pid_t mapping, int held)
{
    static const char *const left[] = {
        "a", "b/x (deleted)", "b/m (deleted)", "b/f (deleted)", "other x", "other f", "b"};
    end_child(running);
    end_child(mapping);
    close(held);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        remove(in_folder(left[i]));
}

static void check_the_trap(void)
{
    pid_t running, mapping;
    int held;
    psutil_popenfile_list *files;
    set_the_trap(&running, &mapping, &held);
    psutil_process_info *info = read_all(running);
    CHECK_STRING(info->exe, in_folder("a/x"));
    CHECK(is_mapped(info, in_folder("a/x")));
    psutil_process_info_free(info);
    info = read_all(mapping);
    CHECK(is_mapped(info, in_folder("a/m")));
    CHECK(!is_mapped(info, in_folder("a/m (deleted)")));
    psutil_process_info_free(info);
    psutil_process *self = process_of(getpid());
    CHECK_INT(psutil_process_open_files(&files, self), 0);
    CHECK(!is_open(files, in_folder("a/f")) && !is_open(files, in_folder("a/f (deleted)")));
    psutil_free(files);
    psutil_process_close(self);
    remove_the_trap(running, mapping, held);
}

/* And a file that is really called so is still found. */
static void check_a_true_name(void)
{
    copy_helper("t (deleted)");
    pid_t pid = start_at(in_folder("t (deleted)"), (char *[]){"t", NULL}, plain_environment, NULL);
    psutil_process_info *info = read_all(pid);
    CHECK_STRING(info->exe, in_folder("t (deleted)"));
    CHECK(is_mapped(info, in_folder("t (deleted)")));
    psutil_process_info_free(info);
    end_child(pid);
    remove(in_folder("t (deleted)"));
}

TEST(no_symbolic_link_of_a_stranger_is_followed)
{
    check_the_trap();
    check_a_true_name();
}

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

/* As in a kernel before 5.6, and in sandboxes of that time. */
static bool refuse_openat2(uint32_t how)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | how),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return set_filter(code);
}

TEST(nor_without_the_system_call_that_forbids_it)
{
    static const uint32_t ways[] = {ENOSYS, EPERM};
    for (size_t i = 0; i < 2; i++) {
        int status = 0;
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            test_failures = 0;
            if (!refuse_openat2(ways[i]))
                _exit(77);
            check_the_trap();
            check_a_true_name();
            fflush(stdout);
            _exit(test_failures != 0);
        }
        REQUIRE(waitpid(pid, &status, 0) == pid);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
            SKIP("system calls cannot be filtered here");
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

/* A program that is started afterwards inherits nothing that was opened for psutil. */
TEST(descriptors_end_with_the_program)
{
    bool before[256];
    psutil *own;
    psutil_process *process;
    psutil_process_info *info;
    psutil_svmem memory;
    psutil_scputimes times;
    psutil_sconn_list *sockets;
    int kept = 0;
    for (int fd = 0; fd < 256; fd++)
        before[fd] = fcntl(fd, F_GETFD) >= 0;
    REQUIRE(psutil_open(&own, NULL) == 0);
    REQUIRE(psutil_process_open(&process, own, getppid()) == 0);
    for (int i = 0; i < 3; i++) { /* what is asked for twice is kept open */
        CHECK_INT(psutil_virtual_memory(&memory, own), 0);
        CHECK_INT(psutil_cpu_times(&times, own), 0);
        CHECK_INT(psutil_net_connections(&sockets, own, PSUTIL_KIND_TCP), 0);
        psutil_free(sockets);
        REQUIRE(psutil_process_read(&info, process, PSUTIL_FIELDS_ALL) == 0);
        psutil_process_info_free(info);
    }
    for (int fd = 0; fd < 256; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (before[fd] || flags < 0)
            continue;
        kept++;
        CHECK(flags & FD_CLOEXEC);
    }
    CHECK(kept > 0);
    psutil_process_close(process);
    psutil_close(own);
    for (int fd = 0; fd < 256; fd++)
        CHECK(before[fd] == (fcntl(fd, F_GETFD) >= 0));
}

int main(void)
{
    if (!mkdtemp(folder))
        return 2;
    int failed = run_with_helper();
    rmdir(folder);
    return failed;
}
