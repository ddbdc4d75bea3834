/* psutil record: this machine as a folder of files, without what is private. */
#include "cli.h"
#include "platform.h"
#include "record/record.h"
#include "text/human.h"

#include <stdlib.h>
#include <string.h>

static const struct option record_options[] = {
    {"keep-names", NULL, "leave the names of programs as they are", 0},
    {"max-size", "MIB", "record no more processes after so much (default 256)", 0},
    {NULL, NULL, NULL, 0},
};

enum { MIB_DEFAULT = 256, MIB_MAX = 1 << 20 };

static bool read_size(const struct cli *cli, uint64_t *bytes)
{
    const char *text = options_get(&cli->options, "max-size");
    char *end = NULL;
    long mib = text ? strtol(text, &end, 10) : MIB_DEFAULT;
    if (text && (end == text || *end))
        return false;
    *bytes = (uint64_t)mib << 20;
    return mib > 0 && mib <= MIB_MAX;
}

/* The pids behind the folder. False with nothing kept when one is none. */
static bool read_pids(const struct cli *cli, int64_t *pids)
{
    for (size_t i = 1; i < cli->words_len; i++) {
        char *end = NULL;
        pids[i - 1] = strtoll(cli->words[i], &end, 10);
        if (end == cli->words[i] || *end || pids[i - 1] <= 0 || pids[i - 1] > INT32_MAX)
            return false;
    }
    return true;
}

/* What is in a recording, as a field of the JSON and as words. */
static const struct count {
    const char *name;
    const char *doc;
    size_t offset;
    bool always; /* shown when it is 0 too */
} counts[] = {
    {"processes", "processes", offsetof(struct record_summary, processes), true},
    {"files", "files", offsetof(struct record_summary, files), true},
    {"links", "links", offsetof(struct record_summary, links), true},
    {"bytes", NULL, offsetof(struct record_summary, bytes), true},
    {"unreadable", "files that this user may not read, recorded as such",
     offsetof(struct record_summary, unreadable), false},
    {"ended", "processes that ended meanwhile, left out", offsetof(struct record_summary, ended),
     false},
    {"cut", "files that were cut", offsetof(struct record_summary, cut), false},
    {"left_out", "processes left out: --max-size was reached",
     offsetof(struct record_summary, left), false},
};

static uint64_t count_of(const struct record_summary *summary, const struct count *count)
{
    return *(const uint64_t *)(const void *)((const char *)summary + count->offset);
}

static int print_json(const struct cli *cli, const struct record_summary *summary)
{
    struct json json = cli_json(cli);
    json_open_object(&json);
    json_member_string(&json, "folder", cli->words[0]);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_member_int(&json, counts[i].name, (int64_t)count_of(summary, &counts[i]));
    }
    json_close_object(&json);
    return cli_print_json(&json);
}

static void add_folder(struct buffer *out, const struct cli *cli)
{
    buffer_add_safe(out, cli->words[0], strlen(cli->words[0]));
}

static int print_text(const struct cli *cli, const struct record_summary *summary)
{
    struct buffer out = {0};
    buffer_add_text(&out, "Recorded in ");
    add_folder(&out, cli);
    buffer_addf(&out, ", %s:\n", human_bytes((int64_t)summary->bytes).text);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i].doc && (counts[i].always || count_of(summary, &counts[i]) > 0))
            buffer_addf(&out, "  %8llu  %s\n", (unsigned long long)count_of(summary, &counts[i]),
                        counts[i].doc);
    buffer_addf(&out,
                "Replaced: names of %susers, files, hosts and file systems, arguments, addresses\n"
                "Left out: values of the environment, sessions, serial numbers\n"
                "Look at it before you send it, and replay it with\n  psutil --procfs ",
                options_get(&cli->options, "keep-names") ? "" : "programs, ");
    add_folder(&out, cli);
    buffer_add_text(&out, "/proc --sysfs ");
    add_folder(&out, cli);
    buffer_add_text(&out, "/sys\n");
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

static int record(struct cli *cli, const int64_t *pids)
{
    const char *proc = options_get(&cli->options, "procfs");
    const char *sys = options_get(&cli->options, "sysfs");
    struct record_options options = {
        .proc = proc ? proc : "/proc",
        .sys = sys ? sys : "/sys",
        .folder = cli->words[0],
        .is_live = cli_is_live(cli),
        .keep_names = options_get(&cli->options, "keep-names") != NULL,
        .progress = platform_is_terminal(PLATFORM_STDERR),
        .pids = pids,
        .pids_len = cli->words_len - 1,
    };
    struct record_summary summary;
    char problem[1024];
    if (!read_size(cli, &options.bytes_max))
        return cli_usage("--max-size is a number of MiB from 1 to %d", MIB_MAX);
    if (!record_machine(&summary, &options, problem, sizeof problem))
        return cli_error("%s", problem);
    return (cli->json ? print_json : print_text)(cli, &summary);
}

static int cmd_record(struct cli *cli)
{
    if (cli->words_len == 0 || !*cli->words[0])
        return cli_usage("record needs a folder to write to: psutil record DIR");
    int64_t *pids = calloc(cli->words_len, sizeof *pids);
    int status = CLI_FAILED;
    if (!pids)
        status = cli_error("out of memory");
    else if (!read_pids(cli, pids))
        status = cli_usage("what stands behind the folder are pids: psutil record DIR [PID...]");
    else
        status = record(cli, pids);
    free(pids);
    return status;
}

const struct command command_record = {
    .name = "record",
    .group = GROUP_SCRIPTING,
    .usage = "DIR [PID...]",
    .doc = "This machine as files for a bug report, without names",
    .text = "Copies what psutil reads below /proc and /sys into a new folder, so that a bug\n"
            "can be shown on another machine. The same name becomes the same pseudonym\n"
            "everywhere; addresses become those set aside for documentation; of arguments\n"
            "only the lengths remain, and of the environment the number of variables. What\n"
            "this user may not read is recorded as unreadable, and listed in the file\n"
            "\"unreadable\". With pids, of all processes only these are recorded. Look at the\n"
            "folder before you send it.\n"
            "\nExamples:\n"
            "  psutil record machine\n"
            "  psutil --procfs machine/proc --sysfs machine/sys get virtual_memory\n"
            "  chmod -R u+rX machine && tar czf machine.tar.gz machine\n",
    .options = record_options,
    .run = cmd_record,
};
