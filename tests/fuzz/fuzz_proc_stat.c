#include "fuzz.h"

#include "parse/proc_stat.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_proc_stat stat, part;
    if (ps_parse_proc_stat(data, size, PS_STAT_ALL, &stat)) {
        fuzz_inside(stat.comm, data, size);
        fuzz_need(stat.starttime != PSUTIL_UNKNOWN && stat.ppid != PSUTIL_UNKNOWN);
        fuzz_need(ps_parse_proc_stat(data, size, PS_STAT_FLAGS, &part));
        fuzz_need(part.ppid == stat.ppid && part.flags == stat.flags);
    }
    free(data);
    return 0;
}
