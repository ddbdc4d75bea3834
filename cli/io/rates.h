/* Rates of things that have a name and are counted since the boot: disks, network interfaces. */
#ifndef CLI_IO_RATES_H
#define CLI_IO_RATES_H

#include "table/table.h"

union rates_counters {
    const char *name; /* what each of them begins with */
    psutil_sdiskio disk;
    psutil_snetio nic;
};

struct rates_row {
    union rates_counters before, now;
    double seconds; /* between them */
};

/* What is counted. */
struct rates {
    size_t size;                                                  /* of its record */
    int (*read)(void **list, psutil *ctx, psutil_nowrap *nowrap); /* 0 or PSUTIL_E… */
    bool (*used)(const union rates_counters *now); /* without --all the others are not shown */
    const char *what;   /* "disk", where none has a name that is asked for */
    const char *lister; /* the words that list them all: "psutil io --all" */
};

/* The whole run of a command, or of one of its listings, whose rows are struct rates_row. One that
 * came meanwhile is told of the next time. */
int rates_run(const struct rates *rates, const struct cli *cli);

/* ---- Columns ------------------------------------------------------------------------------------
 */

/* How much more it is; false when either is unknown. */
bool rates_difference(double *out, int64_t before, int64_t now);

void rates_derive_name(struct cell *out, const void *row, struct buffer *scratch);
void rates_set(struct cell *out, int64_t before, int64_t now, double seconds);

/* A function rate_<member> for a column: so many a second. */
#define RATE(kind, member)                                                                         \
    static void rate_##member(struct cell *out, const void *item, struct buffer *scratch)          \
    {                                                                                              \
        const struct rates_row *row = item;                                                        \
        (void)scratch;                                                                             \
        rates_set(out, row->before.kind.member, row->now.kind.member, row->seconds);               \
    }

#define RATE_NAME(doc_)                                                                            \
    {                                                                                              \
        .name = "name", .doc = (doc_), .type = PSUTIL_TYPE_STRING, .derive = rates_derive_name,    \
        .cut = true                                                                                \
    }

#define RATE_COLUMN(name_, header_, doc_, unit_, function)                                         \
    {                                                                                              \
        .name = (name_), .header = (header_), .doc = (doc_), .type = PSUTIL_TYPE_DOUBLE,           \
        .unit = PSUTIL_UNIT_##unit_, .derive = (function)                                          \
    }

#endif
