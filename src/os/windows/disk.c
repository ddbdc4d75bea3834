/* Drives, folders that volumes are mounted in, and the space there. */
#include "core/records.h"
#include "os/windows/windows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* ---- Partitions ------------------------------------------------------------------------------
 */

static const char *const type_names[] = {
    [DRIVE_UNKNOWN] = "unknown", [DRIVE_NO_ROOT_DIR] = "unmounted", [DRIVE_REMOVABLE] = "removable",
    [DRIVE_FIXED] = "fixed",     [DRIVE_REMOTE] = "remote",         [DRIVE_CDROM] = "cdrom",
    [DRIVE_RAMDISK] = "ramdisk",
};

/* What is not asked for with all = false: what is no disk of this machine. */
static bool is_wanted(UINT type, bool all)
{
    return all || type == DRIVE_FIXED || type == DRIVE_REMOVABLE || type == DRIVE_CDROM;
}

static void add(struct ps_list *list, const wchar_t *device, const wchar_t *path, bool all)
{
    wchar_t fstype[MAX_PATH + 1] = L"";
    char opts[64];
    DWORD flags = 0;
    UINT type = GetDriveTypeW(path);
    if (!is_wanted(type, all))
        return;
    /* A drive without a medium in it has no file system: shown with all = true only. */
    bool ready = GetVolumeInformationW(path, NULL, 0, NULL, NULL, &flags, fstype, MAX_PATH + 1);
    if (!ready && !all)
        return;
    const char *access = !ready ? "" : flags & FILE_READ_ONLY_VOLUME ? "ro," : "rw,";
    const char *compressed = ready && (flags & FILE_VOLUME_IS_COMPRESSED) ? "compressed," : "";
    int len = snprintf(opts, sizeof opts, "%s%s%s", access, compressed, type_names[type]);
    psutil_sdiskpart part = {.device = ps_list_wide(list, device),
                             .mountpoint = ps_list_wide(list, path),
                             .fstype = ps_list_wide(list, fstype),
                             .opts = ps_list_string(list, opts, (size_t)len)};
    psutil_sdiskpart *item = ps_list_add(list);
    if (item)
        *item = part;
}

static int add_drives(psutil *ctx, struct ps_list *list, bool all)
{
    wchar_t drives[26 * 4 + 1];
    DWORD len = GetLogicalDriveStringsW(26 * 4 + 1, drives);
    if (len == 0 || len > 26 * 4)
        return ps_fail_last(ctx, "GetLogicalDriveStringsW", NULL, PSUTIL_UNKNOWN);
    for (const wchar_t *drive = drives; *drive; drive += wcslen(drive) + 1)
        add(list, drive, drive, all);
    return 0;
}

/* The places of one volume: its drive, which is in the list already, and folders. */
static void add_folders(struct ps_list *list, const wchar_t *volume, bool all)
{
    DWORD len = 0;
    GetVolumePathNamesForVolumeNameW(volume, NULL, 0, &len);
    wchar_t *paths = len > 1 ? malloc(len * sizeof *paths) : NULL;
    if (paths && GetVolumePathNamesForVolumeNameW(volume, paths, len, &len))
        for (const wchar_t *path = paths; *path; path += wcslen(path) + 1)
            if (wcslen(path) > 3)
                add(list, volume, path, all);
    free(paths);
}

static void add_volumes(struct ps_list *list, bool all)
{
    wchar_t name[64];
    HANDLE volumes = FindFirstVolumeW(name, sizeof name / sizeof *name);
    if (volumes == INVALID_HANDLE_VALUE)
        return;
    do {
        add_folders(list, name, all);
    } while (FindNextVolumeW(volumes, name, sizeof name / sizeof *name));
    FindVolumeClose(volumes);
}

int ps_os_disk_partitions(psutil *ctx, bool all, psutil_sdiskpart_list **out)
{
    struct ps_list list;
    DWORD mode = 0;
    ps_list_init(&list, &ps_record_sdiskpart);
    /* No window that asks for a disk to be put in. */
    SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode);
    int rc = add_drives(ctx, &list, all);
    if (rc == 0)
        add_volumes(&list, all);
    SetThreadErrorMode(mode, NULL);
    psutil_sdiskpart_list *made = ps_list_result(ctx, &list, &rc);
    if (made)
        *out = made;
    return rc;
}

/* ---- Space ------------------------------------------------------------------------------------
 */

static int64_t cut(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static void fill(psutil_sdiskusage *out, const struct ps_space *space)
{
    out->total = cut(space->total);
    out->used = space->total > space->free ? cut(space->total - space->free) : 0;
    out->free = cut(space->reachable);
    double reachable = (double)out->used + (double)out->free;
    out->percent = reachable > 0 ? (double)out->used / reachable * 100 : 0;
}

int ps_os_disk_usage(psutil *ctx, const char *path, double timeout, psutil_sdiskusage *out)
{
    wchar_t *wide;
    struct ps_space space;
    if (isnan(timeout))
        return ps_fail(ctx, PSUTIL_EINVAL, "timeout must be a number of seconds");
    int rc = ps_wide_of(ctx, path, &wide);
    if (rc != 0)
        return rc;
    DWORD code = ps_disk_space(ctx, wide, timeout, &space);
    free(wide);
    if (code != 0)
        return ps_fail_code(ctx, code, "GetDiskFreeSpaceExW", path, PSUTIL_UNKNOWN);
    fill(out, &space);
    return 0;
}
