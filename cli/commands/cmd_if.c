/* psutil if: network interfaces, as ifconfig and ip show them. */
#include "table/table.h"
#include "text/by_name.h"
#include "watch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"up", NULL, "only those that are up", 'u'},
    {NULL, NULL, NULL, 0},
};

struct if_row {
    psutil_snicstats stats;
    psutil_snetio io;
    const struct interfaces *all;
};

struct interfaces {
    const struct cli *cli;
    struct table table;
    psutil_snicstats_list *stats;
    psutil_snetio_list *io;
    psutil_snicaddr_list *addrs; /* NULL: not known, or not asked for */
    struct by_name io_by_name, addrs_by_name;
    struct if_row *rows;
    size_t len;
};

/* ---- Addresses --------------------------------------------------------------------------------
 */

/* The interface's next address, from a place among all of them on; NULL at the end. */
static const psutil_snicaddr *next_address(const struct if_row *row, size_t *place)
{
    const struct by_name *by_name = &row->all->addrs_by_name;
    if (!by_name_is_at(by_name, *place, row->stats.name))
        return NULL;
    return &row->all->addrs->items[by_name->items[(*place)++].index];
}

/* The length of a network's prefix; -1 for a mask that is none. */
static int prefix_length(const char *mask)
{
    int base = strchr(mask, ':') ? 16 : 10, length = 0;
    while (*mask) {
        char *end = (char *)mask + 1;
        unsigned long bits = *mask == ':' || *mask == '.' ? 0 : strtoul(mask, &end, base);
        if (end == mask)
            return -1;
        for (; bits; bits >>= 1)
            length += (int)(bits & 1);
        mask = end;
    }
    return length;
}

/* The interface need not be named again behind '%'. */
static void add_address(struct buffer *out, const psutil_snicaddr *addr)
{
    if (out->len > 0)
        buffer_add_text(out, " ");
    buffer_add(out, addr->address, strcspn(addr->address, "%"));
    int length = addr->netmask ? prefix_length(addr->netmask) : -1;
    if (length >= 0)
        buffer_addf(out, "/%d", length);
}

static void set_addresses(struct cell *out, const struct if_row *row, int64_t family,
                          struct buffer *scratch)
{
    const psutil_snicaddr *addr;
    size_t place = by_name_place(&row->all->addrs_by_name, row->stats.name);
    while ((addr = next_address(row, &place))) {
        bool wanted = family ? addr->family == family : addr->family != PSUTIL_AF_LINK;
        if (wanted && addr->address)
            add_address(scratch, addr);
    }
    buffer_add(scratch, "", 1);
    if (scratch->len > 1)
        cell_set_text(out, scratch->data);
}

static void derive_addresses(struct cell *out, const void *row, struct buffer *scratch)
{
    set_addresses(out, row, 0, scratch);
}

static void derive_ipv4(struct cell *out, const void *row, struct buffer *scratch)
{
    set_addresses(out, row, PSUTIL_AF_INET, scratch);
}

static void derive_ipv6(struct cell *out, const void *row, struct buffer *scratch)
{
    set_addresses(out, row, PSUTIL_AF_INET6, scratch);
}

static void derive_mac(struct cell *out, const void *row, struct buffer *scratch)
{
    set_addresses(out, row, PSUTIL_AF_LINK, scratch);
}

/* All of the interface, as psutil has them. */
static void json_addresses(struct json *json, const void *item)
{
    const struct if_row *row = item;
    const psutil_record *record = psutil_record_find("snicaddr");
    const psutil_snicaddr *addr;
    size_t place = by_name_place(&row->all->addrs_by_name, row->stats.name);
    json_open_array(json);
    while ((addr = next_address(row, &place)))
        json_record(json, record, addr);
    json_close_array(json);
}

/* ---- Columns ----------------------------------------------------------------------------------
 */

static void derive_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct if_row *)row)->stats.name);
}

static void derive_state(struct cell *out, const void *row, struct buffer *scratch)
{
    int64_t isup = ((const struct if_row *)row)->stats.isup;
    (void)scratch;
    if (isup != PSUTIL_UNKNOWN)
        cell_set_text(out, isup ? "up" : "down");
}

#define TEXT(name_, doc_, function)                                                                \
    .name = (name_), .doc = (doc_), .type = PSUTIL_TYPE_STRING, .derive = (function)

/* Bits above those of the record's own fields. */
enum { WANT_ADDRESSES = 1 << 16 };

static const struct column_spec columns[] = {
    {TEXT("name", "interface", derive_name)},
    {TEXT("state", "up or down", derive_state)},
    {.name = "mtu", .path = "mtu", .doc = "largest packet, in bytes", .show = SHOW_NUMBER},
    {.name = "speed", .path = "speed"},
    {.name = "received", .path = "bytes_recv"},
    {.name = "sent", .path = "bytes_sent"},
    {TEXT("mac", "hardware address", derive_mac), .fields = WANT_ADDRESSES},
    {TEXT("ipv4", "IPv4 addresses", derive_ipv4), .fields = WANT_ADDRESSES},
    {TEXT("ipv6", "IPv6 addresses", derive_ipv6), .fields = WANT_ADDRESSES},
    {TEXT("addresses", "IP addresses; all addresses in the JSON", derive_addresses),
     .fields = WANT_ADDRESSES, .json = json_addresses, .cut = true},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"snicstats", offsetof(struct if_row, stats)},
              {"snetio", offsetof(struct if_row, io)}},
    .columns = columns,
    .defaults = "name,state,speed,mtu,received,sent,mac,addresses",
};

