#include "display.h"

#include "platform.h"
#include "text.h"

#include <string.h>

/* More combining characters on one base than any script needs smear over the lines around it. */
enum { COMBINING_MAX = 4 };

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define ELLIPSIS "\xe2\x80\xa6"    /* U+2026 */

/* One character as it will be shown. */
struct glyph {
    const char *bytes;
    size_t len;
    size_t width;
};

/* A walk over a text. */
struct walk {
    const char *at;
    const char *end;
    bool utf8;
    bool has_base; /* a character stands before, which combining ones belong to */
    int combining; /* how many of them it has */
};

bool display_is_utf8(void)
{
    return platform_is_utf8();
}

static struct walk walk_start(const char *text, bool utf8)
{
    const char *at = text ? text : "";
    return (struct walk){.at = at, .end = at + strlen(at), .utf8 = utf8};
}

/* Columns of a character, -1 for one that must not be shown as it is. What is invisible and not a
 * mark on the character before it (U+2060 to U+206F, annotations, tags) counts as harmful. */
static int width_of(const struct walk *walk, uint32_t character)
{
    if (text_is_harmful(character))
        return -1;
    if (character < 0x80)
        return 1;
    if (!walk->utf8 || (character >= 0x2060 && character <= 0x206f) ||
        (character >= 0xfff9 && character <= 0xfffb) || character >= 0xe0000)
        return -1;
    int width = platform_char_width(character);
    return width == 0 && !walk->has_base ? -1 : width;
}

/* Takes the next character; false at the end. */
static bool next_glyph(struct glyph *out, struct walk *walk)
{
    while (walk->at < walk->end) {
        uint32_t character = 0;
        const char *from = walk->at;
        size_t len = text_decode(&character, from, (size_t)(walk->end - from));
        int width = len ? width_of(walk, character) : -1;
        walk->at += len ? len : 1;
        if (width == 0 && walk->combining++ >= COMBINING_MAX)
            continue;
        if (width >= 0)
            *out = (struct glyph){from, len, (size_t)width};
        else if (walk->utf8)
            *out = (struct glyph){REPLACEMENT, strlen(REPLACEMENT), 1};
        else
            *out = (struct glyph){"?", 1, 1};
        if (out->width > 0) {
            walk->has_base = true;
            walk->combining = 0;
        }
        return true;
    }
    return false;
}

/* The width of the text, looking no further than the character that exceeds `enough`. */
static size_t width_up_to(const char *text, bool utf8, size_t enough)
{
    struct walk walk = walk_start(text, utf8);
    struct glyph glyph;
    size_t width = 0;
    while (width <= enough && next_glyph(&glyph, &walk))
        width += glyph.width;
    return width;
}

size_t display_width(const char *text, bool utf8)
{
    return width_up_to(text, utf8, SIZE_MAX - 2);
}

/* Appends as many characters as fit into `columns` and the buffer; `*used` counts its bytes.
 * Returns the columns taken. */
static size_t append(char *buffer, size_t size, size_t *used, struct walk walk, size_t columns)
{
    struct glyph glyph;
    size_t taken = 0;
    while (next_glyph(&glyph, &walk)) {
        if (taken + glyph.width > columns || *used + glyph.len >= size)
            break;
        memcpy(buffer + *used, glyph.bytes, glyph.len);
        *used += glyph.len;
        taken += glyph.width;
    }
    return taken;
}

size_t display_cut(char *buffer, size_t size, const char *text, size_t columns, bool utf8)
{
    if (size == 0)
        return 0;
    size_t used = 0;
    bool cut = width_up_to(text, utf8, columns) > columns;
    size_t mark = cut && columns > 0;
    size_t taken = append(buffer, size, &used, walk_start(text, utf8), columns - mark);
    if (mark)
        taken += append(buffer, size, &used, walk_start(utf8 ? ELLIPSIS : "~", utf8), 1);
    buffer[used] = '\0';
    return taken;
}
