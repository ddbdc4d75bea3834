/* References to processes, and reading them.
 *
 * A process is its pid and its start time in clock ticks since boot (field 22 of stat), which
 * nobody can set. A descriptor of /proc/PID belongs to that one process for ever: after its end,
 * every file below it gives ESRCH, also when the pid is used again (fs/proc/base.c). All reads
 * therefore go through such a descriptor. It is opened by number at the first of them, and is the
 * process's if that is there still, as its pidfd tells: the number was its own all the time. Where
 * none is kept, one is opened for each use and checked against the start time. */
#include "os/linux/process.h"

#include "core/info.h"
#include "os/linux/bpf/lane.h"
#include "os/linux/sockets.h"
#include "os/linux/syscalls.h"
#include "parse/status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ps_dir folder_of(psutil *ctx, int64_t pid, int fd)
{
    return (struct ps_dir){ctx->roots.proc, pid, fd, NULL, NULL};
}

/* ---- The reader ------------------------------------------------------------------------------ */

void ps_reader_init(struct ps_reader *reader, psutil *ctx, struct ps_dir dir, struct ps_reading *to)
{
    reader->ctx = ctx;
    reader->settled = 0;
    reader->dir = dir;
    reader->pidfd = -1;
    reader->to = to;
    reader->walk = NULL;
    reader->stat_rc = PSUTIL_NOT_ASKED;
    reader->cmdline_rc = PSUTIL_NOT_ASKED;
    ps_text_init(&reader->cmdline);
}

void ps_reader_free(struct ps_reader *reader)
{
    ps_text_free(&reader->cmdline);
}

#define STAT_SIZE sizeof((struct ps_reader *)0)->stat_bytes

static int load_stat(psutil *ctx, const struct ps_dir *dir, char bytes[STAT_SIZE],
                     struct ps_proc_stat *stat)
{
    size_t len;
    int rc = ps_read_once(ctx, dir, "stat", bytes, STAT_SIZE, &len);
    if (rc != 0)
        return rc;
    if (len == 0) /* the process ended between open() and read() on some kernels */
        return ps_fail_pid(ctx, PSUTIL_ESRCH, dir->pid, NULL);
    if (!ps_parse_proc_stat(bytes, len, stat))
        return ps_fail_data(ctx, dir, "stat");
    return 0;
}

int ps_reader_stat(struct ps_reader *reader)
{
    if (reader->stat_rc == PSUTIL_NOT_ASKED)
        reader->stat_rc = load_stat(reader->ctx, &reader->dir, reader->stat_bytes, &reader->stat);
    return reader->stat_rc;
}

int ps_reader_cmdline(struct ps_reader *reader)
{
    if (reader->cmdline_rc == PSUTIL_NOT_ASKED)
        reader->cmdline_rc =
            ps_text_read_piece(reader->ctx, &reader->cmdline, &reader->dir, "cmdline");
    return reader->cmdline_rc;
}

/* include/linux/sched.h; the same since Linux 2.6.27 */
#define PF_EXITING 0x00000004
#define PF_KTHREAD 0x00200000

static bool has_flag(const struct ps_proc_stat *stat, int64_t flag)
{
    return stat->flags != PSUTIL_UNKNOWN && (stat->flags & flag) != 0;
}

bool ps_reader_is_kernel_thread(struct ps_reader *reader)
{
    return ps_reader_stat(reader) == 0 && has_flag(&reader->stat, PF_KTHREAD);
}

/* A process that ends gives up its memory first and becomes a zombie a moment later. */
static bool has_ended(const struct ps_proc_stat *stat)
{
    return stat->state == 'Z' || has_flag(stat, PF_EXITING);
}

/* What was read before may be older than the end of the process: read anew unless it says so. */
bool ps_reader_has_ended(struct ps_reader *reader)
{
    bool fresh = reader->stat_rc == PSUTIL_NOT_ASKED;
    if (ps_reader_stat(reader) == 0 && (fresh || has_ended(&reader->stat)))
        return has_ended(&reader->stat);
    char bytes[STAT_SIZE];
    struct ps_proc_stat now;
    return load_stat(reader->ctx, &reader->dir, bytes, &now) == 0 && has_ended(&now);
}

