/* Waiting for processes that were chosen. */
#include "act.h"

#include "platform.h"

#include <stdio.h>
#include <stdlib.h>

struct waited {
    const psutil_process *handle;
    struct act_row *row;
};

struct waiting {
    struct act *act;
    psutil_process **handles;
    struct waited *order; /* by handle */
    bool *gone;
    size_t len;
    size_t ended;
    bool any;
    const char *done;
    void (*call)(struct act *, struct act_row *);
};

static int compare(const void *left, const void *right)
{
    uintptr_t a = (uintptr_t)((const struct waited *)left)->handle;
    uintptr_t b = (uintptr_t)((const struct waited *)right)->handle;
    return (a > b) - (a < b);
}

/* Written over itself, and away in the end. */
static void show_progress(const struct waiting *waiting)
{
    if (platform_is_terminal(PLATFORM_STDERR))
        fprintf(stderr, "\r\033[K%zu of %zu ended", waiting->ended, waiting->len);
}

static void end_progress(void)
{
    if (platform_is_terminal(PLATFORM_STDERR))
        fputs("\r\033[K", stderr);
}

static bool on_end(psutil_process *process, int64_t exit_code, void *user)
{
    struct waiting *waiting = user;
    struct waited key = {.handle = process};
    const struct waited *found = bsearch(&key, waiting->order, waiting->len, sizeof key, compare);
    if (!found || found->row->result)
        return true;
    found->row->result = waiting->done;
    found->row->exit_code = exit_code;
    waiting->ended++;
    show_progress(waiting);
    if (waiting->call)
        waiting->call(waiting->act, found->row);
    return !waiting->any;
}

static bool gather(struct waiting *waiting)
{
    struct act *act = waiting->act;
    waiting->handles = calloc(act->len, sizeof(*waiting->handles));
    waiting->order = calloc(act->len, sizeof *waiting->order);
    waiting->gone = calloc(act->len, sizeof *waiting->gone);
    if (!waiting->handles || !waiting->order || !waiting->gone)
        return false;
    for (size_t i = 0; i < act->len; i++) {
        if (act->items[i].result)
            continue;
        waiting->handles[waiting->len] = act->items[i].handle;
        waiting->order[waiting->len++] = (struct waited){act->items[i].handle, &act->items[i]};
    }
    qsort(waiting->order, waiting->len, sizeof *waiting->order, compare);
    return true;
}

/* A signal that psutil was sent and lives on after (as one to go on) does not end the waiting. */
static int wait_for(struct waiting *waiting, double seconds)
{
    double end = platform_clock() + seconds;
    for (double left = seconds;;) {
        int rc = psutil_wait_procs(waiting->gone, waiting->act->cli->ctx, waiting->handles,
                                   waiting->len, left, on_end, waiting);
        if (rc != PSUTIL_EINTR)
            return rc;
        left = seconds < 0 ? seconds : end - platform_clock();
        left = seconds >= 0 && left < 0 ? 0 : left;
    }
}

int act_wait(struct act *act, double seconds, bool any, const char *done,
             void (*ended)(struct act *, struct act_row *))
{
    struct waiting waiting = {.act = act, .any = any, .done = done, .call = ended};
    int status = gather(&waiting) ? CLI_DONE : cli_error("out of memory");
    if (status == CLI_DONE && waiting.len > 0) {
        show_progress(&waiting);
        int rc = wait_for(&waiting, seconds);
        end_progress();
        status = rc == 0 ? CLI_DONE : cli_failed(act->cli, rc);
    }
    free(waiting.handles);
    free(waiting.order);
    free(waiting.gone);
    return status;
}
