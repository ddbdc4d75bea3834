/* Drives and the space on them. */
#include "machine.h"

#include <wchar.h>

static const psutil_sdiskpart *find(const psutil_sdiskpart_list *parts, const char *mountpoint)
{
    for (size_t i = 0; i < parts->len; i++)
        if (strcmp(parts->items[i].mountpoint, mountpoint) == 0)
            return &parts->items[i];
    return NULL;
}

TEST(windows_own_drive_is_a_partition)
{
    wchar_t windows[MAX_PATH];
    char root[] = "C:\\";
    psutil_sdiskpart_list *parts;
    REQUIRE(GetWindowsDirectoryW(windows, MAX_PATH) > 0);
    root[0] = (char)windows[0];
    REQUIRE(psutil_disk_partitions(&parts, ctx, false) == 0);
    const psutil_sdiskpart *own = find(parts, root);
    REQUIRE(own != NULL);
    CHECK_STRING(own->device, root);
    CHECK(strlen(own->fstype) > 0);
    CHECK_STRING(own->opts, "rw,fixed");
    psutil_free(parts);
}

TEST(all_are_no_fewer)
{
    psutil_sdiskpart_list *some, *all;
    REQUIRE(psutil_disk_partitions(&some, ctx, false) == 0);
    REQUIRE(psutil_disk_partitions(&all, ctx, true) == 0);
    for (size_t i = 0; i < some->len; i++)
        CHECK(find(all, some->items[i].mountpoint) != NULL);
    psutil_free(some);
    psutil_free(all);
}

static void check_usage(const char *path, double timeout)
{
    psutil_sdiskusage usage;
    ULARGE_INTEGER total;
    int rc = psutil_disk_usage(&usage, ctx, path, timeout);
    CHECK_INT(rc, 0);
    if (rc != 0)
        return;
    REQUIRE(GetDiskFreeSpaceExW(NULL, NULL, &total, NULL));
    CHECK(usage.total > 0);
    CHECK(usage.used >= 0 && usage.free >= 0 && usage.used <= usage.total);
    CHECK(usage.percent >= 0 && usage.percent <= 100);
}

TEST(space_is_told_with_and_without_a_limit)
{
    psutil_sdiskusage usage;
    check_usage(".", -1);
    check_usage(".", 30);
    check_usage("/", 1e12);
    CHECK_INT(psutil_disk_usage(&usage, ctx, ".", NAN), PSUTIL_EINVAL);
    CHECK_INT(psutil_disk_usage(&usage, ctx, "", -1), PSUTIL_EINVAL);
}

TEST(the_system_says_why_not)
{
    psutil_sdiskusage usage;
    static const char missing[] = "C:\\no such folder\\at all";
    CHECK_INT(psutil_disk_usage(&usage, ctx, missing, -1), PSUTIL_ESYSTEM);
    CHECK_STRING(last_error().call, "GetDiskFreeSpaceExW");
    CHECK_STRING(last_error().path, missing);
    CHECK(last_error().os_code == ERROR_PATH_NOT_FOUND ||
          last_error().os_code == ERROR_FILE_NOT_FOUND);
    CHECK_INT(psutil_disk_usage(&usage, ctx, missing, 30), PSUTIL_ESYSTEM);
    CHECK_INT(psutil_disk_usage(&usage, ctx, "C:\\\xff\xfe", -1), PSUTIL_EINVAL);
}

static wchar_t *temporary(const wchar_t *name)
{
    static wchar_t path[40000];
    wchar_t folder[MAX_PATH];
    GetTempPathW(MAX_PATH, folder);
    swprintf(path, sizeof path / sizeof *path, L"\\\\?\\%ls%ls-%lu", folder, name,
             GetCurrentProcessId());
    return path;
}

static void check_folder(const wchar_t *path)
{
    char *utf8 = ps_utf8_of(path, wcslen(path));
    REQUIRE(utf8 != NULL);
    check_usage(utf8, -1);
    check_usage(utf8, 30);
    free(utf8);
}

TEST(names_may_be_of_any_letters)
{
    static const wchar_t *const names[] = {L"plain", L"\u00e4\u65e5\u672c", L"\U0001f600"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        wchar_t *path = temporary(names[i]);
        REQUIRE(CreateDirectoryW(path, NULL));
        check_folder(path);
        RemoveDirectoryW(path);
    }
}

/* Half a surrogate pair: no valid UTF-16, but a name to the file system. */
TEST(names_may_be_no_text)
{
    wchar_t *path = temporary(L"x\xd800y");
    if (!CreateDirectoryW(path, NULL))
        SKIP("this file system takes no such name");
    check_folder(path);
    RemoveDirectoryW(path);
}

TEST(paths_may_be_longer_than_260)
{
    enum { DEPTH = 6, PART = 100 };
    wchar_t *path = temporary(L"long");
    size_t lens[DEPTH + 1] = {wcslen(path)};
    int depth = 0;
    REQUIRE(CreateDirectoryW(path, NULL));
    for (; depth < DEPTH; depth++) {
        size_t at = lens[depth];
        path[at++] = L'\\';
        wmemset(path + at, L'd', PART);
        path[at + PART] = L'\0';
        lens[depth + 1] = at + PART;
        if (!CreateDirectoryW(path, NULL))
            break;
    }
    CHECK_INT(depth, DEPTH);
    check_folder(path);
    for (; depth >= 0; depth--) {
        path[lens[depth]] = L'\0';
        RemoveDirectoryW(path);
    }
}

TEST(counters_of_disks_are_counts)
{
    psutil_sdiskio_list *disks;
    psutil_sdiskio total;
    int rc = psutil_disk_io_counters_perdisk(&disks, ctx, NULL);
    if (rc != 0) {
        CHECK_STRING(last_error().call, "IOCTL_DISK_PERFORMANCE");
        return;
    }
    for (size_t i = 0; i < disks->len; i++) {
        const psutil_sdiskio *disk = &disks->items[i];
        CHECK(strncmp(disk->name, "PhysicalDrive", 13) == 0);
        CHECK(is_count(disk->read_count) && is_count(disk->write_count));
        CHECK(is_count(disk->read_bytes) && is_count(disk->write_bytes));
        CHECK(is_count(disk->read_time) && is_count(disk->write_time));
        CHECK_INT(disk->busy_time, PSUTIL_UNKNOWN);
    }
    CHECK_INT(psutil_disk_io_counters(&total, ctx, NULL), disks->len > 0 ? 0 : PSUTIL_ENOTSUP);
    psutil_free(disks);
}

int main(void)
{
    return run_with_context();
}
