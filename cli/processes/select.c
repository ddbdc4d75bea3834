#include "select.h"

#include "platform.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct option selection_options[] = {
    {"pid", "LIST", "these, by commas; as arguments without an option", 'p'},
    {"user", "NAME", "those of this user, by name or number", 'u'},
    {"name", "NAME", "those of exactly this name", 'n'},
    {NULL, NULL, NULL, 0},
};

static int bad_pid(const char *text)
{
    return cli_usage("a pid is a whole number, not \"%s\"", text);
}

/* The pids of a list. */
static int add_pids(struct select *select, const char *list)
{
    const char *at = list;
    do {
        char *end = NULL;
        int64_t pid = *at >= '0' && *at <= '9' ? strtoll(at, &end, 10) : -1;
        if (pid < 0 || (*end && *end != ','))
            return bad_pid(list);
        int64_t *more = realloc(select->pids, (select->pids_len + 1) * sizeof *more);
        if (!more)
            return cli_error("out of memory");
        select->pids = more;
        select->pids[select->pids_len++] = pid;
        at = *end ? end + 1 : NULL;
    } while (at);
    return CLI_DONE;
}

static int read_pids(struct select *select)
{
    const struct cli *cli = select->cli;
    const char *list = options_get(&cli->options, "pid");
    int status = list ? add_pids(select, list) : CLI_DONE;
    for (size_t i = 0; status == CLI_DONE && i < cli->words_len; i++)
        status = add_pids(select, cli->words[i]);
    if (status != CLI_DONE)
        return status;
    select->seen = calloc(select->pids_len ? select->pids_len : 1, sizeof *select->seen);
    return select->seen ? CLI_DONE : cli_error("out of memory");
}

int select_open(struct select *select, const struct cli *cli)
{
    const char *filter = options_get(&cli->options, "filter");
    char problem[FILTER_PROBLEM];
    *select = (struct select){.cli = cli,
                              .user = options_get(&cli->options, "user"),
                              .name = options_get(&cli->options, "name")};
    int status = read_pids(select);
    if (status != CLI_DONE || !filter)
        return status;
    select->filter = filter_open(&process_listing, filter, problem);
    return select->filter ? CLI_DONE : cli_usage_lines("--filter", problem);
}

void select_close(struct select *select)
{
    filter_close(select->filter);
    free(select->pids);
    free(select->seen);
}

bool select_is_narrow(const struct select *select)
{
    return select->pids_len > 0 || select->user || select->name || select->filter;
}

psutil_fields select_fields(const struct select *select)
{
    psutil_fields fields = PSUTIL_FIELD(PID);
    if (select->user)
        fields |= PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(UIDS);
    if (select->name)
        fields |= PSUTIL_FIELD(NAME);
    if (select->filter)
        fields |= filter_fields(select->filter);
    return fields;
}

static bool is_named(struct select *select, int64_t pid)
{
    bool found = false;
    for (size_t i = 0; i < select->pids_len; i++)
        if (select->pids[i] == pid)
            found = select->seen[i] = true;
    return found;
}

bool select_is_users(const psutil_process_info *info, const char *user)
{
    char *end = NULL;
    if (info->result[PSUTIL_FIELD_USERNAME] == 0 && info->username &&
        strcmp(info->username, user) == 0)
        return true;
    int64_t uid = strtoll(user, &end, 10);
    return end != user && *end == '\0' && info->result[PSUTIL_FIELD_UIDS] == 0 &&
           info->uids.effective == uid;
}

bool select_keeps(struct select *select, const struct process_row *row)
{
    const psutil_process_info *info = &row->info;
    if (select->pids_len > 0 && !is_named(select, info->pid))
        return false;
    if (select->user && !select_is_users(info, select->user))
        return false;
    if (select->name && (info->result[PSUTIL_FIELD_NAME] != 0 || !info->name ||
                         strcmp(info->name, select->name) != 0))
        return false;
    return !select->filter || filter_matches(select->filter, row);
}

int select_missing(const struct select *select)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < select->pids_len; i++)
        if (!select->seen[i])
            status = cli_error("%s: pid %" PRId64 ": %s", psutil_error_name(PSUTIL_ESRCH),
                               select->pids[i], psutil_error_text(PSUTIL_ESRCH));
    return status;
}

/* ---- Handles ----------------------------------------------------------------------------------
 */

static void close_handles(struct selected *selected)
{
    for (size_t i = 0; i < selected->len; i++)
        psutil_process_close(selected->items[i]);
    selected->len = 0;
}

