#include "core/list.h"

#include "core/records.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* What every public list looks like. */
struct public_list {
    size_t len;
    void *items;
};

void ps_list_init(struct ps_list *list, const psutil_record *record)
{
    *list = (struct ps_list){.record = record};
}

void ps_list_free(struct ps_list *list)
{
    free(list->items);
    free(list->strings);
    ps_list_init(list, list->record);
}

/* Makes room for `need` units of `size` bytes, doubling. */
static bool grow(char **block, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    if (wanted < need)
        wanted = need;
    if (wanted > SIZE_MAX / 2 / size)
        return false;
    char *grown = realloc(*block, wanted * size);
    if (!grown)
        return false;
    *block = grown;
    *capacity = wanted;
    return true;
}

void *ps_list_at(const struct ps_list *list, size_t index)
{
    return list->items + index * list->record->size;
}

void *ps_list_add(struct ps_list *list)
{
    if (list->failed || !grow(&list->items, &list->capacity, list->len + 1, list->record->size)) {
        list->failed = true;
        return NULL;
    }
    void *item = ps_list_at(list, list->len++);
    ps_record_clear(list->record, item);
    return item;
}

void ps_list_drop(struct ps_list *list)
{
    list->len--;
}

const char *ps_list_string(struct ps_list *list, const char *bytes, size_t len)
{
    size_t offset = list->strings_len;
    if (list->failed ||
        !grow(&list->strings, &list->strings_capacity, offset + len + 1, sizeof(char))) {
        list->failed = true;
        return NULL;
    }
    if (len > 0)
        memcpy(list->strings + offset, bytes, len);
    list->strings[offset + len] = '\0';
    list->strings_len = offset + len + 1;
    return (const char *)(uintptr_t)(offset + 1);
}

const char *ps_list_peek(const struct ps_list *list, const char *string)
{
    return string ? list->strings + ((uintptr_t)string - 1) : NULL;
}

static void settle(const char **string, const char *strings)
{
    if (*string)
        *string = strings + ((uintptr_t)*string - 1);
}

static void settle_field(const psutil_field *field, char *item, const char *strings)
{
    void *member = item + field->offset;
    if (field->type == PSUTIL_TYPE_STRING) {
        settle(member, strings);
    } else if (field->type == PSUTIL_TYPE_ADDRESS) {
        psutil_addr *address = member;
        settle(&address->ip, strings);
        settle(&address->path, strings);
    }
}

static void settle_item(const psutil_record *record, char *item, const char *strings)
{
    for (size_t i = 0; i < record->len; i++)
        settle_field(&record->fields[i], item, strings);
    if (record->key)
        settle_field(record->key, item, strings);
}

static bool has_strings(const struct ps_list *list)
{
    return list->strings_len > 0;
}

void *ps_list_finish(struct ps_list *list)
{
    const size_t align = alignof(max_align_t);
    const size_t header = (sizeof(struct public_list) + align - 1) & ~(align - 1);
    const size_t items_size = list->len * list->record->size;
    char *block = list->failed ? NULL : malloc(header + items_size + list->strings_len);
    if (block) {
        *(struct public_list *)(void *)block =
            (struct public_list){.len = list->len, .items = block + header};
        char *strings = block + header + items_size;
        if (items_size > 0)
            memcpy(block + header, list->items, items_size);
        if (has_strings(list))
            memcpy(strings, list->strings, list->strings_len);
        for (size_t i = 0; has_strings(list) && i < list->len; i++)
            settle_item(list->record, block + header + i * list->record->size, strings);
    }
    ps_list_free(list);
    return block;
}
