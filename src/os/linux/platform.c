/* The context's Linux part. */
#include "os/linux/linux.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

const unsigned ps_os_platform = PSUTIL_ON_LINUX;

const struct ps_roots ps_os_default_roots = {
    .proc = "/proc", .sys = "/sys", .etc = "/etc", .run = "/run"};

const psutil_enum_value ps_enum_family[] = {
    {PSUTIL_AF_UNIX, "AF_UNIX"},
    {PSUTIL_AF_INET, "AF_INET"},
    {PSUTIL_AF_INET6, "AF_INET6"},
    {PSUTIL_AF_LINK, "AF_PACKET"},
    {0, NULL},
};

/* A handle keeps two descriptors. An eighth of what the program may open, and never many, is a
 * budget that no program notices. */
static int64_t kept_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlim_t handles = limit.rlim_cur / 16;
    return handles > 128 ? 128 : (int64_t)handles;
}

int ps_os_open(psutil *ctx)
{
    struct ps_linux *os = calloc(1, sizeof *os);
    if (!os)
        return PSUTIL_ENOMEM;
    os->live = strcmp(ctx->roots.proc, ps_os_default_roots.proc) == 0;
    os->page_size = sysconf(_SC_PAGESIZE);
    os->ticks = sysconf(_SC_CLK_TCK);
    os->kept_limit = kept_limit();
    os->boot_time = PSUTIL_UNKNOWN;
    if (ps_jobs_init(&os->jobs) != 0) {
        free(os);
        return PSUTIL_ENOMEM;
    }
    ctx->os = os;
    return 0;
}

void ps_os_close(psutil *ctx)
{
    struct ps_linux *os = ctx->os;
    if (!os)
        return;
    ps_jobs_close(&os->jobs);
    free(os);
}

void ps_os_after_fork(psutil *ctx, bool was_held)
{
    struct ps_linux *os = ps_linux_of(ctx);
    if (was_held)
        memset(&os->names, 0, sizeof os->names);
    ps_jobs_after_fork(&os->jobs);
}

struct ps_jobs *ps_posix_jobs(psutil *ctx)
{
    return &ps_linux_of(ctx)->jobs;
}

static bool applies(psutil *ctx, const char *root, const char *default_root)
{
    return ps_linux_of(ctx)->live || strcmp(root, default_root) != 0;
}

bool ps_sys_applies(psutil *ctx)
{
    return applies(ctx, ctx->roots.sys, ps_os_default_roots.sys);
}

bool ps_run_applies(psutil *ctx)
{
    return applies(ctx, ctx->roots.run, ps_os_default_roots.run);
}

/* The name services answer for the running system, whose users are in /etc. */
int ps_linux_user_name(psutil *ctx, int64_t uid, struct ps_arena *arena, const char **out)
{
    struct ps_linux *os = ps_linux_of(ctx);
    bool services = os->live && strcmp(ctx->roots.etc, ps_os_default_roots.etc) == 0;
    return ps_user_name(ctx, &os->names, services, uid, arena, out);
}

int ps_fail_root(psutil *ctx, int64_t pid)
{
    return ps_fail_pid(ctx, PSUTIL_ENOTSUP, pid,
                       "only a system call could tell, and another root is read");
}

int ps_fail_data(psutil *ctx, const struct ps_dir *dir, const char *name)
{
    char path[PS_PATH_MAX];
    const char *full = ps_dir_path(dir, name, path);
    return ps_fail_at(ctx, PSUTIL_EDATA, 0, NULL, full ? full : name, dir->pid);
}
