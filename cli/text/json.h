/* Writes JSON into a buffer: whole answers, so that a failure half way leaves nothing printed.
 *
 * Whatever bytes a string holds, the JSON is valid and harmless to a terminal: control characters
 * (C1 and DEL too) and marks of direction are escaped, valid UTF-8 passes, and a byte that is not
 * UTF-8 becomes \udcXX, which Python's os.fsencode() turns into that byte again. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "text.h"

#define JSON_DEPTH 32

/* Starts as {0}, or {.pretty = true} for one value a line with indentation. When memory runs out,
 * out.failed is set: ask once, at the end. */
struct json {
    struct buffer out;
    bool pretty;
    unsigned depth;
    unsigned flat;         /* how many of the open arrays stay on one line */
    bool has_key;          /* a key was written, its value comes next */
    bool used[JSON_DEPTH]; /* whether an open object or array has a member already */
};

void json_free(struct json *json);

void json_open_object(struct json *json);
void json_close_object(struct json *json);
void json_open_array(struct json *json);
void json_close_array(struct json *json);

/* An array of short values that stays on one line even when pretty. */
void json_open_flat_array(struct json *json);
void json_close_flat_array(struct json *json);

/* The key of the next value. An object must not be given the same key twice. */
void json_key(struct json *json, const char *name);
void json_key_bytes(struct json *json, const char *name, size_t len);

void json_null(struct json *json);
void json_bool(struct json *json, bool value);
void json_int(struct json *json, int64_t value);       /* PSUTIL_UNKNOWN: null */
void json_double(struct json *json, double value);     /* not finite: null; always with '.' or e */
void json_string(struct json *json, const char *text); /* NULL: null */
void json_bytes(struct json *json, const char *data, size_t len);

/* A key and its value. */
void json_member_int(struct json *json, const char *name, int64_t value);
void json_member_double(struct json *json, const char *name, double value);
void json_member_string(struct json *json, const char *name, const char *text);

/* ---- Records, by their descriptions; only fields of the running platform ----------------------
 */

/* {field: value, …} */
void json_record(struct json *json, const psutil_record *record, const void *item);

/* One field of a record that starts at `item`. */
void json_field(struct json *json, const psutil_field *field, const void *item);

/* A list of records (any psutil_…_list): [{…}, …] */
void json_list(struct json *json, const psutil_record *record, const void *list);

/* The same as {key: {…}, …}, the key being the record's `key`; the last one of a key wins. */
void json_list_by_key(struct json *json, const psutil_record *record, const void *list);

/* The same as {key: [{…}, …], …}. */
void json_list_grouped(struct json *json, const psutil_record *record, const void *list);

void json_ints(struct json *json, const psutil_int_list *list);
void json_doubles(struct json *json, const psutil_double_list *list);
void json_strings(struct json *json, const psutil_string_list *list);

/* NAME=VALUE as {NAME: VALUE, …}; without '=' or a name an entry is left out; of two with one name
 * the last counts. */
void json_variables(struct json *json, const psutil_string_list *list);

#endif
