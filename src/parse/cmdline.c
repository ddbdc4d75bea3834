#include "parse/cmdline.h"

#include <string.h>

static bool contains(const char *data, size_t len, char c)
{
    return len > 0 && memchr(data, c, len) != NULL;
}

struct ps_cmdline ps_cmdline_of(const char *data, size_t len)
{
    struct ps_cmdline cmdline = {.ended = len == 0};
    bool terminated = len > 0 && data[len - 1] == '\0';
    if (terminated)
        len--;
    if (!contains(data, len, '\0') && contains(data, len, ' '))
        cmdline.separator = ' ';
    if (!terminated && cmdline.separator == ' ' && data[len - 1] == ' ')
        len--;
    cmdline.rest = ps_cursor_of(data, len);
    return cmdline;
}

bool ps_cmdline_next(struct ps_cmdline *cmdline, struct ps_span *word)
{
    if (cmdline->ended)
        return false;
    *word = ps_cursor_until(&cmdline->rest, cmdline->separator);
    cmdline->ended = word->data + word->len == cmdline->rest.end;
    return true;
}

bool ps_environ_next(struct ps_cursor *cursor, struct ps_span *variable)
{
    while (!ps_cursor_done(cursor)) {
        struct ps_span text = ps_cursor_until(cursor, '\0');
        bool terminated = text.data + text.len < cursor->end;
        if (text.len == 0 || !terminated)
            return false;
        if (text.data[0] != '=' && contains(text.data, text.len, '=')) {
            *variable = text;
            return true;
        }
    }
    return false;
}
