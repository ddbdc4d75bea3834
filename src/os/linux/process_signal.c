/* Signals, to exactly one process: through a pidfd, which can never come to stand for another. */
#include "os/linux/process.h"
#include "os/linux/syscalls.h"

#include <errno.h>
#include <signal.h>

/* errno of the call tells why. */
static int fail_signal(psutil *ctx, const char *call, const struct ps_ref *ref)
{
    if (errno != ESRCH)
        return ps_fail_call(ctx, call, NULL, ref->pid);
    return ps_fail_ended(ctx, ref);
}

/* Without pidfds nothing but the shortest possible time lies between the look and the signal. */
static int signal_by_pid(psutil *ctx, const struct ps_ref *ref, int signal)
{
    int rc = ps_process_verify_leader(ctx, ref);
    if (rc == 0 && kill((pid_t)ref->pid, signal) != 0)
        rc = fail_signal(ctx, "kill", ref);
    return rc;
}

static int signal_by_pidfd(psutil *ctx, const struct ps_ref *ref, int signal)
{
    int fd;
    /* To make sure costs little beside a signal, but not beside the mere question. */
    int rc = signal == 0 ? ps_process_pidfd(ctx, ref, &fd) : ps_process_pidfd_sure(ctx, ref, &fd);
    if (rc != 0)
        return rc;
    if (ps_sys_pidfd_send_signal(fd, signal) != 0)
        rc = fail_signal(ctx, "pidfd_send_signal", ref);
    ps_process_pidfd_done(ctx, ref, fd);
    return rc;
}

static int fail_number(psutil *ctx, const struct ps_ref *ref)
{
    int rc = ps_process_verify_leader(ctx, ref);
    return rc != 0 ? rc : ps_fail_pid(ctx, PSUTIL_EINVAL, ref->pid, "no such signal");
}

/* The number is checked here because the kernel's EINVAL has other meanings as well. */
int ps_os_process_signal(psutil *ctx, const struct ps_ref *ref, int signal)
{
    enum ps_reach reach = ps_linux_reach(ctx);
    if (reach == PS_REACH_NONE)
        return ps_fail_root(ctx, ref->pid);
    if (signal < 0 || signal >= NSIG)
        return fail_number(ctx, ref);
    return reach == PS_REACH_PIDS ? signal_by_pid(ctx, ref, signal)
                                  : signal_by_pidfd(ctx, ref, signal);
}

int ps_os_process_act(psutil *ctx, const struct ps_ref *ref, enum ps_action action)
{
    static const int signals[] = {[PS_ACTION_SUSPEND] = SIGSTOP,
                                  [PS_ACTION_RESUME] = SIGCONT,
                                  [PS_ACTION_TERMINATE] = SIGTERM,
                                  [PS_ACTION_KILL] = SIGKILL};
    return ps_os_process_signal(ctx, ref, signals[action]);
}
