/* Processes and their children, by name. */
#ifndef CLI_PROCESSES_FAMILY_H
#define CLI_PROCESSES_FAMILY_H

#include "processes.h"

struct member {
    const struct process_row *row;
    struct member *parent; /* NULL for a root */
    struct member *first;  /* child */
    struct member *next;   /* sibling */
    bool ancestor;         /* of the process that was asked for, or that itself */
};

struct family {
    struct member *members; /* ascending by pid */
    size_t len;
};

/* Who has no parent among them, or one that was started later, is a root. Siblings are ordered by
 * name, then pid. `self` is the process whose ancestors are marked. False without memory; close it
 * either way. */
bool family_open(struct family *family, const struct processes *processes, int64_t self);
void family_close(struct family *family);

#endif
