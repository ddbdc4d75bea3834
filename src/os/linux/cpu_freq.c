/* Frequencies from cpufreq (Documentation/admin-guide/pm/cpufreq.rst) and /proc/cpuinfo. */
#include "core/records.h"
#include "os/linux/cpu.h"
#include "os/linux/dents.h"
#include "parse/cpuinfo.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Which there are --------------------------------------------------------------------------
 */

/* The number in a name such as "policy12"; false for other names. */
static bool numbered(const char *name, const char *prefix, size_t *out)
{
    struct ps_span span = {name, strlen(name)};
    struct ps_cursor c = ps_cursor_of_span(span);
    uint64_t number;
    if (!ps_span_starts(span, prefix))
        return false;
    c.at += strlen(prefix);
    if (!ps_cursor_u64(&c, &number) || !ps_cursor_done(&c) || number >= PS_CPU_MAX)
        return false;
    *out = (size_t)number;
    return true;
}

/* Entries whose names are a prefix and a number. */
struct numbers {
    const char *prefix;
    struct ps_cpuset *found;
    int64_t entries; /* in all, whatever they are called */
};

static void add_numbered(const char *entries, size_t len, void *user)
{
    struct numbers *numbers = user;
    for (size_t at = 0; at < len;) {
        const struct dirent64 *entry = (const void *)(entries + at);
        size_t number;
        numbers->entries += entry->d_name[0] != '.';
        if (numbered(entry->d_name, numbers->prefix, &number))
            ps_cpuset_add(numbers->found, number);
        at += entry->d_reclen;
    }
}

/* The numbers of the entries of a folder that are called `prefix` and a number. Returns how many
 * entries the folder has in all, -1 when it is missing. */
static int64_t list_numbered(const struct ps_dir *dir, const char *name, const char *prefix,
                             struct ps_cpuset *out)
{
    struct numbers numbers = {prefix, out, 0};
    ps_cpuset_clear(out);
    return ps_dents_each(dir, name, add_numbered, &numbers) == 0 ? numbers.entries : -1;
}

/* Since 4.3 the folder is always there, and empty where no driver is; before, it came with what was
 * put into it, and a driver without anything to put there still had folders in its CPUs. So an
 * empty one is the sign that there is no cpufreq. */
static bool open_cpufreq(struct ps_shortage *shortage, struct ps_dir *out, char path[PS_PATH_MAX],
                         struct ps_cpuset *policies)
{
    struct ps_dir sys = ps_noting(ps_sys(shortage->ctx), shortage);
    return list_numbered(&sys, "devices/system/cpu/cpufreq", "policy", policies) != 0 &&
           ps_cpu_dir_open(shortage, out, path);
}

/* The CPUs that a policy is about now; the second file also names those offline. A policy without
 * either is that of the CPU whose number it has. */
static void policy_cpus(const struct ps_dir *dir, size_t policy, struct ps_cpuset *out)
{
    static const char *const names[] = {"/affected_cpus", "/related_cpus"};
    char path[PS_CPU_PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ps_cpu_list(dir, ps_cpu_path(path, "cpufreq/policy", policy, names[i]), out))
            return;
    ps_cpuset_clear(out);
    ps_cpuset_add(out, policy);
}

/* Kernels before 4.3 have a folder in each CPU, and no policies; later ones have links there. */
static bool has_cpufreq(const struct ps_dir *dir, size_t cpu)
{
    char path[PS_CPU_PATH_MAX];
    int fd = ps_dir_open(dir, ps_cpu_path(path, "cpu", cpu, "/cpufreq"), O_PATH | O_DIRECTORY);
    if (fd >= 0)
        close(fd);
    else
        ps_note_shortage(dir, "open", path);
    return fd >= 0;
}

/* Those that cpufreq knows, where the system does not say which are online. */
static bool cpus_of_cpufreq(const struct ps_dir *dir, const struct ps_cpuset *policies,
                            struct ps_cpuset *out)
{
    struct ps_cpuset found, cpus;
    ps_cpuset_clear(out);
    PS_CPUSET_EACH(policies, policy)
    {
        policy_cpus(dir, policy, &found);
        ps_cpuset_merge(out, &found);
    }
    list_numbered(dir, ".", "cpu", &cpus);
    PS_CPUSET_EACH(&cpus, cpu)
    if (has_cpufreq(dir, cpu))
        ps_cpuset_add(out, cpu);
    return ps_cpuset_next(out, 0) < PS_CPU_MAX;
}

