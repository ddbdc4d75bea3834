#include "chart.h"

#include <math.h>
#include <string.h>

size_t chart_room(const struct chart *chart)
{
    return 2 * chart->columns;
}

/* How many of `parts` steps of the chart's height a value reaches; what is above zero is seen. */
static size_t height(const struct chart *chart, double value, size_t parts)
{
    if (isnan(value) || value <= 0)
        return 0;
    double share = fmin(value / chart->top, 1);
    size_t steps = (size_t)lround(share * (double)(parts * chart->rows));
    return steps > 0 ? steps : 1;
}

/* The points of braille that are set in a place, in its left or right half, from the bottom. */
static uint32_t braille(size_t filled, bool right)
{
    static const unsigned char left_points[] = {0, 0x40, 0x44, 0x46, 0x47};
    static const unsigned char right_points[] = {0, 0x80, 0xa0, 0xb0, 0xb8};
    size_t points = filled < 4 ? filled : 4;
    return right ? right_points[points] : left_points[points];
}

/* What of `height` lies in the row that is `above` rows over the lowest. */
static size_t part(size_t height, size_t above, size_t parts)
{
    return height > above * parts ? height - above * parts : 0;
}

static uint32_t braille_at(const struct chart *chart, double left, double right, size_t above)
{
    uint32_t points = braille(part(height(chart, left, 4), above, 4), false) |
                      braille(part(height(chart, right, 4), above, 4), true);
    return points ? 0x2800 | points : ' ';
}

static uint32_t ascii_at(const struct chart *chart, double left, double right, size_t above)
{
    static const char levels[] = " .:#";
    size_t filled = part(height(chart, fmax(left, right), 3), above, 3);
    return (uint32_t)levels[filled < 3 ? filled : 3];
}

static void draw_column(struct surface *surface, const struct chart *chart, size_t column,
                        double left, double right)
{
    for (size_t above = 0; above < chart->rows; above++) {
        size_t row = chart->row + chart->rows - 1 - above;
        uint32_t character = surface->utf8 ? braille_at(chart, left, right, above)
                                           : ascii_at(chart, left, right, above);
        if (character != ' ')
            surface_set(surface, row, chart->column + column, chart->look, character);
    }
}

void chart_draw(struct surface *surface, const struct chart *chart, const double *values,
                size_t len)
{
    size_t shown = len < chart_room(chart) ? len : chart_room(chart);
    for (size_t i = 0; i < chart->columns; i++) {
        double pair[2] = {NAN, NAN};
        for (size_t k = 0; k < 2; k++) {
            size_t from_end = chart_room(chart) - (2 * i + k);
            if (from_end <= shown)
                pair[k] = values[len - from_end];
        }
        draw_column(surface, chart, i, pair[0], pair[1]);
    }
}

void history_add(struct history *history, double value)
{
    if (history->len == HISTORY)
        memmove(history->values, history->values + 1, (--history->len) * sizeof(double));
    history->values[history->len++] = value;
}

double chart_round_up(double value, double base)
{
    static const double steps[] = {1, 1.2, 1.6, 2, 3, 4, 6, 8};
    enum { STEPS = sizeof steps / sizeof *steps };
    double unit = 1, ten = 1;
    if (isnan(value) || value <= 0)
        return 1;
    while (value > unit * base)
        unit *= base;
    for (; ten < base; ten *= 10)
        for (size_t i = 0; i < STEPS && steps[i] * ten < base; i++)
            if (value <= steps[i] * ten * unit)
                return steps[i] * ten * unit;
    return unit * base;
}
