/* procps' own library, libproc2. PID */
#include "../peer.h"

#include <libproc2/diskstats.h>
#include <libproc2/meminfo.h>
#include <libproc2/misc.h>
#include <libproc2/pids.h>
#include <libproc2/stat.h>
#include <stdlib.h>

#define LEN(array) ((int)(sizeof(array) / sizeof *(array)))

static unsigned subject;

static long ask_all(struct pids_info **info, enum pids_item *items, int len)
{
    if (!*info && procps_pids_new(info, items, len) < 0)
        return -1;
    struct pids_fetch *all = procps_pids_reap(*info, PIDS_FETCH_TASKS_ONLY);
    return all ? all->counts->total : -1;
}

static long ask_one(struct pids_info **info, enum pids_item *items, int len)
{
    if (!*info && procps_pids_new(info, items, len) < 0)
        return -1;
    struct pids_fetch *all = procps_pids_select(*info, &subject, 1, PIDS_SELECT_PID);
    return all ? all->counts->total : -1;
}

/* uids are three items of one file. */
#define TEN                                                                                        \
    PIDS_ID_PID, PIDS_ID_PPID, PIDS_CMD, PIDS_STATE, PIDS_TIME_START, PIDS_TICS_USER,              \
        PIDS_TICS_SYSTEM, PIDS_NLWP, PIDS_MEM_RES, PIDS_MEM_VIRT, PIDS_ID_RUID, PIDS_ID_EUID,      \
        PIDS_ID_SUID, PIDS_CMDLINE_V

static long ask_processes_10(void)
{
    static struct pids_info *info;
    static enum pids_item items[] = {TEN};
    return ask_all(&info, items, LEN(items));
}

static long ask_processes_18(void)
{
    static struct pids_info *info;
    static enum pids_item items[] = {TEN,
                                     PIDS_EXE,
                                     PIDS_ID_EUSER,
                                     PIDS_NICE,
                                     PIDS_UTILIZATION,
                                     PIDS_IO_READ_BYTES,
                                     PIDS_IO_WRITE_BYTES,
                                     PIDS_IO_READ_OPS,
                                     PIDS_IO_WRITE_OPS};
    return ask_all(&info, items, LEN(items));
}

static long ask_process_memory(void)
{
    static struct pids_info *info;
    static enum pids_item items[] = {PIDS_MEM_RES, PIDS_MEM_VIRT, PIDS_MEM_SHR, PIDS_MEM_CODE,
                                     PIDS_MEM_DATA};
    return ask_one(&info, items, LEN(items));
}

static long ask_process_cpu_times(void)
{
    static struct pids_info *info;
    static enum pids_item items[] = {PIDS_TICS_USER, PIDS_TICS_SYSTEM, PIDS_TICS_USER_C,
                                     PIDS_TICS_SYSTEM_C, PIDS_TICS_BLKIO};
    return ask_one(&info, items, LEN(items));
}

static long ask_process_cmdline(void)
{
    static struct pids_info *info;
    static enum pids_item items[] = {PIDS_CMDLINE_V};
    return ask_one(&info, items, LEN(items));
}

/* A stack is read anew each time; single items only once a second. */
static long ask_memory(struct meminfo_info **info, enum meminfo_item *items, int len)
{
    if (!*info && procps_meminfo_new(info) < 0)
        return -1;
    return procps_meminfo_select(*info, items, len) ? 1 : -1;
}

static long ask_virtual_memory(void)
{
    static struct meminfo_info *info;
    static enum meminfo_item items[] = {
        MEMINFO_MEM_TOTAL,  MEMINFO_MEM_AVAILABLE, MEMINFO_MEM_USED,    MEMINFO_MEM_FREE,
        MEMINFO_MEM_ACTIVE, MEMINFO_MEM_INACTIVE,  MEMINFO_MEM_BUFFERS, MEMINFO_MEM_CACHED,
        MEMINFO_MEM_SHARED, MEMINFO_MEM_SLAB};
    return ask_memory(&info, items, LEN(items));
}

#define TIMES                                                                                      \
    STAT_TIC_USER, STAT_TIC_NICE, STAT_TIC_SYSTEM, STAT_TIC_IDLE, STAT_TIC_IOWAIT, STAT_TIC_IRQ,   \
        STAT_TIC_SOFTIRQ, STAT_TIC_STOLEN, STAT_TIC_GUEST, STAT_TIC_GUEST_NICE

static long ask_cpu_times(void)
{
    static struct stat_info *info;
    static enum stat_item items[] = {TIMES};
    if (!info && procps_stat_new(&info) < 0)
        return -1;
    return procps_stat_select(info, items, LEN(items)) ? 1 : -1;
}

static long ask_cpu_times_percpu(void)
{
    static struct stat_info *info;
    static enum stat_item items[] = {TIMES};
    if (!info && procps_stat_new(&info) < 0)
        return -1;
    struct stat_reaped *all = procps_stat_reap(info, STAT_REAP_CPUS_ONLY, items, LEN(items));
    return all ? all->cpus->total : -1;
}

static long ask_disk_io_counters(void)
{
    static struct diskstats_info *info;
    static enum diskstats_item items[] = {
        DISKSTATS_NAME,   DISKSTATS_READS,         DISKSTATS_READ_SECTORS, DISKSTATS_READ_TIME,
        DISKSTATS_WRITES, DISKSTATS_WRITE_SECTORS, DISKSTATS_WRITE_TIME};
    if (!info && procps_diskstats_new(&info) < 0)
        return -1;
    struct diskstats_reaped *all = procps_diskstats_reap(info, items, LEN(items));
    return all ? all->total : -1;
}

static long ask_loadavg(void)
{
    double one, five, fifteen;
    return procps_loadavg(&one, &five, &fifteen) >= 0 ? 3 : -1;
}

static const struct peer_question questions[] = {
    {"processes_10", ask_processes_10},
    {"processes_18", ask_processes_18},
    {"process_memory", ask_process_memory},
    {"process_cpu_times", ask_process_cpu_times},
    {"process_cmdline", ask_process_cmdline},
    {"virtual_memory", ask_virtual_memory},
    {"cpu_times", ask_cpu_times},
    {"cpu_times_percpu", ask_cpu_times_percpu},
    {"disk_io_counters", ask_disk_io_counters},
    {"loadavg", ask_loadavg},
};

int main(int argc, char **argv)
{
    subject = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    return peer_serve(questions, sizeof questions / sizeof *questions);
}
