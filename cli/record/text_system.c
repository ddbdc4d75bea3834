/* Files of the whole system: processors, disks, mounts. */
#include "addresses.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- cpuinfo ----------------------------------------------------------------------------------
 */

/* These may be copied; of others, such as "Serial", only their shape. */
static bool is_public_key(struct span key)
{
    static const char *const keys[] = {
        "processor",       "cpu number",     "physical id", "core id",    "cpu MHz",
        "cpu MHz dynamic", "cpu MHz static", "clock",       "siblings",   "cpu cores",
        "vendor_id",       "cpu family",     "model",       "model name", "stepping",
        "bogomips",        "BogoMIPS",       "cpu",         NULL};
    for (const char *const *known = keys; *known; known++)
        if (span_is(key, *known))
            return true;
    return false;
}

static void put_masked(struct buffer *out, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];
        char masked = isdigit(c) ? '0' : isalpha(c) || c >= 0x80 ? 'x' : (char)c;
        buffer_add(out, &masked, 1);
    }
}

/* "processor 3", as s390 has it. */
static bool is_numbered_processor(struct span key)
{
    static const char processor[] = "processor ";
    const size_t len = sizeof processor - 1;
    return span_begins(key, processor) &&
           span_all((struct span){key.data + len, key.len - len}, SPAN_DIGITS);
}

static void put_cpu_line(struct names *names, struct buffer *out, struct span line)
{
    const char *colon = line.len > 0 ? memchr(line.data, ':', line.len) : NULL;
    struct span whole = {line.data, colon ? (size_t)(colon - line.data) : line.len};
    struct span value = {line.data + whole.len, line.len - whole.len};
    struct span key = whole;
    while (key.len > 0 && isspace((unsigned char)key.data[key.len - 1]))
        key.len--;
    bool is_public = is_public_key(key);
    if (is_public || is_numbered_processor(key))
        span_put(out, whole);
    else
        names_text(names, out, whole.data, whole.len);
    if (is_public)
        span_put(out, value);
    else
        put_masked(out, value);
}

void text_cpuinfo(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        put_cpu_line(names, out, line);
        buffer_add_repeat(out, '\n', ended);
    }
}

/* ---- The kernel's command line ----------------------------------------------------------------
 */

/* Of all of it only what the root is. */
void text_boot_line(struct names *names, struct buffer *out, const char *data, size_t len)
{
    static const char root[] = "root=", device[] = "/dev/";
    while (len > 0 && data[len - 1] == '\n')
        len--;
    for (struct span rest = {data, len}; rest.len > 0;) {
        span_blanks(&rest);
        struct span word = span_word(&rest);
        if (!span_begins(word, root))
            continue;
        word.data += sizeof root - 1;
        word.len -= sizeof root - 1;
        if (!span_begins(word, device))
            continue;
        buffer_add_text(out, root);
        names_path(names, out, word.data, word.len, NAME_FILE);
        buffer_add_text(out, "\n");
    }
}

/* ---- diskstats --------------------------------------------------------------------------------
 */

void text_diskstats(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        for (int field = 1; line.len > 0; field++) {
            span_put(out, span_blanks(&line));
            struct span word = span_word(&line);
            if (field == 3)
                names_disk(names, out, word.data, word.len);
            else
                span_put_if(names, out, word, SPAN_DIGITS "-");
        }
        buffer_add_repeat(out, '\n', ended);
    }
}

/* ---- Mounts -----------------------------------------------------------------------------------
 */

static bool is_octal(struct span text)
{
    return text.len >= 4 && text.data[0] == '\\' &&
           span_all((struct span){text.data + 1, 3}, "01234567");
}

/* Blanks, newlines and backslashes are written in octal (fs/proc_namespace.c:mangle), commas too.
 */
static void unescape(struct buffer *out, struct span text)
{
    for (; text.len > 0; text.data++, text.len--) {
        char c = *text.data;
        if (is_octal(text)) {
            c = (char)((text.data[1] - '0') * 64 + (text.data[2] - '0') * 8 + text.data[3] - '0');
            text.data += 3;
            text.len -= 3;
        }
        buffer_add(out, &c, 1);
    }
}

static void escape(struct buffer *out, const struct buffer *plain)
{
    for (size_t i = 0; i < plain->len; i++) {
        unsigned char c = (unsigned char)plain->data[i];
        if (c <= ' ' || c == '\\' || c == '#' || c == ',')
            buffer_addf(out, "\\%03o", c);
        else
            buffer_add(out, plain->data + i, 1);
    }
}

