/* Interfaces of another root: what /sys/class/net and /proc/net/if_inet6 tell. */
#include "os/linux/interfaces.h"
#include "os/posix/folder.h"
#include "parse/net_tcp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads one line of a file into `line`, without its end; false when there is none. */
static bool read_line(const struct ps_dir *dir, const char *name, char line[128],
                      struct ps_span *out)
{
    int fd = ps_dir_open(dir, name, O_RDONLY);
    ssize_t got = fd < 0 ? -1 : ps_read_piece(fd, line, 128);
    if (got < 0)
        ps_note_shortage(dir, fd < 0 ? "open" : "read", name);
    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return false;
    struct ps_cursor c = ps_cursor_of(line, (size_t)got);
    ps_cursor_line(&c, out);
    *out = ps_span_trim(*out);
    return out->len > 0;
}

static uint8_t read_hardware(const struct ps_dir *dir, const char *name,
                             uint8_t to[PS_HARDWARE_MAX])
{
    char line[128];
    struct ps_span text;
    uint8_t len = 0;
    uint64_t byte;
    if (!read_line(dir, name, line, &text))
        return 0;
    struct ps_cursor c = ps_cursor_of_span(text);
    while (len < PS_HARDWARE_MAX && ps_cursor_hex(&c, &byte) && byte <= UINT8_MAX) {
        to[len++] = (uint8_t)byte;
        if (!ps_cursor_accept(&c, ':'))
            break;
    }
    return ps_cursor_done(&c) ? len : 0;
}

/* "0x1003". The file lacks IFF_RUNNING, which the kernel works out from the state
 * (net/core/dev.c:netif_get_flags): interfaces that tell no state count as running. */
static void read_flags(const struct ps_dir *dir, struct ps_link *link)
{
    char line[128];
    struct ps_span text;
    uint64_t flags;
    if (!read_line(dir, "flags", line, &text) || !ps_span_starts(text, "0x"))
        return;
    struct ps_cursor c = ps_cursor_of(text.data + 2, text.len - 2);
    if (!ps_cursor_hex(&c, &flags))
        return;
    if (!read_line(dir, "operstate", line, &text))
        return;
    bool running = ps_span_equal(text, "up") || ps_span_equal(text, "unknown");
    flags &= ~(uint64_t)IFF_RUNNING;
    if (running && flags & IFF_UP)
        flags |= IFF_RUNNING;
    link->flags = (unsigned)flags;
    link->has_flags = true;
}

static unsigned read_duplex(const struct ps_dir *dir)
{
    char line[128];
    struct ps_span text;
    if (!read_line(dir, "duplex", line, &text))
        return DUPLEX_UNKNOWN;
    if (ps_span_equal(text, "full"))
        return DUPLEX_FULL;
    return ps_span_equal(text, "half") ? DUPLEX_HALF : DUPLEX_UNKNOWN;
}

static void read_link(struct ps_links *links, const struct ps_dir *dir, const char *name)
{
    int64_t index = 0, speed;
    struct ps_link *link = ps_links_add(links);
    if (!link)
        return;
    memcpy(link->name, name, strlen(name));
    if (ps_read_number(dir, "ifindex", &index) && index > 0 && index <= INT32_MAX)
        link->index = (int)index;
    ps_read_number(dir, "mtu", &link->mtu);
    if (ps_read_number(dir, "speed", &speed))
        link->speed = ps_link_speed(speed);
    link->duplex = ps_link_duplex(read_duplex(dir));
    read_flags(dir, link);
    link->hardware_len = read_hardware(dir, "address", link->hardware);
    link->broadcast_len = read_hardware(dir, "broadcast", link->broadcast);
}

