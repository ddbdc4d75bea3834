#include "fuzz.h"

#include "parse/diskstats.h"

static void check(const struct ps_diskstat *stat)
{
    fuzz_counts(&stat->reads, 9);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    struct ps_span line, before = {data, 0};
    struct ps_diskstat stat;
    if (ps_parse_block_stat(data, size, &stat))
        check(&stat);
    while (ps_cursor_line(&c, &line)) {
        ps_disk_kind(line);
        if (!ps_parse_diskstats_line(line, &stat))
            continue;
        check(&stat);
        fuzz_need(stat.name.len > 0);
        fuzz_inside(stat.name, data, size);
        fuzz_need(!ps_disk_is_part(stat.name, stat.name));
        fuzz_need(!ps_disk_is_part(stat.name, before) || stat.name.len > before.len);
        ps_disk_kind(stat.name);
        before = stat.name;
    }
    free(data);
    return 0;
}
