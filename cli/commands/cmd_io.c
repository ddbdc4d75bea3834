/* psutil io: what disks and processes read and write in a second, as iostat and iotop show it. */
#include "io/io.h"

static const struct option options[] = {
    INTERVAL_OPTION,
    {"processes", NULL, "of each process, instead of each disk", 'p'},
    {"all", NULL, "disks that never did anything, processes that did nothing, too", 'a'},
    {NULL, NULL, NULL, 0},
};

static int run(struct cli *cli)
{
    if (options_get(&cli->options, "processes"))
        return io_processes(cli);
    return io_disks(cli);
}

const struct command command_io = {
    .name = "io",
    .group = GROUP_LOOKING,
    .usage = "[DISK...]",
    .doc = "What disks, or processes, read and write in a second",
    .text = "Between two moments, a second apart: of disks and partitions that have done\n"
            "anything since the boot, or of those that are named; with --processes, of those\n"
            "that did something just then. What a process writes is counted when it is given\n"
            "to the file system, not when it reaches the disk.\n"
            "\nExamples:\n"
            "  psutil io --watch=5\n"
            "  psutil io --processes --sort -written\n"
            "  psutil io sda --interval 10 --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_WATCH,
    .listing = &disk_listing,
    .other_option = "processes",
    .other = &process_io_listing,
};
