/* psutil top: the processes that are busiest, on a whole screen, as top and htop show them. */
#include "processes/processes.h"
#include "top/top.h"

static const struct option options[] = {
    {"batch", NULL, "print frames of lines, without a full screen", 0},
    {"count", "N", "with --batch: so many frames, then end", 'n'},
    {"interval", "SECONDS", "between two readings; 2 unless told otherwise", 'd'},
    {"tree", NULL, "children below their parents", 't'},
    {"user", "NAME", "only those of this user, by name or number", 'u'},
    {NULL, NULL, NULL, 0},
};

static int run(struct cli *cli)
{
    struct top top;
    bool batch = options_get(&cli->options, "batch") != NULL;
    if (cli->words_len > 0)
        return cli_usage("top takes no arguments");
    int status = top_open(&top, cli);
    bool lines = status == CLI_DONE && top.model.table.format != FORMAT_TEXT;
    if (status == CLI_DONE && !batch && (lines || options_get(&cli->options, "count")))
        status = cli_usage("top: --json, --jsonl, --csv and --count need --batch");
    if (status == CLI_DONE)
        status = batch ? top_batch(&top) : top_session(&top);
    top_close(&top);
    return status;
}

const struct command command_top = {
    .name = "top",
    .group = GROUP_PROCESSES,
    .usage = "",
    .doc = "The busiest processes on a full screen; signals, nice values",
    .text = "CPUs, memory and processes, read again and again. h shows the keys. Any field\n"
            "of a process can be a column, the order, and part of the filter. With --batch\n"
            "--jsonl a frame is one line, with all figures and the processes in it.\n"
            "\nExamples:\n"
            "  psutil top --filter 'user=www && rss>100M' --sort -rss\n"
            "  psutil top --batch -n 3 --interval 1 --jsonl\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING,
    .listing = &top_listing,
};
