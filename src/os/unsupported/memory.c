/* Memory, where a system does not tell. */
#include "backend.h"

int ps_os_virtual_memory(psutil *ctx, psutil_svmem *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_swap_memory(psutil *ctx, psutil_sswap *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
