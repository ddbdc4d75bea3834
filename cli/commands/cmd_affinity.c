/* psutil affinity: the CPUs that processes may run on, as taskset shows and sets them. */
#include "acting/act.h"
#include "acting/cpus.h"

#include <stdlib.h>

static const struct option options[] = {
    {"set", "CPUS", "let them run on these CPUs only: 0-3,8 (all: on every one)", 'S'},
    ACT_OPTIONS,
    {NULL, NULL, NULL, 0},
};

struct affinity {
    struct act act; /* first */
    int64_t *cpus;
    size_t len;
};

static const psutil_int_list *cpus_of(const struct act_row *row)
{
    const psutil_process_info *info = &row->process.info;
    return info->result[PSUTIL_FIELD_CPU_AFFINITY] == 0 ? info->cpu_affinity : NULL;
}

/* As text "0-3,8"; the JSON has each. */
static void derive_cpus(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_int_list *list = cpus_of(row);
    if (!list)
        return;
    cpus_write(scratch, list->items, list->len);
    buffer_add(scratch, "", 1);
    cell_set_text(out, scratch->data);
}

static const struct column_spec columns[] = {
    ACT_WHO,
    {.name = "cpus", .path = "cpu_affinity", .derive = derive_cpus},
    {.name = "before",
     .doc = "the CPUs before",
     .type = PSUTIL_TYPE_STRING,
     .derive = act_derive_before},
    ACT_BECAME,
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"process", offsetof(struct act_row, process.info)}},
    .columns = columns,
    .defaults = "pid,user,cpus,command,error",
    .has = process_has,
};

static const struct listing set_listing = {
    .parts = {{"process", offsetof(struct act_row, process.info)}},
    .columns = columns,
    .defaults = "pid,name,before,cpus,result,error",
    .has = process_has,
};

static void note_before(struct act_row *row)
{
    const psutil_int_list *list = cpus_of(row);
    struct buffer text = {0};
    if (!list)
        return;
    cpus_write(&text, list->items, list->len);
    buffer_add(&text, "", 1);
    if (!text.failed)
        row->before = act_copy(text.data);
    buffer_free(&text);
}

static void set_one(struct act *act, struct act_row *row)
{
    const struct affinity *affinity = (const void *)act;
    psutil_process_info *info = &row->process.info;
    note_before(row);
    if (!act_may(act, row))
        return;
    int rc = psutil_process_set_cpu_affinity(row->handle, affinity->cpus, affinity->len);
    act_note(act, row, rc, "set");
    if (rc != 0)
        return;
    rc = psutil_process_cpu_affinity(&info->cpu_affinity, row->handle);
    info->result[PSUTIL_FIELD_CPU_AFFINITY] = (int8_t)rc;
    row->owned = rc == 0 ? info->cpu_affinity : NULL;
}

static void show_one(struct act *act, struct act_row *row)
{
    (void)act;
    act_note_field(row, PSUTIL_FIELD_CPU_AFFINITY);
}

static int set_all(struct affinity *affinity, const struct cli *cli)
{
    struct buffer task = {0};
    buffer_add_text(&task, "Set CPUs to ");
    if (affinity->len > 0)
        cpus_write(&task, affinity->cpus, affinity->len);
    else
        buffer_add_text(&task, "all");
    buffer_add(&task, " for", sizeof " for");
    affinity->act.task = task.data;
    int status = task.failed ? cli_error("out of memory") : act_run(&affinity->act, cli, set_one);
    buffer_free(&task);
    return status;
}

static int run(struct cli *cli)
{
    const char *text = options_get(&cli->options, "set");
    struct affinity affinity = {
        .act = {.would = "would be set", .fields = PSUTIL_FIELD(CPU_AFFINITY)}};
    if (!text)
        return act_run(&affinity.act, cli, show_one);
    if (!cpus_read(&affinity.cpus, &affinity.len, text))
        return cli_usage("--set: CPUs are a list like 0-3,8 or all, not \"%s\"", text);
    int status = set_all(&affinity, cli);
    free(affinity.cpus);
    return status;
}

const struct command command_affinity = {
    .name = "affinity",
    .group = GROUP_ACTING,
    .usage = "[PID...]",
    .doc = "The CPUs that processes may run on: shows or sets them",
    .text = "Without --set it shows them. More than one process that is not named by pid is\n"
            "changed only after a question, or with --yes. Of a process with several threads,\n"
            "the first thread is set, and those that it starts later.\n"
            "\nExamples:\n"
            "  psutil affinity --set 0-3,8 1234\n"
            "  psutil affinity --user www --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION,
    .listing = &listing,
    .other_option = "set",
    .other = &set_listing,
};
