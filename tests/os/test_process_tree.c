/* Relatives: of real processes, and of invented ones where the real are too well-behaved. */
#include "core/process.h"

#include "../root.h"
#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* ---- Invented roots ---------------------------------------------------------------------------*/

static struct root root;

/* With `start` < 0 the process has a folder and no stat, as one that vanishes. */
static void add_process(int pid, int ppid, int start)
{
    char name[64], text[128];
    snprintf(name, sizeof name, "proc/%d", pid);
    root_folder(&root, name);
    if (start < 0)
        return;
    strcat(name, "/stat");
    snprintf(text, sizeof text, "%d (p) S %d 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 2 3\n",
             pid, ppid, start);
    root_file(&root, name, text);
}

/* The pids of a list as text: "2 3 5 "; the list is closed. */
static const char *pids_of(int rc, psutil_process_list *list)
{
    static char text[4096];
    size_t len = 0;
    if (rc != 0) {
        snprintf(text, sizeof text, "error %d", rc);
        return text;
    }
    text[0] = '\0';
    for (size_t i = 0; i < list->len && len < sizeof text - 32; i++)
        len += (size_t)snprintf(text + len, 32, "%lld ",
                                (long long)psutil_process_pid(list->items[i]));
    psutil_process_list_close(list);
    return text;
}

static const char *children_of(psutil *ctx, int pid, bool recursive)
{
    psutil_process_list *list = NULL;
    psutil_process *process = open_handle(ctx, pid);
    int rc = psutil_process_children(&list, process, recursive);
    psutil_process_close(process);
    return pids_of(rc, list);
}

static const char *parents_of(psutil *ctx, int pid)
{
    psutil_process_list *list = NULL;
    psutil_process *process = open_handle(ctx, pid);
    int rc = psutil_process_parents(&list, process);
    psutil_process_close(process);
    return pids_of(rc, list);
}

static int64_t parent_of(psutil *ctx, int pid)
{
    psutil_process *process = open_handle(ctx, pid), *parent = NULL;
    int rc = psutil_process_parent(&parent, process);
    int64_t result = rc != 0 ? rc : parent ? psutil_process_pid(parent) : 0;
    psutil_process_close(parent);
    psutil_process_close(process);
    return result;
}

