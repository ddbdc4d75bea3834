/* psutil-bench: each function beside the bare system calls that its data needs.
 *
 *     psutil-bench [--json FILE] [--quick] [NAME]
 *     psutil-bench --growth CALLS [--seconds S] [NAME]
 *
 * The report is a table on stdout and, with --json, {"floor": [{"name", "ours_ns", "floor_ns",
 * "ratio", "floor"}, …], "tables": [{"name", "rows", "bytes", "descriptors"}, …]}. Samples of both
 * sides take turns, so that a machine that slows down slows both. */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLE_ROWS 10000
#define TABLE_ROWS_QUICK 200

#define PAIRS 301
#define SECONDS 1
#define SECONDS_TABLE 6
#define PAIRS_QUICK 5
#define SECONDS_QUICK 0.05

struct options {
    const char *json;
    const char *only;
    bool quick;
    struct effort effort;
    struct effort growth; /* no calls: measure the speed */
};

struct report {
    FILE *json;
    int rows;
    double log_sum;
    double worst;
    const char *worst_name;
};

/* ---- The report ---------------------------------------------------------------------------------
 */

/* Names and floors are this program's own: nothing in them needs an escape. */
static void add_row(struct report *report, const char *name, const struct measure *m,
                    const char *floor_of)
{
    printf("%-34s %11.0f %11.0f %6.2f  ±%2.0f%%  %s\n", name, m->ours_ns, m->floor_ns, m->ratio,
           m->spread * 50, floor_of);
    fflush(stdout);
    if (report->json)
        fprintf(report->json,
                "%s\n  {\"name\": \"%s\", \"ours_ns\": %.1f, \"floor_ns\": %.1f, \"ratio\": %.3f, "
                "\"floor\": \"%s\"}",
                report->rows ? "," : "", name, m->ours_ns, m->floor_ns, m->ratio, floor_of);
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
        struct measure m = measure(&rows[i], &options->effort);
        add_row(report, rows[i].name, &m, rows[i].floor_of);
    }
}

/* ---- Tables -------------------------------------------------------------------------------------
 */

/* Times come first, into the list of the others; returns false when one could not be measured. */
static bool measure_each_table(struct report *report, const struct options *options,
                               struct table_result *results)
{
    static char names[8][64];
    for (size_t i = 0; i < table_cases_len; i++) {
        const struct table_case *of = &table_cases[i];
        if (!measure_table(of, &options->effort, &results[i]))
            return false;
        snprintf(names[i], sizeof names[i], "table.%s", of->name);
        add_row(report, names[i], &results[i].time, of->floor_of);
    }
    return true;
}

static void report_tables(struct report *report, const struct table_result *results)
{
    if (report->json)
        fprintf(report->json, "\n],\n\"tables\": [");
    for (size_t i = 0; i < table_cases_len; i++) {
        const struct table_result *r = &results[i];
        printf("table.%-16s %zu rows: %5.2f MB at most, %d descriptors at most\n",
               table_cases[i].name, r->rows, r->bytes / 1e6, r->descriptors);
        if (report->json)
            fprintf(report->json,
                    "%s\n  {\"name\": \"table.%s\", \"rows\": %zu, \"bytes\": %.0f, "
                    "\"descriptors\": %d}",
                    i > 0 ? "," : "", table_cases[i].name, r->rows, r->bytes, r->descriptors);
    }
}

static bool measure_tables(struct report *report, const struct options *options)
{
    int count = options->quick ? TABLE_ROWS_QUICK : TABLE_ROWS, made = 0;
    pid_t *pids = calloc((size_t)count, sizeof *pids);
    struct table_result results[8] = {0};
    struct options full = *options;
    if (!options->quick)
        full.effort.seconds = SECONDS_TABLE;
    while (pids && made < count && (pids[made] = start_sleeper()) > 0)
        made++;
    bool ok = made == count && measure_each_table(report, &full, results);
    if (!ok)
        fprintf(stderr, "psutil-bench: only %d of %d processes could be made\n", made, count);
    else
        report_tables(report, results);
    if (pids)
        end_sleepers(pids, made);
    free(pids);
    return ok;
}

/* ---- The program --------------------------------------------------------------------------------
 */

static bool finish(struct report *report)
{
    if (report->rows == 0)
        fprintf(stderr, "psutil-bench: no such row\n");
    else
        printf("\n%d rows; geometric mean of the ratios %.2f; largest %.2f (%s)\n", report->rows,
               exp(report->log_sum / report->rows), report->worst, report->worst_name);
    bool written = true;
    if (report->json) {
        fprintf(report->json, "\n]}\n");
        written = fclose(report->json) == 0;
    }
    return report->rows > 0 && written;
}

static bool measure_all(struct report *report, const struct options *options)
{
    bool ok = true;
    if (report->json)
        fprintf(report->json, "{\"floor\": [");
    printf("%-34s %11s %11s %6s  %4s  %s\n", "", "ours ns", "bare ns", "ratio", "", "bare calls");
    measure_rows(report, rows_system, rows_system_len, options);
    measure_rows(report, rows_network, rows_network_len, options);
    measure_rows(report, rows_process, rows_process_len, options);
    measure_rows(report, rows_handle, rows_handle_len, options);
    if (!options->only)
        ok = measure_tables(report, options);
    return finish(report) && ok;
}

/* The allocator keeps small blocks that were freed in caches of its own and counts them as used.
 * Only its start can be told to do without: the program starts itself again. */
static void start_without_caches(char **argv)
{
    static const char tunable[] = "glibc.malloc.tcache_count=0";
    const char *now = getenv("GLIBC_TUNABLES");
    if (now && strcmp(now, tunable) == 0)
        return;
    if (setenv("GLIBC_TUNABLES", tunable, 1) == 0)
        execv("/proc/self/exe", argv);
    perror("psutil-bench");
    exit(1);
}

static bool parse_options(struct options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0)
            options->quick = true;
        else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc)
            options->json = argv[++i];
        else if (strcmp(argv[i], "--growth") == 0 && i + 1 < argc)
            options->growth.calls = atol(argv[++i]);
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            options->growth.seconds = atof(argv[++i]);
        else if (argv[i][0] != '-' && !options->only)
            options->only = argv[i];
        else
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct report report = {0};
    if (!parse_options(&options, argc, argv)) {
        fprintf(stderr, "usage: psutil-bench [--json FILE] [--quick] [NAME]\n"
                        "       psutil-bench --growth CALLS [--seconds S] [NAME]\n");
        return 2;
    }
    if (options.growth.calls > 0)
        start_without_caches(argv);
    if (options.json && !(report.json = fopen(options.json, "w"))) {
        perror(options.json);
        return 1;
    }
    options.effort = options.quick ? (struct effort){PAIRS_QUICK, SECONDS_QUICK}
                                   : (struct effort){PAIRS, SECONDS};
    if (!subject_open())
        return 1;
    bool ok = options.growth.calls > 0 ? measure_growth(&options.growth, options.only) == 0
                                       : measure_all(&report, &options);
    subject_close();
    return ok ? 0 : 1;
}
