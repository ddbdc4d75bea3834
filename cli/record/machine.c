/* A recording from its beginning to its end, and what is read of the system as a whole. */
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- The system -------------------------------------------------------------------------------
 */

struct copied {
    const char *name;
    rewriter *rewrite;
};

static enum looked copy(struct recorder *recorder, const char *name, rewriter *rewrite)
{
    char to[128];
    snprintf(to, sizeof to, "proc/%s", name);
    return record_file(recorder, recorder->proc, name, to, rewrite);
}

/* The first that there is, as the library asks for them. */
static void copy_mounts(struct recorder *recorder)
{
    static const struct copied sources[] = {{"self/mountinfo", text_mountinfo},
                                            {"self/mounts", text_mounts},
                                            {"1/mountinfo", text_mountinfo},
                                            {"1/mounts", text_mounts},
                                            {"mounts", text_mounts}};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (copy(recorder, sources[i].name, sources[i].rewrite) != LOOKED_MISSING)
            return;
}

void record_system(struct recorder *recorder)
{
    static const struct copied files[] = {{"stat", text_numbers},
                                          {"meminfo", text_numbers},
                                          {"vmstat", text_numbers},
                                          {"zoneinfo", text_numbers},
                                          {"loadavg", text_numbers},
                                          {"cpuinfo", text_cpuinfo},
                                          {"filesystems", text_numbers},
                                          {"cmdline", text_boot_line},
                                          {"diskstats", text_diskstats},
                                          {"tty/drivers", text_numbers},
                                          {"spl/kstat/zfs/arcstats", text_numbers},
                                          {"net/dev", text_net_dev},
                                          {"net/if_inet6", text_if_inet6},
                                          {"net/tcp", text_net_inet},
                                          {"net/tcp6", text_net_inet},
                                          {"net/udp", text_net_inet},
                                          {"net/udp6", text_net_inet},
                                          {"net/unix", text_net_unix}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy(recorder, files[i].name, files[i].rewrite);
    copy_mounts(recorder);
}

/* ---- From the beginning to the end ------------------------------------------------------------
 */

static bool is_empty(int fd)
{
    const struct dirent *entry;
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    bool empty = entries != NULL;
    while (empty && (entry = readdir(entries)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (entries)
        closedir(entries);
    else if (again >= 0)
        close(again);
    return empty;
}

static bool open_folder(struct recorder *recorder, char *problem, size_t size)
{
    const char *folder = recorder->options->folder;
    bool made = mkdir(folder, 0700) == 0;
    if (!made && errno != EEXIST) {
        snprintf(problem, size, "cannot make %s: %s", folder, strerror(errno));
        return false;
    }
    recorder->out = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (recorder->out < 0) {
        snprintf(problem, size, "cannot open %s: %s", folder, strerror(errno));
        return false;
    }
    if (!made && !is_empty(recorder->out)) {
        snprintf(problem, size, "%s is not empty: name a folder that does not exist yet", folder);
        return false;
    }
    return true;
}

static bool open_roots(struct recorder *recorder, char *problem, size_t size)
{
    const struct record_options *options = recorder->options;
    recorder->proc = open(options->proc, O_PATH | O_DIRECTORY | O_CLOEXEC);
    recorder->sys = open(options->sys, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (recorder->proc >= 0)
        return true;
    snprintf(problem, size, "cannot open %s: %s", options->proc, strerror(errno));
    return false;
}

/* What the figures of the recording mean: pages, ticks and the order of bytes are the machine's. */
static void write_about(struct recorder *recorder)
{
    struct utsname system;
    struct buffer text = {0};
    const uint16_t one = 1;
    if (uname(&system) != 0)
        memset(&system, 0, sizeof system);
    size_t version = strspn(system.release, "0123456789.");
    buffer_addf(&text,
                "{\"psutil\": \"%s\", \"kernel\": \"%.*s\", \"machine\": \"%s\", "
                "\"byte_order\": \"%s\", \"page_size\": %ld, \"clock_ticks\": %ld}\n",
                psutil_version(), (int)version, system.release, system.machine,
                *(const unsigned char *)&one ? "little" : "big", sysconf(_SC_PAGESIZE),
                sysconf(_SC_CLK_TCK));
    record_write(recorder, "about.json", &text);
    buffer_free(&text);
}

static void record_all(struct recorder *recorder)
{
    record_write_folder(recorder, "proc");
    record_write_folder(recorder, "sys");
    if (recorder->options->is_live)
        write_about(recorder);
    record_processes(recorder); /* they come and go: as near together as can be */
    record_system(recorder);
    if (recorder->sys >= 0)
        record_devices(recorder);
    /* An archive that a plain user makes cannot hold what may not be read: the list can. */
    if (recorder->refused.len > 0)
        record_write(recorder, "unreadable", &recorder->refused);
}

static void close_all(struct recorder *recorder)
{
    const int fds[] = {recorder->proc, recorder->sys, recorder->out};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    names_free(&recorder->names);
    buffer_free(&recorder->refused);
}

bool record_machine(struct record_summary *out, const struct record_options *options, char *problem,
                    size_t size)
{
    struct recorder recorder = {.options = options,
                                .summary = out,
                                .names = {.keep = options->keep_names},
                                .proc = -1,
                                .sys = -1,
                                .out = -1};
    *out = (struct record_summary){0};
    bool done = open_roots(&recorder, problem, size) && open_folder(&recorder, problem, size);
    if (done) {
        record_all(&recorder);
        done = !*recorder.problem;
        if (!done) {
            snprintf(problem, size, "%s", recorder.problem);
            record_remove(&recorder, "proc");
            record_remove(&recorder, "sys");
            record_remove(&recorder, "about.json");
            record_remove(&recorder, "unreadable");
        }
    }
    close_all(&recorder);
    return done;
}
