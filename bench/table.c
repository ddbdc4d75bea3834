/* The table of all processes, beside the same files read without a look.
 *
 * The bare reads open each process's folder first, since without that nothing says that several
 * files are of one process. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEN_FIELDS                                                                                 \
    (PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |          \
     PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(NUM_THREADS) |             \
     PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(CMDLINE))
#define EIGHTEEN_FIELDS                                                                            \
    (TEN_FIELDS | PSUTIL_FIELD(EXE) | PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(NICE) |                \
     PSUTIL_FIELD(CPU_PERCENT) | PSUTIL_FIELD(MEMORY_PERCENT) | PSUTIL_FIELD(NUM_FDS) |            \
     PSUTIL_FIELD(IO_COUNTERS) | PSUTIL_FIELD(CWD))

static psutil_table *table;

static void ours(void)
{
    psutil_table_refresh(table);
}

static int open_folder(int proc, const char *name)
{
    return bare_is_number(name) ? openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

static void read_ten(int dir)
{
    bare_read(dir, "stat");
    bare_read(dir, "statm");
    bare_read(dir, "status");
    bare_read(dir, "cmdline");
}

static bool each_of_ten(int proc, const char *name)
{
    int dir = open_folder(proc, name);
    if (dir < 0)
        return true;
    read_ten(dir);
    close(dir);
    return true;
}

static bool each_of_eighteen(int proc, const char *name)
{
    struct stat st;
    int dir = open_folder(proc, name);
    if (dir < 0)
        return true;
    read_ten(dir);
    bare_link(dir, "exe");
    bare_link(dir, "cwd");
    bare_read(dir, "io");
    if (fstatat(dir, "fd", &st, 0) != 0)
        bare_buffer[0] = '\0';
    close(dir);
    return true;
}

static void bare_ten(void)
{
    bare_list(AT_FDCWD, "/proc", each_of_ten);
}

static void bare_eighteen(void)
{
    bare_list(AT_FDCWD, "/proc", each_of_eighteen);
}

/* One file says all, and of which process. */
static bool each_stat(int proc, const char *name)
{
    char path[BARE_PATH];
    if (bare_is_number(name))
        bare_read(proc, bare_join(path, name, "stat"));
    return true;
}

static void bare_stats(void)
{
    bare_list(AT_FDCWD, "/proc", each_stat);
}

/* The sockets are asked for once, not once for each process. */
static bool each_owner(int proc, const char *name)
{
    struct stat st;
    int dir = open_folder(proc, name);
    if (dir < 0)
        return true;
    bare_list(dir, "fd", bare_link);
    if (fstatat(dir, "ns/net", &st, 0) != 0)
        bare_buffer[0] = '\0';
    close(dir);
    return true;
}

static void bare_connections(void)
{
    bare_sockets(PSUTIL_KIND_INET);
    bare_list(AT_FDCWD, "/proc", each_owner);
}

const struct table_case table_cases[] = {
    {"10_fields", TEN_FIELDS, bare_ten,
     "of each process: open its folder, stat, statm, status, cmdline"},
    {"18_fields", EIGHTEEN_FIELDS, bare_eighteen, "the same, and exe, cwd, io, stat() of fd"},
    {"cpu_times", PSUTIL_FIELD(CPU_TIMES), bare_stats, "stat of each process"},
    {"net_connections", PSUTIL_FIELD(NET_CONNECTIONS), bare_connections,
     "socket diagnosis once; of each process: open its folder, list of fd, link of each, "
     "namespace"},
};
const size_t table_cases_len = sizeof table_cases / sizeof *table_cases;

/* ---- Memory and descriptors at their highest ----------------------------------------------------
 * Looked at from another thread all the while, since a refresh may give back what it took. */

struct watch {
    pthread_t thread;
    atomic_bool over;
    long pages;
    int descriptors;
};

static long resident_pages(void)
{
    bare_read(AT_FDCWD, "/proc/self/statm");
    char *end;
    strtol(bare_buffer, &end, 10);
    return strtol(end, NULL, 10);
}

/* The lowest free number tells how many are open, as none below was closed meanwhile. */
static int open_descriptors(void)
{
    int fd = dup(subject.dir);
    close(fd);
    return fd;
}

static void *keep_watch(void *user)
{
    struct watch *watch = user;
    while (!atomic_load(&watch->over)) {
        long pages = resident_pages();
        int descriptors = open_descriptors();
        watch->pages = pages > watch->pages ? pages : watch->pages;
        watch->descriptors = descriptors > watch->descriptors ? descriptors : watch->descriptors;
        usleep(500);
    }
    return NULL;
}

/* Three refreshes: the third finds everything there that a table ever keeps. What others have left
 * free in the heap is given back first, so that the table cannot hide in it. */
static void watch_refreshes(struct table_result *out)
{
    struct watch watch = {.over = false};
    malloc_trim(0);
    long before = resident_pages();
    int descriptors_before = open_descriptors();
    bool watched = pthread_create(&watch.thread, NULL, keep_watch, &watch) == 0;
    for (int i = 0; i < 3; i++)
        ours();
    atomic_store(&watch.over, true);
    if (watched)
        pthread_join(watch.thread, NULL);
    long after = resident_pages();
    out->bytes = (double)((watch.pages > after ? watch.pages : after) - before) *
                 (double)sysconf(_SC_PAGESIZE);
    out->descriptors = watch.descriptors - descriptors_before;
}

bool measure_table(const struct table_case *of, const struct effort *effort,
                   struct table_result *out)
{
    const struct row row = {of->name, ours, of->bare, of->floor_of};
    if (psutil_table_open(&table, subject.ctx, of->fields) != 0)
        return false;
    watch_refreshes(out);
    out->rows = psutil_table_len(table);
    out->time = measure(&row, effort);
    psutil_table_close(table);
    return true;
}
