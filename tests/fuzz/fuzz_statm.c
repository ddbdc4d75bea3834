#include "fuzz.h"

#include "parse/statm.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_statm statm;
    if (ps_parse_statm(data, size, &statm))
        fuzz_counts(&statm.size, 7);
    free(data);
    return 0;
}
