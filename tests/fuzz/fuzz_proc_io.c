#include "fuzz.h"

#include "parse/proc_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_proc_io io;
    bool any = ps_parse_proc_io(data, size, &io);
    fuzz_counts(&io.rchar, 6);
    fuzz_need(any == (io.rchar >= 0 || io.wchar >= 0 || io.syscr >= 0 || io.syscw >= 0 ||
                      io.read_bytes >= 0 || io.write_bytes >= 0));
    free(data);
    return 0;
}
