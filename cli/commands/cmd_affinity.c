/* psutil affinity: the CPUs that processes may run on, as taskset shows and sets them. */
#include "acting/cpus.h"
#include "acting/setting.h"

#include <stdlib.h>

SETTING_OPTIONS("CPUS", "let them run on these CPUs only: 0-3,8 (all: on every one)");

struct cpus {
    int64_t *items; /* NULL: all of them */
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

SETTING_LISTINGS("cpus");

static int read_value(void *value, const char *text)
{
    struct cpus *cpus = value;
    if (!cpus_read(&cpus->items, &cpus->len, text))
        return cli_usage("--set: CPUs are a list like 0-3,8 or all, not \"%s\"", text);
    return CLI_DONE;
}

static void write_value(struct buffer *out, const void *value)
{
    const struct cpus *cpus = value;
    if (cpus->len > 0)
        cpus_write(out, cpus->items, cpus->len);
    else
        buffer_add_text(out, "all");
}

static void note_before(struct act_row *row)
{
    const psutil_int_list *list = row->process.info.cpu_affinity;
    struct buffer text = {0};
    cpus_write(&text, list->items, list->len);
    act_note_before(row, &text);
}

static int set_value(struct act_row *row, const void *value)
{
    const struct cpus *cpus = value;
    return psutil_process_set_cpu_affinity(row->handle, cpus->items, cpus->len);
}

static int ask_value(struct act_row *row)
{
    psutil_process_info *info = &row->process.info;
    int rc = psutil_process_cpu_affinity(&info->cpu_affinity, row->handle);
    row->owned = rc == 0 ? info->cpu_affinity : NULL;
    return rc;
}

static const struct setting setting = {
    .what = "CPUs",
    .field = PSUTIL_FIELD_CPU_AFFINITY,
    .read = read_value,
    .write = write_value,
    .note_before = note_before,
    .set = set_value,
    .ask = ask_value,
};

static int run(struct cli *cli)
{
    struct cpus cpus = {0};
    int status = setting_run(&setting, &cpus, cli);
    free(cpus.items);
    return status;
}

const struct command command_affinity = {
    .name = "affinity",
    SETTING_COMMAND,
    .doc = "The CPUs that processes may run on: shows or sets them",
    .text = SETTING_TEXT
    "Of a process with several threads, the first thread is set, and those that it\n"
    "starts later.\n"
    "\nExamples:\n"
    "  psutil affinity --set 0-3,8 1234\n"
    "  psutil affinity --user www --json\n",
};
