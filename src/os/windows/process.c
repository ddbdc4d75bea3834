/* Processes: which is which, what is read from where, and the walk over all.
 *
 * Identity: a process is told from others that had its pid by its creation time, and as long as
 * somebody holds a handle on it Windows gives its pid to no other: what is opened by pid while the
 * kept handle is open, is the same process. */
#include "os/windows/process.h"

#include "core/info.h"
#include "core/records.h"

#include <stdlib.h>

#define LOOK (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE)

/* ---- Handles ---------------------------------------------------------------------------------
 */

static uint64_t start_of(HANDLE handle)
{
    FILETIME created, ended, kernel, user;
    if (!GetProcessTimes(handle, &created, &ended, &kernel, &user))
        return 0;
    return (uint64_t)ps_int64_of(created);
}

static bool has_ended(HANDLE handle)
{
    return WaitForSingleObject(handle, 0) == WAIT_OBJECT_0;
}

static int gone(psutil *ctx, int64_t pid)
{
    return ps_fail_pid(ctx, PSUTIL_ESRCH, pid, NULL);
}

/* Of a process that does not exist the system says that the argument is wrong. */
static int fail_open(psutil *ctx, const struct ps_ref *ref)
{
    DWORD code = ps_last_code();
    if (code == ERROR_INVALID_PARAMETER && ref->pid != PS_PID_IDLE)
        return gone(ctx, ref->pid);
    if (code == ERROR_INVALID_PARAMETER)
        code = ERROR_ACCESS_DENIED; /* the idle process cannot be opened by anybody */
    return ps_fail_code(ctx, code, "OpenProcess", NULL, ref->pid);
}

int ps_process_handle(psutil *ctx, const struct ps_ref *ref, DWORD access, HANDLE *out)
{
    /* The caller may do anything with itself. */
    if (ref->pid == (int64_t)GetCurrentProcessId()) {
        *out = GetCurrentProcess();
        return 0;
    }
    if (ref->kept && has_ended(ref->kept))
        return gone(ctx, ref->pid);
    HANDLE handle = OpenProcess(access | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, (DWORD)ref->pid);
    if (!handle)
        return fail_open(ctx, ref);
    if (!ref->kept && start_of(handle) != ref->start) {
        CloseHandle(handle);
        return ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    }
    *out = handle;
    return 0;
}

int ps_reader_open(struct ps_reader *reader, DWORD access, HANDLE *out)
{
    return ps_process_handle(reader->ctx, reader->ref, access, out);
}

int ps_process_alive(psutil *ctx, const struct ps_ref *ref)
{
    bool running;
    int rc = ps_os_process_is_running(ctx, ref, &running);
    return rc != 0 || running ? rc : gone(ctx, ref->pid);
}

int ps_reader_failed(struct ps_reader *reader, DWORD code, const char *call)
{
    bool running = true;
    int rc = ps_os_process_is_running(reader->ctx, reader->ref, &running);
    if (rc == 0 && !running)
        return gone(reader->ctx, reader->ref->pid);
    return ps_fail_code(reader->ctx, code, call, NULL, reader->ref->pid);
}

int ps_reader_string(struct ps_reader *reader, const wchar_t *text, size_t len, const char **out)
{
    *out = ps_arena_wide(reader->to->arena, text, len);
    return *out ? 0 : ps_fail_memory(reader->ctx);
}

/* ---- The list's entry ------------------------------------------------------------------------
 */

static int check_entry(psutil *ctx, const struct ps_ref *ref, const struct ps_nt_process *entry)
{
    if (!entry)
        return gone(ctx, ref->pid);
    if ((uint64_t)entry->create_time != ref->start)
        return ps_fail_pid(ctx, PSUTIL_EREUSED, ref->pid, NULL);
    return 0;
}

int ps_reader_entry(struct ps_reader *reader, const struct ps_nt_process **out)
{
    if (!reader->entry) {
        int rc = ps_snapshot_take(reader->ctx, &reader->own);
        if (rc != 0)
            return rc;
        const struct ps_nt_process *entry = ps_snapshot_find(&reader->own, reader->ref->pid);
        rc = check_entry(reader->ctx, reader->ref, entry);
        if (rc != 0)
            return rc;
        reader->entry = entry;
    }
    *out = reader->entry;
    return 0;
}

/* ---- Sources ---------------------------------------------------------------------------------
 */

static const struct source {
    psutil_fields gives;
    int (*read)(struct ps_reader *reader);
} sources[] = {
    {PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(STATUS) |
         PSUTIL_FIELD(IO_COUNTERS) | PSUTIL_FIELD(NUM_CTX_SWITCHES) | PSUTIL_FIELD(NUM_HANDLES) |
         PSUTIL_FIELD(NUM_THREADS) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(MEMORY_INFO) |
         PSUTIL_FIELD(PAGE_FAULTS),
     ps_source_entry},
    {PSUTIL_FIELD(THREADS), ps_source_threads},
    {PSUTIL_FIELD(EXE), ps_source_exe},
    {PSUTIL_FIELD(CMDLINE), ps_source_cmdline},
    {PSUTIL_FIELD(ENVIRON), ps_source_environ},
    {PSUTIL_FIELD(CWD), ps_source_cwd},
    {PSUTIL_FIELD(USERNAME), ps_source_username},
    {PSUTIL_FIELD(NICE), ps_source_nice},
    {PSUTIL_FIELD(IONICE), ps_source_ionice},
    {PSUTIL_FIELD(CPU_AFFINITY), ps_source_affinity},
    {PSUTIL_FIELD(MEMORY_FOOTPRINT), ps_source_footprint},
    {PSUTIL_FIELD(MEMORY_MAPS), ps_source_maps},
    {PSUTIL_FIELD(OPEN_FILES), ps_source_open_files},
    {PSUTIL_FIELD(NET_CONNECTIONS), ps_source_connections},
};
#define SOURCES (sizeof sources / sizeof *sources)

