/* Who has a pid: the program's name and the user, each looked up once. */
#ifndef CLI_PROCESSES_OWNERS_H
#define CLI_PROCESSES_OWNERS_H

#include "cli.h"

struct owners {
    psutil *ctx;
    psutil_fields fields; /* NAME, USERNAME… */
    struct named {
        int64_t pid;
        bool used;
        psutil_process_info *info; /* NULL when it is gone */
    } * slots;
    size_t len, capacity;
    bool failed;
};

/* What is known of the process that has the pid, NULL when there is none (any more), or without
 * memory. It belongs to `owners`. */
const psutil_process_info *owners_find(struct owners *owners, int64_t pid);

void owners_free(struct owners *owners);

#endif
