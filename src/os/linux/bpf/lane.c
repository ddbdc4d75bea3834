/* When the fast lane may be used, and when it pays. */
#include "os/linux/bpf/state.h"
#include "parse/status.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct ps_lane *lane_of(psutil *ctx)
{
    return ps_linux_of(ctx)->lane;
}

struct ps_lane *ps_lane_new(void)
{
    struct ps_lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    for (size_t i = 0; i < PS_BPF_PROGRAMS; i++)
        lane->links[i] = -1;
    ps_lane_questions_init(&lane->one, PS_BPF_ANSWERS);
    ps_lane_questions_init(&lane->cpus, PS_BPF_CPUS);
    return lane;
}

static void close_links(psutil *ctx, struct ps_lane *lane)
{
    for (size_t i = 0; i < PS_BPF_PROGRAMS; i++) {
        ps_keeper_own(&ps_linux_of(ctx)->keeper, lane->links[i], false);
        if (lane->links[i] >= 0)
            close(lane->links[i]);
        lane->links[i] = -1;
    }
}

/* What was inherited is left alone: the numbers may be other files' by now. */
void ps_lane_free(psutil *ctx)
{
    struct ps_lane *lane = lane_of(ctx);
    if (!lane)
        return;
    bool is_ours = lane->generation == ps_keeper_generation(&ps_linux_of(ctx)->keeper);
    ps_lane_questions_free(ctx, &lane->one, is_ours);
    ps_lane_questions_free(ctx, &lane->cpus, is_ours);
    if (is_ours)
        close_links(ctx, lane);
    free(atomic_load(&lane->past));
    free(lane);
}

/* ---- Whether it may be used ---------------------------------------------------------------------
 */

/* include/uapi/linux/capability.h */
enum { CAP_SYS_PTRACE = 19, CAP_SYS_ADMIN = 21, CAP_PERFMON = 38, CAP_BPF = 39 };

static bool has(const struct ps_status_rights *rights, int capability)
{
    return rights->effective >> capability & 1;
}

/* A filter may end the program for a system call that it does not expect: none is made to try. */
static bool has_rights(psutil *ctx, bool *may_trace)
{
    struct ps_status_rights rights;
    if (!ps_linux_rights(ctx, &rights) || rights.filtered)
        return false;
    *may_trace = has(&rights, CAP_SYS_PTRACE);
    return has(&rights, CAP_SYS_ADMIN) || (has(&rights, CAP_BPF) && has(&rights, CAP_PERFMON));
}

static bool is_link(psutil *ctx, const char *name, const char *target)
{
    struct ps_dir proc = ps_proc(ctx);
    char text[64];
    ssize_t len = ps_link_try(&proc, name, text, sizeof text);
    return len == (ssize_t)strlen(target) && memcmp(text, target, (size_t)len) == 0;
}

/* The numbers that programs see are those of the first namespaces (include/linux/proc_ns.h). A
 * kernel without namespaces for clocks has no such link. */
static bool is_in_first_namespaces(psutil *ctx)
{
    struct ps_dir proc = ps_proc(ctx);
    char ignored[64];
    return is_link(ctx, "thread-self/ns/pid", "pid:[4026531836]") &&
           is_link(ctx, "thread-self/ns/user", "user:[4026531837]") &&
           (is_link(ctx, "thread-self/ns/time", "time:[4026531834]") ||
            ps_link_try(&proc, "thread-self/ns/time", ignored, sizeof ignored) < 0);
}

/* A procfs that hides what the caller could not trace (hidepid) shows all to who may trace all. To
 * others it shows the first process only if it hides nothing. */
