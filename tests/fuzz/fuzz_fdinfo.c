#include "fuzz.h"

#include "parse/fdinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_fdinfo info;
    ps_parse_fdinfo(data, size, &info);
    fuzz_count(info.flags);
    const char *mode = ps_fdinfo_mode(info.flags);
    fuzz_need(!mode || (mode[0] != '\0' && strlen(mode) <= 2));
    free(data);
    return 0;
}