/* What a file system is on: a path, a type's own name, or a server's. */
static void put_source(struct names *names, struct buffer *out, struct span plain,
                       struct span fstype)
{
    bool is_type = (plain.len == fstype.len && memcmp(plain.data, fstype.data, plain.len) == 0) ||
                   span_is(plain, "none") || span_is(plain, "rootfs") || span_is(plain, "udev");
    if (is_type && span_all(plain, SPAN_LOWER "-+"))
        span_put(out, plain);
    else
        names_path(names, out, plain.data, plain.len, NAME_FILE);
}

static void put_path(struct names *names, struct buffer *out, struct span escaped,
                     const struct span *fstype)
{
    struct buffer plain = {0}, changed = {0};
    unescape(&plain, escaped);
    if (fstype)
        put_source(names, &changed, (struct span){plain.data, plain.len}, *fstype);
    else
        names_path(names, &changed, plain.data, plain.len, NAME_FILE);
    escape(out, &changed);
    buffer_free(&plain);
    buffer_free(&changed);
}

/* "fuse.sshfs": what is behind the dot is the name of a program. */
static void put_fstype(struct names *names, struct buffer *out, struct span fstype)
{
    const char *dot = memchr(fstype.data, '.', fstype.len);
    size_t kept = dot && !names->keep ? (size_t)(dot - fstype.data) : fstype.len;
    span_put_if(names, out, (struct span){fstype.data, kept}, SPAN_LOWER "-+.");
    names_text(names, out, fstype.data + kept, fstype.len - kept);
}

/* Of a mount: flags that tell nothing but themselves. */
static const char *const public_options[] = {"rw",
                                             "ro",
                                             "nosuid",
                                             "nodev",
                                             "noexec",
                                             "relatime",
                                             "noatime",
                                             "nodiratime",
                                             "strictatime",
                                             "lazytime",
                                             "sync",
                                             "dirsync",
                                             "mand",
                                             "nosymfollow",
                                             "acl",
                                             "noacl",
                                             "user_xattr",
                                             "nouser_xattr",
                                             "discard",
                                             "nodiscard",
                                             "inode32",
                                             "inode64",
                                             "seclabel",
                                             "ssd",
                                             "nossd",
                                             "space_cache",
                                             "nouuid",
                                             "noquota",
                                             "usrquota",
                                             "grpquota",
                                             "prjquota",
                                             "hard",
                                             "soft",
                                             "nolock",
                                             "lock",
                                             "noresvport",
                                             "nobarrier",
                                             "barrier",
                                             "delalloc",
                                             "nodelalloc",
                                             "attr2",
                                             "xattr",
                                             "noxattr",
                                             "posixacl",
                                             "casesensitive",
                                             "nsdelegate",
                                             "memory_recursiveprot",
                                             "memory_hugetlb_accounting",
                                             "allow_other",
                                             "default_permissions",
                                             "index",
                                             "metacopy",
                                             "volatile",
                                             "utf8",
                                             "shortname",
                                             "quiet",
                                             "intr",
                                             "nointr",
                                             "nocto",
                                             "noac",
                                             "noacl",
                                             "serverino",
                                             "mapposix",
                                             "forceuid",
                                             "forcegid",
                                             "showexec",
                                             "noswap",
                                             "blkio",
                                             "cpu",
                                             "cpuacct",
                                             "cpuset",
                                             "devices",
                                             "freezer",
                                             "memory",
                                             "pids",
                                             "hugetlb",
                                             "perf_event",
                                             "net_cls",
                                             "net_prio",
                                             "rdma",
                                             "misc",
                                             "userxattr",
                                             "nonumtail",
                                             NULL};

static bool is_public_option(struct span option)
{
    for (const char *const *known = public_options; *known; known++)
        if (span_is(option, *known))
            return true;
    return false;
}

static bool is_public_value(struct span value)
{
    static const char *const values[] = {
        "continue", "remount-ro", "panic", "ordered", "writeback", "journal", "on",
        "off",      "auto",       "tcp",   "udp",     "rdma",      "tcp6",    "udp6",
        "sys",      "none",       "mixed", "ascii",   "utf8",      "always",  "never",
        "lz4",      "lzo",        "zstd",  "zlib",    "v2",        "nofail",  NULL};
    for (const char *const *known = values; *known; known++)
        if (span_is(value, *known))
            return true;
    struct span number = value;
    if (number.len > 1 && memchr("kKmMgG%", number.data[number.len - 1], 7))
        number.len--;
    return span_all(number, "0123456789") || (value.len <= 4 && span_all(value, "0123456789."));
}

