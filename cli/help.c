/* What psutil says of its usage. */
#include "cli.h"

#include <string.h>

const char *const command_groups[GROUPS] = {"The machine", "Processes", "Acting on processes",
                                            "Scripting"};

/* Where explanations begin. */
enum { DOC_COLUMN = 22, WIDTH = 80 };

void help_line(struct buffer *out, const char *name, const char *doc)
{
    size_t column = strlen(name) + 2;
    buffer_addf(out, "  %s", name);
    if (column + 2 > DOC_COLUMN) {
        buffer_add_text(out, "\n");
        column = 0;
    }
    buffer_add_repeat(out, ' ', DOC_COLUMN - column);
    buffer_add_wrapped(out, doc, DOC_COLUMN, DOC_COLUMN, WIDTH);
}

static void add_group(struct buffer *out, enum command_group group)
{
    buffer_addf(out, "\n%s:\n", command_groups[group]);
    for (size_t i = 0; commands[i]; i++)
        if (commands[i]->group == group)
            buffer_addf(out, "  %-12s  %s\n", commands[i]->name, commands[i]->doc);
}

void help_all(struct buffer *out)
{
    buffer_add_text(out, "Usage: psutil [OPTION...] [COMMAND [ARGUMENT...]]\n\n"
                         "Processes and system utilisation: CPU, memory, disks, network, sensors.\n"
                         "Without a command: an overview of this machine.\n");
    for (enum command_group group = 0; group < GROUPS; group++)
        for (size_t i = 0; commands[i]; i++)
            if (commands[i]->group == group) {
                add_group(out, group);
                break;
            }
    buffer_add_text(out, "\nOptions:\n");
    options_help(out, global_options);
    buffer_add_text(out,
                    "\nExamples:\n"
                    "  psutil                        the overview\n"
                    "  psutil ps --sort -rss         processes, the largest first\n"
                    "  psutil help ps                all about one command\n\n"
                    "Exit status: 0 done, 1 failed (the reason is on stderr), 2 wrong usage.\n");
}

static const char *table_title(const struct option *table)
{
    if (table == listing_options || table == filter_options)
        return "Options of every listing:";
    return table == selection_options ? "Which processes:" : "Options:";
}

/* Everyone's options, which psutil --help explains, in a few lines. */
static void add_global_names(struct buffer *out)
{
    struct buffer line = {0};
    buffer_add_text(&line, "Every command takes ");
    for (const struct option *o = global_options; o->name; o++)
        buffer_addf(&line, "--%s%s", o->name, o[1].name ? ", " : "; psutil --help explains them.");
    buffer_add(&line, "", 1);
    buffer_add_text(out, "\n");
    if (!line.failed)
        buffer_add_wrapped(out, line.data, 0, 0, WIDTH);
    out->failed |= line.failed;
    buffer_free(&line);
}

void help_command(struct buffer *out, const struct command *command)
{
    const struct option *tables[OPTION_TABLES];
    const char *title = "";
    command_options(tables, command);
    buffer_addf(out, "Usage: psutil %s%s%s\n\n%s.\n\n%s", command->name, *command->usage ? " " : "",
                command->usage, command->doc, command->text);
    for (size_t i = 1; i < OPTION_TABLES; i++) {
        if (tables[i] && strcmp(title, table_title(tables[i])) != 0) {
            title = table_title(tables[i]);
            buffer_addf(out, "\n%s\n", title);
        }
        options_help(out, tables[i]);
    }
    add_global_names(out);
    if (command->more)
        command->more(out);
}
