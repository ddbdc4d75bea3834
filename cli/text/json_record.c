/* Records and lists of them as JSON, by their descriptions. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

/* Every public list begins like this. */
struct any_list {
    size_t len;
    const char *items;
};

static void address(struct json *json, const psutil_addr *addr)
{
    if (addr->path) {
        json_string(json, addr->path);
    } else if (!addr->ip) {
        json_null(json);
    } else {
        json_open_object(json);
        json_member_string(json, "ip", addr->ip);
        json_member_int(json, "port", addr->port);
        json_close_object(json);
    }
}

/* A value that has no name yet (a newer kernel's) is shown as its number. */
static void enumerated(struct json *json, const psutil_enum_value *values, int64_t value)
{
    const char *name = value == PSUTIL_UNKNOWN ? NULL : psutil_enum_name(values, value);
    if (name)
        json_string(json, name);
    else
        json_int(json, value);
}

static void boolean(struct json *json, int64_t value)
{
    if (value == PSUTIL_UNKNOWN)
        json_null(json);
    else
        json_bool(json, value != 0);
}

/* memory_full_info and memory_info_ex gather members of several structs of psutil_process_info:
 * their offsets are within that, not within a struct of their own. */
static const void *nested(const psutil_field *field, const void *item)
{
    bool composite = field->record->size == sizeof(psutil_process_info);
    return composite ? item : (const char *)item + field->offset;
}

static void any_list(struct json *json, const psutil_record *record, const void *list)
{
    if (record->key)
        json_list_by_key(json, record, list);
    else
        json_list(json, record, list);
}

static void pointed_to(struct json *json, const psutil_field *field, const void *list)
{
    if (!list)
        json_null(json);
    else if (field->type == PSUTIL_TYPE_LIST)
        any_list(json, field->record, list);
    else if (field->type == PSUTIL_TYPE_INTS)
        json_ints(json, list);
    else if (field->type == PSUTIL_TYPE_STRINGS)
        json_strings(json, list);
    else
        json_variables(json, list);
}

void json_field(struct json *json, const psutil_field *field, const void *item)
{
    const void *member = (const char *)item + field->offset;
    switch (field->type) {
    case PSUTIL_TYPE_INT:
        json_int(json, *(const int64_t *)member);
        break;
    case PSUTIL_TYPE_BOOL:
        boolean(json, *(const int64_t *)member);
        break;
    case PSUTIL_TYPE_DOUBLE:
        json_double(json, *(const double *)member);
        break;
    case PSUTIL_TYPE_STRING:
        json_string(json, *(const char *const *)member);
        break;
    case PSUTIL_TYPE_ENUM:
        enumerated(json, field->values, *(const int64_t *)member);
        break;
    case PSUTIL_TYPE_ADDRESS:
        address(json, member);
        break;
    case PSUTIL_TYPE_RECORD:
        json_record(json, field->record, nested(field, item));
        break;
    default:
        pointed_to(json, field, *(const void *const *)member);
    }
}

void json_record(struct json *json, const psutil_record *record, const void *item)
{
    json_open_object(json);
    for (size_t i = 0; i < record->len; i++) {
        const psutil_field *field = &record->fields[i];
        if (!(field->platforms & psutil_platform()))
            continue;
        json_key(json, field->name);
        json_field(json, field, item);
    }
    json_close_object(json);
}

void json_list(struct json *json, const psutil_record *record, const void *list)
{
    const struct any_list *any = list;
    json_open_array(json);
    for (size_t i = 0; i < any->len; i++)
        json_record(json, record, any->items + i * record->size);
    json_close_array(json);
}

/* ---- Lists told apart by a key ----------------------------------------------------------------
 */

/* A key occurs once in an object whatever the list holds. Entries with the same key form a chain in
 * the order of the list, and objects keep the order in which their keys first occurred. */
struct entry {
    const char *key;
    size_t len;
    size_t index; /* in the list */
    size_t next;  /* the next with this key, or SIZE_MAX */
    bool first;   /* of its key */
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    size_t len = left->len < right->len ? left->len : right->len;
    int order = len ? memcmp(left->key, right->key, len) : 0;
    if (order == 0)
        order = (left->len > right->len) - (left->len < right->len);
    if (order == 0)
        order = (left->index > right->index) - (left->index < right->index);
    return order;
}

static int compare_indices(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return (left->index > right->index) - (left->index < right->index);
}

