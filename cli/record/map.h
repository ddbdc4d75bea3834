/* Strings of bytes to strings of bytes; each may also count. */
#ifndef CLI_RECORD_MAP_H
#define CLI_RECORD_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry {
    char *key; /* NULL in an empty place */
    size_t key_len;
    char *value; /* NULL until it is set */
    size_t value_len;
    uint64_t count;
};

/* Starts as {0}. */
struct map {
    struct map_entry *places;
    size_t len;
    size_t capacity;
    bool failed; /* memory ran out */
};

void map_free(struct map *map);

/* The entry of a key; NULL when there is none. */
struct map_entry *map_find(const struct map *map, const char *key, size_t len);

/* The same, and a new one when there is none; NULL when memory ran out. It stands until the next
 * one is added. */
struct map_entry *map_add(struct map *map, const char *key, size_t len);

/* Copies the value. */
void map_set(struct map *map, struct map_entry *entry, const char *value, size_t len);

#endif
