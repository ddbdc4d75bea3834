#include "fuzz.h"

#include "parse/cpuinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_cpuinfo_cpu cpu;
    while (ps_cpuinfo_next(&c, &cpu)) {
        fuzz_need(cpu.number >= 0);
        fuzz_need(isnan(cpu.mhz) || isfinite(cpu.mhz));
        fuzz_moves(&c, &at);
    }
    free(data);
    return 0;
}
