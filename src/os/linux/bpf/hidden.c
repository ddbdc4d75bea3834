/* Processes without rows. To list the folder of all processes at each walk would cost more than the
 * rows; that all were seen shows in the number of threads, which the kernel counts. */
#include "os/linux/bpf/state.h"
#include "parse/loadavg.h"

#include <stdlib.h>

/* Where processes come and go the number seldom agrees: no more often than this is one looked for,
 * in nanoseconds. */
#define INTERVAL INT64_C(1000000000)

static bool count_threads(psutil *ctx, int64_t *out)
{
    char buffer[128];
    size_t len;
    struct ps_dir proc = ps_proc(ctx);
    return ps_read_once(ctx, &proc, "loadavg", buffer, sizeof buffer, &len) == 0 &&
           ps_parse_loadavg_threads(buffer, len, out);
}

static bool is_alive(psutil *ctx, int64_t pid)
{
    struct ps_dir dir = {ctx->roots.proc, pid, -1, NULL, NULL};
    return ps_folder_is_alive(&dir);
}

struct search {
    psutil *ctx;
    const psutil_int_list *pids;
    size_t at;
    struct ps_lane_hidden hidden;
    bool too_many;
};

/* Whoever was there before the rows and is after them, and has none. */
static void pass(struct search *search, int64_t pid)
{
    for (; search->at < search->pids->len && search->pids->items[search->at] < pid; search->at++) {
        int64_t missing = search->pids->items[search->at];
        if (!is_alive(search->ctx, missing))
            continue;
        if (search->hidden.len < PS_LANE_HIDDEN_MAX)
            search->hidden.pids[search->hidden.len++] = missing;
        else
            search->too_many = true;
    }
    if (search->at < search->pids->len && search->pids->items[search->at] == pid)
        search->at++;
}

/* Returns how many threads the rows have, or -1. */
static int64_t pass_rows(struct search *search, int link)
{
    struct ps_bpf_rows rows = {.fd = -1, .failed = true};
    const struct ps_bpf_task *task;
    int64_t threads = 0;
    char *buffer = malloc(PS_BPF_BUFFER);
    if (buffer && ps_bpf_rows_open(&rows, link, buffer)) {
        while ((task = ps_bpf_rows_take(&rows, sizeof *task))) {
            pass(search, task->pid);
            threads += task->threads;
        }
        pass(search, INT64_MAX);
    } else {
        rows.failed = true;
    }
    ps_bpf_rows_close(&rows);
    free(buffer);
    return rows.failed || search->too_many ? -1 : threads;
}

bool ps_lane_find_hidden(psutil *ctx, struct ps_lane *lane)
{
    psutil_int_list *pids;
    int64_t all;
    if (!count_threads(ctx, &all) || ps_os_pids(ctx, &pids) != 0)
        return false;
    struct search search = {.ctx = ctx, .pids = pids};
    int64_t seen = pass_rows(&search, lane->links[PS_BPF_TASKS]);
    psutil_free(pids);
    if (seen < 0)
        return false;
    ps_lock_acquire(ctx->lock);
    lane->hidden = search.hidden;
    ps_lock_release(ctx->lock);
    atomic_store(&lane->unseen, all - seen);
    atomic_store(&lane->checked, ps_os_clock());
    atomic_store(&lane->is_doubtful, false);
    return true;
}

struct ps_lane_hidden ps_lane_hidden(psutil *ctx, struct ps_lane *lane)
{
    if (atomic_load(&lane->is_doubtful) && ps_os_clock() - atomic_load(&lane->checked) >= INTERVAL)
        ps_lane_find_hidden(ctx, lane);
    ps_lock_acquire(ctx->lock);
    struct ps_lane_hidden hidden = lane->hidden;
    ps_lock_release(ctx->lock);
    return hidden;
}

void ps_lane_count(psutil *ctx, struct ps_lane *lane, int64_t threads)
{
    int64_t all;
    if (!count_threads(ctx, &all) || all - threads != atomic_load(&lane->unseen))
        atomic_store(&lane->is_doubtful, true);
}
