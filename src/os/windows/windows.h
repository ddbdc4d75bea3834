/* What the Windows files share: errors, text, growing answers, and the context's own part.
 *
 * Only functions that take wide characters are called; text is UTF-8 at the library's border
 * (parse/utf16.h). What is newer than Windows 7, or not everywhere, is looked up at run time:
 * ps_windows_function(). */
#ifndef PS_WINDOWS_H
#define PS_WINDOWS_H

#include "backend.h"

/* winsock2.h comes before windows.h, or the older sockets are declared. */
#include <winsock2.h>

#include <windows.h>

struct ps_job;
struct ps_load;

struct ps_windows {
    struct ps_job *jobs;  /* calls that may hang; guarded by the context's lock */
    struct ps_load *load; /* what watches the load, since it was first asked for; guarded too */
};

static inline struct ps_windows *ps_windows_of(psutil *ctx)
{
    return ctx->os;
}

/* ---- Errors: error.c ---------------------------------------------------------------------------
 */

/* Records a failure by a code of GetLastError() and returns its PSUTIL_E…. `object` is what the
 * call was given, NULL for nothing; `pid` PSUTIL_UNKNOWN for none. */
int ps_fail_code(psutil *ctx, DWORD code, const char *call, const char *object, int64_t pid);

/* What GetLastError() says after a failure: never 0. */
DWORD ps_last_code(void);

/* The same by what GetLastError() says now. */
int ps_fail_last(psutil *ctx, const char *call, const char *object, int64_t pid);

/* The same by an NTSTATUS, which is kept as a negative number. */
int ps_fail_status(psutil *ctx, LONG status, const char *call, const char *object, int64_t pid);

/* ---- Text: text.c ------------------------------------------------------------------------------
 */

/* A terminated copy in UTF-8, for free(); NULL without memory. */
char *ps_utf8_of(const wchar_t *text, size_t len);

/* A terminated copy in UTF-16, for free(). Fails with PSUTIL_EINVAL for what is not UTF-8. */
int ps_wide_of(psutil *ctx, const char *text, wchar_t **out);

/* A string member of a list's item; NULL for NULL. */
const char *ps_list_wide(struct ps_list *list, const wchar_t *text);
const char *ps_list_wide_part(struct ps_list *list, const wchar_t *text, size_t len);

/* The same in an arena; NULL without memory. */
const char *ps_arena_wide(struct ps_arena *arena, const wchar_t *text, size_t len);

/* ---- Answers that grow: answer.c ---------------------------------------------------------------
 */

/* Memory for an answer whose size only the system knows. Zero-initialised, freed by
 * ps_answer_free(). */
struct ps_answer {
    void *data;
    size_t size;
};

void ps_answer_free(struct ps_answer *answer);

/* Makes room for `size` bytes, whatever was in it. */
int ps_answer_reserve(psutil *ctx, struct ps_answer *answer, size_t size);

/* Makes it larger for a call that had no room in it and asked for `wanted` bytes, which it may be
 * wrong about. Fails when no answer can be that large, so that nobody asks for ever. */
int ps_answer_grow(psutil *ctx, struct ps_answer *answer, size_t wanted, const char *call);

/* NtQuerySystemInformation(), asked again until the answer has room. `len` receives its length.
 * `group` is the group of processors that is asked about; NULL: the caller's. */
int ps_query_system(psutil *ctx, int what, struct ps_answer *answer, size_t *len);
int ps_query_group(psutil *ctx, int what, const USHORT *group, struct ps_answer *answer,
                   size_t *len);

/* Ends the building of a list, given up when `*rc` tells of a failure: the list, or NULL with `*rc`
 * set. */
void *ps_list_result(psutil *ctx, struct ps_list *list, int *rc);

/* ---- Calls that may hang: deadline.c -----------------------------------------------------------
 */

struct ps_space {
    uint64_t reachable; /* free for the caller, within a quota */
    uint64_t total;
    uint64_t free;
};

/* GetDiskFreeSpaceExW(path) within `seconds`, negative: without a limit. 0 or a code of
 * GetLastError(), ERROR_TIMEOUT after the deadline. A thread that hangs on the same path already is
 * joined instead of starting another. */
DWORD ps_disk_space(psutil *ctx, const wchar_t *path, double seconds, struct ps_space *out);

/* Forgets the threads that hang, and ends the watching of the load: for ps_os_close(). */
void ps_jobs_close(struct ps_windows *os);
void ps_load_close(struct ps_windows *os);

/* ---- Sockets: sockets.c ------------------------------------------------------------------------
 */

/* The sockets of one process, or of all with PSUTIL_UNKNOWN, as `record` has them (sconn or
 * pconn). */
int ps_windows_connections(psutil *ctx, unsigned kinds, int64_t pid, const psutil_record *record,
                           psutil_sconn_list **out);

/* ---- The system: platform.c --------------------------------------------------------------------
 */

/* A function of one of Windows' own libraries, NULL where it is not there. Cast it to its type. */
typedef void ps_any_function(void);
ps_any_function *ps_windows_function(const wchar_t *library, const char *name);

/* Seconds of a FILETIME since 1970; of a duration in units of 100 ns. */
double ps_epoch_of(int64_t filetime);
double ps_seconds_of(int64_t units);

static inline int64_t ps_int64_of(FILETIME time)
{
    return (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

#endif
