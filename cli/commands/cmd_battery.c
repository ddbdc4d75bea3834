/* psutil battery: its charge, and how long it lasts. */
#include "table/table.h"
#include "watch.h"

struct battery_row {
    psutil_sbattery battery;
};

static const psutil_sbattery *battery_of(const void *row)
{
    return &((const struct battery_row *)row)->battery;
}

static void derive_state(struct cell *out, const void *row, struct buffer *scratch)
{
    int64_t plugged = battery_of(row)->power_plugged;
    (void)scratch;
    if (plugged != PSUTIL_UNKNOWN)
        cell_set_text(out, plugged ? "plugged in" : "discharging");
}

/* On the mains it lasts for ever. */
static void derive_left(struct cell *out, const void *row, struct buffer *scratch)
{
    int64_t left = battery_of(row)->secsleft;
    (void)scratch;
    if (left != PSUTIL_UNKNOWN && left != PSUTIL_POWER_TIME_UNLIMITED)
        cell_set_double(out, (double)left);
}

static const struct column_spec columns[] = {
    {.name = "percent", .path = "percent", .header = "CHARGE%"},
    {.name = "state",
     .doc = "plugged in or discharging",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_state},
    {.name = "left",
     .doc = "time until it is empty; unknown when plugged in",
     .type = PSUTIL_TYPE_DOUBLE,
     .unit = PSUTIL_UNIT_SECONDS,
     .derive = derive_left},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"sbattery", offsetof(struct battery_row, battery)}},
    .columns = columns,
    .defaults = "percent,state,left",
};

static int show(const struct table *table)
{
    struct battery_row row;
    int rc = psutil_sensors_battery(&row.battery, table->cli->ctx);
    return rc == 0 ? table_show_array(table, &row, 1, sizeof row) : cli_failed(table->cli, rc);
}

static int run(struct cli *cli)
{
    return watch_listing(cli, show);
}

const struct command command_battery = {
    .name = "battery",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "The battery: charge, mains, time left",
    .text = "Fails where there is no battery.\n"
            "\nExamples:\n"
            "  psutil battery\n"
            "  psutil battery --json --columns percent,power_plugged\n",
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
