#include "os/posix/kept.h"

#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- The process that descriptors belong to ----------------------------------------------------
 */

#ifdef MADV_WIPEONFORK
static void *page_wiped_in_children(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return NULL;
    if (madvise(page, size, MADV_WIPEONFORK) == 0)
        return page;
    munmap(page, size);
    return NULL;
}
#else
static void *page_wiped_in_children(void)
{
    return NULL;
}
#endif

static void disown_all(struct ps_keeper *keeper)
{
    for (size_t i = 0; i < sizeof keeper->own / sizeof *keeper->own; i++)
        atomic_store(&keeper->own[i], 0);
    atomic_store(&keeper->owned, 0);
}

void ps_keeper_init(struct ps_keeper *keeper, int64_t limit, bool (*is_kernels)(int fd))
{
    keeper->mark = limit > 0 ? page_wiped_in_children() : NULL;
    keeper->last = 0;
    keeper->open = 0;
    keeper->limit = limit;
    disown_all(keeper);
    keeper->is_kernels = is_kernels;
}

void ps_keeper_free(struct ps_keeper *keeper)
{
    if (keeper->mark)
        munmap(keeper->mark, (size_t)sysconf(_SC_PAGESIZE));
    keeper->mark = NULL;
}

/* Stands in the mark while the first thread of a child begins anew. */
#define BEGINNING UINT_MAX

/* Several threads of a child may be the first. */
static unsigned begin(struct ps_keeper *keeper)
{
    unsigned expected = 0;
    if (atomic_compare_exchange_strong(keeper->mark, &expected, BEGINNING)) {
        unsigned fresh = atomic_fetch_add(&keeper->last, 1) + 1;
        disown_all(keeper);
        atomic_store(keeper->mark, fresh);
        return fresh;
    }
    while ((expected = atomic_load(keeper->mark)) == BEGINNING)
        sched_yield();
    return expected;
}

unsigned ps_keeper_generation(struct ps_keeper *keeper)
{
    if (!keeper->mark)
        return 0;
    unsigned generation = atomic_load_explicit(keeper->mark, memory_order_acquire);
    return generation != 0 && generation != BEGINNING ? generation : begin(keeper);
}

void ps_keeper_own(struct ps_keeper *keeper, int fd, bool is_open)
{
    if (fd < 0 || fd >= PS_OWN_MAX)
        return;
    uint64_t bit = (uint64_t)1 << fd % 64;
    if (is_open)
        atomic_fetch_or(&keeper->own[fd / 64], bit);
    else
        atomic_fetch_and(&keeper->own[fd / 64], ~bit);
    atomic_fetch_add(&keeper->owned, is_open ? 1 : -1);
}

bool ps_keeper_owns(struct ps_keeper *keeper, int64_t fd)
{
    ps_keeper_generation(keeper);
    return fd >= 0 && fd < PS_OWN_MAX && atomic_load(&keeper->own[fd / 64]) >> fd % 64 & 1;
}

int64_t ps_keeper_owned(struct ps_keeper *keeper)
{
    ps_keeper_generation(keeper);
    return atomic_load(&keeper->owned);
}

static bool take_budget(struct ps_keeper *keeper)
{
    if (atomic_fetch_add(&keeper->open, 1) < keeper->limit)
        return true;
    atomic_fetch_sub(&keeper->open, 1);
    return false;
}

/* ---- Files --------------------------------------------------------------------------------------
 */

void ps_kept_init(struct ps_kept *kept, struct ps_keeper *keeper, struct ps_kept_file *files,
                  const char *const *names, size_t len)
{
    *kept = (struct ps_kept){keeper, len, files};
    for (size_t i = 0; i < len; i++)
        files[i] = (struct ps_kept_file){.name = names[i], .fd = -1};
}

/* An inherited descriptor is given up without closing it: its number may be another file's. */
static void forget(struct ps_kept *kept, struct ps_kept_file *file, bool close_it)
{
    if (file->fd < 0)
        return;
    if (file->generation == ps_keeper_generation(kept->keeper))
        ps_keeper_own(kept->keeper, file->fd, false);
    if (close_it)
        close(file->fd);
    file->fd = -1;
    atomic_fetch_sub(&kept->keeper->open, 1);
}

void ps_kept_free(struct ps_kept *kept)
{
    unsigned generation = kept->len > 0 ? ps_keeper_generation(kept->keeper) : 0;
    for (size_t i = 0; i < kept->len; i++)
        forget(kept, &kept->files[i], kept->files[i].generation == generation);
    kept->len = 0;
}

void ps_kept_after_fork(struct ps_kept *kept)
{
    for (size_t i = 0; i < kept->len; i++)
        atomic_store(&kept->files[i].busy, false);
}

/* Most names differ in their first letter. */
static struct ps_kept_file *find(struct ps_kept *kept, const char *name)
{
    for (size_t i = 0; i < kept->len; i++)
        if (kept->files[i].name[0] == name[0] && strcmp(kept->files[i].name, name) == 0)
            return &kept->files[i];
    return NULL;
}

struct ps_kept_file *ps_kept_hold(struct ps_kept *kept, const char *name)
{
    struct ps_kept_file *file = kept ? find(kept, name) : NULL;
    unsigned generation = file ? ps_keeper_generation(kept->keeper) : 0;
    if (generation == 0 || atomic_exchange_explicit(&file->busy, true, memory_order_acquire))
        return NULL;
    if (file->generation != generation)
        forget(kept, file, false);
    file->generation = generation;
    return file;
}

void ps_kept_release(struct ps_kept *kept, struct ps_kept_file *file, int fd)
{
    bool keep = fd >= 0 && file->seen && kept->keeper->is_kernels(fd) && take_budget(kept->keeper);
    if (keep) {
        file->fd = fd;
        ps_keeper_own(kept->keeper, fd, true);
    } else if (fd >= 0) {
        close(fd);
    }
    file->seen = true;
    atomic_store_explicit(&file->busy, false, memory_order_release);
}

/* Somebody closed it when the number is no descriptor's, or another file's. */
void ps_kept_drop(struct ps_kept *kept, struct ps_kept_file *file)
{
    forget(kept, file, kept->keeper->is_kernels(file->fd));
}
