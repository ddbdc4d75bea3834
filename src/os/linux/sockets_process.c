/* The sockets of one process. */
#include "core/records.h"
#include "os/linux/process.h"
#include "os/linux/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a namespace is told apart by (namespaces(7)); false when the process may not be asked. */
static bool namespace_of(const struct ps_dir *dir, const char *name, struct stat *out)
{
    char path[PS_PATH_MAX];
    if (dir->fd >= 0)
        return fstatat(dir->fd, name, out, 0) == 0;
    return ps_dir_path(dir, name, path) && stat(path, out) == 0;
}

/* Namespaces belong to threads: the one that asks is the one that netlink answers. A kernel without
 * namespaces has only one. */
static bool shares_namespace(const struct ps_reader *reader)
{
    struct stat own, other;
    struct ps_dir proc = ps_proc(reader->ctx);
    if (!namespace_of(&proc, "thread-self/ns/net", &own) ||
        !namespace_of(&reader->dir, "ns/net", &other))
        return true;
    return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/* Recorded machines may hold the process's folder without its view of the network. */
static int read_files(struct ps_reader *reader, struct ps_sockets *sockets)
{
    unsigned kinds = reader->to->conn_kind;
    int fd = ps_dir_open(&reader->dir, "net", O_PATH | O_DIRECTORY);
    if (fd < 0 && ps_is_shortage(errno))
        return ps_fail_errno(reader->ctx, "open", &reader->dir, "net");
    if (fd < 0 && errno == ENOENT && !ps_linux_of(reader->ctx)->live)
        return ps_sockets_of_root(reader->ctx, sockets, kinds);
    if (fd >= 0)
        close(fd);
    return ps_sockets_proc(reader->ctx, sockets, &reader->dir, kinds);
}

static int read_snapshot(struct ps_reader *reader, struct ps_sockets *sockets)
{
    struct ps_snapshot **kept = &reader->walk->sockets;
    int rc = *kept ? 0 : ps_snapshot_take(reader->ctx, reader->to->conn_kind, kept);
    return rc != 0 ? rc : ps_snapshot_add(reader->ctx, *kept, sockets);
}

static int read_sockets(struct ps_reader *reader, struct ps_sockets *sockets)
{
    if (!ps_linux_of(reader->ctx)->live || !shares_namespace(reader))
        return read_files(reader, sockets);
    if (reader->walk)
        return read_snapshot(reader, sockets);
    return ps_sockets_live(reader->ctx, sockets, reader->to->conn_kind);
}

int ps_source_connections(struct ps_reader *reader)
{
    struct ps_owners owners = {0};
    struct ps_sockets sockets = {.owners = &owners, .owned_only = true};
    ps_list_init(&sockets.list, &ps_record_pconn);
    int rc = ps_owners_read(reader->ctx, &owners, &reader->dir);
    if (rc == 0 && owners.len > 0) {
        rc = ps_owners_index(reader->ctx, &owners);
        if (rc == 0)
            rc = read_sockets(reader, &sockets);
    }
    psutil_sconn_list *list = rc == 0 ? ps_list_finish(&sockets.list) : NULL;
    ps_list_free(&sockets.list);
    ps_owners_free(&owners);
    if (list)
        reader->to->info->net_connections = list;
    else if (rc == 0)
        rc = ps_fail_memory(reader->ctx);
    return rc;
}
