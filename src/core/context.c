#include "core/context.h"

#include "backend.h"
#include "core/info.h"

#include <stdlib.h>
#include <string.h>

static int set_root(char *root, const char *option)
{
    if (!option)
        return 0;
    size_t len = strlen(option);
    while (len > 1 && option[len - 1] == '/')
        len--;
    if (len == 0 || len >= PS_ROOT_MAX)
        return PSUTIL_EINVAL;
    memcpy(root, option, len);
    root[len] = '\0';
    return 0;
}

static int set_roots(struct ps_roots *roots, const psutil_options *options)
{
    *roots = ps_os_default_roots;
    if (!options)
        return 0;
    if (set_root(roots->proc, options->proc) || set_root(roots->sys, options->sys) ||
        set_root(roots->etc, options->etc) || set_root(roots->run, options->run))
        return PSUTIL_EINVAL;
    return 0;
}

int psutil_open(psutil **out, const psutil_options *options)
{
    psutil *ctx = calloc(1, sizeof *ctx);
    if (!ctx)
        return PSUTIL_ENOMEM;
    int rc = set_roots(&ctx->roots, options);
    ctx->flags = options ? options->flags : 0;
    ps_info_clear(&ctx->blank);
    if (rc == 0 && !(ctx->lock = ps_lock_new()))
        rc = PSUTIL_ENOMEM;
    if (rc == 0)
        rc = ps_os_open(ctx);
    if (rc == 0)
        *out = ctx;
    else
        psutil_close(ctx);
    return rc;
}

void psutil_close(psutil *ctx)
{
    if (!ctx)
        return;
    ps_os_close(ctx);
    ps_errors_free(ctx);
    ps_lock_free(ctx->lock);
    free(ctx);
}

/* Waiting for the lock before the fork() instead would be no better: it could be for ever. */
void psutil_after_fork(psutil *ctx)
{
    bool was_held = ps_lock_renew(ctx->lock);
    if (was_held)
        ctx->errors = NULL; /* one may be half linked in; the memory is given up */
    ps_os_after_fork(ctx, was_held);
}

void psutil_free(void *block)
{
    free(block);
}

const char *psutil_version(void)
{
    return PSUTIL_VERSION;
}

unsigned psutil_platform(void)
{
    return ps_os_platform;
}
