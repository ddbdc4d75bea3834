/* psutil nice: how much CPU time processes yield to others, as ps shows and renice sets it. */
#include "acting/setting.h"

#include <inttypes.h>

SETTING_OPTIONS("VALUE", "give them this value: -20 (most CPU time) to 19 (least)");

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

SETTING_LISTINGS("nice");

static int read_value(void *value, const char *text)
{
    if (!act_whole(value, text))
        return cli_usage("a nice value is a whole number, not \"%s\"", text);
    return CLI_DONE;
}

static void write_value(struct buffer *out, const void *value)
{
    buffer_addf(out, "%" PRId64, *(const int64_t *)value);
}

static void note_before(struct act_row *row)
{
    row->number_before = row->process.info.nice;
}

static int set_value(struct act_row *row, const void *value)
{
    return psutil_process_set_nice(row->handle, *(const int64_t *)value);
}

static int ask_value(struct act_row *row)
{
    return psutil_process_nice(&row->process.info.nice, row->handle);
}

static const struct setting setting = {
    .what = "nice",
    .field = PSUTIL_FIELD_NICE,
    .read = read_value,
    .write = write_value,
    .note_before = note_before,
    .set = set_value,
    .ask = ask_value,
};

static int run(struct cli *cli)
{
    int64_t value;
    return setting_run(&setting, &value, cli);
}

const struct command command_nice = {
    .name = "nice",
    SETTING_COMMAND,
    .doc = "Nice values: shows or sets how much CPU time is left to others",
    .text = SETTING_TEXT
    "A lower value than before needs privileges. What lies beyond the range becomes\n"
    "the nearest.\n"
    "\nExamples:\n"
    "  psutil nice --set 10 1234\n"
    "  psutil nice --filter 'nice != 0'\n",
};
