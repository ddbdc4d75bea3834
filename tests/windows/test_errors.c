/* Windows' codes and texts. */
#include "machine.h"

TEST(codes_become_the_librarys)
{
    static const struct {
        DWORD code;
        int wanted;
    } cases[] = {
        {ERROR_ACCESS_DENIED, PSUTIL_EACCES},     {ERROR_PRIVILEGE_NOT_HELD, PSUTIL_EACCES},
        {ERROR_OUTOFMEMORY, PSUTIL_ENOMEM},       {ERROR_NOT_ENOUGH_MEMORY, PSUTIL_ENOMEM},
        {ERROR_INVALID_FUNCTION, PSUTIL_ENOTSUP}, {ERROR_CALL_NOT_IMPLEMENTED, PSUTIL_ENOTSUP},
        {ERROR_TIMEOUT, PSUTIL_ETIMEDOUT},        {ERROR_SERVICE_DOES_NOT_EXIST, PSUTIL_ESRCH},
        {ERROR_FILE_NOT_FOUND, PSUTIL_ESYSTEM},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(ps_fail_code(ctx, cases[i].code, "Call", NULL, 4), cases[i].wanted);
        CHECK_INT(last_error().os_code, cases[i].code);
    }
}

TEST(native_statuses_too)
{
    CHECK_INT(ps_fail_status(ctx, (LONG)0xc0000022, "Nt", NULL, 4), PSUTIL_EACCES);
    CHECK_INT(ps_fail_status(ctx, (LONG)0xc0000002, "Nt", NULL, 4), PSUTIL_ENOTSUP);
    CHECK_INT(ps_fail_status(ctx, (LONG)0xc0000003, "Nt", NULL, 4), PSUTIL_ENOTSUP);
    CHECK_INT(ps_fail_status(ctx, (LONG)0xc0000017, "Nt", NULL, 4), PSUTIL_ENOMEM);
    /* STATUS_PROCESS_IS_TERMINATING, which as a code of GetLastError() is a denied access. */
    CHECK_INT(ps_fail_status(ctx, (LONG)0xc000010a, "Nt", NULL, 4), PSUTIL_ESRCH);
    CHECK(last_error().os_code < 0);
}

TEST(lines_name_the_call_and_end_without_a_stop)
{
    char line[300], cause[100], status_cause[100];
    psutil_error error;
    ps_fail_code(ctx, ERROR_ACCESS_DENIED, "OpenProcess", NULL, 4);
    error = last_error();
    psutil_error_format(line, sizeof line, &error);
    ps_os_error_text(cause, sizeof cause, ERROR_ACCESS_DENIED);
    CHECK(strncmp(line, "AccessDenied: pid 4: OpenProcess: ", 34) == 0);
    CHECK_STRING(line + 34, cause);
    CHECK(strlen(cause) > 0 && !strpbrk(cause, "\r\n") && cause[strlen(cause) - 1] != '.');
    ps_os_error_text(status_cause, sizeof status_cause, (int)0xc0000022);
    CHECK_STRING(status_cause, cause);
}

TEST(codes_without_a_text_are_numbers)
{
    char cause[100], small[4];
    ps_os_error_text(cause, sizeof cause, 987654321);
    CHECK_STRING(cause, "error 987654321");
    ps_os_error_text(small, sizeof small, 987654321);
    CHECK_STRING(small, "err");
}

TEST(what_fails_without_a_code_has_one)
{
    SetLastError(0);
    CHECK_INT(ps_fail_last(ctx, "Call", "object", PSUTIL_UNKNOWN), PSUTIL_ESYSTEM);
    CHECK(last_error().os_code != 0);
    CHECK_STRING(last_error().path, "object");
}

TEST(text_goes_to_windows_and_back)
{
    wchar_t *wide;
    REQUIRE(ps_wide_of(ctx, "C:\\\xc3\x84\xf0\x9f\x98\x80", &wide) == 0);
    CHECK(wcscmp(wide, L"C:\\\u00c4\U0001f600") == 0);
    char *back = ps_utf8_of(wide, wcslen(wide));
    CHECK_STRING(back, "C:\\\xc3\x84\xf0\x9f\x98\x80");
    free(back);
    free(wide);
    CHECK_INT(ps_wide_of(ctx, "\xff", &wide), PSUTIL_EINVAL);
}

TEST(functions_that_are_not_there_are_not_found)
{
    CHECK(ps_windows_function(L"kernel32.dll", "GetTickCount64") != NULL);
    CHECK(ps_windows_function(L"kernel32.dll", "PsNoSuchFunction") == NULL);
    CHECK(ps_windows_function(L"ps-no-such-library.dll", "f") == NULL);
}

static DWORD WINAPI fail_often(void *number)
{
    int64_t pid = (int64_t)(uintptr_t)number;
    for (int i = 0; i < 2000; i++) {
        ps_fail_code(ctx, ERROR_ACCESS_DENIED, "Call", NULL, pid);
        if (last_error().pid != pid)
            return 1;
    }
    return 0;
}

TEST(threads_see_their_own_failures)
{
    HANDLE threads[4];
    for (uintptr_t i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, fail_often, (void *)(i + 1), 0, NULL);
    WaitForMultipleObjects(4, threads, TRUE, INFINITE);
    for (int i = 0; i < 4; i++) {
        DWORD code = 1;
        GetExitCodeThread(threads[i], &code);
        CHECK_INT(code, 0);
        CloseHandle(threads[i]);
    }
}

/* A call that asks for no more than it has, or for what nobody has, is not asked for ever. */
TEST(answers_grow_to_an_end)
{
    struct ps_answer answer = {0}, huge = {.size = ((size_t)1 << 30) + 1};
    REQUIRE(ps_answer_grow(ctx, &answer, 100, "Call") == 0);
    CHECK(answer.size >= 100);
    for (size_t before = answer.size; before < 1 << 20; before = answer.size) {
        REQUIRE(ps_answer_grow(ctx, &answer, 0, "Call") == 0);
        REQUIRE(answer.size > before);
    }
    CHECK_INT(ps_answer_grow(ctx, &answer, (size_t)UINT32_MAX, "Call"), PSUTIL_ESYSTEM);
    CHECK_STRING(last_error().call, "Call");
    CHECK_INT(ps_answer_grow(ctx, &huge, 0, "Call"), PSUTIL_ESYSTEM);
    ps_answer_free(&answer);
}

TEST(libraries_are_loaded_from_windows_own_folder)
{
    wchar_t path[MAX_PATH], folder[MAX_PATH];
    REQUIRE(ps_windows_function(L"cabinet.dll", "FCICreate") != NULL);
    UINT len = GetSystemDirectoryW(folder, MAX_PATH);
    REQUIRE(GetModuleFileNameW(GetModuleHandleW(L"cabinet.dll"), path, MAX_PATH) > len);
    CHECK(_wcsnicmp(path, folder, len) == 0);
}

int main(void)
{
    return run_with_context();
}
