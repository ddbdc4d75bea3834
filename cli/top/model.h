/* What psutil top shows: the processes in their order, the one that is selected and those that are
 * marked. Nothing here knows of a terminal.
 *
 * Of all processes only those fields are read that the order, the filter and the tree need;
 * the rest is asked for of those that are on the screen. */
#ifndef CLI_TOP_MODEL_H
#define CLI_TOP_MODEL_H

#include "sample.h"
#include "screen/chart.h"
#include "table/table.h"

/* Who a process is, whatever becomes of its pid. */
struct identity {
    int64_t pid;
    double started;
};

/* A process with all that the screen shows of it. */
struct seen {
    struct process_row row;
    psutil_process_info *info; /* what the table did not have; NULL: nothing more could be had */
};

enum { MODEL_TEXT = 256 };

struct model {
    const struct cli *cli;
    struct table table; /* the columns, the order and the filter */
    struct processes processes;
    psutil_fields fields; /* that `processes` has */
    psutil_fields wanted; /* besides, until the next change: for a search */
    struct seen **seen;   /* of each row of `processes`, or NULL */
    struct samplers samplers;
    struct sample sample;
    struct history cpu, memory; /* percent */

    struct rows rows; /* what is listed */
    bool tree;
    char filter[MODEL_TEXT]; /* as it was typed */
    char user[MODEL_TEXT];
    char search[MODEL_TEXT];

    size_t cursor; /* the selected row */
    struct identity selected;
    bool follows; /* whether the selection stays with its process, not at the top */
    struct identity *marked;
    size_t marked_len;
};

/* Reads the options. CLI_…; close it either way. */
int model_open(struct model *model, const struct cli *cli);
void model_close(struct model *model);

/* Reads everything anew. 0 or PSUTIL_E…. */
int model_refresh(struct model *model);

/* After a change of the order, the filter, the user, the tree or `wanted`: arranges what was read,
 * and reads more where that needs it. 0 or PSUTIL_E…. */
int model_change(struct model *model);

/* The process of a listed row, with what the columns need. NULL beyond the end. */
const struct process_row *model_row(struct model *model, size_t index);

/* ---- The order and what is listed ----------------------------------------------------------- */

/* Orders by a column: from the most where that is a number that people look for the largest of. */
bool model_sort(struct model *model, const char *name);

/* Orders by the column that is shown so many places further right. */
void model_sort_step(struct model *model, long step);
void model_sort_turn(struct model *model);

/* Sets the filter; "" for none. False with `problem` filled in, and the filter as it was. */
bool model_filter(struct model *model, const char *text, char problem[FILTER_PROBLEM]);

/* ---- The selection -------------------------------------------------------------------------- */

/* Selects a row; beyond the ends the last one there is. */
void model_select(struct model *model, long row);

/* Selects the next row behind `from` (or before it) whose name or command contains the search's
 * text, in either case. False when there is none. */
bool model_find(struct model *model, size_t from, bool forward);

struct identity model_identity(const struct process_row *row);
bool model_is_marked(const struct model *model, const struct process_row *row);
void model_mark(struct model *model);
void model_unmark(struct model *model);

/* ---- Acting --------------------------------------------------------------------------------- */

/* The processes that a key acts on: those marked, or the one selected. Handles that never stand for
 * anybody else; `text` describes the first. */
struct targets {
    psutil_process **items;
    size_t len;
    char text[MODEL_TEXT];
};

/* 0 or PSUTIL_E…. Close them either way. */
int targets_open(struct targets *targets, struct model *model);
void targets_close(struct targets *targets);

#endif
