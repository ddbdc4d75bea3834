/* psutil ps: processes, as ps, pgrep and pidof list them. */
#include "platform.h"
#include "processes/select.h"
#include "processes/tree.h"
#include "table/table.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"tree", NULL, "children below their parents", 't'},
    {"threads", NULL, "a line for each thread", 'T'},
    {NULL, NULL, NULL, 0},
};

/* A column that is about the time between two moments waits this long for the second. */
#define CPU_INTERVAL 0.1

struct ps {
    const struct cli *cli;
    struct table table;
    struct select select;
    struct processes processes;
    struct process_row *threads; /* with --threads */
};

static bool option_is_on(const struct ps *ps, const char *name)
{
    return options_get(&ps->cli->options, name) != NULL;
}

static psutil_fields needed_fields(const struct ps *ps)
{
    psutil_fields fields = table_fields(&ps->table) | select_fields(&ps->select);
    if (option_is_on(ps, "tree"))
        fields |= PSUTIL_FIELD(PPID);
    if (option_is_on(ps, "threads"))
        fields |= PSUTIL_FIELD(THREADS) | PSUTIL_FIELD(NUM_THREADS);
    if (watch_is_on(ps->cli) && fields & PSUTIL_FIELD(CPU_TIMES))
        fields |= PSUTIL_FIELD(CPU_PERCENT);
    return fields;
}

/* ---- Threads ----------------------------------------------------------------------------------
 */

static const psutil_pthread_list *threads_of(const struct process_row *row)
{
    return row->info.result[PSUTIL_FIELD_THREADS] == 0 ? row->info.threads : NULL;
}

static size_t count_threads(const struct rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->len; i++) {
        const psutil_pthread_list *list = threads_of(rows->items[i]);
        count += list ? list->len : 1;
    }
    return count;
}

/* Each process becomes its threads; one whose threads are refused stays. */
static void split(struct ps *ps, struct rows *rows)
{
    size_t len = 0, count = count_threads(rows);
    struct process_row *threads = calloc(count ? count : 1, sizeof *threads);
    rows->failed |= !threads;
    for (size_t i = 0; threads && i < rows->len; i++) {
        const psutil_pthread_list *list = threads_of(rows->items[i]);
        for (size_t k = 0; k < (list ? list->len : 1); k++) {
            threads[len] = *(const struct process_row *)rows->items[i];
            threads[len++].thread = list ? &list->items[k] : NULL;
        }
    }
    free(ps->threads);
    ps->threads = threads;
    rows->len = 0;
    if (threads)
        rows_add_array(rows, threads, len, sizeof *threads);
}

/* ---- The listing ------------------------------------------------------------------------------
 */

static int print(struct ps *ps, struct rows *rows)
{
    if (option_is_on(ps, "threads"))
        split(ps, rows);
    table_sort(&ps->table, rows);
    bool tree = option_is_on(ps, "tree");
    if (tree && tree_arrange(rows, ps->table.term.utf8))
        rows->branch_column = table_column(&ps->table, "command");
    int status = table_print(&ps->table, rows);
    tree_free(rows);
    return status;
}

static int show(void *user)
{
    struct ps *ps = user;
    struct rows rows = {0};
    int status = processes_refresh(&ps->processes);
    for (size_t i = 0; status == CLI_DONE && i < ps->processes.len; i++)
        if (select_keeps(&ps->select, &ps->processes.rows[i]))
            rows_add(&rows, &ps->processes.rows[i]);
    size_t len = rows.len;
    if (status == CLI_DONE)
        status = print(ps, &rows);
    rows_free(&rows);
    if (status == CLI_DONE && !watch_is_on(ps->cli)) {
        status = select_missing(&ps->select);
        if (status == CLI_DONE && len == 0)
            return CLI_FAILED; /* as pgrep: nothing was found */
    }
    return status;
}

static int read_first(struct ps *ps)
{
    int status = processes_refresh(&ps->processes);
    if (status == CLI_DONE)
        platform_sleep(CPU_INTERVAL);
    return status;
}

static int look(struct ps *ps)
{
    psutil_fields fields = needed_fields(ps);
    if (option_is_on(ps, "tree") && option_is_on(ps, "threads"))
        return cli_usage("--tree and --threads exclude each other");
    int status = processes_open(&ps->processes, ps->cli, fields);
    if (status == CLI_DONE && fields & PSUTIL_FIELD(CPU_PERCENT))
        status = read_first(ps);
    if (status == CLI_DONE)
        status = watch(ps->cli, show, ps);
    processes_close(&ps->processes);
    free(ps->threads);
    return status;
}

static int run(struct cli *cli)
{
    struct ps ps = {.cli = cli};
    int status = table_open(&ps.table, cli);
    if (status == CLI_DONE) {
        status = select_open(&ps.select, cli);
        if (status == CLI_DONE)
            status = look(&ps);
        select_close(&ps.select);
    }
    table_close(&ps.table);
    return status;
}

const struct command command_ps = {
    .name = "ps",
    .group = GROUP_PROCESSES,
    .usage = "[PID...]",
    .doc = "Processes: their users, memory, CPU time, command lines",
    .text = "All processes, or those that are named by pid, --user, --name and --filter. Each\n"
            "field of a process can be a column. Fails when nothing is found, as pgrep does.\n"
            "\nExamples:\n"
            "  psutil ps --sort -rss --columns +pss\n"
            "  psutil ps --filter 'name=~py && rss>100M' --tree\n"
            "  psutil ps --name sshd --columns pid --no-header\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION | TAKES_WATCH,
    .listing = &process_listing,
};
