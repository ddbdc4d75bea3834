#include "fuzz.h"

#include "parse/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_limit limit;
    while (ps_limits_next(&c, &limit)) {
        fuzz_need(limit.resource >= PSUTIL_RLIMIT_CPU && limit.resource <= PSUTIL_RLIMIT_RTTIME);
        fuzz_need(limit.soft >= PSUTIL_RLIM_INFINITY && limit.hard >= PSUTIL_RLIM_INFINITY);
        fuzz_moves(&c, &at);
    }
    free(data);
    return 0;
}
