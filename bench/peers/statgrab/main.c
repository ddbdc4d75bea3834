/* libstatgrab. */
#include "../peer.h"

#include <statgrab.h>

/* A list that the library keeps for the thread. */
#define LIST(name, type, call)                                                                     \
    static long ask_##name(void)                                                                   \
    {                                                                                              \
        size_t len = 0;                                                                            \
        const type *all = call(&len);                                                              \
        return all ? (long)len : -1;                                                               \
    }

LIST(processes_10, sg_process_stats, sg_get_process_stats)
LIST(virtual_memory, sg_mem_stats, sg_get_mem_stats)
LIST(swap_memory, sg_swap_stats, sg_get_swap_stats)
LIST(cpu_times, sg_cpu_stats, sg_get_cpu_stats)
LIST(loadavg, sg_load_stats, sg_get_load_stats)
LIST(disk_io_counters, sg_disk_io_stats, sg_get_disk_io_stats)
LIST(net_io_counters, sg_network_io_stats, sg_get_network_io_stats)

static const struct peer_question questions[] = {
    {"processes_10", ask_processes_10},
    {"virtual_memory", ask_virtual_memory},
    {"swap_memory", ask_swap_memory},
    {"cpu_times", ask_cpu_times},
    {"loadavg", ask_loadavg},
    {"disk_io_counters", ask_disk_io_counters},
    {"net_io_counters", ask_net_io_counters},
};

int main(void)
{
    if (sg_init(1) != SG_ERROR_NONE)
        return 1;
    return peer_serve(questions, sizeof questions / sizeof *questions);
}
