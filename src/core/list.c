#include "core/list.h"

#include "core/records.h"

#include <stdlib.h>
#include <string.h>

/* What every public list looks like. */
struct public_list {
    size_t len;
    void *items;
};

/* What it holds beyond these members need not be set. */
void ps_list_init(struct ps_list *list, const psutil_record *record)
{
    list->record = record;
    list->items = list->first_items;
    list->strings = list->first_strings;
    list->len = list->strings_len = 0;
    list->capacity = sizeof list->first_items / record->size;
    list->strings_capacity = sizeof list->first_strings;
    list->failed = list->has_blank = false;
}

void ps_list_free(struct ps_list *list)
{
    if (list->items != list->first_items)
        free(list->items);
    if (list->strings != list->first_strings)
        free(list->strings);
    ps_list_init(list, list->record);
}

/* Makes room for `need` units of `size` bytes, doubling; the `first` ones are part of the list. */
static bool grow(char **block, const char *first, size_t *capacity, size_t need, size_t size)
{
    size_t wanted = *capacity * 2;
    if (wanted < need)
        wanted = need;
    if (wanted > SIZE_MAX / 2 / size)
        return false;
    bool is_first = *block == first;
    char *grown = realloc(is_first ? NULL : *block, wanted * size);
    if (!grown)
        return false;
    if (is_first)
        memcpy(grown, first, *capacity * size);
    *block = grown;
    *capacity = wanted;
    return true;
}

void *ps_list_at(const struct ps_list *list, size_t index)
{
    return list->items + index * list->record->size;
}

/* To copy an item takes less than to go through its description, and most lists have several. */
static void clear(struct ps_list *list, void *item)
{
    size_t size = list->record->size;
    if (list->has_blank) {
        memcpy(item, list->blank, size);
        return;
    }
    ps_record_clear(list->record, item);
    list->has_blank = size <= sizeof list->blank;
    if (list->has_blank)
        memcpy(list->blank, item, size);
}

void *ps_list_add(struct ps_list *list)
{
    bool full = list->len == list->capacity;
    if (list->failed || (full && !grow(&list->items, list->first_items, &list->capacity,
                                       list->len + 1, list->record->size))) {
        list->failed = true;
        return NULL;
    }
    void *item = ps_list_at(list, list->len++);
    clear(list, item);
    return item;
}

void ps_list_drop(struct ps_list *list)
{
    list->len--;
}

const char *ps_list_string(struct ps_list *list, const char *bytes, size_t len)
{
    size_t offset = list->strings_len;
    bool full = len >= list->strings_capacity - offset;
    if (list->failed || (full && !grow(&list->strings, list->first_strings, &list->strings_capacity,
                                       offset + len + 1, sizeof(char)))) {
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

static void settle_member(const psutil_field *field, char *item, const char *strings)
{
    void *member = item + field->offset;
    if (field->type == PSUTIL_TYPE_STRING) {
        settle(member, strings);
    } else {
        psutil_addr *address = member;
        settle(&address->ip, strings);
        settle(&address->path, strings);
    }
}

static bool has_string(const psutil_field *field)
{
    return field && (field->type == PSUTIL_TYPE_STRING || field->type == PSUTIL_TYPE_ADDRESS);
}

static void settle_members(const psutil_field *field, const struct ps_list *list, char *items,
                           const char *strings)
{
    for (size_t i = 0; has_string(field) && i < list->len; i++)
        settle_member(field, items + i * list->record->size, strings);
}

static void settle_all(const struct ps_list *list, char *items, const char *strings)
{
    const psutil_record *record = list->record;
    for (size_t i = 0; i < record->len; i++)
        settle_members(&record->fields[i], list, items, strings);
    settle_members(record->key, list, items, strings);
}

void *ps_list_copy(const struct ps_list *list)
{
    const size_t align = alignof(max_align_t);
    const size_t header = (sizeof(struct public_list) + align - 1) & ~(align - 1);
    const size_t items_size = list->len * list->record->size;
    char *block = list->failed ? NULL : malloc(header + items_size + list->strings_len);
    if (!block)
        return NULL;
    char *items = block + header, *strings = items + items_size;
    *(struct public_list *)(void *)block = (struct public_list){.len = list->len, .items = items};
    memcpy(items, list->items, items_size);
    memcpy(strings, list->strings, list->strings_len);
    if (list->strings_len > 0)
        settle_all(list, items, strings);
    return block;
}

void *ps_list_finish(struct ps_list *list)
{
    void *made = ps_list_copy(list);
    ps_list_free(list);
    return made;
}
