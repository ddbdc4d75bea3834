/* Mounted file systems from `mounts`, or mountinfo, which takes the kernel half as long again,
 * where the device's number is needed; of those on devices also without a file (mounts_asked.h). */
#include "parse/mounts.h"
#include "core/records.h"
#include "os/linux/mounts_asked.h"

#include <stdlib.h>
#include <string.h>

typedef bool mount_parser(struct ps_span line, struct ps_mount *out);

/* The caller's own mounts come first. A recorded root may have no `self`: its first process saw the
 * machine's. */
static const struct {
    const char *name;
    mount_parser *parse;
} sources[] = {
    {"self/mountinfo", ps_parse_mountinfo_line},
    {"self/mounts", ps_parse_mounts_line},
    {"1/mountinfo", ps_parse_mountinfo_line},
    {"1/mounts", ps_parse_mounts_line},
    {"mounts", ps_parse_mounts_line},
};
enum { SHORT_SOURCE = 1, OWN_SOURCES = 2, SOURCES = sizeof sources / sizeof *sources };

/* The types that have a device, in the order of /proc/filesystems. */
enum { TYPES_MAX = 128 };
struct types {
    bool known; /* /proc/filesystems could be read */
    size_t len;
    struct ps_span items[TYPES_MAX];
    struct ps_text text; /* what the spans point into */
};

/* One listing. */
struct listing {
    psutil *ctx;
    struct ps_shortage shortage;
    bool all;
    struct ps_text text;
    char *scratch; /* as long as the text: options are put together here */
    struct types types;
    struct ps_mount_lines lines; /* of the text */
    struct ps_list list;
};

static void read_types(struct listing *l)
{
    struct ps_dir proc = ps_noting(ps_proc(l->ctx), &l->shortage);
    struct ps_span line, type;
    l->types.known = ps_text_try(&l->types.text, &proc, "filesystems") == 0;
    if (!l->types.known)
        return;
    struct ps_cursor c = ps_cursor_of(l->types.text.data, l->types.text.len);
    while (l->types.len < TYPES_MAX && ps_cursor_line(&c, &line))
        if (ps_parse_filesystems_line(line, &type))
            l->types.items[l->types.len++] = type;
}

