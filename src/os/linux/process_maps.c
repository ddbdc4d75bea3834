/* What memory a process has mapped, and what it costs: /proc/PID/smaps and smaps_rollup. */
#include "core/records.h"
#include "os/linux/process.h"
#include "parse/smaps.h"

#include <stdlib.h>
#include <string.h>

/* ---- Footprint ------------------------------------------------------------------------------- */

/* smaps_rollup is one mapping to the parser. False when there are no figures. */
static bool sum_up(const struct ps_text *text, psutil_pfootprint *out)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_smaps map;
    *out = (psutil_pfootprint){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    while (ps_smaps_next(&c, &map)) {
        int64_t own = ps_smaps_add(map.private_clean, map.private_dirty);
        out->uss = ps_smaps_add(out->uss, ps_smaps_add(own, map.private_hugetlb));
        out->pss = ps_smaps_add(out->pss, map.pss);
        out->swap = ps_smaps_add(out->swap, map.swap);
    }
    return out->uss != PSUTIL_UNKNOWN;
}

/* Kernels before 4.14 have no smaps_rollup. */
static int read_footprint(struct ps_reader *reader, struct ps_text *text, const char **name)
{
    *name = "smaps_rollup";
    int rc = ps_text_read_piece(reader->ctx, text, &reader->dir, *name);
    if (rc != PSUTIL_ESRCH || !ps_reader_is_alive(reader) || ps_reader_is_kernel_thread(reader) ||
        ps_reader_has_ended(reader))
        return rc;
    *name = "smaps";
    return ps_text_read(reader->ctx, text, &reader->dir, *name);
}

/* Kernel threads and zombies cost no memory: that is known, and zero. */
int ps_source_footprint(struct ps_reader *reader)
{
    struct ps_text text;
    const char *name;
    psutil_pfootprint *out = &reader->to->info->memory_footprint;
    ps_text_init(&text);
    int rc = read_footprint(reader, &text, &name);
    bool none = rc == PSUTIL_ESRCH || (rc == 0 && text.len == 0);
    int absent = none ? ps_reader_absent(reader, rc) : rc;
    if (none && (absent == PSUTIL_EZOMBIE || (absent == 0 && ps_reader_is_kernel_thread(reader)))) {
        *out = (psutil_pfootprint){0, 0, 0};
        rc = 0;
    } else if (rc == 0 && !sum_up(&text, out)) {
        rc = ps_fail_data(reader->ctx, &reader->dir, name);
    }
    ps_text_free(&text);
    return rc;
}

/* ---- Mappings -------------------------------------------------------------------------------- */

#define NO_ITEM UINT32_MAX

/* The mappings so far, and where each path is among them. A process may have 65,530 mappings
 * (vm.max_map_count) of as many files. */
struct mappings {
    const struct ps_reader *reader;
    struct ps_shortage *shortage;
    struct ps_list list;
    struct ps_span written; /* the path of the last mapping, as it is in the file, */
    char *path;             /* and as it is called */
    uint32_t *buckets;      /* NULL until they are needed; never when ungrouped */
    size_t mask;
    uint32_t last; /* the item of the last mapping */
};

/* FNV-1a */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

static void add_figures(psutil_pmmap *item, const struct ps_smaps *map)
{
    item->rss = ps_smaps_add(item->rss, map->rss);
    item->size = ps_smaps_add(item->size, map->size);
    item->pss = ps_smaps_add(item->pss, map->pss);
    item->shared_clean = ps_smaps_add(item->shared_clean, map->shared_clean);
    item->shared_dirty = ps_smaps_add(item->shared_dirty, map->shared_dirty);
    item->private_clean = ps_smaps_add(item->private_clean, map->private_clean);
    item->private_dirty = ps_smaps_add(item->private_dirty, map->private_dirty);
    item->referenced = ps_smaps_add(item->referenced, map->referenced);
    item->anonymous = ps_smaps_add(item->anonymous, map->anonymous);
    item->swap = ps_smaps_add(item->swap, map->swap);
}

static psutil_pmmap *new_item(struct mappings *all)
{
    psutil_pmmap *item = ps_list_add(&all->list);
    const char *path = ps_list_string(&all->list, all->path, strlen(all->path));
    if (item) {
        item->addr = item->perms = NULL; /* no fields of the grouped record, and so not cleared */
        item->path = path;
    }
    return item;
}

/* Where a path is, or is to be put. */
static size_t bucket_of(const struct mappings *all, const char *path)
{
    size_t at = (size_t)hash_of(path) & all->mask;
    for (; all->buckets[at] != NO_ITEM; at = (at + 1) & all->mask) {
        const psutil_pmmap *item = ps_list_at(&all->list, all->buckets[at]);
        if (strcmp(ps_list_peek(&all->list, item->path), path) == 0)
            break;
    }
    return at;
}