/* key=value, where only figures and well-known words stay. */
static void put_option(struct names *names, struct buffer *out, struct span option)
{
    const char *equals = memchr(option.data, '=', option.len);
    struct span key = {option.data, equals ? (size_t)(equals - option.data) : option.len};
    if (!equals) {
        if (is_public_option(key))
            span_put(out, key);
        else
            put_path(names, out, key, NULL);
        return;
    }
    struct span value = {equals + 1, option.len - key.len - 1};
    if (span_all(key, "abcdefghijklmnopqrstuvwxyz0123456789_") && key.len <= 24)
        span_put(out, key);
    else
        put_path(names, out, key, NULL);
    buffer_add_text(out, "=");
    if (is_public_value(value))
        span_put(out, value);
    else
        put_path(names, out, value, NULL);
}

static void put_options(struct names *names, struct buffer *out, struct span options)
{
    while (options.len > 0) {
        const char *comma = memchr(options.data, ',', options.len);
        struct span option = {options.data, comma ? (size_t)(comma - options.data) : options.len};
        put_option(names, out, option);
        if (comma)
            buffer_add_text(out, ",");
        options.data += option.len + (comma != NULL);
        options.len -= option.len + (comma != NULL);
    }
}

/* "shared:1" */
static void put_tag(struct names *names, struct buffer *out, struct span tag)
{
    const char *colon = memchr(tag.data, ':', tag.len);
    struct span key = {tag.data, colon ? (size_t)(colon + 1 - tag.data) : tag.len};
    bool is_known = span_is(key, "shared:") || span_is(key, "master:") ||
                    span_is(key, "propagate_from:") || span_is(key, "unbindable");
    size_t kept = is_known ? key.len : 0;
    buffer_add(out, tag.data, kept);
    span_put_if(names, out, (struct span){tag.data + kept, tag.len - kept}, SPAN_DIGITS);
}

/* The type of a mountinfo line, which stands behind its only "-". */
static struct span type_of(struct span line)
{
    while (line.len > 0) {
        span_blanks(&line);
        if (!span_is(span_word(&line), "-"))
            continue;
        span_blanks(&line);
        return span_word(&line);
    }
    return (struct span){"", 0};
}

/* id parent major:minor root mountpoint options tag... - type source options */
static void put_mountinfo_line(struct names *names, struct buffer *out, struct span line)
{
    struct span fstype = type_of(line);
    int behind = 0;
    for (int field = 1; line.len > 0; field++) {
        span_put(out, span_blanks(&line));
        struct span word = span_word(&line);
        behind += behind > 0 || (field > 6 && span_is(word, "-"));
        if (behind == 1)
            span_put(out, word);
        else if (behind == 2)
            put_fstype(names, out, word);
        else if (behind == 3)
            put_path(names, out, word, &fstype);
        else if (behind > 3 || field == 6)
            put_options(names, out, word);
        else if (field <= 3 && span_all(word, "0123456789:"))
            span_put(out, word);
        else if (field == 4 || field == 5)
            put_path(names, out, word, NULL);
        else
            put_tag(names, out, word);
    }
}

/* source mountpoint type options 0 0 */
static void put_mounts_line(struct names *names, struct buffer *out, struct span line)
{
    struct span after = line, fstype = {"", 0};
    for (int field = 1; field <= 3; field++) {
        span_blanks(&after);
        fstype = span_word(&after);
    }
    for (int field = 1; line.len > 0; field++) {
        span_put(out, span_blanks(&line));
        struct span word = span_word(&line);
        if (field == 3)
            put_fstype(names, out, word);
        else if (field == 4)
            put_options(names, out, word);
        else if (field > 4 && span_all(word, "0123456789"))
            span_put(out, word);
        else
            put_path(names, out, word, field == 1 ? &fstype : NULL);
    }
}

static void each_line(struct names *names, struct buffer *out, struct span rest,
                      void (*put)(struct names *, struct buffer *, struct span))
{
    struct span line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        put(names, out, line);
        buffer_add_repeat(out, '\n', ended);
    }
}

void text_mountinfo(struct names *names, struct buffer *out, const char *data, size_t len)
{
    each_line(names, out, (struct span){data, len}, put_mountinfo_line);
}

void text_mounts(struct names *names, struct buffer *out, const char *data, size_t len)
{
    each_line(names, out, (struct span){data, len}, put_mounts_line);
}
