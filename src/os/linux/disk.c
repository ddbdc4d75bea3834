/* Counters of disks from /proc/diskstats, or from /sys/block where a container hides that. */
#include "core/records.h"
#include "os/linux/linux.h"
#include "os/posix/folder.h"
#include "parse/diskstats.h"

#include <string.h>

enum { SECTOR = 512 };

static int64_t bytes_of(int64_t sectors)
{
    return sectors > INT64_MAX / SECTOR ? INT64_MAX : sectors * SECTOR;
}

static void add_disk(struct ps_list *list, const struct ps_diskstat *stat)
{
    const char *name = ps_list_string(list, stat->name.data, stat->name.len);
    psutil_sdiskio *item = ps_list_add(list);
    if (!item)
        return;
    item->name = name;
    item->read_count = stat->reads;
    item->write_count = stat->writes;
    item->read_bytes = bytes_of(stat->sectors_read);
    item->write_bytes = bytes_of(stat->sectors_written);
    item->read_time = stat->read_ms;
    item->write_time = stat->write_ms;
    item->read_merged_count = stat->reads_merged;
    item->write_merged_count = stat->writes_merged;
    item->busy_time = stat->busy_ms;
}

/* A line that cannot be understood is left out, unless all are like that. */
static int parse_diskstats(psutil *ctx, const struct ps_text *text, struct ps_list *list)
{
    struct ps_dir proc = ps_proc(ctx);
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_span line;
    while (ps_cursor_line(&c, &line)) {
        struct ps_diskstat stat;
        if (ps_parse_diskstats_line(line, &stat))
            add_disk(list, &stat);
        else if (ps_cursor_done(&c) && text->data[text->len - 1] != '\n')
            return ps_fail_data(ctx, &proc, "diskstats"); /* cut: there would be more disks */
    }
    if (list->len == 0 && text->len > 0 && !list->failed)
        return ps_fail_data(ctx, &proc, "diskstats");
    return 0;
}

/* ---- /sys/block -------------------------------------------------------------------------------
 */

/* Writes "block/" + disk + "/" + below; false when it does not fit. A "/" in a device's name is a
 * "!" in sysfs (lib/kobject.c:kobject_set_name_vargs). */
static bool block_path(char path[PS_PATH_MAX], const char *disk, const char *below)
{
    size_t disk_len = strlen(disk), below_len = strlen(below);
    if (disk_len + below_len + sizeof "block//" > PS_PATH_MAX)
        return false;
    char *at = path;
    memcpy(at, "block/", 6);
    at += 6;
    for (size_t i = 0; i < disk_len; i++)
        *at++ = disk[i] == '/' ? '!' : disk[i];
    *at++ = '/';
    memcpy(at, below, below_len + 1);
    return true;
}

/* Adds the counters in the file "block/" + disk + "/" + file under the name `name`. */
static void add_from_sys(const struct ps_dir *sys, struct ps_list *list, const char *disk,
                         const char *file, const char *name)
{
    char path[PS_PATH_MAX], buffer[512], shown[256];
    struct ps_span text;
    struct ps_diskstat stat;
    size_t len = strlen(name);
    if (len > sizeof shown || !block_path(path, disk, file) ||
        !ps_read_short(sys, path, buffer, sizeof buffer, &text) ||
        !ps_parse_block_stat(text.data, text.len, &stat))
        return;
    for (size_t i = 0; i < len; i++)
        shown[i] = name[i] == '!' ? '/' : name[i];
    stat.name = (struct ps_span){shown, len};
    add_disk(list, &stat);
}

static struct ps_span span_of(const char *text)
{
    return (struct ps_span){text, strlen(text)};
}

static void add_parts_from_sys(const struct ps_dir *sys, struct ps_list *list, const char *disk)
{
    char path[PS_PATH_MAX], file[PS_PATH_MAX];
    psutil_string_list *names;
    if (!block_path(path, disk, "") || ps_folder_read(&names, sys, path) != 0)
        return;
    for (size_t i = 0; i < names->len; i++) {
        const char *name = names->items[i];
        size_t len = strlen(name);
        if (!ps_disk_is_part(span_of(name), span_of(disk)) || len + sizeof "/stat" > sizeof file)
            continue;
        memcpy(file, name, len);
        memcpy(file + len, "/stat", sizeof "/stat");
        add_from_sys(sys, list, disk, file, name);
    }
    psutil_free(names);
}