/* At least half of the buckets stay empty. False without memory. */
static bool make_room(struct mappings *all)
{
    size_t size = all->buckets ? (all->mask + 1) * 2 : 64;
    if (all->list.len * 2 < all->mask)
        return true;
    free(all->buckets);
    all->buckets = malloc(size * sizeof *all->buckets);
    if (!all->buckets)
        return false;
    memset(all->buckets, 0xff, size * sizeof *all->buckets);
    all->mask = size - 1;
    for (uint32_t i = 0; i < all->list.len; i++) {
        const psutil_pmmap *item = ps_list_at(&all->list, i);
        all->buckets[bucket_of(all, ps_list_peek(&all->list, item->path))] = i;
    }
    return true;
}

/* The item of a path. One that has none yet gets it at the end: the order is that of the first
 * mapping of each. */
static psutil_pmmap *item_of_path(struct mappings *all)
{
    if (!make_room(all))
        all->list.failed = true;
    if (all->list.failed)
        return NULL;
    size_t at = bucket_of(all, all->path);
    if (all->buckets[at] == NO_ITEM) {
        if (!new_item(all) || all->list.failed)
            return NULL;
        all->buckets[at] = (uint32_t)(all->list.len - 1);
    }
    all->last = all->buckets[at];
    return ps_list_at(&all->list, all->last);
}

static psutil_pmmap *item_of_mapping(struct mappings *all, const struct ps_smaps *map)
{
    psutil_pmmap *item = new_item(all);
    const char *addr = ps_list_string(&all->list, map->addr.data, map->addr.len);
    const char *perms = ps_list_string(&all->list, map->perms.data, map->perms.len);
    if (item) {
        item->addr = addr;
        item->perms = perms;
    }
    return item;
}

/* Puts the path of a mapping into all->path, which is as large as the whole text. False when it is
 * there: a file is mapped in several pieces, one behind the other. */
static bool set_path(struct mappings *all, struct ps_span path)
{
    bool same = all->written.data && all->written.len == path.len &&
                memcmp(all->written.data, path.data, path.len) == 0;
    if (same)
        return false;
    all->written = path;
    if (path.len == 0) {
        memcpy(all->path, "[anon]", sizeof "[anon]");
        return true;
    }
    memcpy(all->path, path.data, path.len);
    size_t len = ps_smaps_unescape(all->path, path.len);
    ps_cut_deleted(all->reader, all->shortage, NULL, all->path, &len);
    all->path[len] = '\0';
    return true;
}

static psutil_pmmap *item_for(struct mappings *all, const struct ps_smaps *map, bool grouped)
{
    bool is_new = set_path(all, map->path);
    if (!grouped)
        return item_of_mapping(all, map);
    if (is_new || all->list.failed)
        return item_of_path(all);
    return ps_list_at(&all->list, all->last);
}

static psutil_pmmap_list *list_mappings(const struct ps_reader *reader, const struct ps_text *text,
                                        struct ps_shortage *shortage)
{
    bool grouped = !reader->to->maps_ungrouped;
    struct mappings all = {.reader = reader, .shortage = shortage};
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_smaps map;
    psutil_pmmap_list *list = NULL;
    ps_list_init(&all.list, grouped ? &ps_record_pmmap_grouped : &ps_record_pmmap_ext);
    all.path = malloc(text->len + sizeof "[anon]");
    while (all.path && shortage->rc == 0 && ps_smaps_next(&c, &map)) {
        psutil_pmmap *item = item_for(&all, &map, grouped);
        if (item)
            add_figures(item, &map);
    }
    list = all.path ? ps_list_finish(&all.list) : NULL;
    free(all.path);
    free(all.buckets);
    return list;
}

int ps_source_maps(struct ps_reader *reader)
{
    struct ps_text text;
    ps_text_init(&text);
    int rc = ps_text_read(reader->ctx, &text, &reader->dir, "smaps");
    if (rc == PSUTIL_ESRCH || (rc == 0 && text.len == 0)) {
        rc = ps_reader_absent(reader, rc);
        text.len = 0;
    }
    if (rc == 0) {
        struct ps_shortage shortage = {.ctx = reader->ctx};
        psutil_pmmap_list *list = list_mappings(reader, &text, &shortage);
        rc = shortage.rc != 0 ? shortage.rc : list ? 0 : ps_fail_memory(reader->ctx);
        if (rc == 0)
            reader->to->info->memory_maps = list;
        else
            psutil_free(list);
    }
    ps_text_free(&text);
    return rc;
}
