/* What the rows of the fast lane become: the same fields by the same code as what /proc tells, as
 * far as there is any. */
#include "os/linux/bpf/state.h"

#include "core/info.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* include/linux/sched.h */
#define PF_KTHREAD 0x00200000

/* One walk. */
struct lane_walk {
    psutil *ctx;
    struct ps_lane *lane;
    struct ps_reading *reading;
    struct ps_walk *walk;
    struct ps_lane_memory memory;
    size_t row_size; /* of struct ps_bpf_task, or of struct ps_bpf_row with all */
    struct ps_bpf_rows rows;
    struct ps_bpf_rows lines;         /* only with `cmdline` */
    const struct ps_bpf_words *words; /* the line that was read last; NULL: none is left */
    const char *text;
    struct ps_lane_hidden hidden;
    size_t passed;   /* of the hidden ones */
    size_t len;      /* rows so far */
    int64_t threads; /* of all rows */
    unsigned own;    /* the caller's pid */
    int64_t uid;     /* of the name that was found last */
    const char *username;
};

/* ---- stat -------------------------------------------------------------------------------------
 */

/* fs/proc/array.c:task_state_array, by the highest bit of the state (include/linux/sched.h:
 * task_state_index()). States that count otherwise are not told by rows. */
static char state_of(const struct ps_bpf_task *task)
{
    static const char letters[] = "RSDTtXZPI";
    const unsigned reported = 0x7f, idle = 0x402; /* uninterruptible, and no load */
    unsigned state = (task->state | task->exit_state) & reported;
    size_t index = 0;
    if ((task->state & idle) == idle)
        return 'I';
    for (; state != 0; state >>= 1)
        index++;
    return letters[index];
}

/* Packed as in stat, by new_encode_dev() of include/linux/kdev_t.h. */
static int64_t terminal_of(const struct ps_bpf_task *task)
{
    unsigned minor = task->tty_minor;
    if (task->tty_major == 0)
        return 0;
    return (int32_t)((minor & 0xff) | task->tty_major << 8 | (minor & ~0xffu) << 12);
}

/* As fs/proc makes them of nanoseconds (kernel/time/time.c:nsec_to_clock_t()). */
static int64_t ticks_of(psutil *ctx, uint64_t nanoseconds)
{
    return (int64_t)(nanoseconds / (UINT64_C(1000000000) / (uint64_t)ps_linux_of(ctx)->ticks));
}

uint64_t ps_lane_start(psutil *ctx, const struct ps_bpf_task *task)
{
    return (uint64_t)ticks_of(ctx, task->start);
}

/* NULL with short rows. */
static const struct ps_bpf_more *more_of(const struct lane_walk *walk,
                                         const struct ps_bpf_task *task)
{
    return walk->row_size == sizeof(struct ps_bpf_row) ? &((const struct ps_bpf_row *)task)->more
                                                       : NULL;
}

/* Threads that exist for this walk only. */
static unsigned helpers_of(const struct lane_walk *walk, const struct ps_bpf_task *task)
{
    return task->pid == walk->own ? atomic_load(&walk->lane->helpers) : 0;
}

static void fill_stat(struct lane_walk *walk, const struct ps_bpf_task *task,
                      struct ps_proc_stat *out)
{
    psutil *ctx = walk->ctx;
    struct ps_lane_times times = ps_lane_times(&walk->memory, task);
    *out = (struct ps_proc_stat){.comm = {task->comm, strnlen(task->comm, sizeof task->comm)},
                                 .state = state_of(task),
                                 .pid = task->pid,
                                 .ppid = task->ppid,
                                 .tty_nr = terminal_of(task),
                                 .flags = task->flags,
                                 .utime = ticks_of(ctx, times.user),
                                 .stime = ticks_of(ctx, times.system),
                                 .cutime = ticks_of(ctx, task->cutime),
                                 .cstime = ticks_of(ctx, task->cstime),
                                 .num_threads = task->threads - helpers_of(walk, task),
                                 .starttime = ticks_of(ctx, task->start),
                                 .processor = task->cpu,
                                 .blkio = ticks_of(ctx, task->blkio)};
    const struct ps_bpf_more *more = more_of(walk, task);
    if (more) {
        out->minflt = (int64_t)more->minflt;
        out->majflt = (int64_t)more->majflt;
        out->nice = more->nice;
    }
}

/* ---- statm ------------------------------------------------------------------------------------
 */

static int64_t pages_of(const struct ps_lane *lane, int64_t number, int64_t of_cpus)
{
    int64_t pages = lane->pages == PS_LANE_PAGES_SUM ? number + of_cpus : number;
    return pages < 0 ? 0 : pages;
}

