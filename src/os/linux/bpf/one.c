/* One process at a time, by its number: what several files of /proc tell, in one reading.
 *
 * A program in the kernel answers the questions of a map one after another (tasks.bpf.c:
 * each_question()): each reading of its iterator gives the row of the process that the next
 * question names. That takes a third of the time of `stat`, whose numbers the kernel writes out and
 * the library reads back. What has a cheaper way than `stat` and `status` is not asked here. */
#include "os/linux/bpf/row.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* When all are asked, the iterator is opened anew. */
enum { QUESTIONS = 4096 };

struct ps_lane_one {
    int link, rows;
    struct ps_bpf_question *questions; /* shared with the kernel */
    size_t next;                       /* that is to be answered */
};

/* What is read from these sources otherwise. */
#define PAYS                                                                                       \
    (PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(CPU_TIMES) |                     \
     PSUTIL_FIELD(CPU_NUM) | PSUTIL_FIELD(PAGE_FAULTS) | PSUTIL_FIELD(NUM_CTX_SWITCHES))

/* To open it takes some 30 ms, and a question saves about 1.5 us. */
#define WORTH 20000

/* ---- Opening ----------------------------------------------------------------------------------
 */

/* Reading takes something away where a file is not ours any more, because the program closed what
 * is not its own and opened another: such a number is one that nobody gets so soon. */
static int far_away(int fd)
{
    struct rlimit limit;
    const rlim_t most = PS_OWN_MAX / 4 * 3;
    if (fd < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return fd;
    rlim_t least = limit.rlim_cur / 4 * 3;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, (int)(least < most ? least : most));
    close(fd);
    return moved;
}

/* Children of fork() do without. */
static struct ps_bpf_question *map_questions(int map)
{
    size_t size = QUESTIONS * sizeof(struct ps_bpf_question);
    void *questions = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (questions == MAP_FAILED)
        return NULL;
    madvise(questions, size, MADV_DONTFORK);
    return questions;
}

static void close_rows(psutil *ctx, struct ps_lane_one *one)
{
    ps_keeper_own(&ps_linux_of(ctx)->keeper, one->rows, false);
    if (one->rows >= 0)
        close(one->rows);
    one->rows = -1;
}

static bool open_rows(psutil *ctx, struct ps_lane_one *one)
{
    close_rows(ctx, one);
    one->rows = far_away(ps_bpf_open(one->link));
    one->next = 0;
    ps_keeper_own(&ps_linux_of(ctx)->keeper, one->rows, true);
    return one->rows >= 0;
}

static void one_free(psutil *ctx, struct ps_lane_one *one)
{
    close_rows(ctx, one);
    ps_keeper_own(&ps_linux_of(ctx)->keeper, one->link, false);
    if (one->link >= 0)
        close(one->link);
    if (one->questions)
        munmap(one->questions, QUESTIONS * sizeof *one->questions);
    free(one);
}

static struct ps_lane_one *one_new(psutil *ctx)
{
    struct ps_lane_one *one = malloc(sizeof *one);
    int programs[PS_BPF_PROGRAMS];
    if (!one)
        return NULL;
    ps_bpf_load(ctx, PS_BPF_OF_ANSWERS, programs);
    int program = programs[PS_BPF_ANSWERS], map = ps_bpf_make_questions(QUESTIONS);
    *one = (struct ps_lane_one){.link = -1, .rows = -1};
    if (program >= 0 && map >= 0) {
        one->link = ps_bpf_attach_map(program, map);
        one->questions = map_questions(map);
    }
    ps_keeper_own(&ps_linux_of(ctx)->keeper, one->link, true);
    if (program >= 0)
        close(program);
    if (map >= 0)
        close(map);
    if (one->link >= 0 && one->questions && open_rows(ctx, one))
        return one;
    one_free(ctx, one);
    return NULL;
}

/* What was inherited is left alone: the numbers may be other files' by now. */
void ps_lane_one_free(psutil *ctx, struct ps_lane *lane, bool is_ours)
{
    if (lane->one && is_ours)
        one_free(ctx, lane->one);
    else
        free(lane->one);
    lane->one = NULL;
}

/* ---- Asking -----------------------------------------------------------------------------------
 */

static bool is_usable(psutil *ctx, const struct ps_lane *lane)
{
    return atomic_load_explicit(&lane->state, memory_order_acquire) == PS_LANE_OPEN &&
           lane->generation == ps_keeper_generation(&ps_linux_of(ctx)->keeper);
}

/* Counts those that would have paid. */
static bool is_worth(psutil *ctx, struct ps_lane *lane)
{
    int state = atomic_load_explicit(&lane->one_state, memory_order_relaxed);
    if (state != PS_LANE_UNTRIED)
        return state == PS_LANE_OPEN;
    if (atomic_fetch_add(&lane->asked, 1) + 1 < WORTH)
        return false;
    return is_usable(ctx, lane) || ps_lane_open_now(ctx);
}

