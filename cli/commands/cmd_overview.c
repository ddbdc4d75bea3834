/* psutil, psutil overview: the machine at a glance. */
#include "overview/overview.h"

/* Without any of these there is no machine to show: a wrong --procfs, or no /proc at all. */
static bool is_empty(const struct overview *overview)
{
    return overview->parts[PART_CPU_TIMES].code != 0 && overview->parts[PART_MEMORY].code != 0 &&
           overview->parts[PART_PROCESSES].code != 0;
}

static int print_json(const struct cli *cli, const struct overview *overview)
{
    struct json json = cli_json(cli);
    overview_json(&json, overview);
    return cli_print_json(&json);
}

static int print_text(const struct cli *cli, const struct overview *overview)
{
    struct buffer out = {0};
    struct page page = {.out = &out, .term = term_look(cli->color)};
    overview_draw(&page, overview);
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

static int cmd_overview(struct cli *cli)
{
    struct overview overview;
    if (cli->words_len > 0)
        return cli_usage("overview takes no arguments; see psutil overview --help");
    overview_collect(&overview, cli);
    int status;
    if (is_empty(&overview))
        status = cli_error("%s", overview.parts[PART_MEMORY].why);
    else
        status = (cli->json ? print_json : print_text)(cli, &overview);
    overview_free(&overview);
    return status;
}

const struct command command_overview = {
    .name = "overview",
    .group = GROUP_LOOKING,
    .usage = "",
    .doc = "The machine at a glance (what psutil alone prints)",
    .text = "CPUs, memory, disks, network, sensors and the busiest processes, watched for a\n"
            "quarter of a second. With --json all of it as one object: the answers under the\n"
            "names of the functions that give them, null where there is none, with the\n"
            "reasons in \"errors\"; rates are per second.\n"
            "\nExamples:\n"
            "  psutil --color=always | less -R\n"
            "  psutil --json | jq .virtual_memory.percent\n",
    .run = cmd_overview,
};
