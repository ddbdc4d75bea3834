/* What the files about processes share. */
#ifndef PS_WINDOWS_PROCESS_H
#define PS_WINDOWS_PROCESS_H

#include "os/windows/nt.h"

/* The two that the kernel itself runs in: they have no program, and nobody may open them. */
enum { PS_PID_IDLE = 0, PS_PID_SYSTEM = 4 };

/* ---- All processes at one moment: processes.c ------------------------------------------------ */

struct ps_snapshot {
    struct ps_answer answer;
    const struct ps_nt_process **items; /* ascending by pid */
    size_t len;
};

int ps_snapshot_take(psutil *ctx, struct ps_snapshot *out);
void ps_snapshot_drop(struct ps_snapshot *snapshot);
const struct ps_nt_process *ps_snapshot_find(const struct ps_snapshot *snapshot, int64_t pid);

/* ---- Reading one process: process.c ---------------------------------------------------------- */

/* What a walk over all processes asks for once. */
struct ps_walk {
    psutil_sconn_list *sockets; /* of all processes; NULL: not asked for yet */
};

struct ps_reader {
    psutil *ctx;
    struct ps_walk *walk; /* NULL: only this process is read */
    const struct ps_ref *ref;
    struct ps_reading *to;
    const struct ps_nt_process *entry; /* NULL: not looked up yet */
    struct ps_snapshot own;            /* what `entry` lies in when no walk gave it */
};

/* What the system's list says about the process. */
int ps_reader_entry(struct ps_reader *reader, const struct ps_nt_process **out);

/* A handle on exactly this process, for CloseHandle(). */
int ps_reader_open(struct ps_reader *reader, DWORD access, HANDLE *out);
int ps_process_handle(psutil *ctx, const struct ps_ref *ref, DWORD access, HANDLE *out);

/* Fails when the process has ended. */
int ps_process_alive(psutil *ctx, const struct ps_ref *ref);

/* A failed call about the process: of one that has ended meanwhile everything fails. */
int ps_reader_failed(struct ps_reader *reader, DWORD code, const char *call);

/* A string into the reading's memory. */
int ps_reader_string(struct ps_reader *reader, const wchar_t *text, size_t len, const char **out);

/* ---- The sources, each of which fills the fields that `sources` in process.c says --------------
 */

int ps_source_entry(struct ps_reader *reader);
int ps_source_threads(struct ps_reader *reader);
int ps_source_exe(struct ps_reader *reader);
int ps_source_cmdline(struct ps_reader *reader);
int ps_source_environ(struct ps_reader *reader);
int ps_source_cwd(struct ps_reader *reader);
int ps_source_username(struct ps_reader *reader);
int ps_source_nice(struct ps_reader *reader);
int ps_source_ionice(struct ps_reader *reader);
int ps_source_affinity(struct ps_reader *reader);
int ps_source_footprint(struct ps_reader *reader);
int ps_source_maps(struct ps_reader *reader);
int ps_source_open_files(struct ps_reader *reader);
int ps_source_connections(struct ps_reader *reader);

/* ---- Paths: device_path.c -------------------------------------------------------------------- */

/* Turns "\Device\HarddiskVolume1\x" into "C:\x" in place, where a drive stands for the device. */
void ps_drive_path(wchar_t *path);

#endif
