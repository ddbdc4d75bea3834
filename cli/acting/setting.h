/* Commands that show one thing of processes and, with --set, change it: nice, ionice, affinity. */
#ifndef CLI_ACTING_SETTING_H
#define CLI_ACTING_SETTING_H

#include "act.h"

/* What is shown and set. `value` is the command's own, what --set says. */
struct setting {
    const char *what; /* "nice", as the question has it: "Set nice to 10 for" */
    int field;        /* PSUTIL_FIELD_NICE */
    int (*read)(void *value, const char *text); /* CLI_…, with what is wrong said */
    void (*write)(struct buffer *out, const void *value);
    void (*note_before)(struct act_row *row);           /* called where the field is known */
    int (*set)(struct act_row *row, const void *value); /* 0 or PSUTIL_E… */
    int (*ask)(struct act_row *row);                    /* reads it anew, once it is set */
};

/* ---- What such a command declares ---------------------------------------------------------------
 */

#define SETTING_OPTIONS(argument_, doc_)                                                           \
    static const struct option options[] = {                                                       \
        {"set", (argument_), (doc_), 'S'}, ACT_OPTIONS, {NULL, NULL, NULL, 0}}

/* Of its `columns`: what it shows, with the column of the setting; and with --set what became. */
#define SETTING_LISTINGS(column_)                                                                  \
    static const struct listing listing = {ACT_LISTING, .columns = columns,                        \
                                           .defaults = "pid,user," column_ ",command,error"};      \
    static const struct listing set_listing = {                                                    \
        ACT_LISTING, .columns = columns, .defaults = "pid,name,before," column_ ",result,error"}

/* How its help begins. */
#define SETTING_TEXT                                                                               \
    "Without --set it shows them. More than one process that is not named by pid is\n"             \
    "changed only after a question, or with --yes.\n"

#define SETTING_COMMAND                                                                            \
    .group = GROUP_ACTING, .usage = "[PID...]", .options = options, .run = run,                    \
    .takes = TAKES_LISTING | TAKES_SELECTION, .listing = &listing, .other_option = "set",          \
    .other = &set_listing

/* The whole run of such a command. */
int setting_run(const struct setting *setting, void *value, const struct cli *cli);

#endif
