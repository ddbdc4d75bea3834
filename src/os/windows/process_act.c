/* Suspending and ending processes. Windows has no signals: those that mean one of these are
 * understood. */
#include "os/windows/process.h"

#include <signal.h>

/* What psutil and Python end processes with. */
enum { EXIT_CODE = SIGTERM };

typedef NTSTATUS NTAPI change_process(HANDLE process);

static int call_native(psutil *ctx, const struct ps_ref *ref, const char *name)
{
    HANDLE process;
    change_process *change = (change_process *)ps_windows_function(L"ntdll.dll", name);
    if (!change)
        return ps_fail_code(ctx, ERROR_PROC_NOT_FOUND, name, NULL, ref->pid);
    int rc = ps_process_handle(ctx, ref, PROCESS_SUSPEND_RESUME, &process);
    if (rc != 0)
        return rc;
    NTSTATUS status = change(process);
    if (status < 0)
        rc = ps_fail_status(ctx, status, name, NULL, ref->pid);
    CloseHandle(process);
    return rc;
}

/* Of a process that is on its way out the system says that access is denied. */
static int fail_end(psutil *ctx, const struct ps_ref *ref, DWORD code)
{
    bool running = true;
    int rc = ps_os_process_is_running(ctx, ref, &running);
    if (rc == 0 && !running)
        return ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
    return ps_fail_code(ctx, code, "TerminateProcess", NULL, ref->pid);
}

static int end_process(psutil *ctx, const struct ps_ref *ref)
{
    HANDLE process;
    int rc = ps_process_handle(ctx, ref, PROCESS_TERMINATE, &process);
    if (rc != 0)
        return rc;
    if (!TerminateProcess(process, EXIT_CODE))
        rc = fail_end(ctx, ref, ps_last_code());
    CloseHandle(process);
    return rc;
}

int ps_os_process_act(psutil *ctx, const struct ps_ref *ref, enum ps_action action)
{
    switch (action) {
    case PS_ACTION_SUSPEND:
        return call_native(ctx, ref, "NtSuspendProcess");
    case PS_ACTION_RESUME:
        return call_native(ctx, ref, "NtResumeProcess");
    default:
        return end_process(ctx, ref);
    }
}

/* Ctrl-Break goes to a group of processes that share the caller's console. */
static int break_process(psutil *ctx, const struct ps_ref *ref)
{
    bool running = false;
    int rc = ps_os_process_is_running(ctx, ref, &running);
    if (rc == 0 && !running)
        rc = ps_fail_pid(ctx, PSUTIL_ESRCH, ref->pid, NULL);
    if (rc == 0 && !GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, (DWORD)ref->pid))
        rc = ps_fail_last(ctx, "GenerateConsoleCtrlEvent", NULL, ref->pid);
    return rc;
}

int ps_os_process_signal(psutil *ctx, const struct ps_ref *ref, int signal)
{
    HANDLE process;
    int rc = 0;
    switch (signal) {
    case 0:
        rc = ps_process_handle(ctx, ref, PROCESS_TERMINATE, &process);
        if (rc == 0)
            CloseHandle(process);
        return rc;
    case SIGTERM:
        return end_process(ctx, ref);
    case SIGBREAK:
        return break_process(ctx, ref);
    default:
        return ps_fail_pid(ctx, PSUTIL_EINVAL, ref->pid,
                           "Windows has only SIGTERM, SIGBREAK and 0");
    }
}
