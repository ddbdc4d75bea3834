/* What a process runs: its program, command line, environment and folder. The last two lie in its
 * own memory (the process environment block), at places that have not changed since Windows 7. */
#include "core/records.h"
#include "os/windows/process.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <shellapi.h>

enum { PATH_UNITS = 32768, ENVIRON_MOST = 1 << 20 };

/* ---- The program ------------------------------------------------------------------------------
 */

/* What even they tell who let nobody open them. */
static int exe_by_pid(struct ps_reader *reader, wchar_t *path)
{
    struct ps_nt_process_name name = {.pid = (HANDLE)(uintptr_t)reader->ref->pid};
    bool running = false;
    name.name.Buffer = path;
    name.name.MaximumLength = (USHORT)((PATH_UNITS - 1) * sizeof *path);
    NTSTATUS status = NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)PS_SYSTEM_PROCESS_NAME,
                                               &name, sizeof name, NULL);
    if (status < 0)
        return ps_fail_code(reader->ctx, ERROR_ACCESS_DENIED, "OpenProcess", NULL,
                            reader->ref->pid);
    path[name.name.Length / sizeof *path] = L'\0';
    int rc = ps_os_process_is_running(reader->ctx, reader->ref, &running);
    if (rc == 0 && !running)
        rc = ps_fail_pid(reader->ctx, PSUTIL_ESRCH, reader->ref->pid, NULL);
    ps_drive_path(path);
    return rc;
}

/* Processes of the kernel have no program. */
static int exe_by_handle(struct ps_reader *reader, HANDLE process, wchar_t *path)
{
    DWORD len = PATH_UNITS;
    path[0] = L'\0';
    if (QueryFullProcessImageNameW(process, 0, path, &len))
        return 0;
    DWORD code = ps_last_code();
    return code == ERROR_GEN_FAILURE ? 0
                                     : ps_reader_failed(reader, code, "QueryFullProcessImageNameW");
}

static bool is_kernels(const struct ps_reader *reader)
{
    return reader->ref->pid == PS_PID_IDLE || reader->ref->pid == PS_PID_SYSTEM;
}

int ps_source_exe(struct ps_reader *reader)
{
    const char **out = &reader->to->info->exe;
    HANDLE process;
    if (is_kernels(reader))
        return ps_reader_string(reader, L"", 0, out);
    wchar_t *path = malloc(PATH_UNITS * sizeof *path);
    if (!path)
        return ps_fail_memory(reader->ctx);
    int rc = ps_reader_open(reader, 0, &process);
    if (rc == 0) {
        rc = exe_by_handle(reader, process, path);
        CloseHandle(process);
    } else if (rc == PSUTIL_EACCES) {
        rc = exe_by_pid(reader, path);
    }
    if (rc == 0)
        rc = ps_reader_string(reader, path, wcslen(path), out);
    free(path);
    return rc;
}

/* ---- The environment block ---------------------------------------------------------------------
 */

/* Where things are in it: of a program of 64 bits, and of one of 32. */
struct layout {
    size_t parameters; /* in the block */
    size_t cwd;        /* in the parameters: UNICODE_STRINGs… */
    size_t command_line;
    size_t environ; /* …and a pointer */
};

static const struct layout layout64 = {0x20, 0x38, 0x70, 0x80};
static const struct layout layout32 = {0x10, 0x24, 0x40, 0x48};

struct block {
    struct ps_reader *reader;
    HANDLE process;
    const struct layout *layout;
    uint64_t parameters;
};

static int read_memory(const struct block *block, uint64_t address, void *out, size_t size)
{
    SIZE_T done = 0;
    if (ReadProcessMemory(block->process, (const void *)(uintptr_t)address, out, size, &done) &&
        done == size)
        return 0;
    return ps_reader_failed(block->reader, ps_last_code(), "ReadProcessMemory");
}

static bool is_wide(const struct block *block)
{
    return block->layout == &layout64;
}

static int read_pointer(const struct block *block, uint64_t address, uint64_t *out)
{
    *out = 0; /* the lower half is written first */
    return read_memory(block, address, out, is_wide(block) ? 8 : 4);
}

