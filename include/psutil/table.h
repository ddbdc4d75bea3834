/* The table of all processes: the fields asked for, of every process, in one pass. */
#ifndef PSUTIL_TABLE_H
#define PSUTIL_TABLE_H

#include <psutil/process.h>

PSUTIL_BEGIN_DECLS

typedef struct psutil_table psutil_table;

/* Opens an empty table for these fields; `pid` is always among them. */
PSUTIL_API int psutil_table_open(psutil_table **out, psutil *ctx, psutil_fields fields);
PSUTIL_API void psutil_table_close(psutil_table *table);

/* Reads all processes anew, ascending by pid. A process that ends meanwhile is left out; one whose
 * fields are refused stays in, with the reason in its row's result. cpu_percent is about the time
 * since the refresh before, NAN in a process's first. On failure the rows stay as they were. The
 * number of open files that a refresh needs does not depend on the number of processes. */
PSUTIL_API int psutil_table_refresh(psutil_table *table);

/* The same, for who has something to do with rows while others are read: the calling thread calls
 * `meanwhile` now and then where another one goes on reading, which may be never. The table then
 * shows the rows that are there so far, ascending, and more each time; what is taken of them must
 * not be used when the refresh fails. Strings and lists stay until the next refresh, as those of
 * complete tables. */
typedef void psutil_table_meanwhile(const psutil_table *table, void *user);
PSUTIL_API int psutil_table_refresh_with(psutil_table *table, psutil_table_meanwhile *meanwhile,
                                         void *user);

/* The number of rows. */
PSUTIL_API size_t psutil_table_len(const psutil_table *table);

/* Fills `out` with row `index` (0 to len - 1). Strings and lists in it belong to the table and stay
 * until the next refresh. */
PSUTIL_API void psutil_table_row(psutil_process_info *out, const psutil_table *table, size_t index);

/* The pid of row `index`: the same as in the whole row. */
PSUTIL_API int64_t psutil_table_pid(const psutil_table *table, size_t index);

/* A handle on the process of row `index`. It asks nothing of the system, and keeps no descriptor:
 * the process is checked at each read. The table must have `create_time` (PSUTIL_EINVAL). */
PSUTIL_API int psutil_table_process(psutil_process **out, const psutil_table *table, size_t index);

/* Whether row `index` is about the process that the handle stands for; false without `create_time`
 * among the fields. */
PSUTIL_API bool psutil_table_is_process(const psutil_table *table, size_t index,
                                        const psutil_process *process);

PSUTIL_END_DECLS

#endif