static bool shows_all(psutil *ctx, bool may_trace)
{
    struct ps_dir init = {ctx->roots.proc, 1, -1, NULL, NULL};
    if (may_trace)
        return true;
    int fd = geteuid() != 0 ? ps_dir_open(&init, "stat", O_RDONLY) : -1;
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool is_allowed(psutil *ctx, struct ps_lane *lane)
{
    return !(ctx->flags & PSUTIL_OPEN_NO_BPF) && ps_linux_of(ctx)->live && ps_sys_applies(ctx) &&
           ps_keeper_generation(&ps_linux_of(ctx)->keeper) != 0 &&
           ps_linux_reach(ctx) != PS_REACH_NONE && has_rights(ctx, &lane->may_trace) &&
           shows_all(ctx, lane->may_trace) && is_in_first_namespaces(ctx);
}

/* ---- Whether its rows say what /proc says -------------------------------------------------------
 */

/* The row of the caller, alone where the kernel can (6.1). */
static bool read_own_row(const struct ps_lane *lane, int program, char *buffer,
                         struct ps_bpf_row *out)
{
    struct ps_bpf_rows rows;
    const struct ps_bpf_row *row = NULL;
    int link = ps_bpf_attach(program, getpid());
    if (!ps_bpf_rows_open(&rows, link >= 0 ? link : lane->links[PS_BPF_PROCESSES], buffer))
        rows.fd = -1;
    while (rows.fd >= 0 && (row = ps_bpf_rows_take(&rows, sizeof *row)))
        if ((pid_t)row->task.pid == getpid())
            break;
    if (row)
        *out = *row;
    ps_bpf_rows_close(&rows);
    if (link >= 0)
        close(link);
    return row != NULL;
}

/* What never changes must be the same. */
static bool is_same(psutil *ctx, const psutil_process_info *info, const struct ps_ref *ref,
                    const struct ps_bpf_row *row)
{
    const struct ps_bpf_task *task = &row->task;
    return ref->start == ps_lane_start(ctx, task) && info->ppid == task->ppid &&
           info->nice == row->more.nice && info->uids.real == task->uids[0] &&
           info->uids.effective == task->uids[1] && info->gids.real == task->gids[0] &&
           info->gids.saved == task->gids[2];
}

static bool is_same_memory(const psutil_pmem *a, const psutil_pmem *b)
{
    return a->rss == b->rss && a->vms == b->vms && a->shared == b->shared && a->text == b->text &&
           a->data == b->data;
}

static bool is_counted(psutil *ctx, struct ps_lane *lane, enum ps_lane_pages pages,
                       const struct ps_bpf_task *task, const psutil_pmem *shown)
{
    psutil_pmem counted;
    lane->pages = pages;
    return ps_lane_memory_info(ctx, lane, task, &counted) && is_same_memory(&counted, shown);
}

/* How the kernel counts pages cannot be asked (it changed in 6.16, and in updates of older ones):
 * only one way leads to what it shows. 1: both do, or neither, as when another thread takes memory.
 */
static int learn_pages(psutil *ctx, struct ps_lane *lane, const struct ps_bpf_task *task,
                       const psutil_pmem *shown)
{
    bool read = is_counted(ctx, lane, PS_LANE_PAGES_READ, task, shown);
    bool sum = is_counted(ctx, lane, PS_LANE_PAGES_SUM, task, shown);
    bool known = task->rss == PS_BPF_RSS_PLAIN ? read : read != sum;
    lane->pages = !known ? PS_LANE_PAGES_UNKNOWN : read ? PS_LANE_PAGES_READ : PS_LANE_PAGES_SUM;
    return known ? 0 : 1;
}

struct trial {
    psutil *ctx;
    struct ps_lane *lane;
    int program;
    char *buffer;
    char *pages; /* that are touched one after another, so that there is something to count */
};

enum { TRIALS = 16 };

/* 0 when the rows are right, 1 to try again, negative when they are wrong. */
static int try_once(const struct trial *trial, int number)
{
    psutil *ctx = trial->ctx;
    struct ps_ref ref;
    struct ps_bpf_row row;
    psutil_process_info info = {.ppid = PSUTIL_UNKNOWN};
    struct ps_arena arena = {0};
    struct ps_reading reading = {.info = &info,
                                 .arena = &arena,
                                 .fields = PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NICE) |
                                           PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) |
                                           PSUTIL_FIELD(MEMORY_INFO)};
    trial->pages[number * ps_linux_of(ctx)->page_size] = 1;
    if (!read_own_row(trial->lane, trial->program, trial->buffer, &row) ||
        ps_os_process_open(ctx, getpid(), 0, &ref) != 0)
        return -1;
    memset(info.result, PSUTIL_NOT_ASKED, sizeof info.result);
    int rc = ps_os_process_read(ctx, &ref, &reading);
    ps_arena_free(&arena);
    if (rc != 0 || !is_same(ctx, &info, &ref, &row))
        return -1;
    return learn_pages(ctx, trial->lane, &row.task, &info.memory_info);
}