static int open_handles(struct selected *out, struct select *select)
{
    const struct processes *processes = &out->processes;
    size_t room = processes->len ? processes->len : 1;
    out->items = calloc(room, sizeof *out->items);
    out->rows = calloc(room, sizeof *out->rows);
    if (!out->items || !out->rows)
        return cli_error("out of memory");
    for (size_t i = 0; i < processes->len; i++) {
        if (!select_keeps(select, &processes->rows[i]))
            continue;
        int rc = psutil_table_process(&out->items[out->len], processes->table, i);
        if (rc != 0) {
            close_handles(out);
            return cli_failed(select->cli, rc);
        }
        out->rows[out->len++] = &processes->rows[i];
    }
    return select_missing(select);
}

/* ---- Pids alone: who else there is need not be read
 * ----------------------------------------------
 */

static bool is_first(const struct select *select, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (select->pids[i] == select->pids[index])
            return false;
    return true;
}

/* 0 also for who does not exist: seen[] stays false. */
static int open_pid(struct selected *out, struct select *select, size_t index, psutil_fields fields)
{
    psutil_process *process;
    psutil_process_info *info;
    int rc = psutil_process_open(&process, select->cli->ctx, select->pids[index]);
    if (rc == 0) {
        rc = psutil_process_read(&info, process, fields);
        if (rc != 0)
            psutil_process_close(process);
    }
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED)
        return 0;
    if (rc != 0)
        return rc;
    struct process_row *row = &out->own[out->len];
    *row = (struct process_row){.info = *info, .now = platform_now()};
    out->infos[out->infos_len++] = info;
    out->items[out->len] = process;
    out->rows[out->len++] = row;
    select->seen[index] = true;
    return 0;
}

static bool make_room(struct selected *out, size_t room)
{
    out->items = calloc(room, sizeof *out->items);
    out->rows = calloc(room, sizeof *out->rows);
    out->own = calloc(room, sizeof *out->own);
    out->infos = calloc(room, sizeof *out->infos);
    return out->items && out->rows && out->own && out->infos;
}

static int open_pids(struct selected *out, struct select *select, psutil_fields fields)
{
    if (!make_room(out, select->pids_len))
        return cli_error("out of memory");
    fields &= psutil_process_fields();
    for (size_t i = 0; i < select->pids_len; i++) {
        int rc = is_first(select, i) ? open_pid(out, select, i, fields) : 0;
        if (rc != 0) {
            close_handles(out);
            return cli_failed(select->cli, rc);
        }
        select->seen[i] |= !is_first(select, i); /* the first of them tells */
    }
    return select_missing(select);
}

/* ---- Either way -------------------------------------------------------------------------------
 */

static bool is_pids_only(const struct select *select)
{
    return select->pids_len > 0 && !select->user && !select->name && !select->filter;
}

static int look(struct selected *out, struct select *select, psutil_fields fields, bool all)
{
    if (!select_is_narrow(select))
        return cli_usage("%s needs pids, --name, --user or --filter", select->cli->command->name);
    if (!all && is_pids_only(select))
        return open_pids(out, select, fields | PSUTIL_FIELD(PID));
    int status = processes_open(&out->processes, select->cli, fields | select_fields(select));
    if (status == CLI_DONE)
        status = processes_refresh(&out->processes);
    if (status == CLI_DONE)
        status = open_handles(out, select);
    if (status == CLI_DONE && out->len == 0)
        return cli_error("no process matches");
    return status;
}

static int choose(struct selected *out, const struct cli *cli, psutil_fields fields, bool all)
{
    struct select select;
    *out = (struct selected){0};
    int status = select_open(&select, cli);
    out->named = select.pids_len > 0;
    if (status == CLI_DONE)
        status = look(out, &select, fields, all);
    select_close(&select);
    return status;
}

int select_processes(struct selected *out, const struct cli *cli, psutil_fields fields)
{
    return choose(out, cli, fields, false);
}

int select_among_all(struct selected *out, const struct cli *cli, psutil_fields fields)
{
    return choose(out, cli, fields, true);
}

void selected_close(struct selected *selected)
{
    close_handles(selected);
    free(selected->items);
    free(selected->rows);
    for (size_t i = 0; i < selected->infos_len; i++)
        psutil_process_info_free(selected->infos[i]);
    free(selected->infos);
    free(selected->own);
    processes_close(&selected->processes);
}
