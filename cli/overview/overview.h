/* The overview of a machine: everything is collected once (overview_collect*.c), then drawn for
 * people (overview_draw*.c) or written as JSON (overview_json.c). */
#ifndef CLI_OVERVIEW_H
#define CLI_OVERVIEW_H

#include "cli.h"
#include "text/by_name.h"
#include "text/page.h"

enum { OVERVIEW_BUSIEST = 10 };

/* What the overview asks the library for: the names of the functions, which are its JSON keys. */
#define OVERVIEW_PARTS(X)                                                                          \
    X(BOOT_TIME, "boot_time")                                                                      \
    X(USERS, "users")                                                                              \
    X(LOAD, "getloadavg")                                                                          \
    X(CPU_COUNT, "cpu_count")                                                                      \
    X(CPU_PERCENT, "cpu_percent")                                                                  \
    X(CPU_TIMES, "cpu_times")                                                                      \
    X(CPU_TIMES_PERCENT, "cpu_times_percent")                                                      \
    X(CPU_STATS, "cpu_stats")                                                                      \
    X(CPU_FREQ, "cpu_freq")                                                                        \
    X(MEMORY, "virtual_memory")                                                                    \
    X(SWAP, "swap_memory")                                                                         \
    X(PARTITIONS, "disk_partitions")                                                               \
    X(DISK_IO, "disk_io_counters")                                                                 \
    X(NET_IO, "net_io_counters")                                                                   \
    X(NET_ADDRS, "net_if_addrs")                                                                   \
    X(NET_STATS, "net_if_stats")                                                                   \
    X(TEMPERATURES, "sensors_temperatures")                                                        \
    X(FANS, "sensors_fans")                                                                        \
    X(BATTERY, "sensors_battery")                                                                  \
    X(PROCESSES, "processes")

enum part {
#define OVERVIEW_PART(part, name) PART_##part,
    OVERVIEW_PARTS(OVERVIEW_PART)
#undef OVERVIEW_PART
        PART_COUNT
};

extern const char *const overview_part_names[PART_COUNT];

/* Whether a part could be had, and if not, why. */
struct outcome {
    int code; /* 0 or PSUTIL_E… */
    char why[384];
};

/* The usage of a partition: what `result` says of it. */
struct usage {
    struct outcome result;
    psutil_sdiskusage usage;
};

/* One of the busiest processes: its row of the table, and what only these few are asked for. */
struct busy {
    psutil_process_info row;
    psutil_process_info *more; /* username and cmdline, NULL when it has ended */
};

/* Members have a meaning where the part's code is 0. */
struct overview {
    struct outcome parts[PART_COUNT];
    bool live;       /* about this machine, not about a recorded one */
    double now;      /* seconds since the epoch */
    double interval; /* seconds between the two samples */

    double boot_time;
    psutil_suser_list *users;
    double load[3];

    int64_t cpus;  /* logical */
    int64_t cores; /* physical */
    double cpu_percent;
    psutil_double_list *percpu;
    psutil_int_list *cpu_numbers; /* of those, in the same order */
    psutil_scputimes cpu_times;
    psutil_scputimes cpu_times_percent;
    psutil_scpustats cpu_stats;
    psutil_scpufreq cpu_freq;

    psutil_svmem memory;
    psutil_sswap swap;

    psutil_sdiskpart_list *partitions;
    struct usage *usages;         /* of each partition */
    psutil_sdiskio disk_total[2]; /* at the first and the second sample; no names */
    psutil_sdiskio_list *disk_io[2];
    psutil_snetio net_total[2];
    psutil_snetio_list *net_io[2];
    psutil_snicaddr_list *net_addrs;
    psutil_snicstats_list *net_stats;
    struct by_name disks_by_name[2], nics_by_name[2], addrs_by_name;

    psutil_shwtemp_list *temperatures;
    psutil_sfan_list *fans;
    psutil_sbattery battery;

    psutil_table *table; /* what the rows below point into */
    int64_t process_count;
    int64_t status_counts[PSUTIL_STATUS_SUSPENDED + 1]; /* [0]: of processes with no known status */
    struct busy busiest[OVERVIEW_BUSIEST];
    size_t busiest_len;
};

/* Collects all of it, in a quarter of a second and what the reading takes. Whatever cannot be had
 * is noted in `parts`; free the overview in any case. */
void overview_collect(struct overview *out, const struct cli *cli);
void overview_free(struct overview *overview);

/* By which names disks, interfaces and addresses are found, once they are collected. */
void overview_open_names(struct overview *out);
void overview_close_names(struct overview *overview);

/* Notes the outcome of a call, with the library's words when it failed. Returns whether it is
 * good. */
bool overview_note(struct outcome *out, const struct cli *cli, int code);

/* The second sample's processes: counts by status, and the busiest. */
void overview_collect_processes(struct overview *out, const struct cli *cli);

/* What a counter gained a second; NAN when either is unknown, when it went backwards, or when no
 * time went by. */
double overview_rate(const struct overview *overview, int64_t before, int64_t after);

/* The first counters of this name at one of the two moments, or NULL. */
const psutil_snetio *overview_find_net(const struct overview *overview, int which,
                                       const char *name);
const psutil_sdiskio *overview_find_disk(const struct overview *overview, int which,
                                         const char *name);

/* How the library describes a field of a process. */
const psutil_field *overview_process_field(psutil_process_field field);

/* ---- Drawing --------------------------------------------------------------------------------- */

void overview_draw(struct page *page, const struct overview *overview);

/* Sections, each in a file of its own. */
void overview_draw_cpu(struct page *page, const struct overview *overview);
void overview_draw_disks(struct page *page, const struct overview *overview);
void overview_draw_network(struct page *page, const struct overview *overview);
void overview_draw_sensors(struct page *page, const struct overview *overview);
void overview_draw_processes(struct page *page, const struct overview *overview);

/* The heading of a section, on a new line after an empty one. */
void overview_heading(struct page *page, const char *title);

/* Puts a fact behind a heading, and where the line is full into the next. */
void overview_fact(struct page *page, enum style style, const char *text);

/* Ends the line if there is one. */
void overview_finish(struct page *page);

/* Whether the part could be had. Where it was refused, says why in one line of its own; what this
 * system does not have is passed over in silence. */
bool overview_has(struct page *page, const struct overview *overview, enum part part);

/* Whether any of the parts is there or has a failure to tell. */
bool overview_any(const struct overview *overview, const enum part *parts, size_t len);

/* Room for labels of which the longest has so many columns, within a quarter of the line. */
size_t overview_label_width(const struct page *page, size_t longest);

/* A label, a bar, a percentage; what follows is up to the caller. */
void overview_meter(struct page *page, const char *label, size_t label_width, double percent,
                    enum style style);

/* "used of total", shorter where there is little room. */
void overview_amount(struct page *page, int64_t used, int64_t total);

/* ---- JSON ------------------------------------------------------------------------------------ */

void overview_json(struct json *json, const struct overview *overview);

#endif
