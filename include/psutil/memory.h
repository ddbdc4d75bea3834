/* Memory of the machine, and this program's own heap. */
#ifndef PSUTIL_MEMORY_H
#define PSUTIL_MEMORY_H

#include <psutil/base.h>

PSUTIL_BEGIN_DECLS

/* Physical memory in bytes. Linux: /proc/meminfo, and ZFS's own account of its cache. */
typedef struct psutil_svmem {
    int64_t total;     /* all that the system manages (Linux: MemTotal) */
    int64_t available; /* what can be given to programs without swapping (Linux: MemAvailable, or
                          estimated as the kernel does where it is missing; and what
                          ZFS caches above the floor of its cache) */
    double percent;    /* (total - available) / total * 100 */
    int64_t used;      /* total - available on Linux since procps 4; differs between systems */
    int64_t free;      /* not used for anything (Linux: MemFree) */
    int64_t active;    /* Unix: recently used */
    int64_t inactive;  /* Unix: not recently used */
    int64_t buffers;   /* Linux, BSD: cache of block devices */
    int64_t cached;    /* Linux, BSD: page cache and, on Linux, SReclaimable */
    int64_t shared;    /* Linux, BSD: tmpfs and shared anonymous memory (Shmem) */
    int64_t slab;      /* Linux: kernel data structures */
    int64_t wired;     /* macOS, BSD: never leaves RAM */
} psutil_svmem;

PSUTIL_API int psutil_virtual_memory(psutil_svmem *out, psutil *ctx);

/* Swap space in bytes. Linux: SwapTotal and SwapFree of /proc/meminfo, pswpin and pswpout of
 * /proc/vmstat (unknown where that file lacks them). */
typedef struct psutil_sswap {
    int64_t total;
    int64_t used;
    int64_t free;
    double percent; /* used / total * 100; 0 without swap */
    int64_t sin;    /* bytes swapped in since boot */
    int64_t sout;   /* bytes swapped out since boot */
} psutil_sswap;

PSUTIL_API int psutil_swap_memory(psutil_sswap *out, psutil *ctx);

/* The calling program's own heap, as its C library's allocator knows it.
 * Linux: mallinfo2() of glibc. PSUTIL_ENOTSUP with other allocators' C libraries. */
typedef struct psutil_pheap {
    int64_t heap_used;  /* bytes handed out by malloc from the heap */
    int64_t mmap_used;  /* bytes handed out by malloc in mappings of their own */
    int64_t heap_count; /* Windows: number of private heaps */
} psutil_pheap;

PSUTIL_API int psutil_heap_info(psutil_pheap *out, psutil *ctx);

/* Asks the allocator to give unused memory back to the system (Linux: malloc_trim). */
PSUTIL_API int psutil_heap_trim(psutil *ctx);

PSUTIL_END_DECLS

#endif
