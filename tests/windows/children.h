/* Children of a test: child.exe, which lies beside it. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "machine.h"

#include <wchar.h>

struct child {
    HANDLE process; /* NULL: it was not started */
    int64_t pid;
    psutil_process *handle;
};

static inline const wchar_t *child_path(void)
{
    static wchar_t path[MAX_PATH];
    DWORD len = GetModuleFileNameW(NULL, path, MAX_PATH);
    while (len > 0 && path[len - 1] != L'\\')
        len--;
    wcscpy(path + len, L"child.exe");
    return path;
}

/* `rest` follows the program's name; `environ` and `folder` may be NULL. */
static inline struct child child_start_in(const wchar_t *rest, wchar_t *environ_,
                                          const wchar_t *folder)
{
    wchar_t line[1024];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION made;
    struct child child = {0};
    _snwprintf(line, sizeof line / sizeof *line, L"\"%ls\" %ls", child_path(), rest);
    if (!CreateProcessW(child_path(), line, NULL, NULL, FALSE, CREATE_UNICODE_ENVIRONMENT, environ_,
                        folder, &start, &made))
        return child;
    CloseHandle(made.hThread);
    child.process = made.hProcess;
    child.pid = made.dwProcessId;
    if (psutil_process_open(&child.handle, ctx, child.pid) != 0)
        child.handle = NULL;
    return child;
}

static inline struct child child_start(const wchar_t *rest)
{
    return child_start_in(rest, NULL, NULL);
}

static inline void child_end(struct child *child)
{
    if (child->process) {
        TerminateProcess(child->process, 1);
        WaitForSingleObject(child->process, INFINITE);
        CloseHandle(child->process);
    }
    psutil_process_close(child->handle);
    *child = (struct child){0};
}

/* Starting takes its time: until the program has run to where it sleeps. */
static inline bool child_has_threads(const struct child *child, int64_t wanted)
{
    int64_t threads = 0;
    for (int tries = 0; tries < 200 && threads < wanted; tries++) {
        if (psutil_process_num_threads(&threads, child->handle) != 0)
            return false;
        if (threads < wanted)
            Sleep(20);
    }
    return threads >= wanted;
}

#endif
