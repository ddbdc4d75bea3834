/* Sessions of users, as the terminal services know them: at the machine, and from afar. */
#include "core/records.h"
#include "os/windows/windows.h"
#include "parse/ip.h"

#include <stdlib.h>

#include <wtsapi32.h>

/* One fact about a session, for WTSFreeMemory(). */
static void *ask(DWORD session, WTS_INFO_CLASS what, size_t least)
{
    wchar_t *data = NULL;
    DWORD size = 0;
    if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, what, &data, &size))
        return NULL;
    if (size >= least)
        return data;
    WTSFreeMemory(data);
    return NULL;
}

/* The address of the client; a session at the machine has none. Where the system does not tell it
 * is not known where a user came from. */
static const char *host_of(struct ps_list *list, DWORD session)
{
    static const char own[] = "localhost";
    char text[PS_IP4_TEXT];
    const char *host = NULL;
    WTS_CLIENT_ADDRESS *address = ask(session, WTSClientAddress, sizeof *address);
    /* Windows puts the four bytes of IPv4 behind two others; of IPv6 too little is kept. */
    if (address && address->AddressFamily == AF_INET)
        host = ps_list_string(list, text, ps_ip4_text(address->Address + 2, text));
    else if (address && address->AddressFamily == AF_UNSPEC)
        host = ps_list_string(list, own, sizeof own - 1);
    if (address)
        WTSFreeMemory(address);
    return host;
}

static int64_t login_of(const WTSINFOW *info)
{
    return info->LogonTime.QuadPart > 0 ? info->LogonTime.QuadPart : info->ConnectTime.QuadPart;
}

static void add(struct ps_list *list, DWORD session, const wchar_t *user)
{
    const char *name = ps_list_wide(list, user);
    const char *host = host_of(list, session);
    WTSINFOW *info = ask(session, WTSSessionInfo, sizeof *info);
    psutil_suser *item = ps_list_add(list);
    if (item) {
        item->name = name;
        item->host = host;
        if (info && login_of(info) > 0)
            item->started = ps_epoch_of(login_of(info));
    }
    if (info)
        WTSFreeMemory(info);
}

/* Sessions in which nobody is logged in (the services', the login screen's) have no user. */
int ps_os_users(psutil *ctx, psutil_suser_list **out)
{
    WTS_SESSION_INFOW *sessions = NULL;
    DWORD count = 0;
    struct ps_list list;
    int rc = 0;
    ps_list_init(&list, &ps_record_suser);
    if (!WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &count))
        return ps_fail_last(ctx, "WTSEnumerateSessionsW", NULL, PSUTIL_UNKNOWN);
    for (DWORD i = 0; i < count; i++) {
        wchar_t *user = ask(sessions[i].SessionId, WTSUserName, sizeof *user);
        if (user && *user)
            add(&list, sessions[i].SessionId, user);
        if (user)
            WTSFreeMemory(user);
    }
    WTSFreeMemory(sessions);
    psutil_suser_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}
