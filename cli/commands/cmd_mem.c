/* psutil mem: what processes really cost, as smem shows it. */
#include "platform.h"
#include "processes/select.h"
#include "table/table.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"by", "WHAT", "the sum for each user or program, instead of each process", 0},
    {NULL, NULL, NULL, 0},
};

static const struct listing listing = {
    .parts = {{"process", offsetof(struct process_row, info)}},
    .columns = process_columns,
    .defaults = "pid,user,swap,uss,pss,rss,command",
    .sort = "-pss,-uss",
    .has = process_has,
};

/* ---- Sums -------------------------------------------------------------------------------------
 */

struct group {
    const char *name; /* NULL: unknown */
    int64_t processes;
    int64_t rss, uss, pss, swap; /* of those whose figures are known; unknown when none is */
};

static void derive_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct group *)row)->name);
}

#define DERIVE(member)                                                                             \
    static void derive_##member(struct cell *out, const void *row, struct buffer *scratch)         \
    {                                                                                              \
        (void)scratch;                                                                             \
        cell_set_int(out, ((const struct group *)row)->member);                                    \
    }

DERIVE(processes)
DERIVE(rss)
DERIVE(uss)
DERIVE(pss)
DERIVE(swap)

#define SUM(member, text, unit_)                                                                   \
    .name = #member, .doc = (text), .type = PSUTIL_TYPE_INT, .unit = PSUTIL_UNIT_##unit_,          \
    .derive = derive_##member

static const struct column_spec group_columns[] = {
    {.name = "name",
     .doc = "user, or name of the program",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_name,
     .cut = true},
    {SUM(processes, "how many", NONE), .header = "COUNT"},
    {SUM(swap, "swapped out", BYTES), .made_of = "pfootprint.swap"},
    {SUM(uss, "private: freed if they ended now", BYTES), .made_of = "pfootprint.uss"},
    {SUM(pss, "uss and the share of what is shared", BYTES), .made_of = "pfootprint.pss"},
    {SUM(rss, "in RAM now; what they share is counted for each", BYTES)},
    {.name = NULL},
};

static const struct listing group_listing = {
    .columns = group_columns,
    .defaults = "name,processes,swap,uss,pss,rss",
    .sort = "-pss,-uss",
};

struct mem {
    const struct cli *cli;
    struct table table;
    struct select select;
    struct processes processes;
    psutil_fields by; /* 0, USERNAME or NAME */
    struct group *groups;
    size_t len;
};

static void add(int64_t *sum, int64_t value)
{
    if (value != PSUTIL_UNKNOWN)
        *sum = *sum == PSUTIL_UNKNOWN ? value : *sum + value;
}

static void add_process(struct group *group, const psutil_process_info *info)
{
    group->processes++;
    if (info->result[PSUTIL_FIELD_MEMORY_INFO] == 0)
        add(&group->rss, info->memory_info.rss);
    if (info->result[PSUTIL_FIELD_MEMORY_FOOTPRINT] != 0)
        return;
    add(&group->uss, info->memory_footprint.uss);
    add(&group->pss, info->memory_footprint.pss);
    add(&group->swap, info->memory_footprint.swap);
}

static const char *name_of(const struct mem *mem, const psutil_process_info *info)
{
    bool user = mem->by == PSUTIL_FIELD(USERNAME);
    size_t field = user ? PSUTIL_FIELD_USERNAME : PSUTIL_FIELD_NAME;
    return info->result[field] != 0 ? NULL : user ? info->username : info->name;
}

static int compare_names(const char *a, const char *b)
{
    return !a || !b ? !!a - !!b : strcmp(a, b);
}

static int compare_groups(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    return compare_names(a->name, b->name);
}

/* One for each process, ordered by name; those of one name become one. */
static void merge(struct mem *mem)
{
    size_t kept = 0;
    qsort(mem->groups, mem->len, sizeof *mem->groups, compare_groups);
    for (size_t i = 0; i < mem->len; i++) {
        struct group *last = kept > 0 ? &mem->groups[kept - 1] : NULL;
        if (!last || compare_groups(last, &mem->groups[i]) != 0) {
            mem->groups[kept++] = mem->groups[i];
            continue;
        }
        last->processes += mem->groups[i].processes;
        add(&last->rss, mem->groups[i].rss);
        add(&last->uss, mem->groups[i].uss);
        add(&last->pss, mem->groups[i].pss);
        add(&last->swap, mem->groups[i].swap);
    }
    mem->len = kept;
}

