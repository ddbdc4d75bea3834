#include "fuzz.h"

#include "parse/proc_stat.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_proc_stat stat;
    if (ps_parse_proc_stat(data, size, &stat)) {
        fuzz_inside(stat.comm, data, size);
        fuzz_need(stat.starttime != PSUTIL_UNKNOWN && stat.ppid != PSUTIL_UNKNOWN);
    }
    free(data);
    return 0;
}
