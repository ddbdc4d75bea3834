#include "names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* TASK_COMM_LEN without its terminator (linux/sched.h). */
#define COMM_MAX 15

void names_free(struct names *names)
{
    map_free(&names->runs);
    map_free(&names->shapes);
    map_free(&names->words);
    map_free(&names->ends);
}

bool names_failed(const struct names *names)
{
    return names->runs.failed || names->shapes.failed || names->words.failed || names->ends.failed;
}

void names_add_user(struct names *names, const char *user, unsigned uid)
{
    char pseudonym[32];
    int len = snprintf(pseudonym, sizeof pseudonym, "user%u", uid);
    struct map_entry *entry = map_add(&names->words, user, strlen(user));
    if (entry && !entry->value)
        map_set(&names->words, entry, pseudonym, (size_t)len);
}

/* ---- Runs -------------------------------------------------------------------------------------
 */

/* A character of a name: how long, and out of how many its pseudonym is chosen. */
struct letter {
    size_t len;
    unsigned choices;
    char kind; /* 0: stays as it is */
};

/* None of the letters is a hexadecimal digit: no pseudonym can be taken for a number. */
enum { LETTERS = 20, FIRST_LETTER = 6, DIGITS = 10 };

static struct letter letter_at(const char *data, size_t len)
{
    unsigned char c = (unsigned char)*data;
    uint32_t character;
    if (c < 0x80) {
        if (c >= 'a' && c <= 'z')
            return (struct letter){1, LETTERS, 'a'};
        if (c >= 'A' && c <= 'Z')
            return (struct letter){1, LETTERS, 'A'};
        return c >= '0' && c <= '9' ? (struct letter){1, DIGITS, '0'} : (struct letter){1, 1, 0};
    }
    size_t size = text_decode(&character, data, len);
    if (size == 0)
        return (struct letter){1, 1, 'x'};
    if (text_is_harmful(character))
        return (struct letter){size, 1, 0};
    return (struct letter){size, LETTERS, (char)('0' + size + 16)};
}

/* Writes the pseudonym of a character, which has as many bytes. */
static void put_letter(char *to, struct letter letter, unsigned choice)
{
    static const char two[] = "\xc3\xa0", three[] = "\xe4\xb8\x80", four[] = "\xf0\x9f\x98\x80";
    if (letter.kind == 'a' || letter.kind == 'A') {
        *to = (char)(letter.kind + FIRST_LETTER + (int)choice);
    } else if (letter.kind == '0') {
        *to = (char)('0' + choice);
    } else if (letter.kind == 'x') {
        *to = (char)0xff; /* stands in no UTF-8 */
    } else {
        memcpy(to, letter.len == 2 ? two : letter.len == 3 ? three : four, letter.len);
        to[letter.len - 1] = (char)((unsigned char)to[letter.len - 1] + choice);
    }
}

/* The pseudonym with this number among those of one shape. What does not fit in is put in front:
 * two different runs must not become one. */
static void put_number(struct buffer *out, const char *run, size_t len, uint64_t number)
{
    char text[4096], extra[16];
    size_t starts[4096], count = 0, extras = 0;
    for (size_t at = 0; at < len; at += letter_at(run + at, len - at).len)
        starts[count++] = at;
    for (size_t i = count; i-- > 0;) {
        struct letter letter = letter_at(run + starts[i], len - starts[i]);
        put_letter(text + starts[i], letter, (unsigned)(number % letter.choices));
        number /= letter.choices;
    }
    for (; number > 0 && extras < sizeof extra; number /= LETTERS)
        extra[extras++] = (char)('a' + FIRST_LETTER + (int)(number % LETTERS));
    buffer_add(out, extra, extras);
    buffer_add(out, text, len);
}

/* What stands for a run that was not met before. */
static void invent(struct names *names, struct map_entry *entry, const char *run, size_t len)
{
    char shape[4096];
    size_t count = 0;
    for (size_t at = 0; at < len;) {
        struct letter letter = letter_at(run + at, len - at);
        shape[count++] = letter.kind;
        at += letter.len;
    }
    struct map_entry *used = map_add(&names->shapes, shape, count);
    struct buffer text = {0};
    if (!used)
        return;
    do {
        text.len = 0;
        put_number(&text, run, len, used->count++);
    } while (text.len == len && memcmp(text.data, run, len) == 0 && *run != (char)0xff);
    if (text.failed)
        names->runs.failed = true;
    else
        map_set(&names->runs, entry, text.data, text.len);
    buffer_free(&text);
}

static void put_run(struct names *names, struct buffer *out, const char *run, size_t len)
{
    struct map_entry *entry = map_add(&names->runs, run, len);
    if (entry && !entry->value)
        invent(names, entry, run, len);
    if (entry && entry->value)
        buffer_add(out, entry->value, entry->value_len);
}

