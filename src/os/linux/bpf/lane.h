/* The fast lane: all processes in a few large reads.
 *
 * Programs in the kernel (tasks.bpf.c) write a row for each process. The lane is used where the
 * caller may load them, where the proc root shows all that the kernel knows, and where it pays:
 * loading costs as much as reading a few thousand processes from /proc. What a row cannot tell
 * exactly as /proc does is asked there. */
#ifndef PS_BPF_LANE_H
#define PS_BPF_LANE_H

#include "os/linux/process.h"
#include "parse/stat.h"

/* NULL without memory, and where the library was built without the lane: there is none then. */
struct ps_lane *ps_lane_new(void);
void ps_lane_free(psutil *ctx);

/* Whether a walk for these fields goes through the lane. */
bool ps_lane_is_open(psutil *ctx, psutil_fields fields);

/* The same for a walk over `len` processes that is about to go through /proc: opens the lane when
 * this walk and those before cost more than that. */
bool ps_lane_pays(psutil *ctx, psutil_fields fields, size_t len);

/* Whether it may be opened at all: else the number of processes need not be known. */
bool ps_lane_may_pay(psutil *ctx, psutil_fields fields);

/* Calls `row` for all processes, as ps_os_process_walk(). When the kernel fails in the middle, the
 * lane is closed for good, and the rest of the walk is to be done otherwise: `*last` is then the
 * last pid that was looked at, else INT64_MAX. */
int ps_lane_walk(psutil *ctx, struct ps_reading *reading, struct ps_walk *walk, ps_process_row *row,
                 void *user, int64_t *last);

/* Asks for one process by its number where that pays. True: the reader has what its row tells, and
 * `*missing` says whether something is to be read from its folder besides. */
bool ps_lane_one(struct ps_reader *reader, const struct ps_ref *ref, bool *missing);

/* Finds when the process that has the pid and the id was started, and by whom. */
bool ps_lane_birth(psutil *ctx, struct ps_ref *ref);

/* The lines about CPUs that /proc/stat would have now, the one about all of them first. Returns how
 * many; 0: they are not told. */
enum { PS_LANE_CPUS_MAX = 256 };
size_t ps_lane_cpu_times(psutil *ctx, struct ps_stat_cpu lines[PS_LANE_CPUS_MAX + 1]);

struct ps_owners;

/* Adds the sockets that processes have open, as ps_owners_read_all(), if the lane is open and can
 * tell: false, and nothing is added, when it cannot. `*rc` is the result otherwise. */
bool ps_lane_owners(psutil *ctx, struct ps_owners *owners, int *rc);

struct ps_lane_tcp;
struct ps_sockets;

/* Starts reading the TCP sockets of the caller's network namespace, if that is among the kinds, in
 * another thread where it pays. NULL when the lane is not open, or cannot tell, or when they were
 * few the last time. */
struct ps_lane_tcp *ps_lane_tcp_start(psutil *ctx, unsigned kinds);
void ps_lane_tcp_stop(struct ps_lane_tcp *tcp);

/* Adds them, and returns the kinds that are left to others: all of them for NULL. */
unsigned ps_lane_tcp_take(struct ps_lane_tcp *tcp, struct ps_sockets *sockets, unsigned kinds);

/* Takes into account that so many rows of TCP sockets were read otherwise. */
void ps_lane_note_tcp(psutil *ctx, size_t sockets);

/* Takes into account that so many descriptors of so many processes were read from /proc. */
void ps_lane_note_owners(psutil *ctx, size_t processes, size_t sockets);

#endif
