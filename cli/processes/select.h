/* Which processes a command is about: pids, and --user, --name, --filter. */
#ifndef CLI_PROCESSES_SELECT_H
#define CLI_PROCESSES_SELECT_H

#include "processes.h"
#include "table/filter.h"

/* Starts by select_open(). */
struct select {
    const struct cli *cli;
    int64_t *pids; /* those named; NULL for all */
    bool *seen;    /* which of them there are */
    size_t pids_len;
    const char *user;
    const char *name;
    struct filter *filter;
};

/* Reads the words (pids) and the options. CLI_DONE, or the status after what was wrong is said.
 * Close it either way. */
int select_open(struct select *select, const struct cli *cli);
void select_close(struct select *select);

/* Whether anything was said at all: nothing means all processes, which is not for those who act. */
bool select_is_narrow(const struct select *select);

psutil_fields select_fields(const struct select *select);

/* Whether a row is meant. */
bool select_keeps(struct select *select, const struct process_row *row);

/* Whether a process is this user's, given by name or number. Needs USERNAME and UIDS. */
bool select_is_users(const psutil_process_info *info, const char *user);

/* Says which of the pids that were named do not exist. CLI_FAILED when there is one. */
int select_missing(const struct select *select);

/* The processes that are meant, for commands that act: handles that never stand for anybody else,
 * with the rows that they were chosen by (read with `fields` besides). */
struct selected {
    struct processes processes;
    psutil_process **items;
    const struct process_row **rows;
    size_t len;
    bool named; /* each by its pid */

    /* Where pids were all that was said: these alone were read, and `processes` is empty. */
    struct process_row *own;
    psutil_process_info **infos;
    size_t infos_len;
};

/* Reads the selection of the command, looks, and opens a handle for each. CLI_USAGE when nothing
 * was selected by pid, name, user or filter; CLI_FAILED when a pid does not exist, or nothing
 * matches: the handles of the others are there all the same. Close it either way. */
int select_processes(struct selected *out, const struct cli *cli, psutil_fields fields);

/* The same, with all processes read in any case. */
int select_among_all(struct selected *out, const struct cli *cli, psutil_fields fields);
void selected_close(struct selected *selected);

#endif
