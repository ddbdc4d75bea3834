/* psutil wait: sleeps until processes have ended, as pwait does. */
#include "acting/act.h"

static const struct option options[] = {
    {"timeout", "SECONDS", "give up after so many", 't'},
    {"any", NULL, "until the first of them has ended", 'a'},
    {NULL, NULL, NULL, 0},
};

struct wait {
    struct act act; /* first */
    double timeout;
    bool any;
    int printed; /* CLI_FAILED when a line could not be written */
};

static const struct column_spec columns[] = {
    ACT_WHO,
    ACT_BECAME,
    {.name = "exit_code",
     .header = "EXIT",
     .doc = "exit code, or the negative number of the signal that ended it, where it is known",
     .type = PSUTIL_TYPE_INT,
     .derive = act_derive_exit_code},
    {.name = "signal",
     .doc = "the signal that ended it",
     .type = PSUTIL_TYPE_STRING,
     .derive = act_derive_signal},
    {.name = NULL},
};

static const struct listing listing = {
    ACT_LISTING,
    .columns = columns,
    .defaults = "pid,name,result,exit_code,signal",
};

static void print_one(struct wait *wait, const struct act_row *row)
{
    struct rows rows = {0};
    rows_add(&rows, row);
    wait->printed |= table_print(&wait->act.table, &rows);
    rows_free(&rows);
}

/* Lines of JSON come as soon as there is something to say. */
static void on_end(struct act *act, struct act_row *row)
{
    struct wait *wait = (void *)act;
    row->signal = row->exit_code != PSUTIL_UNKNOWN && row->exit_code < 0 ? -row->exit_code : 0;
    if (act->table.format == FORMAT_JSONL)
        print_one(wait, row);
}

static bool note_rest(struct wait *wait)
{
    bool left = false, ended = false;
    for (size_t i = 0; i < wait->act.len; i++) {
        struct act_row *row = &wait->act.items[i];
        if (row->result) {
            ended = true;
            continue;
        }
        row->result = "still there";
        left = true;
        if (wait->act.table.format == FORMAT_JSONL)
            print_one(wait, row);
    }
    return wait->any ? !ended : left;
}

static int answer(struct wait *wait)
{
    struct act *act = &wait->act;
    int status = act_wait(act, wait->timeout, wait->any, "ended", on_end);
    if (status != CLI_DONE)
        return status;
    bool elapsed = note_rest(wait);
    status = act->table.format == FORMAT_JSONL ? wait->printed | act->status : act_show(act);
    return status == CLI_DONE && elapsed ? CLI_FAILED : status;
}

static int run(struct cli *cli)
{
    struct wait wait = {.timeout = -1};
    const char *text = options_get(&cli->options, "timeout");
    if (text && (!filter_number(&wait.timeout, text, PSUTIL_UNIT_SECONDS) || wait.timeout < 0))
        return cli_usage("--timeout needs seconds, not %s", text);
    wait.any = options_get(&cli->options, "any") != NULL;
    wait.act.alone = true;
    int status = act_open(&wait.act, cli);
    if (status == CLI_DONE)
        status = answer(&wait);
    act_close(&wait.act);
    return status;
}

const struct command command_wait = {
    .name = "wait",
    .group = GROUP_ACTING,
    .usage = "[PID...]",
    .doc = "Waits until processes have ended, and tells their exit codes",
    .text = "Sleeps without looking again and again. Fails when --timeout is over before all\n"
            "(with --any: one) have ended, or one that was named does not exist. With --jsonl\n"
            "each is told of at once. Linux tells exit codes of other programs' children\n"
            "since 6.15.\n"
            "\nExamples:\n"
            "  psutil wait 1234 1235 && make install\n"
            "  psutil wait --name make --any --timeout 10m\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION,
    .listing = &listing,
};
