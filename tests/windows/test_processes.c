/* Many processes at once: tables, relatives, waiting for more than the system waits for together;
 * and every function of the library put to this process. */
#include "../every.h"
#include "children.h"

#include <signal.h>

/* wine looks through all processes of the machine for the owners of sockets, which may take as long
 * as there are many: test_net.c asks for them. */
#define FIELDS (PSUTIL_FIELDS_ALL & ~PSUTIL_FIELD(NET_CONNECTIONS))

TEST(a_table_has_the_child_and_its_fields)
{
    struct child child = child_start(L"sleep");
    psutil_table *table;
    psutil_process_info info;
    bool found = false;
    REQUIRE(child.handle != NULL);
    REQUIRE(psutil_table_open(&table, ctx, FIELDS) == 0);
    REQUIRE(psutil_table_refresh(table) == 0 && psutil_table_refresh(table) == 0);
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(&info, table, i);
        if (info.pid != child.pid)
            continue;
        found = true;
        CHECK_INT(info.ppid, GetCurrentProcessId());
        CHECK_STRING(info.name, "child.exe");
        CHECK(info.result[PSUTIL_FIELD_CMDLINE] == 0 && info.cmdline->len == 2);
        CHECK_INT(info.result[PSUTIL_FIELD_UIDS], PSUTIL_ENOTSUP);
        CHECK(info.result[PSUTIL_FIELD_CPU_PERCENT] == 0 && info.cpu_percent >= 0);
        CHECK(psutil_table_is_process(table, i, child.handle));
    }
    CHECK(found);
    psutil_table_close(table);
    child_end(&child);
}

TEST(a_row_gives_a_handle_without_keeping_one)
{
    struct child child = child_start(L"sleep");
    psutil_table *table;
    psutil_process_info info;
    psutil_process *process = NULL;
    char *text;
    REQUIRE(child.handle &&
            psutil_table_open(&table, ctx, PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(PID)) == 0);
    REQUIRE(psutil_table_refresh(table) == 0);
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_table_row(&info, table, i);
        if (info.pid == child.pid)
            REQUIRE(psutil_table_process(&process, table, i) == 0);
    }
    REQUIRE(process != NULL);
    CHECK(psutil_process_equal(process, child.handle));
    REQUIRE(psutil_process_exe(&text, process) == 0);
    CHECK(strstr(text, "child.exe") != NULL);
    psutil_free(text);
    TerminateProcess(child.process, 3);
    WaitForSingleObject(child.process, INFINITE);
    CHECK_INT(psutil_process_exe(&text, process), PSUTIL_ESRCH);
    int64_t exit_code;
    CHECK_INT(psutil_process_wait(&exit_code, process, 10), 0);
    psutil_process_close(process);
    psutil_table_close(table);
    child_end(&child);
}

TEST(parents_and_children_know_each_other)
{
    struct child child = child_start(L"sleep");
    psutil_process *own, *parent;
    psutil_process_list *children;
    bool found = false;
    REQUIRE(child.handle && psutil_process_open(&own, ctx, GetCurrentProcessId()) == 0);
    REQUIRE(psutil_process_parent(&parent, child.handle) == 0 && parent);
    CHECK(psutil_process_equal(parent, own));
    psutil_process_close(parent);
    REQUIRE(psutil_process_children(&children, own, true) == 0);
    for (size_t i = 0; i < children->len; i++)
        found = found || psutil_process_equal(children->items[i], child.handle);
    CHECK(found);
    psutil_process_list_close(children);
    psutil_process_close(own);
    child_end(&child);
}

static bool count_end(psutil_process *process, int64_t exit_code, void *user)
{
    (void)process;
    *(size_t *)user += exit_code == SIGTERM;
    return true;
}

TEST(more_are_waited_for_than_the_system_takes_at_once)
{
    enum { COUNT = 70 };
    static struct child children[COUNT];
    psutil_process *handles[COUNT];
    bool gone[COUNT];
    size_t ended = 0, len = 0;
    for (; len < COUNT; len++) {
        children[len] = child_start(L"sleep");
        if (!(handles[len] = children[len].handle))
            break;
    }
    CHECK_INT(len, COUNT);
    CHECK_INT(psutil_wait_procs(gone, ctx, handles, len, 0, NULL, NULL), 0);
    for (size_t i = 0; i < len; i++) {
        CHECK(!gone[i]);
        CHECK_INT(psutil_process_kill(handles[i]), 0);
    }
    CHECK_INT(psutil_wait_procs(gone, ctx, handles, len, 60, count_end, &ended), 0);
    CHECK_INT(ended, len);
    for (size_t i = 0; i < len; i++) {
        CHECK(gone[i]);
        child_end(&children[i]);
    }
    if (len < COUNT)
        child_end(&children[len]);
}

