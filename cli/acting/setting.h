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

/* The whole run of such a command. */
int setting_run(const struct setting *setting, void *value, const struct cli *cli);

#endif