int ps_reader_absent(struct ps_reader *reader, int rc)
{
    if (rc != 0 && rc != PSUTIL_ESRCH)
        return rc;
    bool alive = rc == 0 || ps_reader_is_alive(reader);
    if (alive && ps_reader_is_kernel_thread(reader))
        return 0;
    if (alive && ps_reader_has_ended(reader))
        return ps_fail_pid(reader->ctx, PSUTIL_EZOMBIE, reader->dir.pid, NULL);
    return rc;
}

bool ps_process_is_alive(const struct ps_dir *dir, int pidfd)
{
    return pidfd >= 0 ? !ps_pidfd_is_gone(pidfd) : ps_folder_is_alive(dir);
}

bool ps_folder_is_alive(const struct ps_dir *dir)
{
    struct stat ignored;
    return ps_dir_stat(dir, "stat", &ignored) == 0 || (errno != ENOENT && errno != ESRCH);
}

const char *ps_reader_string(struct ps_reader *reader, const char *bytes, size_t len, int *rc)
{
    const char *copy = ps_arena_string(reader->to->arena, bytes, len);
    if (!copy)
        *rc = ps_fail_memory(reader->ctx);
    return copy;
}

/* ---- The sources, and the fields that each gives --------------------------------------------- */

static const struct ps_source sources[] = {
    {PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(STATUS) |
         PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(NICE) | PSUTIL_FIELD(NUM_THREADS) |
         PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(CPU_NUM) | PSUTIL_FIELD(PAGE_FAULTS),
     ps_source_stat},
    {PSUTIL_FIELD(MEMORY_INFO), ps_source_statm},
    {PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(NUM_CTX_SWITCHES) |
         PSUTIL_FIELD(MEMORY_INFO_EX) | PSUTIL_FIELD(USERNAME),
     ps_source_status},
    {PSUTIL_FIELD(CMDLINE), ps_source_cmdline},
    {PSUTIL_FIELD(EXE), ps_source_exe},
    {PSUTIL_FIELD(CWD), ps_source_cwd},
    {PSUTIL_FIELD(ENVIRON), ps_source_environ},
    {PSUTIL_FIELD(IO_COUNTERS), ps_source_io},
    {PSUTIL_FIELD(NUM_FDS), ps_source_num_fds},
    {PSUTIL_FIELD(OPEN_FILES), ps_source_open_files},
    {PSUTIL_FIELD(THREADS), ps_source_threads},
    {PSUTIL_FIELD(MEMORY_FOOTPRINT), ps_source_footprint},
    {PSUTIL_FIELD(MEMORY_MAPS), ps_source_maps},
    {PSUTIL_FIELD(IONICE), ps_source_ionice},
    {PSUTIL_FIELD(CPU_AFFINITY), ps_source_affinity},
    {PSUTIL_FIELD(RLIMIT), ps_source_rlimit},
    {PSUTIL_FIELD(NET_CONNECTIONS), ps_source_connections},
};
#define SOURCES (sizeof sources / sizeof *sources)

/* Sets the result of fields that are asked for and have none yet. */
static void set_results(struct ps_reading *to, psutil_fields fields, int rc)
{
    for (fields &= to->fields; fields;) {
        int8_t *result = &to->info->result[ps_fields_take(&fields)];
        if (*result == PSUTIL_NOT_ASKED)
            *result = (int8_t)rc;
    }
}

/* A process may lack a file and live: kernel threads, kernels built without a feature. */
static int missing_file(struct ps_reader *reader)
{
    return ps_fail_pid(reader->ctx, PSUTIL_ENOTSUP, reader->dir.pid,
                       "the kernel does not tell this about the process");
}

/* By path, somebody else may have the number a moment after `stat` was missing, which every living
 * process has. */
static bool is_gone(const struct ps_reader *reader)
{
    bool by_path = reader->dir.fd < 0;
    return (by_path && reader->stat_rc == PSUTIL_ESRCH) || !ps_reader_is_alive(reader);
}

