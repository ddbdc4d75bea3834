#include "core/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A few processes' strings fit in one; a table of thousands needs few. */
#define CHUNK_SIZE (16 * 1024 - 64)

static struct ps_arena_chunk *chunk_new(size_t size)
{
    if (size < CHUNK_SIZE)
        size = CHUNK_SIZE;
    struct ps_arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk)
        *chunk = (struct ps_arena_chunk){.bytes = (char *)(chunk + 1), .size = size};
    return chunk;
}

void ps_arena_begin(struct ps_arena *arena, struct ps_arena_room *room)
{
    room->chunk = (struct ps_arena_chunk){.bytes = room->bytes, .size = sizeof room->bytes};
    arena->first = arena->current = &room->chunk;
}

/* Chunks behind `current` are empty ones that a reset has left: they are tried before a new one. */
static struct ps_arena_chunk *chunk_for(struct ps_arena *arena, size_t size)
{
    struct ps_arena_chunk *chunk = arena->current;
    while (chunk && chunk->size - chunk->used < size && chunk->next)
        chunk = chunk->next;
    if (chunk && chunk->size - chunk->used >= size)
        return arena->current = chunk;
    struct ps_arena_chunk *added = chunk_new(size);
    if (!added)
        return NULL;
    if (chunk)
        chunk->next = added;
    else
        arena->first = added;
    return arena->current = added;
}

static void *take(struct ps_arena *arena, size_t size)
{
    struct ps_arena_chunk *chunk = arena->current;
    if (!chunk || chunk->size - chunk->used < size)
        chunk = chunk_for(arena, size);
    if (!chunk)
        return NULL;
    void *bytes = chunk->bytes + chunk->used;
    chunk->used += size;
    return bytes;
}

void *ps_arena_alloc(struct ps_arena *arena, size_t size)
{
    const size_t mask = alignof(max_align_t) - 1;
    if (size > SIZE_MAX / 2)
        return NULL;
    char *bytes = take(arena, size + mask);
    if (!bytes)
        return NULL;
    return (void *)(((uintptr_t)bytes + mask) & ~(uintptr_t)mask);
}

char *ps_arena_string(struct ps_arena *arena, const char *bytes, size_t len)
{
    char *copy = take(arena, len + 1);
    if (!copy)
        return NULL;
    if (len > 0)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

void ps_arena_reset(struct ps_arena *arena)
{
    for (struct ps_arena_chunk *chunk = arena->first; chunk; chunk = chunk->next)
        chunk->used = 0;
    arena->current = arena->first;
}

/* The arena's own chunks are never that small. */
static bool is_room(const struct ps_arena_chunk *chunk)
{
    return chunk->size < CHUNK_SIZE;
}

void ps_arena_free(struct ps_arena *arena)
{
    while (arena->first) {
        struct ps_arena_chunk *chunk = arena->first;
        arena->first = chunk->next;
        if (!is_room(chunk))
            free(chunk);
    }
    arena->current = NULL;
}

/* Every other one behind the current one. */
void ps_arena_lend(struct ps_arena *arena, struct ps_arena *to)
{
    struct ps_arena_chunk *kept = arena->current;
    while (kept && kept->next) {
        struct ps_arena_chunk *lent = kept->next;
        kept->next = lent->next;
        lent->next = to->first;
        to->first = to->current = lent;
        kept = kept->next;
    }
}

/* They go in front, where the full ones are. */
void ps_arena_take(struct ps_arena *arena, struct ps_arena *from)
{
    struct ps_arena_chunk *last = from->first;
    if (!last)
        return;
    while (last->next)
        last = last->next;
    last->next = arena->first;
    arena->first = from->first;
    if (!arena->current)
        arena->current = last;
    *from = (struct ps_arena){0};
}
