/* psutil get: any system function as JSON. */
#include "cli.h"
#include "functions.h"

#include <stdio.h>
#include <string.h>

/* ---- The list of functions --------------------------------------------------------------------
 */

static void list_as_json(struct json *out)
{
    json_open_array(out);
    for (size_t i = 0; i < functions_len; i++) {
        json_open_object(out);
        json_key(out, "name");
        json_string(out, functions[i].name);
        json_key(out, "doc");
        json_string(out, functions[i].doc);
        json_key(out, "returns");
        json_string(out, functions[i].returns);
        json_key(out, "arguments");
        json_open_array(out);
        for (const struct argument *a = functions[i].arguments; a->name; a++) {
            json_open_object(out);
            json_key(out, "name");
            json_string(out, a->name);
            json_key(out, "values");
            json_string(out, argument_type_text(a->type));
            json_key(out, "default");
            json_string(out, a->value);
            json_key(out, "doc");
            json_string(out, a->doc);
            json_close_object(out);
        }
        json_close_array(out);
        json_close_object(out);
    }
    json_close_array(out);
}

/* Where explanations begin. */
#define DOC_COLUMN 24

static void describe(struct buffer *out, const struct function *function)
{
    buffer_addf(out, "%-*s", DOC_COLUMN, function->name);
    buffer_add_wrapped(out, function->doc, DOC_COLUMN, DOC_COLUMN, 80);
    buffer_addf(out, "%*s-> ", DOC_COLUMN, "");
    buffer_add_wrapped(out, function->returns, DOC_COLUMN + 3, DOC_COLUMN + 3, 80);
    for (const struct argument *a = function->arguments; a->name; a++) {
        char argument[64];
        snprintf(argument, sizeof argument, "  %s=%s", a->name, a->value ? a->value : "...");
        buffer_addf(out, "%-*s", DOC_COLUMN, argument);
        buffer_add_wrapped(out, a->doc, DOC_COLUMN, DOC_COLUMN, 80);
    }
}

static int list_functions(const struct cli *cli)
{
    struct json json = cli_json(cli);
    if (cli->json) {
        list_as_json(&json);
        return cli_print_json(&json);
    }
    for (size_t i = 0; i < functions_len; i++)
        describe(&json.out, &functions[i]);
    int status = cli_print(&json.out);
    json_free(&json);
    return status;
}

/* ---- One function -----------------------------------------------------------------------------
 */

static int unknown_function(const char *name)
{
    const char *nearest = text_nearest(name, functions, functions_len, sizeof *functions);
    return cli_usage("unknown function %s%s%s%s", name, nearest ? "; did you mean " : "",
                     nearest ? nearest : "", nearest ? "?" : "; \"psutil get\" lists them");
}

static void argument_names(char *names, size_t size, const struct function *function)
{
    size_t len = 0;
    names[0] = '\0';
    for (const struct argument *a = function->arguments; a->name && len < size; a++)
        len += (size_t)snprintf(names + len, size - len, "%s%s=", len ? ", " : "", a->name);
}

static int unknown_argument(const struct function *function, const char *word)
{
    char names[128];
    argument_names(names, sizeof names, function);
    return cli_usage("%s has no argument %s; %s%s", function->name, word,
                     names[0] ? "it takes " : "it takes none", names);
}

static int find_argument(const struct function *function, const char *word, size_t len)
{
    for (int i = 0; function->arguments[i].name; i++)
        if (strlen(function->arguments[i].name) == len &&
            memcmp(function->arguments[i].name, word, len) == 0)
            return i;
    return -1;
}

static int read_argument(union value *values, const char **given, const struct function *function,
                         const char *word)
{
    size_t len = strcspn(word, "=");
    int index = word[len] ? find_argument(function, word, len) : -1;
    if (index < 0)
        return unknown_argument(function, word);
    const struct argument *argument = &function->arguments[index];
    if (given[index])
        return cli_usage("%s: %s is given twice", function->name, argument->name);
    given[index] = word + len + 1;
    if (!argument_parse(&values[index], argument->type, given[index]))
        return cli_usage("%s: %s must be %s, not \"%s\"", function->name, argument->name,
                         argument_type_text(argument->type), given[index]);
    return CLI_DONE;
}

static int read_arguments(union value *values, const struct function *function,
                          const struct cli *cli)
{
    const char *given[ARGUMENTS_MAX] = {NULL};
    for (size_t i = 1; i < cli->words_len; i++) {
        int status = read_argument(values, given, function, cli->words[i]);
        if (status != CLI_DONE)
            return status;
    }
    for (int i = 0; function->arguments[i].name; i++) {
        const struct argument *argument = &function->arguments[i];
        if (given[i])
            continue;
        if (!argument->value)
            return cli_usage("%s needs %s=... (%s)", function->name, argument->name,
                             argument_type_text(argument->type));
        argument_parse(&values[i], argument->type, argument->value);
    }
    return CLI_DONE;
}

/* What stands for "this machine has none", or NULL where that is a failure. */
static const char *answer_for_none(const struct function *function, const union value *values)
{
    bool each = function->none_each && values[0].boolean;
    return each ? function->none_each : function->none;
}

static int cmd_get(struct cli *cli)
{
    if (cli->words_len == 0)
        return list_functions(cli);
    const struct function *function = function_find(cli->words[0]);
    if (!function)
        return unknown_function(cli->words[0]);
    union value values[ARGUMENTS_MAX] = {{0}};
    int status = read_arguments(values, function, cli);
    if (status != CLI_DONE)
        return status;
    struct json json = cli_json(cli);
    int rc = function->call(&json, cli->ctx, values);
    const char *none = rc == PSUTIL_ENOTSUP ? answer_for_none(function, values) : NULL;
    if (none)
        buffer_add_text(&json.out, none);
    else if (rc != 0)
        status = cli_failed(cli, rc);
    if (status == CLI_DONE)
        return cli_print_json(&json);
    json_free(&json);
    return rc == PSUTIL_EINVAL ? CLI_USAGE : status;
}

const struct command command_get = {
    .name = "get",
    .group = GROUP_SCRIPTING,
    .usage = "[FUNCTION [ARG=VALUE...]]",
    .doc = "Any function about the system, as JSON",
    .text = "Without a function: the list of them, with their arguments (--json: as JSON).\n"
            "true, True, 1 and yes are true; false, False, 0 and no are false. The answer is\n"
            "pretty on a terminal and on one line elsewhere; what is unknown is null, and so\n"
            "is the answer where this machine has nothing of the kind. cpu_percent and\n"
            "cpu_times_percent watch the machine for 0.1 seconds unless interval= says else.\n"
            "\nExamples:\n"
            "  psutil get cpu_times percpu=true\n"
            "  psutil get net_connections kind=tcp\n"
            "  psutil get disk_usage path=/home timeout=5\n",
    .run = cmd_get,
};
