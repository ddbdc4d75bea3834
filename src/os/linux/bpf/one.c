/* One process at a time, by its number: what several files of /proc tell, in one reading. What has
 * a cheaper way than `stat` and `status` is not asked here. */
#include "os/linux/bpf/row.h"

#include <string.h>

/* What is read from these files otherwise. */
#define PAYS                                                                                       \
    (PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(CPU_TIMES) |                     \
     PSUTIL_FIELD(CPU_NUM) | PSUTIL_FIELD(PAGE_FAULTS) | PSUTIL_FIELD(NUM_CTX_SWITCHES))

static bool hold(psutil *ctx, int64_t pid)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    return lane && pid > 0 && pid <= INT32_MAX && ps_lane_questions_hold(ctx, &lane->one);
}

static void release(psutil *ctx)
{
    ps_lane_questions_release(&ps_linux_of(ctx)->lane->one);
}

static bool ask(psutil *ctx, int64_t pid, struct ps_bpf_row *row)
{
    struct ps_lane_questions *questions = &ps_linux_of(ctx)->lane->one;
    return ps_lane_ask(ctx, questions, (unsigned)pid, 1, row, sizeof *row) && row->task.pid == pid;
}

static bool is_of(psutil *ctx, const struct ps_bpf_row *row, const struct ps_ref *ref)
{
    return row->more.id == ref->id && ps_lane_start(ctx, &row->task) == ref->start;
}

/* The name lies in the row, which the reader outlives. */
static void keep_name(struct ps_reader *reader)
{
    memcpy(reader->stat_bytes, reader->stat.comm.data, reader->stat.comm.len);
    reader->stat.comm.data = reader->stat_bytes;
}

/* What is left, if anything, is read from the process's folder. */
static bool tell(struct ps_lane *lane, const struct ps_bpf_row *row, struct ps_process_kept *kept,
                 struct ps_reader *reader, bool *missing)
{
    struct ps_lane_teller teller = ps_lane_teller_of(reader->ctx, lane);
    if (!ps_lane_tells_stat(&row->task, reader) ||
        ps_lane_tell(&teller, &row->task, &row->more, reader) != 0) {
        reader->settled = 0;
        return false;
    }
    ps_lane_tell_stat(&teller, &row->task, &row->more,
                      ps_lane_times_after(lane, &kept->shown, &row->task), reader);
    keep_name(reader);
    bool is_kernels = row->task.flags & PS_PF_KTHREAD;
    if (is_kernels)
        reader->cmdline_rc = 0;
    *missing = ps_lane_lacks(reader) || (!is_kernels && ps_lane_needs_cmdline(reader, &row->task));
    return true;
}

bool ps_lane_one(struct ps_reader *reader, const struct ps_ref *ref, bool *missing)
{
    psutil *ctx = reader->ctx;
    struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    struct ps_bpf_row row;
    bool worth = kept && ref->id != 0 && reader->to->fields & PAYS;
    if (!worth || !hold(ctx, ref->pid))
        return false;
    bool told = ask(ctx, ref->pid, &row) && is_of(ctx, &row, ref) &&
                tell(ps_linux_of(ctx)->lane, &row, kept, reader, missing);
    release(ctx);
    return told;
}

bool ps_lane_birth(psutil *ctx, struct ps_ref *ref)
{
    struct ps_bpf_row row;
    if (ref->id == 0 || !hold(ctx, ref->pid))
        return false;
    bool told =
        ask(ctx, ref->pid, &row) && row.more.id == ref->id && !(row.task.odd & PS_BPF_ODD_STAT);
    release(ctx);
    if (told) {
        ref->start = ps_lane_start(ctx, &row.task);
        ref->ppid = row.task.ppid;
    }
    return told;
}
