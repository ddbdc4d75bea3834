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

struct command {
    const char *name;
    const char *usage;            /* what stands behind "psutil NAME", "" for nothing */
    const char *doc;              /* one line */
    const char *text;             /* the rest of its help, with an example; lines of 80 columns */
    const struct option *options; /* of its own, or NULL */
    int (*run)(struct cli *cli);  /* returns CLI_… */
    void (*more)(struct buffer *out); /* the end of its help, or NULL */
};

/* One per file cmd_<name>.c. */
int cmd_get(struct cli *cli);
int cmd_overview(struct cli *cli);
int cmd_proc(struct cli *cli);
int cmd_record(struct cli *cli);
extern const struct option proc_options[];
extern const struct option record_options[];
void proc_help(struct buffer *out);

/* ---- Answers ----------------------------------------------------------------------------------
 * Nothing is written to stdout before an answer is complete. */

/* Writes all of it to stdout. CLI_FAILED, with the reason on stderr, when it cannot be written (a
 * full disk, a closed pipe) or when the buffer ran out of memory. */
int cli_print(const struct buffer *out);

/* Prints a finished JSON value and a newline, and frees the writer. */
int cli_print_json(struct json *json);

/* A writer for this answer: pretty on a terminal, compact elsewhere. */
struct json cli_json(const struct cli *cli);

/* ---- Failures: one line on stderr, made safe for terminals -------------------------------------
 */

/* The library's last failure, which `code` came from: "psutil: AccessDenied: …". CLI_FAILED. */
int cli_failed(const struct cli *cli, int code);

/* The text of the last failure, as in cli_failed() without "psutil: ". */
void cli_error_text(char *text, size_t size, const struct cli *cli, int code);

#ifdef __GNUC__
#define CLI_PRINTF __attribute__((format(printf, 1, 2)))
#else
#define CLI_PRINTF
#endif

/* Any other failure: CLI_FAILED. */
CLI_PRINTF int cli_error(const char *format, ...);

/* Wrong usage: CLI_USAGE. */
CLI_PRINTF int cli_usage(const char *format, ...);

#endif
