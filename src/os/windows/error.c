/* Windows' codes, as the library's. */
#include "os/windows/nt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int meaning(DWORD code)
{
    switch (code) {
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_NETWORK_ACCESS_DENIED:
        return PSUTIL_EACCES;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
        return PSUTIL_ENOMEM;
    case ERROR_NOT_SUPPORTED:
    case ERROR_CALL_NOT_IMPLEMENTED:
    case ERROR_INVALID_FUNCTION:
    case ERROR_PROC_NOT_FOUND:
        return PSUTIL_ENOTSUP;
    case ERROR_TIMEOUT:
    case ERROR_SEM_TIMEOUT:
        return PSUTIL_ETIMEDOUT;
    case ERROR_SERVICE_DOES_NOT_EXIST:
        return PSUTIL_ESRCH;
    default:
        return PSUTIL_ESYSTEM;
    }
}

/* NTSTATUS that RtlNtStatusToDosError() calls something else than they mean here. */
static int status_meaning(LONG status)
{
    const LONG not_implemented = (LONG)0xc0000002, invalid_class = (LONG)0xc0000003,
               not_supported = (LONG)0xc00000bb, ending = (LONG)0xc000010a;
    if (status == ending)
        return PSUTIL_ESRCH;
    if (status == not_implemented || status == invalid_class || status == not_supported)
        return PSUTIL_ENOTSUP;
    return meaning(RtlNtStatusToDosError(status));
}

int ps_fail_code(psutil *ctx, DWORD code, const char *call, const char *object, int64_t pid)
{
    return ps_fail_at(ctx, meaning(code), (int)code, call, object, pid);
}

DWORD ps_last_code(void)
{
    DWORD code = GetLastError();
    return code != 0 ? code : ERROR_GEN_FAILURE;
}

int ps_fail_last(psutil *ctx, const char *call, const char *object, int64_t pid)
{
    return ps_fail_code(ctx, ps_last_code(), call, object, pid);
}

int ps_fail_status(psutil *ctx, LONG status, const char *call, const char *object, int64_t pid)
{
    return ps_fail_at(ctx, status_meaning(status), (int)status, call, object, pid);
}

static bool is_trailing(wchar_t c)
{
    return c == L'\r' || c == L'\n' || c == L' ' || c == L'.';
}

/* Windows ends its texts with a full stop and a new line, and breaks some into several. */
static DWORD tidy(wchar_t *text, DWORD len)
{
    while (len > 0 && is_trailing(text[len - 1]))
        len--;
    for (DWORD i = 0; i < len; i++)
        if (text[i] == L'\r' || text[i] == L'\n')
            text[i] = L' ';
    return len;
}

static void copy_cut(char *buffer, size_t size, const char *text)
{
    size_t len = strlen(text);
    if (len >= size)
        len = size - 1;
    memcpy(buffer, text, len);
    buffer[len] = '\0';
}

void ps_os_error_text(char *buffer, size_t size, int os_code)
{
    DWORD code = os_code < 0 ? RtlNtStatusToDosError(os_code) : (DWORD)os_code;
    wchar_t wide[160];
    DWORD len = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                               code, 0, wide, sizeof wide / sizeof *wide, NULL);
    char *text = len > 0 ? ps_utf8_of(wide, tidy(wide, len)) : NULL;
    char number[32];
    snprintf(number, sizeof number, os_code < 0 ? "status 0x%08x" : "error %u", (unsigned)os_code);
    copy_cut(buffer, size, text && *text ? text : number);
    free(text);
}
