/* Codes, their texts, and the last failure of each thread.
 *
 * A failure belongs to the thread that met it, and to the context: there is no thread-local state
 * and no global. Each thread that ever failed has one slot in the context. Slots are few (threads'
 * ids are used again by later threads), so that a list under a lock is enough. */
#include "backend.h"
#include "core/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ps_thread_error {
    struct ps_thread_error *next;
    uintptr_t thread;
    psutil_error error;
};

const char *psutil_error_name(int code)
{
    switch (code) {
#define NAME(id, value, name, text)                                                                \
    case value:                                                                                    \
        return name;
        PSUTIL_ERRORS(NAME)
#undef NAME
    default:
        return "Unknown";
    }
}

const char *psutil_error_text(int code)
{
    switch (code) {
#define TEXT(id, value, name, text)                                                                \
    case value:                                                                                    \
        return text;
        PSUTIL_ERRORS(TEXT)
#undef TEXT
    default:
        return "unknown error";
    }
}

/* The caller holds the lock. */
static struct ps_thread_error *find_slot(psutil *ctx, uintptr_t thread)
{
    struct ps_thread_error *slot = ctx->errors;
    while (slot && slot->thread != thread)
        slot = slot->next;
    return slot;
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t len = from ? strlen(from) : 0;
    if (len >= size)
        len = size - 1;
    if (len > 0)
        memcpy(to, from, len);
    to[len] = '\0';
}

/* The calling thread's, made at its first failure; NULL without memory. Needs the lock. */
static struct ps_thread_error *own_slot(psutil *ctx)
{
    uintptr_t thread = ps_os_thread_id();
    struct ps_thread_error *slot = find_slot(ctx, thread);
    if (!slot && (slot = calloc(1, sizeof *slot))) {
        slot->thread = thread;
        slot->next = ctx->errors;
        ctx->errors = slot;
    }
    return slot;
}

/* What a call that fails is about. */
struct failure {
    int code, os_code;
    int64_t pid;
    const char *call, *path, *note; /* NULL: none */
};

/* Without memory for a slot only the code reaches the caller, and the detail is lost. Of the texts
 * no more is written than there is: programs ask often whether a process is there still. */
static int record(psutil *ctx, const struct failure *failure)
{
    ps_lock_acquire(ctx->lock);
    struct ps_thread_error *slot = own_slot(ctx);
    if (slot) {
        psutil_error *error = &slot->error;
        error->code = failure->code;
        error->os_code = failure->os_code;
        error->pid = failure->pid;
        copy_text(error->call, sizeof error->call, failure->call);
        copy_text(error->path, sizeof error->path, failure->path);
        copy_text(error->note, sizeof error->note, failure->note);
    }
    ps_lock_release(ctx->lock);
    return failure->code;
}

int ps_fail_at(psutil *ctx, int code, int os_code, const char *call, const char *path, int64_t pid)
{
    const struct failure failure = {
        .code = code, .os_code = os_code, .pid = pid, .call = call, .path = path};
    return record(ctx, &failure);
}

int ps_fail_pid(psutil *ctx, int code, int64_t pid, const char *note)
{
    const struct failure failure = {.code = code, .pid = pid, .note = note};
    return record(ctx, &failure);
}

int ps_fail(psutil *ctx, int code, const char *note)
{
    return ps_fail_pid(ctx, code, PSUTIL_UNKNOWN, note);
}

int ps_fail_memory(psutil *ctx)
{
    return ps_fail(ctx, PSUTIL_ENOMEM, NULL);
}

bool psutil_error_detail(psutil_error *out, psutil *ctx)
{
    uintptr_t thread = ps_os_thread_id();
    ps_lock_acquire(ctx->lock);
    const struct ps_thread_error *slot = find_slot(ctx, thread);
    if (slot)
        *out = slot->error;
    ps_lock_release(ctx->lock);
    if (!slot)
        *out = (psutil_error){.pid = PSUTIL_UNKNOWN};
    return slot != NULL;
}

void ps_errors_free(psutil *ctx)
{
    while (ctx->errors) {
        struct ps_thread_error *slot = ctx->errors;
        ctx->errors = slot->next;
        free(slot);
    }
}

/* The last part of the line: why. */
static void format_cause(char *buffer, size_t size, const psutil_error *error)
{
    if (error->os_code != 0)
        ps_os_error_text(buffer, size, error->os_code);
    else
        copy_text(buffer, size, error->note[0] ? error->note : psutil_error_text(error->code));
}

size_t psutil_error_format(char *buffer, size_t size, const psutil_error *error)
{
    char cause[160];
    char pid[32] = "";
    format_cause(cause, sizeof cause, error);
    if (error->pid != PSUTIL_UNKNOWN)
        snprintf(pid, sizeof pid, "pid %lld: ", (long long)error->pid);
    int len = snprintf(buffer, size, "%s: %s%s%s%s%s%s", psutil_error_name(error->code), pid,
                       error->call, error->call[0] && error->path[0] ? " " : "", error->path,
                       error->call[0] || error->path[0] ? ": " : "", cause);
    return len < 0 ? 0 : (size_t)len;
}
