#include "parse/mounts.h"

#include <string.h>

/* Exactly one blank ends this field: a device may have no name, and is an empty field then. */
static bool device_field(struct ps_cursor *c, struct ps_span *out)
{
    if (ps_cursor_done(c))
        return false;
    *out = ps_cursor_until(c, ' ');
    return true;
}

static bool next_field(struct ps_cursor *c, struct ps_span *out)
{
    *out = ps_cursor_word(c);
    return out->len > 0;
}

/* Some number of optional fields ("shared:1") ends with a lone "-". A " - " within a name cannot be
 * mistaken for it: blanks in names are escaped. */
static bool skip_optional(struct ps_cursor *c)
{
    struct ps_span field;
    while (next_field(c, &field))
        if (ps_span_equal(field, "-"))
            return true;
    return false;
}

static struct ps_span rest_of(const struct ps_cursor *c)
{
    return (struct ps_span){c->at, (size_t)(c->end - c->at)};
}

/* 36 35 98:0 /root /mountpoint rw,noatime shared:1 - ext3 /dev/sda1 rw,errors=continue */
bool ps_parse_mountinfo_line(struct ps_span line, struct ps_mount *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    if (!ps_cursor_skip_words(&c, 2) || !next_field(&c, &out->number) ||
        !ps_cursor_skip_words(&c, 1) || !next_field(&c, &out->mountpoint) ||
        !next_field(&c, &out->options) || !skip_optional(&c) || !next_field(&c, &out->fstype) ||
        !ps_cursor_accept(&c, ' ') || !device_field(&c, &out->device))
        return false;
    out->super_options = rest_of(&c);
    return true;
}

/* /dev/sda1 /mountpoint ext3 rw,noatime 0 0 */
bool ps_parse_mounts_line(struct ps_span line, struct ps_mount *out)
{
    struct ps_cursor c = ps_cursor_of_span(line);
    out->super_options = out->number = (struct ps_span){c.end, 0};
    return device_field(&c, &out->device) && next_field(&c, &out->mountpoint) &&
           next_field(&c, &out->fstype) && next_field(&c, &out->options);
}

/* ---- Options ----------------------------------------------------------------------------------
 */

static bool next_option(struct ps_cursor *c, struct ps_span *out)
{
    if (ps_cursor_done(c))
        return false;
    *out = ps_cursor_until(c, ',');
    return true;
}

/* Takes "rw" or "ro" when it comes first; true for "ro". */
static bool take_read_only(struct ps_cursor *c)
{
    struct ps_cursor next = *c;
    struct ps_span option;
    if (!next_option(&next, &option))
        return false;
    bool read_only = ps_span_equal(option, "ro");
    if (read_only || ps_span_equal(option, "rw"))
        *c = next;
    return read_only;
}

static size_t put(char *out, size_t at, struct ps_span text)
{
    if (text.len == 0)
        return at;
    out[at++] = ',';
    memcpy(out + at, text.data, text.len);
    return at + text.len;
}

/* The super block's own flags (fs/proc_namespace.c:show_sb_opts) precede the mount's. */
static size_t put_super_flags(char *out, size_t at, struct ps_cursor *super)
{
    static const char *const flags[] = {"sync", "dirsync", "mand", "lazytime"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct ps_cursor next = *super;
        struct ps_span option;
        if (next_option(&next, &option) && ps_span_equal(option, flags[i])) {
            at = put(out, at, option);
            *super = next;
        }
    }
    return at;
}

size_t ps_mount_options(const struct ps_mount *mount, char *out)
{
    struct ps_cursor own = ps_cursor_of_span(mount->options);
    struct ps_cursor super = ps_cursor_of_span(mount->super_options);
    bool own_read_only = take_read_only(&own);
    bool super_read_only = take_read_only(&super);
    memcpy(out, own_read_only || super_read_only ? "ro" : "rw", 2);
    size_t len = put_super_flags(out, 2, &super);
    len = put(out, len, rest_of(&own));
    return put(out, len, rest_of(&super));
}

/* Bits that have a name, in the order of fs/proc_namespace.c. include/uapi/linux/mount.h has those
 * of mounts, include/linux/fs.h those of super blocks. */
struct flag {
    uint64_t bits, value;
    const char *name;
};

static const struct flag super_flags[] = {
    {0x10, 0x10, "sync"}, {0x80, 0x80, "dirsync"}, {0x2000000, 0x2000000, "lazytime"}};

/* Three of the bits are a number: 0 is "relatime". */
static const struct flag mount_flags[] = {{0x2, 0x2, "nosuid"},
                                          {0x4, 0x4, "nodev"},
                                          {0x8, 0x8, "noexec"},
                                          {0x70, 0x10, "noatime"},
                                          {0x80, 0x80, "nodiratime"},
                                          {0x70, 0, "relatime"},
                                          {0x200000, 0x200000, "nosymfollow"},
                                          {0x100000, 0x100000, "idmapped"}};

static size_t put_flags(char *out, size_t at, const struct flag *flags, size_t len, uint64_t set)
{
    for (size_t i = 0; i < len; i++)
        if ((set & flags[i].bits) == flags[i].value)
            at = put(out, at, (struct ps_span){flags[i].name, strlen(flags[i].name)});
    return at;
}

/* SELinux has a word of its own before those of the mount. */
size_t ps_mount_options_of_flags(uint64_t mount, uint32_t super, struct ps_span own, char *out)
{
    struct ps_cursor rest = ps_cursor_of_span(own), next = rest;
    struct ps_span option;
    memcpy(out, (mount | super) & 1 ? "ro" : "rw", 2);
    size_t len = put_flags(out, 2, super_flags, sizeof super_flags / sizeof *super_flags, super);
    if (next_option(&next, &option) && ps_span_equal(option, "seclabel")) {
        len = put(out, len, option);
        rest = next;
    }
    len = put_flags(out, len, mount_flags, sizeof mount_flags / sizeof *mount_flags, mount);
    return put(out, len, rest_of(&rest));
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* fs/seq_file.c:mangle_path writes three octal digits. */
size_t ps_mount_unescape(char *data, size_t len)
{
    const char *first = len > 0 ? memchr(data, '\\', len) : NULL;
    if (!first)
        return len;
    size_t to = (size_t)(first - data);
    for (size_t at = to; at < len; to++) {
        const char *c = data + at;
        if (*c == '\\' && len - at >= 4 && c[1] <= '3' && is_octal(c[1]) && is_octal(c[2]) &&
            is_octal(c[3])) {
            data[to] = (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0'));
            at += 4;
        } else {
            data[to] = *c;
            at++;
        }
    }
    return to;
}

bool ps_parse_filesystems_line(struct ps_span line, struct ps_span *fstype)
{
    if (ps_span_starts(line, "nodev"))
        return false;
    *fstype = ps_span_trim(line);
    return fstype->len > 0;
}

/* The last one counts (init/do_mounts.c: each root= replaces the one before). */
struct ps_span ps_parse_cmdline_root(const char *data, size_t len)
{
    struct ps_cursor c = ps_cursor_of(data, len);
    struct ps_span root = {data, 0};
    for (struct ps_span word; (word = ps_cursor_word(&c)).len > 0;)
        if (ps_span_starts(word, "root="))
            root = (struct ps_span){word.data + 5, word.len - 5};
    return root;
}
