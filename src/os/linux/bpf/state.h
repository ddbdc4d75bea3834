/* What the files of the fast lane share. */
#ifndef PS_BPF_STATE_H
#define PS_BPF_STATE_H

#include "os/linux/bpf/lane.h"
#include "os/linux/bpf/load.h"
#include "os/linux/bpf/records.h"

enum ps_lane_state { PS_LANE_UNTRIED, PS_LANE_OPENING, PS_LANE_OPEN, PS_LANE_OFF };

/* What /proc counts a process's pages by. */
enum ps_lane_pages {
    PS_LANE_PAGES_UNKNOWN, /* nothing that the rows have */
    PS_LANE_PAGES_READ,    /* the one number of each kind */
    PS_LANE_PAGES_SUM      /* and what each CPU has on top of it: 6.16 */
};

struct ps_lane_past;

/* What rows tell, and of that what `stat` tells otherwise and what needs no other part. */
#define PS_LANE_STAT                                                                               \
    (PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(STATUS) |  \
     PSUTIL_FIELD(TERMINAL) | PSUTIL_FIELD(NICE) | PSUTIL_FIELD(NUM_THREADS) |                     \
     PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(CPU_NUM) | PSUTIL_FIELD(PAGE_FAULTS))
#define PS_LANE_PLAIN                                                                              \
    (PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(NUM_CTX_SWITCHES) |                    \
     PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(IO_COUNTERS) |              \
     PSUTIL_FIELD(NUM_FDS))
/* What the short rows lack. */
#define PS_LANE_MORE                                                                               \
    (PSUTIL_FIELD(NICE) | PSUTIL_FIELD(PAGE_FAULTS) | PSUTIL_FIELD(IO_COUNTERS) |                  \
     PSUTIL_FIELD(NUM_FDS))
#define PS_LANE_FIELDS (PS_LANE_STAT | PS_LANE_PLAIN | PSUTIL_FIELD(CMDLINE))

/* Processes that /proc lists and the kernel's iterators leave out, as some sandboxes make them do.
 */
enum { PS_LANE_HIDDEN_MAX = 16 };
struct ps_lane_hidden {
    size_t len;
    int64_t pids[PS_LANE_HIDDEN_MAX]; /* ascending */
};

/* Questions of one sort. What follows `busy` belongs to who is asking. */
struct ps_lane_questions {
    enum ps_bpf_which program;
    _Atomic int state;      /* enum ps_lane_state */
    _Atomic int64_t missed; /* that were answered by /proc, as long as it is untried */
    _Atomic bool busy;
    int link, rows;
    struct ps_bpf_question *asked; /* shared with the kernel */
    size_t next;                   /* that is to be answered */
};

/* What /proc/stat counts as idle. */
enum ps_lane_idle {
    PS_LANE_IDLE_UNKNOWN,
    PS_LANE_IDLE_SLEPT,  /* as the tick that stops keeps account of it */
    PS_LANE_IDLE_COUNTED /* as the rest, where the tick never stops */
};

struct ps_lane {
    _Atomic int state;      /* enum ps_lane_state */
    _Atomic int64_t walked; /* processes that went through /proc, of all walks */
    unsigned generation;    /* of the process that opened it: see kept.h */
    int links[PS_BPF_PROGRAMS];
    bool may_trace; /* what only the owner of a process may see (ptrace(2)) is seen */
    enum ps_lane_pages pages;
    _Atomic(struct ps_lane_past *) past;
    _Atomic size_t tcp_rows;       /* of the last reading */
    _Atomic size_t rows;           /* of the last walk */
    _Atomic unsigned helpers;      /* threads that read ahead */
    struct ps_lane_hidden hidden;  /* guarded by ctx->lock */
    _Atomic int64_t unseen;        /* threads that no row has */
    _Atomic int64_t checked;       /* ps_os_clock() of when `hidden` was found */
    _Atomic bool is_doubtful;      /* it is to be found anew */
    struct ps_lane_questions one;  /* process at a time: one.c */
    struct ps_lane_questions cpus; /* cpus.c; what follows belongs to who asks these */
    enum ps_lane_idle idle;
    unsigned cpus_len; /* that the machine can have */
};

/* Opens the lane, whether it pays or not. False when it cannot be had. */
bool ps_lane_open_now(psutil *ctx);

/* ---- Questions: questions.c --------------------------------------------------------------------
 */

void ps_lane_questions_init(struct ps_lane_questions *questions, enum ps_bpf_which program);
void ps_lane_questions_free(psutil *ctx, struct ps_lane_questions *questions, bool is_ours);

/* Holds them for asking. False: somebody else does, they do not pay yet, or there are none. */
bool ps_lane_questions_hold(psutil *ctx, struct ps_lane_questions *questions);
void ps_lane_questions_release(struct ps_lane_questions *questions);

/* Asks for `count` rows, of the number `first` and those behind it. False when they are not told.
 */
bool ps_lane_ask(psutil *ctx, struct ps_lane_questions *questions, unsigned first, unsigned count,
                 void *rows, size_t size);

/* For good. */
void ps_lane_questions_off(struct ps_lane_questions *questions);

/* ---- Processor times: times.c ------------------------------------------------------------------
 *
 * The kernel counts in ticks who was interrupted by them, and exactly how long processes ran; what
 * /proc shows is the exact time, split as the ticks are. That no part ever goes back it ensures by
 * remembering what it showed (kernel/sched/cputime.c:cputime_adjust()); a program cannot write that
 * down in the kernel, so that it is remembered here. */

struct ps_lane_moment {
    int64_t pid;
    uint64_t start;
    struct ps_lane_times shown;
};

struct ps_lane_past {
    size_t len, capacity, matched;
    struct ps_lane_moment moments[]; /* by ascending pids */
};

/* Two generations: what was shown before is looked up in one, what is shown now goes to the other.
 * A walk takes the lane's, so that two at a time do not meet; the later one then remembers less. */
struct ps_lane_memory {
    struct ps_lane_past *old, *fresh;
};

void ps_lane_remember(struct ps_lane *lane, struct ps_lane_memory *memory);
void ps_lane_forget(struct ps_lane *lane, struct ps_lane_memory *memory);

/* The times that /proc would show, in nanoseconds. */
struct ps_lane_times ps_lane_times(struct ps_lane_memory *memory, const struct ps_bpf_task *task);

/* The same of one process, whose handle remembers what was shown last. */
struct ps_lane_times ps_lane_times_after(struct ps_lane *lane, struct ps_lane_times *shown,
                                         const struct ps_bpf_task *task);

/* ---- What rows leave out: hidden.c -------------------------------------------------------------
 */

/* Finds the processes that have no rows. False when that cannot be told, or they are too many. */
bool ps_lane_find_hidden(psutil *ctx, struct ps_lane *lane);

/* The same if there is doubt, and what is known then. */
struct ps_lane_hidden ps_lane_hidden(psutil *ctx, struct ps_lane *lane);

/* Doubts when a walk whose rows have so many threads has not seen all that there are. */
void ps_lane_count(psutil *ctx, struct ps_lane *lane, int64_t threads);

/* ---- Rows: row.c -------------------------------------------------------------------------------
 */

/* Fills what a row tells of `statm`. False when it does not tell. */
bool ps_lane_memory_info(psutil *ctx, const struct ps_lane *lane, const struct ps_bpf_task *task,
                         psutil_pmem *out);

/* The start time as /proc shows it. */
uint64_t ps_lane_start(psutil *ctx, const struct ps_bpf_task *task);

#endif
