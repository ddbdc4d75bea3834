/* All processes from their folders. Most of the time is the kernel's, so that two threads take
 * little more than half of it: each draws one process after the other, and the caller's hands the
 * rows on, in order, as soon as they are there. */
#include "os/linux/helper.h"
#include "os/linux/process.h"

#include "core/info.h"

#include <stdlib.h>
#include <unistd.h>

/* So far may the slower one be behind; after so many rows the caller does something else. */
enum { ROOM = 256, MEANWHILE = 512 };

struct result {
    psutil_process_info info;
    struct ps_ref ref;
    int rc;                /* as of ps_process_read_row() */
    _Atomic bool is_there; /* changed under the mutex where the other one may wait for it */
};

/* A pid that somebody took, and its place. */
struct drawn {
    size_t at;
    int64_t pid;
};

/* The pids, and what becomes of them. */
struct crowd {
    psutil *ctx;
    struct result own; /* of the caller's process, read before there were two threads */
    int64_t own_pid;

    struct ps_helper helper;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    struct ps_pids *pids; /* all that are listed so far */
    _Atomic size_t drawn; /* pids that somebody took */
    size_t passed;        /* rows that were handed on */
    bool is_over;         /* nothing is to be drawn any more */
    struct result
        *results; /* ROOM, in turn; their contents are whose who drew, until they are there */
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
    result->info = crowd->own.info;
    result->ref = crowd->own.ref;
    result->rc = crowd->own.rc;
    crowd->own.rc = 1;
}

static void drop_own(struct crowd *crowd)
{
    if (crowd->own.rc == 0)
        ps_info_free_lists(&crowd->own.info);
}

static struct result *result_at(struct crowd *crowd, size_t at)
{
    return &crowd->results[at % ROOM];
}

static bool is_to_draw(const struct crowd *crowd)
{
    return !crowd->is_over && crowd->drawn < crowd->pids->list.len;
}

static bool is_to_come(const struct crowd *crowd)
{
    return !crowd->is_over && (is_to_draw(crowd) || crowd->pids->fd >= 0);
}

static bool has_room(const struct crowd *crowd)
{
    return crowd->drawn - crowd->passed < ROOM;
}

/* False when there is nothing to be drawn; `waits`: until there is, or nothing is to come. */
static bool draw(struct crowd *crowd, bool waits, struct drawn *out)
{
    pthread_mutex_lock(&crowd->mutex);
    while (waits && is_to_come(crowd) && !(is_to_draw(crowd) && has_room(crowd)))
        pthread_cond_wait(&crowd->changed, &crowd->mutex);
    bool drawn = is_to_draw(crowd) && has_room(crowd);
    if (drawn) {
        *out = (struct drawn){crowd->drawn, ps_pids_at(crowd->pids, crowd->drawn)};
        atomic_store(&result_at(crowd, out->at)->is_there, false);
        atomic_store(&crowd->drawn, out->at + 1);
    }
    pthread_mutex_unlock(&crowd->mutex);
    return drawn;
}

static void read_drawn(struct hand *hand, const struct drawn *drawn)
{
    struct crowd *crowd = hand->crowd;
    struct result *result = result_at(crowd, drawn->at);
    if (drawn->pid != crowd->own_pid)
        read_one(hand, drawn->pid, result);
    else
        take_own(crowd, result);
}

/* The caller may wait for it. */
static void tell_it_is_there(struct crowd *crowd, size_t at)
{
    pthread_mutex_lock(&crowd->mutex);
    atomic_store(&result_at(crowd, at)->is_there, true);
    pthread_cond_signal(&crowd->changed);
    pthread_mutex_unlock(&crowd->mutex);
}

static void help(void *argument)
{
    struct hand *hand = argument;
    struct drawn drawn;
    while (draw(hand->crowd, true, &drawn)) {
        read_drawn(hand, &drawn);
        tell_it_is_there(hand->crowd, drawn.at);
    }
}

/* Whether a row that was drawn, or is yet to be, is there. */
static bool is_there(struct crowd *crowd, size_t at)
{
    return at < atomic_load(&crowd->drawn) && atomic_load(&result_at(crowd, at)->is_there);
}

static void await(struct crowd *crowd, size_t at)
{
    pthread_mutex_lock(&crowd->mutex);
    while (!is_there(crowd, at))
        pthread_cond_wait(&crowd->changed, &crowd->mutex);
    pthread_mutex_unlock(&crowd->mutex);
}

/* What failed is read once more: a failure belongs to the thread that met it, and the caller's is
 * to have it. */
static int hand_on(struct hand *hand, size_t at, ps_process_row *row, void *user)
{
    struct crowd *crowd = hand->crowd;
    struct result *result = result_at(crowd, at);
    if (result->rc < 0)
        read_one(hand, ps_pids_at(crowd->pids, at), result);
    int rc = result->rc < 0 ? result->rc : 0;
    if (result->rc == 0)
        rc = row(&result->info, &result->ref, user);
    pthread_mutex_lock(&crowd->mutex);
    crowd->passed++;
    pthread_cond_signal(&crowd->changed);
    pthread_mutex_unlock(&crowd->mutex);
    return rc;
}

