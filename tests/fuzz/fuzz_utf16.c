/* Units become text that becomes the same units, and text becomes units that become the same text:
 * the two are each other's inverse. */
#include "fuzz.h"

#include "parse/utf16.h"

static void from_units(const uint8_t *bytes, size_t size)
{
    size_t len = size / 2, written = 0;
    uint16_t *units = (void *)fuzz_copy(bytes, len * 2);
    char *text = malloc(len * PS_UTF8_PER_UNIT + 1);
    uint16_t *back = malloc((len * PS_UTF8_PER_UNIT + 1) * sizeof *back);
    fuzz_need(text && back);
    size_t text_len = ps_utf16_to_utf8(text, units, len);
    fuzz_need(text_len <= len * PS_UTF8_PER_UNIT);
    fuzz_need(ps_utf8_to_utf16(back, text, text_len, &written) && written == len);
    fuzz_need(memcmp(back, units, len * sizeof *units) == 0);
    free(back);
    free(text);
    free(units);
}

static void from_text(const uint8_t *bytes, size_t size)
{
    char *text = fuzz_copy(bytes, size);
    uint16_t *units = malloc((size + 1) * sizeof *units);
    size_t len = 0;
    fuzz_need(units != NULL);
    if (ps_utf8_to_utf16(units, text, size, &len)) {
        char *back = malloc(len * PS_UTF8_PER_UNIT + 1);
        fuzz_need(back && len <= size);
        fuzz_need(ps_utf16_to_utf8(back, units, len) == size && memcmp(back, text, size) == 0);
        free(back);
    }
    free(units);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    from_units(bytes, size);
    from_text(bytes, size);
    return 0;
}
