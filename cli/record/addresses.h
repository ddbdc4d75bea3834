/* Addresses of a recorded machine, replaced by those that are set aside for documentation: RFC 5737
 * and 6676 (IPv4), RFC 3849 (IPv6) and RFC 7042 (Ethernet). What an address says by itself stays:
 * none, this machine, this link, a group. */
#ifndef CLI_RECORD_ADDRESSES_H
#define CLI_RECORD_ADDRESSES_H

#include "names.h"

/* Both in network order, replaced in place. */
void address_ip4(struct names *names, uint8_t address[4]);
void address_ip6(struct names *names, uint8_t address[16]);

/* The address of a network device, of any length. */
void address_hardware(struct names *names, uint8_t *address, size_t len);

#endif
