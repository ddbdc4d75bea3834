/* The recording on a terminal: memory above, CPU below, over all the time that was watched. */
#include "watch_memory.h"

#include "platform.h"
#include "screen/chart.h"
#include "text/human.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABEL = 8, CPU_ROWS = 4, ROWS_LEAST = 8, ROWS_MOST = 24 };

struct plot {
    struct surface surface;
    const struct recording *recording;
    size_t columns; /* of the charts */
    double *values; /* two for each column */
};

static double memory_of(const struct moment *moment)
{
    return moment->rss == PSUTIL_UNKNOWN ? NAN : (double)moment->rss;
}

static double cpu_of(const struct moment *moment)
{
    return moment->cpu;
}

/* The largest value of each part of the time: of the whole, however long it is. With fewer moments
 * than places each has its own. */
static size_t spread(struct plot *plot, double (*value_of)(const struct moment *))
{
    const struct recording *recording = plot->recording;
    size_t places = 2 * plot->columns, len = recording->len < places ? recording->len : places;
    for (size_t i = 0; i < len; i++)
        plot->values[i] = NAN;
    for (size_t i = 0; i < recording->len; i++) {
        size_t at = recording->len <= places ? i : i * places / recording->len;
        plot->values[at] = fmax(plot->values[at], value_of(&recording->moments[i]));
    }
    return len;
}

static double largest(const double *values, size_t len)
{
    double most = NAN;
    for (size_t i = 0; i < len; i++)
        most = fmax(most, values[i]);
    return most;
}

static void put(struct plot *plot, size_t row, enum look look, const char *text)
{
    struct span span = {row, 0, LABEL};
    surface_right(&plot->surface, &span, look, text, LABEL - 1);
}

/* The limit, as a line over the area. */
static void draw_limit(struct plot *plot, const struct chart *chart)
{
    double share = (double)plot->recording->above / chart->top;
    if (plot->recording->above == PSUTIL_UNKNOWN || share > 1)
        return;
    size_t from_top = (size_t)((1 - share) * (double)chart->rows);
    size_t row = chart->row + (from_top < chart->rows ? from_top : chart->rows - 1);
    for (size_t i = 0; i < chart->columns; i++)
        if (surface_at(&plot->surface, row, chart->column + i)->chars[0] == ' ')
            surface_set(&plot->surface, row, chart->column + i, LOOK_BAD,
                        plot->surface.utf8 ? 0x2504 : '-');
}

static void draw_memory(struct plot *plot, size_t row, size_t rows)
{
    size_t len = spread(plot, memory_of);
    double most = largest(plot->values, len);
    struct chart chart = {row,      LABEL, rows, plot->columns, chart_round_up(most * 1.05, 1024),
                          LOOK_NAME};
    chart_draw(&plot->surface, &chart, plot->values, len);
    draw_limit(plot, &chart);
    put(plot, row, LOOK_DIM, human_bytes_short((int64_t)chart.top).text);
    put(plot, row + rows - 1, LOOK_DIM, "0B");
}

static void draw_cpu(struct plot *plot, size_t row)
{
    size_t len = spread(plot, cpu_of);
    double top = statistics_cpu_top(largest(plot->values, len));
    struct chart chart = {row, LABEL, CPU_ROWS, plot->columns, top, LOOK_GOOD};
    chart_draw(&plot->surface, &chart, plot->values, len);
    put(plot, row, LOOK_DIM, human_percent(chart.top).text);
    put(plot, row + CPU_ROWS - 1, LOOK_DIM, "0%");
}

static void draw_title(struct plot *plot)
{
    const struct recording *recording = plot->recording;
    const struct moment *last = recording->len ? &recording->moments[recording->len - 1] : NULL;
    struct span span = {.end = plot->surface.columns};
    char text[256];
    snprintf(text, sizeof text, "%" PRId64 " ", recording->pid);
    surface_put(&plot->surface, &span, LOOK_NAME, text);
    surface_put(&plot->surface, &span, LOOK_TITLE, recording->name);
    if (!last)
        return;
    snprintf(text, sizeof text, "  memory %s  cpu %s", human_bytes(last->rss).text,
             human_percent(last->cpu).text);
    surface_put(&plot->surface, &span, LOOK_PLAIN, text);
    if (recording->children) {
        snprintf(text, sizeof text, "  %" PRId64 " process%s", last->processes,
                 last->processes == 1 ? "" : "es");
        surface_put(&plot->surface, &span, LOOK_PLAIN, text);
    }
    surface_put(&plot->surface, &span, LOOK_DIM, "  ");
    surface_put(&plot->surface, &span, LOOK_DIM, human_duration(last->elapsed).text);
}

size_t plot_draw(struct buffer *out, const struct recording *recording, bool color, size_t rows)
{
    struct term term = term_look(color);
    size_t lines = rows < ROWS_LEAST ? 0 : rows > ROWS_MOST ? ROWS_MOST : rows;
    size_t columns = term.columns > 1 ? term.columns - 1 : 1; /* so that no line wraps */
    struct plot plot = {.surface = {.utf8 = term.utf8}, .recording = recording};
    if (lines == 0 || columns <= LABEL + 1)
        return 0;
    plot.columns = columns - LABEL;
    plot.values = malloc(2 * plot.columns * sizeof *plot.values);
    if (plot.values && surface_resize(&plot.surface, lines, columns)) {
        draw_title(&plot);
        draw_memory(&plot, 1, lines - CPU_ROWS - 2);
        draw_cpu(&plot, lines - CPU_ROWS);
        surface_write(out, &plot.surface, &term);
    } else {
        out->failed = true;
    }
    free(plot.values);
    surface_free(&plot.surface);
    return lines;
}