int ps_reader_run(struct ps_reader *reader)
{
    struct ps_reading *to = reader->to;
    psutil_fields left = to->fields & ~PSUTIL_FIELD(PID) & ~reader->settled;
    to->info->pid = reader->dir.pid;
    set_results(to, PSUTIL_FIELD(PID), 0);
    for (size_t i = 0; i < SOURCES && left; i++) {
        if (!(sources[i].gives & left))
            continue;
        int rc = sources[i].read(reader);
        if (rc == PSUTIL_ESRCH && is_gone(reader))
            return ps_fail_gone(reader->ctx, &reader->dir);
        if (rc == PSUTIL_ESRCH)
            rc = missing_file(reader);
        if (rc == PSUTIL_ENOMEM || rc == PSUTIL_EREUSED)
            return rc;
        set_results(to, sources[i].gives, rc);
        left &= ~sources[i].gives & ~reader->settled;
    }
    set_results(to, to->fields, PSUTIL_ENOTSUP);
    return 0;
}

/* ---- References ------------------------------------------------------------------------------ */

int ps_fail_ended(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_dir by_path = folder_of(ctx, ref->pid, -1);
    int fd = ps_dir_open(&by_path, "stat", O_PATH);
    if (fd < 0)
        return ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
    close(fd);
    return ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
}

/* What was looked up by number is not there at all. */
int ps_fail_gone(psutil *ctx, const struct ps_dir *dir)
{
    struct ps_ref ref = {.pid = dir->pid};
    return dir->fd >= 0 ? ps_fail_ended(ctx, &ref)
                        : ps_fail_pid(ctx, PSUTIL_ESRCH, dir->pid, NULL);
}

/* The folder that is kept, or else whichever has the pid now. */
static struct ps_dir folder_kept(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    struct ps_dir dir = folder_of(ctx, ref->pid, kept ? atomic_load(&kept->folder) : -1);
    dir.kept = dir.fd >= 0 ? &kept->files : NULL;
    return dir;
}

static int open_folder(psutil *ctx, int64_t pid, struct ps_dir *dir)
{
    struct ps_dir by_path = folder_of(ctx, pid, -1);
    int fd = ps_dir_open(&by_path, "", O_PATH | O_DIRECTORY);
    if (fd < 0)
        return ps_fail_errno(ctx, "open", &by_path, "");
    *dir = folder_of(ctx, pid, fd);
    return 0;
}

/* When the process was started, and by whom. */
static int read_birth(psutil *ctx, const struct ps_dir *dir, struct ps_ref *ref)
{
    char bytes[STAT_SIZE];
    struct ps_proc_stat stat;
    int rc = load_stat(ctx, dir, bytes, &stat);
    if (rc == 0) {
        ref->start = (uint64_t)stat.starttime;
        ref->ppid = stat.ppid;
    }
    return rc;
}

static int read_start(psutil *ctx, const struct ps_dir *dir, uint64_t *start)
{
    struct ps_ref ref;
    int rc = read_birth(ctx, dir, &ref);
    if (rc == 0)
        *start = ref.start;
    return rc;
}

/* The kernel opens pidfds for processes only: ids of mere threads give EINVAL or ENOENT. */
static int open_pidfd(psutil *ctx, int64_t pid, unsigned how, int *fd)
{
    bool possible = pid > 0 && pid <= INT32_MAX && ps_linux_reach(ctx) >= PS_REACH_PIDFDS;
    *fd = possible ? ps_sys_pidfd_open(pid) : -1;
    if (*fd >= 0 || !possible)
        return 0;
    if (errno == ESRCH)
        return ps_fail_call(ctx, "pidfd_open", NULL, pid);
    if (how & PS_OPEN_THREAD || (errno != EINVAL && errno != ENOENT))
        return 0;
    return ps_fail_pid(ctx, PSUTIL_ESRCH, pid, "this is the id of a thread, not of a process");
}

static bool take_budget(psutil *ctx)
{
    struct ps_linux *os = ps_linux_of(ctx);
    if (atomic_fetch_add(&os->kept, 1) < os->kept_limit)
        return true;
    atomic_fetch_sub(&os->kept, 1);
    return false;
}

/* Those that the kernel makes anew at each reading, for whoever reads it then. The rest (environ,
 * maps, smaps) belongs to the program that ran when it was opened. */
static const char *const kept_names[PS_KEPT_FILES] = {
    "stat", "statm", "status", "cmdline", "io", "comm", "task"}; /* the last: its first thread's */

