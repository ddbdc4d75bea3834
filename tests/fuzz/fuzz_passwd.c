#include "fuzz.h"

#include "parse/passwd.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const int64_t uids[] = {0, 1, 1000, 65534, 4294967294, -1};
    char *data = fuzz_copy(bytes, size);
    for (size_t i = 0; i < sizeof uids / sizeof *uids; i++) {
        struct ps_span name;
        if (ps_parse_passwd_name(data, size, uids[i], &name))
            fuzz_inside(name, data, size);
    }
    free(data);
    return 0;
}
