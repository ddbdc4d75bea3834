/* Options: one table of them makes both the parsing and the help. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "text/text.h"

struct option {
    const char *name;     /* without "--"; NULL ends a table */
    const char *argument; /* what help calls its value, NULL for one without; "[SECONDS]" for one
                             that may be left out, and is given by "--name=value" only */
    const char *doc;
    char letter; /* its short form, 0 without */
};

/* Everyone's, the command's own, and those that several commands share. */
#define OPTION_TABLES 6

/* Options that were given, with their values; what is left are words. */
struct options {
    const struct option *tables[OPTION_TABLES]; /* which there are; NULL for none */
    struct given {
        const struct option *option;
        const char *value; /* "" for an option without */
    } * given;
    size_t given_len;
    char **words;
    size_t words_len;
    bool words_only;   /* "--" was read */
    char problem[256]; /* why parsing failed; may hold anything that the user typed */
};

/* Reads arguments (without the program's name): "--name value", "--name=value", "-n value", words,
 * and after "--" words only. A minus before a digit begins a word. With `first_word`, stops behind
 * the first word. Returns how many arguments were read, or -1 with `problem` filled in. Call it
 * again to read on. */
int options_parse(struct options *options, int argc, char **argv, bool first_word);

void options_free(struct options *options);

/* The value of an option, "" for one without, NULL when it was not given. The last one counts. */
const char *options_get(const struct options *options, const char *name);

/* "  --name VALUE  what it does", wrapped, for each of a table. */
void options_help(struct buffer *out, const struct option *table);

#endif
