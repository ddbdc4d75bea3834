#include "parse/net_tcp.h"

#include <string.h>

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* Exactly `digits` hexadecimal digits. */
static bool parse_fixed(struct ps_cursor *c, size_t digits, uint32_t *out)
{
    uint32_t value = 0;
    if ((size_t)(c->end - c->at) < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        int digit = digit_of(c->at[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    c->at += digits;
    *out = value;
    return true;
}

/* The kernel prints each four bytes as one number of the machine: copied back as such, they are in
 * network order again. */
static bool parse_end(struct ps_cursor *c, size_t address_len, uint8_t *address, uint16_t *port)
{
    uint32_t word;
    ps_cursor_skip_blanks(c);
    for (size_t i = 0; i < address_len; i += sizeof word) {
        if (!parse_fixed(c, 8, &word))
            return false;
        memcpy(address + i, &word, sizeof word);
    }
    if (!ps_cursor_accept(c, ':') || !parse_fixed(c, 4, &word))
        return false;
    *port = (uint16_t)word;
    return true;
}

/* sl local remote st tx:rx tr:when retrnsmt uid timeout inode */
static bool parse_socket(struct ps_span line, size_t address_len, struct ps_net_inet *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    uint32_t state;
    if (!ps_cursor_skip_words(&c, 1) || !parse_end(&c, address_len, out->local, &out->local_port) ||
        !parse_end(&c, address_len, out->remote, &out->remote_port))
        return false;
    ps_cursor_skip_blanks(&c);
    if (!parse_fixed(&c, 2, &state) || !ps_cursor_skip_words(&c, 5))
        return false;
    out->state = (uint8_t)state;
    return ps_cursor_u64(&c, &out->inode);
}

bool ps_parse_net_inet(struct ps_cursor *cursor, size_t address_len, struct ps_net_inet *out)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (parse_socket(line, address_len, out))
            return true;
    return false;
}

/* address index prefix scope flags name */
static bool parse_if_inet6(struct ps_span line, struct ps_if_inet6 *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    uint64_t prefix;
    uint32_t byte;
    for (size_t i = 0; i < sizeof out->address; i++) {
        if (!parse_fixed(&c, 2, &byte))
            return false;
        out->address[i] = (uint8_t)byte;
    }
    if (!ps_cursor_hex(&c, &out->index) || !ps_cursor_hex(&c, &prefix) || prefix > 128 ||
        !ps_cursor_skip_words(&c, 2))
        return false;
    out->prefix = (unsigned)prefix;
    out->name = ps_cursor_word(&c);
    return out->name.len > 0;
}

bool ps_parse_if_inet6(struct ps_cursor *cursor, struct ps_if_inet6 *out)
{
    struct ps_span line;
    while (ps_cursor_line(cursor, &line))
        if (parse_if_inet6(line, out))
            return true;
    return false;
}
