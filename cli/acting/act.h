/* Commands that act on processes: who is meant, the question, what became of each, as a listing.
 *
 *     struct act act = {.task = "Send SIGTERM to"};
 *     int status = act_open(&act, cli);
 *     if (status == CLI_DONE) {
 *         … do it to each of act.items that act_may() …
 *         status = act_show(&act);
 *     }
 *     act_close(&act);
 */
#ifndef CLI_ACTING_ACT_H
#define CLI_ACTING_ACT_H

#include "processes/select.h"
#include "table/table.h"

/* One process, or one of several things that are done to it. */
struct act_row {
    struct process_row process; /* first, for columns of processes: as it was when it was chosen */
    psutil_process *handle;
    const char *result; /* what happened, in a word or two; NULL so far */
    char *error;        /* why not, or NULL; freed with the row */
    char *before;       /* what was changed, as it stood; or NULL; freed with the row */
    void *owned;        /* a list of the library's that `process` points to, or NULL */
    psutil_prlimit limit;
    int64_t number_before;
    int64_t exit_code;
    int64_t signal;
    bool failed;
};

struct act {
    /* The command's. */
    const char *task;     /* "Send SIGTERM to": how the question begins; NULL for one that changes
                             nothing */
    const char *would;    /* the result with --dry-run: "would be sent" */
    psutil_fields fields; /* that it needs to know of each */
    bool tree;            /* descendants too */
    bool alone;           /* without psutil itself, its ancestors and the first process, though
                             nothing is changed */

    const struct cli *cli;
    struct table table;
    struct selected selected;
    struct act_row *items;
    size_t len;
    bool dry;   /* --dry-run */
    int status; /* CLI_FAILED when somebody who was named is not there, or anything failed */
};

/* Options of all commands that act. */
#define ACT_OPTIONS                                                                                \
    {"dry-run", NULL, "say what would be done, and to whom, and do nothing", 0},                   \
    {                                                                                              \
        "yes", NULL, "do not ask before several processes are changed", 'y'                        \
    }

/* Reads the options and the selection, and asks. When something is to be changed, psutil itself,
 * whoever started it and the first process are left out unless they are named by pid. More than one
 * process, not all of them named, is changed only after a "yes" from the terminal or with --yes.
 * CLI_DONE to go on; close it either way. */
int act_open(struct act *act, const struct cli *cli);
void act_close(struct act *act);

/* Whether something is to be done now: false with --dry-run, which becomes the result. */
bool act_may(const struct act *act, struct act_row *row);

/* Notes the result: `done`, or what `rc`, a failure of the library just now, means. */
void act_note(struct act *act, struct act_row *row, int rc, const char *done);

/* Notes why a field of the process, which the command shows, is not known, where it is not. */
void act_note_field(struct act_row *row, int field);

/* A whole number. False when the text is none, or one beyond all that fit. */
bool act_whole(int64_t *out, const char *text);

/* Prints the rows, all of `items`, in the order of --sort. The status of the whole command. */
int act_show(struct act *act);

/* act_open(), `one` for each, act_show(). */
int act_run(struct act *act, const struct cli *cli, void (*one)(struct act *, struct act_row *));

/* ---- Who is left out and who is added: acting/kin.c ---------------------------------------------
 */

/* Takes psutil itself, its ancestors and the first process out of the selection, and says so. */
void kin_leave_out(struct selected *selected);

/* Adds all descendants of the selected that are neither psutil itself nor an ancestor of it. */
int kin_add_descendants(struct selected *selected, const struct cli *cli);

/* ---- Waiting: acting/wait.c ---------------------------------------------------------------------
 */

/* Waits for those of `rows` that have no result yet, at most `seconds` (negative: for ever), with
 * `any` for the first; their result becomes `done`. `ended` (or NULL) is called for each. */
int act_wait(struct act *act, double seconds, bool any, const char *done,
             void (*ended)(struct act *, struct act_row *));

/* ---- Columns ------------------------------------------------------------------------------------
 */

/* Who it is, and what became of it. */
#define ACT_WHO                                                                                    \
    {.name = "pid", .path = "pid"}, {.name = "user", .path = "username", .cut = true},             \
        {.name = "name", .path = "name", .cut = true},                                             \
    {                                                                                              \
        .name = "command", .doc = "command line, or [name] of a process without one",              \
        .type = PSUTIL_TYPE_STRING, .fields = PSUTIL_FIELD(CMDLINE) | PSUTIL_FIELD(NAME),          \
        .derive = process_command, .cut = true                                                     \
    }

#define ACT_BECAME                                                                                 \
    {.name = "result",                                                                             \
     .doc = "what happened",                                                                       \
     .type = PSUTIL_TYPE_STRING,                                                                   \
     .derive = act_derive_result},                                                                 \
    {                                                                                              \
        .name = "error", .doc = "why it could not be done", .type = PSUTIL_TYPE_STRING,            \
        .derive = act_derive_error, .cut = true                                                    \
    }

void act_derive_result(struct cell *out, const void *row, struct buffer *scratch);
void act_derive_error(struct cell *out, const void *row, struct buffer *scratch);
void act_derive_before(struct cell *out, const void *row, struct buffer *scratch);
void act_derive_before_number(struct cell *out, const void *row, struct buffer *scratch);
void act_derive_signal(struct cell *out, const void *row, struct buffer *scratch);
void act_derive_exit_code(struct cell *out, const void *row, struct buffer *scratch);

/* A copy of a text, to be freed; NULL without memory. */
char *act_copy(const char *text);

/* Notes what was changed, as it stood: takes the text, and frees the buffer. */
void act_note_before(struct act_row *row, struct buffer *text);

/* What every listing of these rows has, but for its columns. */
#define ACT_LISTING                                                                                \
    .parts = {{"process", offsetof(struct act_row, process.info)}}, .has = process_has

#endif
