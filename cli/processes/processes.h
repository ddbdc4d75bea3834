/* All processes as rows of a listing, and the columns that there are of them. */
#ifndef CLI_PROCESSES_PROCESSES_H
#define CLI_PROCESSES_PROCESSES_H

#include "cli.h"
#include "table/column.h"

struct process_row {
    psutil_process_info info;
    double now;   /* when it was read, in seconds since the epoch; NAN on another machine's */
    size_t index; /* in the library's table */
    const psutil_pthread *thread; /* of the process, where rows are threads; else NULL */
};

/* Columns of a process_row: short names, derived ones, and every field of the record "process". */
extern const struct listing process_listing;

/* For listings of processes with other usual columns. */
extern const struct column_spec process_columns[];
bool process_has(const void *row, size_t field);
void process_command(struct cell *out, const void *row, struct buffer *scratch);

/* The same columns, as psutil top shows them unless told otherwise. */
extern const struct listing top_listing;

struct processes {
    const struct cli *cli;
    psutil_table *table;
    struct process_row *rows;
    size_t len;
};

/* Opens for these fields; the start time is always among them, so that rows give safe handles. What
 * does not exist on this system is left out. CLI_…; close it either way. */
int processes_open(struct processes *processes, const struct cli *cli, psutil_fields fields);

/* Reads all processes anew. CLI_…, with the reason said. */
int processes_refresh(struct processes *processes);

/* The same, saying nothing: 0 or PSUTIL_E…. */
int processes_read(struct processes *processes);

void processes_close(struct processes *processes);

#endif
