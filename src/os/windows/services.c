/* Services, from the service control manager. */
#include "core/records.h"
#include "os/windows/windows.h"

#include <stdlib.h>
#include <string.h>

#include <winsvc.h>

/* ---- One service ------------------------------------------------------------------------------
 */

/* The size is told by a first call without room. */
static bool grown(psutil *ctx, struct ps_answer *answer, DWORD wanted)
{
    return GetLastError() == ERROR_INSUFFICIENT_BUFFER && wanted > 0 &&
           ps_answer_reserve(ctx, answer, wanted) == 0;
}

static void add_config(psutil *ctx, struct ps_list *list, psutil_service *out, SC_HANDLE service)
{
    struct ps_answer answer = {0};
    DWORD wanted = 0;
    if (!QueryServiceConfigW(service, NULL, 0, &wanted) && grown(ctx, &answer, wanted) &&
        QueryServiceConfigW(service, answer.data, (DWORD)answer.size, &wanted)) {
        const QUERY_SERVICE_CONFIGW *config = answer.data;
        out->display_name = ps_list_wide(list, config->lpDisplayName);
        out->binpath = ps_list_wide(list, config->lpBinaryPathName);
        out->start_type = config->dwStartType;
        if (config->lpServiceStartName && *config->lpServiceStartName)
            out->username = ps_list_wide(list, config->lpServiceStartName);
    }
    ps_answer_free(&answer);
}

static void add_description(psutil *ctx, struct ps_list *list, psutil_service *out,
                            SC_HANDLE service)
{
    const DWORD what = SERVICE_CONFIG_DESCRIPTION;
    struct ps_answer answer = {0};
    DWORD wanted = 0;
    if (!QueryServiceConfig2W(service, what, NULL, 0, &wanted) && grown(ctx, &answer, wanted) &&
        QueryServiceConfig2W(service, what, answer.data, (DWORD)answer.size, &wanted)) {
        const SERVICE_DESCRIPTIONW *description = answer.data;
        out->description =
            ps_list_wide(list, description->lpDescription ? description->lpDescription : L"");
    }
    ps_answer_free(&answer);
}

static void set_status(psutil_service *out, const SERVICE_STATUS_PROCESS *status)
{
    out->status = status->dwCurrentState;
    if (status->dwProcessId != 0)
        out->pid = status->dwProcessId;
}

/* ---- The manager ------------------------------------------------------------------------------
 */

static int open_manager(psutil *ctx, DWORD access, SC_HANDLE *out)
{
    *out = OpenSCManagerW(NULL, NULL, access);
    return *out ? 0 : ps_fail_last(ctx, "OpenSCManagerW", NULL, PSUTIL_UNKNOWN);
}

/* ---- All services ----------------------------------------------------------------------------
 */

/* A service whose configuration is refused still has a name and a status. */
static void add_listed(psutil *ctx, struct ps_list *list, SC_HANDLE manager,
                       const ENUM_SERVICE_STATUS_PROCESSW *entry)
{
    psutil_service row;
    ps_record_clear(&ps_record_service, &row);
    row.name = ps_list_wide(list, entry->lpServiceName);
    row.display_name = ps_list_wide(list, entry->lpDisplayName);
    set_status(&row, &entry->ServiceStatusProcess);
    SC_HANDLE service = OpenServiceW(manager, entry->lpServiceName, SERVICE_QUERY_CONFIG);
    if (service) {
        add_config(ctx, list, &row, service);
        add_description(ctx, list, &row, service);
        CloseServiceHandle(service);
    }
    psutil_service *item = ps_list_add(list);
    if (item)
        *item = row;
}

/* One look at the list. The manager gives no more than 256 KB at once (MS-SCMR), and goes on at
 * `resume`. */
struct listing {
    SC_HANDLE manager;
    struct ps_answer answer;
    DWORD resume;
    bool more;
};

