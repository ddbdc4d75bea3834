#include "parse/utf16.h"

#include "parse/cursor.h"

/* Of whole characters, too: U+2D800 is no half. */
static bool is_high(uint32_t character)
{
    return character >> 10 == 0xd800 >> 10;
}

static bool is_low(uint32_t character)
{
    return character >> 10 == 0xdc00 >> 10;
}

static size_t put_utf8(char *out, uint32_t character)
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t len = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--, character >>= 6)
        out[i] = (char)(0x80 | (character & 0x3f));
    out[0] = (char)(first[len] | character);
    return len;
}

size_t ps_utf16_to_utf8(char *out, const uint16_t *units, size_t len)
{
    size_t written = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t character = units[i];
        if (is_high(character) && i + 1 < len && is_low(units[i + 1]))
            character = 0x10000 + ((character & 0x3ff) << 10) + (units[++i] & 0x3ff);
        written += put_utf8(out + written, character);
    }
    return written;
}

/* Bytes that follow the first one, and the least that may be written with so many. */
static size_t followers(unsigned char first, uint32_t *least)
{
    static const uint32_t leasts[] = {0, 0x80, 0x800, 0x10000};
    size_t count = first < 0x80 ? 0 : (first & 0xe0) == 0xc0 ? 1 : (first & 0xf0) == 0xe0 ? 2 : 3;
    *least = leasts[count];
    return count;
}

static bool take(struct ps_cursor *c, uint32_t *out)
{
    uint32_t least;
    unsigned char first = (unsigned char)*c->at;
    size_t count = followers(first, &least);
    if ((first & 0xc0) == 0x80 || first >= 0xf8 || (size_t)(c->end - c->at) <= count)
        return false;
    uint32_t character = count == 0 ? first : first & (0x3fu >> count);
    for (size_t i = 1; i <= count; i++) {
        unsigned char next = (unsigned char)c->at[i];
        if ((next & 0xc0) != 0x80)
            return false;
        character = character << 6 | (next & 0x3f);
    }
    c->at += count + 1;
    *out = character;
    return character >= least && character <= 0x10ffff;
}

bool ps_utf8_to_utf16(uint16_t *out, const char *bytes, size_t len, size_t *written)
{
    struct ps_cursor c = ps_cursor_of(bytes, len);
    size_t count = 0;
    uint32_t character = 0, before = 0;
    for (; !ps_cursor_done(&c); before = character) {
        if (!take(&c, &character) || (is_high(before) && is_low(character)))
            return false; /* two halves have a form together */
        if (character < 0x10000) {
            out[count++] = (uint16_t)character;
        } else {
            out[count++] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
            out[count++] = (uint16_t)(0xdc00 + (character & 0x3ff));
        }
    }
    *written = count;
    return true;
}
