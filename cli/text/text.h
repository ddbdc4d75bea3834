/* Text: a buffer that grows, UTF-8, and what a terminal may be shown.
 *
 * Names come from strangers. A process may call itself "\033[2J", a file may turn the direction of
 * writing around; nothing of that kind reaches a terminal as it is. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

/* mingw-w64 checks formats by the rules of Microsoft's C library unless it is told otherwise. */
#ifdef __MINGW32__
#define TEXT_PRINTF gnu_printf
#else
#define TEXT_PRINTF printf
#endif

#include <stdbool.h>
#include <stdint.h>

#include <psutil.h>

/* Starts as {0}. Without memory `failed` is set and the buffer takes no more: check once, at the
 * end. `data` is not terminated. */
struct buffer {
    char *data;
    size_t len;
    size_t capacity;
    bool failed;
};

void buffer_free(struct buffer *buffer);
void buffer_add(struct buffer *buffer, const char *data, size_t len);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_repeat(struct buffer *buffer, char c, size_t count);

#ifdef __GNUC__
__attribute__((format(TEXT_PRINTF, 2, 3)))
#endif
void buffer_addf(struct buffer *buffer, const char *format, ...);

/* Adds text for a terminal: control characters and what is not UTF-8 as \xXX, characters that
 * change how their neighbours are shown as \uXXXX, everything else as it is. */
void buffer_add_safe(struct buffer *buffer, const char *data, size_t len);

/* The character that `data` begins with, and its length in bytes; 0 when it is no valid UTF-8
 * (RFC 3629: shortest form, no surrogates, at most U+10FFFF). */
size_t text_decode(uint32_t *character, const char *data, size_t len);

/* Whether a character does something to a terminal or to the text around it instead of being
 * shown: C0 and C1 controls, DEL, line and paragraph separators, marks of direction, byte order
 * marks. */
bool text_is_harmful(uint32_t character);

/* The name out of `names` that is most like `word`, or NULL when none is. The names stand in an
 * array of structs `stride` bytes apart, as the `const char *` at its start. */
const char *text_nearest(const char *word, const void *names, size_t len, size_t stride);

/* Adds `text` in lines of at most `width` columns, broken at spaces, each line but the first
 * indented; the first stands behind `column` columns that are there already. */
void buffer_add_wrapped(struct buffer *buffer, const char *text, size_t column, size_t indent,
                        size_t width);

#endif