bool ps_lane_memory_info(psutil *ctx, const struct ps_lane *lane, const struct ps_bpf_task *task,
                         psutil_pmem *out)
{
    int64_t page = ps_linux_of(ctx)->page_size;
    uint64_t mask = ~((uint64_t)page - 1);
    if (task->odd & PS_BPF_ODD_MEMORY || lane->pages == PS_LANE_PAGES_UNKNOWN)
        return false;
    out->vms = (int64_t)task->vms * page;
    out->shared = (pages_of(lane, task->file, task->cpu_file) +
                   pages_of(lane, task->shmem, task->cpu_shmem)) *
                  page;
    out->rss = out->shared + pages_of(lane, task->anon, task->cpu_anon) * page;
    out->text = (int64_t)(((task->text + (uint64_t)page - 1) & mask) - (task->text_start & mask));
    out->lib = 0;
    out->data = (int64_t)task->data * page;
    out->dirty = 0;
    return true;
}

/* ---- status, io, fd -----------------------------------------------------------------------------
 */

static int fill_username(struct lane_walk *walk, int64_t uid)
{
    int rc = 0;
    if (walk->uid != uid)
        rc = ps_linux_user_name(walk->ctx, uid, walk->reading->arena, &walk->username);
    walk->uid = rc == 0 ? uid : PSUTIL_UNKNOWN;
    walk->reading->info->username = walk->username;
    return rc;
}

static void fill_owner(struct ps_reader *reader, const struct ps_bpf_task *task)
{
    psutil_process_info *info = reader->to->info;
    info->uids = (psutil_puids){task->uids[0], task->uids[1], task->uids[2]};
    info->gids = (psutil_puids){task->gids[0], task->gids[1], task->gids[2]};
    info->num_ctx_switches = (psutil_pctxsw){(int64_t)task->voluntary, (int64_t)task->involuntary};
}

