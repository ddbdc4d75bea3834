/* The same table, once through /proc and once through the fast lane, one refresh of each in turn:
 * what long-lived programs pay, after the lane was opened. */
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static psutil *lane;
static psutil_table *through_proc, *through_bpf;

static void refresh_proc(void)
{
    psutil_table_refresh(through_proc);
}

static void refresh_bpf(void)
{
    psutil_table_refresh(through_bpf);
}

static bool open_both(psutil_fields fields)
{
    return psutil_open(&lane, NULL) == 0 && psutil_table_open(&through_bpf, lane, fields) == 0 &&
           psutil_table_open(&through_proc, subject.ctx, fields) == 0;
}

/* What keeps programs in the kernel is a descriptor of this process's. */
static bool has_programs(void)
{
    for (int fd = 0; fd < 256; fd++) {
        char path[64], target[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(path, target, sizeof target - 1);
        if (len > 0 && (target[len] = '\0', strstr(target, "bpf")))
            return true;
    }
    return false;
}

/* The first refresh of so many processes opens the lane, where the kernel lets it. */
bool measure_scale(const struct table_case *of, const struct effort *effort,
                   struct scale_result *out)
{
    const struct row row = {of->name, refresh_bpf, refresh_proc, ""};
    bool ok = open_both(of->fields);
    if (ok) {
        double begun = now_ns();
        refresh_bpf();
        out->first_ns = now_ns() - begun;
        out->is_fast = has_programs();
        out->time = measure(&row, effort);
        out->rows = psutil_table_len(through_bpf);
    }
    psutil_table_close(through_bpf);
    psutil_table_close(through_proc);
    psutil_close(lane);
    return ok;
}
