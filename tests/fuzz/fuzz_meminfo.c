#include "fuzz.h"

#include "parse/meminfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_meminfo info;
    int64_t in, out, cache, floor;
    ps_parse_meminfo(data, size, &info);
    fuzz_counts(&info.total, 14);
    ps_parse_vmstat_swap(data, size, &in, &out);
    fuzz_count(in);
    fuzz_count(out);
    if (ps_parse_arcstats(data, size, &cache, &floor))
        fuzz_need(cache >= 0 && floor >= 0);
    fuzz_need(ps_parse_zoneinfo_low(data, size) >= 0);
    free(data);
    return 0;
}
