#include "fuzz.h"

#include "parse/utmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_utmp_reader reader = ps_utmp_begin(data, size);
    const char *at = reader.at.at;
    struct ps_utmp session;
    while (ps_utmp_next(&reader, &session)) {
        fuzz_inside(session.line, data, size);
        fuzz_inside(session.user, data, size);
        fuzz_inside(session.host, data, size);
        fuzz_moves(&reader.at, &at);
    }
    free(data);
    return 0;
}
