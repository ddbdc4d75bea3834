/* Text from strangers as a terminal is shown it, and lines that keep to their width. */
#include "text/by_name.h"
#include "text/display.h"
#include "text/page.h"

#include "../test.h"

#include <locale.h>

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static struct {
    char text[256];
    size_t width;
} cut;

static const char *cut_to(const char *text, size_t columns, bool utf8)
{
    cut.width = display_cut(cut.text, sizeof cut.text, text, columns, utf8);
    return cut.text;
}

static const char *whole(const char *text)
{
    return cut_to(text, 100, true);
}

TEST(plain_text_stays)
{
    CHECK_STRING(whole("cat /etc/passwd"), "cat /etc/passwd");
    CHECK_STRING(whole("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
    CHECK_INT(cut.width, 4);
    CHECK_STRING(whole(""), "");
    CHECK_STRING(whole(NULL), "");
    CHECK_INT(display_width(NULL, true), 0);
}

TEST(controls_are_replaced)
{
    CHECK_STRING(whole("\033[2J"), BAD "[2J");
    CHECK_STRING(whole("a\nb\tc\x7f"), "a" BAD "b" BAD "c" BAD);
    CHECK_STRING(whole("\xc2\x9b"
                       "31m"),
                 BAD "31m");
    CHECK_STRING(whole("\xe2\x80\xae"
                       "evil"),
                 BAD "evil");
    CHECK_STRING(whole("\xe2\x80\xa8"), BAD);
    CHECK_STRING(cut_to("\033[2J\n", 100, false), "?[2J?");
}

TEST(broken_utf8_is_replaced_byte_by_byte)
{
    CHECK_STRING(whole("\xff\x80"), BAD BAD);
    CHECK_STRING(whole("\xc0\x80"), BAD BAD);
    CHECK_STRING(whole("\xed\xa0\x80"), BAD BAD BAD);
    CHECK_STRING(whole("\xf0\x9f\x98"), BAD BAD BAD);
    CHECK_STRING(whole("\xf8\x88\x80\x80\x80"), BAD BAD BAD BAD BAD);
}

TEST(ascii_knows_no_other_characters)
{
    CHECK_STRING(cut_to("gr\xc3\xbc\xe6\xbc\xa2", 100, false), "gr??");
    CHECK_STRING(cut_to("abcdef", 4, false), "abc~");
}

TEST(cutting_counts_columns)
{
    CHECK_STRING(cut_to("abcdef", 6, true), "abcdef");
    CHECK_STRING(cut_to("abcdef", 5, true), "abcd\xe2\x80\xa6");
    CHECK_INT(cut.width, 5);
    CHECK_STRING(cut_to("abcdef", 1, true), "\xe2\x80\xa6");
    CHECK_STRING(cut_to("abcdef", 0, true), "");
    CHECK_INT(cut.width, 0);
}

TEST(wide_characters_take_two_columns)
{
    CHECK_INT(display_width("\xe6\xbc\xa2\xe5\xad\x97", true), 4);
    CHECK_STRING(cut_to("\xe6\xbc\xa2\xe5\xad\x97", 3, true), "\xe6\xbc\xa2\xe2\x80\xa6");
    CHECK_INT(cut.width, 3);
    CHECK_STRING(cut_to("\xe6\xbc\xa2\xe5\xad\x97", 2, true), "\xe2\x80\xa6");
    CHECK_INT(cut.width, 1);
}

TEST(combining_characters)
{
    CHECK_INT(display_width("e\xcc\x81", true), 1);
    CHECK_STRING(whole("e\xcc\x81"), "e\xcc\x81");
    CHECK_STRING(whole("\xcc\x81x"), BAD "x"); /* it would sit on what stands before the text */
    CHECK_STRING(whole("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x"),
                 "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81x");
}

TEST(a_small_buffer_ends_at_a_character)
{
    char small[4];
    CHECK_INT(display_cut(small, sizeof small, "a\xe6\xbc\xa2", 10, true), 1);
    CHECK_STRING(small, "a");
    CHECK_INT(display_cut(small, sizeof small, "abcdef", 10, true), 3);
    CHECK_STRING(small, "abc");
    CHECK_INT(display_cut(small, 0, "abc", 10, true), 0);
}

TEST(every_byte_in_every_place_is_safe)
{
    for (int first = 1; first < 256; first++) {
        for (int second = 1; second < 256; second++) {
            char text[] = {'a', (char)first, (char)second, 'z', '\0'};
            cut_to(text, 100, false);
            for (const char *c = cut.text; *c; c++)
                CHECK(*c >= 0x20 && *c < 0x7f);
            CHECK_INT(cut.width, strlen(cut.text));
            cut_to(text, 3, true);
            CHECK(cut.width <= 3);
            CHECK_INT(display_width(cut.text, true), cut.width);
        }
    }
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static struct buffer drawn;

static struct page page_of(size_t columns, bool utf8, bool color)
{
    buffer_free(&drawn);
    return (struct page){.out = &drawn, .term = {columns, color, utf8}};
}

static const char *finish(struct page *page)
{
    page_end(page);
    buffer_add(&drawn, "", 1);
    return drawn.data;
}

TEST(lines_keep_to_the_width)
{
    struct page page = page_of(10, true, false);
    page_left(&page, STYLE_PLAIN, "abcdefgh", 5);
    page_right(&page, STYLE_PLAIN, "1", 3);
    page_put(&page, STYLE_PLAIN, "wxyz");
    page_put(&page, STYLE_PLAIN, "more");
    CHECK_STRING(finish(&page), "abcd\xe2\x80\xa6  1w\xe2\x80\xa6\n");
}

TEST(lines_do_not_end_in_spaces)
{
    struct page page = page_of(20, false, false);
    page_left(&page, STYLE_NAME, "abc", 10);
    page_to(&page, 15);
    CHECK_STRING(finish(&page), "abc\n");
}

TEST(items_wrap)
{
    struct page page = page_of(12, false, false);
    page_put(&page, STYLE_TITLE, "T");
    page_to(&page, 3);
    page_item(&page, STYLE_PLAIN, "one", ", ", 1);
    page_item(&page, STYLE_PLAIN, "two", ", ", 1);
    page_item(&page, STYLE_PLAIN, "three", ", ", 1);
    CHECK_STRING(finish(&page), "T  one, two\n three\n");
}

TEST(bars)
{
    struct page page = page_of(40, false, false);
    page_bar(&page, 50, 10, STYLE_GOOD);
    CHECK_STRING(finish(&page), "[####....]\n");
    page = page_of(40, false, false);
    page_bar(&page, NAN, 6, STYLE_GOOD);
    page_bar(&page, 250, 6, STYLE_GOOD);
    page_bar(&page, -3, 6, STYLE_GOOD);
    CHECK_STRING(finish(&page), "[....][####][....]\n");
    page = page_of(40, true, false);
    page_bar(&page, 50, 2, STYLE_GOOD);
    CHECK_STRING(finish(&page), "\xe2\x94\x81\xe2\x94\x80\n");
    page = page_of(4, false, false);
    page_bar(&page, 100, 10, STYLE_GOOD);
    CHECK_STRING(finish(&page), "[###\n");
}

TEST(colours_end_where_they_began)
{
    struct page page = page_of(40, false, true);
    page_put(&page, STYLE_BAD, "x");
    page_put(&page, STYLE_PLAIN, "y");
    CHECK_STRING(finish(&page), "\033[1;31mx\033[0my\n");
    buffer_free(&drawn);
}

TEST(items_are_found_by_name)
{
    static const struct item {
        const char *name;
        int value;
    } items[] = {{"b", 1}, {"a", 2}, {"b", 3}, {"", 4}, {"ab", 5}, {"b", 6}};
    struct by_name by_name = {0};
    static const size_t of_b[] = {0, 2, 5};
    CHECK(by_name_first(&by_name, "a") == SIZE_MAX);
    REQUIRE(by_name_open(&by_name, items, sizeof items / sizeof *items, sizeof *items));
    CHECK_INT(by_name_first(&by_name, "a"), 1);
    CHECK_INT(by_name_first(&by_name, ""), 3);
    CHECK_INT(by_name_first(&by_name, "ab"), 4);
    CHECK(by_name_first(&by_name, "aa") == SIZE_MAX);
    CHECK(by_name_first(&by_name, "c") == SIZE_MAX);
    size_t place = by_name_place(&by_name, "b"), found = 0;
    for (; by_name_is_at(&by_name, place, "b"); place++)
        CHECK_INT(by_name.items[place].index, of_b[found++]);
    CHECK_INT(found, 3);
    by_name_close(&by_name);
    REQUIRE(by_name_open(&by_name, NULL, 0, sizeof *items));
    CHECK(by_name_first(&by_name, "") == SIZE_MAX);
    by_name_close(&by_name);
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "en_US.UTF-8")) {
        printf("1..0 # SKIP no UTF-8 locale is installed\n");
        return 0;
    }
    return run_tests();
}
