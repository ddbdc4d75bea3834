#include "setting.h"

struct change {
    struct act act; /* first */
    const struct setting *setting;
    const void *value;
};

static void show_one(struct act *act, struct act_row *row)
{
    act_note_field(row, ((const struct change *)(const void *)act)->setting->field);
}

static void set_one(struct act *act, struct act_row *row)
{
    const struct change *change = (const void *)act;
    const struct setting *setting = change->setting;
    int8_t *known = &row->process.info.result[setting->field];
    if (*known == 0)
        setting->note_before(row);
    if (!act_may(act, row))
        return;
    int rc = setting->set(row, change->value);
    act_note(act, row, rc, "set");
    if (rc == 0)
        *known = (int8_t)setting->ask(row);
}

static int set_all(struct change *change, const struct cli *cli)
{
    struct buffer task = {0};
    buffer_addf(&task, "Set %s to ", change->setting->what);
    change->setting->write(&task, change->value);
    buffer_add(&task, " for", sizeof " for");
    change->act.task = task.data;
    int status = task.failed ? cli_error("out of memory") : act_run(&change->act, cli, set_one);
    buffer_free(&task);
    return status;
}

int setting_run(const struct setting *setting, void *value, const struct cli *cli)
{
    const char *text = options_get(&cli->options, "set");
    struct change change = {
        .act = {.would = "would be set", .fields = UINT64_C(1) << setting->field},
        .setting = setting,
        .value = value,
    };
    if (!text)
        return act_run(&change.act, cli, show_one);
    int status = setting->read(value, text);
    return status == CLI_DONE ? set_all(&change, cli) : status;
}
