/* The question before several processes are changed. */
#ifndef CLI_ACTING_ASK_H
#define CLI_ACTING_ASK_H

#include "processes/select.h"

/* "Send SIGTERM to these 14 processes? [y/N]", below a list of them, on the terminal. CLI_DONE
 * after a yes, with --yes, and where there is nothing to ask: one process only, or all of them
 * named by pid. CLI_FAILED, with the reason said, after any other answer and without a terminal. */
int ask(const char *task, const struct selected *selected, const struct cli *cli);

#endif
