/* psutil maps: what a process has mapped, as pmap shows it. */
#include "table/table.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"grouped", NULL, "all mappings of a file together", 'g'},
    {NULL, NULL, NULL, 0},
};

struct map_row {
    psutil_pmmap map;
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

/* The kernel counts clean and dirty pages apart. */
static void derive_private(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_pmmap *map = &((const struct map_row *)row)->map;
    (void)scratch;
    if (map->private_clean != PSUTIL_UNKNOWN && map->private_dirty != PSUTIL_UNKNOWN)
        cell_set_int(out, map->private_clean + map->private_dirty);
}

static void derive_dirty(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_pmmap *map = &((const struct map_row *)row)->map;
    (void)scratch;
    if (map->shared_dirty != PSUTIL_UNKNOWN && map->private_dirty != PSUTIL_UNKNOWN)
        cell_set_int(out, map->shared_dirty + map->private_dirty);
}

#define BYTES(name_, doc_, function)                                                               \
    .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_INT, .unit = PSUTIL_UNIT_BYTES,            \
    .derive = (function)

static const struct column_spec columns[] = {
    {BYTES("private", "not shared with others, clean and dirty", derive_private),
     .made_of = "pmmap_ext.private_clean"},
    {BYTES("dirty", "changed, shared or not", derive_dirty), .made_of = "pmmap_ext.shared_dirty"},
    {.name = "path", .path = "path", .cut = true},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"pmmap_ext", offsetof(struct map_row, map)}},
    .columns = columns,
    .defaults = "addr,perms,size,rss,pss,private,dirty,swap,path",
};

static const struct listing grouped_listing = {
    .parts = {{"pmmap_grouped", offsetof(struct map_row, map)}},
    .columns = columns,
    .defaults = "size,rss,pss,private,dirty,swap,path",
    .sort = "-rss",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

struct maps {
    const struct cli *cli;
    struct table table;
    psutil_process *process;
    bool grouped;
};

static void add(int64_t *sum, int64_t value)
{
    if (value != PSUTIL_UNKNOWN)
        *sum = *sum == PSUTIL_UNKNOWN ? value : *sum + value;
}

static int64_t *size_in(psutil_pmmap *map, const psutil_field *field)
{
    return (int64_t *)(void *)((char *)map + field->offset);
}

/* All sizes, by the description of the record. */
static psutil_pmmap total_of(const struct rows *rows)
{
    psutil_pmmap total = {.path = "total"};
    const psutil_record *record = psutil_record_find("pmmap_grouped");
    for (const psutil_field *field = record->fields; field < record->fields + record->len;
         field++) {
        if (field->type != PSUTIL_TYPE_INT)
            continue;
        *size_in(&total, field) = PSUTIL_UNKNOWN;
        for (size_t i = 0; i < rows->len; i++) {
            psutil_pmmap map = ((const struct map_row *)rows->items[i])->map;
            add(size_in(&total, field), *size_in(&map, field));
        }
    }
    return total;
}

/* Where people read it, the sum stands below, as pmap has it. */
static int print(const struct maps *maps, struct rows *rows)
{
    struct map_row total;
    table_filter(&maps->table, rows);
    table_sort(&maps->table, rows);
    if (maps->table.format == FORMAT_TEXT && maps->table.header) {
        total.map = total_of(rows);
        rows_add(rows, &total);
    }
    return table_print(&maps->table, rows);
}

static int show(void *user)
{
    struct maps *maps = user;
    struct rows rows = {0};
    psutil_pmmap_list *list;
    int rc = psutil_process_memory_maps(&list, maps->process, maps->grouped);
    if (rc != 0)
        return cli_failed(maps->cli, rc);
    rows_add_array(&rows, list->items, list->len, sizeof *list->items);
    int status = print(maps, &rows);
    rows_free(&rows);
    psutil_free(list);
    return status;
}

static int run(struct cli *cli)
{
    struct maps maps = {.cli = cli, .grouped = options_get(&cli->options, "grouped") != NULL};
    int status = table_open(&maps.table, cli);
    if (status == CLI_DONE)
        status = cli_process(&maps.process, cli);
    if (status == CLI_DONE)
        status = watch(cli, show, &maps);
    psutil_process_close(maps.process);
    table_close(&maps.table);
    return status;
}

const struct command command_maps = {
    .name = "maps",
    .group = GROUP_PROCESSES,
    .usage = "PID",
    .doc = "The memory that a process has mapped: files, heap, stacks",
    .text = "Each mapping in the order of addresses, or with --grouped each file, the largest\n"
            "first. Below them their sum, where people read it.\n"
            "\nExamples:\n"
            "  psutil maps 1234 --grouped\n"
            "  psutil maps 1234 --filter 'perms=~w && rss>1M' --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
    .other_option = "grouped",
    .other = &grouped_listing,
};
