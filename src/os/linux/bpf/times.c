#include "os/linux/bpf/state.h"

#include <stdlib.h>
#include <string.h>

static struct ps_lane_times sum_of(struct ps_lane_times shown, uint64_t runtime, uint64_t system)
{
    if (system < shown.system)
        system = shown.system;
    struct ps_lane_times now = {runtime - system, system};
    if (now.user < shown.user)
        now = (struct ps_lane_times){shown.user, runtime - shown.user};
    return now;
}

__extension__ typedef unsigned __int128 wide;

/* cputime_adjust(), after what was shown last. */
static struct ps_lane_times adjust(const struct ps_bpf_task *task, struct ps_lane_times shown)
{
    uint64_t system = task->stime;
    if (shown.user + shown.system >= task->runtime)
        return shown;
    if (task->utime == 0 && system != 0)
        system = task->runtime;
    else if (system != 0)
        system = (uint64_t)((wide)system * task->runtime / (system + task->utime));
    return sum_of(shown, task->runtime, system);
}

/* What was shown of the same process later: times only grow. */
static struct ps_lane_times later(struct ps_lane_times a, struct ps_lane_times b)
{
    return a.user + a.system > b.user + b.system ? a : b;
}

static struct ps_lane_past *past_of(struct ps_lane_past *past, size_t capacity)
{
    struct ps_lane_past *grown = realloc(past, sizeof *past + capacity * sizeof *past->moments);
    if (!grown)
        return NULL;
    if (!past)
        grown->len = grown->matched = 0;
    grown->capacity = capacity;
    return grown;
}

static const struct ps_lane_moment *find(struct ps_lane_past *past, const struct ps_bpf_task *task)
{
    if (!past)
        return NULL;
    while (past->matched < past->len && past->moments[past->matched].pid < task->pid)
        past->matched++;
    const struct ps_lane_moment *moment = &past->moments[past->matched];
    bool same =
        past->matched < past->len && moment->pid == task->pid && moment->start == task->start;
    return same ? moment : NULL;
}

/* About as many as there were; a quarter more each time, as in the table. */
static size_t capacity_for(const struct ps_lane_memory *memory)
{
    if (memory->fresh)
        return memory->fresh->capacity + memory->fresh->capacity / 4 + 64;
    return memory->old ? memory->old->len + 64 : 256;
}

/* Without memory the next walk knows less, and no figure is wrong. */
static void note(struct ps_lane_memory *memory, const struct ps_bpf_task *task,
                 struct ps_lane_times shown)
{
    struct ps_lane_past *fresh = memory->fresh;
    if (!fresh || fresh->len == fresh->capacity) {
        fresh = past_of(fresh, capacity_for(memory));
        if (!fresh)
            return;
        memory->fresh = fresh;
    }
    fresh->moments[fresh->len++] = (struct ps_lane_moment){task->pid, task->start, shown};
}

/* What /proc would say now; but others read it, too, and what it told them may be split otherwise
 * than what was shown here: then on from here. */
struct ps_lane_times ps_lane_times(struct ps_lane_memory *memory, const struct ps_bpf_task *task)
{
    const struct ps_lane_moment *moment = find(memory->old, task);
    struct ps_lane_times shown =
        adjust(task, (struct ps_lane_times){task->prev_utime, task->prev_stime});
    if (moment && (shown.user < moment->shown.user || shown.system < moment->shown.system))
        shown = adjust(task, moment->shown);
    note(memory, task, shown);
    return shown;
}

static struct ps_lane_moment *look_up(struct ps_lane_past *past, const struct ps_bpf_task *task)
{
    size_t low = 0, high = past->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (past->moments[middle].pid < task->pid)
            low = middle + 1;
        else
            high = middle;
    }
    struct ps_lane_moment *moment = &past->moments[low];
    bool same = low < past->len && moment->pid == task->pid && moment->start == task->start;
    return same ? moment : NULL;
}

/* What the last walk has shown counts as well, and the next one is to know of this. While one is
 * under way its own memory cannot be had. */
struct ps_lane_times ps_lane_times_after(struct ps_lane *lane, struct ps_lane_times *shown,
                                         const struct ps_bpf_task *task)
{
    struct ps_lane_past *past = atomic_exchange(&lane->past, NULL);
    struct ps_lane_moment *moment = past ? look_up(past, task) : NULL;
    struct ps_lane_times last = moment ? later(moment->shown, *shown) : *shown;
    struct ps_lane_times now =
        adjust(task, (struct ps_lane_times){task->prev_utime, task->prev_stime});
    if (now.user < last.user || now.system < last.system)
        now = adjust(task, last);
    *shown = now;
    if (moment)
        moment->shown = now;
    struct ps_lane_past *none = NULL;
    if (past && !atomic_compare_exchange_strong(&lane->past, &none, past))
        free(past); /* a walk has ended meanwhile */
    return now;
}

void ps_lane_remember(struct ps_lane *lane, struct ps_lane_memory *memory)
{
    memory->old = atomic_exchange(&lane->past, NULL);
    memory->fresh = NULL;
    if (memory->old)
        memory->old->matched = 0;
}

void ps_lane_forget(struct ps_lane *lane, struct ps_lane_memory *memory)
{
    free(memory->old);
    free(atomic_exchange(&lane->past, memory->fresh));
}