void names_text(struct names *names, struct buffer *out, const char *data, size_t len)
{
    enum { RUN_MAX = 4000 };
    for (size_t at = 0; at < len;) {
        size_t start = at;
        struct letter letter = {1, 1, 'a'};
        while (at < len && at - start < RUN_MAX && (letter = letter_at(data + at, len - at)).kind)
            at += letter.len;
        if (at > start) {
            put_run(names, out, data + start, at - start);
        } else {
            buffer_add(out, data + at, letter.len);
            at += letter.len;
        }
    }
}

/* ---- Names and paths --------------------------------------------------------------------------
 */

static bool is_one_of(const char *const *words, const char *data, size_t len)
{
    for (; *words; words++)
        if (strlen(*words) == len && memcmp(*words, data, len) == 0)
            return true;
    return false;
}

/* Of every machine: they tell what a file is, and nothing about whose it is. */
static const char *const public_words[] = {
    ".",       "..",         "bin",       "boot",     "block",      "cache",   "cgroup", "class",
    "console", "cpu",        "cpuset",    "dev",      "etc",        "fd",      "fs",     "full",
    "fuse",    "home",       "hugepages", "include",  "kernel",     "kmsg",    "lib",    "lib32",
    "lib64",   "libexec",    "local",     "lock",     "log",        "mapper",  "media",  "memory",
    "mnt",     "mqueue",     "net",       "cpuacct",  "devices",    "freezer", "blkio",  "unified",
    "hugetlb", "perf_event", "net_cls",   "net_prio", "containers", "ns",      "null",   "opt",
    "pids",    "proc",       "ptmx",      "pts",      "random",     "root",    "run",    "sbin",
    "self",    "share",      "shm",       "spool",    "src",        "srv",     "sys",    "systemd",
    "task",    "tmp",        "tty",       "tun",      "urandom",    "user",    "usr",    "var",
    "zero",    NULL};

static bool begins(const char *data, size_t len, const char *prefix)
{
    size_t prefix_len = strlen(prefix);
    return len >= prefix_len && memcmp(data, prefix, prefix_len) == 0;
}

void names_name(struct names *names, struct buffer *out, const char *data, size_t len,
                enum name_kind kind)
{
    static const char memfd[] = "memfd:";
    const struct map_entry *user = map_find(&names->words, data, len);
    size_t kept = 0;
    if (user && user->value) {
        buffer_add(out, user->value, user->value_len);
        return;
    }
    if (is_one_of(public_words, data, len))
        kept = len;
    else if (begins(data, len, memfd))
        kept = sizeof memfd - 1;
    /* A program may write anything behind its name: "sshd: somebody@pts/0". */
    while (names->keep && kind == NAME_PROGRAM && kept < len &&
           !memchr(" :@=,;\t\n", data[kept], 8))
        kept++;
    buffer_add(out, data, kept);
    if (kept < COMM_MAX && len > COMM_MAX) {
        names_text(names, out, data + kept, COMM_MAX - kept);
        kept = COMM_MAX;
    }
    names_text(names, out, data + kept, len - kept);
}

static bool all_of(const char *data, size_t len, const char *set)
{
    for (size_t i = 0; i < len; i++)
        if (!data[i] || !strchr(set, data[i]))
            return false;
    return true;
}

static const char digits[] = "0123456789";

/* Below /dev: the kernel's names, and numbers of terminals. */
static bool is_device(const char *data, size_t len)
{
    static const char *const kinds[] = {"tty",   "ttyS",  "ttyUSB", "ttyACM", "loop", "input",
                                        "event", "video", "vcs",    "hidraw", "rtc",  NULL};
    for (const char *const *kind = kinds; *kind; kind++)
        if (begins(data, len, *kind) && all_of(data + strlen(*kind), len - strlen(*kind), digits))
            return true;
    return all_of(data, len, digits);
}

void names_path(struct names *names, struct buffer *out, const char *data, size_t len,
                enum name_kind kind)
{
    bool is_dev = begins(data, len, "/dev/");
    for (size_t at = 0; at <= len;) {
        const char *slash = at < len ? memchr(data + at, '/', len - at) : NULL;
        size_t part = slash ? (size_t)(slash - data) - at : len - at;
        if (is_dev && is_device(data + at, part))
            buffer_add(out, data + at, part);
        else if (is_dev && at > 0)
            names_disk(names, out, data + at, part);
        else
            names_name(names, out, data + at, part, slash ? NAME_FILE : kind);
        if (!slash)
            return;
        buffer_add(out, "/", 1);
        at += part + 1;
    }
}

/* "socket:[123]", "anon_inode:[eventpoll]", "[heap]": the kernel's own. */
static bool is_kernels(const char *data, size_t len)
{
    static const char *const kinds[] = {"socket:[", "pipe:[",   "anon_inode:", "net:[",
                                        "mnt:[",    "uts:[",    "ipc:[",       "pid:[",
                                        "user:[",   "cgroup:[", "time:[",      NULL};
    static const char *const maps[] = {"[heap]",     "[stack]",       "[vdso]",    "[vvar]",
                                       "[vsyscall]", "[rollup]",      "[uprobes]", "[vectors]",
                                       "[sigpage]",  "[vvar_vclock]", NULL};
    for (const char *const *kind = kinds; *kind; kind++)
        if (begins(data, len, *kind))
            return all_of(data, len, "abcdefghijklmnopqrstuvwxyz0123456789_-:[]");
    return is_one_of(maps, data, len);
}

