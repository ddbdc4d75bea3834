/* Files of a network: interfaces, sockets and their addresses. */
#include "addresses.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static unsigned nibble(char c)
{
    return (unsigned)(isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10);
}

static const char hex[] = "0123456789abcdefABCDEF";

/* Reads pairs of digits. */
static void read_bytes(const char *text, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
}

static void put_text(struct names *names, struct buffer *out, struct span text)
{
    names_text(names, out, text.data, text.len);
}

/* ---- Sockets ----------------------------------------------------------------------------------
 */

/* "0100007F:1F90": 32-bit words as the processor reads them (net/ipv4/tcp_ipv4.c). */
static void put_end(struct names *names, struct buffer *out, struct span word)
{
    const char *colon = memchr(word.data, ':', word.len);
    size_t digits = colon ? (size_t)(colon - word.data) : 0;
    uint8_t address[16], pairs[16];
    if ((digits != 8 && digits != 32) || !span_all((struct span){word.data, digits}, hex) ||
        !span_all(word, "0123456789abcdefABCDEF:")) {
        put_text(names, out, word);
        return;
    }
    read_bytes(word.data, pairs, digits / 2);
    for (size_t i = 0; i < digits / 2; i += 4) {
        uint32_t value = (uint32_t)pairs[i] << 24 | (uint32_t)pairs[i + 1] << 16 |
                         (uint32_t)pairs[i + 2] << 8 | pairs[i + 3];
        memcpy(address + i, &value, sizeof value);
    }
    if (digits == 8)
        address_ip4(names, address);
    else
        address_ip6(names, address);
    for (size_t i = 0; i < digits / 2; i += 4) {
        uint32_t value;
        memcpy(&value, address + i, sizeof value);
        buffer_addf(out, "%08X", (unsigned)value);
    }
    buffer_add(out, colon, word.len - digits);
}

/* sl local remote st tx:rx tr:when retransmits uid timeout inode references pointer … */
static void put_inet_line(struct names *names, struct buffer *out, struct span line)
{
    enum { LOCAL = 2, REMOTE = 3, POINTER = 12 };
    for (int field = 1; line.len > 0; field++) {
        span_put(out, span_blanks(&line));
        struct span word = span_word(&line);
        if (field == LOCAL || field == REMOTE)
            put_end(names, out, word);
        else if (field == POINTER)
            span_put_zeros(out, word);
        else if (span_all(word, "0123456789abcdefABCDEF:-"))
            span_put(out, word);
        else
            put_text(names, out, word);
    }
}

static bool is_header(struct span line, const char *first)
{
    span_blanks(&line);
    return span_begins(line, first);
}

void text_net_inet(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended, first = true;
    while (span_line(&rest, &line, &ended)) {
        if (first && is_header(line, "sl  local_address"))
            span_put(out, line);
        else
            put_inet_line(names, out, line);
        buffer_add_repeat(out, '\n', ended);
        first = false;
    }
}

/* Num: RefCount Protocol Flags Type St Inode Path; the path is the rest, blanks and all. */
static bool put_unix_line(struct names *names, struct buffer *out, struct span line)
{
    struct span word = span_word(&line);
    if (word.len < 2 || word.data[word.len - 1] != ':' ||
        !span_all((struct span){word.data, word.len - 1}, hex))
        return false;
    span_put_zeros(out, (struct span){word.data, word.len - 1});
    buffer_add_text(out, ":");
    for (int field = 0; field < 6; field++) {
        span_put(out, span_blanks(&line));
        word = span_word(&line);
        if (span_all(word, hex))
            span_put(out, word);
        else
            put_text(names, out, word);
    }
    size_t before = line.len > 0 && *line.data == ' ';
    buffer_add(out, line.data, before);
    names_path(names, out, line.data + before, line.len - before, NAME_FILE);
    return true;
}

void text_net_unix(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended, first = true;
    while (span_line(&rest, &line, &ended)) {
        if (first && is_header(line, "Num       RefCount Protocol"))
            span_put(out, line);
        else if (!put_unix_line(names, out, line)) /* a path with a newline goes on */
            names_path(names, out, line.data, line.len, NAME_FILE);
        buffer_add_repeat(out, '\n', ended);
        first = false;
    }
}

/* ---- Interfaces -------------------------------------------------------------------------------
 */

/* "  eth0: 1 2 3 …" behind two lines of headings. */
void text_net_dev(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        size_t colon = line.len;
        while (colon > 0 && line.data[colon - 1] != ':')
            colon--;
        struct span figures = {line.data + colon, line.len - colon};
        if ((is_header(line, "Inter-|") || is_header(line, "face |"))) {
            span_put(out, line);
        } else if (colon == 0) {
            put_text(names, out, line);
        } else {
            struct span name = {line.data, colon - 1};
            span_put(out, span_blanks(&name));
            names_interface(names, out, name.data, name.len);
            buffer_add_text(out, ":");
            if (span_all(figures, "0123456789 \t"))
                span_put(out, figures);
            else
                put_text(names, out, figures);
        }
        buffer_add_repeat(out, '\n', ended);
    }
}

/* address index prefix scope flags name */
static bool put_inet6_line(struct names *names, struct buffer *out, struct span line)
{
    uint8_t address[16];
    struct span word = span_word(&line);
    if (word.len != 32 || !span_all(word, hex))
        return false;
    read_bytes(word.data, address, sizeof address);
    address_ip6(names, address);
    for (size_t i = 0; i < sizeof address; i++)
        buffer_addf(out, "%02x", address[i]);
    for (int field = 2; line.len > 0; field++) {
        span_put(out, span_blanks(&line));
        word = span_word(&line);
        if (field < 6 && span_all(word, hex))
            span_put(out, word);
        else
            names_interface(names, out, word.data, word.len);
    }
    return true;
}

void text_if_inet6(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        if (!put_inet6_line(names, out, line))
            put_text(names, out, line);
        buffer_add_repeat(out, '\n', ended);
    }
}

/* "00:16:3e:00:00:01" */
void text_hardware(struct names *names, struct buffer *out, const char *data, size_t len)
{
    uint8_t address[32];
    struct span text = {data, len};
    size_t count = 0;
    while (text.len > 0 && isspace((unsigned char)text.data[text.len - 1]))
        text.len--;
    for (size_t at = 0; at + 2 <= text.len && count < sizeof address; at += 3) {
        if (!span_all((struct span){text.data + at, 2}, hex))
            break;
        read_bytes(text.data + at, &address[count++], 1);
    }
    if (count == 0 || text.len != count * 3 - 1) {
        put_text(names, out, (struct span){data, len});
        return;
    }
    address_hardware(names, address, count);
    for (size_t i = 0; i < count; i++)
        buffer_addf(out, i ? ":%02x" : "%02x", address[i]);
    span_put(out, (struct span){data + text.len, len - text.len});
}
