/* A platform without a port: the library opens, and every function says that it is not supported
 * there, in words, instead of making figures up. */
#include "../test.h"

#include <psutil.h>

static psutil *ctx;

static void check_refusal(int rc, const char *function)
{
    psutil_error error = {0};
    char line[512] = "";
    if (rc != PSUTIL_ENOTSUP)
        printf("# %s answers %d\n", function, rc);
    CHECK_INT(rc, PSUTIL_ENOTSUP);
    CHECK(psutil_error_detail(&error, ctx));
    CHECK_INT(error.code, PSUTIL_ENOTSUP);
    CHECK(psutil_error_format(line, sizeof line, &error) > 0);
    CHECK(strncmp(line, "NotSupported", strlen("NotSupported")) == 0);
}

#define CHECK_REFUSED(call) check_refusal(call, #call)

TEST(knows_what_it_is)
{
    CHECK_INT(psutil_platform(), 0);
    CHECK_INT(psutil_process_fields(), 0);
    CHECK_STRING(psutil_version(), PSUTIL_VERSION);
}

TEST(cpu)
{
    psutil_scputimes times;
    psutil_scputimes_list *percpu;
    psutil_cpu_sampler *sampler;
    psutil_scpustats stats;
    psutil_scpufreq freq;
    int64_t count;
    double load[3];
    CHECK_REFUSED(psutil_cpu_times(&times, ctx));
    CHECK_REFUSED(psutil_cpu_times_percpu(&percpu, ctx));
    CHECK_REFUSED(psutil_cpu_sampler_open(&sampler, ctx));
    CHECK_REFUSED(psutil_cpu_count(&count, ctx, true));
    CHECK_REFUSED(psutil_cpu_stats(&stats, ctx));
    CHECK_REFUSED(psutil_cpu_freq(&freq, ctx));
    CHECK_REFUSED(psutil_getloadavg(load, ctx));
}

TEST(memory)
{
    psutil_svmem memory;
    psutil_sswap swap;
    psutil_pheap heap;
    CHECK_REFUSED(psutil_virtual_memory(&memory, ctx));
    CHECK_REFUSED(psutil_swap_memory(&swap, ctx));
    CHECK_REFUSED(psutil_heap_info(&heap, ctx));
    CHECK_REFUSED(psutil_heap_trim(ctx));
}

TEST(disks_and_network)
{
    psutil_sdiskpart_list *parts;
    psutil_sdiskusage usage;
    psutil_sdiskio disk;
    psutil_sdiskio_list *disks;
    psutil_snetio net;
    psutil_snetio_list *nets;
    psutil_sconn_list *connections;
    psutil_snicaddr_list *addresses;
    psutil_snicstats_list *stats;
    CHECK_REFUSED(psutil_disk_partitions(&parts, ctx, true));
    CHECK_REFUSED(psutil_disk_usage(&usage, ctx, "/", -1));
    CHECK_REFUSED(psutil_disk_io_counters(&disk, ctx, NULL));
    CHECK_REFUSED(psutil_disk_io_counters_perdisk(&disks, ctx, NULL));
    CHECK_REFUSED(psutil_net_io_counters(&net, ctx, NULL));
    CHECK_REFUSED(psutil_net_io_counters_pernic(&nets, ctx, NULL));
    CHECK_REFUSED(psutil_net_connections(&connections, ctx, psutil_conn_kind_find("inet")));
    CHECK_REFUSED(psutil_net_if_addrs(&addresses, ctx));
    CHECK_REFUSED(psutil_net_if_stats(&stats, ctx));
}

TEST(sensors_and_system)
{
    psutil_shwtemp_list *temperatures;
    psutil_sfan_list *fans;
    psutil_sbattery battery;
    double boot;
    psutil_suser_list *users;
    psutil_int_list *pids;
    bool exists;
    CHECK_REFUSED(psutil_sensors_temperatures(&temperatures, ctx));
    CHECK_REFUSED(psutil_sensors_fans(&fans, ctx));
    CHECK_REFUSED(psutil_sensors_battery(&battery, ctx));
    CHECK_REFUSED(psutil_boot_time(&boot, ctx));
    CHECK_REFUSED(psutil_users(&users, ctx));
    CHECK_REFUSED(psutil_pids(&pids, ctx));
    CHECK_REFUSED(psutil_pid_exists(&exists, ctx, 1));
}

TEST(processes)
{
    psutil_process *process;
    psutil_table *table;
    CHECK_REFUSED(psutil_process_open(&process, ctx, 1));
    REQUIRE(psutil_table_open(&table, ctx, PSUTIL_FIELD(NAME)) == 0);
    CHECK_REFUSED(psutil_table_refresh(table));
    psutil_table_close(table);
}

int main(void)
{
    if (psutil_open(&ctx, NULL) != 0)
        return 1;
    int status = run_tests();
    psutil_close(ctx);
    return status;
}
