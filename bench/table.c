/* The table of all processes, beside the same files read without a look. */
#include "bare.h"
#include "bench.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static psutil_table *table;

static void ours(void)
{
    psutil_table_refresh(table);
}

static void bare_inet(void)
{
    bare_all_connections(PSUTIL_KIND_INET);
}

const struct table_case table_cases[] = {
    {"10_fields", TABLE_TEN_FIELDS, bare_all_ten,
     "of each process: open its folder, stat, statm, status, cmdline"},
    {"18_fields", TABLE_EIGHTEEN_FIELDS, bare_all_eighteen,
     "the same, and exe, cwd, io, stat() of fd"},
    {"cpu_times", PSUTIL_FIELD(CPU_TIMES), bare_all_stats, "stat of each process"},
    {"net_connections", PSUTIL_FIELD(NET_CONNECTIONS), bare_inet,
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
