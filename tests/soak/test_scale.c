/* Crowds of a tenth, a third and the whole of what a large machine holds: what the calls that list
 * them take grows with their number, and no faster.
 *
 * PSUTIL_SCALE: the whole, in parts of a thousand (20, and 1000 in `make soak`). What the machine
 * does not allow is done as far as it does, and said. */
#include "../root.h"

#include "../namespace.h"
#include "../os/states.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- One call ----------------------------------------------------------------------------------
 */

struct cost {
    size_t items; /* that the answer has */
    double seconds;
    long bytes;
    int descriptors;
};

/* Whom the calls are about. */
static pid_t subject;
static struct root cpus;

/* Answers how many items there are, 0 when the call failed. */
typedef size_t call_function(psutil *of, psutil_process *process);

static atomic_bool watching;
static atomic_int most;

/* The lowest free number tells how many are open, as none below is closed meanwhile. */
static void *watch_descriptors(void *unused)
{
    while (watching) {
        int fd = dup(0);
        close(fd);
        most = fd > most ? fd : most;
        usleep(200);
    }
    return unused;
}

static long figure_of_status(const char *name)
{
    char line[128];
    long value = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            value = atol(line + strlen(name)) * 1024;
    if (file)
        fclose(file);
    return value;
}

static void forget_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "5", 1) != 1)
        abort();
    close(fd);
}

/* An invented machine has no subject. */
static psutil *open_subject(unsigned flags)
{
    psutil *of;
    if (!subject)
        return root_open(&cpus);
    if (psutil_open(&of, &(psutil_options){.flags = flags}) != 0)
        abort();
    return of;
}

enum { REPEATS = 3 };

