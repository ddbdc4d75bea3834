#include "parse/cmdline.h"

#include "../test.h"

/* The words joined by '|', with one at the end of each. */
static const char *words(const char *data, size_t len)
{
    static char joined[256];
    struct ps_cmdline cmdline = ps_cmdline_of(data, len);
    struct ps_span word;
    size_t at = 0;
    while (ps_cmdline_next(&cmdline, &word) && at + word.len + 2 < sizeof joined) {
        memcpy(joined + at, word.data, word.len);
        at += word.len;
        joined[at++] = '|';
    }
    joined[at] = '\0';
    return joined;
}
#define WORDS(text) words(text, sizeof(text) - 1)

TEST(words_end_with_nul)
{
    CHECK_STRING(WORDS("sleep\0"
                       "9\0"),
                 "sleep|9|");
    CHECK_STRING(WORDS("a\0b c\0"), "a|b c|");
    CHECK_STRING(WORDS("a\0"), "a|");
    CHECK_STRING(WORDS(""), "");
}

TEST(empty_words_are_kept) /* corner case 4 */
{
    CHECK_STRING(WORDS("\0"), "|");
    CHECK_STRING(WORDS("\0\0"), "||");
    CHECK_STRING(WORDS("a\0\0b\0\0"), "a||b||");
}

TEST(titles_are_parted_at_blanks) /* corner case 4 */
{
    CHECK_STRING(WORDS("a b"), "a|b|");
    CHECK_STRING(WORDS("a b "), "a|b|");
    CHECK_STRING(WORDS("a b  "), "a|b||");
    CHECK_STRING(WORDS("a  b\0"), "a||b|");
    CHECK_STRING(WORDS("a b \0"), "a|b||");
    CHECK_STRING(WORDS(" "), "|");
}

TEST(text_without_an_end_is_a_word) /* corner case 4 */
{
    CHECK_STRING(WORDS("a"), "a|");
    CHECK_STRING(WORDS("a\0b"), "a|b|");
    CHECK_STRING(WORDS("a\0b c"), "a|b c|");
    CHECK_STRING(WORDS("a\xff"), "a\xff|");
    CHECK_STRING(WORDS("a\0\xff"), "a|\xff|");
}

static const char *variables(const char *data, size_t len)
{
    static char joined[256];
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_span variable;
    size_t at = 0;
    while (ps_environ_next(&c, &variable) && at + variable.len + 2 < sizeof joined) {
        memcpy(joined + at, variable.data, variable.len);
        at += variable.len;
        joined[at++] = '|';
    }
    joined[at] = '\0';
    return joined;
}
#define VARIABLES(text) variables(text, sizeof(text) - 1)

TEST(variables_have_a_name_and_an_end) /* corner case 9 */
{
    CHECK_STRING(VARIABLES("A=1\0B=x=y\nz\0"), "A=1|B=x=y\nz|");
    CHECK_STRING(VARIABLES("A=\0B==\0"), "A=|B==|");
    CHECK_STRING(VARIABLES("A=1\0none\0B=2\0"), "A=1|B=2|");
    CHECK_STRING(VARIABLES("A=1\0=x\0B=2\0"), "A=1|B=2|");
    CHECK_STRING(VARIABLES("A=1\0B=2"), "A=1|");
    CHECK_STRING(VARIABLES(""), "");
}

TEST(an_empty_text_ends_the_environment)
{
    CHECK_STRING(VARIABLES("A=1\0\0B=2\0"), "A=1|");
    CHECK_STRING(VARIABLES("\0A=1\0"), "");
}

int main(void)
{
    return run_tests();
}