/* A program of 32 bits has a block of its own, and keeps only that up to date. */
static int find_block(struct block *block, uint64_t *out)
{
    ULONG_PTR narrow = 0;
    PROCESS_BASIC_INFORMATION basic;
    NTSTATUS status =
        ps_nt_query_process(block->process, PS_PROCESS_WOW64, &narrow, sizeof narrow, NULL);
    if (status >= 0 && narrow != 0) {
        block->layout = &layout32;
        *out = narrow;
        return 0;
    }
    status = ps_nt_query_process(block->process, PS_PROCESS_BASIC, &basic, sizeof basic, NULL);
    if (status < 0)
        return ps_fail_status(block->reader->ctx, status, "NtQueryInformationProcess", "0",
                              block->reader->ref->pid);
    *out = (uintptr_t)basic.PebBaseAddress;
    return 0;
}

static int open_block(struct ps_reader *reader, struct block *block)
{
    uint64_t address = 0;
    *block = (struct block){.reader = reader, .layout = &layout64};
    int rc = ps_reader_open(reader, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, &block->process);
    if (rc != 0)
        return rc;
    rc = find_block(block, &address);
    if (rc == 0 && address == 0)
        rc = ps_fail_pid(reader->ctx, PSUTIL_ENOTSUP, reader->ref->pid,
                         "a process of the kernel has no environment");
    if (rc == 0)
        rc = read_pointer(block, address + block->layout->parameters, &block->parameters);
    if (rc != 0)
        CloseHandle(block->process);
    return rc;
}

/* A UNICODE_STRING of the parameters, for free(); `len` in units. */
static int read_string(const struct block *block, size_t offset, wchar_t **out, size_t *len)
{
    uint16_t bytes = 0;
    uint64_t at = block->parameters + offset, address = 0;
    int rc = read_memory(block, at, &bytes, sizeof bytes);
    if (rc == 0)
        rc = read_pointer(block, at + (is_wide(block) ? 8 : 4), &address);
    if (rc != 0)
        return rc;
    wchar_t *text = calloc(bytes + sizeof *text, 1);
    if (!text)
        return ps_fail_memory(block->reader->ctx);
    rc = bytes > 0 ? read_memory(block, address, text, bytes) : 0;
    if (rc != 0) {
        free(text);
        return rc;
    }
    *out = text;
    *len = bytes / sizeof *text;
    return 0;
}

/* ---- The folder ------------------------------------------------------------------------------ */

/* "C:\x\", and "C:\" for the root of a drive. */
static size_t without_slash(const wchar_t *path, size_t len)
{
    return len > 3 && path[len - 1] == L'\\' ? len - 1 : len;
}

int ps_source_cwd(struct ps_reader *reader)
{
    struct block block;
    wchar_t *path = NULL;
    size_t len = 0;
    int rc = open_block(reader, &block);
    if (rc != 0)
        return rc;
    rc = read_string(&block, block.layout->cwd, &path, &len);
    if (rc == 0)
        rc = ps_reader_string(reader, path, without_slash(path, len), &reader->to->info->cwd);
    free(path);
    CloseHandle(block.process);
    return rc;
}

/* ---- The command line ------------------------------------------------------------------------ */

/* Since Windows 8.1 it is told without a look into the memory. 1: by this system not. */
static int ask_command_line(struct ps_reader *reader, wchar_t **out, size_t *len)
{
    struct ps_answer answer = {0};
    HANDLE process;
    ULONG wanted = 4096;
    NTSTATUS status = PS_STATUS_INFO_LENGTH_MISMATCH;
    int rc = ps_reader_open(reader, 0, &process);
    if (rc != 0)
        return rc;
    while (rc == 0 && status == PS_STATUS_INFO_LENGTH_MISMATCH && wanted > answer.size) {
        rc = ps_answer_reserve(reader->ctx, &answer, wanted);
        if (rc == 0)
            status = ps_nt_query_process(process, PS_PROCESS_COMMAND_LINE, answer.data,
                                         (ULONG)answer.size, &wanted);
    }
    CloseHandle(process);
    const UNICODE_STRING *text = answer.data;
    if (rc == 0 && status < 0)
        rc = 1;
    if (rc == 0 && !(*out = calloc(text->Length + sizeof **out, 1)))
        rc = ps_fail_memory(reader->ctx);
    if (rc == 0) {
        *len = text->Length / sizeof **out;
        wmemcpy(*out, text->Buffer, *len);
    }
    ps_answer_free(&answer);
    return rc;
}

