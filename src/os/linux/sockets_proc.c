/* Sockets from /proc/net/{tcp,tcp6,udp,udp6,unix}. */
#include "os/linux/sockets.h"
#include "parse/net_tcp.h"
#include "parse/net_unix.h"

#include <errno.h>

static void take_inet(struct ps_sockets *sockets, const struct ps_text *text, unsigned kind)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_net_inet entry;
    while (ps_parse_net_inet(&c, kind & PSUTIL_KIND_INET6 ? 16 : 4, &entry)) {
        struct ps_socket socket = {.kind = kind,
                                   .type = kind & PSUTIL_KIND_TCP ? PSUTIL_SOCK_STREAM
                                                                  : PSUTIL_SOCK_DGRAM,
                                   .state = entry.state,
                                   .inode = entry.inode,
                                   .local = entry.local,
                                   .remote = entry.remote,
                                   .local_port = entry.local_port,
                                   .remote_port = entry.remote_port};
        ps_sockets_add(sockets, &socket);
    }
}

/* As socket diagnosis has it (net/unix/af_unix.c:unix_seq_show). */
static unsigned state_of(const struct ps_net_unix *entry)
{
    enum { ACCEPTS = 0x10000, CONNECTED = 3, ESTABLISHED = 1, CLOSE = 7, LISTEN = 10 };
    if (entry->flags & ACCEPTS)
        return LISTEN;
    return entry->state == CONNECTED ? ESTABLISHED : CLOSE;
}

static void take_unix(struct ps_sockets *sockets, const struct ps_text *text)
{
    struct ps_cursor c = ps_cursor_of(text->data, text->len);
    struct ps_net_unix entry;
    while (ps_parse_net_unix(&c, &entry)) {
        struct ps_socket socket = {.kind = PSUTIL_KIND_UNIX,
                                   .type = (int64_t)entry.type,
                                   .state = state_of(&entry),
                                   .inode = entry.inode,
                                   .path = entry.path.data,
                                   .path_len = entry.path.len};
        socket.abstract = socket.path_len > 0 && socket.path[0] == '@';
        ps_sockets_add(sockets, &socket);
    }
}

static void take_file(struct ps_sockets *sockets, const struct ps_text *text, unsigned kind)
{
    if (kind == PSUTIL_KIND_UNIX)
        take_unix(sockets, text);
    else
        take_inet(sockets, text, kind);
}

static const struct {
    unsigned kind;
    const char *name;
} files[] = {
    {PSUTIL_KIND_TCP4, "net/tcp"},  {PSUTIL_KIND_TCP6, "net/tcp6"}, {PSUTIL_KIND_UDP4, "net/udp"},
    {PSUTIL_KIND_UDP6, "net/udp6"}, {PSUTIL_KIND_UNIX, "net/unix"},
};

/* A kernel has the files of the families that it was built with, and IPv6 may be switched off:
 * a missing file means no such sockets. Only when all that were asked for are missing does nobody
 * tell; IPv6 alone counts as told. */
int ps_sockets_proc(psutil *ctx, struct ps_sockets *sockets, const struct ps_dir *dir,
                    unsigned kinds)
{
    struct ps_text text;
    const char *missing = NULL;
    bool told = (kinds & ~(unsigned)PSUTIL_KIND_INET6) == 0;
    int rc = 0;
    ps_text_init(&text);
    for (size_t i = 0; i < sizeof files / sizeof *files && rc == 0; i++) {
        if (!(kinds & files[i].kind))
            continue;
        if (ps_text_try(&text, dir, files[i].name) == 0) {
            take_file(sockets, &text, files[i].kind);
            told = true;
        } else if (errno == ENOENT) {
            missing = files[i].name;
        } else {
            rc = ps_fail_errno(ctx, "open", dir, files[i].name);
        }
    }
    ps_text_free(&text);
    if (rc == 0 && !told) {
        errno = ENOENT;
        rc = ps_fail_errno(ctx, "open", dir, missing);
    }
    return rc;
}
