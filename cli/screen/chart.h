/* Values over time as an area: two by four points of braille in each place, or in ASCII columns of
 * '#', ':' and '.'. */
#ifndef CLI_CHART_H
#define CLI_CHART_H

#include "surface.h"

struct chart {
    size_t row, column, rows, columns; /* where on the surface */
    double top;                        /* the value at the upper edge, above 0 */
    enum look look;
};

/* How many values fit: two in a column. */
size_t chart_room(const struct chart *chart);

/* Draws the last values that fit, the newest at the right edge. NAN leaves a gap. */
void chart_draw(struct surface *surface, const struct chart *chart, const double *values,
                size_t len);

/* The last values of something. Starts as {0}. */
enum { HISTORY = 1024 };

struct history {
    double values[HISTORY];
    size_t len;
};

void history_add(struct history *history, double value);

/* A round number from 1 on that is not below `value`, whose quarters are round too: 1.2, 1.6, 2, 3,
 * 4, 6, 8 or 10 times a power of ten times a power of `base` (10, or 1024 for bytes). */
double chart_round_up(double value, double base);

#endif