/* ---- Reading them -----------------------------------------------------------------------------
 */

struct scan {
    const struct ps_dir *dir;
    struct ps_cpuset online;
    struct ps_cpuset done;   /* those whose frequencies were found */
    psutil_scpufreq *values; /* by number */
};

/* A file in kHz. A driver that does not know writes 0 or "<unknown>". */
static double read_mhz(const struct ps_dir *dir, const char *prefix, size_t number,
                       const char *name)
{
    char path[PS_CPU_PATH_MAX];
    int64_t khz;
    bool known = ps_read_number(dir, ps_cpu_path(path, prefix, number, name), &khz) && khz > 0;
    return known ? (double)khz / 1000 : NAN;
}

struct source {
    const char *first;
    const char *second;
};

static double read_either(const struct ps_dir *dir, const char *prefix, size_t number,
                          struct source source)
{
    double mhz = read_mhz(dir, prefix, number, source.first);
    return isnan(mhz) ? read_mhz(dir, prefix, number, source.second) : mhz;
}

static psutil_scpufreq read_values(const struct ps_dir *dir, const char *prefix, size_t number,
                                   const char *const paths[6])
{
    return (psutil_scpufreq){
        .current = read_either(dir, prefix, number, (struct source){paths[0], paths[1]}),
        .min = read_either(dir, prefix, number, (struct source){paths[2], paths[3]}),
        .max = read_either(dir, prefix, number, (struct source){paths[4], paths[5]})};
}

static bool knows_any(const psutil_scpufreq *freq)
{
    return !isnan(freq->current) || !isnan(freq->min) || !isnan(freq->max);
}

static void scan_policy(struct scan *scan, size_t policy)
{
    static const char *const paths[] = {"/scaling_cur_freq", "/cpuinfo_cur_freq",
                                        "/scaling_min_freq", "/cpuinfo_min_freq",
                                        "/scaling_max_freq", "/cpuinfo_max_freq"};
    struct ps_cpuset cpus;
    policy_cpus(scan->dir, policy, &cpus);
    psutil_scpufreq freq = read_values(scan->dir, "cpufreq/policy", policy, paths);
    if (!knows_any(&freq))
        return;
    PS_CPUSET_EACH(&cpus, cpu)
    {
        if (!ps_cpuset_has(&scan->online, cpu))
            continue;
        scan->values[cpu] = freq;
        ps_cpuset_add(&scan->done, cpu);
    }
}

static void scan_cpu(struct scan *scan, size_t cpu)
{
    static const char *const paths[] = {"/cpufreq/scaling_cur_freq", "/cpufreq/cpuinfo_cur_freq",
                                        "/cpufreq/scaling_min_freq", "/cpufreq/cpuinfo_min_freq",
                                        "/cpufreq/scaling_max_freq", "/cpufreq/cpuinfo_max_freq"};
    scan->values[cpu] = read_values(scan->dir, "cpu", cpu, paths);
}

static void scan_cpufreq(struct scan *scan, const struct ps_cpuset *policies)
{
    PS_CPUSET_EACH(policies, policy)
    scan_policy(scan, policy);
    PS_CPUSET_EACH(&scan->online, cpu)
    if (!ps_cpuset_has(&scan->done, cpu) && has_cpufreq(scan->dir, cpu))
        scan_cpu(scan, cpu);
}

/* ---- /proc/cpuinfo ----------------------------------------------------------------------------
 */

static bool lacks_current(const struct scan *scan)
{
    PS_CPUSET_EACH(&scan->online, cpu)
    if (isnan(scan->values[cpu].current))
        return true;
    return false;
}

static void fill_from(struct scan *scan, const char *data, size_t len)
{
    struct ps_cursor c = ps_cursor_of_lines(data, len);
    struct ps_cpuinfo_cpu cpu;
    while (ps_cpuinfo_next(&c, &cpu)) {
        size_t number = (size_t)cpu.number;
        if (ps_cpuset_has(&scan->online, number) && isnan(scan->values[number].current))
            scan->values[number].current = cpu.mhz;
    }
}