static struct ps_lane *lane_for(psutil *ctx, int64_t pid)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    bool possible = lane && pid > 0 && pid <= INT32_MAX && is_worth(ctx, lane);
    return possible && is_usable(ctx, lane) ? lane : NULL;
}

static void release(struct ps_lane *lane)
{
    atomic_store_explicit(&lane->one_busy, false, memory_order_release);
}

/* False: somebody else is asking, or there is no such lane. */
static bool hold(psutil *ctx, struct ps_lane *lane)
{
    if (atomic_exchange_explicit(&lane->one_busy, true, memory_order_acquire))
        return false;
    if (atomic_load(&lane->one_state) == PS_LANE_UNTRIED) {
        lane->one = ps_lane_is_open(ctx, PS_LANE_FIELDS) ? one_new(ctx) : NULL;
        atomic_store(&lane->one_state, lane->one ? PS_LANE_OPEN : PS_LANE_OFF);
    }
    if (!lane->one)
        release(lane);
    return lane->one != NULL;
}

/* To open an iterator is a system call that a filter may forbid by now. */
static bool has_next(psutil *ctx, struct ps_lane *lane)
{
    struct ps_lane_one *one = lane->one;
    if (one->rows >= 0 && one->next < QUESTIONS)
        return true;
    if (ps_lane_is_open(ctx, PS_LANE_FIELDS) && open_rows(ctx, one))
        return true;
    atomic_store(&lane->one_state, PS_LANE_OFF);
    return false;
}

/* A descriptor that does not answer is none of ours, and left alone: the program closed it. */
static void forget_rows(psutil *ctx, struct ps_lane_one *one)
{
    ps_keeper_own(&ps_linux_of(ctx)->keeper, one->rows, false);
    one->rows = -1;
}

static bool ask(psutil *ctx, struct ps_lane *lane, int64_t pid, struct ps_bpf_row *row)
{
    struct ps_lane_one *one = lane->one;
    if (!has_next(ctx, lane))
        return false;
    one->questions[one->next++] = (struct ps_bpf_question){(unsigned)pid, lane->may_trace};
    ssize_t got = read(one->rows, row, sizeof *row);
    if (got != (ssize_t)sizeof *row)
        forget_rows(ctx, one);
    return got == (ssize_t)sizeof *row && row->task.pid == pid;
}

/* ---- Telling ----------------------------------------------------------------------------------
 */

static bool is_of(psutil *ctx, const struct ps_bpf_row *row, const struct ps_ref *ref)
{
    return row->more.id == ref->id && ps_lane_start(ctx, &row->task) == ref->start;
}

/* The name lies in the row, which the reader outlives. */
static void keep_name(struct ps_reader *reader)
{
    memcpy(reader->stat_bytes, reader->stat.comm.data, reader->stat.comm.len);
    reader->stat.comm.data = reader->stat_bytes;
}

/* What is left, if anything, is read from the process's folder. */
static bool tell(struct ps_lane *lane, const struct ps_bpf_row *row, struct ps_process_kept *kept,
                 struct ps_reader *reader, bool *missing)
{
    struct ps_lane_teller teller = ps_lane_teller_of(reader->ctx, lane);
    if (!ps_lane_tells_stat(&row->task, reader) ||
        ps_lane_tell(&teller, &row->task, &row->more, reader) != 0) {
        reader->settled = 0;
        return false;
    }
    ps_lane_tell_stat(&teller, &row->task, &row->more,
                      ps_lane_times_after(lane, &kept->shown, &row->task), reader);
    keep_name(reader);
    bool is_kernels = row->task.flags & PS_PF_KTHREAD;
    if (is_kernels)
        reader->cmdline_rc = 0;
    *missing = ps_lane_lacks(reader) || (!is_kernels && ps_lane_needs_cmdline(reader, &row->task));
    return true;
}

bool ps_lane_one(struct ps_reader *reader, const struct ps_ref *ref, bool *missing)
{
    psutil *ctx = reader->ctx;
    struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    struct ps_bpf_row row;
    bool worth = kept && ref->id != 0 && reader->to->fields & PAYS;
    struct ps_lane *lane = worth ? lane_for(ctx, ref->pid) : NULL;
    if (!lane || !hold(ctx, lane))
        return false;
    bool told = ask(ctx, lane, ref->pid, &row) && is_of(ctx, &row, ref) &&
                tell(lane, &row, kept, reader, missing);
    release(lane);
    return told;
}

bool ps_lane_birth(psutil *ctx, struct ps_ref *ref)
{
    struct ps_bpf_row row;
    struct ps_lane *lane = ref->id != 0 ? lane_for(ctx, ref->pid) : NULL;
    if (!lane || !hold(ctx, lane))
        return false;
    bool told = ask(ctx, lane, ref->pid, &row) && row.more.id == ref->id &&
                !(row.task.odd & PS_BPF_ODD_STAT);
    release(lane);
    if (told) {
        ref->start = ps_lane_start(ctx, &row.task);
        ref->ppid = row.task.ppid;
    }
    return told;
}