static void chain(struct entry *entries, size_t len)
{
    if (len == 0)
        return;
    for (size_t i = 0; i < len; i++)
        entries[i].index = i;
    qsort(entries, len, sizeof *entries, compare_entries);
    for (size_t i = 0; i < len; i++) {
        const struct entry *before = i > 0 ? &entries[i - 1] : NULL;
        entries[i].next = SIZE_MAX;
        entries[i].first = !before || before->len != entries[i].len ||
                           memcmp(before->key, entries[i].key, before->len) != 0;
        if (!entries[i].first)
            entries[i - 1].next = entries[i].index;
    }
    qsort(entries, len, sizeof *entries, compare_indices);
}

/* The last entry with the key of this one. */
static const struct entry *last_of(const struct entry *entries, const struct entry *entry)
{
    while (entry->next != SIZE_MAX)
        entry = &entries[entry->next];
    return entry;
}

static const char *key_of(const psutil_record *record, const char *item)
{
    const void *member = item + record->key->offset;
    const char *name = record->key->type == PSUTIL_TYPE_ENUM
                           ? psutil_enum_name(record->key->values, *(const int64_t *)member)
                           : *(const char *const *)member;
    return name ? name : "";
}

static struct entry *entries_of(const psutil_record *record, const struct any_list *list)
{
    struct entry *entries = calloc(list->len ? list->len : 1, sizeof *entries);
    if (!entries)
        return NULL;
    for (size_t i = 0; i < list->len; i++) {
        entries[i].key = key_of(record, list->items + i * record->size);
        entries[i].len = strlen(entries[i].key);
    }
    chain(entries, list->len);
    return entries;
}

void json_list_by_key(struct json *json, const psutil_record *record, const void *list)
{
    const struct any_list *any = list;
    struct entry *entries = entries_of(record, any);
    json->out.failed |= !entries;
    json_open_object(json);
    for (size_t i = 0; entries && i < any->len; i++) {
        if (!entries[i].first)
            continue;
        const struct entry *last = last_of(entries, &entries[i]);
        json_key_bytes(json, last->key, last->len);
        json_record(json, record, any->items + last->index * record->size);
    }
    json_close_object(json);
    free(entries);
}

void json_list_grouped(struct json *json, const psutil_record *record, const void *list)
{
    const struct any_list *any = list;
    struct entry *entries = entries_of(record, any);
    json->out.failed |= !entries;
    json_open_object(json);
    for (size_t i = 0; entries && i < any->len; i++) {
        if (!entries[i].first)
            continue;
        json_key_bytes(json, entries[i].key, entries[i].len);
        json_open_array(json);
        for (size_t j = i; j != SIZE_MAX; j = entries[j].next)
            json_record(json, record, any->items + j * record->size);
        json_close_array(json);
    }
    json_close_object(json);
    free(entries);
}

/* ---- Lists of plain values --------------------------------------------------------------------
 */

void json_ints(struct json *json, const psutil_int_list *list)
{
    json_open_flat_array(json);
    for (size_t i = 0; i < list->len; i++)
        json_int(json, list->items[i]);
    json_close_flat_array(json);
}

void json_doubles(struct json *json, const psutil_double_list *list)
{
    json_open_flat_array(json);
    for (size_t i = 0; i < list->len; i++)
        json_double(json, list->items[i]);
    json_close_flat_array(json);
}

void json_strings(struct json *json, const psutil_string_list *list)
{
    json_open_array(json);
    for (size_t i = 0; i < list->len; i++)
        json_string(json, list->items[i]);
    json_close_array(json);
}

static size_t name_len(const char *variable)
{
    const char *equals = strchr(variable, '=');
    return equals ? (size_t)(equals - variable) : 0;
}

void json_variables(struct json *json, const psutil_string_list *list)
{
    struct entry *entries = calloc(list->len ? list->len : 1, sizeof *entries);
    json->out.failed |= !entries;
    json_open_object(json);
    for (size_t i = 0; entries && i < list->len; i++)
        entries[i] = (struct entry){.key = list->items[i], .len = name_len(list->items[i])};
    if (entries)
        chain(entries, list->len);
    for (size_t i = 0; entries && i < list->len; i++) {
        if (!entries[i].first || entries[i].len == 0)
            continue;
        const struct entry *last = last_of(entries, &entries[i]);
        json_key_bytes(json, last->key, last->len);
        json_string(json, last->key + last->len + 1);
    }
    json_close_object(json);
    free(entries);
}
