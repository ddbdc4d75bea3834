/* Addresses as text, as inet_ntop() and the system's tools write them. */
#ifndef PS_IP_H
#define PS_IP_H

#include <stddef.h>
#include <stdint.h>

#define PS_IP4_TEXT 16 /* with the terminator */
#define PS_IP6_TEXT 46
#define PS_HARDWARE_MAX 32 /* bytes of a hardware address: the kernel's MAX_ADDR_LEN */
#define PS_HARDWARE_TEXT (3 * PS_HARDWARE_MAX)

/* Each writes a terminated text and returns its length. */
size_t ps_ip4_text(const uint8_t address[4], char text[PS_IP4_TEXT]);
size_t ps_ip6_text(const uint8_t address[16], char text[PS_IP6_TEXT]);

/* Lower-case and separated by colons; at most PS_HARDWARE_MAX bytes are used. */
size_t ps_hardware_text(const uint8_t *address, size_t len, char text[PS_HARDWARE_TEXT]);

/* Writes the mask of a prefix into `len` bytes; a prefix that is too long covers all of them. */
void ps_ip_mask(uint8_t *mask, size_t len, unsigned prefix);

#endif
