#include "bare.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

char bare_buffer[1 << 20];

void bare_read(int dir, const char *path)
{
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t got = read(fd, bare_buffer, 8192);
    bare_buffer[got > 0 ? got : 0] = '\0';
    close(fd);
}

void bare_read_all(int dir, const char *path)
{
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    while (read(fd, bare_buffer, sizeof bare_buffer) > 0)
        ;
    close(fd);
}

void bare_link(int dir, const char *path)
{
    if (readlinkat(dir, path, bare_buffer, 4096) < 0)
        bare_buffer[0] = '\0';
}

void bare_list(int dir, const char *path, void (*each)(int folder, const char *name))
{
    static _Alignas(struct dirent64) char entries[64 * 1024];
    int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t got;
    while ((got = getdents64(fd, entries, sizeof entries)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            if (each && entry->d_name[0] != '.')
                each(fd, entry->d_name);
            at += entry->d_reclen;
        }
    }
    close(fd);
}

static bool is_last(int64_t len) /* wider than what the macros compare it with */
{
    for (struct nlmsghdr *m = (void *)bare_buffer; NLMSG_OK(m, len); m = NLMSG_NEXT(m, len))
        if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
            return true;
    return false;
}

void bare_netlink(int protocol, const void *request, size_t len)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0)
        return;
    ssize_t got = send(fd, request, len, 0);
    while (got > 0) {
        got = recv(fd, bare_buffer, sizeof bare_buffer, 0);
        if (got > 0 && is_last(got))
            break;
    }
    close(fd);
}

void bare_inet_diag(int family, int protocol)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 body;
    } request = {{.nlmsg_len = sizeof request,
                  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                 {.sdiag_family = (uint8_t)family,
                  .sdiag_protocol = (uint8_t)protocol,
                  .idiag_states = UINT32_MAX}};
    bare_netlink(NETLINK_SOCK_DIAG, &request, sizeof request);
}

void bare_unix_diag(void)
{
    struct {
        struct nlmsghdr header;
        struct unix_diag_req body;
    } request = {
        {.nlmsg_len = sizeof request,
         .nlmsg_type = SOCK_DIAG_BY_FAMILY,
         .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        {.sdiag_family = AF_UNIX, .udiag_states = UINT32_MAX, .udiag_show = UDIAG_SHOW_NAME}};
    bare_netlink(NETLINK_SOCK_DIAG, &request, sizeof request);
}

static void bare_route(uint16_t type)
{
    struct {
        struct nlmsghdr header;
        struct rtgenmsg body;
    } request = {{.nlmsg_len = sizeof request,
                  .nlmsg_type = type,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                 {.rtgen_family = AF_UNSPEC}};
    bare_netlink(NETLINK_ROUTE, &request, sizeof request);
}

void bare_links(void)
{
    bare_route(RTM_GETLINK);
}

void bare_addresses(void)
{
    bare_route(RTM_GETADDR);
}
