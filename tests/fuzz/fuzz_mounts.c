#include "fuzz.h"

#include "parse/mounts.h"

static void check(const struct ps_mount *mount, struct ps_span line)
{
    const struct ps_span spans[] = {mount->device,  mount->mountpoint,    mount->fstype,
                                    mount->options, mount->super_options, mount->number};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        fuzz_inside(spans[i], line.data, line.len);
    size_t room = mount->options.len + mount->super_options.len + 4;
    char *options = malloc(room);
    if (!options)
        abort();
    size_t len = ps_mount_options(mount, options);
    fuzz_need(len <= room);
    fuzz_need(ps_mount_unescape(options, len) <= len);
    free(options);
}

/* Flags are the first bytes of the input. */
static void check_flags(const char *data, size_t size)
{
    uint64_t flags[2] = {0};
    memcpy(flags, data, size < sizeof flags ? size : sizeof flags);
    char *options = malloc(size + PS_MOUNT_FLAGS);
    if (!options)
        abort();
    struct ps_span own = {data, size};
    size_t len = ps_mount_options_of_flags(flags[0], (uint32_t)flags[1], own, options);
    fuzz_need(len >= 2 && len <= size + PS_MOUNT_FLAGS);
    free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cursor c = ps_cursor_of(data, size);
    struct ps_span line, type;
    struct ps_mount mount;
    while (ps_cursor_line(&c, &line)) {
        if (ps_parse_mountinfo_line(line, &mount))
            check(&mount, line);
        if (ps_parse_mounts_line(line, &mount))
            check(&mount, line);
        if (ps_parse_filesystems_line(line, &type))
            fuzz_inside(type, line.data, line.len);
    }
    fuzz_inside(ps_parse_cmdline_root(data, size), data, size);
    check_flags(data, size);
    fuzz_need(ps_mount_unescape(data, size) <= size);
    free(data);
    return 0;
}
