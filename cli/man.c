#include "man.h"

#include "table/column.h"

#include <ctype.h>
#include <string.h>

/* Text of a line: minus signs are those of options, a backslash is itself, and a dot or an
 * apostrophe at the start is no request. */
static void add_text(struct buffer *out, const char *text, size_t len)
{
    if (len > 0 && (*text == '.' || *text == '\''))
        buffer_add_text(out, "\\&");
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\')
            buffer_add_text(out, "\\e");
        else if (text[i] == '-')
            buffer_add_text(out, "\\-");
        else
            buffer_add(out, &text[i], 1);
    }
}

static void add_line(struct buffer *out, const char *text)
{
    add_text(out, text, strlen(text));
    buffer_add_text(out, "\n");
}

/* What stands behind "Examples:" is shown as it is. */
static void add_body(struct buffer *out, const char *text)
{
    bool examples = false;
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len == 9 && memcmp(text, "Examples:", 9) == 0) {
            buffer_add_text(out, ".SH EXAMPLES\n.nf\n");
            examples = true;
        } else if (len > 0) {
            add_text(out, text, len);
            buffer_add_text(out, "\n");
        }
        text += len + (text[len] == '\n');
    }
    if (examples)
        buffer_add_text(out, ".fi\n");
}

static void add_options(struct buffer *out, const struct option *table)
{
    for (const struct option *o = table; o && o->name; o++) {
        buffer_add_text(out, ".TP\n.B ");
        if (o->letter)
            buffer_addf(out, "\\-%c, ", o->letter);
        buffer_add_text(out, "\\-\\-");
        add_text(out, o->name, strlen(o->name));
        if (o->argument)
            buffer_addf(out, *o->argument == '[' ? "[=%s" : " %s",
                        o->argument + (*o->argument == '['));
        buffer_add_text(out, "\n");
        add_line(out, o->doc);
    }
}

static void add_column(const char *name, const char *doc, void *user)
{
    struct buffer *out = user;
    buffer_add_text(out, ".TP\n.B ");
    add_line(out, name);
    add_line(out, doc);
}

static void add_title(struct buffer *out, const struct command *command)
{
    buffer_add_text(out, ".TH PSUTIL\\-");
    for (const char *at = command->name; *at; at++) {
        char upper = (char)toupper((unsigned char)*at);
        add_text(out, &upper, 1);
    }
    buffer_addf(out, " 1 \"\" \"libpsutil %s\" \"User Commands\"\n.SH NAME\npsutil\\-",
                psutil_version());
    add_text(out, command->name, strlen(command->name));
    buffer_add_text(out, " \\- ");
    add_line(out, command->doc);
    buffer_add_text(out, ".SH SYNOPSIS\n.B psutil ");
    add_line(out, command->name);
    if (*command->usage)
        add_line(out, command->usage);
}

void man_command(struct buffer *out, const struct command *command)
{
    const struct option *tables[OPTION_TABLES];
    command_options(tables, command);
    add_title(out, command);
    buffer_add_text(out, ".SH DESCRIPTION\n");
    add_body(out, command->text);
    buffer_add_text(out, ".SH OPTIONS\n");
    for (size_t i = 1; i <= OPTION_TABLES; i++)
        add_options(out, tables[i % OPTION_TABLES]);
    if (command->listing) {
        buffer_add_text(out, ".SH COLUMNS\n");
        column_each(command->listing, add_column, out);
    }
    if (command->other) {
        buffer_addf(out, ".SH COLUMNS WITH \\-\\-%s\n", command->other_option);
        column_each(command->other, add_column, out);
    }
    buffer_add_text(out, ".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage.\n"
                         ".SH SEE ALSO\n.BR psutil (1)\n");
}
