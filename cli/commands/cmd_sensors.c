/* psutil sensors: temperatures and fans. */
#include "table/table.h"
#include "text/human.h"
#include "watch.h"

#include <math.h>
#include <stdlib.h>

struct sensor {
    const char *chip, *label, *kind;
    double current; /* degrees Celsius, or revolutions a minute */
    double high, critical;
    bool fan;
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

#define TEXT(member)                                                                               \
    static void derive_##member(struct cell *out, const void *row, struct buffer *scratch)         \
    {                                                                                              \
        (void)scratch;                                                                             \
        cell_set_text(out, ((const struct sensor *)row)->member);                                  \
    }

TEXT(chip)
TEXT(label)
TEXT(kind)

#define NUMBER(member)                                                                             \
    static void derive_##member(struct cell *out, const void *row, struct buffer *scratch)         \
    {                                                                                              \
        (void)scratch;                                                                             \
        cell_set_double(out, ((const struct sensor *)row)->member);                                \
    }

NUMBER(current)
NUMBER(high)
NUMBER(critical)

static void derive_unit(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct sensor *)row)->fan ? "RPM" : "C");
}

/* What it is beside its own limits. */
static void derive_state(struct cell *out, const void *row, struct buffer *scratch)
{
    const struct sensor *sensor = row;
    (void)scratch;
    if (sensor->fan || isnan(sensor->current) || (isnan(sensor->high) && isnan(sensor->critical)))
        return;
    cell_set_text(out, sensor->current >= sensor->critical ? "critical"
                       : sensor->current >= sensor->high   ? "high"
                                                           : "ok");
}

#define STRING_COLUMN(name_, doc_, function)                                                       \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_STRING, .derive = (function),          \
        .cut = true                                                                                \
    }
#define DEGREES(name_, doc_, function)                                                             \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_DOUBLE, .unit = PSUTIL_UNIT_CELSIUS,   \
        .derive = (function)                                                                       \
    }

static const struct column_spec columns[] = {
    STRING_COLUMN("chip", "chip", derive_chip),
    STRING_COLUMN("label", "what the chip calls it", derive_label),
    STRING_COLUMN("kind", "temperature or fan", derive_kind),
    DEGREES("current", "now: degrees Celsius, or revolutions a minute", derive_current),
    STRING_COLUMN("unit", "C or RPM", derive_unit),
    DEGREES("high", "where it counts as hot", derive_high),
    DEGREES("critical", "where it counts as critical", derive_critical),
    STRING_COLUMN("state", "ok, high or critical, by its own limits", derive_state),
    {.name = NULL},
};

static const struct listing listing = {
    .columns = columns,
    .defaults = "chip,label,kind,current,unit,high,critical,state",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

static int show_all(const struct table *table, const psutil_shwtemp_list *temps,
                    const psutil_sfan_list *fans)
{
    struct sensor *items = calloc(temps->len + fans->len + 1, sizeof *items);
    if (!items)
        return cli_error("out of memory");
    for (size_t i = 0; i < temps->len; i++) {
        const psutil_shwtemp *temp = &temps->items[i];
        items[i] = (struct sensor){temp->chip, temp->label,    "temperature", temp->current,
                                   temp->high, temp->critical, false};
    }
    for (size_t i = 0; i < fans->len; i++) {
        const psutil_sfan *fan = &fans->items[i];
        double speed = fan->current == PSUTIL_UNKNOWN ? NAN : (double)fan->current;
        items[temps->len + i] =
            (struct sensor){fan->chip, fan->label, "fan", speed, NAN, NAN, true};
    }
    int status = table_show_array(table, items, temps->len + fans->len, sizeof *items);
    free(items);
    return status;
}

static int show(const struct table *table)
{
    psutil_shwtemp_list *temps = NULL;
    psutil_sfan_list *fans = NULL;
    int rc = psutil_sensors_temperatures(&temps, table->cli->ctx);
    if (rc == 0)
        rc = psutil_sensors_fans(&fans, table->cli->ctx);
    int status = rc == 0 ? show_all(table, temps, fans) : cli_failed(table->cli, rc);
    if (status == CLI_DONE && table->format == FORMAT_TEXT && temps->len + fans->len == 0)
        cli_note("the machine shows no sensors");
    psutil_free(temps);
    psutil_free(fans);
    return status;
}

static int run(struct cli *cli)
{
    if (cli->words_len > 0)
        return cli_usage("sensors takes no arguments: --filter chip=NAME");
    return watch_listing(cli, show);
}

const struct command command_sensors = {
    .name = "sensors",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "Temperatures and fans, with their limits",
    .text = "What the kernel's drivers show; virtual machines mostly have none.\n"
            "\nExamples:\n"
            "  psutil sensors --sort -current\n"
            "  psutil sensors --filter 'state!=ok' --json\n",
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
