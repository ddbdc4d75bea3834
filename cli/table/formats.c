/* Listings for programs: JSON and comma-separated values. */
#include "table.h"

#include <string.h>

static void write_object(struct json *json, const struct table *table, const void *row,
                         struct buffer *scratch)
{
    json_open_object(json);
    for (size_t i = 0; i < table->len; i++) {
        json_key(json, table->columns[i].name);
        column_json(json, &table->columns[i], row, scratch);
    }
    json_close_object(json);
}

void table_write_json(struct json *json, const struct table *table, const struct rows *rows)
{
    struct buffer scratch = {0};
    json_open_array(json);
    for (size_t i = 0; i < rows->len; i++)
        write_object(json, table, rows->items[i], &scratch);
    json_close_array(json);
    buffer_free(&scratch);
}

void table_write_jsonl(struct buffer *out, const struct table *table, const struct rows *rows)
{
    struct buffer scratch = {0};
    struct json json = {.out = *out};
    for (size_t i = 0; i < rows->len; i++) {
        write_object(&json, table, rows->items[i], &scratch);
        buffer_add_text(&json.out, "\n");
        json.used[0] = false;
    }
    *out = json.out;
    buffer_free(&scratch);
}

/* RFC 4180, of the text made safe: a value never holds a line break. */
static void write_value(struct buffer *out, const char *text, size_t len)
{
    struct buffer safe = {0};
    buffer_add_safe(&safe, text, len);
    bool quote =
        safe.len > 0 && (memchr(safe.data, ',', safe.len) || memchr(safe.data, '"', safe.len) ||
                         safe.data[0] == ' ' || safe.data[safe.len - 1] == ' ');
    if (!quote)
        buffer_add(out, safe.data, safe.len);
    for (size_t i = 0; quote && i < safe.len; i++) {
        buffer_add(out, "\"", i == 0);
        buffer_add(out, "\"", safe.data[i] == '"');
        buffer_add(out, &safe.data[i], 1);
    }
    buffer_add(out, "\"", quote);
    out->failed |= safe.failed;
    buffer_free(&safe);
}

static void write_line(struct buffer *out, const struct table *table, const void *row,
                       struct buffer *scratch)
{
    struct buffer text = {0};
    struct cell cell;
    for (size_t i = 0; i < table->len; i++) {
        text.len = 0;
        column_cell(&cell, &table->columns[i], row, scratch);
        column_text(&text, &table->columns[i], &cell, FORM_RAW);
        buffer_add(out, ",", i > 0);
        write_value(out, text.data, text.len);
    }
    buffer_add(out, "\n", 1);
    out->failed |= text.failed || scratch->failed;
    buffer_free(&text);
}

void table_write_csv(struct buffer *out, const struct table *table, const struct rows *rows)
{
    struct buffer scratch = {0};
    for (size_t i = 0; table->header && i < table->len; i++) {
        buffer_add(out, ",", i > 0);
        buffer_add_text(out, table->columns[i].name);
    }
    buffer_add(out, "\n", table->header);
    for (size_t i = 0; i < rows->len; i++)
        write_line(out, table, rows->items[i], &scratch);
    buffer_free(&scratch);
}
