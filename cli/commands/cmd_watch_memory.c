/* psutil watch-memory: a process over time, as psrecord shows it. */
#include "platform.h"
#include "table/filter.h"
#include "watch_memory/watch_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_ABOVE = 3 };

/* How long a process may take to end that has given its memory back, in seconds. */
#define LAST_BREATH 0.5

static const struct option options[] = {
    {"children", NULL, "together with all that it started", 'c'},
    {"interval", "SECONDS", "between two moments; 1 unless told otherwise", 'd'},
    {"duration", "SECONDS", "end after this time: 90, 5m, 2h", 0},
    {"output", "FILE", "write it all to a .csv, .json, .jsonl or .svg", 'o'},
    {"above", "SIZE", "end with exit status 3 when it takes more memory: 500M", 0},
    {"run", "PROGRAM",
     "with --above: run this instead of ending, once. Words are split at spaces;"
     " no shell reads them. It finds PSUTIL_PID and PSUTIL_RSS",
     0},
    {NULL, NULL, NULL, 0},
};

struct watching {
    const struct cli *cli;
    struct recording recording;
    double duration; /* INFINITY for none */
    const char *path;
    enum output_kind kind;
    FILE *file;
    const char *run;
    bool ran;
    size_t drawn; /* lines of the plot */
};

/* ---- Options ----------------------------------------------------------------------------------
 */

static int read_seconds(double *out, const struct cli *cli, const char *name, double least)
{
    const char *text = options_get(&cli->options, name);
    if (text && (!filter_number(out, text, PSUTIL_UNIT_SECONDS) || !(*out >= least)))
        return cli_usage("--%s needs seconds, not %s", name, text);
    return CLI_DONE;
}

static int read_limit(struct watching *watching)
{
    double bytes;
    const char *text = options_get(&watching->cli->options, "above");
    watching->run = options_get(&watching->cli->options, "run");
    if (watching->run && !text)
        return cli_usage("--run needs --above");
    if (watching->run && !watching->run[strspn(watching->run, " ")])
        return cli_usage("--run needs a program");
    if (!text)
        return CLI_DONE;
    if (!filter_number(&bytes, text, PSUTIL_UNIT_BYTES) || !(bytes >= 0))
        return cli_usage("--above needs bytes, as 500M, not %s", text);
    watching->recording.above = (int64_t)bytes;
    return CLI_DONE;
}

static int read_options(struct watching *watching)
{
    const struct cli *cli = watching->cli;
    struct recording *recording = &watching->recording;
    watching->duration = INFINITY;
    recording->interval = 1;
    recording->children = options_get(&cli->options, "children") != NULL;
    int status = read_seconds(&recording->interval, cli, "interval", 0.01);
    if (status == CLI_DONE)
        status = read_seconds(&watching->duration, cli, "duration", 0);
    if (status == CLI_DONE)
        status = read_limit(watching);
    watching->path = options_get(&cli->options, "output");
    watching->kind = watching->path ? output_kind(watching->path) : OUTPUT_NONE;
    if (status == CLI_DONE && watching->path && watching->kind == OUTPUT_NONE)
        return cli_usage("--output needs a name that ends in .csv, .json, .jsonl or .svg, not %s",
                         watching->path);
    return status;
}

/* ---- The file ---------------------------------------------------------------------------------
 */

static int write_failed(const struct watching *watching)
{
    return cli_error("write %s: %s", watching->path, strerror(errno));
}

static int write_file(struct watching *watching, struct buffer *text)
{
    bool failed = text->failed;
    if (failed)
        errno = ENOMEM;
    else if (text->len > 0)
        failed = fwrite(text->data, 1, text->len, watching->file) != text->len ||
                 fflush(watching->file) != 0;
    buffer_free(text);
    return failed ? write_failed(watching) : CLI_DONE;
}

static int open_file(struct watching *watching)
{
    struct buffer text = {0};
    if (!watching->path)
        return CLI_DONE;
    watching->file = fopen(watching->path, "w");
    if (!watching->file)
        return cli_error("open %s: %s", watching->path, strerror(errno));
    if (watching->kind == OUTPUT_CSV)
        output_csv_header(&text);
    return write_file(watching, &text);
}

