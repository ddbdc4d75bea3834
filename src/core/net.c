/* Network: the public functions, and the names of the kinds of connections. */
#include "backend.h"
#include "core/nowrap.h"
#include "core/records.h"
#include "core/total.h"

#include <string.h>

int psutil_net_io_counters_pernic(psutil_snetio_list **out, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_snetio_list *list;
    int rc = ps_os_net_io(ctx, &list);
    if (rc != 0)
        return rc;
    rc = ps_nowrap_apply(nowrap, &ps_record_snetio, list->items, list->len);
    if (rc != 0)
        psutil_free(list);
    else
        *out = list;
    return rc;
}

int psutil_net_io_counters(psutil_snetio *out, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_snetio_list *list;
    int rc = psutil_net_io_counters_pernic(&list, ctx, nowrap);
    if (rc != 0)
        return rc;
    if (list->len == 0)
        rc = ps_fail(ctx, PSUTIL_ENOTSUP, "the machine has no network interfaces");
    else
        ps_total(&ps_record_snetio, out, list->items, list->len);
    psutil_free(list);
    return rc;
}

unsigned psutil_conn_kind_find(const char *name)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {
        {"inet", PSUTIL_KIND_INET}, {"inet4", PSUTIL_KIND_INET4}, {"inet6", PSUTIL_KIND_INET6},
        {"tcp", PSUTIL_KIND_TCP},   {"tcp4", PSUTIL_KIND_TCP4},   {"tcp6", PSUTIL_KIND_TCP6},
        {"udp", PSUTIL_KIND_UDP},   {"udp4", PSUTIL_KIND_UDP4},   {"udp6", PSUTIL_KIND_UDP6},
        {"unix", PSUTIL_KIND_UNIX}, {"all", PSUTIL_KIND_ALL},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    return 0;
}

static bool listens(const psutil_sconn *socket)
{
    if (socket->family == PSUTIL_AF_UNIX)
        return true;
    return socket->type == PSUTIL_SOCK_DGRAM ? socket->laddr.ip && !socket->raddr.ip
                                             : socket->status == PSUTIL_CONN_LISTEN;
}

static void keep_listening(psutil_sconn_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++)
        if (listens(&list->items[i]))
            list->items[kept++] = list->items[i];
    list->len = kept;
}

int psutil_net_connections(psutil_sconn_list **out, psutil *ctx, unsigned kind)
{
    unsigned sockets = kind & ~(unsigned)(PSUTIL_KIND_UNOWNED | PSUTIL_KIND_LISTENING);
    if (sockets == 0 || (sockets & ~(unsigned)PSUTIL_KIND_ALL) != 0)
        return ps_fail(ctx, PSUTIL_EINVAL, "kind must be a set of psutil_conn_kind");
    int rc = ps_os_net_connections(ctx, kind, out);
    if (rc == 0 && kind & PSUTIL_KIND_LISTENING)
        keep_listening(*out);
    return rc;
}

int psutil_net_if_addrs(psutil_snicaddr_list **out, psutil *ctx)
{
    return ps_os_net_if_addrs(ctx, out);
}

int psutil_net_if_stats(psutil_snicstats_list **out, psutil *ctx)
{
    return ps_os_net_if_stats(ctx, out);
}
