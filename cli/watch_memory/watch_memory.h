/* psutil watch-memory: what a process, and those it started, take over time. */
#ifndef CLI_WATCH_MEMORY_H
#define CLI_WATCH_MEMORY_H

#include "cli.h"

/* What they all took at one moment. */
struct moment {
    double elapsed; /* seconds since the first */
    double time;    /* seconds since the epoch */
    int64_t rss;    /* bytes; PSUTIL_UNKNOWN where nothing could be read */
    int64_t vms;    /* bytes */
    double cpu;     /* percent of one CPU since the moment before; NAN at first */
    int64_t processes;
};

/* A process that is watched. */
struct watched {
    psutil_process *process;
    double cpu_time; /* seconds; NAN until it was read */
    double started;  /* seconds since the epoch */
};

/* Why the watching ended. */
enum watch_end { END_NOT_YET, END_PROCESS, END_DURATION, END_INTERRUPTED, END_ABOVE };

struct recording {
    const struct cli *cli;
    int64_t pid;
    char name[64];  /* as the process calls itself: not safe for terminals */
    double started; /* seconds since the epoch */
    bool children;
    double interval;
    int64_t above; /* bytes; PSUTIL_UNKNOWN for none */
    psutil_process *process;
    struct watched *watched; /* the process is the first */
    size_t watched_len;
    struct moment *moments;
    size_t len, capacity;
    double began; /* platform_clock() of the first moment */
    enum watch_end end;
    int64_t exit_code; /* PSUTIL_UNKNOWN where nobody tells */
};

/* Opens for a process. 0 or PSUTIL_E…; close it either way. */
int recording_open(struct recording *recording, const struct cli *cli, int64_t pid);
void recording_close(struct recording *recording);

/* Adds a moment. When the process has ended, sets `end` instead. 0 or PSUTIL_E…. */
int recording_add(struct recording *recording);

/* ---- Statistics -------------------------------------------------------------------------------
 */

struct statistics {
    double elapsed;
    int64_t rss_first, rss_last, rss_peak;
    double rss_peak_at; /* seconds since the first moment */
    double rss_mean;
    double growth; /* bytes an hour, of the straight line nearest to all; NAN for a single moment */
    double cpu_mean, cpu_peak;
};

void statistics_make(struct statistics *out, const struct recording *recording);
/* The upper edge of a chart of the CPU, in percent. */
double statistics_cpu_top(double peak);

void statistics_text(struct buffer *out, const struct recording *recording);
void statistics_json(struct json *json, const struct recording *recording);

/* ---- Where it goes ----------------------------------------------------------------------------
 */

enum output_kind { OUTPUT_NONE, OUTPUT_CSV, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_SVG };

/* By the ending of a file's name. */
enum output_kind output_kind(const char *path);

void output_csv_header(struct buffer *out);
void output_csv(struct buffer *out, const struct moment *moment);
void output_jsonl(struct buffer *out, const struct moment *moment);
void output_json(struct buffer *out, const struct recording *recording);
void output_svg(struct buffer *out, const struct recording *recording);

/* ---- On the terminal --------------------------------------------------------------------------
 */

/* Draws the recording in so many lines, and says with how many it did. */
size_t plot_draw(struct buffer *out, const struct recording *recording, bool color, size_t rows);

#endif
