#include "display.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

/* More combining characters on one base than any script needs smear over the lines around it. */
enum { COMBINING_MAX = 4 };

/* One character as it will be shown. */
struct glyph {
    char bytes[5];
    size_t len;
    size_t width;
};

/* A walk over a text. */
struct walk {
    const unsigned char *at;
    bool utf8;
    bool has_base; /* a character stands before, which combining ones belong to */
    int combining; /* how many of them it has */
};

bool display_is_utf8(void)
{
    const char *codeset = nl_langinfo(CODESET);
    return strcmp(codeset, "UTF-8") == 0 || strcmp(codeset, "utf8") == 0;
}

/* The length of the UTF-8 sequence that starts with this byte; 0 when none can. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        return 3;
    }
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Decodes the character at `text`. Returns its length, or 0 when it is not well-formed UTF-8:
 * overlong forms, surrogates and what lies beyond U+10FFFF are not. */
static size_t decode(const unsigned char *text, unsigned long *out)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = sequence_length(*text);
    if (len <= 1) {
        *out = *text;
        return len;
    }
    unsigned long code = *text & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3fu);
    }
    *out = code;
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < least[len] || surrogate || code > 0x10ffff ? 0 : len;
}

/* Characters that are invisible and change how their neighbours are shown: separators of lines,
 * marks, embeddings, overrides and isolates of direction (Unicode TR 36, "bidirectional text
 * spoofing"), the byte order mark, tags. */
static bool is_deceptive(unsigned long code)
{
    return code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
           code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe007f);
}

/* Columns of a character, -1 for one that must not be shown as it is. */
static int width_of(const struct walk *walk, unsigned long code)
{
    if (code < 0x80) {
        return code >= 0x20 && code != 0x7f ? 1 : -1;
    }
    if (!walk->utf8 || is_deceptive(code)) {
        return -1;
    }
    int width = wcwidth((wchar_t)code);
    return width == 0 && !walk->has_base ? -1 : width;
}

static void set_glyph(struct glyph *out, const void *bytes, size_t len, size_t width)
{
    memcpy(out->bytes, bytes, len);
    out->bytes[len] = '\0';
    out->len = len;
    out->width = width;
}

/* Takes the next character; false at the end. */
static bool next_glyph(struct glyph *out, struct walk *walk)
{
    while (*walk->at) {
        unsigned long code = 0;
        size_t len = decode(walk->at, &code);
        int width = len ? width_of(walk, code) : -1;
        const unsigned char *from = walk->at;
        walk->at += len ? len : 1;
        if (width == 0 && walk->combining++ >= COMBINING_MAX) {
            continue;
        }
        if (width < 0) {
            set_glyph(out, walk->utf8 ? "\xef\xbf\xbd" : "?", walk->utf8 ? 3 : 1, 1);
        } else {
            set_glyph(out, from, len, (size_t)width);
        }
        if (out->width > 0) {
            walk->has_base = true;
            walk->combining = 0;
        }
        return true;
    }
    return false;
}

static struct walk walk_start(const char *text, bool utf8)
{
    return (struct walk){.at = (const unsigned char *)(text ? text : ""), .utf8 = utf8};
}

size_t display_width(const char *text, bool utf8)
{
    struct walk walk = walk_start(text, utf8);
    struct glyph glyph;
    size_t width = 0;
    while (next_glyph(&glyph, &walk)) {
        width += glyph.width;
    }
    return width;
}

/* Appends as many characters as fit into `columns` and the buffer; `*used` counts its bytes.
 * Returns the columns taken. */
static size_t append(char *buffer, size_t size, size_t *used, struct walk walk, size_t columns)
{
    struct glyph glyph;
    size_t taken = 0;
    while (next_glyph(&glyph, &walk)) {
        if (taken + glyph.width > columns || *used + glyph.len >= size) {
            break;
        }
        memcpy(buffer + *used, glyph.bytes, glyph.len);
        *used += glyph.len;
        taken += glyph.width;
    }
    return taken;
}

/* Whether the text needs more than `columns`; looks no further than that. */
static bool is_wider(const char *text, size_t columns, bool utf8)
{
    struct walk walk = walk_start(text, utf8);
    struct glyph glyph;
    size_t width = 0;
    while (width <= columns && next_glyph(&glyph, &walk)) {
        width += glyph.width;
    }
    return width > columns;
}

size_t display_cut(char *buffer, size_t size, const char *text, size_t columns, bool utf8)
{
    if (size == 0) {
        return 0;
    }
    size_t used = 0;
    bool cut = is_wider(text, columns, utf8);
    size_t room = cut && columns > 0 ? columns - 1 : columns;
    size_t taken = append(buffer, size, &used, walk_start(text, utf8), room);
    if (cut && columns > 0) {
        const char *mark = utf8 ? "\xe2\x80\xa6" : "~";
        taken += append(buffer, size, &used, walk_start(mark, utf8), 1);
    }
    buffer[used] = '\0';
    return taken;
}

void display_write(FILE *file, const char *text, bool utf8)
{
    struct walk walk = walk_start(text, utf8);
    struct glyph glyph;
    while (next_glyph(&glyph, &walk)) {
        fwrite(glyph.bytes, 1, glyph.len, file);
    }
}
