/* Waiting for more processes than the program may open descriptors. */
#include "core/process.h"
#include "os/linux/process.h"

#include "children.h"

#include <errno.h>
#include <sys/resource.h>

enum { CROWD = 500 };

/* Memcheck looks through each child for what it has lost. */
static int crowd(void)
{
    return under_memcheck() ? 90 : CROWD;
}

static void open_crowd(psutil *ctx, psutil_process **processes)
{
    for (int i = 0; i < crowd(); i++)
        processes[i] = open_handle(ctx, start_child(0.5 + 0.002 * (i * 7 % crowd()), i % 256));
}

static void check_crowd(psutil_process **processes)
{
    for (int i = 0; i < crowd(); i++) {
        CHECK_INT(wait_for(processes[i], 10), i % 256);
        psutil_process_close(processes[i]);
    }
}

/* Far more processes than the program may open descriptors. */
TEST(more_processes_than_descriptors) /* corner case 11 */
{
    static psutil_process *processes[CROWD];
    static bool gone[CROWD];
    struct rlimit old, low;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){64, old.rlim_max};
    for (size_t r = 0; r < REACHES; r++) {
        setrlimit(RLIMIT_NOFILE, &low);
        psutil *ctx = open_reaching(reaches[r]);
        size_t before = count_descriptors();
        open_crowd(ctx, processes);
        CHECK_INT(psutil_wait_procs(gone, ctx, processes, (size_t)crowd(), 30, NULL, NULL), 0);
        for (int i = 0; i < crowd(); i++)
            CHECK(gone[i]);
        check_crowd(processes);
        CHECK_INT(count_descriptors(), before);
        psutil_close(ctx);
        setrlimit(RLIMIT_NOFILE, &old);
    }
}

/* Handles keep more descriptors than the limit, lowered later, allows to open: those that keep some
 * can be waited for; for the others the cause is told, and no end is lost. */
TEST(no_descriptor_can_be_opened)
{
    static psutil_process *processes[CROWD];
    static bool gone[CROWD];
    struct rlimit old, low;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){24, old.rlim_max};
    for (size_t r = 0; r < REACHES; r++) {
        psutil *ctx = open_reaching(reaches[r]);
        psutil_error error;
        if (ps_linux_of(ctx)->kept_limit > 40)
            ps_linux_of(ctx)->kept_limit = 40; /* of any crowd */
        open_crowd(ctx, processes);
        if (!processes[29]->ref.kept)
            SKIP("RLIMIT_NOFILE is too low here");
        setrlimit(RLIMIT_NOFILE, &low);
        int rc = psutil_wait_procs(gone, ctx, processes, (size_t)crowd(), 30, NULL, NULL);
        bool told = psutil_error_detail(&error, ctx);
        int kept = psutil_wait_procs(gone, ctx, processes, 30, 30, NULL, NULL);
        setrlimit(RLIMIT_NOFILE, &old);
        CHECK_INT(rc, PSUTIL_ESYSTEM);
        CHECK(told);
        CHECK_INT(error.os_code, EMFILE);
        if (ps_linux_reach(ctx) != PS_REACH_PIDS)
            CHECK_INT(kept, 0);
        check_crowd(processes);
        psutil_close(ctx);
    }
}

/* The rest of the program leaves hardly any descriptors: those in use are given up for looking. */
TEST(descriptors_run_out_within_the_budget)
{
    enum { COUNT = 60 };
    psutil_process *processes[COUNT];
    bool gone[COUNT];
    int taken[64], count = 0;
    struct rlimit old, low;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    low = (struct rlimit){64, old.rlim_max};
    psutil *ctx = open_reaching(PS_REACH_UNKNOWN);
    keep_none(ctx);
    for (int i = 0; i < COUNT; i++)
        processes[i] = open_handle(ctx, start_child(0.2 + 0.01 * (i * 7 % COUNT), i));
    setrlimit(RLIMIT_NOFILE, &low);
    while (count < 64 && (taken[count] = dup(0)) >= 0)
        count++;
    for (int i = 0; i < 6; i++)
        close(taken[--count]);
    CHECK_INT(psutil_wait_procs(gone, ctx, processes, COUNT, 30, NULL, NULL), 0);
    while (count > 0)
        close(taken[--count]);
    setrlimit(RLIMIT_NOFILE, &old);
    for (int i = 0; i < COUNT; i++) {
        CHECK(gone[i]);
        CHECK_INT(wait_for(processes[i], 10), i);
        psutil_process_close(processes[i]);
    }
    psutil_close(ctx);
}

int main(void)
{
    return run_tests();
}
