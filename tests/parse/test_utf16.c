#include "parse/utf16.h"

#include "../test.h"

static void check_units(const uint16_t *units, size_t len, const char *text)
{
    char bytes[64];
    uint16_t back[64];
    size_t written = ps_utf16_to_utf8(bytes, units, len);
    REQUIRE(written < sizeof bytes);
    bytes[written] = '\0';
    CHECK_STRING(bytes, text);
    CHECK_INT(written, strlen(text));
    REQUIRE(ps_utf8_to_utf16(back, bytes, written, &written));
    CHECK_INT(written, len);
    CHECK(len == 0 || memcmp(back, units, len * sizeof *units) == 0);
}

#define CHECK_UNITS(text, ...)                                                                     \
    do {                                                                                           \
        static const uint16_t units[] = {__VA_ARGS__};                                             \
        check_units(units, sizeof units / sizeof *units, text);                                    \
    } while (0)

TEST(characters_of_every_length_go_there_and_back)
{
    check_units(NULL, 0, "");
    CHECK_UNITS("C:\\x", 'C', ':', '\\', 'x');
    CHECK_UNITS("\x7f\xc2\x80", 0x7f, 0x80);
    CHECK_UNITS("\xdf\xbf\xe0\xa0\x80", 0x7ff, 0x800);
    CHECK_UNITS("\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 0xd7ff, 0xe000, 0xffff);
    CHECK_UNITS("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 0xd800, 0xdc00, 0xdbff, 0xdfff);
}

TEST(halves_of_a_pair_stay_what_they_are)
{
    CHECK_UNITS("\xed\xa0\x80", 0xd800);
    CHECK_UNITS("a\xed\xb0\x80", 'a', 0xdc00);
    CHECK_UNITS("\xed\xb0\x80\xed\xa0\x80", 0xdc00, 0xd800);
    CHECK_UNITS("\xed\xa0\x80\xf0\x90\x80\x80", 0xd800, 0xd800, 0xdc00);
    CHECK_UNITS("\xed\xa0\x80x\xed\xb0\x80", 0xd800, 'x', 0xdc00);
    CHECK_UNITS("\xf0\xad\xa0\x80\xed\xb9\xa0", 0xd876, 0xdc00, 0xde60); /* U+2D800, and a half */
    CHECK_UNITS("\xed\xa0\x80\xf0\xad\xb0\x80", 0xd800, 0xd877, 0xdc00); /* U+2DC00 behind one */
}

TEST(what_no_name_becomes_is_refused)
{
    static const char *const texts[] = {
        "\x80", /* begins within */
        "\xc2", /* ends within */
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc2x",
        "\xe2\x82x",
        "\xc0\x80", /* longer than needed */
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", /* beyond the last character */
        "\xf8\x88\x80\x80\x80",
        "\xff",
        "\xed\xa0\x80\xed\xb0\x80", /* a pair in two pieces */
    };
    uint16_t units[16];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t written = 99;
        CHECK(!ps_utf8_to_utf16(units, texts[i], strlen(texts[i]), &written));
        CHECK_INT(written, 99);
    }
}

/* Each unit alone, and each beside the four kinds of neighbours. */
TEST(every_unit_comes_back)
{
    static const uint16_t beside[] = {'x', 0xd800, 0xdc00, 0xffff};
    for (unsigned unit = 0; unit <= 0xffff; unit++) {
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            uint16_t units[2] = {(uint16_t)unit, beside[i]}, back[6];
            char bytes[6];
            size_t len = ps_utf16_to_utf8(bytes, units, 2), written = 0;
            if (!ps_utf8_to_utf16(back, bytes, len, &written) || written != 2 ||
                memcmp(back, units, sizeof units) != 0) {
                CHECK_INT(unit, -1);
                return;
            }
        }
    }
}

int main(void)
{
    return run_tests();
}
