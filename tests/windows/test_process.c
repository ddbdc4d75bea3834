/* This process, and children that are watched through their lives. */
#include "children.h"
#include "core/info.h"
#include "os/windows/process.h"

#include <math.h>
#include <signal.h>
#include <time.h>

#include <sddl.h>

/* ---- A child's life --------------------------------------------------------------------------
 */

TEST(a_child_is_watched_from_start_to_end)
{
    struct child child = child_start(L"sleep");
    bool running = false;
    int64_t exit_code = 0, ppid = 0, status = 0;
    double created = 0;
    REQUIRE(child.handle != NULL);
    CHECK_INT(psutil_process_pid(child.handle), child.pid);
    REQUIRE(psutil_process_is_running(&running, child.handle) == 0);
    CHECK(running);
    REQUIRE(psutil_process_ppid(&ppid, child.handle) == 0);
    CHECK_INT(ppid, GetCurrentProcessId());
    REQUIRE(psutil_process_create_time(&created, child.handle) == 0);
    CHECK(fabs((double)time(NULL) - created) < 30);
    REQUIRE(psutil_process_status(&status, child.handle) == 0);
    CHECK_INT(status, PSUTIL_STATUS_RUNNING);
    CHECK_INT(psutil_process_wait(&exit_code, child.handle, 0.1), PSUTIL_ETIMEDOUT);
    REQUIRE(psutil_process_terminate(child.handle) == 0);
    REQUIRE(psutil_process_wait(&exit_code, child.handle, 30) == 0);
    CHECK_INT(exit_code, SIGTERM);
    exit_code = 0;
    REQUIRE(psutil_process_wait(&exit_code, child.handle, -1) == 0);
    CHECK_INT(exit_code, SIGTERM);
    REQUIRE(psutil_process_is_running(&running, child.handle) == 0);
    CHECK(!running);
    CHECK_INT(psutil_process_ppid(&ppid, child.handle), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_nice(&status, child.handle), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_kill(child.handle), PSUTIL_ESRCH);
    /* The test still holds it: the system has not forgotten it, but it is gone. */
    REQUIRE(psutil_pid_exists(&running, ctx, child.pid) == 0);
    CHECK(!running);
    child_end(&child);
}

TEST(exit_codes_come_whole)
{
    static const struct {
        const wchar_t *rest;
        int64_t wanted;
    } cases[] = {{L"exit 0", 0}, {L"exit 7", 7}, {L"exit 259", 259}, {L"exit -1", 4294967295}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct child child = child_start(cases[i].rest);
        int64_t exit_code = PSUTIL_UNKNOWN;
        REQUIRE(child.process != NULL);
        if (!child.handle)
            SKIP("it ended before it could be opened");
        CHECK_INT(psutil_process_wait(&exit_code, child.handle, 30), 0);
        CHECK_INT(exit_code, cases[i].wanted);
        child_end(&child);
    }
}

static int64_t status_of(const struct child *child)
{
    int64_t status = 0;
    return psutil_process_status(&status, child->handle) == 0 ? status : -1;
}

TEST(a_suspended_child_is_stopped)
{
    struct child child = child_start(L"sleep");
    REQUIRE(child.handle && child_has_threads(&child, 1));
    Sleep(300);
    REQUIRE(psutil_process_suspend(child.handle) == 0);
    if (!ps_under_wine()) /* it does not tell why a thread waits */
        CHECK_INT(status_of(&child), PSUTIL_STATUS_STOPPED);
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, (DWORD)child.pid);
    CHECK(process != NULL);
    CloseHandle(process);
    REQUIRE(psutil_process_resume(child.handle) == 0);
    CHECK_INT(status_of(&child), PSUTIL_STATUS_RUNNING);
    child_end(&child);
}

/* ---- What a child was given ------------------------------------------------------------------
 */

