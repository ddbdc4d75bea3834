#include "fuzz.h"

#include "parse/stat.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_stat_cpu cpu;
    struct ps_stat_counts counts;
    int64_t btime;
    while (ps_stat_next_cpu(&c, &cpu)) {
        fuzz_need(cpu.number >= PS_STAT_ALL_CPUS);
        fuzz_need(cpu.ticks[PS_STAT_USER] >= 0);
        fuzz_counts(cpu.ticks, PS_STAT_COLUMNS);
        fuzz_moves(&c, &at);
    }
    ps_parse_stat_counts(data, size, &counts);
    fuzz_counts(&counts.ctxt, 3);
    ps_parse_stat_btime(data, size, &btime);
    if (ps_stat_has_counts(data, size))
        fuzz_need(counts.ctxt >= 0 && counts.intr >= 0 && counts.softirq >= 0);
    ps_stat_has_total(data, size);
    ps_stat_has_cpus(data, size);
    free(data);
    return 0;
}
