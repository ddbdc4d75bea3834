/* What turns rows into fields, of a walk over all processes or of one process. */
#ifndef PS_BPF_ROW_H
#define PS_BPF_ROW_H

#include "os/linux/bpf/state.h"

#include <unistd.h>

/* include/linux/sched.h */
#define PS_PF_KTHREAD 0x00200000

/* Whoever tells what rows say. */
struct ps_lane_teller {
    psutil *ctx;
    const struct ps_lane *lane;
    unsigned own; /* the caller's pid */
    int64_t uid;  /* of the name that was found last; PSUTIL_UNKNOWN: none was */
    const char *username;
};

static inline struct ps_lane_teller ps_lane_teller_of(psutil *ctx, const struct ps_lane *lane)
{
    return (struct ps_lane_teller){ctx, lane, (unsigned)getpid(), PSUTIL_UNKNOWN, NULL};
}

/* Fills and settles what needs no reading at all. `more` is NULL with short rows. Fails without
 * memory only. */
int ps_lane_tell(struct ps_lane_teller *teller, const struct ps_bpf_task *task,
                 const struct ps_bpf_more *more, struct ps_reader *reader);

/* Whether the row tells what of `stat` is wanted. */
bool ps_lane_tells_stat(const struct ps_bpf_task *task, const struct ps_reader *reader);

/* Gives the reader what `stat` would tell. */
void ps_lane_tell_stat(const struct ps_lane_teller *teller, const struct ps_bpf_task *task,
                       const struct ps_bpf_more *more, struct ps_lane_times times,
                       struct ps_reader *reader);

/* Whether fields are wanted that no row has, or that this one could not tell: besides `stat`, and
 * the command line. */
bool ps_lane_lacks(const struct ps_reader *reader);

/* Whether the command line is wanted, also for the name of a long-named process. */
bool ps_lane_needs_cmdline(const struct ps_reader *reader, const struct ps_bpf_task *task);

#endif