static int64_t count_of(unsigned long long number)
{
    return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

static void fill_io(psutil_pio *out, const unsigned long long numbers[6])
{
    out->read_chars = count_of(numbers[0]);
    out->write_chars = count_of(numbers[1]);
    out->read_count = count_of(numbers[2]);
    out->write_count = count_of(numbers[3]);
    out->read_bytes = count_of(numbers[4]);
    out->write_bytes = count_of(numbers[5]);
}

/* ---- cmdline ------------------------------------------------------------------------------------
 */

static void next_line(struct lane_walk *walk)
{
    struct ps_bpf_rows *lines = &walk->lines;
    walk->words = ps_bpf_rows_take(lines, sizeof *walk->words);
    if (walk->words && walk->words->len > 0)
        walk->text = ps_bpf_rows_take(lines, ((size_t)walk->words->len + 7) & ~(size_t)7);
}

/* Both sorts of rows come by ascending pids; processes start and end between their readings. */
static bool take_line(struct lane_walk *walk, const struct ps_bpf_task *task,
                      struct ps_reader *reader)
{
    while (walk->words && walk->words->pid < task->pid)
        next_line(walk);
    const struct ps_bpf_words *words = walk->words;
    if (!words || words->pid != task->pid || words->start != task->start || words->len < 0 ||
        walk->lines.failed || (size_t)words->len > sizeof reader->cmdline.local)
        return false;
    if (words->len > 0)
        memcpy(reader->cmdline.data, walk->text, (size_t)words->len);
    reader->cmdline.len = (size_t)words->len;
    reader->cmdline_rc = 0;
    return true;
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

#define STATUS_FIELDS (PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(NUM_CTX_SWITCHES))

static psutil_fields settle(struct ps_reader *reader, psutil_fields fields)
{
    fields &= reader->to->fields;
    for (int field = 0; fields >> field; field++)
        if (fields >> field & 1)
            reader->to->info->result[field] = 0;
    return fields;
}

/* Of the caller, those that are open for the library's sake. */
static int64_t owned_of(const struct lane_walk *walk, const struct ps_bpf_task *task)
{
    return task->pid == walk->own ? ps_keeper_owned(&ps_linux_of(walk->ctx)->keeper) : 0;
}

/* Returns what is told of it. */
static psutil_fields fill_more(const struct lane_walk *walk, const struct ps_bpf_task *task,
                               psutil_process_info *info)
{
    const struct ps_bpf_more *more = more_of(walk, task);
    psutil_fields told = 0;
    if (!more || !walk->lane->may_trace)
        return told;
    if (!(task->odd & PS_BPF_ODD_IO)) {
        fill_io(&info->io_counters, more->io);
        told |= PSUTIL_FIELD(IO_COUNTERS);
    }
    if (!(task->odd & PS_BPF_ODD_FDS)) {
        info->num_fds = more->fds - owned_of(walk, task);
        told |= PSUTIL_FIELD(NUM_FDS);
    }
    return told;
}

/* What needs no reading at all. Fails without memory only. */
static int fill_plain(struct lane_walk *walk, const struct ps_bpf_task *task,
                      struct ps_reader *reader)
{
    psutil_process_info *info = reader->to->info;
    psutil_fields told = STATUS_FIELDS | fill_more(walk, task, info);
    int rc = 0;
    fill_owner(reader, task);
    if (ps_lane_memory_info(walk->ctx, walk->lane, task, &info->memory_info))
        told |= PSUTIL_FIELD(MEMORY_INFO);
    reader->settled = settle(reader, told);
    if (ps_wanted(reader, PSUTIL_FIELD(USERNAME))) {
        rc = fill_username(walk, task->uids[0]);
        info->result[PSUTIL_FIELD_USERNAME] = (int8_t)rc;
        reader->settled |= PSUTIL_FIELD(USERNAME);
    }
    return rc == PSUTIL_ENOMEM ? rc : 0;
}

/* The name of a long-named process is in its command line. */
static bool needs_cmdline(const struct ps_reader *reader, const struct ps_bpf_task *task)
{
    return ps_wanted(reader, PSUTIL_FIELD(CMDLINE)) ||
           (ps_wanted(reader, PSUTIL_FIELD(NAME)) && !(task->flags & PF_KTHREAD) &&
            task->comm[sizeof task->comm - 2] != '\0');
}

/* Whether a part of the row is still to be read from /proc. */
static bool fill_rest(struct lane_walk *walk, const struct ps_bpf_task *task,
                      struct ps_reader *reader)
{
    bool missing = (reader->to->fields & ~(PS_LANE_FIELDS | PSUTIL_FIELD(PID))) != 0 ||
                   (reader->to->fields & PS_LANE_PLAIN & ~reader->settled) != 0;
    bool odd_name = task->odd & PS_BPF_ODD_NAME && ps_wanted(reader, PSUTIL_FIELD(NAME));
    if (ps_wanted(reader, PS_LANE_STAT) && (task->odd & PS_BPF_ODD_STAT || odd_name)) {
        missing = true;
    } else {
        fill_stat(walk, task, &reader->stat);
        reader->stat_rc = 0;
    }
    if (task->flags & PF_KTHREAD)
        reader->cmdline_rc = 0;
    else if (needs_cmdline(reader, task) && !take_line(walk, task, reader))
        missing = true;
    return missing;
}

/* What was read by path is the process's own, if that has its number still: the number was its own
 * all the time. */
static int check_owner(psutil *ctx, struct ps_ref *ref)
{
    bool alive;
    if (ps_linux_reach(ctx) < PS_REACH_PIDFS)
        ref->id = 0;
    int rc = ps_os_process_is_running(ctx, ref, &alive);
    return rc == 0 && !alive ? PSUTIL_ESRCH : rc;
}

/* 1 when the process ended meanwhile. */
static int run_reader(struct lane_walk *walk, struct ps_reader *reader, bool missing,
                      struct ps_ref *ref)
{
    int rc = ps_reader_run(reader);
    if (rc == 0 && missing)
        rc = check_owner(walk->ctx, ref);
    if (rc != 0)
        ps_info_free_lists(walk->reading->info);
    return ps_is_absence(rc) ? 1 : rc;
}

/* The same. A short row does not tell what would prove that what is read beside it is of the same
 * process: all of that comes from /proc then. */
static int read_row(struct lane_walk *walk, const struct ps_bpf_task *task, struct ps_ref *ref)
{
    const struct ps_bpf_more *more = more_of(walk, task);
    struct ps_dir dir = {walk->ctx->roots.proc, task->pid, -1, NULL, NULL};
    struct ps_reader reader;
    *ref = (struct ps_ref){.pid = task->pid, .start = ps_lane_start(walk->ctx, task)};
    ps_info_prepare(walk->reading->info, walk->reading->fields);
    ps_reader_init(&reader, walk->ctx, dir, walk->reading);
    reader.walk = walk->walk;
    int rc = fill_plain(walk, task, &reader);
    bool missing = fill_rest(walk, task, &reader);
    ref->id = more ? more->id : 0;
    if (rc == 0 && missing && !more)
        rc = ps_process_read_row(walk->ctx, task->pid, walk->reading, walk->walk, ref);
    else if (rc == 0)
        rc = run_reader(walk, &reader, missing, ref);
    ps_reader_free(&reader);
    ref->id = 0;
    return rc;
}

/* The hidden ones before this pid, in their places. */
static int read_hidden(struct lane_walk *walk, int64_t pid, ps_process_row *row, void *user)
{
    const struct ps_lane_hidden *hidden = &walk->hidden;
    int rc = 0;
    for (; rc >= 0 && walk->passed < hidden->len && hidden->pids[walk->passed] < pid;
         walk->passed++) {
        struct ps_ref ref;
        rc = ps_process_read_row(walk->ctx, hidden->pids[walk->passed], walk->reading, walk->walk,
                                 &ref);
        if (rc == 0)
            rc = row(walk->reading->info, &ref, user);
    }
    if (walk->passed < hidden->len && hidden->pids[walk->passed] == pid)
        walk->passed++;
    return rc;
}

static int read_rows(struct lane_walk *walk, ps_process_row *row, void *user, int64_t *last)
{
    const struct ps_bpf_task *next;
    int rc = 0;
    while (rc >= 0 && (next = ps_bpf_rows_take(&walk->rows, walk->row_size))) {
        struct ps_ref ref;
        rc = read_hidden(walk, next->pid, row, user);
        if (rc >= 0)
            rc = read_row(walk, next, &ref);
        if (rc == 0)
            rc = row(walk->reading->info, &ref, user);
        *last = next->pid;
        walk->threads += next->threads;
        walk->len++;
    }
    if (rc < 0 || walk->rows.failed)
        return rc;
    ps_lane_count(walk->ctx, walk->lane, walk->threads);
    atomic_store(&walk->lane->rows, walk->len);
    return read_hidden(walk, INT64_MAX, row, user);
}

static bool open_rows(const struct lane_walk *walk, struct ps_bpf_rows *rows,
                      enum ps_bpf_which which, char *buffer)
{
    bool opened = ps_bpf_rows_open(rows, walk->lane->links[which], buffer);
    ps_keeper_own(&ps_linux_of(walk->ctx)->keeper, rows->fd, true);
    return opened;
}

static void close_rows(const struct lane_walk *walk, struct ps_bpf_rows *rows)
{
    ps_keeper_own(&ps_linux_of(walk->ctx)->keeper, rows->fd, false);
    ps_bpf_rows_close(rows);
}

/* Fewer command lines are read sooner than a thread is there. */
#define WORTH_A_THREAD 500

static void start_lines(struct lane_walk *walk, char *buffer)
{
    if (!open_rows(walk, &walk->lines, PS_BPF_LINES, buffer))
        return;
    if (atomic_load(&walk->lane->rows) >= WORTH_A_THREAD)
        ps_bpf_rows_hurry(&walk->lines, PS_BPF_AHEAD_FEW);
    if (walk->lines.ahead)
        atomic_fetch_add(&walk->lane->helpers, 1);
    next_line(walk);
}

static void close_lines(struct lane_walk *walk)
{
    bool had_helper = walk->lines.ahead != NULL;
    close_rows(walk, &walk->lines);
    if (had_helper)
        atomic_fetch_sub(&walk->lane->helpers, 1);
}

static bool start(struct lane_walk *walk, char *buffer)
{
    bool is_whole = (walk->reading->fields & ~(PS_LANE_FIELDS | PSUTIL_FIELD(PID))) != 0 ||
                    (walk->reading->fields & PS_LANE_MORE) != 0;
    walk->row_size = is_whole ? sizeof(struct ps_bpf_row) : sizeof(struct ps_bpf_task);
    if (!open_rows(walk, &walk->rows, is_whole ? PS_BPF_PROCESSES : PS_BPF_TASKS, buffer))
        return false;
    if (walk->reading->fields & PSUTIL_FIELD(CMDLINE))
        start_lines(walk, buffer + PS_BPF_BUFFER);
    return true;
}

int ps_lane_walk(psutil *ctx, struct ps_reading *reading, struct ps_walk *shared,
                 ps_process_row *row, void *user, int64_t *last)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    struct lane_walk walk = {.ctx = ctx,
                             .lane = lane,
                             .reading = reading,
                             .walk = shared,
                             .rows.fd = -1,
                             .lines.fd = -1,
                             .hidden = ps_lane_hidden(ctx, lane),
                             .own = (unsigned)getpid(),
                             .uid = PSUTIL_UNKNOWN};
    int rc = 0;
    char *buffer = malloc(2 * PS_BPF_BUFFER);
    *last = 0;
    if (!buffer)
        return ps_fail_memory(ctx);
    ps_lane_remember(lane, &walk.memory);
    bool started = start(&walk, buffer);
    bool shortage = !started && ps_is_shortage(errno);
    if (started)
        rc = read_rows(&walk, row, user, last);
    ps_lane_forget(lane, &walk.memory);
    close_lines(&walk);
    close_rows(&walk, &walk.rows);
    free(buffer);
    if (started && !walk.rows.failed)
        *last = INT64_MAX;
    else if (!shortage)
        atomic_store(&lane->state, PS_LANE_OFF);
    return rc < 0 ? rc : 0;
}