void names_target(struct names *names, struct buffer *out, const char *data, size_t len,
                  enum name_kind kind)
{
    static const char *const marks[] = {"[anon:", "[anon_shmem:", "[stack:", NULL};
    static const char deleted[] = " (deleted)"; /* fs/d_path.c */
    const size_t mark = sizeof deleted - 1;
    bool gone = len > mark && memcmp(data + len - mark, deleted, mark) == 0;
    if (gone)
        len -= mark;
    if (is_kernels(data, len)) {
        buffer_add(out, data, len);
    } else if (len > 0 && *data == '/') {
        names_path(names, out, data, len, kind);
    } else {
        size_t kept = 0;
        for (const char *const *prefix = marks; *prefix; prefix++)
            if (begins(data, len, *prefix))
                kept = strlen(*prefix);
        buffer_add(out, data, kept);
        names_text(names, out, data + kept, len - kept);
    }
    if (gone)
        buffer_add(out, deleted, mark);
}

/* ---- Devices ----------------------------------------------------------------------------------
 */

/* Whether it is one of the prefixes with nothing but numbers and these letters behind it. */
static bool is_numbered(const char *const *prefixes, const char *data, size_t len, const char *set)
{
    for (; *prefixes; prefixes++) {
        size_t prefix = strlen(*prefixes);
        if (begins(data, len, *prefixes) && len - prefix <= 12 &&
            all_of(data + prefix, len - prefix, set))
            return true;
    }
    return false;
}

void names_disk(struct names *names, struct buffer *out, const char *data, size_t len)
{
    static const char *const numbered[] = {
        "bcache", "dasd", "dm-", "drbd", "fd",   "loop", "md",       "mmcblk", "mtdblock", "nbd",
        "nvme",   "pmem", "ram", "rbd",  "root", "sr",   "ubiblock", "zd",     "zram",     NULL};
    static const char *const lettered[] = {"hd", "sd", "vd", "xvd", "dasd", NULL};
    size_t letters = 0, start = begins(data, len, "xvd") ? 3 : begins(data, len, "dasd") ? 4 : 2;
    while (start + letters < len && islower((unsigned char)data[start + letters]))
        letters++;
    bool is_lettered = letters > 0 && letters <= 3 && is_numbered(lettered, data, start, "") &&
                       all_of(data + start + letters, len - start - letters, digits);
    if (is_lettered || is_numbered(numbered, data, len, "0123456789pnc_") ||
        begins(data, len, "mmcblk0boot") || begins(data, len, "rootfs"))
        buffer_add(out, data, len);
    else
        names_name(names, out, data, len, NAME_FILE);
}

void names_interface(struct names *names, struct buffer *out, const char *data, size_t len)
{
    static const char *const numbered[] = {
        "bond",   "br",      "docker", "dummy", "eth",  "gre",  "gretap",  "erspan",
        "ib",     "ip6_vti", "ip6gre", "ifb",   "vti",  "teql", "macvtap", "vlan",
        "ip6tnl", "ip_vti",  "lo",     "ppp",   "sit",  "tap",  "team",    "tunl",
        "tun",    "usb",     "virbr",  "wg",    "wlan", "wwan", NULL};
    static const char *const placed[] = {"en", "wl", "ww", NULL}; /* systemd.net-naming-scheme(7) */
    if (is_numbered(numbered, data, len, "0123456789.") ||
        (begins(data, len, "enx") ? false : is_numbered(placed, data, len, "0123456789psfduno.")))
        buffer_add(out, data, len);
    else
        names_name(names, out, data, len, NAME_FILE);
}

void names_supply(struct names *names, struct buffer *out, const char *data, size_t len)
{
    static const char *const numbered[] = {"AC", "ACAD", "ADP", "BAT", "BATT", "CMB", NULL};
    if (is_numbered(numbered, data, len, digits))
        buffer_add(out, data, len);
    else
        names_name(names, out, data, len, NAME_FILE);
}

/* ---- Arguments --------------------------------------------------------------------------------
 */

void names_argument(struct buffer *out, const char *data, size_t len)
{
    size_t at = 0;
    for (; at < len && data[at] == '-'; at++)
        buffer_add(out, "-", 1);
    while (at < len) {
        struct letter letter = letter_at(data + at, len - at);
        unsigned char c = (unsigned char)data[at];
        char text[4];
        if (c < 0x80 && c > ' ' && c < 0x7f)
            text[0] = 'x';
        else if (letter.kind)
            put_letter(text, letter, 0);
        else
            memcpy(text, data + at, letter.len);
        buffer_add(out, text, letter.len);
        at += letter.len;
    }
}
