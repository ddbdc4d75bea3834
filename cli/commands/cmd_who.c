/* psutil who: who is logged in, and what they do, as w and who show it. */
#include "platform.h"
#include "processes/processes.h"
#include "table/table.h"
#include "watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct who_row {
    psutil_suser user;
    double idle;
    const struct process_row *newest; /* on the terminal; NULL for none */
};

struct who {
    const struct cli *cli;
    struct table table;
    struct processes processes;
    psutil_suser_list *users;
    struct who_row *rows;
    bool what; /* whether processes are looked at */
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static void derive_idle(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_double(out, ((const struct who_row *)row)->idle);
}

static void derive_what(struct cell *out, const void *row, struct buffer *scratch)
{
    const struct process_row *newest = ((const struct who_row *)row)->newest;
    if (newest)
        process_command(out, newest, scratch);
}

/* A bit above those of the record's own fields. */
enum { WANT_WHAT = 1 << 16 };

static const struct column_spec columns[] = {
    {.name = "user", .path = "name", .cut = true},
    {.name = "tty", .path = "terminal", .made_of = "process.terminal"},
    {.name = "from", .path = "host", .cut = true},
    {.name = "since", .path = "started"},
    {.name = "idle",
     .doc = "since somebody typed there",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_SECONDS,
     .made_of = "process.terminal",
     .derive = derive_idle},
    {.name = "what",
     .doc = "the process on the terminal that was started last",
     .type = PSUTIL_TYPE_STRING,
     .fields = WANT_WHAT,
     .made_of = "process.terminal",
     .derive = derive_what,
     .cut = true},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"suser", offsetof(struct who_row, user)}},
    .columns = columns,
    .defaults = "user,tty,from,since,idle,what",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

#define FOLDER "/dev/"

static double idle_of(const char *terminal)
{
    char path[256];
    if (!terminal || strstr(terminal, ".."))
        return NAN;
    snprintf(path, sizeof path, FOLDER "%s", terminal);
    return platform_terminal_idle(path);
}

static bool is_on(const struct process_row *row, const char *terminal)
{
    const char *own = row->info.terminal;
    return process_has(row, PSUTIL_FIELD_TERMINAL) && own && terminal &&
           strncmp(own, FOLDER, sizeof FOLDER - 1) == 0 &&
           strcmp(own + sizeof FOLDER - 1, terminal) == 0;
}

static const struct process_row *newest_on(const struct who *who, const char *terminal)
{
    const struct process_row *newest = NULL;
    for (size_t i = 0; who->what && i < who->processes.len; i++) {
        const struct process_row *row = &who->processes.rows[i];
        if (is_on(row, terminal) && (!newest || row->info.create_time >= newest->info.create_time))
            newest = row;
    }
    return newest;
}

static int read_rows(struct who *who)
{
    int rc = psutil_users(&who->users, who->cli->ctx);
    if (rc != 0)
        return cli_failed(who->cli, rc);
    who->rows = calloc(who->users->len + 1, sizeof *who->rows);
    if (!who->rows)
        return cli_error("out of memory");
    int status = who->what && who->users->len > 0 ? processes_refresh(&who->processes) : CLI_DONE;
    for (size_t i = 0; status == CLI_DONE && i < who->users->len; i++) {
        const psutil_suser *user = &who->users->items[i];
        who->rows[i] =
            (struct who_row){*user, idle_of(user->terminal), newest_on(who, user->terminal)};
    }
    return status;
}

static int show(void *user)
{
    struct who *who = user;
    int status = read_rows(who);
    if (status == CLI_DONE)
        status = table_show_array(&who->table, who->rows, who->users->len, sizeof *who->rows);
    free(who->rows);
    psutil_free(who->users);
    who->rows = NULL;
    who->users = NULL;
    return status;
}

static int run(struct cli *cli)
{
    struct who who = {.cli = cli};
    if (cli->words_len > 0)
        return cli_usage("who takes no arguments: --filter user=NAME");
    int status = table_open(&who.table, cli);
    who.what = status == CLI_DONE && table_fields(&who.table) & WANT_WHAT;
    if (who.what)
        status =
            processes_open(&who.processes, cli,
                           PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(CMDLINE) | PSUTIL_FIELD(NAME));
    if (status == CLI_DONE)
        status = watch(cli, show, &who);
    processes_close(&who.processes);
    table_close(&who.table);
    return status;
}

const struct command command_who = {
    .name = "who",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "Who is logged in: from where, since when, what they do",
    .text = "A line for each session. Nobody is no failure.\n"
            "\nExamples:\n"
            "  psutil who\n"
            "  psutil who --filter 'idle > 1h' --json\n",
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
