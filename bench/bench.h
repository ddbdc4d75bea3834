/* Measuring pairs: a call of the library beside the bare system calls that its data needs. */
#ifndef BENCH_H
#define BENCH_H

#include <psutil.h>
#include <stdio.h>
#include <sys/types.h>

/* ---- What the calls work on (subject.c) ---------------------------------------------------------
 */

#define SUBJECT_CHILDREN 2

/* This process, with a few things made for it: children that sleep, sockets, an open file. */
struct subject {
    psutil *ctx;
    psutil_process *self;
    pid_t pid;
    int dir; /* descriptor of its folder in /proc */
    pid_t child_pids[SUBJECT_CHILDREN];
    psutil_process *children[SUBJECT_CHILDREN];
    psutil_cpu_sampler *sampler;
    psutil_nowrap *disks;
    psutil_nowrap *nics;
};

extern struct subject subject;

/* False, with a line on stderr, when something could not be made. */
bool subject_open(void);
void subject_close(void);

/* sleepers.c: the calling process ends, if not before, when its parent does. */
void die_with_parent(void);

/* Forks; the child sleeps until it is killed or this process is gone. */
pid_t start_sleeper(void);
void end_sleepers(const pid_t *pids, int count);

/* ---- Rows -------------------------------------------------------------------------------------*/

/* A row: the public function and its floor. `floor_of` says in words what the floor is. */
struct row {
    const char *name;
    void (*ours)(void);
    void (*bare)(void);
    const char *floor_of;
};

extern const struct row rows_system[], rows_network[], rows_process[], rows_handle[];
extern const size_t rows_system_len, rows_network_len, rows_process_len, rows_handle_len;

/* A function of the library whose result is a value, or a block to be freed. */
#define OURS_VALUE(id, type, call)                                                                 \
    static void ours_##id(void)                                                                    \
    {                                                                                              \
        type out;                                                                                  \
        if ((call) != 0)                                                                           \
            return;                                                                                \
    }
#define OURS_BLOCK(id, type, call)                                                                 \
    static void ours_##id(void)                                                                    \
    {                                                                                              \
        type *out;                                                                                 \
        if ((call) == 0)                                                                           \
            psutil_free(out);                                                                      \
    }
#define ROW(name, floor, of)                                                                       \
    {                                                                                              \
#name, ours_##name, bare_##floor, of                                                       \
    }

/* ---- Measuring --------------------------------------------------------------------------------*/

/* How much is done about a row. */
struct effort {
    long calls;     /* or pairs of samples: at most so many */
    double seconds; /* and about so long; 0: no limit */
};

/* Medians over samples that take turns, in nanoseconds a call. */
struct measure {
    double ours_ns;
    double floor_ns;
    double ratio;  /* of the two */
    double spread; /* of ours: (third quartile - first) / median */
};

struct measure measure(const struct row *row, const struct effort *effort);

/* What tables of all processes are measured with. */
#define TABLE_TEN_FIELDS                                                                           \
    (PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |          \
     PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(NUM_THREADS) |             \
     PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(CMDLINE))
#define TABLE_EIGHTEEN_FIELDS                                                                      \
    (TABLE_TEN_FIELDS | PSUTIL_FIELD(EXE) | PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(NICE) |          \
     PSUTIL_FIELD(CPU_PERCENT) | PSUTIL_FIELD(MEMORY_PERCENT) | PSUTIL_FIELD(NUM_FDS) |            \
     PSUTIL_FIELD(IO_COUNTERS) | PSUTIL_FIELD(CWD))

/* A table of all processes. */
struct table_case {
    const char *name;
    psutil_fields fields;
    void (*bare)(void);
    const char *floor_of;
};

extern const struct table_case table_cases[];
extern const size_t table_cases_len;

struct table_result {
    struct measure time;
    size_t rows;
    double
        bytes; /* by which resident memory had grown at its highest while tables were refreshed */
    int descriptors; /* most that were open at a time, besides those from before */
};

/* Measures a table. */
bool measure_table(const struct table_case *table, const struct effort *effort,
                   struct table_result *out);

/* Calls each function and prints, in TAP, whether heap or descriptors grew; returns how many did.
 * `only` is the name of a row, or NULL. */
int measure_growth(const struct effort *effort, const char *only);

double now_ns(void);

#endif
