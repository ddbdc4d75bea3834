#include "fuzz.h"

#include "parse/smaps.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    const char *at = c.at;
    struct ps_smaps map;
    int64_t sum = PSUTIL_UNKNOWN;
    while (ps_smaps_next(&c, &map)) {
        fuzz_inside(map.addr, data, size);
        fuzz_inside(map.perms, data, size);
        fuzz_inside(map.path, data, size);
        fuzz_counts(&map.size, 11);
        sum = ps_smaps_add(sum, map.rss);
        fuzz_count(sum);
        fuzz_moves(&c, &at);
    }
    fuzz_need(ps_smaps_unescape(data, size) <= size);
    free(data);
    return 0;
}
