#include "../root.h"

#include <sys/statvfs.h>

#define COLUMNS(n) #n " 0 " #n " 0 " #n " 0 " #n " 0 0 0 0"

static int64_t total_reads(psutil *ctx)
{
    psutil_sdiskio total;
    return psutil_disk_io_counters(&total, ctx, NULL) == 0 ? total.read_count : -1;
}

static size_t count_disks(psutil *ctx)
{
    psutil_sdiskio_list *disks;
    if (psutil_disk_io_counters_perdisk(&disks, ctx, NULL) != 0)
        return SIZE_MAX;
    size_t len = disks->len;
    psutil_free(disks);
    return len;
}

static int error_code(psutil *ctx, psutil_error *error)
{
    psutil_error_detail(error, ctx);
    return error->code;
}

TEST(counters_of_each_disk) /* corner case 22 */
{
    struct root root = root_make();
    root_file(&root, "proc/diskstats", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n3 1 hda1 1 2 3 4\n");
    psutil *ctx = root_open(&root);
    psutil_sdiskio_list *disks;
    REQUIRE(psutil_disk_io_counters_perdisk(&disks, ctx, NULL) == 0);
    REQUIRE(disks->len == 2);
    psutil_sdiskio *d = disks->items;
    CHECK_STRING(d->name, "sda");
    CHECK_INT(d->read_count, 1);
    CHECK_INT(d->read_merged_count, 2);
    CHECK_INT(d->read_bytes, 3 * 512);
    CHECK_INT(d->read_time, 4);
    CHECK_INT(d->write_count, 5);
    CHECK_INT(d->write_merged_count, 6);
    CHECK_INT(d->write_bytes, 7 * 512);
    CHECK_INT(d->write_time, 8);
    CHECK_INT(d->busy_time, 10);
    CHECK_STRING(d[1].name, "hda1");
    CHECK_INT(d[1].write_bytes, 4 * 512);
    CHECK_INT(d[1].busy_time, PSUTIL_UNKNOWN);
    psutil_free(disks);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(the_total_counts_nothing_twice) /* corner case 22 */
{
    struct root root = root_make();
    root_file(&root, "proc/diskstats",
              "8 0 sda " COLUMNS(1) "\n8 1 sda1 " COLUMNS(9) "\n259 0 nvme0n1 " COLUMNS(
                  10) "\n259 1 nvme0n1p1 " COLUMNS(9) "\n179 0 mmcblk0 " COLUMNS(100) "\n179 1 "
                                                                                      "mmcblk0p"
                                                                                      "1 " COLUMNS(
                                                                                          9) "\n");
    psutil *ctx = root_open(&root);
    CHECK_INT(total_reads(ctx), 111);
    root_file(
        &root, "proc/diskstats",
        "8 0 sda " COLUMNS(1) "\n253 0 dm-0 " COLUMNS(9) "\n9 0 md0 " COLUMNS(
            9) "\n7 0 loop0 " COLUMNS(9) "\n252 0 zram0 " COLUMNS(9) "\n1 0 ram0 " COLUMNS(9) "\n"
                                                                                              "43 "
                                                                                              "0 "
                                                                                              "nbd0"
                                                                                              " " COLUMNS(
                                                                                                  20) "\n");
    CHECK_INT(total_reads(ctx), 21);
    CHECK_INT(count_disks(ctx), 7);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(what_stands_on_others_is_told_by_its_slaves) /* corner case 22 */
{
    struct root root = root_make();
    root_file(&root, "proc/diskstats",
              "8 0 sda " COLUMNS(1) "\n240 0 odd!x0 " COLUMNS(9) "\n240 1 odd/y0 " COLUMNS(9) "\n");
    psutil *ctx = root_open(&root);
    CHECK_INT(total_reads(ctx), 19);
    root_file(&root, "sys/block/odd!x0/slaves/sda", "");
    CHECK_INT(total_reads(ctx), 10);
    root_file(&root, "sys/block/odd!y0/slaves/sda", "");
    CHECK_INT(total_reads(ctx), 1);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(sysfs_stands_in_for_diskstats) /* corner case 22 */
{
    struct root root = root_make();
    root_file(&root, "sys/block/sda/stat", "1 2 3 4 5 6 7 8 9 10 11\n");
    root_file(&root, "sys/block/sda/sda1/stat", "2 2 3 4 5 6 7 8 9 10 11\n");
    root_file(&root, "sys/block/sda/queue/stat", "3 2 3 4 5 6 7 8 9 10 11\n");
    root_file(&root, "sys/block/cciss!c0d0/stat", "4 2 3 4 5 6 7 8 9 10 11\n");
    root_file(&root, "sys/block/cciss!c0d0/cciss!c0d0p1/stat", "5 2 3 4 5 6 7 8 9 10 11\n");
    psutil *ctx = root_open(&root);
    psutil_sdiskio_list *disks;
    REQUIRE(psutil_disk_io_counters_perdisk(&disks, ctx, NULL) == 0);
    REQUIRE(disks->len == 4);
    CHECK_STRING(disks->items[0].name, "cciss/c0d0");
    CHECK_STRING(disks->items[1].name, "cciss/c0d0p1");
    CHECK_STRING(disks->items[2].name, "sda");
    CHECK_STRING(disks->items[3].name, "sda1");
    CHECK_INT(disks->items[3].read_count, 2);
    psutil_free(disks);
    CHECK_INT(total_reads(ctx), 5);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(no_source_of_counters_is_an_error)
{
    struct root root = root_make();
    psutil *ctx = root_open(&root);
    psutil_error error;
    CHECK(count_disks(ctx) == SIZE_MAX);
    CHECK_INT(error_code(ctx, &error), PSUTIL_ESYSTEM);
    CHECK_STRING(error.call, "open");
    CHECK(strstr(error.path, "/proc/diskstats"));
    root_file(&root, "proc/diskstats", "rubbish\n");
    CHECK(count_disks(ctx) == SIZE_MAX);
    CHECK_INT(error_code(ctx, &error), PSUTIL_EDATA);
    root_file(&root, "proc/diskstats", "");
    CHECK_INT(count_disks(ctx), 0);
    psutil_sdiskio total;
    CHECK_INT(psutil_disk_io_counters(&total, ctx, NULL), PSUTIL_ENOTSUP);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(the_running_machine_does_not_stand_in_for_another) /* corner case 33 */
{
    struct root root = root_make();
    char proc[512];
    psutil_options options = {.proc = root_path(&root, "proc", proc)};
    psutil *ctx;
    REQUIRE(psutil_open(&ctx, &options) == 0);
    CHECK(count_disks(ctx) == SIZE_MAX);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(nowrap_goes_through_the_counters) /* corner case 25 */
{
    struct root root = root_make();
    psutil_sdiskio total;
    psutil_nowrap *nowrap;
    psutil *ctx = root_open(&root);
    REQUIRE(psutil_nowrap_open(&nowrap, ctx) == 0);
    root_file(&root, "proc/diskstats", "8 0 sda " COLUMNS(100) "\n");
    CHECK_INT(psutil_disk_io_counters(&total, ctx, nowrap), 0);
    root_file(&root, "proc/diskstats", "8 0 sda " COLUMNS(7) "\n");
    CHECK_INT(psutil_disk_io_counters(&total, ctx, nowrap), 0);
    CHECK_INT(total.read_count, 107);
    CHECK_INT(total.read_bytes, 107 * 512);
    psutil_nowrap_close(nowrap);
    psutil_close(ctx);
    root_remove(&root);
}

/* ---- Mounts -----------------------------------------------------------------------------------
 */

static psutil_sdiskpart_list *partitions(psutil *ctx, bool all)
{
    psutil_sdiskpart_list *list;
    return psutil_disk_partitions(&list, ctx, all) == 0 ? list : NULL;
}

static const char *device_at(const psutil_sdiskpart_list *list, const char *mountpoint)
{
    for (size_t i = 0; list && i < list->len; i++)
        if (strcmp(list->items[i].mountpoint, mountpoint) == 0)
            return list->items[i].device;
    return NULL;
}

static const char mountinfo[] =
    "1 1 0:2 / / rw - rootfs rootfs rw\n"
    "2 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw,data=ordered\n"
    "3 2 8:2 / /a\\040-\\040b\\011c\\012d\\134e rw - xfs /dev/sda2 rw\n"
    "4 2 8:2 /f /etc/hosts rw - xfs /dev/sda2 rw\n"
    "5 2 0:5 / /proc rw - proc proc rw\n"
    "6 2 0:6 / /tank rw - zfs tank/home rw\n"
    "7 2 0:7 / /nfs rw - nfs4 server:/x rw\n"
    "8 2 8:3 / /win rw - fuseblk.ntfs /dev/sda3 rw\n"
    "9 2 0:9 / /ssh rw - fuse.sshfs me@server: rw\n"
    "10 2 0:10 / /none rw - tmpfs none rw\n"
    "11 2 0:11 / /fake rw - ext4 none rw\n"
    "12 2 0:12 / /over rw - overlay overlay rw,lowerdir=/a:/b\n";

static const char filesystems[] = "nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\nnodev\tnfs4\n"
                                  "nodev\tzfs\nnodev\tfuse\n\text4\n\txfs\n\tfuseblk\n";

static struct root make_mounts(const char *where)
{
    struct root root = root_make();
    root_file(&root, where, mountinfo);
    root_file(&root, "proc/filesystems", filesystems);
    root_link(&root, "sys/dev/block/8:1", "../../devices/pci/block/cciss!c0d0/cciss!c0d0p1");
    return root;
}

TEST(all_mounts_in_their_order) /* corner case 23 */
{
    struct root root = make_mounts("proc/self/mountinfo");
    psutil *ctx = root_open(&root);
    psutil_sdiskpart_list *list = partitions(ctx, true);
    REQUIRE(list && list->len == 12);
    CHECK_STRING(list->items[0].device, "rootfs");
    CHECK_STRING(list->items[1].device, "/dev/cciss/c0d0p1");
    CHECK_STRING(list->items[1].mountpoint, "/");
    CHECK_STRING(list->items[1].fstype, "ext4");
    CHECK_STRING(list->items[1].opts, "rw,relatime,data=ordered");
    CHECK_STRING(list->items[2].mountpoint, "/a - b\tc\nd\\e");
    CHECK_STRING(list->items[3].mountpoint, "/etc/hosts");
    CHECK_STRING(list->items[9].device, "");
    CHECK_STRING(list->items[11].opts, "rw,lowerdir=/a:/b");
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(only_what_is_on_a_device) /* corner case 23 */
{
    static const char *const wanted[] = {"/", "/a - b\tc\nd\\e", "/etc/hosts", "/tank", "/win"};
    struct root root = make_mounts("proc/self/mountinfo");
    psutil *ctx = root_open(&root);
    psutil_sdiskpart_list *list = partitions(ctx, false);
    REQUIRE(list && list->len == sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < list->len; i++)
        CHECK_STRING(list->items[i].mountpoint, wanted[i]);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

/* What lies on a disk, what a server or memory holds, what shows another file system again. */
TEST(every_type_at_its_place) /* corner case 23 */
{
    static const char *const on_disks[] = {"ext2",     "ext3",    "ext4",  "xfs",    "btrfs",
                                           "f2fs",     "vfat",    "exfat", "ntfs3",  "iso9660",
                                           "udf",      "hfsplus", "minix", "jfs",    "reiserfs",
                                           "squashfs", "erofs",   "zfs",   "fuseblk"};
    static const char *const others[] = {
        "tmpfs",   "ramfs",   "devtmpfs",   "proc",    "sysfs",       "devpts",    "cgroup",
        "cgroup2", "overlay", "securityfs", "debugfs", "tracefs",     "bpf",       "nfs",
        "nfs4",    "cifs",    "9p",         "ceph",    "autofs",      "mqueue",    "hugetlbfs",
        "fusectl", "pstore",  "efivarfs",   "nsfs",    "binfmt_misc", "rpc_pipefs"};
    enum { DISKS = sizeof on_disks / sizeof *on_disks, OTHERS = sizeof others / sizeof *others };
    static char mounts[16384], types[4096];
    size_t at = 0, len = 0;
    for (size_t i = 0; i < DISKS; i++) {
        bool pool = strcmp(on_disks[i], "zfs") == 0;
        at += (size_t)sprintf(mounts + at, "%zu 1 8:%zu / /d/%s rw - %s %s rw\n", i + 2, i,
                              on_disks[i], on_disks[i], pool ? "tank/home" : "/dev/sda1");
        len += (size_t)sprintf(types + len, "%s\t%s\n", pool ? "nodev" : "", on_disks[i]);
    }
    for (size_t i = 0; i < OTHERS; i++) {
        at += (size_t)sprintf(mounts + at, "%zu 1 0:%zu / /o/%s rw - %s %s rw\n", i + 100, i,
                              others[i], others[i], i % 2 ? "none" : others[i]);
        len += (size_t)sprintf(types + len, "nodev\t%s\n", others[i]);
    }
    struct root root = root_make();
    root_file(&root, "proc/self/mountinfo", mounts);
    root_file(&root, "proc/filesystems", types);
    psutil *ctx = root_open(&root);
    psutil_sdiskpart_list *list = partitions(ctx, false);
    REQUIRE(list && list->len == DISKS);
    for (size_t i = 0; i < list->len; i++)
        CHECK_STRING(list->items[i].fstype, on_disks[i]);
    psutil_free(list);
    list = partitions(ctx, true);
    CHECK(list && list->len == DISKS + OTHERS);
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(without_types_a_device_has_a_path)
{
    struct root root = root_make();
    root_file(&root, "proc/self/mounts",
              "/dev/sda1 / odd rw 0 0\nproc /proc proc rw 0 0\n"
              "tank /tank zfs rw 0 0\n");
    psutil *ctx = root_open(&root);
    psutil_sdiskpart_list *list = partitions(ctx, false);
    REQUIRE(list && list->len == 2);
    CHECK_STRING(device_at(list, "/"), "/dev/sda1");
    CHECK_STRING(device_at(list, "/tank"), "tank");
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(recorded_roots_may_have_no_self)
{
    static const char *const places[] = {"proc/1/mountinfo", "proc/self/mountinfo"};
    for (size_t i = 0; i < 2; i++) {
        struct root root = make_mounts(places[i]);
        psutil *ctx = root_open(&root);
        psutil_sdiskpart_list *list = partitions(ctx, true);
        CHECK(list && list->len == 12);
        psutil_free(list);
        psutil_close(ctx);
        root_remove(&root);
    }
    static const char *const files[] = {"proc/self/mounts", "proc/1/mounts", "proc/mounts"};
    for (size_t i = 0; i < 3; i++) {
        struct root root = root_make();
        root_file(&root, files[i], "/dev/root / ext4 rw,x 0 0\nnone /n tmpfs rw 0 0\n");
        root_file(&root, "proc/cmdline", "quiet root=/dev/vda1 rw\n");
        psutil *ctx = root_open(&root);
        psutil_sdiskpart_list *list = partitions(ctx, true);
        REQUIRE(list && list->len == 2);
        CHECK_STRING(list->items[0].device, "/dev/vda1");
        CHECK_STRING(list->items[0].opts, "rw,x");
        CHECK_STRING(list->items[1].device, "");
        psutil_free(list);
        psutil_close(ctx);
        root_remove(&root);
    }
}

TEST(no_mounts_is_an_error)
{
    struct root root = root_make();
    psutil *ctx = root_open(&root);
    psutil_error error;
    CHECK(!partitions(ctx, true));
    CHECK_INT(error_code(ctx, &error), PSUTIL_ESYSTEM);
    CHECK(strstr(error.path, "self/mountinfo"));
    root_file(&root, "proc/self/mountinfo", "what is this\n");
    CHECK(!partitions(ctx, true));
    CHECK_INT(error_code(ctx, &error), PSUTIL_EDATA);
    psutil_close(ctx);
    root_remove(&root);
}

/* ---- The recorded and the running machine -----------------------------------------------------
 */

TEST(recorded_machine)
{
    struct root root;
    if (!root_recorded(&root, "recorded-machine.tar.gz",
                       "proc/diskstats proc/self proc/10/mountinfo"))
        SKIP("no recorded machine at hand");
    psutil *ctx = root_open(&root);
    CHECK_INT(count_disks(ctx), 51);
    /* sda, mmcblk0, fd0, vda, sr0, nvme0n1, sdb, sdc */
    CHECK_INT(total_reads(ctx), 25354637 + 192 + 2 + 1775784 + 0 + 47114 + 326552 + 126552);
    psutil_sdiskpart_list *list = partitions(ctx, true);
    REQUIRE(list != NULL);
    CHECK_STRING(device_at(list, "/mnt/nfs/test"), "192.168.1.1:/srv/test");
    psutil_free(list);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(this_machines_mounts_are_those_of_the_mounts_file)
{
    psutil *ctx;
    REQUIRE(psutil_open(&ctx, NULL) == 0);
    psutil_sdiskpart_list *list = partitions(ctx, true);
    FILE *file = fopen("/proc/self/mounts", "r");
    REQUIRE(list && file);
    char line[8192], device[4096], mountpoint[4096], fstype[256], opts[4096];
    size_t i = 0;
    for (; i < list->len && fgets(line, sizeof line, file); i++) {
        if (sscanf(line, "%4095s %4095s %255s %4095s", device, mountpoint, fstype, opts) != 4 ||
            strchr(line, '\\'))
            continue;
        CHECK_STRING(list->items[i].mountpoint, mountpoint);
        CHECK_STRING(list->items[i].fstype, fstype);
        CHECK_STRING(list->items[i].opts, opts);
    }
    CHECK_INT(i, list->len);
    fclose(file);
    psutil_free(list);
    psutil_close(ctx);
}

TEST(usage_is_what_statvfs_says)
{
    psutil *ctx;
    psutil_sdiskusage usage;
    struct statvfs fs;
    REQUIRE(psutil_open(&ctx, NULL) == 0);
    static const double timeouts[] = {-1, 10, 1e300};
    for (size_t i = 0; i < 3; i++) {
        REQUIRE(psutil_disk_usage(&usage, ctx, "/proc", timeouts[i]) == 0);
        CHECK_INT(usage.total, 0);
        CHECK_DOUBLE(usage.percent, 0);
        REQUIRE(psutil_disk_usage(&usage, ctx, "/", timeouts[i]) == 0);
        REQUIRE(statvfs("/", &fs) == 0);
        CHECK_INT(usage.total, fs.f_blocks * fs.f_frsize);
        CHECK_DOUBLE(usage.percent, (double)usage.used / (double)(usage.used + usage.free) * 100);
        CHECK(llabs(usage.free - (long long)(fs.f_bavail * fs.f_frsize)) < 1 << 28);
    }
    psutil_close(ctx);
}

TEST(usage_of_bad_paths)
{
    psutil *ctx;
    psutil_sdiskusage usage;
    psutil_error error;
    REQUIRE(psutil_open(&ctx, NULL) == 0);
    CHECK_INT(psutil_disk_usage(&usage, ctx, "/no/such/path", -1), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_disk_usage(&usage, ctx, "/no/such/path", 10), PSUTIL_ESYSTEM);
    psutil_error_detail(&error, ctx);
    CHECK_STRING(error.call, "statvfs");
    CHECK_STRING(error.path, "/no/such/path");
    CHECK_INT(psutil_disk_usage(&usage, ctx, "no/such/path", 10), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_disk_usage(&usage, ctx, ".", 10), 0);
    CHECK_INT(psutil_disk_usage(&usage, ctx, "", -1), PSUTIL_EINVAL);
    CHECK_INT(psutil_disk_usage(&usage, ctx, "/", NAN), PSUTIL_EINVAL);
    psutil_close(ctx);
}

int main(void)
{
    return run_tests();
}
