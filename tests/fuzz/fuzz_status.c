#include "fuzz.h"

#include "parse/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_status status;
    struct ps_span list;
    for (int part = PS_STATUS_OWNER; part <= PS_STATUS_ALL; part++) {
        ps_parse_status(data, size, (enum ps_status_part)part, &status);
        fuzz_counts(&status.tgid, sizeof status / sizeof(int64_t));
    }
    if (ps_parse_status_cpus(data, size, &list))
        fuzz_inside(list, data, size);
    free(data);
    return 0;
}
