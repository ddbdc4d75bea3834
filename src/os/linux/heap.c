/* The calling program's own heap, as glibc's allocator knows it. */
#include "os/linux/linux.h"

#include <malloc.h>

#if defined(HAVE_MALLINFO2)

int ps_os_heap_info(psutil *ctx, psutil_pheap *out)
{
    (void)ctx;
    struct mallinfo2 info = mallinfo2();
    *out = (psutil_pheap){.heap_used = (int64_t)info.uordblks,
                          .mmap_used = (int64_t)info.hblkhd,
                          .heap_count = PSUTIL_UNKNOWN};
    return 0;
}

#else

int ps_os_heap_info(psutil *ctx, psutil_pheap *out)
{
    (void)out;
    return ps_fail(ctx, PSUTIL_ENOTSUP, "the C library has no mallinfo2()");
}

#endif

#if defined(HAVE_MALLOC_TRIM)

int ps_os_heap_trim(psutil *ctx)
{
    (void)ctx;
    malloc_trim(0);
    return 0;
}

#else

int ps_os_heap_trim(psutil *ctx)
{
    return ps_fail(ctx, PSUTIL_ENOTSUP, "the C library has no malloc_trim()");
}

#endif