TEST(command_line_folder_and_environment_are_the_childs)
{
    static wchar_t variables[] =
        L"PS_TEST=\u00e4\u65e5 x\0PATH=C:\\windows\0SystemRoot=C:\\windows\0";
    struct child child = child_start_in(L"sleep \"two words\" \u00e4\u65e5\U0001f600 \"a\\\"b\"",
                                        variables, L"C:\\windows");
    psutil_string_list *list;
    char *text;
    bool found = false;
    REQUIRE(child.handle && child_has_threads(&child, 1));
    Sleep(200);
    REQUIRE(psutil_process_cmdline(&list, child.handle) == 0);
    CHECK_INT(list->len, 5);
    if (list->len == 5) {
        CHECK(strstr(list->items[0], "child.exe") != NULL);
        CHECK_STRING(list->items[1], "sleep");
        CHECK_STRING(list->items[2], "two words");
        CHECK_STRING(list->items[3], "\xc3\xa4\xe6\x97\xa5\xf0\x9f\x98\x80");
        CHECK_STRING(list->items[4], "a\"b");
    }
    psutil_free(list);
    REQUIRE(psutil_process_environ(&list, child.handle) == 0);
    for (size_t i = 0; i < list->len; i++)
        found = found || strcmp(list->items[i], "PS_TEST=\xc3\xa4\xe6\x97\xa5 x") == 0;
    CHECK(found);
    psutil_free(list);
    REQUIRE(psutil_process_cwd(&text, child.handle) == 0);
    CHECK(_stricmp(text, "C:\\windows") == 0);
    psutil_free(text);
    REQUIRE(psutil_process_name(&text, child.handle) == 0);
    CHECK_STRING(text, "child.exe");
    psutil_free(text);
    REQUIRE(psutil_process_exe(&text, child.handle) == 0);
    char *wanted = ps_utf8_of(child_path(), wcslen(child_path()));
    CHECK(wanted && _stricmp(text, wanted) == 0);
    free(wanted);
    psutil_free(text);
    child_end(&child);
}

TEST(threads_are_counted_and_listed)
{
    struct child child = child_start(L"threads 5");
    psutil_pthread_list *threads;
    REQUIRE(child.handle != NULL);
    CHECK(child_has_threads(&child, 6));
    REQUIRE(psutil_process_threads(&threads, child.handle) == 0);
    CHECK(threads->len >= 6);
    for (size_t i = 0; i < threads->len; i++)
        CHECK(threads->items[i].id > 0 && threads->items[i].user_time >= 0);
    psutil_free(threads);
    child_end(&child);
}

/* ---- Priorities and CPUs ---------------------------------------------------------------------
 */

TEST(priorities_are_set_and_told)
{
    struct child child = child_start(L"sleep");
    int64_t nice = 0;
    REQUIRE(child.handle != NULL);
    REQUIRE(psutil_process_nice(&nice, child.handle) == 0);
    CHECK_INT(nice, PSUTIL_NORMAL_PRIORITY_CLASS);
    REQUIRE(psutil_process_set_nice(child.handle, PSUTIL_BELOW_NORMAL_PRIORITY_CLASS) == 0);
    REQUIRE(psutil_process_nice(&nice, child.handle) == 0);
    CHECK_INT(nice, PSUTIL_BELOW_NORMAL_PRIORITY_CLASS);
    CHECK_INT(GetPriorityClass(child.process), BELOW_NORMAL_PRIORITY_CLASS);
    CHECK_INT(psutil_process_set_nice(child.handle, 10), PSUTIL_EINVAL);
    child_end(&child);
}

TEST(io_priorities_are_told_or_refused)
{
    struct child child = child_start(L"sleep");
    psutil_pionice ionice;
    REQUIRE(child.handle != NULL);
    int rc = psutil_process_ionice(&ionice, child.handle);
    if (rc == 0) {
        CHECK_INT(ionice.ioclass, PSUTIL_IOPRIO_NORMAL);
        CHECK_INT(ionice.value, PSUTIL_UNKNOWN);
        CHECK_INT(psutil_process_set_ionice(child.handle, PSUTIL_IOPRIO_LOW, PSUTIL_UNKNOWN), 0);
    } else {
        CHECK(ps_under_wine());
        CHECK_STRING(last_error().call, "NtQueryInformationProcess");
    }
    CHECK_INT(psutil_process_set_ionice(child.handle, 4, PSUTIL_UNKNOWN), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_set_ionice(child.handle, 1, 0), PSUTIL_EINVAL);
    child_end(&child);
}

