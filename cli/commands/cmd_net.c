/* psutil net: sockets, as netstat, ss and lsof -i list them. */
#include "net/resolve.h"
#include "platform.h"
#include "processes/owners.h"
#include "table/table.h"
#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"kind", "KIND", "inet (default), inet4, inet6, tcp, tcp4, tcp6, udp, udp4, udp6, unix, all",
     'k'},
    {"listen", NULL,
     "those that wait for others: TCP and UNIX that listen, UDP without a peer, UNIX datagrams"
     " with a name",
     'l'},
    {"resolve", "[SECONDS]", "names of hosts and ports, as far as they are found in 2 seconds",
     'r'},
    {NULL, NULL, NULL, 0},
};

#define RESOLVE_DEFAULT 2.0
#define RESOLVE_MOST 3600.0

struct net_row {
    psutil_sconn conn;
    const struct resolve *resolve;    /* NULL without --resolve */
    const psutil_process_info *owner; /* NULL where it is not known, or not asked for */
};

struct net {
    const struct cli *cli;
    struct table table;
    unsigned kind;
    double resolve_seconds; /* 0: names are not asked for */
    struct resolve resolve;
    struct owners owners;
    psutil_sconn_list *list;
    struct net_row *rows;
    size_t len;
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

/* The record's fields that derived columns need, in its order. */
enum { FIELD_FAMILY = 1 << 1, FIELD_TYPE = 1 << 2, FIELD_PID = 1 << 6, FIELD_FD = 1 << 0 };

static bool is_udp(const psutil_sconn *conn)
{
    return conn->family != PSUTIL_AF_UNIX && conn->type == PSUTIL_SOCK_DGRAM;
}

static void derive_proto(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_sconn *conn = &((const struct net_row *)row)->conn;
    (void)scratch;
    bool v6 = conn->family == PSUTIL_AF_INET6;
    if (conn->family == PSUTIL_AF_UNIX)
        cell_set_text(out, "unix");
    else if (conn->type == PSUTIL_SOCK_DGRAM)
        cell_set_text(out, v6 ? "udp6" : "udp");
    else
        cell_set_text(out, v6 ? "tcp6" : "tcp");
}

static void add_end(struct buffer *out, const struct net_row *row, const psutil_addr *end)
{
    const char *host = row->resolve ? resolve_host(row->resolve, end) : NULL;
    const char *service =
        row->resolve ? resolve_service(row->resolve, end, is_udp(&row->conn)) : NULL;
    bool brackets = !host && strchr(end->ip, ':');
    buffer_addf(out, brackets ? "[%s]:" : "%s:", host ? host : end->ip);
    if (service)
        buffer_add_text(out, service);
    else
        buffer_addf(out, "%" PRId64, end->port);
}

static void set_end(struct cell *out, const struct net_row *row, const psutil_addr *end,
                    struct buffer *scratch)
{
    if (end->path) {
        cell_set_text(out, *end->path ? end->path : NULL);
    } else if (end->ip) {
        add_end(scratch, row, end);
        buffer_add(scratch, "", 1);
        cell_set_text(out, scratch->failed ? NULL : scratch->data);
    }
}

static void derive_local(struct cell *out, const void *row, struct buffer *scratch)
{
    set_end(out, row, &((const struct net_row *)row)->conn.laddr, scratch);
}

static void derive_remote(struct cell *out, const void *row, struct buffer *scratch)
{
    set_end(out, row, &((const struct net_row *)row)->conn.raddr, scratch);
}

static void derive_local_port(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, ((const struct net_row *)row)->conn.laddr.port);
}

static void derive_remote_port(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, ((const struct net_row *)row)->conn.raddr.port);
}

static void set_name(struct cell *out, const struct net_row *row, const psutil_addr *end)
{
    if (row->resolve && end->ip)
        cell_set_text(out, resolve_host(row->resolve, end));
}

