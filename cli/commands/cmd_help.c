/* psutil help: the help, and what is made of the same descriptions. */
#include "cli.h"
#include "man.h"

static const struct option options[] = {
    {"man", NULL, "as the source of a manual page", 0},
    {"list", NULL, "only the names of the commands", 0},
    {NULL, NULL, NULL, 0},
};

static void list_names(struct buffer *out)
{
    for (size_t i = 0; commands[i]; i++)
        buffer_addf(out, "%s\n", commands[i]->name);
}

static int run(struct cli *cli)
{
    struct buffer out = {0};
    const struct command *command = cli->words_len ? command_find(cli->words[0]) : NULL;
    if (cli->words_len > 0 && !command)
        return cli_usage("unknown command %s; see psutil --help", cli->words[0]);
    if (options_get(&cli->options, "list"))
        list_names(&out);
    else if (options_get(&cli->options, "man") && command)
        man_command(&out, command);
    else if (options_get(&cli->options, "man"))
        return cli_usage("help --man needs the name of a command");
    else if (command)
        help_command(&out, command);
    else
        help_all(&out);
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

const struct command command_help = {
    .name = "help",
    .group = GROUP_SCRIPTING,
    .usage = "[COMMAND]",
    .doc = "This help, or that of a command",
    .text = "The same as psutil COMMAND --help.\n"
            "\nExamples:\n"
            "  psutil help ps\n"
            "  psutil help --man ps | man -l -\n",
    .options = options,
    .run = run,
};
