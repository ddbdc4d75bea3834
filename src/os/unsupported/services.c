/* Services, which only Windows has. */
#include "backend.h"

int ps_os_services(psutil *ctx, const char *name, psutil_service_list **out)
{
    (void)name;
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_service_control(psutil *ctx, const char *name, bool start)
{
    (void)name;
    (void)start;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
