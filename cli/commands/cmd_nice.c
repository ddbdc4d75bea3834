/* psutil nice: how much CPU time processes yield to others, as ps shows and renice sets it. */
#include "acting/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
    {"set", "VALUE", "give them this value: -20 (most CPU time) to 19 (least)", 'S'},
    ACT_OPTIONS,
    {NULL, NULL, NULL, 0},
};

struct nice {
    struct act act; /* first */
    int64_t value;
};

static const struct column_spec columns[] = {
    ACT_WHO,
    {.name = "nice", .path = "nice", .header = "NICE"},
    {.name = "before",
     .doc = "the value before",
     .type = PSUTIL_TYPE_INT,
     .derive = act_derive_before_number},
    ACT_BECAME,
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"process", offsetof(struct act_row, process.info)}},
    .columns = columns,
    .defaults = "pid,user,nice,command,error",
    .has = process_has,
};

static const struct listing set_listing = {
    .parts = {{"process", offsetof(struct act_row, process.info)}},
    .columns = columns,
    .defaults = "pid,name,before,nice,result,error",
    .has = process_has,
};

static void set_one(struct act *act, struct act_row *row)
{
    psutil_process_info *info = &row->process.info;
    if (info->result[PSUTIL_FIELD_NICE] == 0)
        row->number_before = info->nice;
    if (!act_may(act, row))
        return;
    int rc = psutil_process_set_nice(row->handle, ((const struct nice *)(const void *)act)->value);
    act_note(act, row, rc, "set");
    if (rc == 0)
        info->result[PSUTIL_FIELD_NICE] = (int8_t)psutil_process_nice(&info->nice, row->handle);
}

static void show_one(struct act *act, struct act_row *row)
{
    (void)act;
    act_note_field(row, PSUTIL_FIELD_NICE);
}

static int run(struct cli *cli)
{
    const char *text = options_get(&cli->options, "set");
    struct nice nice = {.act = {.would = "would be set", .fields = PSUTIL_FIELD(NICE)}};
    char task[64];
    if (!text)
        return act_run(&nice.act, cli, show_one);
    if (!act_whole(&nice.value, text))
        return cli_usage("a nice value is a whole number, not \"%s\"", text);
    snprintf(task, sizeof task, "Set nice to %" PRId64 " for", nice.value);
    nice.act.task = task;
    return act_run(&nice.act, cli, set_one);
}

const struct command command_nice = {
    .name = "nice",
    .group = GROUP_ACTING,
    .usage = "[PID...]",
    .doc = "Nice values: shows or sets how much CPU time is left to others",
    .text = "Without --set it shows them. A lower value than before needs privileges. More\n"
            "than one process that is not named by pid is changed only after a question, or\n"
            "with --yes. What lies beyond the range becomes the nearest.\n"
            "\nExamples:\n"
            "  psutil nice --set 10 1234\n"
            "  psutil nice --filter 'nice != 0'\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION,
    .listing = &listing,
    .other_option = "set",
    .other = &set_listing,
};
