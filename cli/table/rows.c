/* Rows: gathered, filtered, ordered. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

void rows_add(struct rows *rows, const void *item)
{
    if (rows->len == rows->capacity) {
        size_t capacity = rows->capacity ? rows->capacity * 2 : 64;
        const void **more = realloc(rows->items, capacity * sizeof *more);
        if (!more) {
            rows->failed = true;
            return;
        }
        rows->items = more;
        rows->capacity = capacity;
    }
    rows->items[rows->len++] = item;
}

void rows_add_array(struct rows *rows, const void *items, size_t len, size_t size)
{
    for (size_t i = 0; i < len; i++)
        rows_add(rows, (const char *)items + i * size);
}

void rows_free(struct rows *rows)
{
    free(rows->items);
    *rows = (struct rows){0};
}

int table_show_array(const struct table *table, const void *items, size_t len, size_t size)
{
    struct rows rows = {0};
    rows_add_array(&rows, items, len, size);
    int status = table_show(table, &rows);
    rows_free(&rows);
    return status;
}

void table_filter(const struct table *table, struct rows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; table->filter && i < rows->len; i++)
        if (table_keeps(table, rows->items[i]))
            rows->items[kept++] = rows->items[i];
    if (table->filter)
        rows->len = kept;
}

/* ---- Order ------------------------------------------------------------------------------------
 */

/* Each row's value is looked up once. Texts stand in one buffer, at `text`. */
struct key {
    struct cell cell;
    size_t text;
    size_t index;
    const void *item;
    const struct buffer *texts;
    int order;
};

/* Unknown is less than everything, numbers are less than texts. */
static int compare_values(const struct key *a, const struct key *b)
{
    int kind_a = a->cell.kind == CELL_DOUBLE ? CELL_INT : (int)a->cell.kind;
    int kind_b = b->cell.kind == CELL_DOUBLE ? CELL_INT : (int)b->cell.kind;
    if (kind_a != kind_b || kind_a == CELL_UNKNOWN)
        return (kind_a > kind_b) - (kind_a < kind_b);
    if (kind_a == CELL_TEXT)
        return strcmp(a->texts->data + a->text, b->texts->data + b->text);
    if (a->cell.kind == CELL_INT && b->cell.kind == CELL_INT)
        return (a->cell.integer > b->cell.integer) - (a->cell.integer < b->cell.integer);
    return (a->cell.number > b->cell.number) - (a->cell.number < b->cell.number);
}

/* Equal ones stay as they stood. */
static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = compare_values(a, b) * a->order;
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static void read_key(struct key *key, const struct table *table, struct buffer *texts,
                     struct buffer *scratch)
{
    column_cell(&key->cell, &table->sort, key->item, scratch);
    key->text = texts->len;
    if (key->cell.kind == CELL_TEXT)
        buffer_add(texts, key->cell.text, strlen(key->cell.text) + 1);
}

void table_sort(const struct table *table, struct rows *rows)
{
    if (table->order == 0 || rows->len < 2)
        return;
    struct key *keys = malloc(rows->len * sizeof *keys);
    struct buffer texts = {0}, scratch = {0};
    for (size_t i = 0; keys && i < rows->len; i++) {
        keys[i] = (struct key){
            .index = i, .item = rows->items[i], .texts = &texts, .order = table->order};
        read_key(&keys[i], table, &texts, &scratch);
    }
    rows->failed |= !keys || texts.failed;
    if (!rows->failed) {
        qsort(keys, rows->len, sizeof *keys, compare_keys);
        for (size_t i = 0; i < rows->len; i++)
            rows->items[i] = keys[i].item;
    }
    buffer_free(&texts);
    buffer_free(&scratch);
    free(keys);
}
