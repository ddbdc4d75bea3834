/* How the Linux backend reads a process: a reader walks the sources that the asked fields need. */
#ifndef PS_LINUX_PROCESS_H
#define PS_LINUX_PROCESS_H

#include "core/info.h"
#include "core/list.h"
#include "os/linux/linux.h"
#include "parse/proc_stat.h"

#include <math.h>

/* Of `stat`: fifty-odd numbers of at most twenty digits, and a name. */
enum { PS_KEPT_FILES = 7, PS_STAT_SIZE = 2048 };

/* Nanoseconds, of those that the fast lane has shown: bpf/times.c. */
struct ps_lane_times {
    uint64_t user, system;
};

/* ref.kept: what is kept open for a handle. */
struct ps_process_kept {
    unsigned generation;        /* of the process that opened it: see kept.h */
    int pidfd;                  /* -1 where there are none */
    _Atomic int folder;         /* /proc/PID; -1: not needed yet, with a pidfd only */
    struct ps_lane_times shown; /* guarded by the lane */
    struct ps_kept files;
    struct ps_kept_file items[PS_KEPT_FILES];
};

/* NULL when nothing is kept, or a process kept it that this one was forked from. */
static inline struct ps_process_kept *ps_process_kept(psutil *ctx, const struct ps_ref *ref)
{
    struct ps_process_kept *kept = ref->kept;
    if (kept && kept->generation == ps_keeper_generation(&ps_linux_of(ctx)->keeper))
        return kept;
    return NULL;
}

/* -1 when none is kept. */
static inline int ps_process_kept_pidfd(psutil *ctx, const struct ps_ref *ref)
{
    const struct ps_process_kept *kept = ps_process_kept(ctx, ref);
    return kept ? kept->pidfd : -1;
}

/* What the readings of one walk over all processes share. */
struct ps_walk {
    bool by_folder;              /* each goes through a descriptor of the process's folder */
    bool by_number;              /* or by its number, which a pidfd proves to be its own */
    bool was_cut;                /* the last name, where else `stat` alone is read, by path */
    struct ps_snapshot *sockets; /* NULL until it is needed */
    int64_t uid;                 /* of the name that was looked up last; PSUTIL_UNKNOWN: none */
    const char *username;
};

/* The numbers of all processes, ascending, as far as they are listed: system.c. */
struct ps_pids {
    int fd;              /* of the folder, when there may be more; else -1 */
    struct ps_list list; /* of int64_t */
};

/* As the kernel hands it out; nothing at the end. */
struct ps_pids_piece {
    size_t len;
    _Alignas(8) char entries[64 * 1024];
};

/* Lists all, or where the kernel is sure to sort them what it hands out at once. */
int ps_pids_open(psutil *ctx, struct ps_pids *pids, bool all);
void ps_pids_close(struct ps_pids *pids);

/* To list more: the first takes the time, the second changes the list. */
int ps_pids_read(psutil *ctx, const struct ps_pids *pids, struct ps_pids_piece *piece);
int ps_pids_add(psutil *ctx, struct ps_pids *pids, const struct ps_pids_piece *piece);

static inline int64_t ps_pids_at(const struct ps_pids *pids, size_t index)
{
    return *(const int64_t *)ps_list_at(&pids->list, index);
}

/* One process being read. What several sources need is read once and kept here. */
struct ps_reader {
    psutil *ctx;
    psutil_fields settled; /* fields that need no reading any more */
    struct ps_dir dir;     /* /proc/PID */
    int pidfd;             /* the one that is kept, -1 without */
    struct ps_reading *to; /* where the fields go */
    struct ps_walk *walk;  /* NULL outside of one */
    int stat_rc;           /* of reading `stat`; PSUTIL_NOT_ASKED: not read yet */
    struct ps_proc_stat stat;
    char stat_bytes[PS_STAT_SIZE];
    int cmdline_rc; /* the same for `cmdline` */
    struct ps_text cmdline;
};

/* Whose child a process is, and with whose rights it runs. */
struct ps_process_ids {
    int64_t ppid;
    int64_t uids[3]; /* real, effective, saved */
    int64_t gids[3];
};

/* What the kernel tells of a process through a pidfd, for a tenth of what it costs to read it from
 * status: false where it does not (before Linux 6.13, and when its parent is not in the caller's
 * namespace). */
bool ps_reader_ids(struct ps_reader *reader, struct ps_process_ids *out);

/* These are the ids that the fields of the owner are made of. Fails without memory only; each field
 * has its own result. */
