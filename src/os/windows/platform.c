/* Locks, threads and clock of Windows, and the context's part. */
#include "os/windows/windows.h"

#include <stdlib.h>
#include <wchar.h>

const unsigned ps_os_platform = PSUTIL_ON_WINDOWS;

/* Windows has no such folders: nothing is read below them. */
const struct ps_roots ps_os_default_roots = {.proc = "", .sys = "", .etc = "", .run = ""};

const psutil_enum_value ps_enum_family[] = {
    {PSUTIL_AF_UNIX, "AF_UNIX"},
    {PSUTIL_AF_INET, "AF_INET"},
    {PSUTIL_AF_INET6, "AF_INET6"},
    {PSUTIL_AF_LINK, "AF_LINK"},
    {0, NULL},
};

const psutil_enum_value ps_enum_ioprio_class[] = {
    {PSUTIL_IOPRIO_VERYLOW, "IOPRIO_VERYLOW"},
    {PSUTIL_IOPRIO_LOW, "IOPRIO_LOW"},
    {PSUTIL_IOPRIO_NORMAL, "IOPRIO_NORMAL"},
    {PSUTIL_IOPRIO_HIGH, "IOPRIO_HIGH"},
    {0, NULL},
};

int ps_os_open(psutil *ctx)
{
    const struct ps_roots *roots = &ctx->roots;
    if (roots->proc[0] || roots->sys[0] || roots->etc[0] || roots->run[0])
        return PSUTIL_ENOTSUP;
    struct ps_windows *os = calloc(1, sizeof *os);
    if (!os)
        return PSUTIL_ENOMEM;
    ctx->os = os;
    return 0;
}

void ps_os_close(psutil *ctx)
{
    struct ps_windows *os = ctx->os;
    if (!os)
        return;
    ps_jobs_close(os);
    ps_load_close(os);
    free(os);
}

/* There is no fork() on Windows. */
void ps_os_after_fork(psutil *ctx, bool was_held)
{
    (void)ctx;
    (void)was_held;
}

struct ps_lock {
    SRWLOCK lock;
};

struct ps_lock *ps_lock_new(void)
{
    struct ps_lock *lock = malloc(sizeof *lock);
    if (lock)
        InitializeSRWLock(&lock->lock);
    return lock;
}

void ps_lock_free(struct ps_lock *lock)
{
    free(lock);
}

void ps_lock_acquire(struct ps_lock *lock)
{
    AcquireSRWLockExclusive(&lock->lock);
}

void ps_lock_release(struct ps_lock *lock)
{
    ReleaseSRWLockExclusive(&lock->lock);
}

bool ps_lock_renew(struct ps_lock *lock)
{
    (void)lock;
    return false;
}

uintptr_t ps_os_thread_id(void)
{
    return GetCurrentThreadId();
}

int64_t ps_os_clock(void)
{
    const int64_t second = 1000000000;
    LARGE_INTEGER count, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    int64_t whole = count.QuadPart / frequency.QuadPart;
    int64_t rest = count.QuadPart % frequency.QuadPart;
    return whole * second + rest * second / frequency.QuadPart;
}

/* Only from Windows' own folder: a library of that name elsewhere is never loaded. Windows 7 does
 * not know LOAD_LIBRARY_SEARCH_SYSTEM32 without an update. */
static HMODULE load(const wchar_t *library)
{
    wchar_t path[MAX_PATH];
    UINT len = GetSystemDirectoryW(path, MAX_PATH);
    if (len == 0 || len + 1 + wcslen(library) >= MAX_PATH)
        return NULL;
    path[len] = L'\\';
    wcscpy(path + len + 1, library);
    return LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
}

ps_any_function *ps_windows_function(const wchar_t *library, const char *name)
{
    HMODULE module = GetModuleHandleW(library);
    if (!module)
        module = load(library);
    return module ? (ps_any_function *)GetProcAddress(module, name) : NULL;
}

double ps_seconds_of(int64_t units)
{
    return (double)units / 1e7;
}

/* A FILETIME counts from 1601. */
double ps_epoch_of(int64_t filetime)
{
    return ps_seconds_of(filetime - INT64_C(116444736000000000));
}
