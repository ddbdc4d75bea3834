/* Mounts that the kernel is asked about one by one, by whom: with other roots, in other threads and
 * processes, and under a filter. */
#include "filter.h"
#include "mounts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>

/* ---- Roots --------------------------------------------------------------------------------------
 */

static void change_root(void)
{
    CHECK(bind_disk("before"));
    check(true);
    CHECK(mount("x", folder("root"), "tmpfs", 0, NULL) == 0);
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "root/%d", i);
        CHECK(i % 2 ? bind_disk(name) : mount("x", folder(name), "tmpfs", 0, NULL) == 0);
    }
    CHECK(mount("proc", folder("root/proc"), "proc", 0, NULL) == 0);
    check(true);
    CHECK(mkdir(in_top("root/proc below"), 0755) == 0);
    CHECK(chroot(in_top("root")) == 0);
    check(true);
    CHECK(chroot("/1") == 0); /* on a device, and no /proc */
    psutil_sdiskpart_list *list = list_of(ctx, false);
    CHECK(!list);
    psutil_free(list);
}

TEST(a_root_of_its_own)
{
    IN_NAMESPACE(change_root);
}

static void pivot(void)
{
    check(true);
    CHECK(mount("x", folder("root"), "tmpfs", 0, NULL) == 0 && bind_disk("root/disk"));
    CHECK(mount("proc", folder("root/proc"), "proc", 0, NULL) == 0);
    folder("root/old");
    check_once();
    CHECK(chdir(in_top("root")) == 0 && syscall(SYS_pivot_root, ".", "old") == 0 &&
          chroot(".") == 0);
    check(true);
    CHECK(chdir("/") == 0 && umount2("/old", MNT_DETACH) == 0);
    check(true);
}

TEST(another_root_in_its_place) /* corner case 23 */
{
    IN_NAMESPACE(pivot);
}

/* ---- Threads, filters, forks --------------------------------------------------------------------
 */

static atomic_int stage;

static void *check_here(void *known)
{
    check_once();
    CHECK(is_known());
    return known;
}

static void *check_apart(void *unused)
{
    CHECK(unshare(CLONE_FS) == 0 && chroot(in_top("root")) == 0);
    check_once();
    return unused;
}

/* The same mounts as the process's first, by other ids; then the process has one more. */
static void *check_elsewhere(void *unused)
{
    CHECK(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    for (int i = 0; i < 4; i++)
        check_once();
    stage = 1;
    while (stage != 2)
        usleep(1000);
    check_once();
    CHECK(bind_disk("of the thread"));
    check_once();
    return unused;
}

static void be_elsewhere(void)
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, check_elsewhere, NULL) == 0);
    while (stage != 1)
        usleep(1000);
    CHECK(bind_disk("of the process"));
    stage = 2;
    pthread_join(thread, NULL);
    check(true);
}

static void in_thread(void *(*run)(void *))
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, run, NULL) == 0);
    pthread_join(thread, NULL);
    check_once();
}

static void use_threads(void)
{
    CHECK(bind_disk("one"));
    check(true);
    in_thread(check_here);
    be_elsewhere();
    CHECK(mount("x", folder("root"), "tmpfs", 0, NULL) == 0 && bind_disk("root/disk"));
    CHECK(mount("/proc", folder("root/proc"), NULL, MS_BIND, NULL) == 0);
    check(true);
    in_thread(check_apart);
}

TEST(threads_see_what_the_process_does) /* corner case 23 */
{
    IN_NAMESPACE(use_threads);
}

/* Who makes one of these calls is killed. */
static bool forbid(unsigned another)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_listmount, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_statmount, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, another, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL),
    };
    return set_filter(code);
}

static void be_filtered_later(void)
{
    check(true);
    CHECK(forbid(SYS_listmount));
    for (int i = 0; i < 3; i++)
        check_once();
}

static void be_filtered(void)
{
    CHECK(forbid(SYS_prctl));
    check(false);
}

TEST(nothing_is_tried_under_a_filter)
{
    IN_NAMESPACE(be_filtered_later);
    IN_NAMESPACE(be_filtered);
}

static void use_a_fork(void)
{
    CHECK(bind_disk("one"));
    check(true);
    for (int busy = 0; busy < 2; busy++) {
        ps_linux_of(ctx)->mounts_busy = busy; /* another thread is at it */
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            psutil_after_fork(ctx);
            CHECK_INT(is_known(), !busy);
            CHECK(unshare(CLONE_NEWNS) == 0 && bind_disk("of the child"));
            check(true);
            fflush(stdout);
            _exit(test_failures != 0);
        }
        CHECK_INT(status_of(pid), 0);
        check_once();
        ps_linux_of(ctx)->mounts_busy = false;
    }
}

TEST(a_child_goes_on)
{
    IN_NAMESPACE(use_a_fork);
}

int main(void)
{
    return run_tests();
}