int ps_reader_owner(struct ps_reader *reader, const struct ps_process_ids *ids);
#define PS_OWNER_FIELDS (PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(USERNAME))

void ps_reader_init(struct ps_reader *reader, psutil *ctx, struct ps_dir dir,
                    struct ps_reading *to);
void ps_reader_free(struct ps_reader *reader);

/* Reads all that is asked for and not settled. Fails only when the process is gone or memory is. */
int ps_reader_run(struct ps_reader *reader);

/* Has the info of the next process begin with everything unknown. */
static inline void ps_reading_begin(struct ps_reading *reading)
{
    if (reading->blank)
        *reading->info = *reading->blank;
    else
        ps_info_prepare(reading->info, reading->fields);
}

/* Reads a process of a walk from its folder. 1 when it is not to be listed. */
int ps_process_read_row(psutil *ctx, int64_t pid, struct ps_reading *reading, struct ps_walk *walk,
                        struct ps_ref *ref);

/* Reads these processes from their folders, in two threads when they are many: those behind `last`,
 * and what is not listed yet while others are read. */
int ps_process_walk_crowd(psutil *ctx, struct ps_pids *pids, int64_t last,
                          struct ps_reading *reading, struct ps_walk *walk, ps_process_row *row,
                          void *user);

/* Whether a failure means that a process is not to be listed: it ended, or is hidden from the
 * caller. A lack of descriptors or memory is neither. */
bool ps_is_absence(int rc);

/* Reads and parses `stat` of a folder, up to the field `last`. */
int ps_stat_load(psutil *ctx, const struct ps_dir *dir, enum ps_stat_field last,
                 char bytes[PS_STAT_SIZE], struct ps_proc_stat *stat);

/* Reads and parses `stat`, or `cmdline`, unless that was done. */
int ps_reader_stat(struct ps_reader *reader);
int ps_reader_cmdline(struct ps_reader *reader);

/* Whether a name that is asked for needs no more than `stat`, which could be read; true without a
 * name. */
bool ps_reader_is_stat_enough(struct ps_reader *reader);

/* Whether the process is a zombie by now, or about to be; false when that cannot be told. */
bool ps_reader_has_ended(struct ps_reader *reader);

/* Whether the kernel itself is the program: such a process has no memory of its own, and none of
 * what lies in it (command line, environment, mappings, an executable). */
bool ps_reader_is_kernel_thread(struct ps_reader *reader);

/* For a file about a process's own memory that was read with `rc` and nothing in it: 0 when the
 * process has no such memory and never had (kernel threads), PSUTIL_EZOMBIE when it had, else rc.
 */
int ps_reader_absent(struct ps_reader *reader, int rc);

/* Whether the process of a folder still exists; zombies do. */
bool ps_folder_is_alive(const struct ps_dir *dir);

/* The same, through its pidfd where one is kept (not -1): at half the cost. */
bool ps_process_is_alive(const struct ps_dir *dir, int pidfd);

static inline bool ps_reader_is_alive(const struct ps_reader *reader)
{
    return ps_process_is_alive(&reader->dir, reader->pidfd);
}

/* Clock ticks as seconds, NAN when unknown. */
static inline double ps_seconds(psutil *ctx, int64_t ticks)
{
    return ticks == PSUTIL_UNKNOWN ? NAN : (double)ticks / (double)ps_linux_of(ctx)->ticks;
}

/* Which of these fields were asked for. */
static inline psutil_fields ps_wanted(const struct ps_reader *reader, psutil_fields fields)
{
    return reader->to->fields & fields;
}

/* Sets what reading a field has come to, when the field was asked for. */
static inline void ps_settle(struct ps_reader *reader, psutil_process_field field, int rc)
{
    if (reader->to->fields >> field & 1)
        reader->to->info->result[field] = (int8_t)rc;
}

/* A copy of some bytes in the info's arena; sets *rc without memory. */
const char *ps_reader_string(struct ps_reader *reader, const char *bytes, size_t len, int *rc);

/* A source: a file or a system call that gives some fields. It fills reader->to->info and returns 0
 * or a recorded failure, which then holds for all its fields. A source whose fields can fail
 * apart from one another sets info->result of those itself. */
struct ps_source {
    psutil_fields gives;
    int (*read)(struct ps_reader *reader);
};

/* process_stat.c: stat, statm, and the name that cmdline completes. */
int ps_source_stat(struct ps_reader *reader);
int ps_source_statm(struct ps_reader *reader);
/* process_status.c: status */
int ps_source_status(struct ps_reader *reader);
/* terminal.c: the path of a terminal's device number into the info's arena; NULL for 0, and for a
 * number that no driver of the kernel owns (success: the kernel knows of no name either) */
