/* The options of listings. */
#include "table.h"

#include "text/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option listing_options[] = {
    {"columns", "LIST", "what to show: a,b instead of, +a,-b besides the usual; help lists all",
     'o'},
    {"sort", "KEY", "order by a column, from the least; -KEY from the most", 's'},
    {"jsonl", NULL, "as JSON, one object a line", 0},
    {"csv", NULL, "as comma-separated values", 0},
    {"no-header", NULL, "without the line of headers", 0},
    {"bytes", NULL, "bytes as numbers, not as 1.5M", 'b'},
    {NULL, NULL, NULL, 0},
};

const struct option filter_options[] = {
    {"filter", "EXPR", "only those for which this is true: 'name=~py && rss>100M'", 'f'},
    {NULL, NULL, NULL, 0},
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static int unknown_column(const struct table *table, const char *option, const char *name)
{
    const char *nearest = column_nearest(table->listing, name);
    return cli_usage("%s: unknown column %s%s%s; --columns help lists them", option, name,
                     nearest ? ", did you mean " : "", nearest ? nearest : "");
}

static int find_column(struct column *out, const struct table *table, const char *option,
                       const char *name, size_t len)
{
    enum column_found found = column_find(out, table->listing, name, len);
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", (int)(len < sizeof shown ? len : sizeof shown), name);
    if (found == COLUMN_UNKNOWN)
        return unknown_column(table, option, shown);
    if (found == COLUMN_ELSEWHERE)
        return cli_usage("%s: the column %s does not exist on this system", option, shown);
    return CLI_DONE;
}

static size_t position(const struct table *table, const struct column *column)
{
    size_t i = 0;
    while (i < table->len && strcmp(table->columns[i].name, column->name) != 0)
        i++;
    return i;
}

static int change_column(struct table *table, const char *name, size_t len)
{
    struct column column;
    char sign = *name == '+' || *name == '-' ? *name : '\0';
    size_t skip = sign != '\0';
    int status = find_column(&column, table, "--columns", name + skip, len - skip);
    if (status != CLI_DONE)
        return status;
    size_t at = position(table, &column);
    if (sign == '-' && at < table->len) {
        table->len--;
        memmove(&table->columns[at], &table->columns[at + 1], (table->len - at) * sizeof column);
    } else if (sign != '-' && at == TABLE_COLUMNS) {
        return cli_usage("--columns: more than %d columns", TABLE_COLUMNS);
    } else if (sign != '-' && at == table->len) {
        table->columns[table->len++] = column;
    }
    return CLI_DONE;
}

/* Columns of this list; those of the usual ones that do not exist on this system are left out. */
static int add_columns(struct table *table, const char *list, bool usual)
{
    while (*list) {
        size_t len = strcspn(list, ",");
        struct column column;
        bool skip = len == 0 ||
                    (usual && column_find(&column, table->listing, list, len) == COLUMN_ELSEWHERE);
        int status = skip ? CLI_DONE : change_column(table, list, len);
        if (status != CLI_DONE)
            return status;
        list += len;
        list += *list == ',';
    }
    return CLI_DONE;
}

static int choose_columns(struct table *table)
{
    const char *list = options_get(&table->cli->options, "columns");
    bool changes = !list || *list == '+' || *list == '-';
    int status = changes ? add_columns(table, table->listing->defaults, true) : CLI_DONE;
    if (status == CLI_DONE && list)
        status = add_columns(table, list, false);
    if (status == CLI_DONE && table->len == 0)
        return cli_usage("--columns: no column is left");
    return status;
}

bool table_columns(struct table *table, const char *list, char *problem, size_t size)
{
    struct column column;
    size_t len;
    for (const char *at = list; *at; at += len + (at[len] == ',')) {
        len = strcspn(at, ",");
        size_t sign = *at == '+' || *at == '-';
        if (len > 0 &&
            column_find(&column, table->listing, at + sign, len - sign) != COLUMN_FOUND) {
            snprintf(problem, size, "unknown column %.*s", (int)(len < 64 ? len : 64), at);
            return false;
        }
    }
    struct table changed = *table;
    if (*list != '+' && *list != '-')
        changed.len = 0;
    if (add_columns(&changed, list, false) != CLI_DONE || changed.len == 0) {
        snprintf(problem, size, "no column is left");
        return false;
    }
    *table = changed;
    return true;
}

size_t table_column(const struct table *table, const char *name)
{
    size_t i = 0;
    while (i + 1 < table->len && strcmp(table->columns[i].name, name) != 0)
        i++;
    return i;
}

/* ---- Order and filter -------------------------------------------------------------------------
 */

static int order_by(struct table *table, const char *key, size_t len)
{
    size_t sign = *key == '-' || *key == '+';
    table->order = *key == '-' ? -1 : 1;
    return find_column(&table->sort, table, "--sort", key + sign, len - sign);
}

/* The first of the usual ones that exists on this system. */
static int order_as_usual(struct table *table, const char *keys)
{
    size_t len = strcspn(keys, ",");
    while (keys[len] && column_find(&table->sort, table->listing, keys + (*keys == '-'),
                                    len - (*keys == '-')) == COLUMN_ELSEWHERE) {
        keys += len + 1;
        len = strcspn(keys, ",");
    }
    return order_by(table, keys, len);
}

static int choose_order(struct table *table)
{
    const char *key = options_get(&table->cli->options, "sort");
    if (key)
        return order_by(table, key, strlen(key));
    return table->listing->sort ? order_as_usual(table, table->listing->sort) : CLI_DONE;
}

static int choose_filter(struct table *table)
{
    const char *text = options_get(&table->cli->options, "filter");
    char problem[FILTER_PROBLEM];
    if (!text || table->cli->command->takes & TAKES_SELECTION) /* which has it itself */
        return CLI_DONE;
    table->filter = filter_open(table->listing, text, problem);
    return table->filter ? CLI_DONE : cli_usage_lines("--filter", problem);
}

bool table_keeps(const struct table *table, const void *row)
{
    return !table->filter || filter_matches(table->filter, row);
}

uint64_t table_fields(const struct table *table)
{
    uint64_t fields = table->filter ? filter_fields(table->filter) : 0;
    if (table->order != 0)
        fields |= column_fields(&table->sort);
    for (size_t i = 0; i < table->len; i++)
        fields |= column_fields(&table->columns[i]);
    return fields;
}

/* ---- Format -----------------------------------------------------------------------------------
 */

static int choose_format(struct table *table)
{
    const struct options *options = &table->cli->options;
    bool jsonl = options_get(options, "jsonl") != NULL;
    bool csv = options_get(options, "csv") != NULL;
    if (table->cli->json + jsonl + csv > 1)
        return cli_usage("--json, --jsonl and --csv exclude each other");
    table->format = table->cli->json ? FORMAT_JSON
                    : jsonl          ? FORMAT_JSONL
                    : csv            ? FORMAT_CSV
                                     : FORMAT_TEXT;
    table->form = csv ? FORM_RAW : options_get(options, "bytes") ? FORM_BYTES : FORM_HUMAN;
    table->header = !options_get(options, "no-header");
    table->cut = table->cli->terminal;
    if (table->format == FORMAT_TEXT)
        table->term = term_look(table->cli->color);
    return CLI_DONE;
}

int table_open(struct table *table, const struct cli *cli)
{
    *table = (struct table){.cli = cli, .listing = cli_listing(cli)};
    int status = choose_format(table);
    if (status == CLI_DONE)
        status = choose_columns(table);
    if (status == CLI_DONE)
        status = choose_order(table);
    if (status == CLI_DONE)
        status = choose_filter(table);
    return status;
}

void table_close(struct table *table)
{
    filter_close(table->filter);
}

/* ---- The answer -------------------------------------------------------------------------------
 */

static int print_json(const struct table *table, const struct rows *rows)
{
    struct json json = cli_json(table->cli);
    table_write_json(&json, table, rows);
    return cli_print_json(&json);
}

int table_print(const struct table *table, const struct rows *rows)
{
    struct buffer out = {0};
    if (rows->failed)
        return cli_error("out of memory");
    if (table->format == FORMAT_JSON)
        return print_json(table, rows);
    if (table->format == FORMAT_JSONL)
        table_write_jsonl(&out, table, rows);
    else if (table->format == FORMAT_CSV)
        table_write_csv(&out, table, rows);
    else
        table_write_text(&out, table, rows);
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

int table_show(const struct table *table, struct rows *rows)
{
    table_filter(table, rows);
    table_sort(table, rows);
    return table_print(table, rows);
}
