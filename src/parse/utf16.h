/* UTF-16 as Windows has it, and UTF-8 as the library hands it out. Windows' names are any 16-bit
 * units: a surrogate without its other half becomes the three bytes that UTF-8 would have for its
 * number (WTF-8), so that every name is told apart and finds its file again. */
#ifndef PS_UTF16_H
#define PS_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes that one unit becomes. */
#define PS_UTF8_PER_UNIT 3

/* Writes the UTF-8 of `len` units and returns its length. `out` has room for PS_UTF8_PER_UNIT bytes
 * a unit, and is not terminated. */
size_t ps_utf16_to_utf8(char *out, const uint16_t *units, size_t len);

/* Writes the units of `len` bytes, at most one for each byte, and their number into `written`.
 * False when the bytes are none that ps_utf16_to_utf8() writes. */
bool ps_utf8_to_utf16(uint16_t *out, const char *bytes, size_t len, size_t *written);

#endif