static int add_some(psutil *ctx, struct ps_list *list, struct listing *from)
{
    DWORD wanted = 0, len = 0;
    from->more = !EnumServicesStatusExW(
        from->manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL, from->answer.data,
        (DWORD)from->answer.size, &wanted, &len, &from->resume, NULL);
    if (from->more && GetLastError() != ERROR_MORE_DATA)
        return ps_fail_last(ctx, "EnumServicesStatusExW", NULL, PSUTIL_UNKNOWN);
    /* Without a place to go on at (wine), all is asked for again. */
    if (from->more && (len == 0 || from->resume == 0))
        return ps_answer_grow(ctx, &from->answer, from->answer.size + wanted,
                              "EnumServicesStatusExW");
    const ENUM_SERVICE_STATUS_PROCESSW *entries = from->answer.data;
    for (DWORD i = 0; i < len; i++)
        add_listed(ctx, list, from->manager, &entries[i]);
    return 0;
}

static int add_all(psutil *ctx, struct ps_list *list)
{
    const size_t most_at_once = 1 << 18;
    struct listing from = {.more = true};
    int rc = open_manager(ctx, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE, &from.manager);
    if (rc != 0)
        return rc;
    rc = ps_answer_reserve(ctx, &from.answer, most_at_once);
    while (rc == 0 && from.more)
        rc = add_some(ctx, list, &from);
    ps_answer_free(&from.answer);
    CloseServiceHandle(from.manager);
    return rc;
}

/* ---- One by its name --------------------------------------------------------------------------
 */

static int open_named(psutil *ctx, const char *name, DWORD access, SC_HANDLE *out)
{
    SC_HANDLE manager;
    wchar_t *wide;
    int rc = open_manager(ctx, SC_MANAGER_CONNECT, &manager);
    if (rc != 0)
        return rc;
    rc = ps_wide_of(ctx, name, &wide);
    if (rc == 0) {
        *out = OpenServiceW(manager, wide, access);
        if (!*out)
            rc = ps_fail_last(ctx, "OpenServiceW", name, PSUTIL_UNKNOWN);
        free(wide);
    }
    CloseServiceHandle(manager);
    return rc;
}

static int add_named(psutil *ctx, struct ps_list *list, const char *name)
{
    SERVICE_STATUS_PROCESS status;
    SC_HANDLE service;
    DWORD wanted;
    psutil_service row;
    int rc = open_named(ctx, name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG, &service);
    if (rc != 0)
        return rc;
    ps_record_clear(&ps_record_service, &row);
    if (QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status,
                             &wanted))
        set_status(&row, &status);
    else
        rc = ps_fail_last(ctx, "QueryServiceStatusEx", name, PSUTIL_UNKNOWN);
    row.name = ps_list_string(list, name, strlen(name));
    add_config(ctx, list, &row, service);
    add_description(ctx, list, &row, service);
    CloseServiceHandle(service);
    psutil_service *item = ps_list_add(list);
    if (item)
        *item = row;
    return rc;
}

int ps_os_services(psutil *ctx, const char *name, psutil_service_list **out)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_service);
    int rc = name ? add_named(ctx, &list, name) : add_all(ctx, &list);
    psutil_service_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}

int ps_os_service_control(psutil *ctx, const char *name, bool start)
{
    SC_HANDLE service;
    SERVICE_STATUS status;
    int rc = open_named(ctx, name, start ? SERVICE_START : SERVICE_STOP, &service);
    if (rc != 0)
        return rc;
    if (start && !StartServiceW(service, 0, NULL))
        rc = ps_fail_last(ctx, "StartServiceW", name, PSUTIL_UNKNOWN);
    if (!start && !ControlService(service, SERVICE_CONTROL_STOP, &status))
        rc = ps_fail_last(ctx, "ControlService", name, PSUTIL_UNKNOWN);
    CloseServiceHandle(service);
    return rc;
}
