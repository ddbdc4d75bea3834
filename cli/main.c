/* The psutil command: finds the command, reads the options, opens the library, runs it. */
#include "cli.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order of the help. Adding a command is one line here and its file. */
static const struct command commands[] = {
    {"overview", "", "The machine at a glance (what psutil alone prints)",
     "CPUs, memory, disks, network, sensors and the busiest processes, watched for a\n"
     "quarter of a second. With --json all of it as one object: the answers under the\n"
     "names of the functions that give them, null where there is none, with the\n"
     "reasons in \"errors\"; rates are per second.\n"
     "\nExamples:\n"
     "  psutil --color=always | less -R\n"
     "  psutil --json | jq .virtual_memory.percent\n",
     NULL, cmd_overview, NULL},
    {"get", "[FUNCTION [ARG=VALUE...]]", "Any function about the system, as JSON",
     "Without a function: the list of them, with their arguments (--json: as JSON).\n"
     "true, True, 1 and yes are true; false, False, 0 and no are false. The answer is\n"
     "pretty on a terminal and on one line elsewhere; what is unknown is null, and so\n"
     "is the answer where this machine has nothing of the kind. cpu_percent and\n"
     "cpu_times_percent watch the machine for 0.1 seconds unless interval= says else.\n"
     "\nExamples:\n"
     "  psutil get cpu_times percpu=true\n"
     "  psutil get net_connections kind=tcp\n"
     "  psutil get disk_usage path=/home timeout=5\n",
     NULL, cmd_get, NULL},
    {"proc", "PID [FIELD,...]", "Fields of a process, as a JSON object",
     "Without a field: all of those listed below. A field that is refused is reported\n"
     "in \"errors\", with the reason, and the others still come. cpu_percent, when it is\n"
     "named or when everything is asked for, watches the process for 0.1 seconds.\n"
     "\nExamples:\n"
     "  psutil proc 1\n"
     "  psutil proc $$ name,cmdline,memory_info\n"
     "  psutil proc 1 net_connections --kind unix\n",
     proc_options, cmd_proc, proc_help},
    {"record", "DIR [PID...]", "This machine as files for a bug report, without names",
     "Copies what psutil reads below /proc and /sys into a new folder, so that a bug\n"
     "can be shown on another machine. The same name becomes the same pseudonym\n"
     "everywhere; addresses become those set aside for documentation; of arguments\n"
     "only the lengths remain, and of the environment the number of variables. What\n"
     "this user may not read is recorded as unreadable, and listed in the file\n"
     "\"unreadable\". With pids, of all processes only these are recorded. Look at the\n"
     "folder before you send it.\n"
     "\nExamples:\n"
     "  psutil record machine\n"
     "  psutil --procfs machine/proc --sysfs machine/sys get virtual_memory\n"
     "  chmod -R u+rX machine && tar czf machine.tar.gz machine\n",
     record_options, cmd_record, NULL},
    {0},
};

static const struct option global_options[] = {
    {"procfs", "DIR", "read processes and system figures from DIR instead of /proc", 0},
    {"sysfs", "DIR", "read devices from DIR instead of /sys", 0},
    {"json", NULL, "print everything as JSON", 0},
    {"color", "WHEN",
     "colour the output: always, never or auto (on a terminal, unless NO_COLOR is set)", 0},
    {"help", NULL, "print this help, or that of a command", 'h'},
    {"version", NULL, "print the version", 'V'},
    {NULL, NULL, NULL, 0},
};

/* What runs when no command is named. */
#define DEFAULT_COMMAND "overview"

static size_t command_count(void)
{
    size_t count = 0;
    while (commands[count].name)
        count++;
    return count;
}

static const struct command *find_command(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *nearest = text_nearest(name, commands, command_count(), sizeof *commands);
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

static int print_help(void)
{
    struct buffer out = {0};
    buffer_add_text(&out,
                    "Usage: psutil [OPTION...] [COMMAND [ARGUMENT...]]\n\n"
                    "Processes and system utilisation: CPU, memory, disks, network, sensors.\n"
                    "Without a command: an overview of this machine.\n\nCommands:\n");
    for (const struct command *command = commands; command->name; command++)
        buffer_addf(&out, "  %-18s  %s\n", command->name, command->doc);
    buffer_add_text(&out, "\nOptions:\n");
    options_help(&out, global_options);
    buffer_add_text(&out,
                    "\nExamples:\n"
                    "  psutil                        the overview\n"
                    "  psutil get virtual_memory     one function's answer as JSON\n"
                    "  psutil proc 1 name,status     fields of a process as JSON\n\n"
                    "Exit status: 0 done, 1 failed (the reason is on stderr), 2 wrong usage.\n");
    return print_and_free(&out);
}

static int print_command_help(const struct command *command)
{
    struct buffer out = {0};
    buffer_addf(&out, "Usage: psutil %s%s%s\n\n%s.\n\n%s", command->name,
                *command->usage ? " " : "", command->usage, command->doc, command->text);
    if (command->options) {
        buffer_addf(&out, "\nOptions of %s:\n", command->name);
        options_help(&out, command->options);
    }
    buffer_add_text(&out, "\nOptions of every command:\n");
    options_help(&out, global_options);
    if (command->more)
        command->more(&out);
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

static int run(struct cli *cli)
{
    cli->terminal = platform_is_terminal(PLATFORM_STDOUT);
    cli->json = options_get(&cli->options, "json") != NULL;
    if (options_get(&cli->options, "help"))
        return cli->command ? print_command_help(cli->command) : print_help();
    if (options_get(&cli->options, "version"))
        return print_version();
    int status = choose_color(cli);
    if (status != CLI_DONE)
        return status;
    if (!cli->command && !(cli->command = find_command(DEFAULT_COMMAND)))
        return print_help();
    return run_command(cli);
}

/* The words in front of the command's own are its name. */
static int parse(struct cli *cli, int argc, char **argv)
{
    struct options *options = &cli->options;
    options->tables[0] = global_options;
    int used = options_parse(options, argc, argv, true);
    if (used >= 0 && options->words_len > 0) {
        cli->command = find_command(options->words[0]);
        if (!cli->command)
            return unknown_command(options->words[0]);
        options->tables[1] = cli->command->options;
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
