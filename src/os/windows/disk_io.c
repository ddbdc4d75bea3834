/* Counters of disks, from the driver of each. */
#include "core/records.h"
#include "os/windows/windows.h"

#include <stdio.h>
#include <stdlib.h>

#include <winioctl.h>

/* Windows numbers disks without gaps, but for those that were taken out. */
enum { DISKS = 64 };

static int64_t milliseconds(LARGE_INTEGER units)
{
    return units.QuadPart / 10000;
}

/* DeviceIoControl() of a driver that answers with more than the structure, as some do. */
static DWORD ask(HANDLE disk, DISK_PERFORMANCE *out)
{
    struct {
        DISK_PERFORMANCE performance;
        char more[1024];
    } answer;
    DWORD len = 0;
    if (!DeviceIoControl(disk, IOCTL_DISK_PERFORMANCE, NULL, 0, &answer, sizeof answer, &len, NULL))
        return ps_last_code();
    if (len < sizeof answer.performance)
        return ERROR_NOT_SUPPORTED;
    *out = answer.performance;
    return 0;
}

static void add(struct ps_list *list, const char *name, size_t len,
                const DISK_PERFORMANCE *performance)
{
    const char *kept = ps_list_string(list, name, len);
    psutil_sdiskio *item = ps_list_add(list);
    if (!item)
        return;
    item->name = kept;
    item->read_count = performance->ReadCount;
    item->write_count = performance->WriteCount;
    item->read_bytes = performance->BytesRead.QuadPart;
    item->write_bytes = performance->BytesWritten.QuadPart;
    item->read_time = milliseconds(performance->ReadTime);
    item->write_time = milliseconds(performance->WriteTime);
}

/* Disks that do not count (counters are switched off, or the driver has none) are left out. */
static bool counts_nothing(DWORD code)
{
    return code == ERROR_INVALID_FUNCTION || code == ERROR_NOT_SUPPORTED ||
           code == ERROR_INVALID_PARAMETER || code == ERROR_NOT_READY;
}

static int read_disk(psutil *ctx, struct ps_list *list, int number)
{
    wchar_t path[40];
    char name[32];
    DISK_PERFORMANCE performance = {.ReadCount = 0};
    int len = snprintf(name, sizeof name, "PhysicalDrive%d", number);
    swprintf(path, sizeof path / sizeof *path, L"\\\\.\\PhysicalDrive%d", number);
    /* Without any access: nothing of the disk is read, and no right is needed. */
    HANDLE disk =
        CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (disk == INVALID_HANDLE_VALUE)
        return 0;
    DWORD code = ask(disk, &performance);
    CloseHandle(disk);
    if (code == 0)
        add(list, name, (size_t)len, &performance);
    else if (!counts_nothing(code))
        return ps_fail_code(ctx, code, "IOCTL_DISK_PERFORMANCE", name, PSUTIL_UNKNOWN);
    return 0;
}

/* All are whole disks. */
int ps_os_disk_io(psutil *ctx, bool whole, psutil_sdiskio_list **out)
{
    struct ps_list list;
    int rc = 0;
    (void)whole;
    ps_list_init(&list, &ps_record_sdiskio);
    for (int number = 0; rc == 0 && number < DISKS; number++)
        rc = read_disk(ctx, &list, number);
    psutil_sdiskio_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}