static bool same(struct ps_span a, struct ps_span b)
{
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* zfs manages its devices itself and is therefore "nodev"; "fuseblk.ntfs" is a fuseblk. Where no
 * types are known, a device is what has a path. */
static bool is_of_devices(const struct types *types, const struct ps_mount *mount)
{
    struct ps_cursor c = ps_cursor_of_span(mount->fstype);
    struct ps_span type = ps_cursor_until(&c, '.');
    if (ps_span_equal(type, "zfs"))
        return true;
    if (!types->known)
        return ps_span_starts(mount->device, "/");
    for (size_t i = 0; i < types->len; i++)
        if (same(types->items[i], type))
            return true;
    return false;
}

static bool has_device(const struct ps_mount *mount)
{
    return mount->device.len > 0 && !ps_span_equal(mount->device, "none");
}

/* Whether the mount is to be listed, and a note of its line if its type alone allows that. */
static bool is_wanted(struct listing *l, const struct ps_mount *mount)
{
    size_t line = l->lines.len++;
    if (l->all)
        return true;
    if (!is_of_devices(&l->types, mount))
        return false;
    if (l->lines.found < PS_MOUNTS_ASKED_MAX)
        l->lines.at[l->lines.found] = (uint32_t)line;
    l->lines.found++;
    return has_device(mount);
}

/* ---- The root's device ------------------------------------------------------------------------
 */

/* Whether the kernel mounted it under a made-up name (init/do_mounts.c:mount_block_root). The
 * initial file system is really called "rootfs": there is no device behind that. */
static bool is_nameless_root(const struct ps_mount *mount)
{
    if (ps_span_equal(mount->device, "/dev/root"))
        return true;
    return ps_span_equal(mount->device, "rootfs") && !ps_span_equal(mount->fstype, "rootfs") &&
           !ps_span_equal(mount->fstype, "tmpfs") && !ps_span_equal(mount->fstype, "ramfs");
}

static const char *put_device(struct listing *l, struct ps_span name)
{
    char path[256] = "/dev/";
    const size_t start = sizeof "/dev/" - 1;
    if (name.len == 0 || name.len > sizeof path - start)
        return NULL;
    for (size_t i = 0; i < name.len; i++)
        path[start + i] = name.data[i] == '!' ? '/' : name.data[i];
    return ps_list_string(&l->list, path, start + name.len);
}

static struct ps_span last_part(struct ps_span path)
{
    size_t start = path.len;
    while (start > 0 && path.data[start - 1] != '/')
        start--;
    return (struct ps_span){path.data + start, path.len - start};
}

/* /sys/dev/block/8:1 is a link to the device's folder, which has the device's name. */
static const char *device_by_number(struct listing *l, struct ps_span number)
{
    static const char folder[] = "dev/block/";
    const size_t start = sizeof folder - 1;
    char link[64], target[PS_PATH_MAX];
    struct ps_dir sys = ps_noting(ps_sys(l->ctx), &l->shortage);
    if (number.len == 0 || start + number.len >= sizeof link || !ps_sys_applies(l->ctx))
        return NULL;
    memcpy(link, folder, start);
    memcpy(link + start, number.data, number.len);
    link[start + number.len] = '\0';
    ssize_t len = ps_link_try(&sys, link, target, sizeof target);
    if (len < 0)
        ps_note_shortage(&sys, "readlink", link);
    if (len <= 0 || (size_t)len == sizeof target)
        return NULL;
    return put_device(l, last_part((struct ps_span){target, (size_t)len}));
}

static const char *device_by_cmdline(struct listing *l)
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(l->ctx), &l->shortage);
    const char *device = NULL;
    ps_text_init(&text);
    if (ps_text_try(&text, &proc, "cmdline") == 0) {
        struct ps_span root = ps_parse_cmdline_root(text.data, text.len);
        if (ps_span_starts(root, "/dev/") && !ps_span_equal(root, "/dev/root"))
            device = ps_list_string(&l->list, root.data, root.len);
    }
    ps_text_free(&text);
    return device;
}

/* ---- Building the list ------------------------------------------------------------------------
 */

/* The spans of a mount point into the text, which is ours to change. */
static const char *put_unescaped(struct listing *l, struct ps_span span)
{
    char *data = l->text.data + (span.data - l->text.data);
    return ps_list_string(&l->list, data, ps_mount_unescape(data, span.len));
}

static const char *put_options(struct listing *l, const struct ps_mount *mount)
{
    if (mount->number.len == 0)
        return put_unescaped(l, mount->options);
    size_t len = ps_mount_options(mount, l->scratch);
    return ps_list_string(&l->list, l->scratch, ps_mount_unescape(l->scratch, len));
}

static const char *device_of(struct listing *l, const struct ps_mount *mount)
{
    const char *device = NULL;
    if (is_nameless_root(mount)) {
        device = device_by_number(l, mount->number);
        if (!device)
            device = device_by_cmdline(l);
    }
    if (ps_span_equal(mount->device, "none"))
        return ps_list_string(&l->list, "", 0);
    return device ? device : put_unescaped(l, mount->device);
}

static void add_mount(struct listing *l, const struct ps_mount *mount)
{
    const char *opts = put_options(l, mount);
    const char *device = device_of(l, mount);
    const char *mountpoint = put_unescaped(l, mount->mountpoint);
    const char *fstype = put_unescaped(l, mount->fstype);
    psutil_sdiskpart *item = ps_list_add(&l->list);
    if (item)
        *item = (psutil_sdiskpart){
            .device = device, .mountpoint = mountpoint, .fstype = fstype, .opts = opts};
}

