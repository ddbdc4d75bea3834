/* What bench/instructions.py counts under callgrind: psutil-instructions ROOT PID
 *
 * Every function that reads is asked about the machine recorded in ROOT, so that what it works on
 * is the same everywhere. Only what happens inside of measured() is counted, and written out at its
 * end; a line on stdout for each time names the function, and how often it was asked. */
#include "../tests/every.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM_UP 4
#define ASKED 8

#define PATH_LEN 512

static int ask_once(const struct question *question, struct asked *about)
{
    union answer answer;
    memset(&answer, 0, sizeof answer);
    int rc = question->ask(&answer, about);
    if (rc == 0)
        answer_free(question, &answer);
    return rc;
}

/* Found by its name: neither inlined nor merged with a copy, which clang makes none of. */
#ifdef __clang__
#define BY_NAME __attribute__((noinline))
#else
#define BY_NAME __attribute__((noinline, noclone))
#endif
void measured(const struct question *question, struct asked *about);

BY_NAME void measured(const struct question *question, struct asked *about)
{
    for (int i = 0; i < ASKED; i++)
        ask_once(question, about);
}

/* What is about this program, or cannot be told of a recorded machine, is not counted. */
static void count(const struct question *question, struct asked *about)
{
    int rc = PSUTIL_ENOTSUP;
    if (!question->ask || (question->traits & OF_CALLER))
        return;
    for (int i = 0; i < WARM_UP; i++)
        rc = ask_once(question, about);
    if (rc != 0)
        return;
    measured(question, about);
    printf("%s %d\n", question->name, ASKED);
}

static psutil *open_root(const char *root)
{
    static const char *const names[] = {"proc", "sys", "etc", "run"};
    char paths[4][PATH_LEN];
    psutil *ctx;
    for (int i = 0; i < 4; i++)
        snprintf(paths[i], PATH_LEN, "%s/%s", root, names[i]);
    psutil_options options = {.proc = paths[0], .sys = paths[1], .etc = paths[2], .run = paths[3]};
    return psutil_open(&ctx, &options) == 0 ? ctx : NULL;
}

static bool open_all(struct asked *about, const char *root, int64_t pid)
{
    about->ctx = open_root(root);
    return about->ctx && psutil_process_open(&about->process, about->ctx, pid) == 0 &&
           psutil_cpu_sampler_open(&about->sampler, about->ctx) == 0 &&
           psutil_nowrap_open(&about->nowrap, about->ctx) == 0 &&
           psutil_table_open(&about->table, about->ctx, PSUTIL_FIELDS_ALL) == 0;
}

static void close_all(struct asked *about)
{
    psutil_table_close(about->table);
    psutil_nowrap_close(about->nowrap);
    psutil_cpu_sampler_close(about->sampler);
    psutil_process_close(about->process);
    psutil_close(about->ctx);
}

int main(int argc, char **argv)
{
    struct asked about = {0};
    if (argc != 3 || !open_all(&about, argv[1], atoi(argv[2]))) {
        fprintf(stderr, "usage: psutil-instructions ROOT PID, of a machine that was recorded\n");
        return 1;
    }
    for (size_t i = 0; i < question_count; i++)
        count(&questions[i], &about);
    close_all(&about);
    return 0;
}
