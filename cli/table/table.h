/* A listing as it was asked for: columns, filter, order and format, out of the options that all
 * listings share. A command fills rows and shows them:
 *
 *     struct table table;
 *     int status = table_open(&table, cli);
 *     if (status == CLI_DONE) {
 *         struct rows rows = {0};
 *         … rows_add(&rows, item) for each, or rows_add_array() …
 *         status = table_show(&table, &rows);
 *         rows_free(&rows);
 *     }
 *     table_close(&table);
 */
#ifndef CLI_TABLE_TABLE_H
#define CLI_TABLE_TABLE_H

#include "cli.h"
#include "column.h"
#include "filter.h"
#include "text/term.h"

#define TABLE_COLUMNS 64

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV };

struct table {
    const struct cli *cli;
    const struct listing *listing;
    struct column columns[TABLE_COLUMNS];
    size_t len;
    struct column sort;
    int order;             /* 1 ascending, -1 descending, 0 as the rows come */
    struct filter *filter; /* NULL: everything */
    enum format format;
    enum column_form form;
    bool header;
    bool cut; /* to the width of the terminal */
    struct term term;
};

/* Pointers to the rows, which belong to the caller. Starts as {0}. */
struct rows {
    const void **items;
    size_t len;
    size_t capacity;
    bool failed; /* no memory was left; table_show() says so */

    /* What is drawn before the cell of one column in a text: a tree's branches. One for each item,
     * or NULL; the caller's. */
    char *const *branches;
    size_t branch_column;
};

void rows_add(struct rows *rows, const void *item);
void rows_add_array(struct rows *rows, const void *items, size_t len, size_t size);
void rows_free(struct rows *rows);

/* Reads the options. CLI_DONE, or the status after what was wrong is said. Close it either way. */
int table_open(struct table *table, const struct cli *cli);
void table_close(struct table *table);

/* Changes the columns as --columns would: "a,b" instead, "+a,-b" besides those there are. False,
 * with the reason and nothing changed, when one does not exist or none would be left. */
bool table_columns(struct table *table, const char *list, char *problem, size_t size);

/* The index of a column of that name among the chosen ones; the last one's without. */
size_t table_column(const struct table *table, const char *name);

/* Fields of the first record that columns, order and filter need, as bits in its order: for
 * "process" these are psutil_fields. */
uint64_t table_fields(const struct table *table);

/* Whether the filter lets a row through. */
bool table_keeps(const struct table *table, const void *row);

void table_filter(const struct table *table, struct rows *rows);
void table_sort(const struct table *table, struct rows *rows);

/* Writes all rows to stdout. */
int table_print(const struct table *table, const struct rows *rows);

/* All three. */
int table_show(const struct table *table, struct rows *rows);

/* The same for all of an array, with items of `size` bytes. */
int table_show_array(const struct table *table, const void *items, size_t len, size_t size);

/* ---- For table_print ----------------------------------------------------------------------------
 */

void table_write_text(struct buffer *out, const struct table *table, const struct rows *rows);
void table_write_csv(struct buffer *out, const struct table *table, const struct rows *rows);
void table_write_json(struct json *json, const struct table *table, const struct rows *rows);
void table_write_jsonl(struct buffer *out, const struct table *table, const struct rows *rows);

#endif
