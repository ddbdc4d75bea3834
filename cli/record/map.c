#include "map.h"

#include <stdlib.h>
#include <string.h>

void map_free(struct map *map)
{
    for (size_t i = 0; i < map->capacity; i++) {
        free(map->places[i].key);
        free(map->places[i].value);
    }
    free(map->places);
    *map = (struct map){0};
}

/* FNV-1a */
static uint64_t hash_of(const char *data, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)data[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

/* Where a key is, or would be: never full, and so there is always such a place. */
static struct map_entry *place_of(const struct map *map, const char *key, size_t len)
{
    size_t at = (size_t)hash_of(key, len) & (map->capacity - 1);
    for (;; at = (at + 1) & (map->capacity - 1)) {
        struct map_entry *entry = &map->places[at];
        if (!entry->key || (entry->key_len == len && memcmp(entry->key, key, len) == 0))
            return entry;
    }
}

struct map_entry *map_find(const struct map *map, const char *key, size_t len)
{
    struct map_entry *entry = map->capacity > 0 ? place_of(map, key, len) : NULL;
    return entry && entry->key ? entry : NULL;
}

static bool grow(struct map *map)
{
    struct map larger = {.capacity = map->capacity ? map->capacity * 2 : 64};
    larger.places = calloc(larger.capacity, sizeof *larger.places);
    if (!larger.places)
        return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->places[i].key)
            *place_of(&larger, map->places[i].key, map->places[i].key_len) = map->places[i];
    free(map->places);
    map->places = larger.places;
    map->capacity = larger.capacity;
    return true;
}

/* With room for a terminator, so that nothing is of no bytes. */
static char *copy(const char *data, size_t len)
{
    char *block = malloc(len + 1);
    if (block && len > 0)
        memcpy(block, data, len);
    if (block)
        block[len] = '\0';
    return block;
}

struct map_entry *map_add(struct map *map, const char *key, size_t len)
{
    struct map_entry *entry = map_find(map, key, len);
    if (entry)
        return entry;
    if (map->len >= map->capacity / 2 && !grow(map)) {
        map->failed = true;
        return NULL;
    }
    char *kept = copy(key, len);
    if (!kept) {
        map->failed = true;
        return NULL;
    }
    entry = place_of(map, key, len);
    *entry = (struct map_entry){.key = kept, .key_len = len};
    map->len++;
    return entry;
}

void map_set(struct map *map, struct map_entry *entry, const char *value, size_t len)
{
    free(entry->value);
    entry->value = copy(value, len);
    entry->value_len = entry->value ? len : 0;
    if (!entry->value)
        map->failed = true;
}
