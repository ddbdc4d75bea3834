/* The psutil command: finds the command, reads the options, opens the library, runs it. */
#include "cli.h"
#include "platform.h"
#include "table/column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What runs when no command is named. */
#define DEFAULT_COMMAND "overview"

static int unknown_command(const char *name)
{
    const char *nearest = command_nearest(name);
    return cli_usage("unknown command %s%s%s%s", name, nearest ? "; did you mean " : "",
                     nearest ? nearest : "", nearest ? "?" : "; see psutil --help");
}

static int print_and_free(struct buffer *out)
{
    int status = cli_print(out);
    buffer_free(out);
    return status;
}

static int print_version(void)
{
    struct buffer out = {0};
    buffer_addf(&out, "psutil %s\n", psutil_version());
    return print_and_free(&out);
}

static int print_help(const struct command *command)
{
    struct buffer out = {0};
    if (command)
        help_command(&out, command);
    else
        help_all(&out);
    return print_and_free(&out);
}

/* https://no-color.org: NO_COLOR counts when it is not empty, and --color stands above it. */
static int choose_color(struct cli *cli)
{
    const char *when = options_get(&cli->options, "color");
    const char *no_color = getenv("NO_COLOR");
    if (!when || strcmp(when, "auto") == 0)
        cli->color = cli->terminal && !(no_color && *no_color) && platform_terminal_has_color();
    else if (strcmp(when, "always") == 0)
        cli->color = true;
    else if (strcmp(when, "never") != 0)
        return cli_usage("--color is always, never or auto, not %s", when);
    return CLI_DONE;
}

static int run_command(struct cli *cli)
{
    psutil_options roots = {.proc = options_get(&cli->options, "procfs"),
                            .sys = options_get(&cli->options, "sysfs")};
    int rc = psutil_open(&cli->ctx, &roots);
    if (rc == PSUTIL_EINVAL)
        return cli_usage("--procfs and --sysfs need the name of a folder");
    if (rc != 0)
        return cli_error("%s: %s", psutil_error_name(rc), psutil_error_text(rc));
    int status = cli->command->run(cli);
    psutil_close(cli->ctx);
    return status;
}

static void add_column_line(const char *name, const char *doc, void *user)
{
    help_line(user, name, doc);
}

static bool asks_for_columns(const struct cli *cli)
{
    const char *list = options_get(&cli->options, "columns");
    return cli->command->takes & TAKES_LISTING && list && strcmp(list, "help") == 0;
}

/* --columns help */
static int print_columns(const struct listing *listing)
{
    struct buffer out = {0};
    column_each(listing, add_column_line, &out);
    return print_and_free(&out);
}

static int run(struct cli *cli)
{
    cli->terminal = platform_is_terminal(PLATFORM_STDOUT);
    cli->json = options_get(&cli->options, "json") != NULL;
    if (options_get(&cli->options, "help"))
        return print_help(cli->command);
    if (options_get(&cli->options, "version"))
        return print_version();
    int status = choose_color(cli);
    if (status != CLI_DONE)
        return status;
    if (!cli->command)
        cli->command = command_find(DEFAULT_COMMAND);
    if (asks_for_columns(cli))
        return print_columns(cli_listing(cli));
    return run_command(cli);
}

/* The words in front of the command's own are its name. */
static int parse(struct cli *cli, int argc, char **argv)
{
    struct options *options = &cli->options;
    options->tables[0] = global_options;
    int used = options_parse(options, argc, argv, true);
    if (used >= 0 && options->words_len > 0) {
        cli->command = command_find(options->words[0]);
        if (!cli->command)
            return unknown_command(options->words[0]);
        command_options(options->tables, cli->command);
        used = options_parse(options, argc - used, argv + used, false);
        cli->words = options->words + 1;
        cli->words_len = options->words_len - 1;
    }
    return used < 0 ? cli_usage("%s", options->problem) : CLI_DONE;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    platform_start();
    argv = platform_arguments(&argc, argv);
    int status = parse(&cli, argc - (argc > 0), argv + (argc > 0));
    if (status == CLI_DONE)
        status = run(&cli);
    options_free(&cli.options);
    return status;
}
