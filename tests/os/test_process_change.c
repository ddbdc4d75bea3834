/* What can be changed of a process: priorities, CPUs, limits. */
#include "states.h"

#include <sched.h>
#include <sys/resource.h>

TEST(priorities)
{
    pid_t pid = start(NULL, NULL);
    psutil_process *process = process_of(pid);
    psutil_pionice ionice;
    int64_t nice;
    CHECK_INT(psutil_process_set_nice(process, 7), 0);
    CHECK_INT(psutil_process_nice(&nice, process), 0);
    CHECK_INT(nice, 7);
    CHECK_INT(getpriority(PRIO_PROCESS, (id_t)pid), 7);
    CHECK_INT(psutil_process_set_nice(process, 1000), 0);
    CHECK_INT(getpriority(PRIO_PROCESS, (id_t)pid), 19);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_BE, 6), 0);
    CHECK_INT(psutil_process_ionice(&ionice, process), 0);
    CHECK_INT(ionice.ioclass, PSUTIL_IOPRIO_CLASS_BE);
    CHECK_INT(ionice.value, 6);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_BE, PSUTIL_UNKNOWN), 0);
    CHECK_INT(psutil_process_ionice(&ionice, process), 0);
    CHECK_INT(ionice.value, 4);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_IDLE, PSUTIL_UNKNOWN), 0);
    CHECK_INT(psutil_process_ionice(&ionice, process), 0);
    CHECK_INT(ionice.ioclass, PSUTIL_IOPRIO_CLASS_IDLE);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_BE, 8), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_BE, -1), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_IDLE, 1), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_ionice(process, 4, 0), PSUTIL_EINVAL);
    psutil_process_close(process);
    end_child(pid);
}

TEST(affinity)
{
    cpu_set_t own, now;
    pid_t pid = start(NULL, NULL);
    psutil_process *process = process_of(pid);
    psutil_int_list *cpus;
    REQUIRE(sched_getaffinity(0, sizeof own, &own) == 0);
    REQUIRE(psutil_process_cpu_affinity(&cpus, process) == 0);
    CHECK_INT(cpus->len, CPU_COUNT(&own));
    for (size_t i = 0; i < cpus->len; i++)
        CHECK(CPU_ISSET((size_t)cpus->items[i], &own));
    int64_t last = cpus->items[cpus->len - 1];
    psutil_free(cpus);
    CHECK_INT(psutil_process_set_cpu_affinity(process, &last, 1), 0);
    REQUIRE(sched_getaffinity(pid, sizeof now, &now) == 0);
    CHECK(CPU_COUNT(&now) == 1 && CPU_ISSET((size_t)last, &now));
    CHECK_INT(psutil_process_set_cpu_affinity(process, NULL, 0), 0);
    REQUIRE(sched_getaffinity(pid, sizeof now, &now) == 0);
    CHECK(CPU_COUNT(&now) >= CPU_COUNT(&own));
    CHECK_INT(psutil_process_set_cpu_affinity(process, (int64_t[]){-1}, 1), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_cpu_affinity(process, (int64_t[]){16000}, 1), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_cpu_affinity(process, (int64_t[]){INT64_MAX}, 1), PSUTIL_EINVAL);
    psutil_process_close(process);
    end_child(pid);
}

TEST(limits)
{
    pid_t pid = start(NULL, NULL);
    psutil_process *process = process_of(pid);
    psutil_prlimit limit;
    struct rlimit real;
    CHECK_INT(psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, 10, 20), 0);
    REQUIRE(prlimit(pid, RLIMIT_CORE, NULL, &real) == 0);
    CHECK(real.rlim_cur == 10 && real.rlim_max == 20);
    CHECK_INT(psutil_process_rlimit(&limit, process, PSUTIL_RLIMIT_CORE), 0);
    CHECK(limit.soft == 10 && limit.hard == 20);
    CHECK_INT(psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, 20, 10), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, -1, 10), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, -2, 10), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_rlimit(process, 99, 1, 1), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_rlimit(&limit, process, 16), PSUTIL_EINVAL);
    psutil_process_close(process);
    end_child(pid);
}

TEST(what_has_ended_is_gone_for_every_call)
{
    pid_t pid = start(NULL, NULL);
    psutil_process *process = process_of(pid);
    psutil_pionice ionice;
    psutil_int_list *cpus;
    psutil_prlimit limit;
    psutil_string_list *words;
    end_child(pid);
    CHECK_INT(psutil_process_ionice(&ionice, process), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_cpu_affinity(&cpus, process), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_rlimit(&limit, process, PSUTIL_RLIMIT_CORE), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_cmdline(&words, process), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_environ(&words, process), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_set_nice(process, 1), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_BE, 1), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, 0, 0), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_set_cpu_affinity(process, NULL, 0), PSUTIL_ESRCH);
    psutil_process_close(process);
}

int main(void)
{
    return run_with_helper();
}
