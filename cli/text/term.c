#include "term.h"

#include "display.h"
#include "platform.h"

#include <locale.h>
#include <stdlib.h>

enum { COLUMNS_DEFAULT = 80, COLUMNS_MIN = 20, COLUMNS_MAX = 1000 };

static long asked_columns(void)
{
    const char *text = getenv("COLUMNS");
    char *end = NULL;
    long columns = text ? strtol(text, &end, 10) : 0;
    return text && end != text && *end == '\0' ? columns : 0;
}

static size_t find_columns(void)
{
    long columns = asked_columns();
    if (columns <= 0)
        columns = (long)platform_columns();
    if (columns <= 0)
        return COLUMNS_DEFAULT;
    if (columns < COLUMNS_MIN)
        return COLUMNS_MIN;
    return columns > COLUMNS_MAX ? COLUMNS_MAX : (size_t)columns;
}

struct term term_look(bool color)
{
    setlocale(LC_CTYPE, "");
    return (struct term){.columns = find_columns(), .color = color, .utf8 = display_is_utf8()};
}

const char *term_start(const struct term *term, enum style style)
{
    static const char *const codes[] = {
        [STYLE_PLAIN] = "",         [STYLE_TITLE] = "\033[1m", [STYLE_NAME] = "\033[36m",
        [STYLE_DIM] = "\033[2m",    [STYLE_GOOD] = "\033[32m", [STYLE_WARN] = "\033[33m",
        [STYLE_BAD] = "\033[1;31m",
    };
    return term->color ? codes[style] : "";
}

const char *term_end(const struct term *term, enum style style)
{
    return term->color && style != STYLE_PLAIN ? "\033[0m" : "";
}
