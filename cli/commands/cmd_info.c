/* psutil info: everything about one process on one page. */
#include "info/info.h"
#include "platform.h"

static const struct option options[] = {
    {"all", NULL, "whole lists: threads, files, sockets, mappings, environment", 'a'},
    {NULL, NULL, NULL, 0},
};

/* The CPU share is that of this many seconds. */
#define CPU_INTERVAL 0.1

/* What costs much and is shown only in part is read only where it is shown. */
static int read_all(struct info *info)
{
    double unused;
    psutil_fields fields = psutil_process_fields();
    if (psutil_process_cpu_percent(&unused, info->process) == 0)
        platform_sleep(CPU_INTERVAL);
    int rc = psutil_process_read(&info->fields, info->process, fields);
    return rc == 0 ? CLI_DONE : cli_failed(info->cli, rc);
}

/* Relatives come and go: those that cannot be had are left out. */
static void read_relatives(struct info *info)
{
    if (psutil_process_parents(&info->parents, info->process) != 0)
        info->parents = NULL;
    if (psutil_process_children(&info->children, info->process, false) != 0)
        info->children = NULL;
}

static void note_refused(const struct info *info)
{
    size_t refused = 0;
    for (size_t i = 0; i < PSUTIL_FIELD_COUNT; i++)
        refused += info->fields->result[i] == PSUTIL_EACCES;
    if (refused > 0)
        cli_note_hidden(info->cli, "what is in", refused, "field", "fields");
}

static int show(struct info *info)
{
    struct buffer out = {0};
    int status = read_all(info);
    if (status != CLI_DONE)
        return status;
    read_relatives(info);
    info->page = (struct page){.out = &out, .term = term_look(info->cli->color)};
    if (!info->cli->terminal)
        info->page.term.columns = SIZE_MAX / 2;
    info_draw(info);
    status = cli_print(&out);
    buffer_free(&out);
    if (status == CLI_DONE)
        note_refused(info);
    return status;
}

static int run(struct cli *cli)
{
    struct info info = {.cli = cli, .all = options_get(&cli->options, "all") != NULL};
    if (cli->json && cli->words_len == 1)
        return command_find("proc")->run(cli); /* which has it all */
    int status = cli_process(&info.process, cli);
    if (status == CLI_DONE)
        status = show(&info);
    psutil_process_list_close(info.parents);
    psutil_process_list_close(info.children);
    psutil_process_info_free(info.fields);
    psutil_process_close(info.process);
    return status;
}

const struct command command_info = {
    .name = "info",
    .group = GROUP_PROCESSES,
    .usage = "PID",
    .doc = "Everything about one process on one page",
    .text = "What it is, who its relatives are, what it takes of CPU, memory and I/O, its\n"
            "limits, threads, files and sockets. Of long lists the beginning, unless --all.\n"
            "As JSON the same as psutil proc PID.\n"
            "\nExamples:\n"
            "  psutil info 1234\n"
            "  psutil info 1234 --all | less\n",
    .options = options,
    .run = run,
};
