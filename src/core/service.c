/* Services: the public functions. */
#include "backend.h"

static int check_name(psutil *ctx, const char *name)
{
    return name && *name ? 0 : ps_fail(ctx, PSUTIL_EINVAL, "name must not be empty");
}

int psutil_services(psutil_service_list **out, psutil *ctx)
{
    return ps_os_services(ctx, NULL, out);
}

int psutil_service_get(psutil_service_list **out, psutil *ctx, const char *name)
{
    int rc = check_name(ctx, name);
    return rc != 0 ? rc : ps_os_services(ctx, name, out);
}

int psutil_service_start(psutil *ctx, const char *name)
{
    int rc = check_name(ctx, name);
    return rc != 0 ? rc : ps_os_service_control(ctx, name, true);
}

int psutil_service_stop(psutil *ctx, const char *name)
{
    int rc = check_name(ctx, name);
    return rc != 0 ? rc : ps_os_service_control(ctx, name, false);
}
