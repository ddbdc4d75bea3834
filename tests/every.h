/* Every public function that reads, as a table: for tests that put the same question to all of
 * them. An answer becomes rows of text, so that any two can be compared. */
#ifndef EVERY_H
#define EVERY_H

#include <psutil.h>
#include <stdbool.h>

/* Whom the questions are put to. */
struct asked {
    psutil *ctx;
    psutil_process *process;
    psutil_cpu_sampler *sampler;
    psutil_nowrap *nowrap;
    psutil_table *table; /* refreshed once */
};

/* What an answer consists of. */
enum shape {
    SHAPE_NONE,
    SHAPE_INT,
    SHAPE_BOOL,
    SHAPE_DOUBLE,
    SHAPE_LOADS,  /* three doubles */
    SHAPE_COUNTS, /* psutil_pmem_ex, whose record lies within the process's */
    SHAPE_STRING,
    SHAPE_RECORD,
    SHAPE_RECORDS,
    SHAPE_INTS,
    SHAPE_DOUBLES,
    SHAPE_STRINGS,
    SHAPE_INFO,
    SHAPE_TABLE, /* the table that was asked about */
    SHAPE_HANDLE,
    SHAPE_HANDLES,
    SHAPE_CONTEXT,
    SHAPE_SAMPLER,
    SHAPE_NOWRAP,
    SHAPE_EMPTY_TABLE
};

/* Properties of an answer. */
enum {
    OF_PROCESS = 1, /* it is about asked.process */
    TIMED = 2,      /* it tells about a question before, or the time since */
    OF_CALLER = 4,  /* it is about the running program, whatever the roots are */
    MOVES = 8,      /* its numbers change by themselves on a live machine */
    COMES = 16,     /* so do its rows */
    NAMED = 32,     /* names come from elsewhere, and fall back to other names */
    OF_STAT = 64    /* it stands in a file that every living process has */
};

struct question {
    const char *name;
    int (*ask)(void *out, struct asked *about);
    enum shape shape;
    const char *record;
    unsigned traits;
};

extern const struct question questions[];
extern const size_t question_count;

/* Room for any answer. */
union answer {
    int64_t number;
    bool truth;
    double real;
    double loads[3];
    char *string;
    void *block;
    char bytes[512];
};

/* An answer as text: a line for each record, and one for each item of a list in it. The values of a
 * line are separated by UNIT; an unknown one is "?". */
#define UNIT '\x1f'

struct rows {
    char **items;
    size_t len, capacity;
};

/* With `moving`, known numbers are "#". */
void rows_of(struct rows *rows, const struct question *question, const union answer *answer,
             const struct asked *about, bool moving);
void rows_free(struct rows *rows);
bool rows_equal(const struct rows *a, const struct rows *b);

/* Whether each row is one of the others, in their order. */
bool rows_within(const struct rows *rows, const struct rows *whole);

/* Frees what an answer holds. */
void answer_free(const struct question *question, union answer *answer);

#endif
