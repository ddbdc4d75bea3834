#include "os/posix/names.h"

#include "backend.h"
#include "os/posix/file.h"
#include "os/posix/lock.h"
#include "parse/passwd.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KEEP_SECONDS 10

/* To some milliseconds, which costs a part of what the exact time does. */
static int64_t seconds_now(void)
{
#ifdef CLOCK_MONOTONIC_COARSE
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0)
        return (int64_t)now.tv_sec;
#endif
    return ps_os_clock() / 1000000000;
}

static struct ps_name *place_of(struct ps_names *names, int64_t uid)
{
    return &names->kept[(uint64_t)uid % PS_NAMES_KEPT];
}

static bool recall(psutil *ctx, struct ps_names *names, int64_t uid, char text[48])
{
    int64_t now = seconds_now();
    ps_lock_enter(ctx->lock);
    const struct ps_name *kept = place_of(names, uid);
    bool found = kept->uid == uid && kept->expires > now;
    if (found)
        memcpy(text, kept->text, sizeof kept->text);
    ps_lock_leave(ctx->lock);
    return found;
}

static void keep(psutil *ctx, struct ps_names *names, int64_t uid, const char *text)
{
    size_t size = strlen(text) + 1;
    int64_t expires = seconds_now() + KEEP_SECONDS;
    struct ps_name *place = place_of(names, uid);
    if (size > sizeof place->text)
        return;
    ps_lock_enter(ctx->lock);
    place->uid = uid;
    place->expires = expires;
    memcpy(place->text, text, size);
    ps_lock_leave(ctx->lock);
}

/* The id itself, for users without a name; what the name services say about it, they may say
 * wrongly or not at all: a process has an owner all the same. */
static const char *number(struct ps_arena *arena, int64_t uid)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)uid);
    return ps_arena_string(arena, text, (size_t)len);
}

/* A name, and whether it is sure: a number that stands for a name which could not be learned is
 * not, and is not kept. */
struct found {
    const char *name;
    bool sure;
};

/* Of several services the last one's code is returned: what kept the others from answering is left
 * in errno only. */
static int ask_services(psutil *ctx, struct ps_arena *arena, int64_t uid, struct found *out)
{
    char local[2048];
    char *buffer = local, *heap = NULL;
    size_t size = sizeof local;
    struct passwd entry, *found = NULL;
    int failed;
    errno = 0;
    for (;;) {
        failed = getpwuid_r((uid_t)uid, &entry, buffer, size, &found);
        if (failed == EINTR)
            continue;
        if (failed != ERANGE)
            break;
        free(heap);
        size *= 4;
        if (!(buffer = heap = malloc(size)))
            return ps_fail_memory(ctx);
        errno = 0;
    }
    if (ps_is_shortage(failed))
        errno = failed;
    bool named = failed == 0 && found;
    int rc = 0;
    if (named)
        out->name = ps_arena_string(arena, entry.pw_name, strlen(entry.pw_name));
    else if (ps_is_shortage(errno))
        rc = ps_fail_call(ctx, "getpwuid_r", NULL, PSUTIL_UNKNOWN);
    else
        out->name = number(arena, uid);
    out->sure = failed == 0 || failed == ENOENT || failed == ESRCH; /* getpwuid_r(3): unknown */
    free(heap);
    return rc;
}

static int read_passwd(psutil *ctx, struct ps_arena *arena, int64_t uid, struct found *out)
{
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir etc = {ctx->roots.etc, PSUTIL_UNKNOWN, -1, &shortage, NULL};
    struct ps_text text;
    struct ps_span span;
    ps_text_init(&text);
    bool read = ps_text_try(&text, &etc, "passwd") == 0;
    bool named = read && ps_parse_passwd_name(text.data, text.len, uid, &span);
    out->sure = named || (read && text.len > 0 && text.data[text.len - 1] == '\n');
    if (shortage.rc == 0)
        out->name = named ? ps_arena_string(arena, span.data, span.len) : number(arena, uid);
    ps_text_free(&text);
    return shortage.rc;
}

static int ask(psutil *ctx, struct ps_names *names, bool services, int64_t uid,
               struct ps_arena *arena, const char **out)
{
    struct found found = {NULL, false};
    int rc =
        services ? ask_services(ctx, arena, uid, &found) : read_passwd(ctx, arena, uid, &found);
    if (rc == 0 && found.name && found.sure)
        keep(ctx, names, uid, found.name);
    *out = found.name;
    return rc;
}

int ps_user_name(psutil *ctx, struct ps_names *names, bool services, int64_t uid,
                 struct ps_arena *arena, const char **out)
{
    char text[sizeof names->kept->text];
    const char *name = NULL;
    int rc = 0;
    if (recall(ctx, names, uid, text))
        name = ps_arena_string(arena, text, strlen(text));
    else
        rc = ask(ctx, names, services, uid, arena, &name);
    if (rc == 0 && !name)
        rc = ps_fail_memory(ctx);
    if (rc == 0)
        *out = name;
    return rc;
}
