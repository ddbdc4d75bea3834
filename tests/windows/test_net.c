/* Adapters, and sockets of servers that the test opens. */
#include "machine.h"

#include <ws2tcpip.h>

/* A socket bound to a port of its own on this machine. */
static SOCKET bound(int family, int type, unsigned *port)
{
    struct sockaddr_storage address = {.ss_family = (short)family};
    int len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (family == AF_INET)
        ((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        ((struct sockaddr_in6 *)&address)->sin6_addr.s6_addr[15] = 1;
    SOCKET socket_ = socket(family, type, 0);
    if (socket_ == INVALID_SOCKET)
        return INVALID_SOCKET;
    if (bind(socket_, (struct sockaddr *)&address, len) != 0 ||
        getsockname(socket_, (struct sockaddr *)&address, &len) != 0) {
        closesocket(socket_);
        return INVALID_SOCKET;
    }
    *port = ntohs(((struct sockaddr_in *)&address)->sin_port); /* at the same place in both */
    return socket_;
}

static const psutil_sconn *find(const psutil_sconn_list *list, int64_t port, int64_t status)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].laddr.port == port && list->items[i].status == status)
            return &list->items[i];
    return NULL;
}

/* wine finds the owners of some sockets only. */
static void check_owner(const psutil_sconn *row)
{
    int64_t own = GetCurrentProcessId();
    CHECK(row->pid == own || (ps_under_wine() && row->pid == PSUTIL_UNKNOWN));
}

static void check_kind(unsigned kind, int family, int type, int64_t wanted_family,
                       int64_t wanted_type, const char *ip)
{
    unsigned port = 0;
    psutil_sconn_list *with, *without;
    bool tcp = type == SOCK_STREAM;
    int64_t status = tcp ? PSUTIL_CONN_LISTEN : PSUTIL_CONN_NONE;
    SOCKET server = bound(family, type, &port);
    if (server == INVALID_SOCKET)
        SKIP("this machine has no such sockets");
    if (tcp)
        listen(server, 1);
    REQUIRE(psutil_net_connections(&with, ctx, kind) == 0);
    REQUIRE(psutil_net_connections(&without, ctx, PSUTIL_KIND_ALL & ~kind) == 0);
    const psutil_sconn *row = find(with, port, status);
    CHECK(row != NULL);
    if (row) {
        CHECK_STRING(row->laddr.ip, ip);
        CHECK_INT(row->family, wanted_family);
        CHECK_INT(row->type, wanted_type);
        CHECK(row->raddr.ip == NULL && row->raddr.port == PSUTIL_UNKNOWN);
        CHECK_INT(row->fd, PSUTIL_UNKNOWN);
        check_owner(row);
    }
    for (size_t i = 0; i < with->len; i++)
        CHECK(with->items[i].family == wanted_family && with->items[i].type == wanted_type);
    const psutil_sconn *other = find(without, port, status);
    CHECK(!other || other->family != wanted_family || other->type != wanted_type);
    psutil_free(with);
    psutil_free(without);
    closesocket(server);
}

TEST(a_tcp_server_is_found)
{
    check_kind(PSUTIL_KIND_TCP4, AF_INET, SOCK_STREAM, PSUTIL_AF_INET, PSUTIL_SOCK_STREAM,
               "127.0.0.1");
}

TEST(a_tcp6_server_is_found)
{
    check_kind(PSUTIL_KIND_TCP6, AF_INET6, SOCK_STREAM, PSUTIL_AF_INET6, PSUTIL_SOCK_STREAM, "::1");
}

TEST(a_udp_server_is_found)
{
    check_kind(PSUTIL_KIND_UDP4, AF_INET, SOCK_DGRAM, PSUTIL_AF_INET, PSUTIL_SOCK_DGRAM,
               "127.0.0.1");
}

TEST(a_udp6_server_is_found)
{
    check_kind(PSUTIL_KIND_UDP6, AF_INET6, SOCK_DGRAM, PSUTIL_AF_INET6, PSUTIL_SOCK_DGRAM, "::1");
}

/* What goes over the loopback adapter is counted there. */
static int64_t loopback_bytes(void)
{
    psutil_snetio total;
    return psutil_net_io_counters(&total, ctx, NULL) == 0 ? total.bytes_recv : PSUTIL_UNKNOWN;
}