/* While the helper reads what is listed so far. */
static int list_more(struct crowd *crowd)
{
    struct ps_pids_piece piece;
    int rc = ps_pids_read(crowd->ctx, crowd->pids, &piece);
    if (rc != 0)
        return rc;
    pthread_mutex_lock(&crowd->mutex);
    rc = ps_pids_add(crowd->ctx, crowd->pids, &piece);
    pthread_cond_signal(&crowd->changed);
    pthread_mutex_unlock(&crowd->mutex);
    return rc;
}

/* Whether what is listed is read soon. Only the caller lists, and looks here. */
static bool is_listing_short(const struct crowd *crowd, size_t at)
{
    return crowd->pids->fd >= 0 && crowd->pids->list.len - at < 2 * ROOM;
}

/* Has a row there: 1 behind the last one. */
static int provide(struct hand *hand, size_t at)
{
    struct crowd *crowd = hand->crowd;
    struct drawn drawn;
    while (!is_there(crowd, at)) {
        int rc = is_listing_short(crowd, at) ? list_more(crowd) : 0;
        if (rc != 0)
            return rc;
        if (draw(crowd, false, &drawn)) {
            read_drawn(hand, &drawn);
            atomic_store(&result_at(crowd, drawn.at)->is_there, true);
        } else if (at == crowd->pids->list.len && crowd->pids->fd < 0) {
            return 1;
        } else if (at < crowd->pids->list.len) {
            await(crowd, at);
        }
    }
    return 0;
}

static int walk_together(struct hand *hand, ps_process_row *row, void *user)
{
    int rc = 0;
    for (size_t at = hand->crowd->passed; rc == 0; at++) {
        rc = provide(hand, at);
        if (rc == 0)
            rc = hand_on(hand, at, row, user);
        if (rc == 0 && at % MEANWHILE == MEANWHILE - 1 && hand->reading.meanwhile)
            hand->reading.meanwhile(hand->reading.meanwhile_user);
    }
    return rc;
}

static int walk_alone(struct hand *hand, ps_process_row *row, void *user)
{
    const struct crowd *crowd = hand->crowd;
    struct result result = {.rc = 0};
    int rc = 0;
    for (size_t i = crowd->passed; i < crowd->pids->list.len && rc >= 0; i++) {
        read_one(hand, ps_pids_at(crowd->pids, i), &result);
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

/* After a failure: what was read and not handed on. */
static void drop_rest(struct crowd *crowd)
{
    for (size_t at = crowd->passed; at < crowd->drawn; at++)
        if (result_at(crowd, at)->rc == 0)
            ps_info_free_lists(&result_at(crowd, at)->info);
}

static void end_helper(struct crowd *crowd, struct hand *helper, struct ps_arena *arena)
{
    pthread_mutex_lock(&crowd->mutex);
    crowd->is_over = true;
    pthread_cond_signal(&crowd->changed);
    pthread_mutex_unlock(&crowd->mutex);
    ps_helper_join(&crowd->helper);
    drop_rest(crowd);
    pthread_cond_destroy(&crowd->changed);
    pthread_mutex_destroy(&crowd->mutex);
    ps_arena_take(arena, &helper->arena);
}

/* One snapshot of all sockets serves all processes: they are read by one thread then. */
static bool is_crowd(psutil *ctx, const struct ps_pids *pids, psutil_fields fields)
{
    return pids->list.len >= ps_linux_of(ctx)->crowd && !(fields & PSUTIL_FIELD(NET_CONNECTIONS)) &&
           ps_linux_may_help(ctx);
}

static size_t count_until(const struct ps_pids *pids, int64_t last)
{
    size_t count = 0;
    while (count < pids->list.len && ps_pids_at(pids, count) <= last)
        count++;
    return count;
}

static int list_rest(psutil *ctx, struct ps_pids *pids)
{
    struct ps_pids_piece piece;
    int rc = 0;
    while (rc == 0 && pids->fd >= 0) {
        rc = ps_pids_read(ctx, pids, &piece);
        if (rc == 0)
            rc = ps_pids_add(ctx, pids, &piece);
    }
    return rc;
}

int ps_process_walk_crowd(psutil *ctx, struct ps_pids *pids, int64_t last,
                          struct ps_reading *reading, struct ps_walk *walk, ps_process_row *row,
                          void *user)
{
    struct crowd crowd = {.ctx = ctx, .pids = pids, .own_pid = PSUTIL_UNKNOWN, .own = {.rc = 1}};
    struct hand caller = {.crowd = &crowd, .reading = *reading, .walk = *walk}, helper;
    int rc;
    crowd.drawn = crowd.passed = count_until(pids, last);
    if (is_crowd(ctx, pids, reading->fields))
        crowd.results = malloc(ROOM * sizeof *crowd.results);
    if (crowd.results) {
        crowd.own_pid = getpid();
        read_one(&caller, crowd.own_pid, &crowd.own);
    }
    if (crowd.results && start_helper(&crowd, &helper, &caller)) {
        rc = walk_together(&caller, row, user);
        end_helper(&crowd, &helper, reading->arena);
    } else {
        rc = list_rest(ctx, pids);
        if (rc == 0)
            rc = walk_alone(&caller, row, user);
    }
    walk->sockets = caller.walk.sockets;
    drop_own(&crowd);
    free(crowd.results);
    return rc < 0 ? rc : 0;
}
