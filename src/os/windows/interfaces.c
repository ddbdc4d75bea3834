/* Addresses of the network adapters. */
#include "core/records.h"
#include "os/windows/adapters.h"
#include "parse/ip.h"

#include <stdio.h>
#include <string.h>

static void add_ip4(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter,
                    const IP_ADAPTER_UNICAST_ADDRESS *unicast)
{
    const struct sockaddr_in *socket = (const void *)unicast->Address.lpSockaddr;
    uint8_t address[4], mask[4], broadcast[4];
    char text[PS_IP4_TEXT];
    unsigned prefix = unicast->OnLinkPrefixLength;
    memcpy(address, &socket->sin_addr, sizeof address);
    ps_ip_mask(mask, sizeof mask, prefix);
    for (size_t i = 0; i < sizeof address; i++)
        broadcast[i] = (uint8_t)(address[i] | ~mask[i]);
    psutil_snicaddr row = {.family = PSUTIL_AF_INET};
    row.name = ps_list_wide(list, adapter->FriendlyName);
    row.address = ps_list_string(list, text, ps_ip4_text(address, text));
    row.netmask = ps_list_string(list, text, ps_ip4_text(mask, text));
    /* A network of one or two addresses has no broadcast (RFC 3021), nor has the machine itself. */
    if (prefix < 31 && adapter->IfType != IF_TYPE_SOFTWARE_LOOPBACK)
        row.broadcast = ps_list_string(list, text, ps_ip4_text(broadcast, text));
    psutil_snicaddr *item = ps_list_add(list);
    if (item)
        *item = row;
}

/* A link-local address is written with the number of its adapter, as ipconfig does. */
static void add_ip6(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter,
                    const IP_ADAPTER_UNICAST_ADDRESS *unicast)
{
    const struct sockaddr_in6 *socket = (const void *)unicast->Address.lpSockaddr;
    uint8_t mask[16];
    char text[PS_IP6_TEXT + 16];
    const uint8_t *address = socket->sin6_addr.s6_addr;
    psutil_snicaddr row = {.family = PSUTIL_AF_INET6};
    row.name = ps_list_wide(list, adapter->FriendlyName);
    size_t len = ps_ip6_text(address, text);
    if (address[0] == 0xfe && (address[1] & 0xc0) == 0x80 && socket->sin6_scope_id != 0)
        len += (size_t)snprintf(text + len, 16, "%%%lu", socket->sin6_scope_id);
    row.address = ps_list_string(list, text, len);
    ps_ip_mask(mask, sizeof mask, unicast->OnLinkPrefixLength);
    row.netmask = ps_list_string(list, text, ps_ip6_text(mask, text));
    psutil_snicaddr *item = ps_list_add(list);
    if (item)
        *item = row;
}

/* Windows writes hardware addresses with dashes. */
static void add_hardware(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter)
{
    char text[PS_HARDWARE_TEXT];
    if (adapter->PhysicalAddressLength == 0)
        return;
    size_t len = ps_hardware_text(adapter->PhysicalAddress, adapter->PhysicalAddressLength, text);
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == ':'                     ? '-'
                  : text[i] >= 'a' && text[i] <= 'f' ? (char)(text[i] - 'a' + 'A')
                                                     : text[i];
    const char *name = ps_list_wide(list, adapter->FriendlyName);
    const char *address = ps_list_string(list, text, len);
    psutil_snicaddr *item = ps_list_add(list);
    if (!item)
        return;
    item->name = name;
    item->family = PSUTIL_AF_LINK;
    item->address = address;
}

static void add_family(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter, int family)
{
    const IP_ADAPTER_UNICAST_ADDRESS *unicast = adapter->FirstUnicastAddress;
    for (; unicast; unicast = unicast->Next) {
        if (unicast->Address.lpSockaddr->sa_family != family)
            continue;
        if (family == AF_INET)
            add_ip4(list, adapter, unicast);
        else
            add_ip6(list, adapter, unicast);
    }
}

int ps_os_net_if_addrs(psutil *ctx, psutil_snicaddr_list **out)
{
    struct ps_answer answer = {0};
    const IP_ADAPTER_ADDRESSES *adapter;
    struct ps_list list;
    ps_list_init(&list, &ps_record_snicaddr);
    int rc = ps_adapters(ctx, &answer, &adapter);
    for (; rc == 0 && adapter; adapter = adapter->Next) {
        add_family(&list, adapter, AF_INET);
        add_family(&list, adapter, AF_INET6);
        add_hardware(&list, adapter);
    }
    ps_answer_free(&answer);
    psutil_snicaddr_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}
