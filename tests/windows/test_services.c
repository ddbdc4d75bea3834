/* Services: those of the system are listed; one of the test's own (service.c) is started, watched
 * and stopped. */
#include "machine.h"

#include <wchar.h>
#include <winsvc.h>

static char name[64];
static const char display_name[] = "psutil's \xc3\xa4\xe6\x97\xa5 test";
static SC_HANDLE manager, own;

static int64_t status_of_own(int64_t *pid)
{
    psutil_service_list *list;
    int rc = psutil_service_get(&list, ctx, name);
    if (rc != 0)
        return rc;
    int64_t status = list->items[0].status;
    *pid = list->items[0].pid;
    psutil_free(list);
    return status;
}

static int64_t wait_for(int64_t wanted, int64_t *pid)
{
    int64_t status = 0;
    for (int tries = 0; tries < 300 && status != wanted; tries++) {
        status = status_of_own(pid);
        if (status != wanted)
            Sleep(100);
    }
    return status;
}

static const psutil_service *find(const psutil_service_list *list, const char *wanted)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, wanted) == 0)
            return &list->items[i];
    return NULL;
}

TEST(services_are_listed_with_all_that_is_known)
{
    psutil_service_list *list;
    size_t running = 0;
    REQUIRE(psutil_services(&list, ctx) == 0);
    CHECK(list->len > 5);
    for (size_t i = 0; i < list->len; i++) {
        const psutil_service *service = &list->items[i];
        CHECK(strlen(service->name) > 0 && strlen(service->display_name) > 0);
        CHECK(service->status >= PSUTIL_SERVICE_STOPPED &&
              service->status <= PSUTIL_SERVICE_PAUSED);
        CHECK(service->status != PSUTIL_SERVICE_STOPPED || service->pid == PSUTIL_UNKNOWN);
        running += service->status == PSUTIL_SERVICE_RUNNING && service->pid > 0;
    }
    CHECK(running > 0);
    psutil_free(list);
}

TEST(a_service_is_what_it_was_registered_as)
{
    psutil_service_list *one, *all;
    REQUIRE(own != NULL);
    REQUIRE(psutil_service_get(&one, ctx, name) == 0 && psutil_services(&all, ctx) == 0);
    CHECK_INT(one->len, 1);
    const psutil_service *rows[] = {&one->items[0], find(all, name)};
    for (int i = 0; i < 2; i++) {
        CHECK(rows[i] != NULL);
        if (!rows[i])
            continue;
        CHECK_STRING(rows[i]->name, name);
        CHECK_STRING(rows[i]->display_name, display_name);
        CHECK(strstr(rows[i]->binpath, "service.exe") != NULL);
        CHECK_INT(rows[i]->start_type, PSUTIL_SERVICE_MANUAL);
        CHECK_INT(rows[i]->status, PSUTIL_SERVICE_STOPPED);
        CHECK_INT(rows[i]->pid, PSUTIL_UNKNOWN);
        CHECK_STRING(rows[i]->description, "does nothing");
        CHECK_STRING(rows[i]->username, "LocalSystem");
    }
    psutil_free(one);
    psutil_free(all);
}

TEST(a_service_is_started_and_stopped)
{
    int64_t pid = PSUTIL_UNKNOWN;
    bool exists = false;
    REQUIRE(own != NULL);
    REQUIRE(psutil_service_start(ctx, name) == 0);
    CHECK_INT(wait_for(PSUTIL_SERVICE_RUNNING, &pid), PSUTIL_SERVICE_RUNNING);
    CHECK(pid > 0);
    REQUIRE(psutil_pid_exists(&exists, ctx, pid) == 0);
    CHECK(exists);
    CHECK_INT(psutil_service_start(ctx, name), PSUTIL_ESYSTEM);
    CHECK_INT(last_error().os_code, ERROR_SERVICE_ALREADY_RUNNING);
    CHECK_STRING(last_error().call, "StartServiceW");
    REQUIRE(psutil_service_stop(ctx, name) == 0);
    CHECK_INT(wait_for(PSUTIL_SERVICE_STOPPED, &pid), PSUTIL_SERVICE_STOPPED);
    CHECK_INT(pid, PSUTIL_UNKNOWN);
    CHECK_INT(psutil_service_stop(ctx, name), PSUTIL_ESYSTEM);
    CHECK_INT(last_error().os_code, ERROR_SERVICE_NOT_ACTIVE);
}

TEST(unknown_services_are_not_found)
{
    psutil_service_list *list;
    CHECK_INT(psutil_service_get(&list, ctx, "ps-no-such-service"), PSUTIL_ESRCH);
    CHECK_INT(last_error().os_code, ERROR_SERVICE_DOES_NOT_EXIST);
    CHECK_STRING(last_error().path, "ps-no-such-service");
    CHECK_INT(psutil_service_start(ctx, "ps-no-such-service"), PSUTIL_ESRCH);
    CHECK_INT(psutil_service_stop(ctx, "ps-no-such-service"), PSUTIL_ESRCH);
    CHECK_INT(psutil_service_get(&list, ctx, ""), PSUTIL_EINVAL);
    CHECK_INT(psutil_service_get(&list, ctx, "\xff"), PSUTIL_EINVAL);
}

/* service.exe lies beside this program. */
static void register_own(void)
{
    static wchar_t path[MAX_PATH], description[] = L"does nothing";
    wchar_t *wide_name, *wide_display;
    snprintf(name, sizeof name, "psutil-test-%lu", GetCurrentProcessId());
    DWORD len = GetModuleFileNameW(NULL, path, MAX_PATH);
    while (len > 0 && path[len - 1] != L'\\')
        len--;
    wcscpy(path + len, L"service.exe");
    manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    if (!manager || ps_wide_of(ctx, name, &wide_name) != 0 ||
        ps_wide_of(ctx, display_name, &wide_display) != 0)
        return;
    own = CreateServiceW(manager, wide_name, wide_display, SERVICE_ALL_ACCESS,
                         SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE,
                         path, NULL, NULL, NULL, NULL, NULL);
    SERVICE_DESCRIPTIONW text = {.lpDescription = description};
    if (own)
        ChangeServiceConfig2W(own, SERVICE_CONFIG_DESCRIPTION, &text);
    free(wide_name);
    free(wide_display);
}

int main(void)
{
    if (psutil_open(&ctx, NULL) != 0) {
        printf("Bail out! psutil_open\n");
        return 1;
    }
    register_own();
    int status = run_tests();
    SERVICE_STATUS left;
    if (own) {
        ControlService(own, SERVICE_CONTROL_STOP, &left);
        DeleteService(own);
        CloseServiceHandle(own);
    }
    psutil_close(ctx);
    return status;
}
