/* Surfaces and charts: what is put stays in its place, whatever it is. */
#include "screen/chart.h"
#include "text/display.h"

#include "../test.h"

#include <locale.h>

static struct surface surface;
static struct buffer drawn;

static void blank(size_t rows, size_t columns, bool utf8)
{
    surface.utf8 = utf8;
    CHECK(surface_resize(&surface, rows, columns));
}

static const char *text(void)
{
    struct term term = {.columns = surface.columns, .utf8 = surface.utf8};
    buffer_free(&drawn);
    drawn = (struct buffer){0};
    surface_write(&drawn, &surface, &term);
    buffer_add(&drawn, "", 1);
    return drawn.data;
}

static struct span at(size_t row, long column, size_t end)
{
    return (struct span){row, column, end};
}

TEST(text_stays_in_its_span)
{
    blank(2, 12, false);
    struct span span = at(0, 2, 7);
    surface_put(&surface, &span, LOOK_PLAIN, "abcdefghij");
    CHECK_STRING(text(), "  abcd~\n\n");
    CHECK_INT(span.column, 7);
    span = at(1, 0, 12);
    surface_right(&surface, &span, LOOK_PLAIN, "12", 5);
    surface_left(&surface, &span, LOOK_PLAIN, "x", 3);
    surface_put(&surface, &span, LOOK_PLAIN, "end");
    CHECK_STRING(text(), "  abcd~\n   12x  end\n");
}

TEST(what_is_left_of_the_screen_is_not_seen)
{
    blank(1, 6, false);
    struct span span = at(0, -3, 6);
    surface_left(&surface, &span, LOOK_PLAIN, "abcd", 5);
    surface_put(&surface, &span, LOOK_PLAIN, "xyz");
    CHECK_STRING(text(), "d xyz\n");
    blank(1, 6, false);
    span = at(0, -30, 6);
    surface_put(&surface, &span, LOOK_PLAIN, "abc");
    CHECK_STRING(text(), "\n");
    CHECK_INT(span.column, -27);
}

TEST(wide_characters_are_whole_or_blank)
{
    if (!display_is_utf8())
        SKIP("no UTF-8 locale");
    blank(1, 5, true);
    struct span span = at(0, 0, 5);
    surface_put(&surface, &span, LOOK_PLAIN, "\xe6\xbc\xa2\xe5\xad\x97x");
    CHECK_STRING(text(), "\xe6\xbc\xa2\xe5\xad\x97x\n");
    surface_set(&surface, 0, 1, LOOK_PLAIN, '!'); /* over the right half of the first */
    CHECK_STRING(text(), " !\xe5\xad\x97x\n");
    surface_set(&surface, 0, 2, LOOK_PLAIN, '?'); /* over the left half of the second */
    CHECK_STRING(text(), " !? x\n");
    blank(1, 5, true);
    span = at(0, -1, 5); /* the first one is half outside */
    surface_put(&surface, &span, LOOK_PLAIN, "\xe6\xbc\xa2\xe5\xad\x97");
    CHECK_STRING(text(), " \xe5\xad\x97\n");
}

TEST(marks_stay_with_their_character)
{
    if (!display_is_utf8())
        SKIP("no UTF-8 locale");
    blank(1, 4, true);
    struct span span = at(0, 0, 4);
    surface_put(&surface, &span, LOOK_PLAIN, "e\xcc\x81x");
    CHECK_STRING(text(), "e\xcc\x81x\n");
    CHECK_INT(span.column, 2);
}

TEST(nothing_hostile_gets_through)
{
    static const char *const names[] = {"\033[2J", "a\nb\tc", "\xff\xfe", "\xc2\x9b",
                                        "\xe2\x80\xae"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        blank(1, 20, true);
        struct span span = at(0, 0, 20);
        surface_put(&surface, &span, LOOK_PLAIN, names[i]);
        for (size_t k = 0; k < 20; k++)
            CHECK(!text_is_harmful(surface_at(&surface, 0, k)->chars[0]) ||
                  surface_at(&surface, 0, k)->chars[0] == 0);
    }
}

TEST(outside_is_nowhere)
{
    blank(2, 3, true);
    surface_set(&surface, 2, 0, LOOK_PLAIN, 'x');
    surface_set(&surface, 0, 3, LOOK_PLAIN, 'x');
    surface_fill(&surface, 9, 0, 100, LOOK_BAD);
    surface_look(&surface, 9, 0, 100, LOOK_BAD);
    surface_look(&surface, 1, 2, 100, LOOK_BAD);
    struct span span = at(7, 0, 100);
    surface_put(&surface, &span, LOOK_PLAIN, "text");
    surface_bar(&surface, &span, 50, 10, LOOK_GOOD);
    CHECK_STRING(text(), "\n\n");
    CHECK_INT(surface_at(&surface, 1, 2)->look, LOOK_BAD);
    CHECK(surface_resize(&surface, 0, 0));
    CHECK_STRING(text(), "");
}

