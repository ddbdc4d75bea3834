/* Numbers as people type them: "100M", "1.5h", "50%". The decimal sign is '.' in every locale. */
#include "filter.h"

#include <ctype.h>
#include <string.h>

static const struct suffix {
    const char *text;
    double factor;
} sizes[] =
    {
        {"", 1},          {"b", 1},          {"k", 1024.0},      {"kb", 1024.0},  {"kib", 1024.0},
        {"m", 1048576.0}, {"mb", 1048576.0}, {"mib", 1048576.0}, {"g", 0x1p30},   {"gb", 0x1p30},
        {"gib", 0x1p30},  {"t", 0x1p40},     {"tb", 0x1p40},     {"tib", 0x1p40}, {NULL, 0},
},
  spans[] =
      {
          {"", 1}, {"s", 1}, {"ms", 0.001}, {"m", 60}, {"h", 3600}, {"d", 86400}, {NULL, 0},
},
  plain[] = {
      {"", 1},
      {"%", 1},
      {NULL, 0},
};

static const struct suffix *suffixes_of(psutil_unit unit)
{
    switch (unit) {
    case PSUTIL_UNIT_SECONDS:
        return spans;
    case PSUTIL_UNIT_NONE:
    case PSUTIL_UNIT_BYTES:
        return sizes;
    default:
        return plain;
    }
}

static bool is_suffix(const char *known, const char *text)
{
    while (*known && tolower((unsigned char)*text) == *known) {
        known++;
        text++;
    }
    return *known == '\0' && *text == '\0';
}

/* Digits with one point at most. Returns how many characters that is; 0 when there is no digit. */
static size_t read_digits(double *out, const char *text)
{
    size_t len = 0, digits = 0;
    double value = 0, scale = 0;
    for (; isdigit((unsigned char)text[len]) || (text[len] == '.' && scale == 0); len++) {
        if (text[len] == '.') {
            scale = 1;
            continue;
        }
        value = value * 10 + (text[len] - '0');
        scale *= 10;
        digits++;
    }
    *out = scale > 1 ? value / scale : value;
    return digits > 0 ? len : 0;
}

bool filter_number(double *out, const char *text, psutil_unit unit)
{
    bool negative = *text == '-';
    size_t len = read_digits(out, text + negative);
    if (len == 0)
        return false;
    const char *rest = text + negative + len;
    for (const struct suffix *suffix = suffixes_of(unit); suffix->text; suffix++) {
        if (!is_suffix(suffix->text, rest))
            continue;
        *out *= negative ? -suffix->factor : suffix->factor;
        return true;
    }
    return false;
}
