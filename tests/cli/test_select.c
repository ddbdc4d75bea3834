/* Commands that act get handles on exactly the processes that were meant. */
#include "processes/select.h"

#include "../test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static psutil *ctx;

/* Selects as a command that acts would, with these words behind its name. */
static int choose(struct selected *out, struct cli *cli, int argc, char **argv)
{
    static struct command acting = {.name = "acting", .takes = TAKES_SELECTION};
    acting.listing = &process_listing;
    *cli = (struct cli){.ctx = ctx, .command = &acting};
    command_options(cli->options.tables, &acting);
    options_parse(&cli->options, argc, argv, false);
    cli->words = cli->options.words;
    cli->words_len = cli->options.words_len;
    return select_processes(out, cli, PSUTIL_FIELD(NAME));
}

static pid_t start_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    return pid;
}

static void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

TEST(by_pid)
{
    struct selected selected;
    struct cli cli;
    char word[32];
    pid_t pid = start_child();
    snprintf(word, sizeof word, "%d", (int)pid);
    CHECK_INT(choose(&selected, &cli, 1, (char *[]){word}), CLI_DONE);
    REQUIRE(selected.len == 1);
    CHECK_INT(psutil_process_pid(selected.items[0]), pid);
    CHECK_INT(selected.rows[0]->info.result[PSUTIL_FIELD_NAME], 0);
    CHECK_INT(psutil_process_send_signal(selected.items[0], SIGTERM), 0);
    int status = 0;
    waitpid(pid, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    CHECK(psutil_process_send_signal(selected.items[0], SIGTERM) != 0);
    selected_close(&selected);
    options_free(&cli.options);
}

TEST(by_filter)
{
    struct selected selected;
    struct cli cli;
    char filter[64];
    pid_t one = start_child(), two = start_child();
    snprintf(filter, sizeof filter, "ppid=%d && pid!=%d", (int)getpid(), (int)one);
    CHECK_INT(choose(&selected, &cli, 2, (char *[]){"--filter", filter}), CLI_DONE);
    CHECK_INT(selected.len, 1);
    CHECK(selected.len == 1 && psutil_process_pid(selected.items[0]) == two);
    selected_close(&selected);
    options_free(&cli.options);
    end_child(one);
    end_child(two);
}

TEST(never_everything)
{
    struct selected selected;
    struct cli cli;
    CHECK_INT(choose(&selected, &cli, 0, NULL), CLI_USAGE);
    CHECK_INT(selected.len, 0);
    selected_close(&selected);
    options_free(&cli.options);
}

TEST(what_is_missing_fails_and_the_others_are_there)
{
    struct selected selected;
    struct cli cli;
    char word[32];
    snprintf(word, sizeof word, "%d,999999999", (int)getpid());
    CHECK_INT(choose(&selected, &cli, 1, (char *[]){word}), CLI_FAILED);
    CHECK_INT(selected.len, 1);
    selected_close(&selected);
    options_free(&cli.options);
    CHECK_INT(choose(&selected, &cli, 2, (char *[]){"--name", "no such name"}), CLI_FAILED);
    CHECK_INT(selected.len, 0);
    selected_close(&selected);
    options_free(&cli.options);
}

int main(void)
{
    if (psutil_open(&ctx, NULL) != 0)
        return 1;
    int status = run_tests();
    psutil_close(ctx);
    return status;
}
