/* psutil ionice: whose reading and writing comes first, as ionice shows and sets it. */
#include "acting/setting.h"

#include <stdio.h>
#include <string.h>

SETTING_OPTIONS("CLASS[:LEVEL]", "none, realtime, best-effort, idle; levels from 0 (first) to 7");

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

static void write_value(struct buffer *out, const void *data)
{
    const psutil_pionice *value = data;
    const char *name = class_text(value->ioclass);
    bool leveled =
        value->ioclass == PSUTIL_IOPRIO_CLASS_RT || value->ioclass == PSUTIL_IOPRIO_CLASS_BE;
    buffer_add_text(out, name ? name : "unknown");
    if (leveled && value->value != PSUTIL_UNKNOWN)
        buffer_addf(out, ":%d", (int)value->value);
}

static void derive_priority(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_process_info *info = &((const struct act_row *)row)->process.info;
    if (info->result[PSUTIL_FIELD_IONICE] != 0)
        return;
    write_value(scratch, &info->ionice);
    buffer_add(scratch, "", 1);
    cell_set_text(out, scratch->failed ? NULL : scratch->data);
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

SETTING_LISTINGS("priority");

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

static int read_value(void *value, const char *text)
{
    psutil_pionice *out = value;
    size_t len = strcspn(text, ":");
    out->value = PSUTIL_UNKNOWN;
    if (!read_class(&out->ioclass, text, len))
        return cli_usage("--set: the class is none, realtime, best-effort or idle, not %s", text);
    if (text[len] == ':' && !act_whole(&out->value, text + len + 1))
        return cli_usage("--set: a level is a whole number, not \"%s\"", text + len + 1);
    return CLI_DONE;
}

static void note_before(struct act_row *row)
{
    struct buffer text = {0};
    write_value(&text, &row->process.info.ionice);
    act_note_before(row, &text);
}

static int set_value(struct act_row *row, const void *data)
{
    const psutil_pionice *value = data;
    return psutil_process_set_ionice(row->handle, value->ioclass, value->value);
}

static int ask_value(struct act_row *row)
{
    return psutil_process_ionice(&row->process.info.ionice, row->handle);
}

static const struct setting setting = {
    .what = "the priority of input and output",
    .field = PSUTIL_FIELD_IONICE,
    .read = read_value,
    .write = write_value,
    .note_before = note_before,
    .set = set_value,
    .ask = ask_value,
};

static int run(struct cli *cli)
{
    psutil_pionice value;
    return setting_run(&setting, &value, cli);
}

const struct command command_ionice = {
    .name = "ionice",
    SETTING_COMMAND,
    .doc = "Priority of input and output: shows or sets it",
    .text = SETTING_TEXT
    "The class none follows the nice value, realtime needs privileges, idle is served\n"
    "when nobody else wants the disk.\n"
    "\nExamples:\n"
    "  psutil ionice --set idle 1234\n"
    "  psutil ionice --set best-effort:7 --name updatedb\n",
};
