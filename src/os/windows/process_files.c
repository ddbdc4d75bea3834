/* The files that a process has open: each of its handles is duplicated and looked at. Questions
 * about a pipe may wait for whoever reads it, without an end: they are asked in a thread of their
 * own, which is left behind when it does not come back. */
#include "core/records.h"
#include "os/windows/process.h"

#include <stdlib.h>
#include <wchar.h>

enum { PATH_UNITS = 32768, PATIENCE_MS = 1000 };

/* ---- The thread that asks ---------------------------------------------------------------------
 */

/* Belongs to the thread and to the caller. */
struct asker {
    LONG owners;
    LONG quit;
    HANDLE thread;
    HANDLE asked, answered; /* events that reset themselves */
    HANDLE file;            /* the asker closes it */
    bool found;
    wchar_t path[PATH_UNITS];
};

static bool is_file(HANDLE handle)
{
    union {
        UNICODE_STRING type;
        char room[2048];
    } answer;
    static const wchar_t wanted[] = L"File";
    const size_t len = sizeof wanted - sizeof *wanted;
    NTSTATUS status = NtQueryObject(handle, ObjectTypeInformation, &answer, sizeof answer, NULL);
    return status >= 0 && answer.type.Length == len &&
           wmemcmp(answer.type.Buffer, wanted, len / sizeof *wanted) == 0;
}

/* Regular files only: no folder, pipe, console or device. */
static bool look(HANDLE handle, wchar_t *path)
{
    BY_HANDLE_FILE_INFORMATION info;
    if (!is_file(handle) || GetFileType(handle) != FILE_TYPE_DISK ||
        !GetFileInformationByHandle(handle, &info) ||
        info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return false;
    DWORD len = GetFinalPathNameByHandleW(handle, path, PATH_UNITS, VOLUME_NAME_DOS);
    return len > 0 && len < PATH_UNITS;
}

static void leave(struct asker *asker)
{
    if (InterlockedDecrement(&asker->owners) > 0)
        return;
    if (asker->asked)
        CloseHandle(asker->asked);
    if (asker->answered)
        CloseHandle(asker->answered);
    free(asker);
}

static DWORD WINAPI run(void *user)
{
    struct asker *asker = user;
    while (WaitForSingleObject(asker->asked, INFINITE) == WAIT_OBJECT_0 && !asker->quit) {
        asker->found = look(asker->file, asker->path);
        CloseHandle(asker->file);
        SetEvent(asker->answered);
    }
    leave(asker);
    return 0;
}

static struct asker *begin(void)
{
    struct asker *asker = calloc(1, sizeof *asker);
    if (!asker)
        return NULL;
    asker->owners = 2;
    asker->asked = CreateEventW(NULL, FALSE, FALSE, NULL);
    asker->answered = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (asker->asked && asker->answered)
        asker->thread = CreateThread(NULL, 0, run, asker, 0, NULL);
    if (asker->thread)
        return asker;
    asker->owners = 1;
    leave(asker);
    return NULL;
}

/* One that waits for a question ends; one that hangs ends when it comes back. */
static void end(struct asker *asker)
{
    InterlockedExchange(&asker->quit, 1);
    SetEvent(asker->asked);
    CloseHandle(asker->thread);
    leave(asker);
}

/* Takes the handle over. False when there is no answer within the time. */
static bool ask(struct asker *asker, HANDLE file)
{
    asker->file = file;
    SetEvent(asker->asked);
    if (WaitForSingleObject(asker->answered, PATIENCE_MS) == WAIT_OBJECT_0)
        return true;
    CancelSynchronousIo(asker->thread);
    return WaitForSingleObject(asker->answered, PATIENCE_MS) == WAIT_OBJECT_0;
}

/* ---- The handles ------------------------------------------------------------------------------
 */

struct files {
    struct ps_reader *reader;
    struct ps_list list;
    HANDLE process;
    struct asker *asker;
};

/* Without the prefix that lets paths be long. */
static const char *add_path(struct ps_list *list, wchar_t *path)
{
    static const wchar_t share[] = L"\\\\?\\UNC\\", prefix[] = L"\\\\?\\";
    const size_t share_len = sizeof share / sizeof *share - 1;
    const size_t prefix_len = sizeof prefix / sizeof *prefix - 1;
    if (wcsncmp(path, share, share_len) == 0) {
        path += share_len - 2;
        path[0] = L'\\';
    } else if (wcsncmp(path, prefix, prefix_len) == 0) {
        path += prefix_len;
    }
    return ps_list_wide(list, path);
}

/* A handle that is gone by now, or that cannot be duplicated, is of no file. */
static int look_at(struct files *files, HANDLE handle)
{
    HANDLE copy;
    if (!DuplicateHandle(files->process, handle, GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
        return 0;
    if (!files->asker && !(files->asker = begin())) {
        CloseHandle(copy);
        return ps_fail_memory(files->reader->ctx);
    }
    if (!ask(files->asker, copy)) {
        end(files->asker);
        files->asker = NULL;
        return 0;
    }
    if (!files->asker->found)
        return 0;
    const char *path = add_path(&files->list, files->asker->path);
    psutil_popenfile *item = ps_list_add(&files->list);
    if (item)
        item->path = path;
    return 0;
}

/* Those of the process alone, since Windows 8. 1: by this system not told. */
static int look_at_own(struct files *files)
{
    struct ps_answer answer = {0};
    ULONG wanted = 1 << 14;
    NTSTATUS status = PS_STATUS_INFO_LENGTH_MISMATCH;
    int rc = 0;
    while (rc == 0 && status == PS_STATUS_INFO_LENGTH_MISMATCH) {
        rc = ps_answer_grow(files->reader->ctx, &answer, wanted, "NtQueryInformationProcess");
        if (rc == 0)
            status = ps_nt_query_process(files->process, PS_PROCESS_HANDLES, answer.data,
                                         (ULONG)answer.size, &wanted);
    }
    const struct ps_nt_own_handles *handles = answer.data;
    if (rc == 0 && status < 0)
        rc = 1;
    for (size_t i = 0; rc == 0 && i < handles->len; i++)
        rc = look_at(files, handles->items[i].handle);
    ps_answer_free(&answer);
    return rc;
}

static int look_at_all(struct files *files)
{
    struct ps_answer answer = {0};
    size_t len;
    int rc = ps_query_system(files->reader->ctx, PS_SYSTEM_HANDLES, &answer, &len);
    const struct ps_nt_handles *handles = answer.data;
    for (size_t i = 0; rc == 0 && i < handles->len; i++)
        if (ps_nt_pid(handles->items[i].pid) == files->reader->ref->pid)
            rc = look_at(files, handles->items[i].handle);
    ps_answer_free(&answer);
    return rc;
}

/* Of a process that has ended nothing fails: its handles are gone. */
int ps_source_open_files(struct ps_reader *reader)
{
    struct files files = {.reader = reader};
    int rc = ps_reader_open(reader, PROCESS_DUP_HANDLE | PROCESS_QUERY_INFORMATION, &files.process);
    if (rc != 0)
        return rc;
    ps_list_init(&files.list, &ps_record_popenfile);
    rc = look_at_own(&files);
    if (rc > 0)
        rc = look_at_all(&files);
    if (files.asker)
        end(files.asker);
    CloseHandle(files.process);
    if (rc == 0)
        rc = ps_process_alive(reader->ctx, reader->ref);
    reader->to->info->open_files = ps_list_result(reader->ctx, &files.list, &rc);
    return rc;
}
