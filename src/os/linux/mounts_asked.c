/* The kernel writes a file of all mounts to tell of the few that lie on devices. Since Linux 6.8 it
 * also lists their ids, and tells of one alone. An id is never used again, and the type of a mount
 * never changes: so once a file has told which mounts are of a type that has a device, only these
 * are asked about, as long as there are the same mounts.
 *
 * What is asked is made into the same text that the file has. Where that did not come out once, for
 * whatever reason, the file is read: so it is with an option that statmount(2) does not tell, or
 * with a thread whose mounts are not the process's. */
#include "os/linux/mounts_asked.h"

#include "core/records.h"
#include "os/linux/syscalls.h"
#include "parse/mounts.h"
#include "parse/status.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* More mounts than this are nobody's who wants to know of a disk soon. */
enum { IDS_FIRST = 64, IDS_MAX = 4096, MISSES_MAX = 3 };

/* ---- Whether the kernel may be asked ------------------------------------------------------------
 */

/* A filter may end the program for a system call that it does not expect: none is made to try. One
 * that came later is asked for by a call that filters know. */
static bool is_allowed(psutil *ctx, struct ps_mounts *mounts)
{
    struct ps_status_rights rights;
    if (mounts->use == PS_MOUNTS_UNTRIED && ps_linux_rights(ctx, &rights))
        mounts->use = rights.filtered ? PS_MOUNTS_REFUSED : PS_MOUNTS_ALLOWED;
    return mounts->use == PS_MOUNTS_ALLOWED && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0;
}

/* /proc/self is of the process's first thread; another may have a root of its own, and mounts. */
static bool is_as_first_thread(void)
{
    enum { KCMP_FS = 3 }; /* include/uapi/linux/kcmp.h */
    pid_t process = getpid(), thread = (pid_t)syscall(SYS_gettid);
    return process == thread || syscall(SYS_kcmp, process, thread, KCMP_FS, 0L, 0L) == 0;
}

/* ---- Which mounts there are ---------------------------------------------------------------------
 */

static bool make_room(struct ps_mount_ids *ids, size_t room)
{
    if (room <= ids->room)
        return true;
    uint64_t *items = realloc(ids->items, room * sizeof *items);
    if (!items)
        return false;
    ids->items = items;
    ids->room = room;
    return true;
}

/* There is room for one more than there are: else some may be missing. */
static bool list_ids(struct ps_mount_ids *out)
{
    for (size_t room = out->room ? out->room : IDS_FIRST; room <= IDS_MAX; room *= 2) {
        if (!make_room(out, room))
            return false;
        errno = 0;
        long len = ps_sys_listmount(out->items, room);
        out->len = len > 0 ? (size_t)len : 0;
        if (out->len < room)
            return len > 0;
    }
    return false;
}

static bool same_ids(const struct ps_mount_ids *a, const struct ps_mount_ids *b)
{
    return a->len == b->len && memcmp(a->items, b->items, a->len * sizeof *a->items) == 0;
}

/* ---- What one mount is --------------------------------------------------------------------------
 */

/* As much as the kernel has to say of a mount on a device; what does not fit is left to the file.
 */
struct answer {
    struct ps_statmount mount;
    char text[2 * PS_PATH_MAX];
};

/* The bytes at this place of the text; none where the kernel has set nothing. */
static struct ps_span text_of(const struct answer *answer, uint64_t part, uint32_t at)
{
    if (!(answer->mount.mask & part) || at >= sizeof answer->text)
        return (struct ps_span){answer->text, 0};
    return (struct ps_span){answer->text + at,
                            strnlen(answer->text + at, sizeof answer->text - at)};
}

static bool ask(struct answer *answer, uint64_t id)
{
    const uint64_t needed = PS_STATMOUNT_SB_BASIC | PS_STATMOUNT_MNT_BASIC |
                            PS_STATMOUNT_MNT_POINT | PS_STATMOUNT_FS_TYPE | PS_STATMOUNT_SB_SOURCE;
    const uint64_t all = needed | PS_STATMOUNT_MNT_OPTS | PS_STATMOUNT_FS_SUBTYPE;
    return ps_sys_statmount(id, all, &answer->mount, sizeof *answer) == 0 &&
           (answer->mount.mask & needed) == needed && answer->mount.mnt_id == id;
}

static const char *put_options(struct ps_list *list, const struct answer *answer)
{
    char text[sizeof answer->text + PS_MOUNT_FLAGS];
    const struct ps_statmount *mount = &answer->mount;
    struct ps_span own = text_of(answer, PS_STATMOUNT_MNT_OPTS, mount->mnt_opts);
    size_t len = ps_mount_options_of_flags(mount->mnt_attr, mount->sb_flags, own, text);
    return ps_list_string(list, text, ps_mount_unescape(text, len));
}

/* "fuse.sshfs" */
static const char *put_type(struct ps_list *list, const struct answer *answer)
{
    char text[512];
    struct ps_span type = text_of(answer, PS_STATMOUNT_FS_TYPE, answer->mount.fs_type);
    struct ps_span sub = text_of(answer, PS_STATMOUNT_FS_SUBTYPE, answer->mount.fs_subtype);
    if (sub.len == 0 || type.len + 1 + sub.len > sizeof text)
        return ps_list_string(list, type.data, type.len);
    memcpy(text, type.data, type.len);
    text[type.len] = '.';
    memcpy(text + type.len + 1, sub.data, sub.len);
    return ps_list_string(list, text, type.len + 1 + sub.len);
}