static int by_index(const void *a, const void *b)
{
    const struct ps_link *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The folder holds plain files too (bonding_masters): those are no interfaces. */
static void read_links(struct ps_links *links, const struct ps_dir *net, DIR *entries)
{
    char path[PS_PATH_MAX];
    const struct dirent *entry;
    while ((entry = ps_folder_next(entries))) {
        if (entry->d_name[0] == '.' || strlen(entry->d_name) >= IFNAMSIZ)
            continue;
        struct ps_dir folder = *net;
        folder.fd = dirfd(entries);
        int fd = ps_dir_open(&folder, entry->d_name, O_PATH | O_DIRECTORY);
        if (fd < 0) {
            ps_note_shortage(net, "open", entry->d_name);
            continue;
        }
        const char *root = ps_dir_path(net, entry->d_name, path);
        struct ps_dir dir = {root ? root : net->root, PSUTIL_UNKNOWN, fd, net->shortage, NULL};
        read_link(links, &dir, entry->d_name);
        close(fd);
    }
    if (errno != 0)
        ps_note_shortage(net, "getdents64", "");
    if (links->len > 1)
        qsort(links->items, links->len, sizeof *links->items, by_index);
}

/* False, with a failure recorded in *rc, when the folder cannot be read. */
static int load_links(psutil *ctx, struct ps_links *links)
{
    char path[PS_PATH_MAX];
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir sys = ps_sys(ctx);
    const char *root = ps_dir_path(&sys, "class/net", path);
    struct ps_dir net = {root, PSUTIL_UNKNOWN, -1, &shortage, NULL};
    int fd = ps_dir_open(&sys, "class/net", O_RDONLY | O_DIRECTORY);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (!entries) {
        int rc = errno == ENOENT ? ps_fail_root(ctx, PSUTIL_UNKNOWN)
                                 : ps_fail_errno(ctx, "open", &sys, "class/net");
        if (fd >= 0)
            close(fd);
        return rc;
    }
    read_links(links, &net, entries);
    closedir(entries);
    return links->failed ? ps_fail_memory(ctx) : shortage.rc;
}

int ps_files_if_stats(psutil *ctx, struct ps_list *list)
{
    struct ps_links links = {0};
    int rc = load_links(ctx, &links);
    for (size_t i = 0; rc == 0 && i < links.len; i++)
        ps_link_row(list, &links.items[i]);
    ps_links_free(&links);
    return rc;
}

/* ---- Addresses ----------------------------------------------------------------------------------
 */

static void inet6_row(struct ps_list *list, const struct ps_if_inet6 *entry)
{
    char name[IFNAMSIZ] = "";
    memcpy(name, entry->name.data, entry->name.len < IFNAMSIZ ? entry->name.len : IFNAMSIZ - 1);
    struct ps_address address = {.name = name,
                                 .scope = name,
                                 .family = AF_INET6,
                                 .prefix = entry->prefix,
                                 .address = entry->address};
    ps_address_row(list, &address);
}

/* The addresses of `name`, or with NULL those of interfaces that are not among the links. */
static void inet6_rows(struct ps_list *list, const struct ps_text *text,
                       const struct ps_links *links, const char *name)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_if_inet6 entry;
    while (ps_parse_if_inet6(&c, &entry)) {
        bool wanted = name && ps_span_equal(entry.name, name);
        if (!name) {
            wanted = true;
            for (size_t i = 0; i < links->len && wanted; i++)
                wanted = !ps_span_equal(entry.name, links->items[i].name);
        }
        if (wanted)
            inet6_row(list, &entry);
    }
}

static int load_inet6(struct ps_text *text, struct ps_shortage *shortage)
{
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    struct ps_dir init = {proc.root, 1, -1, shortage, NULL};
    if (ps_text_try(text, &proc, "net/if_inet6") == 0)
        return 0;
    return ps_text_try(text, &init, "net/if_inet6");
}

/* IPv4 addresses stand in no file. Either of the two sources may be missing, but not both. */
int ps_files_if_addrs(psutil *ctx, struct ps_list *list)
{
    struct ps_links links = {0};
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_text text;
    ps_text_init(&text);
    bool has_inet6 = load_inet6(&text, &shortage) == 0;
    if (!has_inet6)
        text.len = 0;
    int rc = shortage.rc != 0 ? shortage.rc : load_links(ctx, &links);
    if (rc == PSUTIL_ENOTSUP && has_inet6)
        rc = 0;
    for (size_t i = 0; rc == 0 && i < links.len; i++) {
        inet6_rows(list, &text, &links, links.items[i].name);
        ps_hardware_row(list, &links.items[i]);
    }
    if (rc == 0)
        inet6_rows(list, &text, &links, NULL);
    ps_links_free(&links);
    ps_text_free(&text);
    return rc;
}
