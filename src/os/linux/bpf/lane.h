/* The fast lane: all processes in a few large reads.
 *
 * Programs in the kernel (tasks.bpf.c) write a row for each process. It is used where the caller
 * may load them, where the proc root shows what the kernel knows of all processes, and where it
 * pays: loading costs as much as reading some thousand processes from /proc. Whatever a row cannot
 * tell exactly as /proc does is asked there. */
#ifndef PS_BPF_LANE_H
#define PS_BPF_LANE_H

#include "os/linux/process.h"

struct ps_lane;

/* NULL without memory. */
struct ps_lane *ps_lane_new(void);
void ps_lane_free(psutil *ctx);

/* Whether a walk for these fields shall go through the lane. */
bool ps_lane_is_open(psutil *ctx, psutil_fields fields);

/* The same for a walk over `len` processes, of which some may have been through /proc before:
 * opens the lane when all these together cost more than that. */
bool ps_lane_pays(psutil *ctx, psutil_fields fields, size_t len);

/* Calls `row` for all processes, as ps_os_process_walk(). When the kernel fails in the middle the
 * lane is closed, and the walk is to go on behind the process `*last`: 1. */
int ps_lane_walk(psutil *ctx, struct ps_walk *walk, struct ps_reading *reading, ps_process_row *row,
                 void *user, int64_t *last);

#endif
