/* Handles on processes, and the grouped read. */
#include "core/process.h"
#include "core/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int ps_process_adopt(psutil *ctx, struct ps_ref *ref, psutil_process **out)
{
    psutil_process *process = malloc(sizeof *process);
    if (!process) {
        ps_os_process_close(ctx, ref);
        return ps_fail_memory(ctx);
    }
    *process = (psutil_process){
        .ctx = ctx, .ref = *ref, .moment = {.busy = NAN}, .end = {false, PSUTIL_UNKNOWN}};
    *out = process;
    return 0;
}

static int open_handle(psutil_process **out, psutil *ctx, int64_t pid, unsigned how)
{
    struct ps_ref ref;
    if (pid < 0)
        return ps_fail_pid(ctx, PSUTIL_EINVAL, pid, "a pid must not be negative");
    int rc = ps_os_process_open(ctx, pid, how, &ref);
    return rc != 0 ? rc : ps_process_adopt(ctx, &ref, out);
}

int psutil_process_open(psutil_process **out, psutil *ctx, int64_t pid)
{
    return open_handle(out, ctx, pid, PS_OPEN_KEEP);
}

int psutil_process_open_thread(psutil_process **out, psutil *ctx, int64_t id)
{
    return open_handle(out, ctx, id, PS_OPEN_KEEP | PS_OPEN_THREAD);
}

void psutil_process_close(psutil_process *process)
{
    if (!process)
        return;
    ps_os_process_close(process->ctx, &process->ref);
    free(process);
}

int64_t psutil_process_pid(const psutil_process *process)
{
    return process->ref.pid;
}

psutil *psutil_process_context(const psutil_process *process)
{
    return process->ctx;
}

bool psutil_process_equal(const psutil_process *a, const psutil_process *b)
{
    const struct ps_ref *x = &a->ref, *y = &b->ref;
    bool known = x->id != 0 && y->id != 0;
    return x->pid == y->pid && x->start == y->start && (!known || x->id == y->id);
}

int psutil_process_started(double *out, const psutil_process *process)
{
    return ps_os_process_started(process->ctx, &process->ref, out);
}

bool ps_process_ended_already(psutil_process *process, int64_t *exit_code)
{
    ps_lock_acquire(process->ctx->lock);
    struct ps_end end = process->end;
    ps_lock_release(process->ctx->lock);
    if (end.seen)
        *exit_code = end.exit_code;
    return end.seen;
}

int psutil_process_is_running(bool *out, psutil_process *process)
{
    int64_t exit_code;
    if (ps_process_ended_already(process, &exit_code)) {
        *out = false;
        return 0;
    }
    return ps_os_process_is_running(process->ctx, &process->ref, out);
}

int ps_collect(struct ps_process_collector *collector, psutil_process *process)
{
    psutil_process_list *list = collector->list;
    if (!list || list->len == collector->capacity) {
        size_t capacity = list ? collector->capacity * 2 : 16;
        psutil_process_list *grown = realloc(list, sizeof *list + capacity * sizeof *list->items);
        if (!grown) {
            psutil_process_close(process);
            return ps_fail_memory(collector->ctx);
        }
        grown->len = list ? grown->len : 0;
        grown->items = (psutil_process **)(void *)(grown + 1);
        collector->list = list = grown;
        collector->capacity = capacity;
    }
    list->items[list->len++] = process;
    return 0;
}

void psutil_process_list_close(psutil_process_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->len; i++)
        psutil_process_close(list->items[i]);
    free(list);
}

/* ---- The grouped read ------------------------------------------------------------------------ */

struct owned_info {
    psutil_process_info info; /* first: the public pointer is to it */
    struct ps_arena arena;
    struct ps_arena_room room; /* the strings, unless they are many */
};

/* The lock is held only around the moment itself: what is derived may read files. */
void ps_process_derive(psutil_process *process, psutil_process_info *info, psutil_fields asked)
{
    ps_lock_acquire(process->ctx->lock);
    struct ps_cpu_moment moment = process->moment;
    ps_lock_release(process->ctx->lock);
    ps_fields_derive(process->ctx, info, asked, &moment);
    ps_lock_acquire(process->ctx->lock);
    process->moment = moment;
    ps_lock_release(process->ctx->lock);
}

int psutil_process_read(psutil_process_info **out, psutil_process *process, psutil_fields fields)
{
    struct owned_info *owned = malloc(sizeof *owned);
    if (!owned)
        return ps_fail_memory(process->ctx);
    fields &= PSUTIL_FIELDS_ALL;
    ps_info_begin(&owned->info, process->ctx);
    ps_arena_begin(&owned->arena, &owned->room);
    struct ps_reading reading = {.info = &owned->info,
                                 .arena = &owned->arena,
                                 .fields = ps_fields_needed(fields),
                                 .conn_kind = PSUTIL_KIND_INET};
    int rc = ps_os_process_read(process->ctx, &process->ref, &reading);
    if (rc != 0) {
        psutil_process_info_free(&owned->info);
        return rc;
    }
    ps_process_derive(process, &owned->info, fields);
    *out = &owned->info;
    return 0;
}

void psutil_process_info_free(psutil_process_info *info)
{
    if (!info)
        return;
    struct owned_info *owned = (struct owned_info *)(void *)info;
    ps_info_free_lists(info);
    ps_arena_free(&owned->arena);
    free(owned);
}