static int sum_up(struct mem *mem, struct rows *rows)
{
    free(mem->groups);
    mem->len = rows->len;
    mem->groups = calloc(rows->len + 1, sizeof *mem->groups);
    if (!mem->groups)
        return cli_error("out of memory");
    for (size_t i = 0; i < rows->len; i++) {
        const struct process_row *row = rows->items[i];
        mem->groups[i] = (struct group){name_of(mem, &row->info), 0,
                                        PSUTIL_UNKNOWN,           PSUTIL_UNKNOWN,
                                        PSUTIL_UNKNOWN,           PSUTIL_UNKNOWN};
        add_process(&mem->groups[i], &row->info);
    }
    merge(mem);
    rows->len = 0;
    rows_add_array(rows, mem->groups, mem->len, sizeof *mem->groups);
    return CLI_DONE;
}

/* ---- The listing ------------------------------------------------------------------------------
 */

static void note_refused(const struct mem *mem, size_t refused)
{
    if (mem->table.format == FORMAT_TEXT && refused > 0)
        cli_note_hidden(mem->cli, "uss and pss of", refused, "process", "processes");
}

/* Kernel threads and zombies cost no memory. */
static bool costs_nothing(const psutil_process_info *info)
{
    const psutil_pfootprint *costs = &info->memory_footprint;
    return info->result[PSUTIL_FIELD_MEMORY_FOOTPRINT] == 0 && costs->uss == 0 && costs->pss == 0 &&
           costs->swap == 0;
}

static size_t gather(struct mem *mem, struct rows *rows)
{
    size_t refused = 0;
    for (size_t i = 0; i < mem->processes.len; i++) {
        const struct process_row *row = &mem->processes.rows[i];
        if (!select_keeps(&mem->select, row) ||
            (!select_is_narrow(&mem->select) && costs_nothing(&row->info)))
            continue;
        refused += row->info.result[PSUTIL_FIELD_MEMORY_FOOTPRINT] == PSUTIL_EACCES;
        rows_add(rows, row);
    }
    return refused;
}

static int show(void *user)
{
    struct mem *mem = user;
    struct rows rows = {0};
    int status = processes_refresh(&mem->processes);
    size_t refused = status == CLI_DONE ? gather(mem, &rows) : 0;
    size_t found = rows.len;
    if (status == CLI_DONE && mem->by)
        status = sum_up(mem, &rows);
    table_sort(&mem->table, &rows);
    if (status == CLI_DONE)
        status = table_print(&mem->table, &rows);
    rows_free(&rows);
    if (status == CLI_DONE)
        note_refused(mem, refused);
    if (status != CLI_DONE || watch_is_on(mem->cli))
        return status;
    status = select_missing(&mem->select);
    return status == CLI_DONE && found == 0 ? CLI_FAILED : status;
}

static int choose_groups(struct mem *mem)
{
    const char *by = options_get(&mem->cli->options, "by");
    if (!by)
        return CLI_DONE;
    if (strcmp(by, "user") == 0)
        mem->by = PSUTIL_FIELD(USERNAME);
    else if (strcmp(by, "program") == 0)
        mem->by = PSUTIL_FIELD(NAME);
    else
        return cli_usage("--by is user or program, not %s", by);
    return CLI_DONE;
}

static int look(struct mem *mem)
{
    int status = choose_groups(mem);
    psutil_fields fields =
        mem->by ? mem->by | PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(MEMORY_FOOTPRINT)
                : table_fields(&mem->table);
    if (status == CLI_DONE)
        status = processes_open(&mem->processes, mem->cli, fields | select_fields(&mem->select));
    if (status == CLI_DONE)
        status = watch(mem->cli, show, mem);
    processes_close(&mem->processes);
    free(mem->groups);
    return status;
}

static int run(struct cli *cli)
{
    struct mem mem = {.cli = cli};
    int status = table_open(&mem.table, cli);
    if (status == CLI_DONE) {
        status = select_open(&mem.select, cli);
        if (status == CLI_DONE)
            status = look(&mem);
        select_close(&mem.select);
    }
    table_close(&mem.table);
    return status;
}

const struct command command_mem = {
    .name = "mem",
    .group = GROUP_PROCESSES,
    .usage = "[PID...]",
    .doc = "What processes really cost: private, shared and swapped memory",
    .text = "uss is what would be freed if the process ended now, pss adds its share of what\n"
            "it shares with others: the pss of all processes is what they all take together.\n"
            "Both are shown to root, and to each user of the own processes. Those that cost\n"
            "nothing (kernel threads) are left out, unless they are asked for.\n"
            "\nExamples:\n"
            "  psutil mem --by program\n"
            "  psutil mem --user www --sort -swap\n"
            "  psutil mem --filter 'uss > 100M' --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION | TAKES_WATCH,
    .listing = &listing,
    .other_option = "by",
    .other = &group_listing,
};
