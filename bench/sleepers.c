#include "bench.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void die_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

pid_t start_sleeper(void)
{
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    die_with_parent();
    while (getppid() == parent)
        pause();
    _exit(0);
}

void end_sleepers(const pid_t *pids, int count)
{
    for (int i = 0; i < count; i++)
        if (pids[i] > 0)
            kill(pids[i], SIGKILL);
    for (int i = 0; i < count; i++)
        if (pids[i] > 0)
            waitpid(pids[i], NULL, 0);
}
