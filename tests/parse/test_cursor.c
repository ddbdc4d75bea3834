#include "../test.h"

#include "parse/cursor.h"

static struct ps_cursor cursor(const char *text)
{
    return ps_cursor_of(text, strlen(text));
}

static bool next_is(struct ps_cursor *c, const char *word)
{
    return ps_span_equal(ps_cursor_word(c), word);
}

TEST(words_of_any_length)
{
    struct ps_cursor c = cursor("a seven.. eight... nine.....\tsixteen......... \n rest");
    CHECK(next_is(&c, "a") && next_is(&c, "seven..") && next_is(&c, "eight..."));
    CHECK(next_is(&c, "nine.....") && next_is(&c, "sixteen........."));
    CHECK(next_is(&c, "")); /* a newline ends the line */
}

/* Only blanks, tabs and newlines end a word: not other bytes below the blank, nor those above 127.
 */
TEST(any_other_byte_is_part_of_a_word)
{
    for (int byte = 0; byte < 256; byte++) {
        char text[] = "0123456789abcdef0123 x";
        bool ends = byte == ' ' || byte == '\t' || byte == '\n';
        for (size_t at = 1; at < 20; at++) {
            text[at] = (char)byte;
            struct ps_cursor c = ps_cursor_of(text, sizeof text - 1);
            CHECK_INT(ps_cursor_word(&c).len, ends ? at : 20);
            text[at] = '.';
        }
    }
}

TEST(a_word_ends_with_the_text)
{
    static const char text[] = "0123456789abcdef";
    for (size_t len = 0; len < sizeof text - 1; len++) {
        char *copy = malloc(len + (len == 0));
        REQUIRE(copy);
        memcpy(copy, text, len);
        struct ps_cursor c = ps_cursor_of(copy, len);
        CHECK_INT(ps_cursor_word(&c).len, len);
        CHECK(ps_cursor_done(&c));
        free(copy);
    }
}

TEST(numbers_stop_at_the_end_of_their_type)
{
    uint64_t value;
    struct ps_cursor c = cursor("18446744073709551615 18446744073709551616 99999999999999999999 "
                                "000000000000000000000042 9223372036854775808");
    REQUIRE(ps_cursor_u64(&c, &value) && value == UINT64_MAX);
    REQUIRE(ps_cursor_u64(&c, &value) && value == UINT64_MAX);
    REQUIRE(ps_cursor_u64(&c, &value) && value == UINT64_MAX);
    REQUIRE(ps_cursor_u64(&c, &value) && value == 42);
    int64_t count;
    REQUIRE(ps_cursor_count(&c, &count) && count == INT64_MAX);
    CHECK(!ps_cursor_count(&c, &count));
}

static size_t counts(const char *text, int64_t out[4], struct ps_cursor *c)
{
    *c = cursor(text);
    return ps_cursor_counts(c, out, 4);
}

TEST(several_counts)
{
    int64_t out[4];
    struct ps_cursor c;
    CHECK_INT(counts(" 0 0 00 0 0", out, &c), 4);
    CHECK(out[0] == 0 && out[1] == 0 && out[2] == 0 && out[3] == 0);
    CHECK(next_is(&c, "0") && ps_cursor_done(&c));
    CHECK_INT(counts("0 01 0\t10", out, &c), 4);
    CHECK(out[0] == 0 && out[1] == 1 && out[2] == 0 && out[3] == 10);
    CHECK_INT(counts(" 0 0", out, &c), 2);
    CHECK(ps_cursor_done(&c));
    CHECK_INT(counts(" 0 x", out, &c), 1);
    CHECK(next_is(&c, "x"));
    CHECK_INT(counts(" 0x 1", out, &c), 1);
    CHECK(next_is(&c, "x"));
    CHECK_INT(counts("", out, &c), 0);
}

int main(void)
{
    return run_tests();
}