TEST(cpus_are_set_and_told)
{
    struct child child = child_start(L"sleep");
    psutil_int_list *cpus;
    int64_t last = 0, wrong = 63, negative = -1;
    size_t len;
    REQUIRE(child.handle && psutil_process_cpu_affinity(&cpus, child.handle) == 0);
    len = cpus->len;
    CHECK(len > 0);
    if (len > 0)
        last = cpus->items[len - 1];
    psutil_free(cpus);
    REQUIRE(psutil_process_set_cpu_affinity(child.handle, &last, 1) == 0);
    REQUIRE(psutil_process_cpu_affinity(&cpus, child.handle) == 0);
    CHECK(cpus->len == 1 && cpus->items[0] == last);
    psutil_free(cpus);
    CHECK_INT(psutil_process_set_cpu_affinity(child.handle, &negative, 1), PSUTIL_EINVAL);
    if (len < 63)
        CHECK_INT(psutil_process_set_cpu_affinity(child.handle, &wrong, 1), PSUTIL_EINVAL);
    REQUIRE(psutil_process_set_cpu_affinity(child.handle, NULL, 0) == 0);
    REQUIRE(psutil_process_cpu_affinity(&cpus, child.handle) == 0);
    CHECK_INT(cpus->len, len);
    psutil_free(cpus);
    child_end(&child);
}

/* ---- Memory, time, files ---------------------------------------------------------------------
 */

static psutil_process *open_own(void)
{
    psutil_process *own = NULL;
    return psutil_process_open(&own, ctx, GetCurrentProcessId()) == 0 ? own : NULL;
}

TEST(work_shows_in_the_times_of_the_process)
{
    psutil_process *own = open_own();
    psutil_pcputimes before, after;
    REQUIRE(own && psutil_process_cpu_times(&before, own) == 0);
    double used = 0;
    for (int64_t end = ps_os_clock() + INT64_C(60000000000); used < 0.2 && ps_os_clock() < end;) {
        REQUIRE(psutil_process_cpu_times(&after, own) == 0);
        used = after.user + after.system - before.user - before.system;
    }
    CHECK(used >= 0.2);
    CHECK(isnan(after.children_user) && isnan(after.iowait));
    psutil_process_close(own);
}

TEST(memory_grows_by_what_is_touched)
{
    enum { SIZE = 1 << 25 };
    psutil_process *own = open_own();
    psutil_pmem before, after;
    REQUIRE(own && psutil_process_memory_info(&before, own) == 0);
    char *block = VirtualAlloc(NULL, SIZE, MEM_COMMIT, PAGE_READWRITE);
    REQUIRE(block != NULL);
    memset(block, 1, SIZE);
    REQUIRE(psutil_process_memory_info(&after, own) == 0);
    CHECK(after.rss - before.rss > SIZE / 2);
    CHECK_INT(after.rss, after.wset);
    CHECK_INT(after.vms, after.pagefile);
    CHECK(after.peak_wset >= after.wset);
    CHECK_INT(after.shared, PSUTIL_UNKNOWN);
    VirtualFree(block, 0, MEM_RELEASE);
    psutil_process_close(own);
}

TEST(the_footprint_is_what_is_private)
{
    enum { SIZE = 1 << 24 };
    psutil_process *own = open_own();
    psutil_pfootprint before, after;
    REQUIRE(own && psutil_process_memory_footprint(&before, own) == 0);
    char *block = VirtualAlloc(NULL, SIZE, MEM_COMMIT, PAGE_READWRITE);
    memset(block, 1, SIZE);
    REQUIRE(psutil_process_memory_footprint(&after, own) == 0);
    CHECK(before.uss > 0);
    CHECK(after.uss - before.uss >= SIZE - (1 << 20));
    CHECK_INT(after.pss, PSUTIL_UNKNOWN);
    VirtualFree(block, 0, MEM_RELEASE);
    psutil_process_close(own);
}

TEST(mapped_files_are_listed_once_each)
{
    psutil_process *own = open_own();
    psutil_pmmap_list *grouped, *each;
    bool found = false;
    REQUIRE(own && psutil_process_memory_maps(&grouped, own, true) == 0);
    REQUIRE(psutil_process_memory_maps(&each, own, false) == 0);
    CHECK(each->len >= grouped->len && grouped->len > 0);
    for (size_t i = 0; i < grouped->len; i++) {
        const psutil_pmmap *map = &grouped->items[i];
        size_t len = strlen(map->path);
        found = found || (len > 12 && _stricmp(map->path + len - 12, "kernel32.dll") == 0);
        CHECK(is_count_or_unknown(map->rss));
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(grouped->items[j].path, map->path) != 0);
    }
    CHECK(found);
    for (size_t i = 0; i < each->len; i++)
        CHECK(each->items[i].addr && each->items[i].perms);
    psutil_free(grouped);
    psutil_free(each);
    psutil_process_close(own);
}

