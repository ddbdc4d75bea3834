#include "fuzz.h"

#include "parse/logind.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_logind_session session;
    if (ps_parse_logind_session(data, size, &session)) {
        fuzz_need(session.user.len > 0);
        fuzz_inside(session.user, data, size);
        fuzz_inside(session.tty, data, size);
        fuzz_inside(session.display, data, size);
        fuzz_inside(session.remote_host, data, size);
        fuzz_count(session.leader);
        fuzz_count(session.since);
    }
    free(data);
    return 0;
}