static void derive_local_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    set_name(out, row, &((const struct net_row *)row)->conn.laddr);
}

static void derive_remote_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    set_name(out, row, &((const struct net_row *)row)->conn.raddr);
}

static void derive_program(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_process_info *owner = ((const struct net_row *)row)->owner;
    (void)scratch;
    if (owner && owner->result[PSUTIL_FIELD_NAME] == 0)
        cell_set_text(out, owner->name);
}

static void derive_user(struct cell *out, const void *row, struct buffer *scratch)
{
    const psutil_process_info *owner = ((const struct net_row *)row)->owner;
    (void)scratch;
    if (owner && owner->result[PSUTIL_FIELD_USERNAME] == 0)
        cell_set_text(out, owner->username);
}

#define TEXT(name_, doc_, fields_, function)                                                       \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_STRING, .fields = (fields_),           \
        .derive = (function)                                                                       \
    }
#define NUMBER(name_, doc_, function)                                                              \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_INT, .derive = (function)              \
    }

/* What the owner's process says: kept apart from the record's own fields, which come first. */
enum { WANT_NAME = 1 << 16, WANT_USER = 1 << 17 };

static const struct column_spec columns[] = {
    TEXT("proto", "tcp, tcp6, udp, udp6 or unix", FIELD_FAMILY | FIELD_TYPE, derive_proto),
    {.name = "local", .path = "laddr", .derive = derive_local, .cut = true},
    {.name = "remote", .path = "raddr", .derive = derive_remote, .cut = true},
    {.name = "state", .path = "status"},
    {.name = "pid", .path = "pid"},
    {.name = "program",
     .doc = "name of the process that has it open",
     .type = PSUTIL_TYPE_STRING,
     .fields = FIELD_PID | WANT_NAME,
     .derive = derive_program,
     .cut = true},
    TEXT("user", "user of the process that has it open", FIELD_PID | WANT_USER, derive_user),
    NUMBER("port", "port of the local end", derive_local_port),
    NUMBER("remote_port", "port of the remote end", derive_remote_port),
    TEXT("local_name", "name of the local host, with --resolve", 0, derive_local_name),
    TEXT("remote_name", "name of the remote host, with --resolve", 0, derive_remote_name),
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"sconn", offsetof(struct net_row, conn)}},
    .columns = columns,
    .defaults = "proto,local,remote,state,pid,program",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

static void add_row(struct net *net, const psutil_sconn *conn)
{
    uint64_t fields = net->owners.fields;
    struct net_row *row = &net->rows[net->len++];
    *row = (struct net_row){.conn = *conn};
    if (fields && conn->pid != PSUTIL_UNKNOWN)
        row->owner = owners_find(&net->owners, conn->pid);
    if (net->resolve_seconds > 0) {
        row->resolve = &net->resolve;
        resolve_add(&net->resolve, &conn->laddr, is_udp(conn));
        resolve_add(&net->resolve, &conn->raddr, is_udp(conn));
    }
}

static int read_rows(struct net *net)
{
    int rc = psutil_net_connections(&net->list, net->cli->ctx, net->kind);
    if (rc != 0)
        return cli_failed(net->cli, rc);
    net->len = 0;
    net->rows = malloc((net->list->len + 1) * sizeof *net->rows);
    if (!net->rows)
        return cli_error("out of memory");
    for (size_t i = 0; i < net->list->len; i++)
        add_row(net, &net->list->items[i]);
    if (net->resolve_seconds > 0 && !resolve_run(&net->resolve, net->resolve_seconds))
        return cli_error("out of memory");
    return net->owners.failed ? cli_error("out of memory") : CLI_DONE;
}

static void forget_rows(struct net *net)
{
    resolve_free(&net->resolve);
    owners_free(&net->owners);
    psutil_free(net->list);
    free(net->rows);
    net->list = NULL;
    net->rows = NULL;
}

