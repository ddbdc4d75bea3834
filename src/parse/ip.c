#include "parse/ip.h"

#include <stdbool.h>

static const char hex[] = "0123456789abcdef";

static char *put_byte(char *at, unsigned value)
{
    if (value >= 100)
        *at++ = (char)('0' + value / 100);
    if (value >= 10)
        *at++ = (char)('0' + value / 10 % 10);
    *at++ = (char)('0' + value % 10);
    return at;
}

static char *put_ip4(char *at, const uint8_t address[4])
{
    for (size_t i = 0; i < 4; i++) {
        if (i > 0)
            *at++ = '.';
        at = put_byte(at, address[i]);
    }
    return at;
}

static char *put_word(char *at, unsigned word)
{
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = word >> shift & 15;
        if (started || digit != 0 || shift == 0)
            *at++ = hex[digit];
        started |= digit != 0;
    }
    return at;
}

size_t ps_ip4_text(const uint8_t address[4], char text[PS_IP4_TEXT])
{
    char *end = put_ip4(text, address);
    *end = '\0';
    return (size_t)(end - text);
}

struct zeros {
    size_t start, len;
};

/* The first of the longest runs of zero words; a single one is not worth shortening (RFC 5952). */
static struct zeros longest_zeros(const unsigned words[8])
{
    struct zeros best = {8, 1}, run = {0, 0};
    for (size_t i = 0; i < 8; i++) {
        run = words[i] ? (struct zeros){i + 1, 0} : (struct zeros){run.start, run.len + 1};
        if (run.len > best.len)
            best = run;
    }
    return best;
}

/* Mapped (::ffff:192.0.2.1) and compatible (::192.0.2.1) addresses end in dotted form. */
static bool ends_dotted(const unsigned words[8], struct zeros zeros)
{
    return zeros.start == 0 && (zeros.len == 6 || (zeros.len == 5 && words[5] == 0xffff));
}

size_t ps_ip6_text(const uint8_t address[16], char text[PS_IP6_TEXT])
{
    unsigned words[8];
    for (size_t i = 0; i < 8; i++)
        words[i] = (unsigned)address[2 * i] << 8 | address[2 * i + 1];
    struct zeros zeros = longest_zeros(words);
    size_t count = ends_dotted(words, zeros) ? 6 : 8;
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        if (i == zeros.start) {
            *at++ = ':';
            i += zeros.len - 1;
            if (i == 7)
                *at++ = ':';
            continue;
        }
        if (i > 0)
            *at++ = ':';
        at = put_word(at, words[i]);
    }
    if (count == 6) {
        *at++ = ':';
        at = put_ip4(at, address + 12);
    }
    *at = '\0';
    return (size_t)(at - text);
}

size_t ps_hardware_text(const uint8_t *address, size_t len, char text[PS_HARDWARE_TEXT])
{
    char *at = text;
    for (size_t i = 0; i < len && i < PS_HARDWARE_MAX; i++) {
        if (i > 0)
            *at++ = ':';
        *at++ = hex[address[i] >> 4];
        *at++ = hex[address[i] & 15];
    }
    *at = '\0';
    return (size_t)(at - text);
}

void ps_ip_mask(uint8_t *mask, size_t len, unsigned prefix)
{
    for (size_t i = 0; i < len; i++) {
        unsigned bits = prefix > 8 ? 8 : prefix;
        mask[i] = (uint8_t)(0xff00u >> bits);
        prefix -= bits;
    }
}
