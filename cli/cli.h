/* What the commands share: the context, the options, and how answers and failures are printed. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "options.h"
#include "text/json.h"
#include "text/text.h"

enum {
    CLI_DONE = 0,
    CLI_FAILED = 1, /* the reason is on stderr, in one line */
    CLI_USAGE = 2   /* wrong usage; nothing was done */
};

struct cli {
    psutil *ctx;
    const struct command *command;
    struct options options;
    char **words; /* the command's own, without its name */
    size_t words_len;
    bool json;     /* --json */
    bool color;    /* whether stdout is to be coloured: --color, NO_COLOR, or a terminal */
    bool terminal; /* whether stdout is a terminal */
};

/* The groups of the help. */
enum command_group { GROUP_LOOKING, GROUP_PROCESSES, GROUP_ACTING, GROUP_SCRIPTING, GROUPS };

extern const char *const command_groups[GROUPS];

/* What commands share with others, as a set. */
enum {
    TAKES_LISTING = 1,   /* --columns, --sort, --csv…: table/table.h */
    TAKES_SELECTION = 2, /* --user, --name, --filter, pids: processes/select.h */
    TAKES_WATCH = 4      /* --watch: watch.h */
};

struct listing;

struct command {
    const char *name;
    const char *usage;            /* what stands behind "psutil NAME", "" for nothing */
    const char *doc;              /* one line */
    const char *text;             /* the rest of its help, with an example; lines of 80 columns */
    const struct option *options; /* of its own, or NULL */
    int (*run)(struct cli *cli);  /* returns CLI_… */
    void (*more)(struct buffer *out); /* the end of its help, or NULL */
    enum command_group group;
    unsigned takes;                /* a set of TAKES_… */
    const struct listing *listing; /* what its columns and its filter are about, or NULL */
    const char *other_option;      /* the option with which it lists something else, or NULL */
    const struct listing *other;   /* that */
};

/* What a command lists with the options that were given. */
const struct listing *cli_listing(const struct cli *cli);

/* Whether it is about this machine: a recorded one's clock stands still, and nobody knows at what.
 */
bool cli_is_live(const struct cli *cli);

/* Each is declared in its file, commands/cmd_<name>.c; NULL ends them. */
extern const struct command *const commands[];

const struct command *command_find(const char *name);

/* The name that is most like it, or NULL. */
const char *command_nearest(const char *name);

/* All options of a command, everyone's first; NULL for none. */
void command_options(const struct option *tables[OPTION_TABLES], const struct command *command);

/* What psutil itself, or a command, says of its usage. */
void help_all(struct buffer *out);
void help_line(struct buffer *out, const char *name, const char *doc);
void help_command(struct buffer *out, const struct command *command);

extern const struct option global_options[];
extern const struct option listing_options[];
extern const struct option filter_options[];
extern const struct option selection_options[];
extern const struct option watch_options[];

/* ---- Answers ----------------------------------------------------------------------------------
 * Nothing is written to stdout before an answer is complete. */

/* Writes all of it to stdout. CLI_FAILED, with the reason on stderr, when it cannot be written (a
 * full disk, a closed pipe) or when the buffer ran out of memory. */
int cli_print(const struct buffer *out);

/* Prints a finished JSON value and a newline, and frees the writer. */
int cli_print_json(struct json *json);

/* A writer for this answer: pretty on a terminal, compact elsewhere. */
struct json cli_json(const struct cli *cli);

/* ---- Words ------------------------------------------------------------------------------------
 */

/* Opens the process whose pid a word is. CLI_…, with what is wrong said. */
int cli_open_process(psutil_process **out, const struct cli *cli, const char *word);

/* The same for a command that is about one process: its only word. */
int cli_process(psutil_process **out, const struct cli *cli);

/* ---- Failures: one line on stderr, made safe for terminals -------------------------------------
 */

/* The library's last failure, which `code` came from: "psutil: AccessDenied: …". CLI_FAILED. */
int cli_failed(const struct cli *cli, int code);

/* The text of the last failure, as in cli_failed() without "psutil: ". */
void cli_error_text(char *text, size_t size, const struct cli *cli, int code);

#ifdef __GNUC__
#define CLI_PRINTF __attribute__((format(TEXT_PRINTF, 1, 2)))
#else
#define CLI_PRINTF
#endif

/* Any other failure: CLI_FAILED. */
CLI_PRINTF int cli_error(const char *format, ...);

/* What is worth knowing beside an answer that was given: one line on stderr. */
CLI_PRINTF void cli_note(const char *format, ...);

/* The note that so many things (a word for one, one for more) of an answer are unknown since the
 * user may not see them, and who may: "not shown to you: the files of 3 processes; …". */
void cli_note_hidden(const struct cli *cli, const char *what, size_t count, const char *one,
                     const char *more);

/* CLI_FAILED: of `what` ("interface") none has this name. Says which is most like it, else the
 * words that list them all ("psutil if"). `names` is an array of structs that begin with a name
 * each. */
int cli_no_such(const char *what, const char *name, const void *names, size_t len, size_t stride,
                const char *lister);

/* Wrong usage: CLI_USAGE. */
CLI_PRINTF int cli_usage(const char *format, ...);

/* Wrong usage that takes several lines: "psutil: WHAT: " and the first, the others below. */
int cli_usage_lines(const char *what, const char *lines);

#endif
