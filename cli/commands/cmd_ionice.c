/* psutil ionice: whose reading and writing comes first, as ionice shows and sets it. */
#include "acting/act.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"set", "CLASS[:LEVEL]", "none, realtime, best-effort, idle; levels from 0 (first) to 7", 'S'},
    ACT_OPTIONS,
    {NULL, NULL, NULL, 0},
};

struct ionice {
    struct act act; /* first */
    psutil_pionice value;
};

/* As people call them, and psutil's names for them. */
static const struct class_name {
    const char *name;
    const char *known;
} class_names[] = {
    {"none", "IOPRIO_CLASS_NONE"},
    {"realtime", "IOPRIO_CLASS_RT"},
    {"best-effort", "IOPRIO_CLASS_BE"},
    {"idle", "IOPRIO_CLASS_IDLE"},
    {NULL, NULL},
};

static const psutil_enum_value *classes(void)
{
    return psutil_record_find("pionice")->fields[0].values;
}

static const char *class_text(int64_t ioclass)
{
    const char *known = psutil_enum_name(classes(), ioclass);
    for (const struct class_name *c = class_names; known && c->name; c++)
        if (strcmp(c->known, known) == 0)
            return c->name;
    return known;
}

static void write_value(char *text, size_t size, const psutil_pionice *value)
{
    const char *name = class_text(value->ioclass);
    bool leveled =
        value->ioclass == PSUTIL_IOPRIO_CLASS_RT || value->ioclass == PSUTIL_IOPRIO_CLASS_BE;
    if (leveled && value->value != PSUTIL_UNKNOWN)
        snprintf(text, size, "%s:%d", name, (int)value->value);
    else
        snprintf(text, size, "%s", name ? name : "unknown");
}

static void derive_priority(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_process_info *info = &((const struct act_row *)row)->process.info;
    char text[64];
    if (info->result[PSUTIL_FIELD_IONICE] != 0)
        return;
    write_value(text, sizeof text, &info->ionice);
    buffer_add(scratch, text, strlen(text) + 1);
    cell_set_text(out, scratch->data);
}

static const struct column_spec columns[] = {
    ACT_WHO,
    {.name = "priority",
     .doc = "class of its input and output, and the level within it",
     .type = PSUTIL_TYPE_STRING,
     .fields = PSUTIL_FIELD(IONICE),
     .derive = derive_priority},
    {.name = "class", .path = "ionice.ioclass"},
    {.name = "level", .path = "ionice.value"},
    {.name = "before",
     .doc = "class and level before",
     .type = PSUTIL_TYPE_STRING,
     .derive = act_derive_before},
    ACT_BECAME,
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"process", offsetof(struct act_row, process.info)}},
    .columns = columns,
    .defaults = "pid,user,priority,command,error",
    .has = process_has,
};

static const struct listing set_listing = {
    .parts = {{"process", offsetof(struct act_row, process.info)}},
    .columns = columns,
    .defaults = "pid,name,before,priority,result,error",
    .has = process_has,
};

static void set_one(struct act *act, struct act_row *row)
{
    const struct ionice *ionice = (const void *)act;
    psutil_process_info *info = &row->process.info;
    char text[64];
    if (info->result[PSUTIL_FIELD_IONICE] == 0) {
        write_value(text, sizeof text, &info->ionice);
        row->before = act_copy(text);
    }
    if (!act_may(act, row))
        return;
    int rc = psutil_process_set_ionice(row->handle, ionice->value.ioclass, ionice->value.value);
    act_note(act, row, rc, "set");
    if (rc == 0)
        info->result[PSUTIL_FIELD_IONICE] =
            (int8_t)psutil_process_ionice(&info->ionice, row->handle);
}

static void show_one(struct act *act, struct act_row *row)
{
    (void)act;
    act_note_field(row, PSUTIL_FIELD_IONICE);
}

/* By the names of people, by psutil's, or by number. */
static bool read_class(int64_t *out, const char *text, size_t len)
{
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), text);
    const char *known = word;
    for (const struct class_name *c = class_names; c->name; c++)
        if (strcmp(c->name, word) == 0)
            known = c->known;
    for (const psutil_enum_value *v = classes(); v && v->name; v++)
        if (strcmp(v->name, known) == 0) {
            *out = v->value;
            return true;
        }
    return act_whole(out, word);
}

static int read_value(psutil_pionice *out, const char *text)
{
    size_t len = strcspn(text, ":");
    out->value = PSUTIL_UNKNOWN;
    if (!read_class(&out->ioclass, text, len))
        return cli_usage("--set: the class is none, realtime, best-effort or idle, not %s", text);
    if (text[len] == ':' && !act_whole(&out->value, text + len + 1))
        return cli_usage("--set: a level is a whole number, not \"%s\"", text + len + 1);
    return CLI_DONE;
}

static int run(struct cli *cli)
{
    const char *text = options_get(&cli->options, "set");
    struct ionice ionice = {.act = {.would = "would be set", .fields = PSUTIL_FIELD(IONICE)}};
    char value[64], task[128];
    if (!text)
        return act_run(&ionice.act, cli, show_one);
    int status = read_value(&ionice.value, text);
    if (status != CLI_DONE)
        return status;
    write_value(value, sizeof value, &ionice.value);
    snprintf(task, sizeof task, "Set the priority of input and output to %s for", value);
    ionice.act.task = task;
    return act_run(&ionice.act, cli, set_one);
}

const struct command command_ionice = {
    .name = "ionice",
    .group = GROUP_ACTING,
    .usage = "[PID...]",
    .doc = "Priority of input and output: shows or sets it",
    .text = "Without --set it shows them. The class none follows the nice value, realtime\n"
            "needs privileges, idle is served when nobody else wants the disk. More than one\n"
            "process not named by pid is changed only after a question, or with --yes.\n"
            "\nExamples:\n"
            "  psutil ionice --set idle 1234\n"
            "  psutil ionice --set best-effort:7 --name updatedb\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION,
    .listing = &listing,
    .other_option = "set",
    .other = &set_listing,
};
