/* Reading processes: the sources that the asked fields need, of one process or of all. */
#include "os/linux/process.h"

#include "core/info.h"
#include "os/linux/bpf/lane.h"
#include "os/linux/sockets.h"
#include "os/linux/syscalls.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

int ps_stat_load(psutil *ctx, const struct ps_dir *dir, enum ps_stat_field last,
                 char bytes[PS_STAT_SIZE], struct ps_proc_stat *stat)
{
    size_t len;
    int rc = ps_read_once(ctx, dir, "stat", bytes, PS_STAT_SIZE, &len);
    if (rc != 0)
        return rc;
    if (len == 0) /* the process ended between open() and read() on some kernels */
        return ps_fail_pid(ctx, PSUTIL_ESRCH, dir->pid, NULL);
    if (!ps_parse_proc_stat(bytes, len, last, stat))
        return ps_fail_data(ctx, dir, "stat");
    return 0;
}

/* How far the line is read. Whether the process is the kernel's own, or ended, may always be asked;
 * by path and in a walk, whose line it is. */
static enum ps_stat_field stat_extent(const struct ps_reader *reader)
{
    const psutil_fields middle = PSUTIL_FIELD(PAGE_FAULTS) | PSUTIL_FIELD(NICE) |
                                 PSUTIL_FIELD(NUM_THREADS) | PSUTIL_FIELD(CREATE_TIME);
    if (ps_wanted(reader, PSUTIL_FIELD(CPU_TIMES)))
        return PS_STAT_ALL;
    if (ps_wanted(reader, PSUTIL_FIELD(CPU_NUM)))
        return PS_STAT_PROCESSOR;
    if (reader->walk || reader->dir.fd < 0 || ps_wanted(reader, middle))
        return PS_STAT_STARTTIME;
    return PS_STAT_FLAGS;
}

int ps_reader_stat(struct ps_reader *reader)
{
    if (reader->stat_rc == PSUTIL_NOT_ASKED)
        reader->stat_rc = ps_stat_load(reader->ctx, &reader->dir, stat_extent(reader),
                                       reader->stat_bytes, &reader->stat);
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
    char bytes[PS_STAT_SIZE];
    struct ps_proc_stat now;
    return ps_stat_load(reader->ctx, &reader->dir, PS_STAT_FLAGS, bytes, &now) == 0 &&
           has_ended(&now);
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

/* ---- Reading one process -----------------------------------------------------------------------
 */

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
    ps_reader_init(&reader, ctx, ps_process_folder(ctx, ref->pid, -1), reading);
    int rc = ps_reader_run(&reader);
    bool told = rc == 0 && reader.stat_rc == 0; /* else the fields' results say why */
    if (told && (uint64_t)reader.stat.starttime != ref->start)
        rc = ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    if (told && rc == 0 && ref->id != 0)
        rc = ps_process_check_id(ctx, ref);
    ps_reader_free(&reader);
    return rc;
}

static int read_from_folder(struct ps_reader *reader, const struct ps_ref *ref)
{
    int rc = ps_process_enter(reader->ctx, ref, &reader->dir);
    if (rc != 0)
        return rc;
    reader->pidfd = ps_process_kept_pidfd(reader->ctx, ref);
    rc = ps_reader_run(reader);
    ps_process_leave(&reader->dir);
    return rc;
}

