/* Mounts that the kernel is asked about one by one: what comes of it must be, byte by byte and in
 * the same order, what a file of all mounts says. */
#include "mounts.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

/* ---- One mount ----------------------------------------------------------------------------------
 */

/* As if only this one were of a type that has a device. */
static psutil_sdiskpart_list *ask_alone(struct ps_mounts *mounts, size_t index)
{
    mounts->known = true;
    mounts->lines.found = 1;
    mounts->lines.at[0] = (uint32_t)index;
    return ps_mounts_ask(mounts);
}

/* Every mount of the namespace, of whatever type; how many of them were told. */
static size_t check_each(void)
{
    size_t told = 0;
    struct ps_mounts mounts = {.known = false};
    psutil_sdiskpart_list *all = list_of_file(true);
    ps_mounts_ask(&mounts);
    CHECK_INT(mounts.ids.len, all->len);
    for (size_t i = 0; i < all->len && i < mounts.ids.len; i++) {
        psutil_sdiskpart_list *one = ask_alone(&mounts, i);
        if (one && one->len == 1) {
            check_part(&one->items[0], &all->items[i]);
            told++;
        } else {
            CHECK(all->items[i].device[0] == '\0' || strstr(all->items[i].device, "root"));
        }
        psutil_free(one);
    }
    psutil_free(all);
    free(mounts.ids.items);
    free(mounts.now.items);
    return told;
}

static const char *const names[] = {"a b",   "tab\there", "line\nline", "back\\slash\\040",
                                    "a - b", "\xff",      "#x",         "\x1b[2J",
                                    "a,b",   "\\134"};
enum { NAMES = sizeof names / sizeof *names };

static void name_oddly(void)
{
    for (size_t i = 0; i < NAMES; i++)
        CHECK(mount(names[i], folder(names[i]), "tmpfs", 0, "mode=700") == 0);
    CHECK(mount("", folder("unnamed"), "tmpfs", 0, NULL) == 0);
    CHECK(mount("none", folder("none"), "tmpfs", 0, NULL) == 0);
}

static void flag_oddly(void)
{
    static const unsigned long flags[] = {
        MS_RDONLY,  MS_NOSUID,   MS_NODEV,    MS_NOEXEC,      MS_SYNCHRONOUS, MS_DIRSYNC,
        MS_NOATIME, MS_RELATIME, MS_LAZYTIME, MS_STRICTATIME, MS_NODIRATIME,  MS_NOSYMFOLLOW};
    unsigned long all = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        char name[16];
        snprintf(name, sizeof name, "flag %zu", i);
        CHECK(mount("x", folder(name), "tmpfs", flags[i], NULL) == 0);
        all |= flags[i];
        CHECK(mount("x", in_top(name), "tmpfs", all & ~(unsigned long)MS_STRICTATIME, "size=4k") ==
              0);
    }
    folder("lower, too");
    folder("upper");
    folder("work");
    folder("over");
    run_quietly(
        "mount -t overlay -o 'lowerdir=lower\\, too,upperdir=upper,workdir=work' over over");
}

/* Owners are mapped as in a user namespace (mount_setattr(2), Linux 5.12). */
static bool map_owners(void)
{
    struct {
        uint64_t set, clear, propagation, fd;
    } how = {0x100000 /* MOUNT_ATTR_IDMAP */, 0, 0, 0};
    FILE *made = popen("exec unshare --user --map-root-user sh -c 'echo $$; exec sleep 60'", "r");
    int pid = 0;
    char path[64];
    if (!made || fscanf(made, "%d", &pid) != 1)
        return false;
    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    how.fd = (uint64_t)open(path, O_RDONLY | O_CLOEXEC);
    kill(pid, SIGKILL);
    pclose(made);
    int tree = (int)syscall(428 /* open_tree */, AT_FDCWD, disk, 1 /* OPEN_TREE_CLONE */);
    return syscall(442 /* mount_setattr */, tree, "", AT_EMPTY_PATH, &how, sizeof how) == 0 &&
           syscall(429 /* move_mount */, tree, "", AT_FDCWD, folder("mapped"), 4) == 0;
}

static void check_odd_ones(void)
{
    name_oddly();
    flag_oddly();
    CHECK(mount(in_top("disk"), folder("read only"), NULL, MS_BIND, NULL) == 0);
    CHECK(mount(NULL, in_top("read only"), NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0);
    bool mapped = map_owners();
    CHECK(mapped || !own_disk);
    CHECK(check_each() > NAMES + 24);
    check(true);
}

TEST(each_mount_alone_is_as_in_the_file) /* corner case 23 */
{
    IN_NAMESPACE(check_odd_ones);
}

/* ---- Changes ------------------------------------------------------------------------------------
 */

/* The mounts stay the same, and what is told of them does not. */
static void change_what_is_known(void)
{
    CHECK(bind_disk("moving") && bind_disk("a\nb \xff"));
    check(true);
    CHECK(rename(in_top("moving"), in_top("moved")) == 0 || errno == EBUSY);
    check_once();
    CHECK(mkdir(in_top("parent"), 0755) == 0 && bind_disk("parent/child"));
    check(true);
    CHECK(rename(in_top("parent"), in_top("other parent")) == 0);
    check_once();
    const char *child = in_top("other parent/child");
    static const unsigned long flags[] = {MS_RDONLY,
                                          MS_NOEXEC | MS_NOATIME,
                                          MS_NOSUID | MS_NODEV,
                                          MS_NODIRATIME | MS_STRICTATIME,
                                          MS_NOSYMFOLLOW,
                                          0};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        CHECK(mount(NULL, child, NULL, MS_REMOUNT | MS_BIND | flags[i], NULL) == 0);
        check_once();
    }
    CHECK(mkdir(in_top("target"), 0755) == 0);
    CHECK(mount(child, in_top("target"), NULL, MS_MOVE, NULL) == 0);
    check_once();
    CHECK(is_known());
}

