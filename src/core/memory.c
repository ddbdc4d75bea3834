/* Memory: the public functions. */
#include "backend.h"

int psutil_virtual_memory(psutil_svmem *out, psutil *ctx)
{
    return ps_os_virtual_memory(ctx, out);
}

int psutil_swap_memory(psutil_sswap *out, psutil *ctx)
{
    return ps_os_swap_memory(ctx, out);
}

int psutil_heap_info(psutil_pheap *out, psutil *ctx)
{
    return ps_os_heap_info(ctx, out);
}

int psutil_heap_trim(psutil *ctx)
{
    return ps_os_heap_trim(ctx);
}
