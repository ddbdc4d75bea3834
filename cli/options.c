#include "options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES(options) (sizeof(options)->tables / sizeof *(options)->tables)

void options_free(struct options *options)
{
    free(options->given);
    free(options->words);
    options->given = NULL;
    options->words = NULL;
}

static const struct option *find_name(const struct options *options, const char *name, size_t len)
{
    for (size_t i = 0; i < TABLES(options); i++)
        for (const struct option *o = options->tables[i]; o && o->name; o++)
            if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
                return o;
    return NULL;
}

static const struct option *find_letter(const struct options *options, char letter)
{
    for (size_t i = 0; i < TABLES(options); i++)
        for (const struct option *o = options->tables[i]; o && o->name; o++)
            if (o->letter == letter)
                return o;
    return NULL;
}

static int unknown(struct options *options, const char *arg, size_t len)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < TABLES(options); i++)
        for (const struct option *o = options->tables[i]; o && o->name; o++)
            if (count < sizeof names / sizeof *names)
                names[count++] = o->name;
    char word[64];
    size_t dashes = strspn(arg, "-");
    snprintf(word, sizeof word, "%.*s", (int)(len < 100 ? len - dashes : 100), arg + dashes);
    const char *nearest = text_nearest(word, names, count, sizeof *names);
    const char *command = options->words_len > 0 ? options->words[0] : NULL;
    int shown = (int)(len < 100 ? len : 100);
    if (nearest)
        snprintf(options->problem, sizeof options->problem,
                 "unknown option %.*s; did you mean --%s?", shown, arg, nearest);
    else
        snprintf(options->problem, sizeof options->problem,
                 "unknown option %.*s; psutil %s%s--help lists them", shown, arg,
                 command ? command : "", command ? " " : "");
    return -1;
}

static int add_given(struct options *options, const struct option *option, const char *value)
{
    struct given *more = realloc(options->given, (options->given_len + 1) * sizeof *options->given);
    if (!more) {
        snprintf(options->problem, sizeof options->problem, "out of memory");
        return -1;
    }
    options->given = more;
    options->given[options->given_len++] = (struct given){option, value};
    return 0;
}

static int add_word(struct options *options, char *word)
{
    char **more = realloc(options->words, (options->words_len + 1) * sizeof *options->words);
    if (!more) {
        snprintf(options->problem, sizeof options->problem, "out of memory");
        return -1;
    }
    options->words = more;
    options->words[options->words_len++] = word;
    return 0;
}

/* `attached` is the value behind '=', `next` the following argument; both may be NULL. Returns how
 * many arguments the option took. */
static int take_option(struct options *options, const struct option *option, const char *attached,
                       const char *next)
{
    if (!option->argument && attached) {
        snprintf(options->problem, sizeof options->problem, "--%s takes no value", option->name);
        return -1;
    }
    if (!option->argument)
        return add_given(options, option, "") == 0 ? 1 : -1;
    if (attached)
        return add_given(options, option, attached) == 0 ? 1 : -1;
    if (*option->argument == '[')
        return add_given(options, option, "") == 0 ? 1 : -1;
    if (!next) {
        snprintf(options->problem, sizeof options->problem, "--%s needs a value: --%s %s",
                 option->name, option->name, option->argument);
        return -1;
    }
    return add_given(options, option, next) == 0 ? 2 : -1;
}

static int take_long(struct options *options, const char *arg, const char *next)
{
    const char *equals = strchr(arg, '=');
    size_t len = equals ? (size_t)(equals - arg) : strlen(arg);
    const struct option *option = find_name(options, arg + 2, len - 2);
    if (!option)
        return unknown(options, arg, len);
    return take_option(options, option, equals ? equals + 1 : NULL, next);
}

static int take_short(struct options *options, const char *arg, const char *next)
{
    const struct option *option = arg[2] ? NULL : find_letter(options, arg[1]);
    if (!option)
        return unknown(options, arg, strlen(arg));
    return take_option(options, option, NULL, next);
}

static bool is_word(const char *arg)
{
    return arg[0] != '-' || arg[1] == '\0' || isdigit((unsigned char)arg[1]);
}

int options_parse(struct options *options, int argc, char **argv, bool first_word)
{
    for (int i = 0; i < argc;) {
        char *arg = argv[i];
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        int took = 1;
        if (options->words_only || is_word(arg)) {
            if (add_word(options, arg) != 0)
                return -1;
            if (first_word)
                return i + 1;
        } else if (strcmp(arg, "--") == 0) {
            options->words_only = true;
        } else {
            took = arg[1] == '-' ? take_long(options, arg, next) : take_short(options, arg, next);
        }
        if (took < 0)
            return -1;
        i += took;
    }
    return argc;
}

const char *options_get(const struct options *options, const char *name)
{
    for (size_t i = options->given_len; i > 0; i--)
        if (strcmp(options->given[i - 1].option->name, name) == 0)
            return options->given[i - 1].value;
    return NULL;
}

/* Where the explanations begin. */
#define HELP_COLUMN 22

void options_help(struct buffer *out, const struct option *table)
{
    for (const struct option *o = table; o && o->name; o++) {
        size_t start = out->len;
        buffer_add_text(out, "  ");
        if (o->letter)
            buffer_addf(out, "-%c, ", o->letter);
        if (o->argument && *o->argument == '[')
            buffer_addf(out, "--%s[=%s", o->name, o->argument + 1);
        else
            buffer_addf(out, "--%s%s%s", o->name, o->argument ? " " : "",
                        o->argument ? o->argument : "");
        size_t column = out->len - start;
        if (column + 2 > HELP_COLUMN) {
            buffer_add_text(out, "\n");
            column = 0;
        }
        buffer_add_repeat(out, ' ', HELP_COLUMN - column);
        buffer_add_wrapped(out, o->doc, HELP_COLUMN, HELP_COLUMN, 80);
    }
}