static int read_command_line(struct ps_reader *reader, wchar_t **out, size_t *len)
{
    struct block block;
    int rc = ask_command_line(reader, out, len);
    if (rc <= 0)
        return rc;
    rc = open_block(reader, &block);
    if (rc != 0)
        return rc;
    rc = read_string(&block, block.layout->command_line, out, len);
    CloseHandle(block.process);
    return rc;
}

static void add_word(struct ps_list *list, const wchar_t *word, size_t len)
{
    const char *kept = ps_list_wide_part(list, word, len);
    const char **item = ps_list_add(list);
    if (item)
        *item = kept;
}

typedef wchar_t **WINAPI split_function(const wchar_t *text, int *len);

/* As the C library splits it for the program. Of an empty one it would make the caller's name. */
static int split(struct ps_reader *reader, struct ps_list *list, const wchar_t *text)
{
    split_function *function =
        (split_function *)ps_windows_function(L"shell32.dll", "CommandLineToArgvW");
    int len = 0;
    if (text[wcsspn(text, L" \t")] == L'\0')
        return 0;
    wchar_t **words = function ? function(text, &len) : NULL;
    if (!words)
        return ps_fail_last(reader->ctx, "CommandLineToArgvW", NULL, reader->ref->pid);
    for (int i = 0; i < len; i++)
        add_word(list, words[i], wcslen(words[i]));
    LocalFree(words);
    return 0;
}

int ps_source_cmdline(struct ps_reader *reader)
{
    struct ps_list list;
    wchar_t *text = NULL;
    size_t len = 0;
    ps_list_init(&list, &ps_record_string);
    int rc = is_kernels(reader) ? 0 : read_command_line(reader, &text, &len);
    if (rc == 0 && text)
        rc = split(reader, &list, text);
    free(text);
    reader->to->info->cmdline = ps_list_result(reader->ctx, &list, &rc);
    return rc;
}

/* ---- The environment ------------------------------------------------------------------------- */

/* How many bytes may be read from there on. */
static size_t readable(const struct block *block, uint64_t address)
{
    MEMORY_BASIC_INFORMATION info;
    if (VirtualQueryEx(block->process, (const void *)(uintptr_t)address, &info, sizeof info) == 0 ||
        info.State != MEM_COMMIT)
        return 0;
    size_t room = (uintptr_t)info.BaseAddress + info.RegionSize - (size_t)address;
    return room > ENVIRON_MOST ? ENVIRON_MOST : room;
}

/* Variables end with a NUL each, and all with an empty one. The shell's notes of each drive's
 * folder ("=C:=C:\x") are variables of no name: they are left out. */
static void add_variables(struct ps_list *list, const wchar_t *text, size_t len)
{
    for (size_t at = 0; at < len && text[at] != L'\0';) {
        size_t size = wcsnlen(text + at, len - at);
        if (text[at] != L'=')
            add_word(list, text + at, size);
        at += size + 1;
    }
}

int ps_source_environ(struct ps_reader *reader)
{
    struct block block;
    struct ps_list list;
    uint64_t address = 0;
    wchar_t *text = NULL;
    size_t size = 0;
    int rc = open_block(reader, &block);
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_string);
    rc = read_pointer(&block, block.parameters + block.layout->environ, &address);
    if (rc == 0 && address != 0)
        size = readable(&block, address);
    if (rc == 0 && size > 0 && !(text = malloc(size)))
        rc = ps_fail_memory(reader->ctx);
    if (rc == 0 && size > 0)
        rc = read_memory(&block, address, text, size);
    if (rc == 0)
        add_variables(&list, text, size / sizeof *text);
    free(text);
    CloseHandle(block.process);
    reader->to->info->environ = ps_list_result(reader->ctx, &list, &rc);
    return rc;
}
