/* The one process that a command is about. */
#include "cli.h"
#include "commands/functions.h"

int cli_open_process(psutil_process **out, const struct cli *cli, const char *word)
{
    union value pid;
    if (!argument_parse(&pid, ARGUMENT_INT, word))
        return cli_usage("a pid is a whole number, not \"%s\"", word);
    if (pid.integer < 0)
        return cli_usage("a pid is not negative: %s", word);
    if (pid.integer == INT64_MAX) /* or more than that */
        return cli_error("%s: pid %s: %s", psutil_error_name(PSUTIL_ESRCH), word,
                         psutil_error_text(PSUTIL_ESRCH));
    int rc = psutil_process_open(out, cli->ctx, pid.integer);
    return rc == 0 ? CLI_DONE : cli_failed(cli, rc);
}

int cli_process(psutil_process **out, const struct cli *cli)
{
    if (cli->words_len != 1)
        return cli_usage("%s needs one pid: psutil %s PID", cli->command->name, cli->command->name);
    return cli_open_process(out, cli, cli->words[0]);
}