/* The order was seen at psutil: siblings by pid, then the descendants of the last one first. */
TEST(a_family)
{
    root = root_make();
    add_process(1, 0, 1);
    add_process(2, 0, 1);
    add_process(10, 1, 5);
    add_process(11, 1, 6);
    add_process(20, 10, 7);
    add_process(21, 10, 8);
    add_process(22, 11, 8);
    add_process(30, 22, 9);
    psutil *ctx = root_open(&root);
    CHECK_STRING(children_of(ctx, 1, false), "10 11 ");
    CHECK_STRING(children_of(ctx, 1, true), "10 11 22 30 20 21 ");
    CHECK_STRING(children_of(ctx, 2, true), "");
    CHECK_STRING(children_of(ctx, 10, false), "20 21 ");
    CHECK_STRING(parents_of(ctx, 30), "22 11 1 ");
    CHECK_STRING(parents_of(ctx, 1), "");
    CHECK_INT(parent_of(ctx, 30), 22);
    CHECK_INT(parent_of(ctx, 1), 0);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(whoever_is_younger_is_no_parent)
{
    root = root_make();
    add_process(1, 0, 1);
    add_process(10, 1, 50); /* has the pid of the parent of 11 and 20 */
    add_process(11, 10, 40);
    add_process(12, 10, 50);
    add_process(20, 11, 60);
    psutil *ctx = root_open(&root);
    CHECK_STRING(children_of(ctx, 10, true), "12 ");
    CHECK_INT(parent_of(ctx, 11), 0);
    CHECK_INT(parent_of(ctx, 12), 10);
    CHECK_STRING(parents_of(ctx, 20), "11 ");
    psutil_close(ctx);
    root_remove(&root);
}

TEST(unreadable_processes_spoil_nothing) /* corner case 5 */
{
    root = root_make();
    add_process(1, 0, 1);
    add_process(10, 1, 5);
    add_process(11, 1, -1);
    add_process(12, 1, 5);
    add_process(13, 11, 6);
    add_process(14, 99, 6);
    root_file(&root, "proc/15/stat", ""); /* empty, as of a process that ends */
    psutil *ctx = root_open(&root);
    CHECK_STRING(children_of(ctx, 1, true), "10 12 ");
    CHECK_INT(parent_of(ctx, 13), 0);
    CHECK_INT(parent_of(ctx, 14), 0);
    CHECK_STRING(parents_of(ctx, 13), "");
    psutil_close(ctx);
    root_remove(&root);
}

TEST(circles_end)
{
    root = root_make();
    add_process(5, 5, 1); /* its own parent */
    add_process(6, 8, 1);
    add_process(7, 6, 1);
    add_process(8, 7, 1);
    add_process(9, 8, 2); /* below the circle */
    psutil *ctx = root_open(&root);
    CHECK_STRING(children_of(ctx, 5, true), "");
    CHECK_INT(parent_of(ctx, 5), 0);
    CHECK_STRING(children_of(ctx, 6, true), "7 8 9 ");
    CHECK_STRING(parents_of(ctx, 6), "8 7 ");
    CHECK_STRING(parents_of(ctx, 9), "8 7 6 ");
    psutil_close(ctx);
    root_remove(&root);
}

TEST(a_handle_of_somebody_gone)
{
    root = root_make();
    add_process(1, 0, 1);
    add_process(10, 1, 5);
    add_process(20, 10, 6);
    psutil *ctx = root_open(&root);
    keep_none(ctx);
    psutil_process_list *list = NULL;
    psutil_process *parent = NULL, *process = open_handle(ctx, 10);
    add_process(10, 1, 6); /* another process has the pid now */
    CHECK_INT(psutil_process_children(&list, process, true), PSUTIL_EREUSED);
    CHECK_INT(psutil_process_parents(&list, process), PSUTIL_EREUSED);
    CHECK_INT(psutil_process_parent(&parent, process), PSUTIL_EREUSED);
    root_delete(&root, "proc/10/stat");
    root_delete(&root, "proc/10");
    CHECK_INT(psutil_process_children(&list, process, true), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_parents(&list, process), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_parent(&parent, process), PSUTIL_ESRCH);
    CHECK(!list && !parent);
    psutil_process_close(process);
    psutil_close(ctx);
    root_remove(&root);
}

/* A chain and a flat family, as large as memory files are cheap. Listing must not cost the square:
 * that would be a hundred million steps, and is seen in the time. */
TEST(ten_thousand_processes) /* corner case 11 */
{
    enum { COUNT = 10000 };
    root = root_make();
    add_process(1, 0, 1);
    for (int i = 2; i <= COUNT; i++)
        add_process(i, i % 2 || i == 2 ? 1 : i - 2, i);
    psutil *ctx = root_open(&root);
    psutil_process_list *list = NULL;
    psutil_process *first = open_handle(ctx, 1);
    double begin = seconds_now();
    CHECK_INT(psutil_process_children(&list, first, true), 0);
    CHECK(seconds_now() - begin < 5);
    REQUIRE(list != NULL);
    CHECK_INT(list->len, COUNT - 1);
    CHECK_INT(psutil_process_pid(list->items[COUNT - 2]), COUNT);
    psutil_process_list_close(list);
    psutil_process_close(first);
    psutil_process *last = open_handle(ctx, COUNT);
    CHECK_INT(psutil_process_parents(&list, last), 0);
    CHECK_INT(list->len, COUNT / 2);
    psutil_process_list_close(list);
    psutil_process_close(last);
    psutil_close(ctx);
    root_remove(&root);
}

/* ---- Real processes ---------------------------------------------------------------------------*/

TEST(real_children)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    pid_t a = start_child(60, 0), b, c = start_grandchild(60, 0, 0, &b), zombie = start_child(0, 0);
    psutil_process *self = open_handle(ctx, getpid());
    psutil_process_list *list = NULL;
    char wanted[128];
    snprintf(wanted, sizeof wanted, "%d %d %d ", a, c, zombie);
    int rc = psutil_process_children(&list, self, false);
    CHECK_STRING(pids_of(rc, list), wanted);
    snprintf(wanted, sizeof wanted, "%d %d %d %d ", a, c, zombie, b);
    rc = psutil_process_children(&list, self, true);
    REQUIRE(rc == 0 && list->len == 4);
    psutil_process *opened = open_handle(ctx, b);
    CHECK(psutil_process_equal(list->items[3], opened));
    psutil_process_close(opened);
    CHECK_STRING(pids_of(rc, list), wanted);
    CHECK_INT(parent_of(ctx, b), c);
    CHECK_INT(parent_of(ctx, c), getpid());
    CHECK_INT(parent_of(ctx, getpid()), getppid());
    CHECK_INT(parent_of(ctx, 1), 0);
    end_child(a);
    end_child(c);
    waitpid(zombie, NULL, 0);
    psutil_process_close(self);
    psutil_close(ctx);
}