TEST(what_changes_is_never_remembered) /* corner case 23 */
{
    IN_NAMESPACE(change_what_is_known);
}

static void come_and_go(void)
{
    check(true);
    CHECK(bind_disk("one"));
    check_once();
    CHECK(bind_disk("two") && umount(in_top("one")) == 0);
    check_once();
    CHECK(bind_disk("two") && bind_disk("two")); /* upon each other */
    check_once();
    check(true);
    CHECK(umount(in_top("two")) == 0 && bind_disk("one"));
    check_once();
    CHECK(mount("x", in_top("one"), "tmpfs", 0, NULL) == 0 && umount(in_top("one")) == 0);
    check_once();
    CHECK(umount(in_top("one")) == 0 && umount(in_top("two")) == 0 && umount(in_top("two")) == 0);
    check(true);
    CHECK(mount("x", in_top("one"), "tmpfs", 0, NULL) == 0);
    check(true);
    CHECK(umount(in_top("one")) == 0 && bind_disk("one")); /* as many as before */
    check_once();
}

TEST(mounts_come_and_go)
{
    IN_NAMESPACE(come_and_go);
}

/* More than there is room for at first; so many of devices that the file is faster. */
static void have_many(void)
{
    char name[32];
    for (int i = 0; i < 150; i++) {
        snprintf(name, sizeof name, "memory %d", i);
        CHECK(mount("x", folder(name), "tmpfs", 0, NULL) == 0);
        snprintf(name, sizeof name, "disk %d", i);
        CHECK(i >= 30 || bind_disk(name));
    }
    check(true);
    for (int i = 30; i < 150; i++) {
        snprintf(name, sizeof name, "disk %d", i);
        CHECK(bind_disk(name));
    }
    check(false);
    for (int i = 0; i < 125; i++) {
        snprintf(name, sizeof name, "disk %d", i);
        CHECK(umount(in_top(name)) == 0);
    }
    check(true);
}

TEST(many_mounts)
{
    IN_NAMESPACE(have_many);
}

/* ---- The super block ----------------------------------------------------------------------------
 */

static void change_the_disk(void)
{
    if (!own_disk)
        _exit(NO_NAMESPACE);
    CHECK(bind_disk("seen twice"));
    check(true);
    static const struct {
        unsigned long flags;
        const char *options;
    } changes[] = {{MS_RDONLY, NULL},        {0, NULL},        {MS_SYNCHRONOUS | MS_LAZYTIME, NULL},
                   {0, "errors=remount-ro"}, {0, "commit=77"}, {MS_NOATIME, "barrier=0"}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        CHECK(mount(NULL, disk, NULL, MS_REMOUNT | changes[i].flags, changes[i].options) == 0);
        check_once();
    }
    CHECK(is_known());
}

TEST(options_of_the_file_system_change)
{
    IN_NAMESPACE(change_the_disk);
}

/* statmount(2) does not tell SB_MANDLOCK, which means nothing since Linux 5.15. */
static void have_untold_options(void)
{
    if (!own_disk)
        _exit(NO_NAMESPACE);
    CHECK(umount(disk) == 0 && run_quietly("mount -t ext4 -o loop image disk"));
    check(true);
    CHECK(umount(disk) == 0 && run_quietly("mount -t ext4 -o loop,mand image disk"));
    psutil_sdiskpart_list *list = list_of_file(false);
    bool told = false;
    for (size_t i = 0; i < list->len; i++)
        told = told || strstr(list->items[i].opts, ",mand");
    psutil_free(list);
    check(!told);
}

TEST(what_the_kernel_does_not_tell_is_read)
{
    IN_NAMESPACE(have_untold_options);
}

/* ---- While mounts vanish ------------------------------------------------------------------------
 */

static void mount_and_unmount(void)
{
    for (;;) {
        if (mount(disk, in_top("coming"), NULL, MS_BIND, NULL) == 0)
            umount(in_top("coming"));
        usleep(20);
    }
}

static size_t count_others(const psutil_sdiskpart_list *list)
{
    size_t others = 0;
    for (size_t i = 0; i < list->len; i++)
        others += strcmp(list->items[i].mountpoint, in_top("coming")) != 0;
    return others;
}

static void ask_meanwhile(void)
{
    folder("coming");
    CHECK(bind_disk("before"));
    psutil_sdiskpart_list *list = list_of_file(false);
    size_t others = list->len;
    psutil_free(list);
    pid_t pid = fork_child();
    if (pid == 0)
        mount_and_unmount();
    for (int i = 0; i < 3000; i++) {
        list = list_of(ctx, false);
        REQUIRE(list != NULL);
        CHECK_INT(count_others(list), others);
        CHECK(list->len - others <= 1);
        psutil_free(list);
    }
    kill(pid, SIGKILL);
    status_of(pid);
    check(true);
}

TEST(mounts_vanish_meanwhile) /* corner case 23 */
{
    IN_NAMESPACE(ask_meanwhile);
}

int main(void)
{
    return run_tests();
}