/* NULL when the budget is spent, or without memory: each use opens what it needs then. */
static struct ps_process_kept *keep(psutil *ctx, int folder, int pidfd)
{
    struct ps_keeper *keeper = &ps_linux_of(ctx)->keeper;
    struct ps_process_kept *kept = malloc(sizeof *kept);
    if (!kept || !take_budget(ctx)) {
        free(kept);
        return NULL;
    }
    kept->generation = ps_keeper_generation(keeper);
    ps_keeper_own(keeper, folder, true);
    ps_keeper_own(keeper, pidfd, true);
    kept->pidfd = pidfd;
    atomic_init(&kept->folder, folder);
    ps_kept_init(&kept->files, keeper, kept->items, kept_names, PS_KEPT_FILES);
    return kept;
}

static void close_both(int folder, int pidfd)
{
    if (folder >= 0)
        close(folder);
    if (pidfd >= 0)
        close(pidfd);
}

/* Without pidfds, and below another root, status tells whose thread an id is. */
static int check_leader(psutil *ctx, const struct ps_dir *dir)
{
    struct ps_text text;
    int64_t tgid = dir->pid;
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir noting = ps_noting(*dir, &shortage);
    ps_text_init(&text);
    if (ps_text_try(&text, &noting, "status") == 0) {
        struct ps_status status;
        ps_parse_status(text.data, text.len, &status);
        if (status.tgid != PSUTIL_UNKNOWN)
            tgid = status.tgid;
    }
    ps_text_free(&text);
    if (tgid == dir->pid)
        return shortage.rc;
    return ps_fail_pid(ctx, PSUTIL_ESRCH, dir->pid, "this is the id of a thread, not of a process");
}

int ps_process_verify_leader(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_dir dir = {0};
    int rc = ps_process_enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    rc = check_leader(ctx, &dir);
    ps_process_leave(&dir);
    return rc != 0 ? rc : ps_process_verify(ctx, ref);
}