/* Orphans go to the next ancestor that takes them. */
TEST(orphans_change_their_parent)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    int ends[2];
    pid_t pid;
    REQUIRE(pipe(ends) == 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t child = fork_child();
    if (child == 0) {
        pid = fork();
        if (pid == 0) {
            sleep_for(60);
            _exit(0);
        }
        _exit(write(ends[1], &pid, sizeof pid) != sizeof pid);
    }
    REQUIRE(read(ends[0], &pid, sizeof pid) == sizeof pid);
    waitpid(child, NULL, 0);
    CHECK_INT(parent_of(ctx, pid), getpid());
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    end_child(pid);
    close(ends[0]);
    close(ends[1]);
    psutil_close(ctx);
}

/* What a user sees of a /proc that hides others' processes. The exit code tells what was wrong. */
static int relatives_as_nobody(const char *hidepid)
{
    pid_t self = getpid();
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", 0, hidepid) != 0)
        return 77;
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        return 77;
    prctl(PR_SET_DUMPABLE, 1); /* without, its own children are hidden from it as well */
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    pid_t child = start_child(60, 0);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%d ", child);
    int result = strcmp(children_of(ctx, self, true), wanted) != 0 ? 1
                 : parent_of(ctx, child) != self                   ? 2
                 : parent_of(ctx, self) != 0                       ? 3
                 : strcmp(parents_of(ctx, self), "") != 0          ? 4
                                                                   : 0;
    end_child(child);
    psutil_close(ctx);
    return result;
}

TEST(hidden_processes_spoil_nothing) /* corner case 6 */
{
    static const char *const options[] = {"hidepid=1", "hidepid=2"};
    if (geteuid() != 0)
        SKIP("needs root, to mount a /proc");
    for (size_t i = 0; i < 2; i++) {
        int status = 0;
        pid_t pid = fork_child();
        if (pid == 0)
            _exit(relatives_as_nobody(options[i]));
        waitpid(pid, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
            SKIP("mounting is forbidden here");
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 0);
    }
}

static void walk_the_tree(psutil_process *self)
{
    psutil_process_list *list = NULL;
    psutil_process *parent = NULL;
    CHECK_INT(psutil_process_parents(&list, self), 0);
    psutil_process_list_close(list);
    CHECK_INT(psutil_process_children(&list, self, true), 0);
    psutil_process_list_close(list);
    CHECK_INT(psutil_process_parent(&parent, self), 0);
    psutil_process_close(parent);
}

TEST(no_descriptor_stays_open)
{
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    psutil_process *self = open_handle(ctx, getpid());
    for (int i = 0; i < 2; i++) /* what is read twice is kept open */
        walk_the_tree(self);
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++)
        walk_the_tree(self);
    int after = dup(0);
    CHECK_INT(after, before);
    close(after);
    psutil_process_close(self);
    psutil_close(ctx);
}

int main(void)
{
    return run_tests();
}
