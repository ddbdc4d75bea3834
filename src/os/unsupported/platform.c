/* Where nothing is there: what a context is made of. The template for a new port: CONTRIBUTING.md,
 * "Add a platform". */
#include "backend.h"

const unsigned ps_os_platform = 0;

const struct ps_roots ps_os_default_roots = {
    .proc = "/proc", .sys = "/sys", .etc = "/etc", .run = "/run"};

const psutil_enum_value ps_enum_family[] = {
    {PSUTIL_AF_UNIX, "AF_UNIX"},
    {PSUTIL_AF_INET, "AF_INET"},
    {PSUTIL_AF_INET6, "AF_INET6"},
    {PSUTIL_AF_LINK, "AF_LINK"},
    {0, NULL},
};

const psutil_enum_value ps_enum_ioprio_class[] = {{0, NULL}};

int ps_os_open(psutil *ctx)
{
    (void)ctx;
    return 0;
}

void ps_os_close(psutil *ctx)
{
    (void)ctx;
}

void ps_os_after_fork(psutil *ctx, bool was_held)
{
    (void)ctx;
    (void)was_held;
}
