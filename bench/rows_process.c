/* The fields of a process and their floors. Files are read through a descriptor of the process's
 * folder, as the library does: it is as dear as the full path, and sure to be the right process. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VALUE(name, type) OURS_VALUE(name, type, psutil_process_##name(&out, subject.self))
#define BLOCK(name, type) OURS_BLOCK(name, type, psutil_process_##name(&out, subject.self))

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
OURS_VALUE(rlimit, psutil_prlimit, psutil_process_rlimit(&out, subject.self, PSUTIL_RLIMIT_NOFILE))
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
OURS_VALUE(memory_percent, double, psutil_process_memory_percent(&out, subject.self, "rss"))
OURS_BLOCK(memory_maps, psutil_pmmap_list, psutil_process_memory_maps(&out, subject.self, true))
OURS_BLOCK(memory_maps_ungrouped, psutil_pmmap_list,
           psutil_process_memory_maps(&out, subject.self, false))
VALUE(page_faults, psutil_ppagefaults)
BLOCK(open_files, psutil_popenfile_list)

/* ---- Files and links ----------------------------------------------------------------------------
 */

#define FILE_FLOOR(name)                                                                           \
    static void bare_##name(void)                                                                  \
    {                                                                                              \
        bare_read(subject.dir, #name);                                                             \
    }
/* The library keeps these open. */
#define KEPT_FLOOR(name)                                                                           \
    static void bare_##name(void)                                                                  \
    {                                                                                              \
        static struct bare_kept file;                                                              \
        bare_again(&file, subject.dir, #name);                                                     \
    }
#define LINK_FLOOR(name)                                                                           \
    static void bare_##name(void)                                                                  \
    {                                                                                              \
        bare_link(subject.dir, #name);                                                             \
    }
KEPT_FLOOR(stat)
KEPT_FLOOR(statm)
KEPT_FLOOR(status)
KEPT_FLOOR(cmdline)
FILE_FLOOR(environ)
KEPT_FLOOR(io)
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
        bare_buffer[0] = '\0';
}

/* A link for each thread. */
static void bare_num_threads(void)
{
    struct stat st;
    if (fstatat(subject.dir, "task", &st, 0) != 0)
        bare_buffer[0] = '\0';
}

/* ---- System calls by pid ------------------------------------------------------------------------
 * A pid may change hands: whether the process lives still is asked afterwards. */

static int own_pidfd(void)
{
    static int fd = -1;
    if (fd < 0)
        fd = (int)syscall(SYS_pidfd_open, subject.pid, 0);
    return fd;
}

static void bare_alive(void)
{
    syscall(SYS_pidfd_send_signal, own_pidfd(), 0, NULL, 0);
}

static void bare_nice(void)
{
    getpriority(PRIO_PROCESS, (id_t)subject.pid);
    bare_alive();
}

static void bare_ids(void)
{
    static bool refused;
    if (refused || bare_parent_by(own_pidfd()) < 0) {
        refused = true;
        bare_status();
    }
}

static void bare_ionice(void)
{
    syscall(SYS_ioprio_get, 1, subject.pid);
    bare_alive();
}

static void bare_affinity(void)
{
    cpu_set_t cpus;
    if (sched_getaffinity(subject.pid, sizeof cpus, &cpus) == 0)
        bare_alive();
}

static void bare_rlimit(void)
{
    struct rlimit limit;
    if (prlimit(subject.pid, RLIMIT_NOFILE, NULL, &limit) == 0)
        bare_alive();
}

/* ---- Folders ------------------------------------------------------------------------------------
 */

static bool each_task(int folder, const char *name)
{
    char path[BARE_PATH];
    bare_read(folder, bare_join(path, name, "stat"));
    return true;
}

static void bare_threads(void)
{
    bare_list(subject.dir, "task", each_task);
}

/* A link with a path may be a folder's or a device's: only stat() tells. */
static bool each_file(int folder, const char *name)
{
    struct stat st;
    char path[BARE_PATH];
    bare_link(folder, name);
    if (bare_buffer[0] == '/' && fstatat(folder, name, &st, 0) == 0 && S_ISREG(st.st_mode))
        bare_read(subject.dir, bare_join(path, "fdinfo", name));
    return true;
}

static void bare_open_files(void)
{
    bare_list(subject.dir, "fd", each_file);
}

#define CONNECTIONS(id, KIND)                                                                      \
    OURS_BLOCK(net_connections_##id, psutil_sconn_list,                                            \
               psutil_process_net_connections(&out, subject.self, PSUTIL_KIND_##KIND))             \
    static void bare_##id(void)                                                                    \
    {                                                                                              \
        bare_own_sockets(PSUTIL_KIND_##KIND);                                                      \
    }

/* Netlink answers about the namespace of who asks: whether it is the process's as well is to be
 * looked up. */
static void bare_own_sockets(unsigned kinds)
{
    struct stat own, other;
    bare_list(subject.dir, "fd", bare_link);
    if (stat("/proc/thread-self/ns/net", &own) == 0 &&
        fstatat(subject.dir, "ns/net", &other, 0) == 0)
        bare_sockets(kinds);
}
CONNECTIONS(inet, INET)
CONNECTIONS(all, ALL)

/* ---- Several at once ----------------------------------------------------------------------------
 */

#define TEN_FIELDS                                                                                 \
    (PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(CPU_TIMES) |    \
     PSUTIL_FIELD(NUM_THREADS) | PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) |                  \
     PSUTIL_FIELD(CMDLINE) | PSUTIL_FIELD(EXE) | PSUTIL_FIELD(CREATE_TIME))

static void read_fields(psutil_fields fields)
{
    psutil_process_info *out;
    if (psutil_process_read(&out, subject.self, fields) == 0)
        psutil_process_info_free(out);
}

static void ours_read_10_fields(void)
{
    read_fields(TEN_FIELDS);
}

static void bare_ten(void)
{
    bare_stat();
    bare_statm();
    bare_ids();
    bare_cmdline();
    bare_exe();
}

static void ours_read_18_fields(void)
{
    read_fields(TEN_FIELDS | PSUTIL_FIELD(CWD) | PSUTIL_FIELD(NUM_FDS) | PSUTIL_FIELD(USERNAME) |
                PSUTIL_FIELD(NICE) | PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(IO_COUNTERS) |
                PSUTIL_FIELD(NUM_CTX_SWITCHES) | PSUTIL_FIELD(ENVIRON));
}

static void bare_eighteen(void)
{
    bare_stat();
    bare_statm();
    bare_status();
    bare_cmdline();
    bare_exe();
    bare_cwd();
    bare_num_fds();
    bare_io();
    bare_environ();
}

static void ours_memory_full_info(void)
{
    read_fields(PSUTIL_FIELD(MEMORY_FULL_INFO));
}

static void bare_full(void)
{
    bare_statm();
    bare_smaps_rollup();
}

#define FIELD_ROW(id, bare, of)                                                                    \
    {                                                                                              \
        "process." #id, ours_##id, bare_##bare, of                                                 \
    }

const struct row rows_process[] = {
    FIELD_ROW(ppid, ids, "ioctl PIDFD_GET_INFO"),
    FIELD_ROW(name, stat, "stat, kept open"),
    FIELD_ROW(exe, exe, "link exe"),
    FIELD_ROW(cmdline, cmdline, "cmdline, kept open"),
    FIELD_ROW(environ, environ, "environ"),
    FIELD_ROW(create_time, stat, "stat, kept open"),
    FIELD_ROW(status, stat, "stat, kept open"),
    FIELD_ROW(cwd, cwd, "link cwd"),
    FIELD_ROW(username, ids, "ioctl PIDFD_GET_INFO (names are known)"),
    FIELD_ROW(uids, ids, "ioctl PIDFD_GET_INFO"),
    FIELD_ROW(gids, ids, "ioctl PIDFD_GET_INFO"),
    FIELD_ROW(terminal, stat, "stat, kept open"),
    FIELD_ROW(nice, nice, "getpriority, pidfd_send_signal 0"),
    FIELD_ROW(ionice, ionice, "ioprio_get, pidfd_send_signal 0"),
    FIELD_ROW(rlimit, rlimit, "prlimit, pidfd_send_signal 0"),
    FIELD_ROW(io_counters, io, "io, kept open"),
    FIELD_ROW(num_ctx_switches, status, "status, kept open"),
    FIELD_ROW(num_fds, num_fds, "stat() of fd"),
    FIELD_ROW(num_threads, num_threads, "stat() of task"),
    FIELD_ROW(threads, threads, "list of task, stat of each"),
    FIELD_ROW(cpu_times, stat, "stat, kept open"),
    FIELD_ROW(cpu_percent, stat, "stat, kept open"),
    FIELD_ROW(cpu_affinity, affinity, "sched_getaffinity, pidfd_send_signal 0"),
    FIELD_ROW(cpu_num, stat, "stat, kept open"),
    FIELD_ROW(memory_info, statm, "statm, kept open"),
    FIELD_ROW(memory_info_ex, status, "status, kept open"),
    FIELD_ROW(memory_footprint, smaps_rollup, "smaps_rollup"),
    FIELD_ROW(memory_full_info, full, "statm, kept open; smaps_rollup"),
    FIELD_ROW(memory_percent, statm, "statm, kept open (the machine's total is known)"),
    FIELD_ROW(memory_maps, smaps, "smaps"),
    FIELD_ROW(memory_maps_ungrouped, smaps, "smaps"),
    FIELD_ROW(page_faults, stat, "stat, kept open"),
    FIELD_ROW(open_files, open_files, "list of fd; link, stat() and fdinfo of each"),
    FIELD_ROW(net_connections_inet, inet, "list of fd, link of each, namespace, socket diagnosis"),
    FIELD_ROW(net_connections_all, all, "list of fd, link of each, namespace, socket diagnosis"),
    FIELD_ROW(read_10_fields, ten,
              "stat, statm, cmdline, kept open; ioctl PIDFD_GET_INFO; link exe"),
    FIELD_ROW(
        read_18_fields, eighteen,
        "stat, statm, status, cmdline, io, kept open; links exe and cwd, stat() of fd, environ"),
};
const size_t rows_process_len = sizeof rows_process / sizeof *rows_process;
