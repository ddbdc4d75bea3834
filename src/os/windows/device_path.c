/* Drives of the kernel's paths. */
#include "os/windows/process.h"

#include <wchar.h>

/* The drive whose device `path` begins with; its length, or 0. */
static size_t match(const wchar_t *drive, const wchar_t *path)
{
    wchar_t device[MAX_PATH];
    if (QueryDosDeviceW(drive, device, MAX_PATH) == 0)
        return 0;
    size_t len = wcslen(device);
    bool whole = wcsncmp(path, device, len) == 0 && (path[len] == L'\\' || path[len] == L'\0');
    return whole ? len : 0;
}

/* A share is named by its server. */
static size_t match_share(const wchar_t *path)
{
    static const wchar_t mup[] = L"\\Device\\Mup\\";
    size_t len = sizeof mup / sizeof *mup - 1;
    return wcsncmp(path, mup, len) == 0 ? len : 0;
}

/* What replaces it is never longer. */
static void replace(wchar_t *path, size_t old, const wchar_t *by, size_t len)
{
    wmemmove(path + len, path + old, wcslen(path + old) + 1);
    wmemcpy(path, by, len);
}

void ps_drive_path(wchar_t *path)
{
    wchar_t drive[] = L"A:";
    size_t share = match_share(path);
    if (wcsncmp(path, L"\\??\\", 4) == 0) {
        replace(path, 4, L"", 0);
        return;
    }
    if (share > 0) {
        replace(path, share, L"\\\\", 2);
        return;
    }
    for (; drive[0] <= L'Z'; drive[0]++) {
        size_t len = match(drive, path);
        if (len >= 2) {
            replace(path, len, drive, 2);
            return;
        }
    }
}
