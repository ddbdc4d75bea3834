/* Counters and state of the network adapters. */
#include "core/records.h"
#include "os/windows/adapters.h"

#include <stdio.h>
#include <string.h>

int ps_adapters(psutil *ctx, struct ps_answer *answer, const IP_ADAPTER_ADDRESSES **first)
{
    const ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    ULONG size = 15000; /* as the documentation of the function advises */
    *first = NULL;
    for (;;) {
        int rc = ps_answer_reserve(ctx, answer, size);
        if (rc != 0)
            return rc;
        ULONG code = GetAdaptersAddresses(AF_UNSPEC, flags, NULL, answer->data, &size);
        if (code == ERROR_NO_DATA)
            return 0;
        if (code == NO_ERROR) {
            *first = answer->data;
            return 0;
        }
        if (code != ERROR_BUFFER_OVERFLOW || size <= answer->size)
            return ps_fail_code(ctx, code, "GetAdaptersAddresses", NULL, PSUTIL_UNKNOWN);
    }
}

bool ps_adapter_row(const IP_ADAPTER_ADDRESSES *adapter, MIB_IF_ROW2 *row)
{
    memset(row, 0, sizeof *row);
    row->InterfaceLuid = adapter->Luid;
    row->InterfaceIndex = adapter->IfIndex ? adapter->IfIndex : adapter->Ipv6IfIndex;
    return GetIfEntry2(row) == NO_ERROR;
}

static int64_t count(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static void add_counters(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter)
{
    MIB_IF_ROW2 row;
    if (!ps_adapter_row(adapter, &row))
        return;
    const char *name = ps_list_wide(list, adapter->FriendlyName);
    psutil_snetio *item = ps_list_add(list);
    if (item)
        *item = (psutil_snetio){.name = name,
                                .bytes_sent = count(row.OutOctets),
                                .bytes_recv = count(row.InOctets),
                                .packets_sent = count(row.OutUcastPkts + row.OutNUcastPkts),
                                .packets_recv = count(row.InUcastPkts + row.InNUcastPkts),
                                .errin = count(row.InErrors),
                                .errout = count(row.OutErrors),
                                .dropin = count(row.InDiscards),
                                .dropout = count(row.OutDiscards)};
}

/* What Windows does not tell of an adapter is unknown: half or full duplex. */
static void add_state(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter)
{
    const ULONG64 none = UINT64_MAX;
    bool up = adapter->OperStatus == IfOperStatusUp;
    char flags[64];
    ULONG64 speed = adapter->TransmitLinkSpeed;
    int len = snprintf(flags, sizeof flags, "%s%s%s", up ? "up,running" : "",
                       adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK ? ",loopback" : "",
                       adapter->NoMulticast ? "" : ",multicast");
    size_t skipped = flags[0] == ',';
    const char *name = ps_list_wide(list, adapter->FriendlyName);
    const char *kept = ps_list_string(list, flags + skipped, (size_t)len - skipped);
    psutil_snicstats *item = ps_list_add(list);
    if (!item)
        return;
    item->name = name;
    item->isup = up;
    item->duplex = PSUTIL_NIC_DUPLEX_UNKNOWN;
    if (speed != none && speed > 0)
        item->speed = (int64_t)(speed / 1000000);
    if (adapter->Mtu != UINT32_MAX) /* the loopback adapter's, which has none */
        item->mtu = adapter->Mtu;
    item->flags = kept;
}

typedef void add_adapter(struct ps_list *list, const IP_ADAPTER_ADDRESSES *adapter);

static void *read_adapters(psutil *ctx, const psutil_record *record, add_adapter *add, int *rc)
{
    struct ps_answer answer = {0};
    const IP_ADAPTER_ADDRESSES *adapter;
    struct ps_list list;
    ps_list_init(&list, record);
    *rc = ps_adapters(ctx, &answer, &adapter);
    for (; *rc == 0 && adapter; adapter = adapter->Next)
        add(&list, adapter);
    ps_answer_free(&answer);
    return ps_list_result(ctx, &list, rc);
}

int ps_os_net_io(psutil *ctx, psutil_snetio_list **out)
{
    int rc;
    psutil_snetio_list *made = read_adapters(ctx, &ps_record_snetio, add_counters, &rc);
    if (made)
        *out = made;
    return rc;
}

int ps_os_net_if_stats(psutil *ctx, psutil_snicstats_list **out)
{
    int rc;
    psutil_snicstats_list *made = read_adapters(ctx, &ps_record_snicstats, add_state, &rc);
    if (made)
        *out = made;
    return rc;
}
