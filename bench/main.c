/* psutil-bench: each function beside the bare system calls that its data needs.
 *
 *     psutil-bench [--json FILE] [--quick] [NAME]
 *     psutil-bench --growth CALLS
 *
 * The report is a table on stdout and, with --json, {"floor": [{"name", "ours_ns", "floor_ns",
 * "ratio"}, …]}. Samples of both sides take turns, so that a machine that slows down slows both. */
#include "bench.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct subject subject;

struct options {
    const char *json;
    const char *only;
    bool quick;
    long growth; /* calls; 0: measure the speed */
};

struct report {
    FILE *json;
    int rows;
    double log_sum;
    double worst;
    const char *worst_name;
};

static void open_subject(void)
{
    if (psutil_open(&subject.ctx, NULL) != 0 ||
        psutil_process_open(&subject.self, subject.ctx, getpid()) != 0 ||
        psutil_cpu_sampler_open(&subject.sampler, subject.ctx) != 0 ||
        psutil_nowrap_open(&subject.disks, subject.ctx) != 0 ||
        psutil_nowrap_open(&subject.nics, subject.ctx) != 0) {
        fprintf(stderr, "psutil-bench: the library cannot be opened\n");
        exit(1);
    }
    snprintf(subject.pid, sizeof subject.pid, "/proc/%d", (int)getpid());
    subject.dir = open(subject.pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void close_subject(void)
{
    close(subject.dir);
    psutil_nowrap_close(subject.nics);
    psutil_nowrap_close(subject.disks);
    psutil_cpu_sampler_close(subject.sampler);
    psutil_process_close(subject.self);
    psutil_close(subject.ctx);
}

static void add_row(struct report *report, const char *name, const struct measure *m,
                    const char *floor_of)
{
    printf("%-28s %12.0f %12.0f %7.2f  ±%3.0f%%  %s\n", name, m->ours_ns, m->floor_ns, m->ratio,
           m->spread * 50, floor_of);
    fflush(stdout);
    if (report->json)
        fprintf(report->json,
                "%s\n  {\"name\": \"%s\", \"ours_ns\": %.1f, \"floor_ns\": %.1f, \"ratio\": %.3f}",
                report->rows ? "," : "", name, m->ours_ns, m->floor_ns, m->ratio);
    report->rows++;
    report->log_sum += log(m->ratio);
    if (m->ratio > report->worst) {
        report->worst = m->ratio;
        report->worst_name = name;
    }
}

static void measure_rows(struct report *report, const struct row *rows, size_t len,
                         const struct options *options)
{
    for (size_t i = 0; i < len; i++) {
        if (options->only && strcmp(options->only, rows[i].name) != 0)
            continue;
        struct measure m = measure(&rows[i], options->quick ? 5 : 31, options->quick ? 0.5 : 2);
        add_row(report, rows[i].name, &m, rows[i].floor_of);
    }
}

static bool measure_tables(struct report *report, const struct options *options)
{
    int count = options->quick ? 200 : 10000;
    struct measure m;
    double megabytes;
    char name[64];
    char floor_of[96];
    if (options->only)
        return true;
    if (!measure_table(count, &m, &megabytes))
        return false;
    snprintf(name, sizeof name, "table_%d_processes", count);
    snprintf(floor_of, sizeof floor_of, "folder, stat, statm, status, cmdline of each; %.1f MB",
             megabytes);
    add_row(report, name, &m, floor_of);
    return true;
}

static bool parse_options(struct options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0)
            options->quick = true;
        else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc)
            options->json = argv[++i];
        else if (strcmp(argv[i], "--growth") == 0 && i + 1 < argc)
            options->growth = atol(argv[++i]);
        else if (argv[i][0] != '-' && !options->only)
            options->only = argv[i];
        else
            return false;
    }
    return true;
}

static bool finish(struct report *report)
{
    if (report->rows == 0) {
        fprintf(stderr, "psutil-bench: no such row\n");
        return false;
    }
    printf("\n%d rows; geometric mean of the ratios %.2f; largest %.2f (%s)\n", report->rows,
           exp(report->log_sum / report->rows), report->worst, report->worst_name);
    if (!report->json)
        return true;
    fprintf(report->json, "\n]}\n");
    return fclose(report->json) == 0;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct report report = {0};
    if (!parse_options(&options, argc, argv)) {
        fprintf(stderr, "usage: psutil-bench [--json FILE] [--quick] [NAME]\n"
                        "       psutil-bench --growth CALLS\n");
        return 2;
    }
    if (options.json && !(report.json = fopen(options.json, "w"))) {
        perror(options.json);
        return 1;
    }
    if (report.json)
        fprintf(report.json, "{\"floor\": [");
    open_subject();
    if (options.growth > 0) {
        int grown = measure_growth(options.growth);
        close_subject();
        return grown != 0;
    }
    printf("%-28s %12s %12s %7s  %5s  %s\n", "", "ours ns", "bare ns", "ratio", "", "bare calls");
    measure_rows(&report, rows_system, rows_system_len, &options);
    measure_rows(&report, rows_process, rows_process_len, &options);
    bool ok = measure_tables(&report, &options);
    close_subject();
    return finish(&report) && ok ? 0 : 1;
}
