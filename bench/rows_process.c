/* The fields of a process and their floors. Files are read through a descriptor of the process's
 * folder, as the library does: it is as dear as the full path, and sure to be the right process. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VALUE(name, type)                                                                          \
    static void ours_##name(void)                                                                  \
    {                                                                                              \
        type out;                                                                                  \
        if (psutil_process_##name(&out, subject.self) != 0)                                        \
            return;                                                                                \
    }
#define BLOCK(name, type)                                                                          \
    static void ours_##name(void)                                                                  \
    {                                                                                              \
        type *out;                                                                                 \
        if (psutil_process_##name(&out, subject.self) == 0)                                        \
            psutil_free(out);                                                                      \
    }

VALUE(ppid, int64_t)
BLOCK(name, char)
BLOCK(exe, char)
BLOCK(cmdline, psutil_string_list)
BLOCK(environ, psutil_string_list)
VALUE(create_time, double)
VALUE(status, int64_t)
BLOCK(cwd, char)
BLOCK(username, char)
VALUE(uids, psutil_puids)
VALUE(gids, psutil_puids)
BLOCK(terminal, char)
VALUE(nice, int64_t)
VALUE(ionice, psutil_pionice)
VALUE(io_counters, psutil_pio)
VALUE(num_ctx_switches, psutil_pctxsw)
VALUE(num_fds, int64_t)
VALUE(num_threads, int64_t)
BLOCK(threads, psutil_pthread_list)
VALUE(cpu_times, psutil_pcputimes)
VALUE(cpu_percent, double)
BLOCK(cpu_affinity, psutil_int_list)
VALUE(cpu_num, int64_t)
VALUE(memory_info, psutil_pmem)
VALUE(memory_info_ex, psutil_pmem_ex)
VALUE(memory_footprint, psutil_pfootprint)
VALUE(page_faults, psutil_ppagefaults)
BLOCK(open_files, psutil_popenfile_list)
VALUE(is_running, bool)

static void ours_memory_percent(void)
{
    double out;
    psutil_process_memory_percent(&out, subject.self, "rss");
}

static void ours_memory_maps(void)
{
    psutil_pmmap_list *out;
    if (psutil_process_memory_maps(&out, subject.self, true) == 0)
        psutil_free(out);
}

static void ours_rlimit(void)
{
    psutil_prlimit out;
    psutil_process_rlimit(&out, subject.self, PSUTIL_RLIMIT_NOFILE);
}

static void ours_net_connections(void)
{
    psutil_sconn_list *out;
    if (psutil_process_net_connections(&out, subject.self, PSUTIL_KIND_INET) == 0)
        psutil_free(out);
}

static void ours_process_open(void)
{
    psutil_process *out;
    if (psutil_process_open(&out, subject.ctx, getpid()) == 0)
        psutil_process_close(out);
}

static void ours_children(void)
{
    psutil_process_list *out;
    if (psutil_process_children(&out, subject.self, true) == 0)
        psutil_process_list_close(out);
}

static void ours_parent(void)
{
    psutil_process *out;
    if (psutil_process_parent(&out, subject.self) == 0)
        psutil_process_close(out);
}

/* Ten fields out of five sources. */
static void ours_read_10_fields(void)
{
    psutil_process_info *out;
    psutil_fields fields = PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |
                           PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(NUM_THREADS) |
                           PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(CMDLINE) |
                           PSUTIL_FIELD(EXE) | PSUTIL_FIELD(CREATE_TIME);
    if (psutil_process_read(&out, subject.self, fields) == 0)
        psutil_process_info_free(out);
}