/* A folder for folders whose path is longer than most buffers; its length, without a slash. */
static size_t make_deep_folder(wchar_t *path, size_t units)
{
    wchar_t temporary[MAX_PATH];
    GetTempPathW(MAX_PATH, temporary);
    _snwprintf(path, units, L"\\\\?\\%lspsutil-%lu", temporary, GetCurrentProcessId());
    bool made = CreateDirectoryW(path, NULL);
    size_t len = wcslen(path);
    while (made && len < 1200) {
        path[len++] = L'\\';
        wmemset(path + len, L'd', 200);
        len += 200;
        path[len] = L'\0';
        made = CreateDirectoryW(path, NULL);
    }
    return made ? len : 0;
}

static void remove_deep_folder(wchar_t *path)
{
    for (wchar_t *slash; wcsstr(path, L"\\psutil-") && RemoveDirectoryW(path); *slash = L'\0')
        slash = wcsrchr(path, L'\\');
}

static bool has_map(size_t path_len)
{
    psutil_process *own = open_own();
    psutil_pmmap_list *maps = NULL;
    bool found = false;
    if (own && psutil_process_memory_maps(&maps, own, true) == 0)
        for (size_t i = 0; i < maps->len; i++) {
            size_t len = strlen(maps->items[i].path);
            found = found || (len + 4 >= path_len && len >= 5 &&
                              strcmp(maps->items[i].path + len - 5, "\\file") == 0);
        }
    psutil_free(maps);
    psutil_process_close(own);
    return found;
}

TEST(mapped_files_may_lie_deep)
{
    static wchar_t folder[2048], path[2048];
    size_t len = make_deep_folder(folder, 2048);
    REQUIRE(len > 0);
    _snwprintf(path, 2048, L"%ls\\file", folder);
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_DELETE_ON_CLOSE, NULL);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 4096, NULL);
    void *view = mapping ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : NULL;
    CHECK(view && has_map(len + 5));
    UnmapViewOfFile(view);
    CloseHandle(mapping);
    CloseHandle(file);
    remove_deep_folder(folder);
}

static bool has_file(const char *path)
{
    psutil_process *own = open_own();
    psutil_popenfile_list *files = NULL;
    bool found = false;
    if (own && psutil_process_open_files(&files, own) == 0)
        for (size_t i = 0; i < files->len; i++)
            found = found || _stricmp(files->items[i].path, path) == 0;
    psutil_free(files);
    psutil_process_close(own);
    return found;
}

TEST(open_files_are_found)
{
    wchar_t folder[MAX_PATH], path[MAX_PATH + 64];
    GetTempPathW(MAX_PATH, folder);
    _snwprintf(path, MAX_PATH + 64, L"%lspsutil-\u00e4-%lu", folder, GetCurrentProcessId());
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    wchar_t final[1024];
    DWORD len = GetFinalPathNameByHandleW(file, final, 1024, VOLUME_NAME_DOS);
    char *utf8 = ps_utf8_of(final + 4, len - 4); /* without the prefix */
    CHECK(utf8 && has_file(utf8));
    CloseHandle(file);
    CHECK(utf8 && !has_file(utf8));
    free(utf8);
}

TEST(a_pipe_that_is_being_read_holds_nobody_up)
{
    struct child child = child_start(L"pipe");
    psutil_popenfile_list *files;
    REQUIRE(child.handle && child_has_threads(&child, 1));
    Sleep(300);
    int64_t begin = ps_os_clock();
    REQUIRE(psutil_process_open_files(&files, child.handle) == 0);
    CHECK(ps_os_clock() - begin < INT64_C(20000000000));
    psutil_free(files);
    child_end(&child);
}

