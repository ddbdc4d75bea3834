/* All sockets of one moment. A dump walks the kernel's tables from end to end however few of the
 * sockets in them are of interest, so that the readings of many processes share one. */
#include "core/records.h"
#include "os/linux/sockets.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    uint64_t inode;
    size_t place; /* in rows */
};

struct ps_snapshot {
    psutil_sconn_list *rows; /* as the kernel told of them */
    struct entry entries[];  /* of all rows, by inode */
};

void ps_snapshot_free(struct ps_snapshot *snapshot)
{
    if (snapshot)
        psutil_free(snapshot->rows);
    free(snapshot);
}

/* ---- Taking one -------------------------------------------------------------------------------
 */

static int by_inode(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->inode > y->inode) - (x->inode < y->inode);
}

/* Takes the rows over. */
static struct ps_snapshot *make(psutil_sconn_list *rows, const uint64_t *inodes)
{
    struct ps_snapshot *snapshot =
        rows ? malloc(sizeof *snapshot + rows->len * sizeof *snapshot->entries) : NULL;
    if (!snapshot) {
        psutil_free(rows);
        return NULL;
    }
    snapshot->rows = rows;
    for (size_t i = 0; i < rows->len; i++)
        snapshot->entries[i] = (struct entry){inodes[i], i};
    if (rows->len > 0)
        qsort(snapshot->entries, rows->len, sizeof *snapshot->entries, by_inode);
    return snapshot;
}

int ps_snapshot_take(psutil *ctx, unsigned kinds, struct ps_snapshot **out)
{
    struct ps_inodes inodes = {0};
    struct ps_sockets sockets = {.inodes = &inodes};
    struct ps_snapshot *snapshot = NULL;
    ps_list_init(&sockets.list, &ps_record_sconn);
    int rc = ps_sockets_live(ctx, &sockets, kinds);
    if (rc == 0) {
        snapshot = make(ps_list_finish(&sockets.list), inodes.items);
        rc = snapshot ? 0 : ps_fail_memory(ctx);
    }
    if (rc == 0)
        *out = snapshot;
    ps_list_free(&sockets.list);
    free(inodes.items);
    return rc;
}

/* ---- Looking up the sockets of a process --------------------------------------------------------
 */

/* A descriptor of a socket in the snapshot. */
struct match {
    size_t place;
    const struct ps_owner *owner;
};

/* In the order in which a dump for this process alone would have given them. */
static int by_place(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->owner > y->owner) - (x->owner < y->owner);
}

static size_t find_all(const struct ps_snapshot *snapshot, const struct ps_owners *owners,
                       struct match *matches)
{
    size_t len = 0;
    for (size_t i = 0; i < owners->len; i++) {
        struct entry key = {.inode = owners->items[i].inode};
        const struct entry *entry = bsearch(&key, snapshot->entries, snapshot->rows->len,
                                            sizeof *snapshot->entries, by_inode);
        if (entry)
            matches[len++] = (struct match){entry->place, &owners->items[i]};
    }
    return len;
}

static const char *copy(struct ps_list *list, const char *text)
{
    return text ? ps_list_string(list, text, strlen(text)) : NULL;
}

static psutil_addr copy_end(struct ps_list *list, const psutil_addr *end)
{
    return (psutil_addr){copy(list, end->ip), end->port, copy(list, end->path)};
}

static void add_row(struct ps_list *list, const psutil_sconn *of, const struct ps_owner *owner)
{
    psutil_sconn copied = *of;
    copied.laddr = copy_end(list, &of->laddr);
    copied.raddr = copy_end(list, &of->raddr);
    copied.fd = owner->fd;
    copied.pid = owner->pid;
    psutil_sconn *row = ps_list_add(list);
    if (row)
        *row = copied;
}

int ps_snapshot_add(psutil *ctx, const struct ps_snapshot *snapshot, struct ps_sockets *sockets)
{
    const struct ps_owners *owners = sockets->owners;
    if (owners->len == 0 || snapshot->rows->len == 0)
        return 0;
    struct match *matches = malloc(owners->len * sizeof *matches);
    if (!matches)
        return ps_fail_memory(ctx);
    size_t len = find_all(snapshot, owners, matches);
    qsort(matches, len, sizeof *matches, by_place);
    for (size_t i = 0; i < len; i++)
        add_row(&sockets->list, &snapshot->rows->items[matches[i].place], matches[i].owner);
    free(matches);
    return 0;
}
