/* Signals. */
#include "core/process.h"

/* pid 0 stands for the whole process group in kill(), and for the kernel itself elsewhere. A
 * process whose end was seen is gone, whatever its number stands for by now. */
static int check_target(psutil_process *process)
{
    int64_t exit_code;
    if (process->ref.pid == 0)
        return ps_fail_pid(process->ctx, PSUTIL_EINVAL, 0, "signals to pid 0 are refused");
    if (ps_process_ended_already(process, &exit_code))
        return ps_fail_pid(process->ctx, PSUTIL_ESRCH, process->ref.pid, NULL);
    return 0;
}

int psutil_process_send_signal(psutil_process *process, int signal)
{
    int rc = check_target(process);
    return rc != 0 ? rc : ps_os_process_signal(process->ctx, &process->ref, signal);
}

static int act(psutil_process *process, enum ps_action action)
{
    int rc = check_target(process);
    return rc != 0 ? rc : ps_os_process_act(process->ctx, &process->ref, action);
}

int psutil_process_suspend(psutil_process *process)
{
    return act(process, PS_ACTION_SUSPEND);
}

int psutil_process_resume(psutil_process *process)
{
    return act(process, PS_ACTION_RESUME);
}

int psutil_process_terminate(psutil_process *process)
{
    return act(process, PS_ACTION_TERMINATE);
}

int psutil_process_kill(psutil_process *process)
{
    return act(process, PS_ACTION_KILL);
}
