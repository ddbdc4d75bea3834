/* Windows' text at the library's border. wchar_t is a unit of UTF-16 there. */
#include "os/windows/windows.h"

#include "parse/utf16.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint16_t), "wide characters are units of UTF-16");

char *ps_utf8_of(const wchar_t *text, size_t len)
{
    char *out = malloc(len * PS_UTF8_PER_UNIT + 1);
    if (out)
        out[ps_utf16_to_utf8(out, (const uint16_t *)text, len)] = '\0';
    return out;
}

int ps_wide_of(psutil *ctx, const char *text, wchar_t **out)
{
    size_t len = strlen(text), written = 0;
    wchar_t *wide = malloc((len + 1) * sizeof *wide);
    if (!wide)
        return ps_fail_memory(ctx);
    if (!ps_utf8_to_utf16((uint16_t *)wide, text, len, &written)) {
        free(wide);
        return ps_fail(ctx, PSUTIL_EINVAL, "not UTF-8");
    }
    wide[written] = L'\0';
    *out = wide;
    return 0;
}

const char *ps_list_wide_part(struct ps_list *list, const wchar_t *text, size_t len)
{
    char *utf8 = ps_utf8_of(text, len);
    if (!utf8) {
        list->failed = true;
        return NULL;
    }
    const char *string = ps_list_string(list, utf8, strlen(utf8));
    free(utf8);
    return string;
}

const char *ps_list_wide(struct ps_list *list, const wchar_t *text)
{
    return text ? ps_list_wide_part(list, text, wcslen(text)) : NULL;
}

const char *ps_arena_wide(struct ps_arena *arena, const wchar_t *text, size_t len)
{
    char *out = ps_arena_alloc(arena, len * PS_UTF8_PER_UNIT + 1);
    if (out)
        out[ps_utf16_to_utf8(out, (const uint16_t *)text, len)] = '\0';
    return out;
}
