/* A whole invented machine: every function of the system, every field of every process. */
#include "fuzz.h"

#include "../every.h"
#include "archive.h"

#include <stdio.h>
#include <unistd.h>

enum { PROCESSES_MAX = 6 };

static char root[64];

static void remove_root(void)
{
    archive_clear(root);
    rmdir(root);
}

/* In memory where that can be. */
static void make_root(void)
{
    strcpy(root, "/dev/shm/psutil-fuzz-XXXXXX");
    if (!mkdtemp(root)) {
        strcpy(root, "/tmp/psutil-fuzz-XXXXXX");
        fuzz_need(mkdtemp(root) != NULL);
    }
    atexit(remove_root);
}

static psutil *open_root(void)
{
    char proc[80], sys[80], etc[80], run[80];
    psutil_options options = {.proc = proc, .sys = sys, .etc = etc, .run = run};
    psutil *ctx;
    snprintf(proc, sizeof proc, "%s/proc", root);
    snprintf(sys, sizeof sys, "%s/sys", root);
    snprintf(etc, sizeof etc, "%s/etc", root);
    snprintf(run, sizeof run, "%s/run", root);
    fuzz_need(psutil_open(&ctx, &options) == 0);
    return ctx;
}

/* A failure has its detail; an answer is read to its last byte. */
static void ask(const struct question *question, struct asked *about)
{
    union answer answer;
    struct rows rows;
    psutil_error error;
    char line[600];
    memset(&answer, 0, sizeof answer);
    int rc = question->ask(&answer, about);
    if (rc == 0) {
        rows_of(&rows, question, &answer, about, false);
        rows_free(&rows);
        answer_free(question, &answer);
        return;
    }
    bool told = psutil_error_detail(&error, about->ctx);
    if (!told || error.code != rc)
        fprintf(stderr, "%s returned %d, its detail is of %d\n", question->name, rc, error.code);
    fuzz_need(told && error.code == rc);
    fuzz_need(psutil_error_format(line, sizeof line, &error) > 0);
}

static void ask_all(struct asked *about, bool of_process)
{
    for (size_t i = 0; i < question_count; i++) {
        unsigned traits = questions[i].traits;
        bool possible = questions[i].shape != SHAPE_NONE && !(traits & OF_CALLER) &&
                        (about->sampler || !(traits & TIMED) || of_process);
        if (questions[i].ask && possible && !(traits & OF_PROCESS) == !of_process)
            ask(&questions[i], about);
    }
}

static void ask_process(struct asked *about, int64_t pid)
{
    if (psutil_process_open(&about->process, about->ctx, pid) != 0 &&
        psutil_process_open_thread(&about->process, about->ctx, pid) != 0)
        return;
    ask_all(about, true);
    psutil_process_close(about->process);
    about->process = NULL;
}

static void ask_processes(struct asked *about)
{
    psutil_int_list *pids;
    if (psutil_pids(&pids, about->ctx) != 0)
        return;
    for (size_t i = 0; i < pids->len && i < PROCESSES_MAX; i++)
        ask_process(about, pids->items[i]);
    psutil_free(pids);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (root[0] == '\0')
        make_root();
    char *data = fuzz_copy(bytes, size);
    archive_unpack(root, data, size);
    struct asked about = {.ctx = open_root()};
    psutil_cpu_sampler_open(&about.sampler, about.ctx);
    fuzz_need(psutil_nowrap_open(&about.nowrap, about.ctx) == 0);
    fuzz_need(psutil_table_open(&about.table, about.ctx, PSUTIL_FIELDS_ALL) == 0);
    ask_all(&about, false);
    ask_processes(&about);
    psutil_table_close(about.table);
    psutil_nowrap_close(about.nowrap);
    psutil_cpu_sampler_close(about.sampler);
    psutil_close(about.ctx);
    archive_clear(root);
    free(data);
    return 0;
}
