/* Commands that show themselves again and again. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli.h"

/* Whether --watch was given. */
bool watch_is_on(const struct cli *cli);

/* Calls `show` once; with --watch again after each pause, until Ctrl-C or until it fails. On a
 * terminal each answer takes the place of the one before. Returns the last CLI_… status. */
int watch(const struct cli *cli, int (*show)(void *user), void *user);

/* The pause, in seconds; the default where there is no --watch. CLI_USAGE when it is none. */
int watch_seconds(double *out, const struct cli *cli);

#endif