/* Sockets that nobody has any more (TIME_WAIT and its like) have no owner at all. */
static bool has_owner(const psutil_sconn *conn)
{
    return conn->status == PSUTIL_CONN_LISTEN || conn->status == PSUTIL_CONN_ESTABLISHED ||
           conn->status == PSUTIL_CONN_CLOSE_WAIT || conn->status == PSUTIL_CONN_SYN_SENT ||
           (conn->status == PSUTIL_CONN_NONE && conn->family != PSUTIL_AF_UNIX);
}

static void note_refused(const struct net *net)
{
    size_t refused = 0;
    if (net->table.format != FORMAT_TEXT || net->kind & PSUTIL_KIND_UNOWNED || platform_is_admin())
        return;
    for (size_t i = 0; i < net->len; i++)
        refused += net->rows[i].conn.pid == PSUTIL_UNKNOWN && has_owner(&net->rows[i].conn);
    if (refused > 0)
        cli_note_hidden(net->cli, "the owners of", refused, "socket", "sockets");
}

static int show(void *user)
{
    struct net *net = user;
    int status = read_rows(net);
    if (status == CLI_DONE)
        status = table_show_array(&net->table, net->rows, net->len, sizeof *net->rows);
    if (status == CLI_DONE)
        note_refused(net);
    forget_rows(net);
    return status;
}

/* ---- What is asked ----------------------------------------------------------------------------
 */

static int read_options(struct net *net)
{
    const struct options *options_given = &net->cli->options;
    const char *kind = options_get(options_given, "kind");
    const char *seconds = options_get(options_given, "resolve");
    net->kind = kind ? psutil_conn_kind_find(kind) : PSUTIL_KIND_INET;
    if (net->kind == 0)
        return cli_usage("--kind is inet, tcp, udp (each with 4 or 6 too), unix or all, not %s",
                         kind);
    if (options_get(options_given, "listen"))
        net->kind |= PSUTIL_KIND_LISTENING;
    net->resolve_seconds = seconds ? RESOLVE_DEFAULT : 0;
    if (seconds && *seconds &&
        (!filter_number(&net->resolve_seconds, seconds, PSUTIL_UNIT_SECONDS) ||
         net->resolve_seconds <= 0 || net->resolve_seconds > RESOLVE_MOST))
        return cli_usage("--resolve needs seconds up to 3600, not %s", seconds);
    return CLI_DONE;
}

/* Owners are most of the work, and left out where nothing shows them. */
static void choose_fields(struct net *net)
{
    uint64_t fields = table_fields(&net->table);
    net->owners.ctx = net->cli->ctx;
    net->owners.fields = (fields & WANT_NAME ? PSUTIL_FIELD(NAME) : 0) |
                         (fields & WANT_USER ? PSUTIL_FIELD(USERNAME) : 0);
    if (!(fields & (FIELD_PID | FIELD_FD)))
        net->kind |= PSUTIL_KIND_UNOWNED;
}

static int run(struct cli *cli)
{
    struct net net = {.cli = cli};
    if (cli->words_len > 0)
        return cli_usage("net takes no arguments: --filter pid=1234, --filter port=22");
    int status = table_open(&net.table, cli);
    if (status == CLI_DONE)
        status = read_options(&net);
    if (status == CLI_DONE) {
        choose_fields(&net);
        status = watch(cli, show, &net);
    }
    table_close(&net.table);
    return status;
}

const struct command command_net = {
    .name = "net",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "Sockets: ends, states, and which process has them open",
    .text = "A socket that several processes have open appears once for each of them. Owners\n"
            "of other users' sockets are shown to root only. UNIX sockets are listed with\n"
            "--kind unix or all; what state they are in is not told.\n"
            "\nExamples:\n"
            "  psutil net --listen --kind all --columns +user\n"
            "  psutil net --kind tcp --resolve --filter 'state=ESTABLISHED'\n"
            "  psutil net --filter 'port=22 || remote_port=22' --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
