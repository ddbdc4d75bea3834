/* A service that does nothing until it is told to stop. */
#include <windows.h>

static SERVICE_STATUS_HANDLE handle;
static HANDLE stop;

static void tell(DWORD state)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                             .dwCurrentState = state,
                             .dwControlsAccepted =
                                 state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0};
    SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD what, DWORD type, void *data, void *user)
{
    (void)type, (void)data, (void)user;
    if (what == SERVICE_CONTROL_STOP) {
        tell(SERVICE_STOP_PENDING);
        SetEvent(stop);
    }
    return NO_ERROR;
}

static void WINAPI service_main(DWORD argc, LPWSTR *argv)
{
    (void)argc;
    handle = RegisterServiceCtrlHandlerExW(argv[0], control, NULL);
    tell(SERVICE_RUNNING);
    WaitForSingleObject(stop, INFINITE);
    tell(SERVICE_STOPPED);
}

int main(void)
{
    static wchar_t own[] = L"";
    SERVICE_TABLE_ENTRYW table[] = {{own, service_main}, {NULL, NULL}};
    stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
