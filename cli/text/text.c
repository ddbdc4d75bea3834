#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

static bool reserve(struct buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    if (more <= buffer->capacity - buffer->len)
        return true;
    size_t capacity = buffer->capacity ? buffer->capacity : 1024;
    while (capacity - buffer->len < more && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *data = capacity - buffer->len < more ? NULL : realloc(buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void buffer_add(struct buffer *buffer, const char *data, size_t len)
{
    if (len == 0 || !reserve(buffer, len))
        return;
    memcpy(buffer->data + buffer->len, data, len);
    buffer->len += len;
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_add_repeat(struct buffer *buffer, char c, size_t count)
{
    if (count == 0 || !reserve(buffer, count))
        return;
    memset(buffer->data + buffer->len, c, count);
    buffer->len += count;
}

void buffer_addf(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !reserve(buffer, (size_t)len + 1))
        return;
    va_start(args, format);
    vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, args);
    va_end(args);
    buffer->len += (size_t)len;
}

/* Lead bytes C0, C1 and F5 to FF, and second bytes that would make a longer form than needed, a
 * surrogate or more than U+10FFFF, are refused by looking at the finished character. */
size_t text_decode(uint32_t *character, const char *data, size_t len)
{
    if (len == 0)
        return 0;
    const unsigned char *bytes = (const unsigned char *)data;
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        *character = lead;
        return 1;
    }
    size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || len < need)
        return 0;
    uint32_t value = lead & (0xffu >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[need] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *character = value;
    return need;
}

bool text_is_harmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void buffer_add_safe(struct buffer *buffer, const char *data, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t used = text_decode(&c, data + i, len - i);
        if (used == 0)
            buffer_addf(buffer, "\\x%02x", (unsigned char)data[i]);
        else if (!text_is_harmful(c))
            buffer_add(buffer, data + i, used);
        else if (c < 0x80)
            buffer_addf(buffer, "\\x%02x", (unsigned)c);
        else
            buffer_addf(buffer, "\\u%04x", (unsigned)c);
        i += used ? used : 1;
    }
}

/* Longer words are nobody's typing mistake. */
#define WORD_MAX 32

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance: insertions, deletions and changes of one byte. */
static size_t distance(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b);
    if (la > WORD_MAX || lb > WORD_MAX)
        return SIZE_MAX;
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least_of(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[lb];
}

const char *text_nearest(const char *word, const void *names, size_t len, size_t stride)
{
    const char *nearest = NULL;
    size_t best = strlen(word) / 3 + 1; /* further away it is another word, not a mistake */
    for (size_t i = 0; i < len; i++) {
        const char *name = *(const char *const *)(const void *)((const char *)names + i * stride);
        size_t far = distance(word, name);
        if (far <= best && (!nearest || far < best)) {
            nearest = name;
            best = far;
        }
    }
    return nearest;
}

static size_t columns(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

void buffer_add_wrapped(struct buffer *buffer, const char *text, size_t column, size_t indent,
                        size_t width)
{
    bool fresh = true; /* nothing of the text is on this line yet */
    while (*text) {
        size_t len = strcspn(text, " ");
        size_t wide = columns(text, len);
        if (!fresh && column + 1 + wide > width) {
            buffer_add_text(buffer, "\n");
            buffer_add_repeat(buffer, ' ', indent);
            column = indent;
            fresh = true;
        }
        if (!fresh)
            buffer_add_text(buffer, " ");
        buffer_add(buffer, text, len);
        column += wide + !fresh;
        fresh = false;
        text += len;
        text += *text == ' ';
    }
    buffer_add_text(buffer, "\n");
}
