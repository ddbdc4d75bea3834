/* Memory and swap from /proc/meminfo and /proc/vmstat. */
#include "core/records.h"
#include "os/linux/linux.h"
#include "parse/meminfo.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int read_meminfo(psutil *ctx, struct ps_meminfo *out)
{
    char buffer[8192];
    size_t len;
    struct ps_dir proc = ps_proc(ctx);
    int rc = ps_read_once(ctx, &proc, "meminfo", buffer, sizeof buffer, &len);
    if (rc == 0)
        ps_parse_meminfo(buffer, len, out);
    return rc;
}

static bool known(int64_t value)
{
    return value != PSUTIL_UNKNOWN;
}

static int64_t or_zero(int64_t value)
{
    return known(value) ? value : 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Neither is negative; whatever a file says, sums and products stay within their type. */
static int64_t plus(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t bytes_of(psutil *ctx, int64_t pages)
{
    int64_t size = ps_linux_of(ctx)->page_size;
    return pages > INT64_MAX / size ? INT64_MAX : pages * size;
}

/* The sum of the "low" lines of /proc/zoneinfo: pages that the kernel keeps for itself. */
static int64_t low_watermark(struct ps_shortage *shortage)
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    int64_t pages = 0;
    ps_text_init(&text);
    if (ps_text_try(&text, &proc, "zoneinfo") == 0)
        pages = ps_parse_zoneinfo_low(text.data, text.len);
    ps_text_free(&text);
    return bytes_of(shortage->ctx, pages);
}

/* What the kernel itself computes since 3.14 (mm/show_mem.c:si_mem_available), for kernels before,
 * and for containers that leave the line out. */
static int64_t estimate_available(struct ps_shortage *shortage, const struct ps_meminfo *m)
{
    int64_t low = low_watermark(shortage);
    int64_t pagecache = plus(or_zero(m->active_file), or_zero(m->inactive_file));
    int64_t reclaimable = or_zero(m->reclaimable);
    int64_t caches =
        plus(pagecache - least(pagecache / 2, low), reclaimable - least(reclaimable / 2, low));
    int64_t above = m->free - low;
    int64_t available = above < 0 ? caches + above : plus(caches, above);
    return available < 0 ? 0 : available;
}

/* A container's MemAvailable may be the host's, and MemTotal its own: then free is the truth. Never
 * more than there is. */
static int64_t available(struct ps_shortage *shortage, const struct ps_meminfo *m)
{
    if (!known(m->free) || (m->cut && !known(m->available)))
        return known(m->available) ? least(m->available, m->total) : PSUTIL_UNKNOWN;
    int64_t value = known(m->available) ? m->available : estimate_available(shortage, m);
    return value > m->total ? least(m->free, m->total) : value;
}

/* A machine without ZFS is asked again after a second: to look for a file that is not there costs
 * half as much as all the rest. */
enum { SECOND = 1000000000 };

static bool is_known_absent(psutil *ctx)
{
    int64_t seen = atomic_load_explicit(&ps_linux_of(ctx)->no_zfs_at, memory_order_relaxed);
    return seen != 0 && ps_os_clock() - seen < SECOND;
}

static bool read_arcstats(struct ps_text *text, const struct ps_dir *proc, psutil *ctx)
{
    if (is_known_absent(ctx))
        return false;
    if (ps_text_try(text, proc, "spl/kstat/zfs/arcstats") == 0)
        return true;
    if (errno == ENOENT && ps_linux_of(ctx)->live)
        atomic_store_explicit(&ps_linux_of(ctx)->no_zfs_at, ps_os_clock(), memory_order_relaxed);
    return false;
}

/* ZFS caches files outside the page cache, which MemAvailable does not know: what its cache holds
 * above its floor is given back under pressure, as page cache is. A container sees the host's file:
 * a cache larger than what its own meminfo leaves unexplained is not in it. */
static int64_t zfs_cache(struct ps_shortage *shortage, const struct ps_meminfo *m)
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    int64_t size, floor, above = 0;
    int64_t others = plus(plus(or_zero(m->free), or_zero(m->buffers)), or_zero(m->cached));
    ps_text_init(&text);
    if (read_arcstats(&text, &proc, shortage->ctx) &&
        ps_parse_arcstats(text.data, text.len, &size, &floor) && size > floor &&
        size <= m->total - others)
        above = size - floor;
    ps_text_free(&text);
    return above;
}

static double percent_of(int64_t part, int64_t total)
{
    return total > 0 ? (double)part * 100 / (double)total : 0;
}