enum { NO_FOLDER = 1 };

static int read_sys(psutil *ctx, struct ps_list *list)
{
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir sys = ps_noting(ps_sys(ctx), &shortage);
    psutil_string_list *disks;
    if (ps_folder_read(&disks, &sys, "block") != 0)
        return NO_FOLDER;
    for (size_t i = 0; i < disks->len; i++) {
        add_from_sys(&sys, list, disks->items[i], "stat", disks->items[i]);
        add_parts_from_sys(&sys, list, disks->items[i]);
    }
    psutil_free(disks);
    return shortage.rc;
}

/* The failure reported is that of /proc/diskstats: it is what should have been there. */
static int read_disks(psutil *ctx, struct ps_list *list)
{
    struct ps_text text;
    struct ps_dir proc = ps_proc(ctx);
    int rc = 0;
    ps_text_init(&text);
    bool there = ps_text_try_until(&text, &proc, "diskstats", ps_diskstats_is_all) == 0;
    if (!there && ps_sys_applies(ctx) && (rc = read_sys(ctx, list)) != NO_FOLDER)
        goto done;
    rc = there ? 0 : ps_text_read(ctx, &text, &proc, "diskstats");
    if (rc == 0)
        rc = parse_diskstats(ctx, &text, list);
done:
    ps_text_free(&text);
    return rc;
}

/* ---- Which disks add up -----------------------------------------------------------------------
 */

/* Partitions follow their disk in both sources, so that the disk is found at once. */
static bool is_part(const psutil_sdiskio_list *disks, size_t index)
{
    struct ps_span name = span_of(disks->items[index].name);
    for (size_t i = index; i-- > 0;)
        if (ps_disk_is_part(name, span_of(disks->items[i].name)))
            return true;
    for (size_t i = index + 1; i < disks->len; i++)
        if (ps_disk_is_part(name, span_of(disks->items[i].name)))
            return true;
    return false;
}

/* Every driver that puts one disk on others says so (block/holder.c). */
static bool has_slaves(const struct ps_dir *sys, const char *disk)
{
    char path[PS_PATH_MAX];
    psutil_string_list *names;
    if (!block_path(path, disk, "slaves") || ps_folder_read(&names, sys, path) != 0)
        return false;
    bool stands = names->len > 0;
    psutil_free(names);
    return stands;
}

/* `sys` is NULL where the disks are not those of the sys root. */
static bool adds_up(const struct ps_dir *sys, const psutil_sdiskio_list *disks, size_t index)
{
    const char *name = disks->items[index].name;
    switch (ps_disk_kind(span_of(name))) {
    case PS_DISK_STACKED:
    case PS_DISK_MEMORY:
        return false;
    case PS_DISK_HARDWARE:
        return !is_part(disks, index);
    default:
        return !is_part(disks, index) && !(sys && has_slaves(sys, name));
    }
}

/* Whether a disk adds up depends on the others in the list: it is asked before any goes. The names
 * stay where they are, in the list's block. */
static int keep_whole(psutil *ctx, psutil_sdiskio_list *disks)
{
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir sys = ps_noting(ps_sys(ctx), &shortage);
    bool applies = ps_sys_applies(ctx);
    size_t kept = 0;
    for (size_t i = disks->len; i-- > 0;)
        if (!adds_up(applies ? &sys : NULL, disks, i))
            disks->items[i].read_count = -1;
    for (size_t i = 0; i < disks->len; i++)
        if (disks->items[i].read_count != -1)
            disks->items[kept++] = disks->items[i];
    disks->len = kept;
    return shortage.rc;
}

int ps_os_disk_io(psutil *ctx, bool whole, psutil_sdiskio_list **out)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_sdiskio);
    int rc = read_disks(ctx, &list);
    if (rc != 0) {
        ps_list_free(&list);
        return rc;
    }
    psutil_sdiskio_list *disks = ps_list_finish(&list);
    if (!disks)
        return ps_fail_memory(ctx);
    rc = whole ? keep_whole(ctx, disks) : 0;
    if (rc == 0)
        *out = disks;
    else
        psutil_free(disks);
    return rc;
}
