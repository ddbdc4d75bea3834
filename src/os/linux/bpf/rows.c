/* A walk over the rows of all processes. */
#include "os/linux/bpf/row.h"

#include "core/info.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    struct ps_lane_teller teller;
};

/* NULL with short rows. */
static const struct ps_bpf_more *more_of(const struct lane_walk *walk,
                                         const struct ps_bpf_task *task)
{
    return walk->row_size == sizeof(struct ps_bpf_row) ? &((const struct ps_bpf_row *)task)->more
                                                       : NULL;
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

/* Whether a part of the row is still to be read from /proc. */
static bool fill_rest(struct lane_walk *walk, const struct ps_bpf_task *task,
                      struct ps_reader *reader)
{
    bool missing = ps_lane_lacks(reader) || !ps_lane_tells_stat(task, reader);
    if (ps_lane_tells_stat(task, reader))
        ps_lane_tell_stat(&walk->teller, task, more_of(walk, task),
                          ps_lane_times(&walk->memory, task), reader);
    if (task->flags & PS_PF_KTHREAD)
        reader->cmdline_rc = 0;
    else if (ps_lane_needs_cmdline(reader, task) && !take_line(walk, task, reader))
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
    int rc = ps_lane_tell(&walk->teller, task, more, &reader);
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
                             .teller = ps_lane_teller_of(ctx, lane)};
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
