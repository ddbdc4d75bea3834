/* Our own library. PID [--no-bpf] */
#include "../../bench.h"
#include "../peer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static psutil *ctx;
static psutil_process *process;

static long ask_table(psutil_table **table, psutil_fields fields)
{
    if (!*table && psutil_table_open(table, ctx, fields) != 0)
        return -1;
    return psutil_table_refresh(*table) == 0 ? (long)psutil_table_len(*table) : -1;
}

static long ask_processes_10(void)
{
    static psutil_table *table;
    return ask_table(&table, TABLE_TEN_FIELDS);
}

static long ask_processes_18(void)
{
    static psutil_table *table;
    return ask_table(&table, TABLE_EIGHTEEN_FIELDS);
}

/* Items with a list's length before them; the list is freed. */
#define LIST(name, type, call)                                                                     \
    static long ask_##name(void)                                                                   \
    {                                                                                              \
        type *list;                                                                                \
        if ((call) != 0)                                                                           \
            return -1;                                                                             \
        long len = (long)list->len;                                                                \
        psutil_free(list);                                                                         \
        return len;                                                                                \
    }
#define VALUE(name, type, call)                                                                    \
    static long ask_##name(void)                                                                   \
    {                                                                                              \
        type out;                                                                                  \
        return (call) == 0 ? 1 : -1;                                                               \
    }

LIST(sockets, psutil_sconn_list, psutil_net_connections(&list, ctx, PSUTIL_KIND_TCP))
LIST(pids, psutil_int_list, psutil_pids(&list, ctx))
LIST(cpu_times_percpu, psutil_scputimes_list, psutil_cpu_times_percpu(&list, ctx))
LIST(disk_io_counters, psutil_sdiskio_list, psutil_disk_io_counters_perdisk(&list, ctx, NULL))
LIST(net_io_counters, psutil_snetio_list, psutil_net_io_counters_pernic(&list, ctx, NULL))
LIST(net_if_addrs, psutil_snicaddr_list, psutil_net_if_addrs(&list, ctx))
LIST(disk_partitions, psutil_sdiskpart_list, psutil_disk_partitions(&list, ctx, true))
VALUE(virtual_memory, psutil_svmem, psutil_virtual_memory(&out, ctx))
VALUE(swap_memory, psutil_sswap, psutil_swap_memory(&out, ctx))
VALUE(cpu_times, psutil_scputimes, psutil_cpu_times(&out, ctx))
VALUE(process_memory, psutil_pmem, psutil_process_memory_info(&out, process))
VALUE(process_cpu_times, psutil_pcputimes, psutil_process_cpu_times(&out, process))
LIST(process_cmdline, psutil_string_list, psutil_process_cmdline(&list, process))

static long ask_loadavg(void)
{
    double loads[3];
    return psutil_getloadavg(loads, ctx) == 0 ? 3 : -1;
}

/* Whether the fast lane is in use: what keeps programs in the kernel is a descriptor of this
 * process's. */
static long ask_lane(void)
{
    for (int fd = 0; fd < 1024; fd++) {
        char path[64], target[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(path, target, sizeof target - 1);
        if (len > 0 && (target[len] = '\0', strstr(target, "bpf")))
            return 1;
    }
    return 0;
}

#define QUESTION(name)                                                                             \
    {                                                                                              \
#name, ask_##name                                                                          \
    }

static const struct peer_question questions[] = {
    QUESTION(processes_10),
    QUESTION(processes_18),
    QUESTION(sockets),
    QUESTION(pids),
    QUESTION(cpu_times_percpu),
    QUESTION(disk_io_counters),
    QUESTION(net_io_counters),
    QUESTION(net_if_addrs),
    QUESTION(disk_partitions),
    QUESTION(virtual_memory),
    QUESTION(swap_memory),
    QUESTION(cpu_times),
    QUESTION(process_memory),
    QUESTION(process_cpu_times),
    QUESTION(loadavg),
    QUESTION(process_cmdline),
    QUESTION(lane),
};

int main(int argc, char **argv)
{
    unsigned flags = argc > 2 && strcmp(argv[2], "--no-bpf") == 0 ? PSUTIL_OPEN_NO_BPF : 0;
    if (argc < 2 || psutil_open(&ctx, &(psutil_options){.flags = flags}) != 0 ||
        psutil_process_open(&process, ctx, atoi(argv[1])) != 0)
        return 1;
    return peer_serve(questions, sizeof questions / sizeof *questions);
}
