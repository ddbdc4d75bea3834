/* The heap, where the allocator does not tell. */
#include "backend.h"

int ps_os_heap_info(psutil *ctx, psutil_pheap *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}

int ps_os_heap_trim(psutil *ctx)
{
    return ps_fail(ctx, PSUTIL_ENOTSUP, NULL);
}
