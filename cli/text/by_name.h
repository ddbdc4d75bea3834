/* Items of a list by their names, found without going through all of it: a machine may have ten
 * thousand interfaces, and as many addresses and counters. */
#ifndef CLI_BY_NAME_H
#define CLI_BY_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}: no items. */
struct by_name {
    struct named_item {
        const char *name;
        size_t index; /* in the list */
    } * items;        /* by name; those of one name in the order of the list */
    size_t len;
};

/* Of an array of structs that begin with a name each; the names stay the caller's. False without
 * memory. */
bool by_name_open(struct by_name *out, const void *items, size_t len, size_t stride);
void by_name_close(struct by_name *by_name);

/* The place of the first of this name in by_name->items; len when there is none. */
size_t by_name_place(const struct by_name *by_name, const char *name);

/* Whether one of this name stands at the place: others of the name follow the first. */
bool by_name_is_at(const struct by_name *by_name, size_t place, const char *name);

/* The index in the list of the first of this name; SIZE_MAX when there is none. */
size_t by_name_first(const struct by_name *by_name, const char *name);

#endif
