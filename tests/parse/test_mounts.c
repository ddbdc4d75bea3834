#include "parse/mounts.h"

#include "../test.h"

static struct ps_span span(const char *text)
{
    return (struct ps_span){text, strlen(text)};
}

static void check_options(const char *line, const char *wanted)
{
    struct ps_mount m;
    char options[256];
    REQUIRE(ps_parse_mountinfo_line(span(line), &m));
    options[ps_mount_options(&m, options)] = '\0';
    CHECK_STRING(options, wanted);
}

TEST(reads_mountinfo) /* corner case 23 */
{
    struct ps_mount m;
    REQUIRE(ps_parse_mountinfo_line(
        span("36 35 98:0 /mnt1 /a\\040-\\040b rw,noatime master:1 shared:2 - ext3 /dev/sda1 "
             "rw,errors=continue"),
        &m));
    CHECK(ps_span_equal(m.number, "98:0"));
    CHECK(ps_span_equal(m.mountpoint, "/a\\040-\\040b"));
    CHECK(ps_span_equal(m.options, "rw,noatime"));
    CHECK(ps_span_equal(m.fstype, "ext3"));
    CHECK(ps_span_equal(m.device, "/dev/sda1"));
    CHECK(ps_span_equal(m.super_options, "rw,errors=continue"));
}

TEST(a_device_without_a_name_is_empty)
{
    struct ps_mount m;
    REQUIRE(ps_parse_mountinfo_line(span("1 2 0:3 / /x rw - tmpfs  rw,size=4k"), &m));
    CHECK_INT(m.device.len, 0);
    CHECK(ps_span_equal(m.super_options, "rw,size=4k"));
    REQUIRE(ps_parse_mounts_line(span(" /x tmpfs rw 0 0"), &m));
    CHECK_INT(m.device.len, 0);
    CHECK(ps_span_equal(m.mountpoint, "/x"));
}

TEST(puts_options_together_as_mounts_does)
{
    check_options("1 2 8:1 / / rw,relatime - ext4 /dev/sda rw,data=ordered",
                  "rw,relatime,data=ordered");
    check_options("1 2 8:1 / / ro,relatime - ext4 /dev/sda rw", "ro,relatime");
    check_options("1 2 8:1 / / rw,relatime - ext4 /dev/sda ro", "ro,relatime");
    check_options("1 2 8:1 / / rw,nosuid - ext4 /dev/sda rw,sync,lazytime,x", //
                  "rw,sync,lazytime,nosuid,x");
    check_options("1 2 8:1 / / rw - ext4 /dev/sda", "rw");
}

static void check_flags(uint64_t mount, uint32_t super, const char *own, const char *wanted)
{
    char options[256];
    REQUIRE(strlen(own) + PS_MOUNT_FLAGS < sizeof options);
    options[ps_mount_options_of_flags(mount, super, span(own), options)] = '\0';
    CHECK_STRING(options, wanted);
}

/* The numbers are those of include/uapi/linux/mount.h and include/linux/fs.h. */
TEST(puts_flags_together_as_mounts_does)
{
    check_flags(0, 0, "", "rw,relatime");
    check_flags(0x1, 0, "", "ro,relatime");
    check_flags(0, 0x1, "data=ordered", "ro,relatime,data=ordered");
    check_flags(0x10, 0, "", "rw,noatime");
    check_flags(0x20, 0, "size=4k", "rw,size=4k");
    check_flags(0x300000 | 0x9e, 0x2000090, "x,y",
                "rw,sync,dirsync,lazytime,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow,"
                "idmapped,x,y");
    check_flags(UINT64_MAX & ~0x70ULL, UINT32_MAX, "",
                "ro,sync,dirsync,lazytime,nosuid,nodev,"
                "noexec,nodiratime,relatime,nosymfollow,idmapped");
}

/* fs/proc_namespace.c:show_sb_opts has what security modules tell before the mount's own. */
TEST(puts_the_word_of_selinux_before_the_mounts)
{
    check_flags(0, 0x10, "seclabel", "rw,sync,seclabel,relatime");
    check_flags(0x2, 0, "seclabel,attr2,noquota", "rw,seclabel,nosuid,relatime,attr2,noquota");
    check_flags(0, 0, "seclabels,x", "rw,relatime,seclabels,x");
    check_flags(0, 0, "x,seclabel", "rw,relatime,x,seclabel");
}

TEST(refuses_what_is_not_such_a_line)
{
    static const char *const lines[] = {"",
                                        " ",
                                        "1",
                                        "1 2 8:1 / / rw",
                                        "1 2 8:1 / / rw shared:1",
                                        "1 2 8:1 / / rw -",
                                        "1 2 8:1 / / rw - ext4"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct ps_mount m;
        CHECK(!ps_parse_mountinfo_line(span(lines[i]), &m));
    }
    struct ps_mount m;
    CHECK(!ps_parse_mounts_line(span("/dev/sda / ext4"), &m));
    CHECK(!ps_parse_mounts_line(span(""), &m));
}

TEST(survives_a_cut_at_every_byte)
{
    static const char line[] = "36 35 98:0 /mnt1 /m rw,sync shared:2 - ext3 /dev/sda1 sync,rw,x";
    for (size_t len = 0; len < sizeof line; len++) {
        char *copy = malloc(len ? len : 1);
        struct ps_mount m;
        memcpy(copy, line, len);
        if (ps_parse_mountinfo_line((struct ps_span){copy, len}, &m)) {
            size_t room = m.options.len + m.super_options.len + 4;
            char *options = malloc(room);
            CHECK(ps_mount_options(&m, options) <= room);
            free(options);
        }
        ps_parse_mounts_line((struct ps_span){copy, len}, &m);
        ps_parse_cmdline_root(copy, len);
        ps_mount_unescape(copy, len);
        free(copy);
    }
}

TEST(unescapes) /* corner case 23 */
{
    static const struct {
        const char *from, *to;
    } cases[] = {{"/a\\040b\\011c\\012d\\134e", "/a b\tc\nd\\e"},
                 {"\\04", "\\04"},
                 {"\\048", "\\048"},
                 {"\\400", "\\400"},
                 {"\\\\040", "\\ "},
                 {"\\134040", "\\040"},
                 {"\\377", "\377"},
                 {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        strcpy(text, cases[i].from);
        text[ps_mount_unescape(text, strlen(text))] = '\0';
        CHECK_STRING(text, cases[i].to);
    }
}

TEST(tells_types_with_a_device)
{
    struct ps_span type;
    CHECK(!ps_parse_filesystems_line(span("nodev\tproc"), &type));
    CHECK(!ps_parse_filesystems_line(span(""), &type));
    REQUIRE(ps_parse_filesystems_line(span("\text4"), &type));
    CHECK(ps_span_equal(type, "ext4"));
}

TEST(finds_the_root_in_the_command_line) /* corner case 23 */
{
    static const char line[] = "quiet root=/dev/sda1 noroot=/dev/x root=/dev/sdb2\n";
    CHECK(ps_span_equal(ps_parse_cmdline_root(line, strlen(line)), "/dev/sdb2"));
    CHECK_INT(ps_parse_cmdline_root("quiet", 5).len, 0);
    CHECK_INT(ps_parse_cmdline_root("", 0).len, 0);
}

int main(void)
{
    return run_tests();
}