int ps_os_process_read(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading)
{
    struct ps_reader reader;
    bool missing = true;
    if (!ps_process_kept(ctx, ref) && is_stat_enough(reading->fields))
        return read_by_path(ctx, ref, reading);
    ps_reader_init(&reader, ctx, ps_process_folder(ctx, ref->pid, -1), reading);
    if (!ps_lane_one(&reader, ref, &missing))
        missing = true;
    int rc = missing ? read_from_folder(&reader, ref) : ps_reader_run(&reader);
    ps_reader_free(&reader);
    return rc;
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

/* Whether the files of these fields are read by path, and the owner through a pidfd: that costs
 * less than a descriptor of the folder and a pidfd. */
static bool goes_by_number(psutil *ctx, psutil_fields fields)
{
    const psutil_fields possible = sources[0].gives | PSUTIL_FIELD(PID) |
                                   PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(CMDLINE) |
                                   PS_OWNER_FIELDS;
    return (fields & PS_OWNER_FIELDS) != 0 && (fields & ~possible) == 0 &&
           ps_linux_reach(ctx) >= PS_REACH_PIDFS;
}

bool ps_is_absence(int rc)
{
    return rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_EACCES;
}

/* EINVAL (ENOENT in some versions): it is just being reaped. Where pidfds are refused by now, the
 * folder serves. */
static int enter_by_number(struct ps_reader *reader)
{
    int64_t pid = reader->dir.pid;
    reader->pidfd = ps_sys_pidfd_open(pid);
    if (reader->pidfd >= 0)
        return 0;
    if (errno == EINVAL || errno == ENOENT)
        return ps_fail_pid(reader->ctx, PSUTIL_ESRCH, pid, NULL);
    if (errno == ESRCH || ps_is_shortage(errno))
        return ps_fail_call(reader->ctx, "pidfd_open", NULL, pid);
    return ps_process_folder_open(reader->ctx, pid, &reader->dir);
}

/* A name that is cut takes a second file, and whoever has the number by then is read anew.
 * Neighbours are often of one program: after such a name the folder is opened at once. */
static int enter_row(struct ps_reader *reader)
{
    const struct ps_walk *walk = reader->walk;
    if (walk->by_number)
        return enter_by_number(reader);
    if (!walk->by_folder && !walk->was_cut && ps_reader_is_stat_enough(reader))
        return 0;
    reader->stat_rc = PSUTIL_NOT_ASKED;
    return ps_process_folder_open(reader->ctx, reader->dir.pid, &reader->dir);
}

static void leave_row(struct ps_reader *reader)
{
    ps_reader_free(reader);
    if (reader->dir.fd >= 0)
        close(reader->dir.fd);
    if (reader->pidfd >= 0)
        close(reader->pidfd);
}

/* From `status`, where the kernel does not tell it through the pidfd. */
static int read_owner(struct ps_reader *reader)
{
    int rc = ps_source_status(reader);
    if (ps_pidfd_is_gone(reader->pidfd))
        return ps_fail_pid(reader->ctx, PSUTIL_ESRCH, reader->dir.pid, NULL);
    if (rc == PSUTIL_ESRCH)
        rc = missing_file(reader);
    if (rc == PSUTIL_ENOMEM)
        return rc;
    for (psutil_fields left = rc != 0 ? ps_wanted(reader, PS_OWNER_FIELDS) : 0; left;)
        ps_settle(reader, (psutil_process_field)ps_fields_take(&left), rc);
    return 0;
}

/* The owner last: that the pidfd's process is there to be asked proves that the number, by which
 * the rest was read, was its own all the time. */
static int run_by_number(struct ps_reader *reader)
{
    struct ps_process_ids ids;
    reader->settled = PS_OWNER_FIELDS;
    int rc = ps_reader_run(reader);
    if (rc != 0)
        return rc;
    return ps_reader_ids(reader, &ids) ? ps_reader_owner(reader, &ids) : read_owner(reader);
}

int ps_process_read_row(psutil *ctx, int64_t pid, struct ps_reading *reading, struct ps_walk *walk,
                        struct ps_ref *ref)
{
    struct ps_reader reader;
    ps_reader_init(&reader, ctx, ps_process_folder(ctx, pid, -1), reading);
    reader.walk = walk;
    int rc = enter_row(&reader);
    if (rc != 0)
        return ps_is_absence(rc) ? 1 : rc;
    ps_reading_begin(reading);
    rc = reader.pidfd >= 0 ? run_by_number(&reader) : ps_reader_run(&reader);
    bool told = reader.stat_rc == 0;
    walk->was_cut = told && !walk->by_folder && !ps_reader_is_stat_enough(&reader);
    *ref = (struct ps_ref){.pid = pid, .start = told ? (uint64_t)reader.stat.starttime : 0};
    leave_row(&reader);
    if (rc != 0)
        ps_info_free_lists(reading->info);
    return ps_is_absence(rc) ? 1 : rc;
}

/* Whether the lane is opened for a walk over all that are listed. */
static bool pays(psutil *ctx, psutil_fields fields, const struct ps_pids *pids)
{
    return pids->fd < 0 && ps_lane_pays(ctx, fields, pids->list.len);
}

/* Through the fast lane where there is one, and through the folders of processes what it leaves. */
int ps_os_process_walk(psutil *ctx, struct ps_reading *reading, ps_process_row *row, void *user)
{
    struct ps_pids pids = {.fd = -1};
    struct ps_walk walk = {.by_folder = needs_folder(reading->fields),
                           .by_number = goes_by_number(ctx, reading->fields),
                           .uid = PSUTIL_UNKNOWN};
    int64_t last = 0;
    int rc = 0;
    bool fast = ps_lane_is_open(ctx, reading->fields), listed = false;
    if (!fast) {
        rc = ps_pids_open(ctx, &pids, ps_lane_may_pay(ctx, reading->fields));
        listed = rc == 0;
        fast = listed && pays(ctx, reading->fields, &pids);
    }
    if (fast)
        rc = ps_lane_walk(ctx, reading, &walk, row, user, &last);
    if (rc == 0 && last != INT64_MAX && !listed) {
        rc = ps_pids_open(ctx, &pids, false);
        listed = rc == 0;
    }
    if (rc == 0 && last != INT64_MAX)
        rc = ps_process_walk_crowd(ctx, &pids, last, reading, &walk, row, user);
    ps_snapshot_free(walk.sockets);
    if (listed)
        ps_pids_close(&pids);
    return rc;
}
