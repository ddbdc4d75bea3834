/* The same table, once through /proc and once through the fast lane, one refresh of each in turn:
 * what long-lived programs pay, after the lane was opened. */
#include "bench.h"

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
        out->time = measure(&row, effort);
        out->rows = psutil_table_len(through_bpf);
    }
    psutil_table_close(through_bpf);
    psutil_table_close(through_proc);
    psutil_close(lane);
    return ok;
}
