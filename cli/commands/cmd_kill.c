/* psutil kill: signals, as kill, killall and pkill send them; or terminate, wait, kill. */
#include "acting/act.h"
#include "acting/signals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"signal", "NAME", "the signal, by name or number, instead of SIGTERM; 0 only checks", 'S'},
    {"timeout", "SECONDS", "wait until they have ended, and kill who has not by then", 't'},
    {"tree", NULL, "all that they started too, and what that started", 0},
    {"list", NULL, "the signals that there are", 'l'},
    ACT_OPTIONS,
    {NULL, NULL, NULL, 0},
};

struct kill {
    struct act act; /* first */
    int signal;
    char name[SIGNAL_NAME];
    double timeout; /* -1: none */
};

static const struct column_spec columns[] = {
    ACT_WHO,
    {.name = "signal",
     .doc = "the signal that was sent last",
     .type = PSUTIL_TYPE_STRING,
     .derive = act_derive_signal},
    {.name = "exit_code",
     .header = "EXIT",
     .doc = "exit code, or the negative number of the signal that ended it, where it is known",
     .type = PSUTIL_TYPE_INT,
     .derive = act_derive_exit_code},
    ACT_BECAME,
    {.name = NULL},
};

static const struct listing listing = {
    ACT_LISTING,
    .columns = columns,
    .defaults = "pid,name,signal,result,error",
};

static const struct listing timeout_listing = {
    ACT_LISTING,
    .columns = columns,
    .defaults = "pid,name,signal,result,exit_code,error",
};

/* ---- Sending ----------------------------------------------------------------------------------
 */

/* Nothing becomes of a signal to a zombie, though the system takes it. */
static const char *sent(const struct kill *kill, const struct act_row *row)
{
    const psutil_process_info *info = &row->process.info;
    if (info->result[PSUTIL_FIELD_STATUS] == 0 && info->status == PSUTIL_STATUS_ZOMBIE)
        return "zombie";
    return kill->signal == 0 ? "may be signalled" : "sent";
}

/* With --dry-run the right to do it is checked, which sends nothing. */
static void send_one(struct act *act, struct act_row *row)
{
    const struct kill *kill = (const void *)act;
    row->signal = kill->signal;
    int rc = psutil_process_send_signal(row->handle, act->dry ? 0 : kill->signal);
    act_note(act, row, rc, act->dry ? act->would : sent(kill, row));
}

/* ---- Terminate, wait, kill --------------------------------------------------------------------
 */

static bool is_zombie(const struct act_row *row)
{
    int64_t status;
    return psutil_process_status(&status, row->handle) == 0 && status == PSUTIL_STATUS_ZOMBIE;
}

static void note_zombie(struct act_row *row)
{
    char text[128];
    snprintf(text, sizeof text, "ended; its parent, pid %" PRId64 ", has not taken note of that",
             row->process.info.ppid);
    row->result = "zombie";
    free(row->error);
    row->error = act_copy(text);
}

/* Whether there is no more to be done to it. */
static bool is_settled(struct act_row *row)
{
    if (!row->result && is_zombie(row))
        note_zombie(row);
    return row->result != NULL;
}

/* Who was sent something, or has ended since, is waited for. */
static void forget_sent(struct act *act)
{
    for (size_t i = 0; i < act->len; i++)
        if (!act->items[i].failed)
            act->items[i].result = NULL;
}

static void kill_rest(struct act *act)
{
    int number = signal_number("KILL");
    for (size_t i = 0; i < act->len; i++) {
        struct act_row *row = &act->items[i];
        if (is_settled(row))
            continue;
        int rc = psutil_process_kill(row->handle);
        row->signal = number;
        if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED)
            row->result = "ended"; /* right now */
        else if (rc != 0)
            act_note(act, row, rc, NULL);
    }
}

static void note_rest(struct act *act)
{
    for (size_t i = 0; i < act->len; i++) {
        struct act_row *row = &act->items[i];
        if (is_settled(row))
            continue;
        row->result = "still there";
        row->failed = true;
    }
}

static int see_to_it(struct kill *kill)
{
    struct act *act = &kill->act;
    forget_sent(act);
    int status = act_wait(act, kill->timeout, false, "ended", NULL);
    if (status != CLI_DONE)
        return status;
    kill_rest(act);
    status = act_wait(act, kill->timeout < 1 ? 1 : kill->timeout, false, "killed", NULL);
    note_rest(act);
    return status;
}

/* ---- The command ------------------------------------------------------------------------------
 */

static int do_it(struct kill *kill, const struct cli *cli)
{
    struct act *act = &kill->act;
    int status = act_open(act, cli);
    if (status == CLI_DONE) {
        for (size_t i = 0; i < act->len; i++)
            send_one(act, &act->items[i]);
        if (kill->timeout >= 0 && !act->dry)
            status = see_to_it(kill);
        int shown = act_show(act);
        status = status == CLI_DONE ? shown : status;
    }
    act_close(act);
    return status;
}

static int read_signal(struct kill *kill, const struct cli *cli)
{
    const char *text = options_get(&cli->options, "signal");
    kill->signal = signal_number(text ? text : "TERM");
    if (kill->signal < 0)
        return cli_usage("no signal is called %s; psutil kill --list names them", text);
    signal_name(kill->name, kill->signal);
    return CLI_DONE;
}

static int read_timeout(struct kill *kill, const struct cli *cli)
{
    const char *text = options_get(&cli->options, "timeout");
    kill->timeout = -1;
    if (text && (!filter_number(&kill->timeout, text, PSUTIL_UNIT_SECONDS) || kill->timeout < 0))
        return cli_usage("--timeout needs seconds, not %s", text);
    if (text && kill->signal == 0)
        return cli_usage("--timeout waits for an end, which signal 0 does not ask for");
    return CLI_DONE;
}

static int print_list(void)
{
    struct buffer out = {0};
    signal_list(&out);
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

static int run(struct cli *cli)
{
    struct kill kill = {.timeout = -1};
    char task[64];
    if (options_get(&cli->options, "list"))
        return print_list();
    int status = read_signal(&kill, cli);
    if (status == CLI_DONE)
        status = read_timeout(&kill, cli);
    if (status != CLI_DONE)
        return status;
    snprintf(task, sizeof task, kill.timeout >= 0 ? "End, by %s or SIGKILL," : "Send %s to",
             kill.name);
    kill.act.task = task;
    kill.act.would = "would be sent";
    kill.act.fields = PSUTIL_FIELD(STATUS);
    kill.act.tree = options_get(&cli->options, "tree") != NULL;
    return do_it(&kill, cli);
}

const struct command command_kill = {
    .name = "kill",
    .group = GROUP_ACTING,
    .usage = "[PID...]",
    .doc = "Sends a signal, or ends processes for sure",
    .text = "To those named by pid, --user, --name, --filter: to more than one that is not\n"
            "named by pid only after a question on the terminal, or with --yes. Never to\n"
            "another process that has got a pid meanwhile. Fails when one is not reached.\n"
            "\nExamples:\n"
            "  psutil kill --timeout 5 --tree 1234\n"
            "  psutil kill --signal HUP --name nginx --user root --yes\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION,
    .listing = &listing,
    .other_option = "timeout",
    .other = &timeout_listing,
};