/* Names that the kernel made up are looked up by who reads the file (is_nameless_root()). */
static bool is_made_up(struct ps_span device)
{
    return ps_span_equal(device, "/dev/root") || ps_span_equal(device, "rootfs");
}

static bool add_mount(struct ps_list *list, uint64_t id)
{
    struct answer answer;
    if (!ask(&answer, id))
        return false;
    const struct ps_statmount *mount = &answer.mount;
    struct ps_span device = text_of(&answer, PS_STATMOUNT_SB_SOURCE, mount->sb_source);
    struct ps_span point = text_of(&answer, PS_STATMOUNT_MNT_POINT, mount->mnt_point);
    if (device.len == 0 || is_made_up(device) || point.len == 0)
        return false;
    if (ps_span_equal(device, "none"))
        return true;
    psutil_sdiskpart part = {.device = ps_list_string(list, device.data, device.len),
                             .mountpoint = ps_list_string(list, point.data, point.len),
                             .fstype = put_type(list, &answer),
                             .opts = put_options(list, &answer)};
    psutil_sdiskpart *item = ps_list_add(list);
    if (item)
        *item = part;
    return true;
}

static psutil_sdiskpart_list *list_known(const struct ps_mounts *mounts)
{
    struct ps_list list;
    bool told = true;
    ps_list_init(&list, &ps_record_sdiskpart);
    for (size_t i = 0; i < mounts->lines.found && told; i++)
        told = add_mount(&list, mounts->ids.items[mounts->lines.at[i]]);
    if (told)
        return ps_list_finish(&list);
    ps_list_free(&list);
    return NULL;
}

/* ---- What is known ------------------------------------------------------------------------------
 */

psutil_sdiskpart_list *ps_mounts_ask(struct ps_mounts *mounts)
{
    if (!list_ids(&mounts->now)) {
        if (errno == ENOSYS)
            mounts->use = PS_MOUNTS_REFUSED;
        mounts->ids.len = mounts->now.len = 0;
        return NULL;
    }
    if (same_ids(&mounts->now, &mounts->ids))
        return mounts->known ? list_known(mounts) : NULL;
    struct ps_mount_ids old = mounts->ids;
    mounts->ids = mounts->now;
    mounts->now = old;
    mounts->known = false;
    mounts->misses = 0;
    return NULL;
}

/* To ask about one costs as much as three lines of the file. */
static bool pays(const struct ps_mount_lines *lines)
{
    return lines->found <= PS_MOUNTS_ASKED_MAX && lines->found * 3 <= lines->len + 3;
}

static bool same_parts(const psutil_sdiskpart_list *a, const psutil_sdiskpart_list *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        const psutil_sdiskpart *x = &a->items[i], *y = &b->items[i];
        if (strcmp(x->device, y->device) != 0 || strcmp(x->mountpoint, y->mountpoint) != 0 ||
            strcmp(x->fstype, y->fstype) != 0 || strcmp(x->opts, y->opts) != 0)
            return false;
    }
    return true;
}

/* The file and the ids are of the same mounts if these were the same before and after it was read;
 * both are in the order of the ids (fs/namespace.c). */
void ps_mounts_learn(struct ps_mounts *mounts, const struct ps_mount_lines *lines,
                     const psutil_sdiskpart_list *list)
{
    if (mounts->known || mounts->misses >= MISSES_MAX || lines->len != mounts->ids.len ||
        !pays(lines) || !list_ids(&mounts->now) || !same_ids(&mounts->now, &mounts->ids))
        return;
    mounts->lines = *lines;
    psutil_sdiskpart_list *asked = list_known(mounts);
    mounts->known = asked && same_parts(asked, list);
    mounts->misses += !mounts->known;
    psutil_free(asked);
}

/* ---- Who holds it -------------------------------------------------------------------------------
 */

/* Asking once is no reason to keep anything. */
static struct ps_mounts *made(struct ps_linux *os)
{
    if (!os->mounts && os->mounts_asked)
        os->mounts = calloc(1, sizeof *os->mounts);
    os->mounts_asked = true;
    return os->mounts;
}

struct ps_mounts *ps_mounts_hold(psutil *ctx)
{
    struct ps_linux *os = ps_linux_of(ctx);
    if (!os->live || atomic_exchange_explicit(&os->mounts_busy, true, memory_order_acquire))
        return NULL;
    struct ps_mounts *mounts = made(os);
    if (mounts && is_allowed(ctx, mounts) && is_as_first_thread())
        return mounts;
    ps_mounts_release(ctx);
    return NULL;
}

void ps_mounts_release(psutil *ctx)
{
    atomic_store_explicit(&ps_linux_of(ctx)->mounts_busy, false, memory_order_release);
}

/* What another thread was about to change is left where it is. */
void ps_mounts_after_fork(struct ps_linux *os)
{
    if (atomic_load(&os->mounts_busy))
        os->mounts = NULL;
    atomic_store(&os->mounts_busy, false);
}

void ps_mounts_free(struct ps_linux *os)
{
    if (!os->mounts)
        return;
    free(os->mounts->ids.items);
    free(os->mounts->now.items);
    free(os->mounts);
}