/* Of the processor: others work on this machine, too. */
static double seconds_worked(void)
{
    struct timespec at;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* The fastest of some. */
static struct cost measure_here(call_function *call, unsigned flags)
{
    struct cost cost = {.seconds = 1e9};
    pthread_t watcher;
    psutil *of = open_subject(flags);
    psutil_process *process = subject ? open_handle(of, subject) : NULL;
    int before = dup(0);
    close(before);
    watching = true;
    most = before;
    if (pthread_create(&watcher, NULL, watch_descriptors, NULL) != 0)
        abort();
    malloc_trim(0);
    forget_peak();
    long resident = figure_of_status("VmRSS:");
    for (int i = 0; i < REPEATS; i++) {
        double begin = seconds_worked();
        cost.items = call(of, process);
        cost.seconds = fmin(cost.seconds, seconds_worked() - begin);
    }
    cost.bytes = figure_of_status("VmHWM:") - resident;
    watching = false;
    pthread_join(watcher, NULL);
    cost.descriptors = most - before;
    psutil_process_close(process);
    psutil_close(of);
    return cost;
}

/* In a process of its own, whose memory holds nothing else. */
static struct cost measure(call_function *call, unsigned flags)
{
    struct cost cost = {0};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        abort();
    pid_t pid = fork_child();
    if (pid == 0) {
        cost = measure_here(call, flags);
        _exit(write(ends[1], &cost, sizeof cost) != sizeof cost);
    }
    close(ends[1]);
    if (read(ends[0], &cost, sizeof cost) != sizeof cost)
        cost = (struct cost){0};
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return cost;
}

/* ---- The calls ---------------------------------------------------------------------------------
 */

#define COUNT(name, type, call)                                                                    \
    static size_t name(psutil *of, psutil_process *process)                                        \
    {                                                                                              \
        type *list;                                                                                \
        (void)of, (void)process;                                                                   \
        if ((call) != 0)                                                                           \
            return 0;                                                                              \
        size_t len = list->len;                                                                    \
        psutil_free(list);                                                                         \
        return len;                                                                                \
    }

COUNT(list_pids, psutil_int_list, psutil_pids(&list, of))
COUNT(list_threads, psutil_pthread_list, psutil_process_threads(&list, process))
COUNT(list_sockets, psutil_sconn_list, psutil_net_connections(&list, of, PSUTIL_KIND_ALL))
COUNT(list_own_sockets, psutil_sconn_list,
      psutil_process_net_connections(&list, process, PSUTIL_KIND_ALL))
COUNT(list_files, psutil_popenfile_list, psutil_process_open_files(&list, process))
COUNT(list_mounts, psutil_sdiskpart_list, psutil_disk_partitions(&list, of, true))
COUNT(list_maps, psutil_pmmap_list, psutil_process_memory_maps(&list, process, false))
COUNT(list_cpu_times, psutil_scputimes_list, psutil_cpu_times_percpu(&list, of))
COUNT(list_frequencies, psutil_scpufreq_list, psutil_cpu_freq_percpu(&list, of))

static size_t list_children(psutil *of, psutil_process *process)
{
    psutil_process_list *list;
    (void)of;
    if (psutil_process_children(&list, process, true) != 0)
        return 0;
    size_t len = list->len;
    psutil_process_list_close(list);
    return len;
}

static size_t read_table(psutil *of, psutil_process *process)
{
    const psutil_fields fields =
        PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |
        PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(NUM_THREADS) |
        PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(CMDLINE);
    psutil_table *table;
    (void)process;
    if (psutil_table_open(&table, of, fields) != 0)
        return 0;
    size_t len = psutil_table_refresh(table) == 0 ? psutil_table_len(table) : 0;
    psutil_table_close(table);
    return len;
}

static size_t count_files(psutil *of, psutil_process *process)
{
    int64_t count;
    (void)of;
    return psutil_process_num_fds(&count, process) == 0 ? (size_t)count : 0;
}

static size_t count_threads(psutil *of, psutil_process *process)
{
    int64_t count;
    (void)of;
    return psutil_process_num_threads(&count, process) == 0 ? (size_t)count : 0;
}

/* ---- What there is much of ---------------------------------------------------------------------
 */

struct row {
    const char *name;
    call_function *call;
    unsigned flags;
};

static const struct subject {
    const char *kind;
    size_t whole;
    int flags; /* namespaces of its own */
    struct row rows[4];
} subjects[] = {
    {"processes",
     30000,
     CLONE_NEWPID,
     {{"pids()", list_pids, 0},
      {"a table of ten fields", read_table, 0},
      {"children(recursive)", list_children, 0}}},
    {"processes", /* beside the machine's: the fast lane is closed to other namespaces */
     30000,
     0,
     {{"the table, fast lane", read_table, 0}}},
    {"threads", 100000, 0, {{"threads()", list_threads, 0}, {"num_threads()", count_threads, 0}}},
    {"sockets", 100000, CLONE_NEWNET, {{"net_connections()", list_sockets, 0}}},
    {"own_sockets", 100000, CLONE_NEWNET, {{"Process.net_connections()", list_own_sockets, 0}}},
    {"files", 100000, 0, {{"open_files()", list_files, 0}, {"num_fds()", count_files, 0}}},
    {"mounts", 1000, 0, {{"disk_partitions(all)", list_mounts, 0}}},
    {"maps", 10000, 0, {{"memory_maps()", list_maps, 0}}},
    {"CPUs",
     256,
     0,
     {{"cpu_times(percpu)", list_cpu_times, 0}, {"cpu_freq(percpu)", list_frequencies, 0}}},
};

/* In memory of the namespace, which goes with it: others cannot remove what is mounted on here. */
static void make_mounts(size_t count)
{
    char path[512];
    const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    if (mount("none", memory, "tmpfs", 0, NULL) != 0)
        abort();
    struct root folder = root_make();
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "m%zu", i);
        root_folder(&folder, name);
        if (mount("none", root_path(&folder, name, path), "tmpfs", 0, "size=4k") != 0)
            abort();
    }
}

#define CPU "sys/devices/system/cpu/"

