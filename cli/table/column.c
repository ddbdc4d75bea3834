/* What a column has in a row, and how it is written. */
#include "column.h"

#include "platform.h"
#include "text/human.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void cell_set_int(struct cell *cell, int64_t value)
{
    *cell = (struct cell){.kind = value == PSUTIL_UNKNOWN ? CELL_UNKNOWN : CELL_INT,
                          .integer = value,
                          .number = (double)value};
}

void cell_set_double(struct cell *cell, double value)
{
    *cell = (struct cell){.kind = isnan(value) ? CELL_UNKNOWN : CELL_DOUBLE, .number = value};
}

void cell_set_text(struct cell *cell, const char *text)
{
    *cell = (struct cell){.kind = text ? CELL_TEXT : CELL_UNKNOWN, .text = text};
}

/* ---- The value --------------------------------------------------------------------------------
 */

static bool has(const struct column *column, const void *row)
{
    return column->part != 0 || !column->listing->has || column->listing->has(row, column->top);
}

/* Ends a text in the buffer and makes it the cell's. */
static void take_scratch(struct cell *out, struct buffer *scratch)
{
    buffer_add(scratch, "", 1);
    cell_set_text(out, scratch->failed ? NULL : scratch->data);
}

static void join_strings(struct buffer *out, const psutil_string_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        if (i > 0)
            buffer_add(out, " ", 1);
        buffer_add_text(out, list->items[i]);
    }
}

static void join_ints(struct buffer *out, const psutil_int_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        buffer_addf(out, "%s%" PRId64, i > 0 ? "," : "", list->items[i]);
}

static void address_text(struct buffer *out, const psutil_addr *addr)
{
    if (addr->path)
        buffer_add_text(out, addr->path);
    else
        buffer_addf(out, strchr(addr->ip, ':') ? "[%s]:%" PRId64 : "%s:%" PRId64, addr->ip,
                    addr->port);
}

static void enum_cell(struct cell *out, const psutil_field *field, int64_t value)
{
    const char *name = value == PSUTIL_UNKNOWN ? NULL : psutil_enum_name(field->values, value);
    if (name)
        cell_set_text(out, name);
    else
        cell_set_int(out, value);
}

/* What has no simpler form is written as JSON. */
static void json_text(struct buffer *out, const psutil_field *field, const void *item)
{
    struct json json = {.out = *out};
    json_field(&json, field, item);
    *out = json.out;
}

/* Lists and records, as one line of text. */
static void composed_cell(struct cell *out, const psutil_field *field, const void *item,
                          struct buffer *scratch)
{
    const void *member = (const char *)item + field->offset;
    const psutil_addr *addr = member;
    if (field->type == PSUTIL_TYPE_ADDRESS) {
        if (!addr->path && !addr->ip)
            return;
        address_text(scratch, addr);
    } else if (field->type != PSUTIL_TYPE_RECORD && !*(const void *const *)member) {
        return;
    } else if (field->type == PSUTIL_TYPE_STRINGS || field->type == PSUTIL_TYPE_VARIABLES) {
        join_strings(scratch, *(const psutil_string_list *const *)member);
    } else if (field->type == PSUTIL_TYPE_INTS) {
        join_ints(scratch, *(const psutil_int_list *const *)member);
    } else {
        json_text(scratch, field, item);
    }
    take_scratch(out, scratch);
}

static void field_cell(struct cell *out, const psutil_field *field, const void *item,
                       struct buffer *scratch)
{
    const void *member = (const char *)item + field->offset;
    int64_t flag;
    switch (field->type) {
    case PSUTIL_TYPE_INT:
        cell_set_int(out, *(const int64_t *)member);
        break;
    case PSUTIL_TYPE_BOOL:
        flag = *(const int64_t *)member;
        cell_set_text(out, flag == PSUTIL_UNKNOWN ? NULL : flag ? "true" : "false");
        break;
    case PSUTIL_TYPE_DOUBLE:
        cell_set_double(out, *(const double *)member);
        break;
    case PSUTIL_TYPE_STRING:
        cell_set_text(out, *(const char *const *)member);
        break;
    case PSUTIL_TYPE_ENUM:
        enum_cell(out, field, *(const int64_t *)member);
        break;
    default:
        composed_cell(out, field, item, scratch);
    }
}

