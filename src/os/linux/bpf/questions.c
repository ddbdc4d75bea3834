/* Questions that a program in the kernel answers one after another (tasks.bpf.c:each_question(),
 * cpus.bpf.c:each_cpu()): each reading of its iterator over a map gives the row that the next
 * question asks for. That takes a third of the time of a file, whose numbers the kernel writes out
 * and the library reads back. */
#include "os/linux/bpf/state.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* When all are asked, the iterator is opened anew. */
enum { QUESTIONS = 4096 };
#define SIZE (QUESTIONS * sizeof(struct ps_bpf_question))

/* An answer saves 1 to 3 us. To open them takes up to 15 ms, and the lane itself 25 ms more. */
enum { WORTH = 5000, WORTH_THE_LANE = 20000 };

void ps_lane_questions_init(struct ps_lane_questions *questions, enum ps_bpf_which program)
{
    *questions = (struct ps_lane_questions){.program = program, .link = -1, .rows = -1};
}

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
    void *asked = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (asked == MAP_FAILED)
        return NULL;
    madvise(asked, SIZE, MADV_DONTFORK);
    return asked;
}

static void own(psutil *ctx, int fd, bool is_open)
{
    ps_keeper_own(&ps_linux_of(ctx)->keeper, fd, is_open);
}

static void close_one(psutil *ctx, int *fd)
{
    own(ctx, *fd, false);
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool open_rows(psutil *ctx, struct ps_lane_questions *questions)
{
    close_one(ctx, &questions->rows);
    questions->rows = far_away(ps_bpf_open(questions->link));
    questions->next = 0;
    own(ctx, questions->rows, true);
    return questions->rows >= 0;
}

static void close_all(psutil *ctx, struct ps_lane_questions *questions)
{
    close_one(ctx, &questions->rows);
    close_one(ctx, &questions->link);
    if (questions->asked)
        munmap(questions->asked, SIZE);
    questions->asked = NULL;
}

/* What was inherited is left alone: the numbers may be other files' by now. */
void ps_lane_questions_free(psutil *ctx, struct ps_lane_questions *questions, bool is_ours)
{
    if (is_ours)
        close_all(ctx, questions);
}

static void attach(psutil *ctx, struct ps_lane_questions *questions)
{
    int programs[PS_BPF_PROGRAMS];
    ps_bpf_load(ctx, 1U << questions->program, programs);
    int program = programs[questions->program];
    int map = program >= 0 ? ps_bpf_make_questions(QUESTIONS) : -1;
    if (map >= 0) {
        questions->link = ps_bpf_attach_map(program, map);
        questions->asked = map_questions(map);
        own(ctx, questions->link, true);
        close(map);
    }
    if (program >= 0)
        close(program);
}

static bool open_questions(psutil *ctx, struct ps_lane_questions *questions)
{
    attach(ctx, questions);
    if (questions->link >= 0 && questions->asked && open_rows(ctx, questions))
        return true;
    close_all(ctx, questions);
    return false;
}

/* ---- Asking -----------------------------------------------------------------------------------
 */

static bool is_usable(psutil *ctx, const struct ps_lane *lane)
{
    return atomic_load_explicit(&lane->state, memory_order_acquire) == PS_LANE_OPEN &&
           lane->generation == ps_keeper_generation(&ps_linux_of(ctx)->keeper);
}

/* Counts those that would have paid. */
static bool is_worth(psutil *ctx, struct ps_lane_questions *questions)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    int state = atomic_load_explicit(&questions->state, memory_order_relaxed);
    if (state != PS_LANE_UNTRIED)
        return state == PS_LANE_OPEN && is_usable(ctx, lane);
    bool usable = is_usable(ctx, lane);
    if (atomic_fetch_add(&questions->missed, 1) + 1 < (usable ? WORTH : WORTH_THE_LANE))
        return false;
    return usable || ps_lane_open_now(ctx);
}

static bool is_open(psutil *ctx, struct ps_lane_questions *questions)
{
    if (atomic_load(&questions->state) == PS_LANE_UNTRIED) {
        bool opened = ps_lane_is_open(ctx, PS_LANE_FIELDS) && open_questions(ctx, questions);
        atomic_store(&questions->state, opened ? PS_LANE_OPEN : PS_LANE_OFF);
    }
    return atomic_load(&questions->state) == PS_LANE_OPEN;
}

bool ps_lane_questions_hold(psutil *ctx, struct ps_lane_questions *questions)
{
    if (!is_worth(ctx, questions) ||
        atomic_exchange_explicit(&questions->busy, true, memory_order_acquire))
        return false;
    if (is_open(ctx, questions))
        return true;
    ps_lane_questions_release(questions);
    return false;
}

void ps_lane_questions_release(struct ps_lane_questions *questions)
{
    atomic_store_explicit(&questions->busy, false, memory_order_release);
}

void ps_lane_questions_off(struct ps_lane_questions *questions)
{
    atomic_store(&questions->state, PS_LANE_OFF);
}

/* To open an iterator is a system call that a filter may forbid by now. */
static bool has_next(psutil *ctx, struct ps_lane_questions *questions, unsigned count)
{
    if (questions->rows >= 0 && questions->next + count <= QUESTIONS)
        return true;
    if (count <= QUESTIONS && ps_lane_is_open(ctx, PS_LANE_FIELDS) && open_rows(ctx, questions))
        return true;
    ps_lane_questions_off(questions);
    return false;
}

/* The program closed it: then it is opened anew. What else does not answer is not asked again. */
static void note_failure(psutil *ctx, struct ps_lane_questions *questions, ssize_t got)
{
    if (got >= 0 || errno != EBADF) {
        ps_lane_questions_off(questions);
        return;
    }
    own(ctx, questions->rows, false);
    questions->rows = -1;
}

bool ps_lane_ask(psutil *ctx, struct ps_lane_questions *questions, unsigned first, unsigned count,
                 void *rows, size_t size)
{
    bool may_trace = ps_linux_of(ctx)->lane->may_trace;
    if (!has_next(ctx, questions, count))
        return false;
    for (unsigned i = 0; i < count; i++)
        questions->asked[questions->next++] = (struct ps_bpf_question){first + i, may_trace};
    ssize_t got = read(questions->rows, rows, size);
    if (got != (ssize_t)size)
        note_failure(ctx, questions, got);
    return got == (ssize_t)size;
}
