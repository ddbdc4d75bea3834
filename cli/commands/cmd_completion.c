/* psutil completion: what shells complete, from the same tables as everything else. */
#include "cli.h"
#include "table/column.h"

#include <stdio.h>
#include <string.h>

typedef void write_shell(struct buffer *out);

static void add_option_names(struct buffer *out, const struct command *command)
{
    const struct option *tables[OPTION_TABLES] = {global_options};
    if (command)
        command_options(tables, command);
    for (size_t i = 0; i < OPTION_TABLES; i++)
        for (const struct option *o = tables[i]; o && o->name; o++)
            buffer_addf(out, " --%s", o->name);
}

static void add_column_name(const char *name, const char *doc, void *user)
{
    (void)doc;
    buffer_addf(user, " %s", name);
}

static void add_command_names(struct buffer *out)
{
    for (size_t i = 0; commands[i]; i++)
        buffer_addf(out, " %s", commands[i]->name);
}

/* ---- bash -------------------------------------------------------------------------------------
 */

static void write_bash(struct buffer *out)
{
    buffer_add_text(out,
                    "# bash completion of psutil; made by: psutil completion bash\n"
                    "_psutil() {\n"
                    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                    "    local command= words= columns= i\n"
                    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                    "        case ${COMP_WORDS[i]} in\n"
                    "        --procfs | --sysfs | --color) i=$((i + 1)) ;;\n"
                    "        -*) ;;\n"
                    "        *) command=${COMP_WORDS[i]}; break ;;\n"
                    "        esac\n"
                    "    done\n"
                    "    case $command in\n    '') words='");
    add_command_names(out);
    add_option_names(out, NULL);
    buffer_add_text(out, "' ;;\n");
    for (size_t i = 0; commands[i]; i++) {
        buffer_addf(out, "    %s)\n        words='", commands[i]->name);
        add_option_names(out, commands[i]);
        buffer_add_text(out, "'\n");
        if (commands[i]->listing) {
            buffer_add_text(out, "        columns='");
            column_each(commands[i]->listing, add_column_name, out);
            buffer_add_text(out, "'\n");
        }
        buffer_add_text(out, "        ;;\n");
    }
    buffer_add_text(out,
                    "    esac\n"
                    "    case $prev in\n"
                    "    --columns | -o | --sort | -s) words=$columns ;;\n"
                    "    --color) words='always never auto' ;;\n"
                    "    --procfs | --sysfs) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
                    "    help) words='");
    add_command_names(out);
    buffer_add_text(out, "' ;;\n    completion) words='bash zsh fish' ;;\n"
                         "    esac\n"
                         "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                         "}\n"
                         "complete -o default -F _psutil psutil\n");
}

/* ---- zsh, fish --------------------------------------------------------------------------------
 */

/* Text within single quotes of a shell, without what zsh's _arguments or _describe would take for
 * its own. */
static void add_quoted(struct buffer *out, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            buffer_add_text(out, "'\\''");
        else if (strchr(escaped, *text))
            buffer_addf(out, "\\%c", *text);
        else
            buffer_add(out, text, 1);
    }
}

static void add_zsh_options(struct buffer *out, const struct command *command)
{
    const struct option *tables[OPTION_TABLES];
    command_options(tables, command);
    for (size_t i = 0; i < OPTION_TABLES; i++)
        for (const struct option *o = tables[i]; o && o->name; o++) {
            bool columns = strcmp(o->name, "columns") == 0 || strcmp(o->name, "sort") == 0;
            bool optional = o->argument && *o->argument == '[';
            buffer_addf(out, " \\\n            '--%s%s[", o->name,
                        optional      ? "=-"
                        : o->argument ? "="
                                      : "");
            add_quoted(out, o->doc, "[]:\\");
            buffer_addf(out, "]%s", optional ? "::value:" : o->argument ? ":value:" : "");
            if (columns && command->listing) {
                buffer_add_text(out, "(");
                column_each(command->listing, add_column_name, out);
                buffer_add_text(out, ")");
            } else if (o->argument && strcmp(o->argument, "DIR") == 0) {
                buffer_add_text(out, "_files -/");
            }
            buffer_add_text(out, "'");
        }
}

static void write_zsh(struct buffer *out)
{
    buffer_add_text(out, "#compdef psutil\n# Made by: psutil completion zsh\n"
                         "_psutil() {\n"
                         "    local -a names\n"
                         "    names=(\n");
    for (size_t i = 0; commands[i]; i++) {
        buffer_addf(out, "        '%s:", commands[i]->name);
        add_quoted(out, commands[i]->doc, ":\\");
        buffer_add_text(out, "'\n");
    }
    buffer_add_text(out, "    )\n"
                         "    if ((CURRENT == 2)); then\n"
                         "        _describe command names\n"
                         "        return\n"
                         "    fi\n"
                         "    case $words[2] in\n");
    for (size_t i = 0; commands[i]; i++) {
        buffer_addf(out, "    %s)\n        _arguments", commands[i]->name);
        add_zsh_options(out, commands[i]);
        buffer_add_text(out, " \\\n            '*:argument:_default'\n        ;;\n");
    }
    buffer_add_text(out, "    esac\n}\n_psutil \"$@\"\n");
}

static void add_fish_options(struct buffer *out, const struct option *table, const char *condition)
{
    for (const struct option *o = table; o && o->name; o++) {
        buffer_addf(out, "complete -c psutil%s -l %s", condition, o->name);
        if (o->letter)
            buffer_addf(out, " -s %c", o->letter);
        if (o->argument && *o->argument != '[')
            buffer_add_text(out, " -r");
        buffer_add_text(out, " -d '");
        for (const char *at = o->doc; *at; at++)
            buffer_addf(out, *at == '\'' || *at == '\\' ? "\\%c" : "%c", *at);
        buffer_add_text(out, "'\n");
    }
}

static void write_fish(struct buffer *out)
{
    char condition[128];
    buffer_add_text(out, "# fish completion of psutil; made by: psutil completion fish\n");
    add_fish_options(out, global_options, "");
    for (size_t i = 0; commands[i]; i++) {
        const struct option *tables[OPTION_TABLES];
        buffer_addf(out, "complete -c psutil -n __fish_use_subcommand -a %s -d '%s'\n",
                    commands[i]->name, commands[i]->doc);
        snprintf(condition, sizeof condition, " -n '__fish_seen_subcommand_from %s'",
                 commands[i]->name);
        command_options(tables, commands[i]);
        for (size_t k = 1; k < OPTION_TABLES; k++)
            add_fish_options(out, tables[k], condition);
    }
}

static const struct shell {
    const char *name;
    write_shell *write;
} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

static int run(struct cli *cli)
{
    struct buffer out = {0};
    for (size_t i = 0; cli->words_len == 1 && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(cli->words[0], shells[i].name) != 0)
            continue;
        shells[i].write(&out);
        int status = cli_print(&out);
        buffer_free(&out);
        return status;
    }
    return cli_usage("completion needs the name of a shell: bash, zsh or fish");
}

const struct command command_completion = {
    .name = "completion",
    .group = GROUP_SCRIPTING,
    .usage = "bash|zsh|fish",
    .doc = "The completion of a shell",
    .text = "Commands, their options and their columns. It is installed with the command;\n"
            "without that, a shell takes it from here.\n"
            "\nExamples:\n"
            "  source <(psutil completion bash)\n"
            "  psutil completion fish | source\n",
    .run = run,
};