static void make_cpus(size_t count)
{
    size_t size = count * 80 + 200, len;
    char *text = malloc(size), name[128];
    cpus = root_make();
    len = (size_t)snprintf(text, size, "cpu  1 2 3 4 5 6 7 8 9 0\n");
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, size - len, "cpu%zu 1 2 3 4 5 6 7 8 9 0\n", i);
        snprintf(name, sizeof name, CPU "cpufreq/policy%zu/scaling_cur_freq", i);
        root_file(&cpus, name, "1000000\n");
        snprintf(name, sizeof name, CPU "cpufreq/policy%zu/affected_cpus", i);
        char number[24];
        snprintf(number, sizeof number, "%zu\n", i);
        root_file(&cpus, name, number);
    }
    root_file(&cpus, "proc/stat", text);
    snprintf(text, size, "0-%zu\n", count - 1);
    root_file(&cpus, CPU "online", text);
    free(text);
}

/* ---- What this machine allows ------------------------------------------------------------------
 */

static size_t number_in(const char *path, const char *format)
{
    unsigned long value = 0;
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, format, &value) != 1)
        value = 0;
    if (file)
        fclose(file);
    return value;
}

/* Of the whole machine, whatever the namespace. */
static size_t count_tasks(void)
{
    return number_in("/proc/loadavg", "%*f %*f %*f %*u/%lu");
}

/* The least of several limits, and which one that was. */
struct room {
    size_t len;
    const char *limit;
};

static void narrow(struct room *room, size_t len, size_t reserve, const char *limit)
{
    len = len > reserve ? len - reserve : 0;
    if (len < room->len)
        *room = (struct room){len, limit};
}

/* What the others on this machine have is theirs. */
static struct room room_for(const struct subject *of)
{
    struct room room = {SIZE_MAX, ""};
    size_t tasks = count_tasks();
    size_t kilobytes = number_in("/proc/meminfo", "MemTotal: %*u kB MemFree: %*u kB "
                                                  "MemAvailable: %lu kB");
    bool threads = strcmp(of->kind, "threads") == 0;
    if (threads || strcmp(of->kind, "processes") == 0) {
        narrow(&room, number_in("/proc/sys/kernel/pid_max", "%lu"), tasks + 1000, "kernel.pid_max");
        narrow(&room, number_in("/proc/sys/kernel/threads-max", "%lu"), tasks + 1000,
               "kernel.threads-max");
        narrow(&room, kilobytes / (threads ? 40 : 150), 0, "memory");
    } else if (strcmp(of->kind, "maps") == 0) {
        narrow(&room, number_in("/proc/sys/vm/max_map_count", "%lu"), 500, "vm.max_map_count");
    } else if (strcmp(of->kind, "sockets") == 0) {
        narrow(&room, kilobytes / 4, 0, "memory");
    } else {
        struct rlimit files;
        getrlimit(RLIMIT_NOFILE, &files);
        narrow(&room, (size_t)files.rlim_max, 500,
               "RLIMIT_NOFILE, without CAP_SYS_RESOURCE to raise it,");
    }
    return room;
}

static void raise_limits(void)
{
    struct rlimit files = {0, number_in("/proc/sys/fs/nr_open", "%lu")};
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 && getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* ---- A tenth, a third, and the whole -----------------------------------------------------------
 */

enum { SIZES = 3, ROWS = 4 };
static const size_t parts[SIZES] = {10, 3, 1};

struct job {
    const struct subject *of;
    size_t len;
    struct cost *costs; /* of each row; in memory of the test */
};

static pid_t start_crowd(const struct job *job)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", job->len);
    char *argv[] = {"crowd", (char *)(uintptr_t)job->of->kind, number, NULL};
    return start_at(getenv("CROWD"), argv, plain_environment, NULL);
}

/* So many are gone only some time later, and the next would have no room. */
static void end_crowd(size_t len, size_t tasks_before)
{
    end_child(subject);
    for (int i = 0; len > 2000 && i < 600 && count_tasks() > tasks_before + 100; i++)
        sleep_for(0.1);
}