/* ---- Rows -------------------------------------------------------------------------------------
 */

static const psutil_snetio *io_of(const struct interfaces *all, const char *name)
{
    size_t index = by_name_first(&all->io_by_name, name);
    return index != SIZE_MAX ? &all->io->items[index] : NULL;
}

static bool is_named(const struct cli *cli, const char *name)
{
    bool found = cli->words_len == 0;
    for (size_t i = 0; i < cli->words_len; i++)
        found |= strcmp(cli->words[i], name) == 0;
    return found;
}

static void add_rows(struct interfaces *all)
{
    bool up = options_get(&all->cli->options, "up") != NULL;
    for (size_t i = 0; i < all->stats->len; i++) {
        const psutil_snicstats *stats = &all->stats->items[i];
        const psutil_snetio *io = io_of(all, stats->name);
        if (!is_named(all->cli, stats->name) || (up && stats->isup != 1))
            continue;
        struct if_row *row = &all->rows[all->len++];
        *row = (struct if_row){.stats = *stats, .all = all};
        row->io = io ? *io : (psutil_snetio){stats->name,    PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                                             PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN,
                                             PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    }
}

/* What a recorded machine does not tell (its addresses) is unknown. */
static int read_lists(struct interfaces *all)
{
    psutil *ctx = all->cli->ctx;
    bool addresses = (table_fields(&all->table) & WANT_ADDRESSES) != 0;
    int rc = psutil_net_if_stats(&all->stats, ctx);
    if (rc == 0) {
        rc = psutil_net_io_counters_pernic(&all->io, ctx, NULL);
        rc = rc == PSUTIL_ENOTSUP || rc == PSUTIL_ESYSTEM ? 0 : rc;
    }
    if (rc == 0 && addresses) {
        rc = psutil_net_if_addrs(&all->addrs, ctx);
        rc = rc == PSUTIL_ENOTSUP ? 0 : rc;
    }
    if (rc != 0)
        return cli_failed(all->cli, rc);
    const psutil_snetio_list *io = all->io;
    const psutil_snicaddr_list *addrs = all->addrs;
    bool named = (!io || by_name_open(&all->io_by_name, io->items, io->len, sizeof *io->items)) &&
                 (!addrs || by_name_open(&all->addrs_by_name, addrs->items, addrs->len,
                                         sizeof *addrs->items));
    return named ? CLI_DONE : cli_error("out of memory");
}

static int check_found(const struct interfaces *all)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < all->cli->words_len; i++) {
        bool found = false;
        for (size_t k = 0; k < all->stats->len; k++)
            found |= strcmp(all->stats->items[k].name, all->cli->words[i]) == 0;
        if (!found)
            status = cli_no_such("interface", all->cli->words[i], all->stats->items,
                                 all->stats->len, sizeof *all->stats->items, "psutil if");
    }
    return status;
}

static int show_rows(struct interfaces *all)
{
    all->len = 0;
    all->rows = calloc(all->stats->len + 1, sizeof *all->rows);
    if (!all->rows)
        return cli_error("out of memory");
    add_rows(all);
    int missing = check_found(all), status = CLI_DONE;
    if (missing == CLI_DONE || all->len > 0)
        status = table_show_array(&all->table, all->rows, all->len, sizeof *all->rows);
    return status == CLI_DONE ? missing : status;
}

static int show(void *user)
{
    struct interfaces *all = user;
    int status = read_lists(all);
    if (status == CLI_DONE)
        status = show_rows(all);
    psutil_free(all->stats);
    psutil_free(all->io);
    psutil_free(all->addrs);
    by_name_close(&all->io_by_name);
    by_name_close(&all->addrs_by_name);
    free(all->rows);
    *all = (struct interfaces){.cli = all->cli, .table = all->table};
    return status;
}

static int run(struct cli *cli)
{
    struct interfaces all = {.cli = cli};
    int status = table_open(&all.table, cli);
    if (status == CLI_DONE)
        status = watch(cli, show, &all);
    table_close(&all.table);
    return status;
}

const struct command command_if = {
    .name = "if",
    .group = GROUP_LOOKING,
    .usage = "[NAME...]",
    .doc = "Network interfaces: addresses, state, speed, traffic",
    .text = "All interfaces, or those that are named.\n"
            "\nExamples:\n"
            "  psutil if --up\n"
            "  psutil if eth0 --columns +flags,+errin,+dropin\n"
            "  psutil if --json --columns name,addresses\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &listing,
};
