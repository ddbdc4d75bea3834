/* Processes: what the library reads of each. */
#include "record.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pids {
    int64_t *items;
    size_t len;
    size_t capacity;
    bool failed;
};

/* The process that is being recorded; its folder belongs to it for ever, whoever gets its pid. */
struct process {
    int64_t pid;
    int folder;
};

static bool is_number(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len < 11 && strspn(name, "0123456789") == len;
}

static void note_pid(struct recorder *recorder, const char *name, void *arg)
{
    struct pids *pids = arg;
    (void)recorder;
    if (!is_number(name))
        return;
    if (pids->len == pids->capacity) {
        size_t capacity = pids->capacity ? pids->capacity * 2 : 256;
        int64_t *items = realloc(pids->items, capacity * sizeof *items);
        if (!items) {
            pids->failed = true;
            return;
        }
        pids->items = items;
        pids->capacity = capacity;
    }
    pids->items[pids->len++] = strtoll(name, NULL, 10);
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* ---- Users ------------------------------------------------------------------------------------
 */

enum { FIRST_USER = 1000, NOBODY = 65534 };

/* Names of people, which are those of their homes too. Those of services stand in every machine's
 * files. */
static void note_user(struct recorder *recorder, const struct process *process)
{
    struct stat st;
    if (!recorder->options->is_live || fstat(process->folder, &st) != 0 || st.st_uid < FIRST_USER ||
        st.st_uid == NOBODY)
        return;
    const struct passwd *user = getpwuid(st.st_uid);
    if (user && user->pw_name && *user->pw_name)
        names_add_user(&recorder->names, user->pw_name, (unsigned)st.st_uid);
}

/* ---- Parts of a process -----------------------------------------------------------------------
 */

static void place(char to[128], const struct process *process, const char *name)
{
    snprintf(to, 128, "proc/%lld/%s", (long long)process->pid, name);
}

static enum looked copy(struct recorder *recorder, const struct process *process, const char *name,
                        rewriter *rewrite)
{
    char to[128];
    place(to, process, name);
    return record_file(recorder, process->folder, name, to, rewrite);
}

static void copy_link(struct recorder *recorder, const struct process *process, const char *name,
                      enum name_kind kind)
{
    char to[128];
    place(to, process, name);
    if (record_link(recorder, process->folder, name, to, kind) == LOOKED_REFUSED)
        record_write_refused(recorder, to, false);
}

struct descriptors {
    const struct process *process;
    bool refused;
};

static void copy_descriptor(struct recorder *recorder, const char *name, void *arg)
{
    struct descriptors *all = arg;
    char from[64], to[128];
    if (!is_number(name) || all->refused)
        return;
    snprintf(from, sizeof from, "fd/%s", name);
    place(to, all->process, from);
    enum looked looked = record_link(recorder, all->process->folder, from, to, NAME_FILE);
    all->refused = looked == LOOKED_REFUSED;
    if (looked != LOOKED_DONE)
        return;
    snprintf(from, sizeof from, "fdinfo/%s", name);
    copy(recorder, all->process, from, text_fdinfo);
}

static void copy_descriptors(struct recorder *recorder, const struct process *process)
{
    struct descriptors all = {process, false};
    char to[128];
    place(to, process, "fd");
    record_write_folder(recorder, to);
    enum looked looked = record_names_in(recorder, process->folder, "fd", copy_descriptor, &all);
    if (looked == LOOKED_MISSING)
        record_remove(recorder, to);
    if (looked == LOOKED_REFUSED || all.refused)
        record_write_refused(recorder, to, true);
}

static void copy_thread(struct recorder *recorder, const char *name, void *arg)
{
    char from[64];
    if (!is_number(name))
        return;
    snprintf(from, sizeof from, "task/%s/stat", name);
    if (copy(recorder, arg, from, text_process_stat) == LOOKED_MISSING)
        return;
    snprintf(from, sizeof from, "task/%s/children", name);
    copy(recorder, arg, from, text_numbers);
}

/* A process that shares the recorder's network has the tables of the whole machine. */
static bool has_own_network(const struct recorder *recorder, const struct process *process)
{
    struct stat own, other;
    if (!recorder->options->is_live)
        return true;
    return fstatat(recorder->proc, "thread-self/ns/net", &own, 0) == 0 &&
           fstatat(process->folder, "ns/net", &other, 0) == 0 &&
           (own.st_dev != other.st_dev || own.st_ino != other.st_ino);
}

static void copy_network(struct recorder *recorder, const struct process *process)
{
    static const char *const tables[] = {"net/tcp", "net/tcp6", "net/udp", "net/udp6"};
    if (!has_own_network(recorder, process))
        return;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        copy(recorder, process, tables[i], text_net_inet);
    copy(recorder, process, "net/unix", text_net_unix);
    if (!recorder->options->is_live) { /* a host's first process speaks for its machine */
        copy(recorder, process, "net/dev", text_net_dev);
        copy(recorder, process, "net/if_inet6", text_if_inet6);
    }
}

static bool copy_process(struct recorder *recorder, const struct process *process)
{
    static const struct {
        const char *name;
        rewriter *rewrite;
    } files[] = {{"comm", text_comm},       {"status", text_status},      {"statm", text_numbers},
                 {"cmdline", text_cmdline}, {"io", text_numbers},         {"limits", text_numbers},
                 {"environ", text_environ}, {"smaps_rollup", text_smaps}, {"smaps", text_smaps}};
    if (copy(recorder, process, "stat", text_process_stat) != LOOKED_DONE)
        return false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy(recorder, process, files[i].name, files[i].rewrite);
    copy_link(recorder, process, "exe", NAME_PROGRAM);
    copy_link(recorder, process, "cwd", NAME_FILE);
    copy_descriptors(recorder, process);
    record_names_in(recorder, process->folder, "task", copy_thread, (void *)process);
    copy_network(recorder, process);
    return true;
}

/* ---- All of them ------------------------------------------------------------------------------
 */

static int open_process(const struct recorder *recorder, int64_t pid)
{
    char name[32];
    snprintf(name, sizeof name, "%lld", (long long)pid);
    return record_open(recorder->proc, name, O_PATH | O_DIRECTORY);
}

/* One that ended while it was read is not recorded: half a process is none. */
static bool has_ended(const struct process *process)
{
    char byte;
    int fd = record_open(process->folder, "stat", O_RDONLY);
    bool alive = fd >= 0 && read(fd, &byte, 1) == 1;
    if (fd >= 0)
        close(fd);
    return !alive;
}

static void record_process(struct recorder *recorder, int64_t pid)
{
    struct process process = {pid, open_process(recorder, pid)};
    struct record_summary before = *recorder->summary;
    const size_t refused = recorder->refused.len;
    char to[128];
    if (process.folder < 0) {
        recorder->summary->ended++;
        return;
    }
    bool copied = copy_process(recorder, &process) && !has_ended(&process);
    close(process.folder);
    if (copied) {
        recorder->summary->processes++;
        return;
    }
    place(to, &process, "");
    to[strlen(to) - 1] = '\0';
    record_remove(recorder, to);
    *recorder->summary = before;
    recorder->refused.len = refused;
    recorder->summary->ended++;
}

static void show_progress(const struct recorder *recorder, size_t done, size_t all)
{
    if (recorder->options->progress && (done % 16 == 0 || done == all))
        fprintf(stderr, done == all ? "\r\033[K" : "\rpsutil: %zu of %zu processes", done, all);
}

static void note_users(struct recorder *recorder, const struct pids *pids)
{
    for (size_t i = 0; i < pids->len; i++) {
        struct process process = {pids->items[i], open_process(recorder, pids->items[i])};
        if (process.folder >= 0) {
            note_user(recorder, &process);
            close(process.folder);
        }
    }
}

static void take_pids(struct recorder *recorder, struct pids *pids)
{
    const struct record_options *options = recorder->options;
    pids->items = malloc(options->pids_len * sizeof *pids->items);
    pids->failed = !pids->items;
    if (!pids->items)
        return;
    memcpy(pids->items, options->pids, options->pids_len * sizeof *pids->items);
    pids->len = pids->capacity = options->pids_len;
}

void record_processes(struct recorder *recorder)
{
    struct pids pids = {0};
    if (recorder->options->pids_len > 0)
        take_pids(recorder, &pids);
    else
        record_names_in(recorder, recorder->proc, ".", note_pid, &pids);
    if (pids.failed)
        snprintf(recorder->problem, sizeof recorder->problem, "out of memory");
    if (pids.len > 1)
        qsort(pids.items, pids.len, sizeof *pids.items, by_number);
    note_users(recorder, &pids);
    for (size_t i = 0; i < pids.len && record_goes_on(recorder); i++) {
        show_progress(recorder, i, pids.len);
        if ((recorder->options->is_live && pids.items[i] == getpid()) ||
            (i > 0 && pids.items[i] == pids.items[i - 1]))
            continue;
        if (recorder->summary->bytes < recorder->options->bytes_max)
            record_process(recorder, pids.items[i]);
        else
            recorder->summary->left++;
    }
    show_progress(recorder, pids.len, pids.len);
    free(pids.items);
}