static bool is_right(psutil *ctx, struct ps_lane *lane, int program)
{
    size_t size = (size_t)(TRIALS * ps_linux_of(ctx)->page_size);
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct trial trial = {ctx, lane, program, malloc(PS_BPF_BUFFER), pages};
    int rc = trial.buffer && pages != MAP_FAILED ? 1 : -1;
    for (int i = 0; i < TRIALS && rc == 1; i++)
        rc = try_once(&trial, i);
    if (pages != MAP_FAILED)
        munmap(pages, size);
    free(trial.buffer);
    return rc >= 0;
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

/* While processes come and go by thousands, numbers that are used again at once look like processes
 * that the kernel hides. */
static bool knows_hidden(psutil *ctx, struct ps_lane *lane)
{
    return ps_lane_find_hidden(ctx, lane) || ps_lane_find_hidden(ctx, lane) ||
           ps_lane_find_hidden(ctx, lane);
}

static bool attach(psutil *ctx, struct ps_lane *lane)
{
    int programs[PS_BPF_PROGRAMS];
    ps_bpf_load(ctx, PS_BPF_OF_WALKS, programs);
    for (size_t i = 0; i < PS_BPF_PROGRAMS; i++)
        if (programs[i] >= 0) {
            lane->links[i] = ps_bpf_attach(programs[i], 0);
            ps_keeper_own(&ps_linux_of(ctx)->keeper, lane->links[i], true);
        }
    bool good = lane->links[PS_BPF_TASKS] >= 0 && lane->links[PS_BPF_PROCESSES] >= 0 &&
                is_right(ctx, lane, programs[PS_BPF_PROCESSES]) && knows_hidden(ctx, lane);
    for (size_t i = 0; i < PS_BPF_PROGRAMS; i++)
        if (programs[i] >= 0)
            close(programs[i]);
    if (!good)
        close_links(ctx, lane);
    return good;
}

/* One thread opens it; others go through /proc meanwhile. A refusal is for good. */
static bool open_lane(psutil *ctx, struct ps_lane *lane)
{
    int state = PS_LANE_UNTRIED;
    if (!atomic_compare_exchange_strong(&lane->state, &state, PS_LANE_OPENING))
        return state == PS_LANE_OPEN;
    bool good = is_allowed(ctx, lane);
    lane->generation = ps_keeper_generation(&ps_linux_of(ctx)->keeper);
    good = good && attach(ctx, lane);
    atomic_store(&lane->state, good ? PS_LANE_OPEN : PS_LANE_OFF);
    return good;
}

/* ---- Whether it pays ----------------------------------------------------------------------------
 */

/* A program may give rights up after the lane was opened, or set a filter up that ends it at the
 * next bpf(2); a link asks nobody. And rights are each thread's own. */
static bool is_still_allowed(psutil *ctx, const struct ps_lane *lane)
{
    bool may_trace;
    return has_rights(ctx, &may_trace) && (may_trace || !lane->may_trace) &&
           is_in_first_namespaces(ctx);
}

bool ps_lane_open_now(psutil *ctx)
{
    return open_lane(ctx, lane_of(ctx));
}

bool ps_lane_is_open(psutil *ctx, psutil_fields fields)
{
    struct ps_lane *lane = lane_of(ctx);
    return lane && fields & PS_LANE_FIELDS && atomic_load(&lane->state) == PS_LANE_OPEN &&
           lane->generation == ps_keeper_generation(&ps_linux_of(ctx)->keeper) &&
           is_still_allowed(ctx, lane);
}

/* To open the lane takes 20 to 30 ms, and a process through /proc 6 to 20 us: by the time that so
 * many have gone there, the lane would have paid. */
#define WORTH 2000

bool ps_lane_may_pay(psutil *ctx, psutil_fields fields)
{
    const struct ps_lane *lane = lane_of(ctx);
    return lane && fields & PS_LANE_FIELDS && atomic_load(&lane->state) == PS_LANE_UNTRIED;
}

bool ps_lane_pays(psutil *ctx, psutil_fields fields, size_t len)
{
    struct ps_lane *lane = lane_of(ctx);
    if (!ps_lane_may_pay(ctx, fields))
        return false;
    if (atomic_fetch_add(&lane->walked, (int64_t)len) + (int64_t)len < WORTH)
        return false;
    return open_lane(ctx, lane);
}