/* It ends between two calls of one reading, while somebody holds it: it can be opened then. */
TEST(what_ends_meanwhile_is_gone_and_not_empty)
{
    struct child child = child_start(L"sleep");
    psutil_process_info info;
    struct ps_ref ref;
    struct ps_reading reading = {.info = &info,
                                 .fields = PSUTIL_FIELD(MEMORY_MAPS) | PSUTIL_FIELD(OPEN_FILES)};
    struct ps_reader reader = {.ctx = ctx, .ref = &ref, .to = &reading};
    REQUIRE(child.process && ps_os_process_open(ctx, child.pid, 0, &ref) == 0);
    ps_info_prepare(&info, reading.fields);
    REQUIRE(ps_source_maps(&reader) == 0 && info.memory_maps->len > 0);
    REQUIRE(ps_source_open_files(&reader) == 0);
    ps_info_free_lists(&info);
    ps_info_prepare(&info, reading.fields);
    TerminateProcess(child.process, 1);
    WaitForSingleObject(child.process, INFINITE);
    CHECK_INT(ps_source_maps(&reader), PSUTIL_ESRCH);
    CHECK_INT(ps_source_open_files(&reader), PSUTIL_ESRCH);
    CHECK(!info.memory_maps && !info.open_files);
    child_end(&child);
}

/* ---- Whose it is, and what is missing --------------------------------------------------------
 */

TEST(the_user_is_the_one_of_the_token)
{
    wchar_t wide[256];
    DWORD len = 256;
    psutil_process *own = open_own();
    char *name;
    REQUIRE(own && psutil_process_username(&name, own) == 0 && GetUserNameW(wide, &len));
    char *user = ps_utf8_of(wide, wcslen(wide));
    const char *backslash = strrchr(name, '\\');
    REQUIRE(backslash && user);
    CHECK(_stricmp(backslash + 1, user) == 0);
    free(user);
    psutil_free(name);
    psutil_process_close(own);
}

/* The rights that a protected process leaves to everybody (and SYNCHRONIZE). */
TEST(little_is_needed_to_tell_the_user_and_the_cpus)
{
    SECURITY_ATTRIBUTES rights = {.nLength = sizeof rights};
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION made;
    wchar_t line[] = L"child.exe sleep";
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"D:(A;;0x101000;;;WD)", SDDL_REVISION_1, &rights.lpSecurityDescriptor, NULL));
    REQUIRE(CreateProcessW(child_path(), line, &rights, NULL, FALSE, 0, NULL, NULL, &start, &made));
    LocalFree(rights.lpSecurityDescriptor);
    CloseHandle(made.hThread);
    struct child child = {.process = made.hProcess, .pid = made.dwProcessId};
    char *name = NULL, *cwd = NULL;
    psutil_int_list *cpus = NULL;
    REQUIRE(psutil_process_open(&child.handle, ctx, child.pid) == 0);
    CHECK_INT(psutil_process_cwd(&cwd, child.handle), PSUTIL_EACCES);
    CHECK_STRING(last_error().call, "OpenProcess");
    CHECK_INT(psutil_process_username(&name, child.handle), 0);
    CHECK_INT(psutil_process_cpu_affinity(&cpus, child.handle), 0);
    psutil_free(name);
    psutil_free(cpus);
    child_end(&child);
}

TEST(what_windows_does_not_have_is_not_supported)
{
    psutil_process *own = open_own();
    psutil_puids ids;
    psutil_prlimit limit;
    int64_t number;
    char *text;
    REQUIRE(own != NULL);
    CHECK_INT(psutil_process_uids(&ids, own), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_gids(&ids, own), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_terminal(&text, own), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_num_fds(&number, own), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_cpu_num(&number, own), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_rlimit(&limit, own, PSUTIL_RLIMIT_NOFILE), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_send_signal(own, SIGINT), PSUTIL_EINVAL);
    CHECK_INT(psutil_process_send_signal(own, 0), 0);
    psutil_process_close(own);
}

TEST(handles_are_counted)
{
    psutil_process *own = open_own();
    int64_t handles = -1;
    REQUIRE(own && psutil_process_num_handles(&handles, own) == 0);
    CHECK(ps_under_wine() ? handles >= 0 : handles > 0);
    psutil_process_close(own);
}

TEST(nobody_has_an_id_that_is_not_given)
{
    psutil_process *process;
    CHECK_INT(psutil_process_open(&process, ctx, (int64_t)GetCurrentProcessId() + 1), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_open(&process, ctx, INT64_C(1) << 40), PSUTIL_ESRCH);
    CHECK_INT(last_error().pid, INT64_C(1) << 40);
}

int main(void)
{
    return run_with_context();
}