/* A line that cannot be understood is left out, unless all are like that. */
static int add_mounts(struct listing *l, size_t source)
{
    struct ps_dir proc = ps_proc(l->ctx);
    struct ps_cursor c = ps_cursor_of(l->text.data, l->text.len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_mount mount;
        if (!sources[source].parse(line, &mount))
            continue;
        if (is_wanted(l, &mount))
            add_mount(l, &mount);
    }
    if (l->lines.len == 0 && l->text.len > 0)
        return ps_fail_data(l->ctx, &proc, sources[source].name);
    return 0;
}

/* The answer, unless the root's device is to be found by its number. */
static bool try_short(struct listing *l, const struct ps_dir *proc)
{
    struct ps_span line;
    struct ps_mount mount;
    if (!ps_linux_of(l->ctx)->live || ps_text_try(&l->text, proc, sources[SHORT_SOURCE].name) != 0)
        return false;
    struct ps_cursor c = ps_cursor_of(l->text.data, l->text.len);
    while (ps_cursor_line(&c, &line))
        if (ps_parse_mounts_line(line, &mount) && is_nameless_root(&mount))
            return false;
    return true;
}

/* The running kernel's first process lives in a mount namespace that need not be the caller's: it
 * speaks for recorded roots only. The failure reported is that of the first source. */
static int read_mounts(struct listing *l, size_t *source)
{
    struct ps_dir proc = ps_noting(ps_proc(l->ctx), &l->shortage);
    size_t usable = ps_linux_of(l->ctx)->live ? OWN_SOURCES : SOURCES;
    *source = SHORT_SOURCE;
    if (try_short(l, &proc))
        return 0;
    for (*source = 0; *source < usable; ++*source)
        if (ps_text_try(&l->text, &proc, sources[*source].name) == 0)
            return 0;
    if (l->shortage.rc != 0)
        return l->shortage.rc;
    *source = 0;
    return ps_text_read(l->ctx, &l->text, &proc, sources[0].name);
}

static int list_mounts(struct listing *l, psutil_sdiskpart_list **out)
{
    size_t source;
    int rc = read_mounts(l, &source);
    if (rc != 0)
        return rc;
    l->scratch = malloc(l->text.len + 4);
    if (!l->scratch)
        return ps_fail_memory(l->ctx);
    if (!l->all)
        read_types(l);
    rc = add_mounts(l, source);
    if (l->shortage.rc != 0)
        return l->shortage.rc;
    if (rc != 0)
        return rc;
    *out = ps_list_finish(&l->list);
    return *out ? 0 : ps_fail_memory(l->ctx);
}

static int list_file(psutil *ctx, bool all, struct ps_mounts *mounts, psutil_sdiskpart_list **out)
{
    struct listing l;
    psutil_sdiskpart_list *list;
    l.ctx = ctx;
    l.shortage = (struct ps_shortage){.ctx = ctx};
    l.all = all;
    l.scratch = NULL;
    l.types.known = false;
    l.types.len = 0;
    l.lines.len = l.lines.found = 0;
    ps_text_init(&l.text);
    ps_text_init(&l.types.text);
    ps_list_init(&l.list, &ps_record_sdiskpart);
    int rc = list_mounts(&l, &list);
    ps_text_free(&l.text);
    ps_text_free(&l.types.text);
    ps_list_free(&l.list);
    free(l.scratch);
    if (rc == 0 && mounts && l.types.known)
        ps_mounts_learn(mounts, &l.lines, list);
    if (rc == 0)
        *out = list;
    return rc;
}

/* To ask about each of all mounts would take longer than the file does. */
int ps_os_disk_partitions(psutil *ctx, bool all, psutil_sdiskpart_list **out)
{
    struct ps_mounts *mounts = all ? NULL : ps_mounts_hold(ctx);
    psutil_sdiskpart_list *list = mounts ? ps_mounts_ask(mounts) : NULL;
    int rc = list ? 0 : list_file(ctx, all, mounts, &list);
    if (mounts)
        ps_mounts_release(ctx);
    if (rc == 0)
        *out = list;
    return rc;
}
