/* All commands. Adding one is one line here, its file, and that file's name in meson.build. */
#include "cli.h"

#include <string.h>

/* In the order of the help. */
#define COMMANDS(X)                                                                                \
    X(overview)                                                                                    \
    X(free)                                                                                        \
    X(df)                                                                                          \
    X(files)                                                                                       \
    X(if)                                                                                          \
    X(net)                                                                                         \
    X(ps)                                                                                          \
    X(top)                                                                                         \
    X(watch_memory)                                                                                \
    X(uptime)                                                                                      \
    X(who)                                                                                         \
    X(sensors)                                                                                     \
    X(battery)                                                                                     \
    X(cpu)                                                                                         \
    X(io)                                                                                          \
    X(net_io)                                                                                      \
    X(pstree)                                                                                      \
    X(info)                                                                                        \
    X(mem)                                                                                         \
    X(maps)                                                                                        \
    X(kill)                                                                                        \
    X(nice)                                                                                        \
    X(ionice)                                                                                      \
    X(limit)                                                                                       \
    X(affinity)                                                                                    \
    X(wait)                                                                                        \
    X(get)                                                                                         \
    X(proc)                                                                                        \
    X(record)                                                                                      \
    X(completion)                                                                                  \
    X(help)

#define DECLARED(name) extern const struct command command_##name;
COMMANDS(DECLARED)

#define LISTED(name) &command_##name,
const struct command *const commands[] = {COMMANDS(LISTED) NULL};

const struct option global_options[] = {
    {"procfs", "DIR", "read processes and system figures from DIR instead of /proc", 0},
    {"sysfs", "DIR", "read devices from DIR instead of /sys", 0},
    {"json", NULL, "print everything as JSON", 0},
    {"color", "WHEN",
     "colour the output: always, never or auto (on a terminal, unless NO_COLOR is set)", 0},
    {"help", NULL, "print this help, or that of a command", 'h'},
    {"version", NULL, "print the version", 'V'},
    {NULL, NULL, NULL, 0},
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

const char *command_nearest(const char *name)
{
    const char *names[sizeof commands / sizeof *commands];
    size_t len = 0;
    for (size_t i = 0; commands[i]; i++)
        names[len++] = commands[i]->name;
    return text_nearest(name, names, len, sizeof *names);
}

const struct listing *cli_listing(const struct cli *cli)
{
    const char *option = cli->command->other_option;
    return option && options_get(&cli->options, option) ? cli->command->other
                                                        : cli->command->listing;
}

bool cli_is_live(const struct cli *cli)
{
    const char *procfs = options_get(&cli->options, "procfs");
    return !procfs || strcmp(procfs, "/proc") == 0;
}

void command_options(const struct option *tables[OPTION_TABLES], const struct command *command)
{
    unsigned takes = command->takes;
    size_t len = 0;
    memset(tables, 0, OPTION_TABLES * sizeof(*tables));
    tables[len++] = global_options;
    if (command->options)
        tables[len++] = command->options;
    if (takes & TAKES_WATCH)
        tables[len++] = watch_options;
    if (takes & TAKES_LISTING)
        tables[len++] = listing_options;
    if (takes & (TAKES_LISTING | TAKES_SELECTION))
        tables[len++] = filter_options;
    if (takes & TAKES_SELECTION)
        tables[len++] = selection_options;
}
