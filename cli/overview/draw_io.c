/* Disks and network of the overview. */
#include "overview.h"

#include "text/display.h"
#include "text/human.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS_MAX = 16,
    NARROW = 60,
    RATE_WIDTH = 10, /* "1023 KiB/s" */
    ADDRESSES_MAX = 512,
};

static void draw_rates(struct page *page, const char *in, double in_rate, const char *out,
                       double out_rate)
{
    char text[160];
    snprintf(text, sizeof text, "%s %s", in, human_rate(in_rate).text);
    overview_fact(page, STYLE_PLAIN, text);
    snprintf(text, sizeof text, "%s %s", out, human_rate(out_rate).text);
    overview_fact(page, STYLE_PLAIN, text);
}

static void draw_left_out(struct page *page, size_t len)
{
    char text[64];
    if (len == 0)
        return;
    snprintf(text, sizeof text, " and %zu more", len);
    page_put(page, STYLE_DIM, text);
    page_end(page);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* ---- Disks ----------------------------------------------------------------------------------- */

/* Packed images are full by nature: a full bar would be a false alarm. */
static bool is_image(const char *fstype)
{
    static const char *const types[] = {"squashfs", "iso9660", "udf", "cramfs", "erofs", "romfs"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (fstype && strcmp(fstype, types[i]) == 0)
            return true;
    return false;
}

/* Whether this is the place to show the device at: of several mounts of it (binds, subvolumes) the
 * one with the shortest path, which is the first of those. */
static bool is_shown(const psutil_sdiskpart_list *list, size_t index)
{
    const psutil_sdiskpart *part = &list->items[index];
    if (is_image(part->fstype))
        return false;
    for (size_t i = 0; i < list->len; i++) {
        const psutil_sdiskpart *other = &list->items[i];
        size_t len = strlen(other->mountpoint);
        size_t own = strlen(part->mountpoint);
        if (i != index && strcmp(other->device, part->device) == 0 &&
            (len < own || (len == own && i < index)))
            return false;
    }
    return true;
}

static const char *problem(const struct outcome *outcome)
{
    if (outcome->code == PSUTIL_ETIMEDOUT)
        return "not answering";
    return outcome->why;
}

static void draw_partition(struct page *page, const psutil_sdiskpart *part,
                           const struct usage *usage, size_t label)
{
    if (usage->result.code == 0) {
        overview_meter(page, part->mountpoint, label, usage->usage.percent,
                       page_level(usage->usage.percent));
        overview_amount(page, usage->usage.used, usage->usage.total);
    } else {
        bool dead = usage->result.code == PSUTIL_ETIMEDOUT;
        page_to(page, 1);
        page_left(page, STYLE_NAME, part->mountpoint, label);
        page_to(page, page->column + 1);
        page_put(page, dead ? STYLE_BAD : STYLE_DIM, problem(&usage->result));
    }
    page_to(page, page->column + 2);
    if (page->term.columns >= NARROW) {
        page_put(page, STYLE_DIM, part->fstype);
        page_to(page, page->column + 2);
        page_put(page, STYLE_DIM, part->device);
    }
    page_end(page);
}

static void draw_partitions(struct page *page, const struct overview *overview)
{
    const psutil_sdiskpart_list *list = overview->partitions;
    size_t longest = 0;
    size_t rows = 0;
    for (size_t i = 0; i < list->len; i++)
        if (is_shown(list, i))
            longest = larger(longest, display_width(list->items[i].mountpoint, page->term.utf8));
    for (size_t i = 0; i < list->len; i++)
        if (is_shown(list, i) && rows++ < ROWS_MAX)
            draw_partition(page, &list->items[i], &overview->usages[i],
                           overview_label_width(page, longest));
    draw_left_out(page, rows > ROWS_MAX ? rows - ROWS_MAX : 0);
}

void overview_draw_disks(struct page *page, const struct overview *overview)
{
    static const enum part parts[] = {PART_PARTITIONS, PART_DISK_IO};
    if (!overview_any(overview, parts, 2))
        return;
    overview_heading(page, "DISKS");
    if (overview_has(page, overview, PART_DISK_IO)) {
        const psutil_sdiskio *io = overview->disk_total;
        draw_rates(page, "read", overview_rate(overview, io[0].read_bytes, io[1].read_bytes),
                   "written", overview_rate(overview, io[0].write_bytes, io[1].write_bytes));
    }
    overview_finish(page);
    if (overview_has(page, overview, PART_PARTITIONS))
        draw_partitions(page, overview);
}

/* ---- Network --------------------------------------------------------------------------------- */

/* An interface, gathered from those lists that could be had. */
struct nic {
    const char *name;
    const psutil_snicstats *stats; /* NULL when not known */
    double received, sent;
    char addresses[ADDRESSES_MAX];
};

static void append(char *list, size_t size, const char *text)
{
    size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used ? ", " : "", text);
}

static void add_addresses(struct nic *nic, const struct overview *overview, int64_t family)
{
    const struct by_name *by_name = &overview->addrs_by_name;
    size_t place = by_name_place(by_name, nic->name);
    for (; by_name_is_at(by_name, place, nic->name); place++) {
        const psutil_snicaddr *addr = &overview->net_addrs->items[by_name->items[place].index];
        if (addr->family == family && addr->address)
            append(nic->addresses, sizeof nic->addresses, addr->address);
    }
}

static void add_rates(struct nic *nic, const struct overview *overview)
{
    const psutil_snetio *before = overview_find_net(overview, 0, nic->name);
    const psutil_snetio *after = overview_find_net(overview, 1, nic->name);
    if (!before || !after)
        return;
    nic->received = overview_rate(overview, before->bytes_recv, after->bytes_recv);
    nic->sent = overview_rate(overview, before->bytes_sent, after->bytes_sent);
}

static struct nic gather(const struct overview *overview, const char *name,
                         const psutil_snicstats *stats)
{
    struct nic nic = {.name = name, .stats = stats, .received = NAN, .sent = NAN};
    if (overview->parts[PART_NET_ADDRS].code == 0) {
        add_addresses(&nic, overview, PSUTIL_AF_INET);
        add_addresses(&nic, overview, PSUTIL_AF_INET6);
    }
    if (overview->parts[PART_NET_IO].code == 0)
        add_rates(&nic, overview);
    return nic;
}

static void draw_rate(struct page *page, const char *arrow, double rate)
{
    page_put(page, STYLE_DIM, arrow);
    page_right(page, STYLE_PLAIN, human_rate(rate).text, RATE_WIDTH);
    page_to(page, page->column + 2);
}

/* What all rows of interfaces leave room for. */
struct nic_columns {
    size_t label;
    bool rates;
    bool speed;
};

static bool has_speed(const struct nic *nic)
{
    return nic->stats && nic->stats->speed != PSUTIL_UNKNOWN && nic->stats->speed > 0;
}

static void draw_nic(struct page *page, const struct nic *nic, const struct nic_columns *columns)
{
    page_to(page, 1);
    page_left(page, STYLE_NAME, nic->name, columns->label);
    page_to(page, page->column + 1);
    if (columns->rates) {
        draw_rate(page, page->term.utf8 ? "\xe2\x86\x93" : "in", nic->received);
        draw_rate(page, page->term.utf8 ? "\xe2\x86\x91" : "out", nic->sent);
    }
    if (page->term.columns < NARROW && nic->addresses[0]) {
        page_end(page);
        page_to(page, 1 + columns->label + 1);
    }
    if (page->term.columns >= NARROW && columns->speed) {
        page_right(page, STYLE_DIM, has_speed(nic) ? human_mbits(nic->stats->speed).text : "", 8);
        page_to(page, page->column + 2);
    }
    page_put(page, STYLE_PLAIN, nic->addresses);
    page_end(page);
}

/* How many interfaces there are to choose from, and the one at `index`: those that tell their
 * state, else those that are counted. */
static size_t nic_count(const struct overview *overview)
{
    if (overview->parts[PART_NET_STATS].code == 0)
        return overview->net_stats->len;
    return overview->parts[PART_NET_IO].code == 0 ? overview->net_io[1]->len : 0;
}

/* Interfaces that are down are not shown, nor the ends of virtual cables and other members of
 * bridges, which have no addresses, unless nothing is known of addresses. */
static bool take_nic(struct nic *out, const struct overview *overview, size_t index)
{
    if (overview->parts[PART_NET_STATS].code == 0) {
        const psutil_snicstats *stats = &overview->net_stats->items[index];
        *out = gather(overview, stats->name, stats);
        if (stats->isup == 0)
            return false;
    } else {
        *out = gather(overview, overview->net_io[1]->items[index].name, NULL);
    }
    return out->addresses[0] != '\0' || overview->parts[PART_NET_ADDRS].code != 0;
}

static void draw_nics(struct page *page, const struct overview *overview)
{
    struct nic nic;
    struct nic_columns columns = {.rates = overview->parts[PART_NET_IO].code == 0};
    size_t longest = 0;
    size_t rows = 0;
    for (size_t i = 0; i < nic_count(overview); i++) {
        if (!take_nic(&nic, overview, i))
            continue;
        longest = larger(longest, display_width(nic.name, page->term.utf8));
        columns.speed = columns.speed || has_speed(&nic);
    }
    columns.label = overview_label_width(page, longest);
    for (size_t i = 0; i < nic_count(overview); i++)
        if (take_nic(&nic, overview, i) && rows++ < ROWS_MAX)
            draw_nic(page, &nic, &columns);
    draw_left_out(page, rows > ROWS_MAX ? rows - ROWS_MAX : 0);
}

void overview_draw_network(struct page *page, const struct overview *overview)
{
    static const enum part parts[] = {PART_NET_IO, PART_NET_ADDRS, PART_NET_STATS};
    if (!overview_any(overview, parts, sizeof parts / sizeof *parts))
        return;
    overview_heading(page, "NETWORK");
    if (overview_has(page, overview, PART_NET_IO)) {
        const psutil_snetio *io = overview->net_total;
        draw_rates(page, "received", overview_rate(overview, io[0].bytes_recv, io[1].bytes_recv),
                   "sent", overview_rate(overview, io[0].bytes_sent, io[1].bytes_sent));
    }
    overview_finish(page);
    overview_has(page, overview, PART_NET_ADDRS);
    overview_has(page, overview, PART_NET_STATS);
    draw_nics(page, overview);
}