/* What is written line by line is there whatever comes after. */
static int write_moment(struct watching *watching)
{
    struct buffer text = {0};
    const struct moment *moment = &watching->recording.moments[watching->recording.len - 1];
    if (watching->kind != OUTPUT_CSV && watching->kind != OUTPUT_JSONL)
        return CLI_DONE;
    if (watching->kind == OUTPUT_CSV)
        output_csv(&text, moment);
    else
        output_jsonl(&text, moment);
    return write_file(watching, &text);
}

static int close_file(struct watching *watching)
{
    struct buffer text = {0};
    int status = CLI_DONE;
    if (!watching->file)
        return CLI_DONE;
    if (watching->kind == OUTPUT_JSON)
        output_json(&text, &watching->recording);
    if (watching->kind == OUTPUT_SVG)
        output_svg(&text, &watching->recording);
    status = write_file(watching, &text);
    if (fclose(watching->file) != 0 && status == CLI_DONE)
        status = write_failed(watching);
    watching->file = NULL;
    return status;
}

/* ---- The terminal -----------------------------------------------------------------------------
 */

/* In place of what was drawn before. A program that was started here has the terminal for itself.
 */
static int draw(struct watching *watching)
{
    struct buffer text = {0};
    size_t rows = platform_rows();
    if (!watching->cli->terminal || watching->cli->options.words_only || watching->cli->json ||
        !platform_terminal_has_color())
        return CLI_DONE;
    if (watching->drawn > 0)
        buffer_addf(&text, "\033[%zuA\033[J", watching->drawn);
    watching->drawn =
        plot_draw(&text, &watching->recording, watching->cli->color, rows > 6 ? rows - 6 : 0);
    int status = cli_print(&text);
    buffer_free(&text);
    return status;
}

static int print_statistics(const struct watching *watching)
{
    struct buffer text = {0};
    if (watching->cli->json) {
        struct json json = cli_json(watching->cli);
        statistics_json(&json, &watching->recording);
        return cli_print_json(&json);
    }
    statistics_text(&text, &watching->recording);
    int status = cli_print(&text);
    buffer_free(&text);
    return status;
}

/* ---- Watching ---------------------------------------------------------------------------------
 */

static int run_program(struct watching *watching, int64_t rss)
{
    char pid[64], bytes[64];
    snprintf(pid, sizeof pid, "PSUTIL_PID=%" PRId64, watching->recording.pid);
    snprintf(bytes, sizeof bytes, "PSUTIL_RSS=%" PRId64, rss);
    char *variables[] = {pid, bytes, NULL};
    watching->ran = true;
    if (!platform_run_words(watching->run, variables))
        return cli_error("run %s: %s", watching->run, strerror(errno));
    return CLI_DONE;
}

static int check_limit(struct watching *watching)
{
    struct recording *recording = &watching->recording;
    int64_t rss = recording->moments[recording->len - 1].rss;
    if (recording->above == PSUTIL_UNKNOWN || rss == PSUTIL_UNKNOWN || rss <= recording->above)
        return CLI_DONE;
    if (!watching->run)
        recording->end = END_ABOVE;
    else if (!watching->ran)
        return run_program(watching, rss);
    return CLI_DONE;
}

static int look(struct watching *watching)
{
    struct recording *recording = &watching->recording;
    int rc = recording_add(recording);
    if (rc != 0)
        return cli_failed(watching->cli, rc);
    if (recording->end != END_NOT_YET)
        return CLI_DONE;
    int status = write_moment(watching);
    if (status == CLI_DONE)
        status = draw(watching);
    return status == CLI_DONE ? check_limit(watching) : status;
}

/* Until the next moment, or until the process has ended. */
static void pause(struct watching *watching, double until)
{
    struct recording *recording = &watching->recording;
    double left = fmax(until - platform_clock(), 0);
    int64_t code = PSUTIL_UNKNOWN;
    int rc = psutil_process_wait(&code, recording->process, left);
    if (rc == 0) {
        recording->end = END_PROCESS;
        recording->exit_code = code;
    } else if (rc != PSUTIL_ETIMEDOUT && rc != PSUTIL_EINTR) {
        platform_sleep(left);
    }
    if (platform_interrupted())
        recording->end = END_INTERRUPTED;
}