/* To look up a folder that is not there costs the kernel twenty times as much as this question. */
static int check_existence(psutil *ctx, int64_t pid)
{
    bool askable = pid > 0 && pid <= INT32_MAX && ps_linux_reach(ctx) != PS_REACH_NONE;
    if (!askable || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
        return 0;
    return ps_fail_call(ctx, "kill", NULL, pid);
}

/* Without a pidfd, only a descriptor of the folder stays with one process. */
static int open_by_folder(psutil *ctx, int64_t pid, unsigned how, struct ps_dir *dir)
{
    int rc = check_existence(ctx, pid);
    if (rc == 0)
        rc = open_folder(ctx, pid, dir);
    if (rc == 0 && !(how & PS_OPEN_THREAD))
        rc = check_leader(ctx, dir);
    return rc;
}

/* What is read by number is of the pidfd's process, if that is there still afterwards. */
static int read_birth_of(psutil *ctx, const struct ps_dir *dir, int pidfd, struct ps_ref *ref)
{
    int rc = read_birth(ctx, dir, ref);
    if (pidfd < 0 || rc != 0)
        return rc;
    if (ps_pidfd_is_gone(pidfd))
        return ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
    ref->id = ps_pidfd_id(ctx, pidfd);
    return 0;
}

int ps_os_process_open(psutil *ctx, int64_t pid, unsigned how, struct ps_ref *ref)
{
    struct ps_dir dir = folder_of(ctx, pid, -1);
    int pidfd;
    *ref = (struct ps_ref){.pid = pid};
    int rc = open_pidfd(ctx, pid, how, &pidfd);
    if (rc == 0 && pidfd < 0)
        rc = open_by_folder(ctx, pid, how, &dir);
    if (rc == 0)
        rc = read_birth_of(ctx, &dir, pidfd, ref);
    if (rc == 0 && how & PS_OPEN_KEEP)
        ref->kept = keep(ctx, dir.fd, pidfd);
    if (!ref->kept)
        close_both(dir.fd, pidfd);
    return rc;
}

/* What was inherited is left alone: the numbers may be other files' by now. */
void ps_os_process_close(psutil *ctx, struct ps_ref *ref)
{
    struct ps_process_kept *kept = ref->kept;
    if (!kept)
        return;
    atomic_fetch_sub(&ps_linux_of(ctx)->kept, 1);
    ps_kept_free(&kept->files);
    if (ps_process_kept(ctx, ref)) {
        int folder = atomic_load(&kept->folder);
        ps_keeper_own(&ps_linux_of(ctx)->keeper, folder, false);
        ps_keeper_own(&ps_linux_of(ctx)->keeper, kept->pidfd, false);
        close_both(folder, kept->pidfd);
    }
    free(kept);
    ref->kept = NULL;
}

/* Whether the number belongs still to our process, by what no other process ever has. */
static int check_id(psutil *ctx, const struct ps_ref *ref)
{
    int fd;
    int rc = ps_process_pidfd(ctx, ref, &fd);
    if (rc == 0)
        ps_process_pidfd_done(ctx, ref, fd);
    return rc;
}

/* Whose folder was opened. A process that has its number now had it all the time: also when the
 * folder was opened by it. Start times have a grain of some milliseconds, in which a number may be
 * used again. */
static int check_entered(psutil *ctx, const struct ps_ref *ref, const struct ps_dir *dir)
{
    uint64_t start;
    if (ref->id != 0)
        return check_id(ctx, ref);
    int rc = read_start(ctx, dir, &start);
    if (rc == 0 && start != ref->start)
        rc = ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    return rc;
}

/* Two threads may come here at once: the later one takes what the other has opened. */
static void keep_folder(psutil *ctx, struct ps_process_kept *kept, struct ps_dir *dir)
{
    int none = -1;
    if (atomic_compare_exchange_strong(&kept->folder, &none, dir->fd)) {
        ps_keeper_own(&ps_linux_of(ctx)->keeper, dir->fd, true);
    } else {
        close(dir->fd);
        dir->fd = none;
    }
    dir->kept = &kept->files;
}

static int enter_first(psutil *ctx, const struct ps_ref *ref, struct ps_process_kept *kept,
                       struct ps_dir *dir)
{
    int rc = open_folder(ctx, ref->pid, dir);
    if (rc == 0 && ps_pidfd_is_gone(kept->pidfd)) {
        rc = ps_fail_gone(ctx, dir);
        close(dir->fd);
    }
    if (rc == 0)
        keep_folder(ctx, kept, dir);
    return rc;
}

int ps_process_enter(psutil *ctx, const struct ps_ref *ref, struct ps_dir *dir)
{
    struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    *dir = folder_kept(ctx, ref);
    if (dir->kept)
        return 0;
    if (kept)
        return enter_first(ctx, ref, kept, dir);
    int rc = open_folder(ctx, ref->pid, dir);
    if (rc != 0)
        return rc;
    rc = check_entered(ctx, ref, dir);
    if (rc != 0)
        close(dir->fd);
    return rc;
}

void ps_process_leave(const struct ps_dir *dir)
{
    if (!dir->kept)
        close(dir->fd);
}

/* Whether `stat` alone gives all of these fields. It holds the start time: one reading of it by
 * path is of one process and says of which. */
static bool is_stat_enough(psutil_fields fields)
{
    psutil_fields given = sources[0].gives & ~PSUTIL_FIELD(NAME);
    return (fields & given) != 0 && (fields & ~(given | PSUTIL_FIELD(PID))) == 0;
}

static int read_by_path(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading)
{
    struct ps_reader reader;
    ps_reader_init(&reader, ctx, folder_of(ctx, ref->pid, -1), reading);
    int rc = ps_reader_run(&reader);
    bool told = rc == 0 && reader.stat_rc == 0; /* else the fields' results say why */
    if (told && (uint64_t)reader.stat.starttime != ref->start)
        rc = ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    if (told && rc == 0 && ref->id != 0)
        rc = check_id(ctx, ref);
    ps_reader_free(&reader);
    return rc;
}

int ps_os_process_read(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading)
{
    struct ps_dir dir = {0};
    struct ps_reader reader;
    if (!ps_process_kept(ctx, ref) && is_stat_enough(reading->fields))
        return read_by_path(ctx, ref, reading);
    int rc = ps_process_enter(ctx, ref, &dir);
    if (rc != 0)
        return rc;
    ps_reader_init(&reader, ctx, dir, reading);
    reader.pidfd = ps_process_kept_pidfd(ctx, ref);
    rc = ps_reader_run(&reader);
    ps_reader_free(&reader);
    ps_process_leave(&dir);
    return rc;
}

int ps_process_verify(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_dir dir = folder_kept(ctx, ref);
    uint64_t start;
    int rc = read_start(ctx, &dir, &start);
    if (rc == PSUTIL_ESRCH)
        return ps_fail_gone(ctx, &dir);
    if (rc == 0 && start != ref->start)
        return ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    return rc;
}

int ps_os_process_is_running(psutil *ctx, const struct ps_ref *ref, bool *out)
{
    int pidfd = ps_process_kept_pidfd(ctx, ref);
    if (pidfd >= 0) {
        *out = !ps_pidfd_is_gone(pidfd);
        return 0;
    }
    int rc = ref->id != 0 ? check_id(ctx, ref) : ps_process_verify(ctx, ref);
    if (rc != 0 && rc != PSUTIL_ESRCH && rc != PSUTIL_EREUSED)
        return rc;
    *out = rc == 0;
    return 0;
}

/* ---- All processes --------------------------------------------------------------------------- */

/* One file read by path needs no descriptor of the folder: what it says is of one process. */
static bool needs_folder(psutil_fields fields)
{
    size_t needed = 0;
    for (size_t i = 0; i < SOURCES; i++)
        needed += (sources[i].gives & fields) != 0;
    const psutil_fields single = PSUTIL_FIELD(PID) | sources[0].gives | PSUTIL_FIELD(MEMORY_INFO);
    return needed > 1 || (fields & ~single) != 0;
}

bool ps_is_absence(int rc)
{
    return rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_EACCES;
}

/* A name that is cut takes a second file, and whoever has the number by then is read anew.
 * Neighbours are often of one program: after such a name the folder is opened at once. */
static int enter_row(struct ps_reader *reader)
{
    const struct ps_walk *walk = reader->walk;
    if (!walk->by_folder && !walk->was_cut && ps_reader_is_stat_enough(reader))
        return 0;
    reader->stat_rc = PSUTIL_NOT_ASKED;
    return open_folder(reader->ctx, reader->dir.pid, &reader->dir);
}

int ps_process_read_row(psutil *ctx, int64_t pid, struct ps_reading *reading, struct ps_walk *walk,
                        struct ps_ref *ref)
{
    struct ps_reader reader;
    ps_reader_init(&reader, ctx, folder_of(ctx, pid, -1), reading);
    reader.walk = walk;
    int rc = enter_row(&reader);
    if (rc != 0)
        return ps_is_absence(rc) ? 1 : rc;
    ps_info_prepare(reading->info, reading->fields);
    rc = ps_reader_run(&reader);
    bool told = reader.stat_rc == 0;
    walk->was_cut = told && !walk->by_folder && !ps_reader_is_stat_enough(&reader);
    *ref = (struct ps_ref){.pid = pid, .start = told ? (uint64_t)reader.stat.starttime : 0};
    ps_reader_free(&reader);
    if (reader.dir.fd >= 0)
        close(reader.dir.fd);
    if (rc != 0)
        ps_info_free_lists(reading->info);
    return ps_is_absence(rc) ? 1 : rc;
}

/* Those behind `last`. */
static void cut_pids(psutil_int_list *pids, int64_t last)
{
    size_t kept = 0;
    for (size_t i = 0; i < pids->len; i++)
        if (pids->items[i] > last)
            pids->items[kept++] = pids->items[i];
    pids->len = kept;
}

/* Through the fast lane where there is one, and through the folders of processes what it leaves. */
int ps_os_process_walk(psutil *ctx, struct ps_reading *reading, ps_process_row *row, void *user)
{
    psutil_int_list *pids = NULL;
    struct ps_walk walk = {.by_folder = needs_folder(reading->fields)};
    int64_t last = 0;
    int rc = 0;
    bool fast = ps_lane_is_open(ctx, reading->fields);
    if (!fast) {
        rc = ps_os_pids(ctx, &pids);
        fast = rc == 0 && ps_lane_pays(ctx, reading->fields, pids->len);
    }
    if (fast)
        rc = ps_lane_walk(ctx, reading, &walk, row, user, &last);
    if (rc == 0 && last != INT64_MAX && !pids)
        rc = ps_os_pids(ctx, &pids);
    if (rc == 0 && last != INT64_MAX) {
        cut_pids(pids, last);
        rc = ps_process_walk_crowd(ctx, pids, reading, &walk, row, user);
    }
    ps_snapshot_free(walk.sockets);
    psutil_free(pids);
    return rc;
}
