/* Builds the public lists: one block of memory that holds the list, its items and their strings.
 *
 * While a list grows, its items move; a string in an item is therefore kept as an offset in
 * disguise (ps_list_string() makes it) and becomes a pointer in ps_list_finish(), which knows from
 * the record's description where the strings are. Errors need no check on the way: the list
 * remembers that memory ran out, and ps_list_finish() says so. */
#ifndef PS_LIST_H
#define PS_LIST_H

#include <psutil/record.h>
#include <stdalign.h>
#include <stddef.h>

/* What most lists fit into while they grow, and a record of theirs: nothing is allocated for them
 * but what is handed out. */
enum { PS_LIST_ITEMS = 2048, PS_LIST_STRINGS = 2048, PS_LIST_BLANK = 256 };

/* Points into itself while it is short: it stays where it was begun. */
struct ps_list {
    const psutil_record *record;
    char *items;
    size_t len;
    size_t capacity; /* in items */
    char *strings;
    size_t strings_len;
    size_t strings_capacity;
    bool failed;
    bool has_blank;
    alignas(max_align_t) char blank[PS_LIST_BLANK]; /* an item with everything unknown */
    alignas(max_align_t) char first_items[PS_LIST_ITEMS];
    char first_strings[PS_LIST_STRINGS];
};

/* Starts an empty list of this record. */
void ps_list_init(struct ps_list *list, const psutil_record *record);

/* Gives up a list that was not finished. */
void ps_list_free(struct ps_list *list);

/* A new item with everything unknown, valid until the next is added; NULL without memory. */
void *ps_list_add(struct ps_list *list);

/* Takes the last item back. */
void ps_list_drop(struct ps_list *list);

/* A copy of the bytes to be stored in a string member of an item. */
const char *ps_list_string(struct ps_list *list, const char *bytes, size_t len);

/* What a string member of an unfinished item holds. */
const char *ps_list_peek(const struct ps_list *list, const char *string);

/* An item of an unfinished list. */
void *ps_list_at(const struct ps_list *list, size_t index);

/* The public list of what was added so far, in one block (cast it to its type), or NULL without
 * memory. More can be added, or items changed, for another one. */
void *ps_list_copy(const struct ps_list *list);

/* Ends the building: the public list in one block (cast it to its type), or NULL without memory.
 * The builder is empty afterwards either way. */
void *ps_list_finish(struct ps_list *list);

#endif