int ps_os_virtual_memory(psutil *ctx, psutil_svmem *out)
{
    struct ps_meminfo m;
    struct ps_dir proc = ps_proc(ctx);
    int rc = read_meminfo(ctx, &m);
    if (rc != 0)
        return rc;
    if (!known(m.total))
        return ps_fail_data(ctx, &proc, "meminfo");
    struct ps_shortage shortage = {.ctx = ctx};
    int64_t left = available(&shortage, &m);
    if (known(left))
        left = least(plus(left, zfs_cache(&shortage, &m)), m.total);
    if (shortage.rc != 0)
        return shortage.rc;
    bool computable = known(left);
    ps_record_clear(&ps_record_svmem, out);
    out->total = m.total;
    out->available = left;
    out->percent = computable ? percent_of(m.total - left, m.total) : NAN;
    out->used = computable ? m.total - left : PSUTIL_UNKNOWN;
    out->free = m.free;
    out->active = m.active;
    out->inactive = m.inactive;
    out->buffers = m.buffers;
    bool addable = known(m.cached) && (known(m.reclaimable) || !m.cut);
    out->cached = addable ? plus(m.cached, or_zero(m.reclaimable)) : PSUTIL_UNKNOWN;
    out->shared = m.shared;
    out->slab = m.slab;
    return 0;
}

/* The traffic is a figure of its own file, which a sandbox may lack: unknown then. The kernel
 * gathers all its figures anew for each read, and the first has them. */
static int read_traffic(psutil *ctx, psutil_sswap *out)
{
    struct ps_text text;
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir proc = ps_noting(ps_proc(ctx), &shortage);
    int64_t in = PSUTIL_UNKNOWN, out_pages = PSUTIL_UNKNOWN;
    ps_text_init(&text);
    if (ps_text_try_until(&text, &proc, "vmstat", ps_vmstat_has_swap) == 0)
        ps_parse_vmstat_swap(text.data, text.len, &in, &out_pages);
    ps_text_free(&text);
    out->sin = known(in) ? bytes_of(ctx, in) : PSUTIL_UNKNOWN;
    out->sout = known(out_pages) ? bytes_of(ctx, out_pages) : PSUTIL_UNKNOWN;
    return shortage.rc;
}

static int read_swap(psutil *ctx, psutil_sswap *out)
{
    struct ps_meminfo m;
    struct ps_dir proc = ps_proc(ctx);
    int rc = read_meminfo(ctx, &m);
    if (rc != 0)
        return rc;
    if (!known(m.swap_total) || !known(m.swap_free))
        return ps_fail_data(ctx, &proc, "meminfo");
    int64_t used = m.swap_total - least(m.swap_free, m.swap_total);
    psutil_sswap swap = {.total = m.swap_total,
                         .used = used,
                         .free = m.swap_free,
                         .percent = percent_of(used, m.swap_total)};
    rc = read_traffic(ctx, &swap);
    if (rc == 0)
        *out = swap;
    return rc;
}

/* ---- Machines without swap ----------------------------------------------------------------------
 *
 * Nothing is swapped where there is nothing to swap to: the figures stand still until swapon(8).
 * An open /proc/swaps tells of that when it is asked by poll() (mm/swapfile.c:swaps_poll), each
 * time once, for a hundredth of what the figures cost. */

static bool is_unchanged(int fd)
{
    struct pollfd question = {.fd = fd, .events = POLLPRI};
    return poll(&question, 1, 0) == 0;
}

/* The file lists what is being given up until the last page came back, when meminfo has 0 already.
 * Without swap it holds its heading alone. */
static bool lists_none(int fd)
{
    char text[128];
    ssize_t len = pread(fd, text, sizeof text, 0);
    return len > 0 && memchr(text, '\n', (size_t)len) == text + len - 1;
}

static bool answer_swapless(const struct ps_swapless *known, const struct ps_kept_file *swaps,
                            psutil_sswap *out)
{
    if (swaps->fd < 0 || known->generation != swaps->generation || !is_unchanged(swaps->fd))
        return false;
    *out = known->swap;
    return true;
}

/* From here on the file tells of changes. False unless there is no swap, and a file that is kept.
 */
static bool begin_watch(const struct ps_dir *proc, const struct ps_kept_file *swaps, int *fd)
{
    if (swaps->fd < 0) {
        *fd = ps_dir_open(proc, "swaps", O_RDONLY);
        return false;
    }
    is_unchanged(swaps->fd);
    return lists_none(swaps->fd);
}

int ps_os_swap_memory(psutil *ctx, psutil_sswap *out)
{
    struct ps_dir proc = ps_proc(ctx);
    struct ps_swapless *swapless = &ps_linux_of(ctx)->swapless;
    struct ps_kept_file *swaps = ps_kept_hold(proc.kept, "swaps");
    int fd = -1, rc = 0;
    if (!swaps)
        return read_swap(ctx, out);
    if (!answer_swapless(swapless, swaps, out)) {
        bool none = begin_watch(&proc, swaps, &fd);
        rc = read_swap(ctx, out);
        bool learned = none && rc == 0 && out->total == 0 && known(out->sin) && known(out->sout);
        swapless->generation = learned ? swaps->generation : 0;
        if (learned)
            swapless->swap = *out;
    }
    ps_kept_release(proc.kept, swaps, fd);
    return rc;
}