TEST(both_ends_of_a_connection_are_found)
{
    unsigned port = 0;
    struct sockaddr_in address = {.sin_family = AF_INET};
    int len = sizeof address;
    psutil_sconn_list *list;
    static const char bytes[1000];
    SOCKET server = bound(AF_INET, SOCK_STREAM, &port);
    REQUIRE(server != INVALID_SOCKET && listen(server, 1) == 0);
    SOCKET client = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((u_short)port);
    REQUIRE(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    SOCKET accepted = accept(server, NULL, NULL);
    REQUIRE(getsockname(client, (struct sockaddr *)&address, &len) == 0);
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_INET) == 0);
    const psutil_sconn *theirs = find(list, port, PSUTIL_CONN_ESTABLISHED);
    const psutil_sconn *ours = find(list, ntohs(address.sin_port), PSUTIL_CONN_ESTABLISHED);
    CHECK(theirs && ours);
    if (theirs && ours) {
        CHECK_STRING(ours->raddr.ip, "127.0.0.1");
        CHECK_INT(ours->raddr.port, port);
        CHECK_INT(theirs->raddr.port, ntohs(address.sin_port));
        check_owner(ours);
    }
    psutil_free(list);
    int64_t before = loopback_bytes();
    CHECK_INT(send(client, bytes, sizeof bytes, 0), sizeof bytes);
    Sleep(200);
    if (ps_under_wine()) /* Windows itself counts nothing on the loopback adapter */
        CHECK(loopback_bytes() - before >= (int64_t)sizeof bytes);
    closesocket(accepted);
    closesocket(client);
    closesocket(server);
}

TEST(unix_sockets_are_told_by_nobody)
{
    psutil_sconn_list *list;
    REQUIRE(psutil_net_connections(&list, ctx, PSUTIL_KIND_UNIX) == 0);
    CHECK_INT(list->len, 0);
    psutil_free(list);
    CHECK_INT(psutil_net_connections(&list, ctx, 0), PSUTIL_EINVAL);
}

TEST(the_loopback_adapter_has_its_address)
{
    psutil_snicaddr_list *list;
    bool found = false;
    REQUIRE(psutil_net_if_addrs(&list, ctx) == 0);
    for (size_t i = 0; i < list->len; i++) {
        const psutil_snicaddr *row = &list->items[i];
        CHECK(row->name && row->address && strlen(row->address) > 0);
        CHECK(row->ptp == NULL);
        if (row->family == PSUTIL_AF_INET && strcmp(row->address, "127.0.0.1") == 0) {
            found = true;
            CHECK_STRING(row->netmask, "255.0.0.0");
            CHECK(row->broadcast == NULL);
        }
        if (row->family == PSUTIL_AF_LINK)
            CHECK(row->address[2] == '-' && row->netmask == NULL);
    }
    CHECK(found);
    psutil_free(list);
}

TEST(adapters_have_a_state_and_counters)
{
    psutil_snicstats_list *states;
    psutil_snetio_list *counters;
    bool up = false;
    REQUIRE(psutil_net_if_stats(&states, ctx) == 0);
    REQUIRE(psutil_net_io_counters_pernic(&counters, ctx, NULL) == 0);
    CHECK(states->len > 0 && counters->len > 0);
    for (size_t i = 0; i < states->len; i++) {
        const psutil_snicstats *state = &states->items[i];
        up = up || state->isup;
        CHECK(state->isup == 0 || state->isup == 1);
        CHECK_INT(state->duplex, PSUTIL_NIC_DUPLEX_UNKNOWN);
        CHECK(state->speed == PSUTIL_UNKNOWN || state->speed > 0);
        CHECK(state->mtu == PSUTIL_UNKNOWN || state->mtu > 0);
        CHECK(state->flags[0] != ',');
        CHECK(!state->isup || strncmp(state->flags, "up,running", 10) == 0);
    }
    CHECK(up);
    for (size_t i = 0; i < counters->len; i++)
        CHECK(is_count(counters->items[i].bytes_sent) && is_count(counters->items[i].dropout));
    psutil_free(states);
    psutil_free(counters);
}

int main(void)
{
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        printf("Bail out! WSAStartup\n");
        return 1;
    }
    return run_with_context();
}