int ps_terminal_name(struct ps_reader *reader, int64_t tty_nr, const char **out);
/* process_command.c: cmdline, environ, exe, cwd */
int ps_source_cmdline(struct ps_reader *reader);
int ps_source_environ(struct ps_reader *reader);
int ps_source_exe(struct ps_reader *reader);
int ps_source_cwd(struct ps_reader *reader);
/* Cuts the mark that the kernel puts behind paths of deleted files, unless it is part of the name.
 * `link` is the link below the process's folder that `path` was read from, NULL for none. */
void ps_cut_deleted(const struct ps_reader *reader, struct ps_shortage *shortage, const char *link,
                    char *path, size_t *len);
/* process_io.c: io, fd, fdinfo */
int ps_source_io(struct ps_reader *reader);
int ps_source_num_fds(struct ps_reader *reader);
int ps_source_open_files(struct ps_reader *reader);
/* How many threads the running kernel says that the process has; 0 where it does not. */
int64_t ps_reader_thread_count(const struct ps_reader *reader);

/* process_tasks.c: task */
int ps_source_threads(struct ps_reader *reader);
/* process_maps.c: smaps, smaps_rollup */
int ps_source_footprint(struct ps_reader *reader);
int ps_source_maps(struct ps_reader *reader);
/* process_sched.c: priorities, affinity, limits: system calls, or files below another root */
int ps_source_priority(struct ps_reader *reader);
int ps_source_ionice(struct ps_reader *reader);
int ps_source_affinity(struct ps_reader *reader);
int ps_source_rlimit(struct ps_reader *reader);
/* sockets_process.c */
int ps_source_connections(struct ps_reader *reader);

/* process_ref.c: whose a number is. The folder of whichever process has the number; `fd` is open,
 * or -1 for what is looked up by path. */
static inline struct ps_dir ps_process_folder(psutil *ctx, int64_t pid, int fd)
{
    return (struct ps_dir){ctx->roots.proc, pid, fd, NULL, NULL};
}

int ps_process_folder_open(psutil *ctx, int64_t pid, struct ps_dir *dir);

/* Whether the number belongs still to our process, by what no other process ever has. */
int ps_process_check_id(psutil *ctx, const struct ps_ref *ref);

/* Enters a process: `*dir` is its folder, sure to be of the process that `ref` stands for. Without
 * a kept descriptor one is opened, and ps_process_leave() closes it. */
int ps_process_enter(psutil *ctx, const struct ps_ref *ref, struct ps_dir *dir);
void ps_process_leave(const struct ps_dir *dir);

/* pidfd.c: how far this context reaches. */
enum ps_reach ps_linux_reach(psutil *ctx);

/* A pidfd that is sure to be the process's: the kept one, or one opened for this call, which
 * ps_process_pidfd_done() closes. PSUTIL_ENOTSUP where there are none. */
int ps_process_pidfd(psutil *ctx, const struct ps_ref *ref, int *fd);
/* The same, also when the program closed the kept one, and got its number for another file. */
int ps_process_pidfd_sure(psutil *ctx, const struct ps_ref *ref, int *fd);
void ps_process_pidfd_done(psutil *ctx, const struct ps_ref *ref, int fd);

/* The number that no other process ever has, of a pidfd; 0 where the kernel gives none. */
uint64_t ps_pidfd_id(psutil *ctx, int fd);

/* Whether the process of a pidfd was reaped; a zombie was not. */
bool ps_pidfd_is_gone(int fd);

/* How a process that was reaped while the pidfd was open ended, whoever reaped it, as in
 * psutil_process_wait(); PSUTIL_UNKNOWN before Linux 6.15. */
int64_t ps_pidfd_exit_code(int fd);

/* Whether the process exists still: 0, PSUTIL_ESRCH, PSUTIL_EREUSED; it needs no pidfd. */
int ps_process_verify(psutil *ctx, const struct ps_ref *ref);

/* The same, and that it is a process: kill() with a thread's id would reach its whole process. */
int ps_process_verify_leader(psutil *ctx, const struct ps_ref *ref);

/* PSUTIL_ESRCH, or PSUTIL_EREUSED when somebody else has the pid now; recorded. By the folder of
 * the process, and by the process. */
int ps_fail_gone(psutil *ctx, const struct ps_dir *dir);
int ps_fail_ended(psutil *ctx, const struct ps_ref *ref);

#endif
