/* Recording a machine: copies of the files that the library reads, without what is private. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "text.h"

#include <sys/types.h>

struct record_options {
    const char *proc;
    const char *sys;
    const char *folder;
    bool is_live;        /* the running machine's roots */
    bool keep_names;     /* of programs */
    bool progress;       /* on stderr */
    uint64_t bytes_max;  /* of all files together */
    const int64_t *pids; /* the processes to record: all when there are none of these */
    size_t pids_len;
};

struct record_summary {
    uint64_t processes;
    uint64_t files;
    uint64_t links;
    uint64_t bytes;
    uint64_t unreadable; /* refused to this user: recorded without content, mode 0 */
    uint64_t ended;      /* processes that ended meanwhile */
    uint64_t cut;        /* files that were too long */
    uint64_t left;       /* processes for which there was no room any more */
};

/* Records into the folder, which is made, or is there and empty. False with the reason in
 * `problem`. Nothing is left of what was begun in vain but the folder. */
bool record_machine(struct record_summary *out, const struct record_options *options, char *problem,
                    size_t size);

/* ---- For record_*.c ---------------------------------------------------------------------------
 */

struct recorder {
    const struct record_options *options;
    struct record_summary *summary;
    struct names names;
    int proc; /* folders: -1 where there is none */
    int sys;
    int out;
    struct buffer refused; /* what may not be read, a path a line, a folder with '/' behind it */
    char problem[512];     /* why nothing more can be written, "" as long as it can */
};

/* The result of looking at one file. */
enum looked { LOOKED_DONE, LOOKED_REFUSED, LOOKED_MISSING };

/* Opens what is below a folder of the machine. A link is followed where it stays below, and where
 * it is none of those that lead out of /proc. -1 with errno. */
int record_open(int folder, const char *path, int flags);

/* Copies the file `from`, in a folder of the machine, to `to` below the recorded folder. */
enum looked record_file(struct recorder *recorder, int folder, const char *from, const char *to,
                        rewriter *rewrite);

/* Where a link of the machine leads, terminated. -1 when it cannot be told. */
ssize_t record_read_link(int folder, const char *path, char *target, size_t size);

/* Copies where a link leads, which is not followed. */
enum looked record_link(struct recorder *recorder, int folder, const char *from, const char *to,
                        enum name_kind kind);

/* Writes below the recorded folder; folders on the way are made. */
void record_write(struct recorder *recorder, const char *to, const struct buffer *data);
void record_write_link(struct recorder *recorder, const char *to, const char *target);
void record_write_folder(struct recorder *recorder, const char *to);

/* What this user may not read is there, and may not be read. */
void record_write_refused(struct recorder *recorder, const char *to, bool is_folder);

/* Removes what was written below. */
void record_remove(struct recorder *recorder, const char *to);

/* Calls `each` for the names in a folder of the machine, in no order. */
enum looked record_names_in(struct recorder *recorder, int folder, const char *path,
                            void (*each)(struct recorder *recorder, const char *name, void *arg),
                            void *arg);

/* Whether more may be written, and shall be. */
bool record_goes_on(const struct recorder *recorder);

void record_system(struct recorder *recorder);
void record_devices(struct recorder *recorder);
void record_processes(struct recorder *recorder);

#endif
