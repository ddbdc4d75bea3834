#include "json.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_free(struct json *json)
{
    buffer_free(&json->out);
}

static void new_line(struct json *json)
{
    if (!json->pretty || json->flat > 0)
        return;
    buffer_add_text(&json->out, "\n");
    buffer_add_repeat(&json->out, ' ', (size_t)json->depth * 2);
}

/* Before a value or a key: the comma after what came before. */
static void separate(struct json *json)
{
    if (json->has_key) {
        json->has_key = false;
        return;
    }
    if (json->depth == 0)
        return;
    if (json->used[json->depth - 1])
        buffer_add_text(&json->out, json->pretty && json->flat > 0 ? ", " : ",");
    json->used[json->depth - 1] = true;
    new_line(json);
}

/* Records nest four deep at most; an answer that is deeper is a mistake of the caller's, which
 * counts as a failure rather than writing past the end. */
static void open(struct json *json, const char *bracket)
{
    separate(json);
    buffer_add_text(&json->out, bracket);
    if (json->depth == JSON_DEPTH) {
        json->out.failed = true;
        return;
    }
    json->used[json->depth++] = false;
}

static void close(struct json *json, const char *bracket)
{
    if (json->depth == 0)
        return;
    bool used = json->used[--json->depth];
    if (used)
        new_line(json);
    buffer_add_text(&json->out, bracket);
}

void json_open_object(struct json *json)
{
    open(json, "{");
}

void json_close_object(struct json *json)
{
    close(json, "}");
}

void json_open_array(struct json *json)
{
    open(json, "[");
}

void json_close_array(struct json *json)
{
    close(json, "]");
}

void json_open_flat_array(struct json *json)
{
    open(json, "[");
    json->flat++;
}

void json_close_flat_array(struct json *json)
{
    close(json, "]");
    json->flat--;
}

static void add_unit(struct buffer *out, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char escape[] = {'\\',
                     'u',
                     digits[unit >> 12 & 15],
                     digits[unit >> 8 & 15],
                     digits[unit >> 4 & 15],
                     digits[unit & 15]};
    buffer_add(out, escape, sizeof escape);
}

static void add_special(struct buffer *out, uint32_t c)
{
    switch (c) {
    case '"':
        buffer_add_text(out, "\\\"");
        break;
    case '\\':
        buffer_add_text(out, "\\\\");
        break;
    case '\n':
        buffer_add_text(out, "\\n");
        break;
    case '\r':
        buffer_add_text(out, "\\r");
        break;
    case '\t':
        buffer_add_text(out, "\\t");
        break;
    default:
        add_unit(out, c); /* every harmful character is below U+10000 */
    }
}

/* How many bytes from here on are shown as they are. */
static size_t plain_run(const char *data, size_t len)
{
    size_t i = 0;
    while (i < len) {
        uint32_t c = 0;
        size_t used = text_decode(&c, data + i, len - i);
        if (used == 0 || c == '"' || c == '\\' || text_is_harmful(c))
            break;
        i += used;
    }
    return i;
}

static void add_quoted(struct buffer *out, const char *data, size_t len)
{
    buffer_add_text(out, "\"");
    while (len > 0) {
        size_t run = plain_run(data, len);
        buffer_add(out, data, run);
        data += run;
        len -= run;
        if (len == 0)
            break;
        uint32_t c = 0;
        size_t used = text_decode(&c, data, len);
        if (used == 0)
            add_unit(out, 0xdc00u | (unsigned char)*data);
        else
            add_special(out, c);
        data += used ? used : 1;
        len -= used ? used : 1;
    }
    buffer_add_text(out, "\"");
}

void json_key_bytes(struct json *json, const char *name, size_t len)
{
    separate(json);
    add_quoted(&json->out, name, len);
    buffer_add_text(&json->out, json->pretty ? ": " : ":");
    json->has_key = true;
}

void json_key(struct json *json, const char *name)
{
    json_key_bytes(json, name, strlen(name));
}

void json_null(struct json *json)
{
    separate(json);
    buffer_add_text(&json->out, "null");
}

void json_bool(struct json *json, bool value)
{
    separate(json);
    buffer_add_text(&json->out, value ? "true" : "false");
}

void json_int(struct json *json, int64_t value)
{
    if (value == PSUTIL_UNKNOWN) {
        json_null(json);
        return;
    }
    separate(json);
    buffer_addf(&json->out, "%" PRId64, value);
}

/* Fifteen digits are always exact, so that they are the shortest text where they suffice; only
 * numbers below DBL_MIN can do with fewer, as they have fewer bits. */
static void shortest(char *text, size_t size, double value)
{
    int digits = fabs(value) < DBL_MIN ? 1 : DBL_DIG;
    do
        snprintf(text, size, "%.*g", digits, value);
    while (digits++ < DBL_DECIMAL_DIG && strtod(text, NULL) != value);
}

void json_double(struct json *json, double value)
{
    if (!isfinite(value)) {
        json_null(json);
        return;
    }
    char text[40];
    shortest(text, sizeof text, value);
    separate(json);
    buffer_add_text(&json->out, text);
    if (!strpbrk(text, ".e"))
        buffer_add_text(&json->out, ".0"); /* a double stays one for readers that tell them apart */
}

void json_bytes(struct json *json, const char *data, size_t len)
{
    separate(json);
    add_quoted(&json->out, data, len);
}

void json_string(struct json *json, const char *text)
{
    if (text)
        json_bytes(json, text, strlen(text));
    else
        json_null(json);
}

void json_member_int(struct json *json, const char *name, int64_t value)
{
    json_key(json, name);
    json_int(json, value);
}

void json_member_double(struct json *json, const char *name, double value)
{
    json_key(json, name);
    json_double(json, value);
}

void json_member_string(struct json *json, const char *name, const char *text)
{
    json_key(json, name);
    json_string(json, text);
}
