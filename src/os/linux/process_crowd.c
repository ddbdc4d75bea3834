/* All processes from their folders. Most of the time is the kernel's, so that two threads take
 * little more than half of it: they draw processes from one heap, and the caller's hands the rows
 * on, in order, whenever the heap is empty. */
#include "os/linux/helper.h"
#include "os/linux/process.h"

#include "core/info.h"

#include <stdlib.h>
#include <unistd.h>

enum { HEAP = 512 };

struct result {
    psutil_process_info info;
    struct ps_ref ref;
    int rc; /* as of ps_process_read_row() */
};

/* A part of the pids, and what became of them. */
struct crowd {
    psutil *ctx;
    const psutil_int_list *pids;
    size_t begin, end;
    _Atomic size_t next;
    struct result *results; /* HEAP, from `begin` on */
    struct result own;      /* of the caller's process, read before there were two threads */
    int64_t own_pid;

    struct ps_helper helper;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    bool is_working; /* the helper */
    bool is_over;
};

/* What each of both reads with. */
struct hand {
    struct crowd *crowd;
    struct ps_reading reading;
    struct ps_walk walk;
    struct ps_arena arena;
};

static void read_one(struct hand *hand, int64_t pid, struct result *result)
{
    hand->reading.info = &result->info;
    result->rc =
        ps_process_read_row(hand->crowd->ctx, pid, &hand->reading, &hand->walk, &result->ref);
}

static void take_own(struct crowd *crowd, struct result *result)
{
    *result = crowd->own;
    crowd->own.rc = 1;
}

static void drop_own(struct crowd *crowd)
{
    if (crowd->own.rc == 0)
        ps_info_free_lists(&crowd->own.info);
}

static void work(struct hand *hand)
{
    struct crowd *crowd = hand->crowd;
    size_t at;
    while ((at = atomic_fetch_add(&crowd->next, 1)) < crowd->end) {
        int64_t pid = crowd->pids->items[at];
        struct result *result = &crowd->results[at - crowd->begin];
        if (pid != crowd->own_pid)
            read_one(hand, pid, result);
        else
            take_own(crowd, result);
    }
}

static bool await_work(struct crowd *crowd)
{
    pthread_mutex_lock(&crowd->mutex);
    while (!crowd->is_working && !crowd->is_over)
        pthread_cond_wait(&crowd->changed, &crowd->mutex);
    bool is_over = crowd->is_over;
    pthread_mutex_unlock(&crowd->mutex);
    return !is_over;
}

static void set(struct crowd *crowd, bool *what, bool value)
{
    pthread_mutex_lock(&crowd->mutex);
    *what = value;
    pthread_cond_signal(&crowd->changed);
    pthread_mutex_unlock(&crowd->mutex);
}

static void help(void *argument)
{
    struct hand *hand = argument;
    while (await_work(hand->crowd)) {
        work(hand);
        set(hand->crowd, &hand->crowd->is_working, false);
    }
}

static void await_helper(struct crowd *crowd)
{
    pthread_mutex_lock(&crowd->mutex);
    while (crowd->is_working)
        pthread_cond_wait(&crowd->changed, &crowd->mutex);
    pthread_mutex_unlock(&crowd->mutex);
}

/* Hands the rows on. What failed is read once more: a failure belongs to the thread that met it,
 * and the caller's is to have it. After the first that fails for good the others are dropped. */
static int hand_on(struct hand *hand, ps_process_row *row, void *user)
{
    struct crowd *crowd = hand->crowd;
    int rc = 0;
    for (size_t at = crowd->begin; at < crowd->end; at++) {
        struct result *result = &crowd->results[at - crowd->begin];
        if (rc >= 0 && result->rc < 0)
            read_one(hand, crowd->pids->items[at], result);
        if (rc >= 0 && result->rc < 0)
            rc = result->rc;
        else if (rc < 0 && result->rc == 0)
            ps_info_free_lists(&result->info);
        else if (result->rc == 0)
            rc = row(&result->info, &result->ref, user);
    }
    return rc;
}

static int walk_together(struct hand *hand, ps_process_row *row, void *user)
{
    struct crowd *crowd = hand->crowd;
    int rc = 0;
    for (crowd->begin = 0; rc >= 0 && crowd->begin < crowd->pids->len; crowd->begin = crowd->end) {
        crowd->end = crowd->begin + HEAP;
        if (crowd->end > crowd->pids->len)
            crowd->end = crowd->pids->len;
        atomic_store(&crowd->next, crowd->begin);
        set(crowd, &crowd->is_working, true);
        work(hand);
        await_helper(crowd);
        rc = hand_on(hand, row, user);
    }
    return rc;
}

static int walk_alone(struct hand *hand, ps_process_row *row, void *user)
{
    const struct crowd *crowd = hand->crowd;
    struct result result = {.rc = 0};
    int rc = 0;
    for (size_t i = 0; i < crowd->pids->len && rc >= 0; i++) {
        read_one(hand, crowd->pids->items[i], &result);
        rc = result.rc;
        if (rc == 0)
            rc = row(&result.info, &result.ref, user);
    }
    return rc;
}

/* The helper's strings go where the caller's go. */
static bool start_helper(struct crowd *crowd, struct hand *helper, struct hand *caller)
{
    struct ps_arena *arena = caller->reading.arena;
    if (pthread_mutex_init(&crowd->mutex, NULL) != 0)
        return false;
    if (pthread_cond_init(&crowd->changed, NULL) == 0) {
        *helper = *caller;
        helper->reading.arena = &helper->arena;
        ps_arena_lend(arena, &helper->arena);
        if (ps_helper_start(&crowd->helper, help, helper) == 0)
            return true;
        ps_arena_take(arena, &helper->arena);
        pthread_cond_destroy(&crowd->changed);
    }
    pthread_mutex_destroy(&crowd->mutex);
    return false;
}

static void end_helper(struct crowd *crowd, struct hand *helper, struct ps_arena *arena)
{
    set(crowd, &crowd->is_over, true);
    ps_helper_join(&crowd->helper);
    pthread_cond_destroy(&crowd->changed);
    pthread_mutex_destroy(&crowd->mutex);
    ps_arena_take(arena, &helper->arena);
}

/* One snapshot of all sockets serves all processes: they are read by one thread then. */
static bool is_crowd(psutil *ctx, const psutil_int_list *pids, psutil_fields fields)
{
    return pids->len >= ps_linux_of(ctx)->crowd && !(fields & PSUTIL_FIELD(NET_CONNECTIONS)) &&
           ps_linux_may_help(ctx);
}

int ps_process_walk_crowd(psutil *ctx, const psutil_int_list *pids, struct ps_reading *reading,
                          struct ps_walk *walk, ps_process_row *row, void *user)
{
    struct crowd crowd = {.ctx = ctx, .pids = pids, .own_pid = PSUTIL_UNKNOWN, .own = {.rc = 1}};
    struct hand caller = {.crowd = &crowd, .reading = *reading, .walk = *walk}, helper;
    int rc;
    if (is_crowd(ctx, pids, reading->fields))
        crowd.results = malloc(HEAP * sizeof *crowd.results);
    if (crowd.results) {
        crowd.own_pid = getpid();
        read_one(&caller, crowd.own_pid, &crowd.own);
    }
    if (crowd.results && start_helper(&crowd, &helper, &caller)) {
        rc = walk_together(&caller, row, user);
        end_helper(&crowd, &helper, reading->arena);
    } else {
        rc = walk_alone(&caller, row, user);
    }
    walk->sockets = caller.walk.sockets;
    drop_own(&crowd);
    free(crowd.results);
    return rc < 0 ? rc : 0;
}
