/* Commands that show themselves again and again. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli.h"

struct table;

/* Whether --watch was given. */
bool watch_is_on(const struct cli *cli);

/* Calls `show` once; with --watch again after each pause, until Ctrl-C or until it fails. On a
 * terminal each answer takes the place of the one before. Returns the last CLI_… status. */
int watch(const struct cli *cli, int (*show)(void *user), void *user);

/* The whole run of a command that takes no arguments and does nothing but list: opens its table,
 * and watch(). */
int watch_listing(const struct cli *cli, int (*show)(const struct table *table));

/* For commands that tell of the time between two moments, which have INTERVAL_OPTION:
 * calls `look` at the first, and after each interval again, then `show` with the seconds that went
 * by. Once, or with --watch until Ctrl-C or until either fails; the interval is the pause then. */
struct watch_rates {
    int (*look)(void *user);
    int (*show)(void *user, double seconds);
};
int watch_rates(const struct cli *cli, const struct watch_rates *calls, void *user);

#define INTERVAL_OPTION                                                                            \
    {                                                                                              \
        "interval", "SECONDS", "rates over so many seconds, instead of one", 'i'                   \
    }

/* The pause, in seconds; the default where there is no --watch. CLI_USAGE when it is none. */
int watch_seconds(double *out, const struct cli *cli);

#endif
