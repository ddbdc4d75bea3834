/* Memory for many small strings that live and die together. Pointers into it stay valid until
 * ps_arena_reset() or ps_arena_free(). */
#ifndef PS_ARENA_H
#define PS_ARENA_H

#include <stddef.h>

/* What memory is taken from. */
struct ps_arena_chunk {
    struct ps_arena_chunk *next;
    char *bytes;
    size_t size;
    size_t used;
};

struct ps_arena {
    struct ps_arena_chunk *first; /* all chunks, in the order of use */
    struct ps_arena_chunk *current;
};

/* Memory of the caller's that an arena begins with: enough for the strings of one process. */
struct ps_arena_room {
    struct ps_arena_chunk chunk;
    char bytes[320];
};

/* An empty arena that takes memory of its own only when this does not suffice. It must not be lent
 * from or taken by another. */
void ps_arena_begin(struct ps_arena *arena, struct ps_arena_room *room);

/* `size` bytes aligned for any type, or NULL without memory. */
void *ps_arena_alloc(struct ps_arena *arena, size_t size);

/* A terminated copy of `len` bytes, or NULL without memory. */
char *ps_arena_string(struct ps_arena *arena, const char *bytes, size_t len);

/* Forgets everything and keeps the memory for the next use. */
void ps_arena_reset(struct ps_arena *arena);

void ps_arena_free(struct ps_arena *arena);

/* Lends half of the chunks that nothing is in to an empty arena, for another thread; takes all of
 * its chunks, with what is in them. */
void ps_arena_lend(struct ps_arena *arena, struct ps_arena *to);
void ps_arena_take(struct ps_arena *arena, struct ps_arena *from);

#endif