TEST(bars)
{
    static const struct {
        double percent;
        const char *bar;
    } bars[] = {{0, "[        ]\n"},   {50, "[||||    ]\n"}, {100, "[||||||||]\n"},
                {200, "[||||||||]\n"}, {-5, "[        ]\n"}, {NAN, "[        ]\n"}};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        blank(1, 10, false);
        struct span span = at(0, 0, 10);
        surface_bar(&surface, &span, bars[i].percent, 10, LOOK_GOOD);
        CHECK_STRING(text(), bars[i].bar);
    }
}

TEST(colours_only_where_they_are_wanted)
{
    struct term term = {.columns = 4, .color = true};
    blank(1, 4, false);
    struct span span = at(0, 0, 4);
    surface_put(&surface, &span, LOOK_GOOD, "ab");
    surface_put(&surface, &span, LOOK_PLAIN, "c");
    buffer_free(&drawn);
    drawn = (struct buffer){0};
    surface_write(&drawn, &surface, &term);
    buffer_add(&drawn, "", 1);
    CHECK_STRING(drawn.data, "\033[32mab\033[0mc\n");
    CHECK_STRING(text(), "abc\n");
}

/* ---- Charts -----------------------------------------------------------------------------------
 */

TEST(charts_in_ascii)
{
    static const double values[] = {0, 0, 50, 50, 100, 100, NAN, NAN, 1, 1};
    struct chart chart = {0, 1, 2, 6, 100, LOOK_GOOD};
    blank(2, 8, false);
    chart_draw(&surface, &chart, values, 10);
    CHECK_STRING(text(), "    #\n   ## .\n");
}

TEST(charts_in_braille)
{
    static const double values[] = {25, 100, 0};
    struct chart chart = {0, 0, 1, 3, 100, LOOK_GOOD};
    blank(1, 3, true);
    chart_draw(&surface, &chart, values, 3); /* the newest at the right edge */
    CHECK_INT(surface_at(&surface, 0, 0)->chars[0], ' ');
    CHECK_INT(surface_at(&surface, 0, 1)->chars[0], 0x2880); /* right half: one point */
    CHECK_INT(surface_at(&surface, 0, 2)->chars[0], 0x2847); /* left half: four */
    chart_draw(&surface, &chart, values, 0);
}

TEST(charts_show_the_last_values)
{
    double values[100];
    for (int i = 0; i < 100; i++)
        values[i] = i < 90 ? 100 : 0;
    struct chart chart = {0, 0, 1, 5, 100, LOOK_GOOD};
    blank(1, 5, false);
    chart_draw(&surface, &chart, values, 100);
    CHECK_STRING(text(), "\n");
    CHECK_INT(chart_room(&chart), 10);
}

TEST(history_forgets_the_oldest)
{
    static struct history history;
    for (int i = 0; i < HISTORY + 10; i++)
        history_add(&history, i);
    CHECK_INT(history.len, HISTORY);
    CHECK_DOUBLE(history.values[0], 10);
    CHECK_DOUBLE(history.values[HISTORY - 1], HISTORY + 9);
}

TEST(round_numbers)
{
    CHECK_DOUBLE(chart_round_up(0, 10), 1);
    CHECK_DOUBLE(chart_round_up(NAN, 10), 1);
    CHECK_DOUBLE(chart_round_up(11, 10), 12);
    CHECK_DOUBLE(chart_round_up(90, 10), 100);
    CHECK_DOUBLE(chart_round_up(101, 1024), 120);
    CHECK_DOUBLE(chart_round_up(900, 1024), 1000);
    CHECK_DOUBLE(chart_round_up(1010, 1024), 1024);
    CHECK_DOUBLE(chart_round_up(1025, 1024), 1.2 * 1024);
    CHECK_DOUBLE(chart_round_up(700.0 * 1024 * 1024, 1024), 800.0 * 1024 * 1024);
    for (double value = 1; value < 1e15; value *= 1.1) {
        double top = chart_round_up(value, 1024);
        CHECK(top >= value && top <= 1.5 * value);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    int status = run_tests();
    surface_free(&surface);
    buffer_free(&drawn);
    return status;
}