static DWORD WINAPI end_later(void *process)
{
    Sleep(300);
    TerminateProcess(process, 5);
    return 0;
}

/* Waiting sleeps until the end, and one handle may be waited for twice. */
TEST(waiting_wakes_at_the_end)
{
    struct child child = child_start(L"sleep");
    bool gone[2];
    int64_t exit_code = 0;
    REQUIRE(child.handle != NULL);
    psutil_process *twice[2] = {child.handle, child.handle};
    HANDLE thread = CreateThread(NULL, 0, end_later, child.process, 0, NULL);
    int64_t begin = ps_os_clock();
    REQUIRE(psutil_wait_procs(gone, ctx, twice, 2, 60, NULL, NULL) == 0);
    CHECK(gone[0] && gone[1]);
    CHECK(ps_os_clock() - begin < INT64_C(10000000000));
    REQUIRE(psutil_process_wait(&exit_code, child.handle, 0) == 0);
    CHECK_INT(exit_code, 5);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    child_end(&child);
}

/* Processes come and go while the table is read. */
TEST(a_walk_survives_a_crowd)
{
    psutil_table *table;
    int failures = 0;
    REQUIRE(psutil_table_open(
                &table, ctx, FIELDS & ~PSUTIL_FIELD(MEMORY_MAPS) & ~PSUTIL_FIELD(OPEN_FILES)) == 0);
    for (int i = 0; i < 10; i++) {
        struct child child = child_start(L"exit 0");
        failures += psutil_table_refresh(table) != 0;
        child_end(&child);
    }
    CHECK_INT(failures, 0);
    psutil_table_close(table);
}

/* ---- Every question -------------------------------------------------------------------------- */

static bool asks_for_owners(const struct question *question)
{
    return strstr(question->name, "net_connections") || strcmp(question->name, "process_read") == 0;
}

static void ask_one(const struct question *question, struct asked *about)
{
    union answer answer;
    struct rows rows = {0};
    memset(&answer, 0, sizeof answer);
    int rc = question->ask(&answer, about);
    if (rc != 0) {
        psutil_error error = last_error();
        if (rc == PSUTIL_ENOTSUP || (rc == PSUTIL_ESYSTEM && ps_under_wine()))
            return;
        printf("# %s: %d %s %d %s\n", question->name, rc, error.call, error.os_code, error.note);
        CHECK_INT(rc, 0);
        return;
    }
    rows_of(&rows, question, &answer, about, true);
    rows_free(&rows);
    answer_free(question, &answer);
}

TEST(every_function_answers_about_this_process)
{
    struct asked about = {.ctx = ctx};
    REQUIRE(psutil_process_open(&about.process, ctx, GetCurrentProcessId()) == 0);
    REQUIRE(psutil_cpu_sampler_open(&about.sampler, ctx) == 0);
    REQUIRE(psutil_nowrap_open(&about.nowrap, ctx) == 0);
    REQUIRE(psutil_table_open(&about.table, ctx, FIELDS) == 0);
    REQUIRE(psutil_table_refresh(about.table) == 0);
    for (size_t i = 0; i < question_count; i++)
        if (!ps_under_wine() || !asks_for_owners(&questions[i]))
            ask_one(&questions[i], &about);
    psutil_table_close(about.table);
    psutil_nowrap_close(about.nowrap);
    psutil_cpu_sampler_close(about.sampler);
    psutil_process_close(about.process);
}

/* Handles and memory that calls take are given back. */
TEST(nothing_is_kept_open)
{
    DWORD before = 0, after = 0;
    psutil_process_info *info;
    psutil_process *own;
    for (int round = 0; round < 30; round++) {
        if (round == 10)
            GetProcessHandleCount(GetCurrentProcess(), &before);
        REQUIRE(psutil_process_open(&own, ctx, GetCurrentProcessId()) == 0);
        REQUIRE(psutil_process_read(&info, own, FIELDS) == 0);
        psutil_process_info_free(info);
        psutil_process_close(own);
    }
    REQUIRE(GetProcessHandleCount(GetCurrentProcess(), &after));
    CHECK(after <= before + 2);
}

int main(void)
{
    return run_with_context();
}