static int watch_it(struct watching *watching)
{
    struct recording *recording = &watching->recording;
    int status = look(watching);
    while (status == CLI_DONE && recording->end == END_NOT_YET) {
        double next = recording->began +
                      recording->interval *
                          ceil((platform_clock() - recording->began) / recording->interval + 1e-6);
        double end = recording->began + watching->duration;
        pause(watching, fmin(next, end));
        if (recording->end != END_NOT_YET)
            break;
        status = look(watching);
        if (recording->end == END_NOT_YET && platform_clock() >= end)
            recording->end = END_DURATION;
    }
    return status;
}

static int finish(struct watching *watching)
{
    struct recording *recording = &watching->recording;
    if (recording->end == END_PROCESS && recording->exit_code == PSUTIL_UNKNOWN)
        (void)psutil_process_wait(&recording->exit_code, recording->process, LAST_BREATH);
    int status = close_file(watching);
    if (status == CLI_DONE)
        status = print_statistics(watching);
    if (status == CLI_DONE && recording->end == END_ABOVE)
        return STATUS_ABOVE;
    return status;
}

/* ---- The process ------------------------------------------------------------------------------
 */

/* The one that is named, or the program behind "--", which is started. */
static int find_process(int64_t *pid, const struct cli *cli)
{
    char *end;
    if (cli->words_len == 0)
        return cli_usage("watch-memory needs a pid, or -- and a program");
    if (cli->options.words_only) {
        *pid = platform_start_program(cli->words, cli->words_len);
        return *pid > 0 ? CLI_DONE : cli_error("run %s: %s", cli->words[0], strerror(errno));
    }
    const char *text = cli->words[0];
    errno = 0;
    *pid = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : -1;
    if (*pid < 0 || *end || errno != 0 || cli->words_len > 1)
        return cli_usage("a pid is a whole number, not \"%s\"",
                         cli->words_len > 1 ? cli->words[1] : text);
    return CLI_DONE;
}

static int watch_process(struct watching *watching, int64_t pid)
{
    struct recording *recording = &watching->recording;
    struct recording asked = *recording;
    int rc = recording_open(recording, watching->cli, pid);
    recording->interval = asked.interval;
    recording->children = asked.children;
    recording->above = asked.above;
    int status = rc == 0 ? CLI_DONE : cli_failed(watching->cli, rc);
    if (status == CLI_DONE && !watching->file)
        status = open_file(watching);
    platform_catch_ends();
    if (status == CLI_DONE)
        status = watch_it(watching);
    if (status == CLI_DONE)
        status = finish(watching);
    if (watching->file)
        fclose(watching->file);
    recording_close(recording);
    platform_end_as_asked();
    return status;
}

static int run(struct cli *cli)
{
    int64_t pid = 0;
    struct watching watching = {.cli = cli, .recording.above = PSUTIL_UNKNOWN};
    int status = read_options(&watching);
    if (status == CLI_DONE && cli->words_len > 0 && cli->options.words_only)
        status = open_file(&watching); /* where it cannot be written, nothing is started */
    if (status == CLI_DONE)
        status = find_process(&pid, cli);
    if (status == CLI_DONE)
        return watch_process(&watching, pid);
    if (watching.file)
        fclose(watching.file);
    return status;
}

const struct command command_watch_memory = {
    .name = "watch-memory",
    .group = GROUP_PROCESSES,
    .usage = "PID | -- PROGRAM [ARGUMENT...]",
    .doc = "The memory and CPU of a process over time, as a plot and a file",
    .text = "Watches one process until it ends, or Ctrl-C, and says then what it took. A\n"
            "program that was started goes on when the watching ends before it. Exit status\n"
            "3: more memory than --above allows.\n"
            "\nExamples:\n"
            "  psutil watch-memory 4711 --children --output growth.svg\n"
            "  psutil watch-memory --above 2G --duration 1h 4711 || alarm\n"
            "  psutil watch-memory --output build.csv --children -- make all\n",
    .options = options,
    .run = run,
};
