/* The context's Linux part. */
#include "os/linux/bpf/lane.h"
#include "os/linux/interfaces_kept.h"
#include "os/linux/linux.h"
#include "os/linux/mounts_asked.h"
#include "parse/status.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
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

const psutil_enum_value ps_enum_ioprio_class[] = {
    {PSUTIL_IOPRIO_CLASS_NONE, "IOPRIO_CLASS_NONE"},
    {PSUTIL_IOPRIO_CLASS_RT, "IOPRIO_CLASS_RT"},
    {PSUTIL_IOPRIO_CLASS_BE, "IOPRIO_CLASS_BE"},
    {PSUTIL_IOPRIO_CLASS_IDLE, "IOPRIO_CLASS_IDLE"},
    {0, NULL},
};

/* Handles keep two descriptors each, and files that are read again and again one. An eighth of what
 * the program may open for each of both, and never many, is a budget that no program notices. */
static int64_t kept_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlim_t handles = limit.rlim_cur / 16;
    return handles > 128 ? 128 : (int64_t)handles;
}

/* linux/magic.h; lxcfs, which containers mount over some of these files, is neither. */
#define PROC_MAGIC 0x9fa0
#define SYSFS_MAGIC 0x62656572

static bool is_kernels(int fd)
{
    struct statfs fs;
    return fstatfs(fd, &fs) == 0 && (fs.f_type == PROC_MAGIC || fs.f_type == SYSFS_MAGIC);
}

/* Not what a namespace decides (mounts, network): there the same path may lead elsewhere. */
static const char *const proc_names[] = {"stat",    "meminfo",     "vmstat", "diskstats",
                                         "cpuinfo", "filesystems", "swaps"};
static const char *const sys_names[] = {"devices/system/cpu/online", "devices/system/cpu/cpufreq",
                                        "class/power_supply"};
enum {
    PROC_NAMES = sizeof proc_names / sizeof *proc_names,
    SYS_NAMES = sizeof sys_names / sizeof *sys_names
};

static void keep_files(struct ps_linux *os)
{
    ps_keeper_init(&os->keeper, os->live ? kept_limit() * 2 : 0, is_kernels);
    ps_kept_init(&os->kept_proc, &os->keeper, os->kept_files, proc_names, PROC_NAMES);
    ps_kept_init(&os->kept_sys, &os->keeper, os->kept_files + PROC_NAMES, sys_names, SYS_NAMES);
}

int ps_os_open(psutil *ctx)
{
    struct ps_linux *os = calloc(1, sizeof *os);
    if (!os)
        return PSUTIL_ENOMEM;
    os->live = strcmp(ctx->roots.proc, ps_os_default_roots.proc) == 0;
    os->has_services = os->live && strcmp(ctx->roots.etc, ps_os_default_roots.etc) == 0;
    os->page_size = sysconf(_SC_PAGESIZE);
    os->ticks = sysconf(_SC_CLK_TCK);
    os->kept_limit = kept_limit();
    keep_files(os);
    os->boot_time = PSUTIL_UNKNOWN;
    if (ps_jobs_init(&os->jobs) != 0) {
        ps_keeper_free(&os->keeper);
        free(os);
        return PSUTIL_ENOMEM;
    }
    os->crowd = 500;
    os->piece = sizeof((struct ps_pids_piece *)0)->entries;
    os->lane = ps_lane_new();
    ctx->os = os;
    return 0;
}

void ps_os_close(psutil *ctx)
{
    struct ps_linux *os = ctx->os;
    if (!os)
        return;
    ps_jobs_close(&os->jobs);
    ps_lane_free(ctx);
    ps_network_free(os);
    ps_mounts_free(os);
    ps_kept_free(&os->kept_proc);
    ps_kept_free(&os->kept_sys);
    ps_keeper_free(&os->keeper);
    free(os);
}

void ps_os_after_fork(psutil *ctx, bool was_held)
{
    struct ps_linux *os = ps_linux_of(ctx);
    if (was_held)
        memset(&os->names, 0, sizeof os->names);
    ps_kept_after_fork(&os->kept_proc);
    ps_kept_after_fork(&os->kept_sys);
    ps_network_after_fork(os);
    ps_mounts_after_fork(os);
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

int ps_linux_user_name(psutil *ctx, int64_t uid, struct ps_arena *arena, const char **out)
{
    struct ps_linux *os = ps_linux_of(ctx);
    return ps_user_name(ctx, &os->names, os->has_services, uid, arena, out);
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

bool ps_linux_rights(psutil *ctx, struct ps_status_rights *out)
{
    struct ps_text text;
    struct ps_dir proc = ps_proc(ctx);
    ps_text_init(&text);
    bool told = ps_text_try(&text, &proc, "thread-self/status") == 0 &&
                ps_parse_status_rights(text.data, text.len, out);
    ps_text_free(&text);
    return told;
}

bool ps_linux_may_help(psutil *ctx)
{
    struct ps_status_rights rights;
    return ps_linux_of(ctx)->live && ps_linux_rights(ctx, &rights) && !rights.filtered;
}