void column_cell(struct cell *out, const struct column *column, const void *row,
                 struct buffer *scratch)
{
    *out = (struct cell){0};
    scratch->len = 0;
    if (column->spec && column->spec->derive)
        column->spec->derive(out, row, scratch);
    else if (has(column, row))
        field_cell(out, column->field, (const char *)row + column->offset, scratch);
    if (out->kind == CELL_TEXT && out->text == scratch->data && scratch->failed)
        *out = (struct cell){0};
}

/* ---- As text ----------------------------------------------------------------------------------
 */

/* As short as it can be and still the same number, in every locale. */
static void raw_double(struct buffer *out, double value)
{
    struct json json = {.out = *out};
    json_double(&json, value);
    *out = json.out;
}

/* A moment: the time of today, the date of another day, as ps and ls have it. */
static void date_text(struct buffer *out, double moment)
{
    enum { DAY = 24 * 3600 };
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm local;
    if (!platform_local_time(&local, (time_t)moment) || local.tm_mon < 0 || local.tm_mon > 11) {
        buffer_add_text(out, "-");
        return;
    }
    double age = difftime(time(NULL), (time_t)moment);
    if (age >= 0 && age < DAY)
        buffer_addf(out, "%02d:%02d", local.tm_hour, local.tm_min);
    else if (age >= 0 && age < 300.0 * DAY)
        buffer_addf(out, "%.3s%02d", months + 3 * local.tm_mon, local.tm_mday);
    else
        buffer_addf(out, "%d", local.tm_year + 1900);
}

static void seconds_text(struct buffer *out, const struct column *column, double seconds)
{
    bool cpu = column->spec && column->spec->show == SHOW_CPU_TIME;
    buffer_add_text(out, cpu ? human_cpu_time(seconds).text : human_duration(seconds).text);
}

static void number_text(struct buffer *out, const struct cell *cell)
{
    if (cell->kind == CELL_INT)
        buffer_addf(out, "%" PRId64, cell->integer);
    else
        raw_double(out, cell->number);
}

static void human_text(struct buffer *out, const struct column *column, const struct cell *cell)
{
    switch (column->unit) {
    case PSUTIL_UNIT_BYTES:
        buffer_add_text(out, human_bytes_short((int64_t)cell->number).text);
        break;
    case PSUTIL_UNIT_PERCENT:
        buffer_add_text(out, human_percent_number(cell->number).text);
        break;
    case PSUTIL_UNIT_SECONDS:
        seconds_text(out, column, cell->number);
        break;
    case PSUTIL_UNIT_EPOCH:
        date_text(out, cell->number);
        break;
    case PSUTIL_UNIT_MHZ:
        buffer_add_text(out, human_mhz(cell->number).text);
        break;
    case PSUTIL_UNIT_MBITS:
        buffer_add_text(out, human_mbits((int64_t)cell->number).text);
        break;
    case PSUTIL_UNIT_CELSIUS:
        buffer_add_text(out, human_degrees(cell->number).text);
        break;
    default:
        if (cell->kind == CELL_DOUBLE)
            buffer_add_text(out, human_load(cell->number).text);
        else
            number_text(out, cell);
    }
}

void column_text(struct buffer *out, const struct column *column, const struct cell *cell,
                 enum column_form form)
{
    bool plain = column->spec && column->spec->show == SHOW_NUMBER;
    if (cell->kind == CELL_UNKNOWN)
        buffer_add_text(out, form == FORM_RAW ? "" : "-");
    else if (cell->kind == CELL_TEXT)
        buffer_add_text(out, cell->text);
    else if (plain || form == FORM_RAW || (form == FORM_BYTES && column->unit == PSUTIL_UNIT_BYTES))
        number_text(out, cell);
    else
        human_text(out, column, cell);
}

void column_json(struct json *json, const struct column *column, const void *row,
                 struct buffer *scratch)
{
    struct cell cell;
    if (column->spec && column->spec->json) {
        column->spec->json(json, row);
        return;
    }
    if (column->field && has(column, row)) {
        json_field(json, column->field, (const char *)row + column->offset);
        return;
    }
    column_cell(&cell, column, row, scratch);
    if (cell.kind == CELL_INT)
        json_int(json, cell.integer);
    else if (cell.kind == CELL_DOUBLE)
        json_double(json, cell.number);
    else if (cell.kind == CELL_TEXT)
        json_string(json, cell.text);
    else
        json_null(json);
}