/* Sets the result of fields that are asked for and have none yet. */
static void set_results(struct ps_reading *to, psutil_fields fields, int rc)
{
    fields &= to->fields;
    for (int field = 0; fields >> field; field++)
        if (fields >> field & 1 && to->info->result[field] == PSUTIL_NOT_ASKED)
            to->info->result[field] = (int8_t)rc;
}

static bool is_about_all(int rc)
{
    return rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_ENOMEM;
}

static int run(struct ps_reader *reader)
{
    struct ps_reading *to = reader->to;
    to->info->pid = reader->ref->pid;
    set_results(to, PSUTIL_FIELD(PID), 0);
    for (size_t i = 0; i < SOURCES; i++) {
        if (!(sources[i].gives & to->fields))
            continue;
        int rc = sources[i].read(reader);
        if (is_about_all(rc))
            return rc;
        set_results(to, sources[i].gives, rc);
    }
    set_results(to, to->fields, PSUTIL_ENOTSUP);
    return 0;
}

int ps_os_process_read(psutil *ctx, const struct ps_ref *ref, struct ps_reading *reading)
{
    struct ps_reader reader = {.ctx = ctx, .ref = ref, .to = reading};
    int rc = ps_process_alive(ctx, ref);
    if (rc == 0)
        rc = run(&reader);
    ps_snapshot_drop(&reader.own);
    return rc;
}

/* ---- References ------------------------------------------------------------------------------
 */

static void fill_ref(struct ps_ref *ref, const struct ps_nt_process *entry)
{
    *ref = (struct ps_ref){.pid = ps_nt_pid(entry->pid),
                           .ppid = ps_nt_pid(entry->ppid),
                           .start = (uint64_t)entry->create_time};
}

/* The handle is opened first: what the list says afterwards is about the same process. */
int ps_os_process_open(psutil *ctx, int64_t pid, unsigned how, struct ps_ref *ref)
{
    struct ps_snapshot snapshot;
    HANDLE handle = NULL;
    if (pid > 0 && pid <= UINT32_MAX && how & PS_OPEN_KEEP)
        handle = OpenProcess(LOOK, FALSE, (DWORD)pid);
    int rc = ps_snapshot_take(ctx, &snapshot);
    if (rc == 0) {
        const struct ps_nt_process *entry = ps_snapshot_find(&snapshot, pid);
        if (entry)
            fill_ref(ref, entry);
        else
            rc = gone(ctx, pid);
        ps_snapshot_drop(&snapshot);
    }
    if (rc == 0)
        ref->kept = handle;
    else if (handle)
        CloseHandle(handle);
    return rc;
}

void ps_os_process_close(psutil *ctx, struct ps_ref *ref)
{
    (void)ctx;
    if (ref->kept)
        CloseHandle(ref->kept);
    ref->kept = NULL;
}

int ps_os_process_is_running(psutil *ctx, const struct ps_ref *ref, bool *out)
{
    struct ps_snapshot snapshot;
    if (ref->kept) {
        *out = !has_ended(ref->kept);
        return 0;
    }
    int rc = ps_snapshot_take(ctx, &snapshot);
    if (rc != 0)
        return rc;
    const struct ps_nt_process *entry = ps_snapshot_find(&snapshot, ref->pid);
    *out = entry && (uint64_t)entry->create_time == ref->start;
    ps_snapshot_drop(&snapshot);
    return 0;
}

/* The kernel's own have no creation time: they are there since the system was booted. */
int ps_os_process_started(psutil *ctx, const struct ps_ref *ref, double *out)
{
    if (ref->start == 0)
        return ps_os_boot_time(ctx, out);
    *out = ps_epoch_of((int64_t)ref->start);
    return 0;
}

/* A walk tells: Windows has no lists of children. */
int ps_os_process_children(psutil *ctx, const struct ps_ref *ref, struct ps_ref **out, size_t *len)
{
    (void)ctx;
    (void)ref;
    (void)out;
    (void)len;
    return 1;
}

/* ---- All processes ---------------------------------------------------------------------------
 */

static int read_row(psutil *ctx, const struct ps_nt_process *entry, struct ps_reading *reading,
                    struct ps_walk *walk, struct ps_ref *ref)
{
    struct ps_reader reader = {.ctx = ctx, .walk = walk, .ref = ref, .to = reading, .entry = entry};
    fill_ref(ref, entry);
    ps_info_prepare(reading->info, reading->fields);
    int rc = run(&reader);
    if (rc != 0)
        ps_info_free_lists(reading->info);
    return rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED ? 1 : rc;
}

int ps_os_process_walk(psutil *ctx, struct ps_reading *reading, ps_process_row *row, void *user)
{
    struct ps_snapshot snapshot;
    struct ps_walk walk = {.sockets = NULL};
    int rc = ps_snapshot_take(ctx, &snapshot);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < snapshot.len && rc >= 0; i++) {
        struct ps_ref ref;
        rc = read_row(ctx, snapshot.items[i], reading, &walk, &ref);
        if (rc == 0)
            rc = row(reading->info, &ref, user);
    }
    psutil_free(walk.sockets);
    ps_snapshot_drop(&snapshot);
    return rc < 0 ? rc : 0;
}