static void fill_with(struct scan *scan, double mhz)
{
    PS_CPUSET_EACH(&scan->online, cpu)
    if (isnan(scan->values[cpu].current))
        scan->values[cpu].current = mhz;
}

/* In its first seconds the kernel still measures. */
enum { MEASURED = 60 };

/* Keeps a frequency that will be the same for ever: without cpufreq, and where no CPU counts its
 * cycles, as in most virtual machines. */
static void learn_fixed(psutil *ctx, const struct scan *scan, const struct ps_text *text)
{
    struct ps_linux *os = ps_linux_of(ctx);
    double mhz = NAN;
    if (!os->live || ps_os_clock() < (int64_t)MEASURED * 1000000000 ||
        !ps_cpuinfo_is_uncounted(text->data, text->len))
        return;
    PS_CPUSET_EACH(&scan->online, cpu)
    {
        if (!isnan(mhz) && scan->values[cpu].current != mhz)
            return;
        mhz = scan->values[cpu].current;
    }
    if (mhz > 0)
        atomic_store_explicit(&os->fixed_mhz, mhz, memory_order_relaxed);
}

static void fill_from_cpuinfo(struct ps_shortage *shortage, struct scan *scan, bool cpufreq)
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    double fixed = cpufreq ? 0
                           : atomic_load_explicit(&ps_linux_of(shortage->ctx)->fixed_mhz,
                                                  memory_order_relaxed);
    if (!lacks_current(scan))
        return;
    if (fixed > 0) {
        fill_with(scan, fixed);
        return;
    }
    ps_text_init(&text);
    if (ps_text_try(&text, &proc, "cpuinfo") == 0) {
        fill_from(scan, text.data, text.len);
        if (!cpufreq)
            learn_fixed(shortage->ctx, scan, &text);
    }
    ps_text_free(&text);
}

/* ---- All together -----------------------------------------------------------------------------
 */

static int finish(psutil *ctx, const struct scan *scan, psutil_scpufreq_list **out)
{
    struct ps_list list;
    bool any = false;
    ps_list_init(&list, &ps_record_scpufreq);
    PS_CPUSET_EACH(&scan->online, cpu)
    {
        psutil_scpufreq *item = ps_list_add(&list);
        if (item)
            *item = scan->values[cpu];
        any = any || knows_any(&scan->values[cpu]);
    }
    if (!any) {
        ps_list_free(&list);
        return ps_fail(ctx, PSUTIL_ENOTSUP, "the system tells no frequency of any CPU");
    }
    psutil_scpufreq_list *made = ps_list_finish(&list);
    if (!made)
        return ps_fail_memory(ctx);
    *out = made;
    return 0;
}

static bool make_values(struct scan *scan)
{
    size_t len = 1;
    PS_CPUSET_EACH(&scan->online, cpu)
    len = cpu + 1;
    scan->values = malloc(len * sizeof *scan->values);
    if (!scan->values)
        return false;
    PS_CPUSET_EACH(&scan->online, cpu)
    scan->values[cpu] = (psutil_scpufreq){NAN, NAN, NAN};
    return true;
}

int ps_os_cpu_freq(psutil *ctx, psutil_scpufreq_list **out)
{
    char path[PS_PATH_MAX];
    struct ps_dir dir;
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_cpuset policies;
    struct scan scan;
    scan.dir = &dir;
    ps_cpuset_clear(&scan.done);
    bool cpufreq = open_cpufreq(&shortage, &dir, path, &policies);
    if (!ps_cpus_online_sys(&shortage, &scan.online) &&
        !(cpufreq && cpus_of_cpufreq(&dir, &policies, &scan.online)))
        ps_cpus_online(&shortage, &scan.online);
    int rc = make_values(&scan) ? 0 : ps_fail_memory(ctx);
    if (rc == 0) {
        if (cpufreq)
            scan_cpufreq(&scan, &policies);
        fill_from_cpuinfo(&shortage, &scan, cpufreq);
        rc = shortage.rc != 0 ? shortage.rc : finish(ctx, &scan, out);
    }
    free(scan.values);
    if (cpufreq)
        ps_cpu_dir_close(&dir);
    return rc;
}
