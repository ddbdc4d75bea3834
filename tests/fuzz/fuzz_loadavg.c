#include "fuzz.h"

#include "parse/loadavg.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    double loads[3] = {-7, -7, -7};
    if (ps_parse_loadavg(data, size, loads))
        fuzz_need(isfinite(loads[0]) && isfinite(loads[1]) && isfinite(loads[2]));
    else
        fuzz_need(loads[0] == -7 && loads[1] == -7 && loads[2] == -7);
    free(data);
    return 0;
}
