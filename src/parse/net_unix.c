#include "parse/net_unix.h"

/* Num: RefCount Protocol Flags Type St Inode [Path] */
static bool parse_socket(struct ps_span line, struct ps_net_unix *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    uint64_t number;
    if (!ps_cursor_hex(&c, &number) || !ps_cursor_accept(&c, ':') || !ps_cursor_skip_words(&c, 2) ||
        !ps_cursor_hex(&c, &out->flags) || !ps_cursor_hex(&c, &out->type) ||
        !ps_cursor_hex(&c, &out->state) || !ps_cursor_u64(&c, &out->inode))
        return false;
    /* One blank: the path may begin with others. */
    if (!ps_cursor_accept(&c, ' ') && !ps_cursor_done(&c))
        return false;
    out->path = (struct ps_span){c.at, (size_t)(c.end - c.at)};
    return true;
}

/* Whether a line was meant to be a socket, be it broken: it begins with the kernel's address of
 * one, which has eight or sixteen digits, or (a recorded one) has all the columns. */
static bool looks_like_socket(struct ps_span line)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    struct ps_net_unix ignored;
    uint64_t number;
    if (ps_cursor_hex(&c, &number) && c.at - line.data >= 8)
        return true;
    return parse_socket(line, &ignored);
}

/* The kernel writes newlines of a path as they are: what follows a path and is no socket goes on
 * with it. */
static void take_rest_of_path(struct ps_cursor *cursor, struct ps_net_unix *out)
{
    struct ps_cursor next = *cursor;
    struct ps_span line;
    while (out->path.len > 0 && ps_cursor_line(&next, &line) && !looks_like_socket(line)) {
        out->path.len = (size_t)(line.data + line.len - out->path.data);
        *cursor = next;
    }
}

bool ps_parse_net_unix(struct ps_cursor *cursor, struct ps_net_unix *out)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (parse_socket(line, out)) {
            take_rest_of_path(cursor, out);
            return true;
        }
    return false;
}
