/* Processes, where a system does not tell. */
#include "backend.h"

int ps_os_process_open(psutil *ctx, int64_t pid, unsigned how, struct ps_ref *ref)
{
    (void)pid;
    (void)how;
    (void)ref;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

void ps_os_process_close(psutil *ctx, struct ps_ref *ref)
{
    (void)ctx;
    (void)ref;
}

int ps_os_process_read(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading)
{
    (void)ref;
    (void)reading;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_children(psutil *ctx, const struct ps_ref *ref, struct ps_ref **out, size_t *len)
{
    (void)ctx;
    (void)ref;
    (void)out;
    (void)len;
    return 1;
}

int ps_os_process_walk(psutil *ctx, struct ps_reading *reading, ps_process_row *row, void *user)
{
    (void)reading;
    (void)row;
    (void)user;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_started(psutil *ctx, const struct ps_ref *ref, double *out)
{
    (void)ref;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_process_is_running(psutil *ctx, const struct ps_ref *ref, bool *out)
{
    (void)ref;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