static int fill(void *user)
{
    size_t tasks = count_tasks();
    const struct job *job = user;
    bool mounts = strcmp(job->of->kind, "mounts") == 0,
         invented = strcmp(job->of->kind, "CPUs") == 0;
    ctx = open_reaching(PS_REACH_UNKNOWN); /* for start_at() */
    if (mounts)
        make_mounts(job->len);
    if (invented)
        make_cpus(job->len);
    subject = invented ? 0 : mounts ? getpid() : start_crowd(job);
    for (size_t i = 0; i < ROWS && job->of->rows[i].name; i++)
        job->costs[i] = measure(job->of->rows[i].call, job->of->rows[i].flags);
    if (!mounts && !invented)
        end_crowd(job->len, tasks);
    if (invented)
        root_remove(&cpus);
    psutil_close(ctx);
    return 0;
}

static bool allows(const struct subject *of)
{
    return geteuid() == 0 || (of->flags == 0 && strcmp(of->kind, "mounts") != 0);
}

/* A plain user has no namespace, and needs none for what this is about. */
static int run_job(struct job *job)
{
    if (geteuid() == 0)
        return in_namespaces(job->of->flags, fill, job);
    pid_t pid = fork_child();
    if (pid == 0)
        _exit(fill(job));
    return status_of(pid);
}

static void tell(const struct job *job, const struct row *row, const struct cost *cost)
{
    printf("# figures: {\"what\": \"%s\", \"asked\": %zu, \"call\": \"%s\", \"items\": %zu, "
           "\"ms\": %.3f, \"kb\": %ld, \"descriptors\": %d}\n",
           job->of->kind, job->len, row->name, cost->items, cost->seconds * 1e3, cost->bytes / 1024,
           cost->descriptors);
    fflush(stdout);
}

/* Sanitizers keep what was freed, and are slow for reasons of their own. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

/* So many times as many things take at most three times as long for each, beyond what any call
 * takes; and at most twice the memory. Others' processes, which some calls list too, may become
 * fewer. */
static void check_growth(const struct cost *small, const struct cost *large)
{
    double ratio = fmax(1, (double)large->items / (double)small->items);
    CHECK(large->seconds <= 3 * ratio * small->seconds + 0.005);
    CHECK((double)large->bytes <= 2 * ratio * (double)small->bytes + 8e6);
    CHECK(large->descriptors <= 64);
}

static void grow(const struct subject *of)
{
    const char *scale = getenv("PSUTIL_SCALE");
    size_t whole = of->whole * (scale ? (size_t)atoi(scale) : 20) / 1000;
    struct cost *costs = mmap(NULL, SIZES * ROWS * sizeof *costs, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct room room = room_for(of);
    REQUIRE(costs != MAP_FAILED);
    if (!allows(of))
        SKIP("needs root, for a namespace");
    if (room.len < whole) {
        printf("# limit: %s: %s allows %zu of %zu\n", of->kind, room.limit, room.len, whole);
        whole = room.len;
    }
    for (size_t s = 0; s < SIZES; s++) {
        struct job job = {of, (whole + parts[s] - 1) / parts[s], costs + s * ROWS};
        int result = run_job(&job);
        if (result == NO_NAMESPACE)
            SKIP("namespaces are forbidden here");
        REQUIRE(result == 0);
        for (size_t i = 0; i < ROWS && of->rows[i].name; i++) {
            tell(&job, &of->rows[i], &job.costs[i]);
            CHECK(job.costs[i].items >= job.len);
        }
    }
    for (size_t i = 0; i < ROWS && of->rows[i].name && !IS_SANITIZED; i++)
        check_growth(&costs[i], &costs[2 * ROWS + i]);
    munmap(costs, SIZES * ROWS * sizeof *costs);
}

static size_t next_subject;

static void run_next(void)
{
    grow(&subjects[next_subject++]);
}

int main(void)
{
    if (!getenv("CROWD"))
        return 2;
    raise_limits();
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        test_register(subjects[i].kind, run_next);
    return run_tests();
}
