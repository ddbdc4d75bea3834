#include "core/arena.h"

#include "../test.h"

#include <malloc.h>
#include <stdalign.h>

TEST(strings_are_copies_that_end)
{
    struct ps_arena arena = {0};
    char text[] = "hello";
    char *copy = ps_arena_string(&arena, text, 4);
    REQUIRE(copy);
    text[0] = 'x';
    CHECK_STRING(copy, "hell");
    CHECK_STRING(ps_arena_string(&arena, NULL, 0), "");
    ps_arena_free(&arena);
}

TEST(blocks_are_aligned_whatever_came_before)
{
    struct ps_arena arena = {0};
    for (size_t size = 0; size < 100; size++) {
        REQUIRE(ps_arena_string(&arena, "abcdefghij", size % 7));
        char *block = ps_arena_alloc(&arena, size);
        REQUIRE(block);
        CHECK_INT((uintptr_t)block % alignof(max_align_t), 0);
        memset(block, 'b', size);
    }
    ps_arena_free(&arena);
}

/* More than one chunk, and pieces larger than a chunk: nothing overlaps and nothing moves. */
TEST(pointers_stay_valid_while_it_grows)
{
    static char *kept[3000];
    static char large[40000];
    struct ps_arena arena = {0};
    memset(large, 'L', sizeof large);
    for (size_t i = 0; i < 3000; i++) {
        char text[32];
        int len = snprintf(text, sizeof text, "string %zu", i);
        kept[i] = ps_arena_string(&arena, text, (size_t)len);
        REQUIRE(kept[i]);
        if (i % 1000 == 500)
            REQUIRE(ps_arena_string(&arena, large, sizeof large));
    }
    for (size_t i = 0; i < 3000; i++) {
        char text[32];
        snprintf(text, sizeof text, "string %zu", i);
        REQUIRE(strcmp(kept[i], text) == 0);
    }
    ps_arena_free(&arena);
}

TEST(begins_with_the_callers_room)
{
    struct ps_arena_room room;
    struct ps_arena arena;
    ps_arena_begin(&arena, &room);
    char *first = ps_arena_string(&arena, "first", 5);
    CHECK(first >= room.bytes && first < room.bytes + sizeof room.bytes);
    char large[sizeof room.bytes] = "large";
    char *second = ps_arena_string(&arena, large, sizeof large);
    CHECK(second && (second < room.bytes || second >= room.bytes + sizeof room.bytes));
    CHECK_STRING(first, "first");
    CHECK_STRING(second, "large");
    ps_arena_free(&arena);
    CHECK(!arena.first && !arena.current);
}

static void fill(struct ps_arena *arena)
{
    for (int i = 0; i < 5000; i++)
        REQUIRE(ps_arena_string(arena, "0123456789abcdef", 16));
}

TEST(a_reset_uses_the_same_memory_again)
{
    struct ps_arena arena = {0};
    fill(&arena);
    const struct ps_arena_chunk *first = arena.first, *last = arena.current;
    CHECK(first != last);
    for (int round = 0; round < 50; round++) {
        ps_arena_reset(&arena);
        CHECK(arena.current == first);
        fill(&arena);
        CHECK(arena.first == first);
        CHECK(arena.current == last);
    }
    ps_arena_free(&arena);
    CHECK(!arena.first && !arena.current);
}

TEST(sizes_that_cannot_be)
{
    struct ps_arena arena = {0};
    CHECK(!ps_arena_alloc(&arena, SIZE_MAX));
    CHECK(!ps_arena_alloc(&arena, SIZE_MAX / 2 + 1));
    CHECK(ps_arena_alloc(&arena, 1) != NULL);
    ps_arena_free(&arena);
    ps_arena_free(&arena);
}

#ifdef __GLIBC__ /* whose allocator counts */
/* What was lent comes back with what is in it, and round after round needs no more than the first
 * ones did. */
TEST(half_of_it_is_lent_and_taken_back)
{
    struct ps_arena arena = {0}, lent = {0};
    size_t first = 0;
    for (int round = 0; round < 40; round++) {
        ps_arena_lend(&arena, &lent);
        fill(&arena);
        fill(&lent);
        const char *kept = ps_arena_string(&lent, "kept", 4);
        ps_arena_take(&arena, &lent);
        CHECK(!lent.first && !lent.current);
        CHECK_STRING(kept, "kept");
        fill(&arena);
        ps_arena_reset(&arena);
        if (round == 5)
            first = mallinfo2().uordblks;
    }
    CHECK_INT(mallinfo2().uordblks, first);
    ps_arena_free(&arena);
}
#endif

int main(void)
{
    return run_tests();
}
