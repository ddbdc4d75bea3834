/* The table of all processes at a given number of them, beside the same files read without a look.
 *
 * Ten fields out of four sources: pid, ppid, name, status, create_time, cpu_times, num_threads
 * (stat), memory_info (statm), uids (status), cmdline. The bare reads open each process's folder
 * first, since without that nothing says that four files are of one process. */
#include "bare.h"
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEN_FIELDS                                                                                 \
    (PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |          \
     PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(NUM_THREADS) |             \
     PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(CMDLINE))

static psutil_table *table;

static void ours(void)
{
    psutil_table_refresh(table);
}

static void each_process(int folder, const char *name)
{
    if (name[0] < '0' || name[0] > '9')
        return;
    int dir = openat(folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return;
    bare_read(dir, "stat");
    bare_read(dir, "statm");
    bare_read(dir, "status");
    bare_read(dir, "cmdline");
    close(dir);
}

static void bare(void)
{
    bare_list(AT_FDCWD, "/proc", each_process);
}

/* Sleeps until the benchmark is gone, whatever becomes of it. */
static void sleeper(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        pause();
}

static int start_sleepers(pid_t *pids, int count)
{
    for (int i = 0; i < count; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            sleeper();
        if (pids[i] < 0)
            return i;
    }
    return count;
}

static void end_sleepers(const pid_t *pids, int count)
{
    for (int i = 0; i < count; i++)
        kill(pids[i], SIGKILL);
    for (int i = 0; i < count; i++)
        waitpid(pids[i], NULL, 0);
}

/* Resident memory of this process, in bytes. */
static double resident(void)
{
    psutil_pmem memory;
    return psutil_process_memory_info(&memory, subject.self) == 0 ? (double)memory.rss : 0;
}

bool measure_table(int count, struct measure *out, double *megabytes)
{
    pid_t *pids = calloc((size_t)count, sizeof *pids);
    int started = pids ? start_sleepers(pids, count) : 0;
    bool ok = pids && started == count;
    if (ok) {
        const struct row row = {"table", ours, bare, NULL};
        double before = resident();
        ok = psutil_table_open(&table, subject.ctx, TEN_FIELDS) == 0;
        ours();
        ours();
        *megabytes = (resident() - before) / 1e6;
        *out = measure(&row, 9, 1);
        psutil_table_close(table);
    } else {
        fprintf(stderr, "psutil-bench: only %d of %d processes could be made: %s\n", started, count,
                strerror(errno));
    }
    end_sleepers(pids, started);
    free(pids);
    return ok;
}