#define FILE_FLOOR(name)                                                                           \
    static void bare_##name(void)                                                                  \
    {                                                                                              \
        bare_read(subject.dir, #name);                                                             \
    }
#define LINK_FLOOR(name)                                                                           \
    static void bare_##name(void)                                                                  \
    {                                                                                              \
        bare_link(subject.dir, #name);                                                             \
    }
FILE_FLOOR(stat)
FILE_FLOOR(statm)
FILE_FLOOR(status)
FILE_FLOOR(cmdline)
FILE_FLOOR(environ)
FILE_FLOOR(io)
FILE_FLOOR(smaps_rollup)
LINK_FLOOR(exe)
LINK_FLOOR(cwd)

static void bare_smaps(void)
{
    bare_read_all(subject.dir, "smaps");
}

static void bare_num_fds(void)
{
    struct stat st;
    if (fstatat(subject.dir, "fd", &st, 0) != 0)
        return;
}

static void bare_alive(void)
{
    static int fd = -1;
    if (fd < 0)
        fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0);
}

static void bare_ionice(void)
{
    syscall(SYS_ioprio_get, 1, getpid());
    bare_alive();
}

static void bare_affinity(void)
{
    cpu_set_t cpus;
    if (sched_getaffinity(getpid(), sizeof cpus, &cpus) == 0)
        bare_alive();
}

static void bare_rlimit(void)
{
    struct rlimit limit;
    if (prlimit(getpid(), RLIMIT_NOFILE, NULL, &limit) == 0)
        bare_alive();
}

static void each_task(int folder, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/stat", name);
    bare_read(folder, path);
}

static void bare_threads(void)
{
    bare_list(subject.dir, "task", each_task);
}

static void each_file(int folder, const char *name)
{
    struct stat st;
    char path[300];
    bare_link(folder, name);
    if (bare_buffer[0] != '/' || fstatat(folder, name, &st, 0) != 0 || !S_ISREG(st.st_mode))
        return;
    snprintf(path, sizeof path, "fdinfo/%s", name);
    bare_read(subject.dir, path);
}

static void bare_open_files(void)
{
    bare_list(subject.dir, "fd", each_file);
}

static void each_link(int folder, const char *name)
{
    bare_link(folder, name);
}

static void bare_connections(void)
{
    bare_list(subject.dir, "fd", each_link);
}

static void bare_process_open(void)
{
    int dir = open(subject.pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    bare_read(dir, "stat");
    close(fd);
    close(dir);
}

static void bare_parent(void)
{
    bare_read(subject.dir, "stat");
    bare_process_open();
}

static void each_process(int folder, const char *name)
{
    char path[300];
    if (name[0] < '0' || name[0] > '9')
        return;
    snprintf(path, sizeof path, "%s/stat", name);
    bare_read(folder, path);
}

static void bare_children(void)
{
    bare_list(AT_FDCWD, "/proc", each_process);
}

static void bare_five_sources(void)
{
    bare_stat();
    bare_statm();
    bare_status();
    bare_cmdline();
    bare_exe();
}

#define ROW(id, bare, of)                                                                          \
    {                                                                                              \
        "process." #id, ours_##id, bare_##bare, of                                                 \
    }

const struct row rows_process[] = {
    {"process_open", ours_process_open, bare_process_open, "open folder, pidfd_open, stat"},
    ROW(is_running, alive, "pidfd_send_signal 0"),
    ROW(ppid, stat, "stat"),
    ROW(name, stat, "stat"),
    ROW(exe, exe, "readlink exe"),
    ROW(cmdline, cmdline, "cmdline"),
    ROW(environ, environ, "environ"),
    ROW(create_time, stat, "stat"),
    ROW(status, stat, "stat"),
    ROW(cwd, cwd, "readlink cwd"),
    ROW(username, status, "status"),
    ROW(uids, status, "status"),
    ROW(gids, status, "status"),
    ROW(terminal, stat, "stat"),
    ROW(nice, stat, "stat"),
    ROW(ionice, ionice, "ioprio_get, pidfd_send_signal 0"),
    ROW(rlimit, rlimit, "prlimit, pidfd_send_signal 0"),
    ROW(io_counters, io, "io"),
    ROW(num_ctx_switches, status, "status"),
    ROW(num_fds, num_fds, "stat of fd"),
    ROW(num_threads, stat, "stat"),
    ROW(threads, threads, "getdents of task, stat of each"),
    ROW(cpu_times, stat, "stat"),
    ROW(cpu_percent, stat, "stat"),
    ROW(cpu_affinity, affinity, "sched_getaffinity, pidfd_send_signal 0"),
    ROW(cpu_num, stat, "stat"),
    ROW(memory_info, statm, "statm"),
    ROW(memory_info_ex, status, "status"),
    ROW(memory_footprint, smaps_rollup, "smaps_rollup"),
    ROW(memory_percent, statm, "statm"),
    ROW(memory_maps, smaps, "smaps"),
    ROW(page_faults, stat, "stat"),
    ROW(open_files, open_files, "getdents of fd, link and fdinfo of each"),
    ROW(net_connections, connections, "getdents of fd, link of each"),
    ROW(parent, parent, "stat, and the parent's opening"),
    ROW(children, children, "getdents of /proc, stat of each"),
    ROW(read_10_fields, five_sources, "stat, statm, status, cmdline, exe"),
};
const size_t rows_process_len = sizeof rows_process / sizeof *rows_process;
