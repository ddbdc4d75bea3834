/* The upper part: a line of facts, a meter for each CPU, memory and swap, and charts of both. */
#include "platform.h"
#include "screen/chart.h"
#include "text/human.h"
#include "view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum {
    METER_LEAST = 18, /* columns of a CPU's meter */
    TWO_HALVES = 60,  /* with fewer columns all CPUs are one meter */
    LABEL = 4,        /* of memory and swap */
    FIGURES = 6,      /* of a percentage, with the space before it */
    AMOUNT = 12,      /* of "15.9G/31.1G" */
    CHART_LABEL = 11, /* "CPU  12.3%" */
};

/* ---- The line of facts ------------------------------------------------------------------------
 */

static void put_load(struct surface *surface, struct span *span, const struct model *model)
{
    const double *load = model->sample.load;
    const psutil_double_list *percpu = model->sample.percpu;
    double share = percpu && percpu->len > 0 ? load[0] / (double)percpu->len : 0;
    enum look look = share > 2 ? LOOK_BAD : share > 1 ? LOOK_WARN : LOOK_PLAIN;
    char text[208];
    surface_put(surface, span, LOOK_DIM, "load ");
    snprintf(text, sizeof text, "%s %s %s", human_load(load[0]).text, human_load(load[1]).text,
             human_load(load[2]).text);
    surface_put(surface, span, look, text);
}

static void put_tasks(struct surface *surface, struct span *span, const struct sample *sample)
{
    char text[96];
    snprintf(text, sizeof text, "%" PRId64, sample->processes);
    surface_put(surface, span, LOOK_PLAIN, text);
    surface_put(surface, span, LOOK_DIM, " tasks, ");
    snprintf(text, sizeof text, "%" PRId64, sample->threads);
    surface_put(surface, span, LOOK_PLAIN, text);
    surface_put(surface, span, LOOK_DIM, " threads, ");
    snprintf(text, sizeof text, "%" PRId64, sample->running);
    surface_put(surface, span, LOOK_GOOD, text);
    surface_put(surface, span, LOOK_DIM, " running");
    if (sample->stopped > 0) {
        snprintf(text, sizeof text, ", %" PRId64 " stopped", sample->stopped);
        surface_put(surface, span, LOOK_WARN, text);
    }
    if (sample->zombies > 0) {
        snprintf(text, sizeof text, ", %" PRId64 " zombie%s", sample->zombies,
                 sample->zombies == 1 ? "" : "s");
        surface_put(surface, span, LOOK_BAD, text);
    }
}

static void put_clock(struct surface *surface, size_t from, const struct sample *sample)
{
    enum { CLOCK = 8 };
    struct tm local;
    char text[32];
    if (isnan(sample->now) || from + CLOCK + 1 > surface->columns ||
        !platform_local_time(&local, (time_t)sample->now))
        return;
    snprintf(text, sizeof text, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
    struct span span = {0, (long)(surface->columns - CLOCK), surface->columns};
    surface_put(surface, &span, LOOK_DIM, text);
}

static void draw_facts(struct surface *surface, const struct model *model)
{
    const struct sample *sample = &model->sample;
    struct span span = {.end = surface->columns};
    put_load(surface, &span, model);
    surface_put(surface, &span, LOOK_PLAIN, "  ");
    put_tasks(surface, &span, sample);
    if (!isnan(sample->uptime)) {
        surface_put(surface, &span, LOOK_DIM, "  up ");
        surface_put(surface, &span, LOOK_PLAIN, human_duration(sample->uptime).text);
    }
    put_clock(surface, (size_t)span.column, sample);
}

/* ---- How the meters are laid out --------------------------------------------------------------
 */

struct cpus {
    size_t len; /* 0: one meter for all of them */
    size_t rows;
    size_t columns; /* of meters; 0: one character for each CPU */
    size_t width;   /* of each meter with the gap behind it, or of a line of characters */
};

static struct cpus lay_out_cpus(const struct surface *surface, const struct model *model)
{
    const psutil_double_list *percpu = model->sample.percpu;
    struct cpus cpus = {.rows = 1, .columns = 1, .width = surface->columns};
    size_t most = surface->rows / 6 > 2 ? surface->rows / 6 : 2;
    if (surface->columns < TWO_HALVES || !percpu || percpu->len == 0)
        return cpus;
    size_t half = surface->columns / 2;
    cpus.len = percpu->len;
    for (cpus.columns = 1; cpus.columns * METER_LEAST <= half; cpus.columns++) {
        cpus.rows = (cpus.len + cpus.columns - 1) / cpus.columns;
        cpus.width = half / cpus.columns;
        if (cpus.rows <= most)
            return cpus;
    }
    cpus.columns = 0;
    cpus.width = half - LABEL - FIGURES - 2;
    cpus.rows = (cpus.len + cpus.width - 1) / cpus.width;
    return cpus;
}

size_t meters_rows(const struct surface *surface, const struct model *model)
{
    struct cpus cpus = lay_out_cpus(surface, model);
    if (surface->columns < TWO_HALVES)
        return cpus.rows + 2;
    return cpus.rows > 2 ? cpus.rows : 2;
}

/* ---- Meters -----------------------------------------------------------------------------------
 */

static void draw_meter(struct surface *surface, struct span *span, const char *label,
                       double percent, size_t width)
{
    size_t label_width = LABEL;
    surface_right(surface, span, LOOK_NAME, label, label_width - 1);
    surface_put(surface, span, LOOK_PLAIN, " ");
    surface_bar(surface, span, percent,
                width > label_width + FIGURES ? width - label_width - FIGURES : 0,
                surface_level(percent));
    surface_right(surface, span, LOOK_PLAIN, human_percent(percent).text, FIGURES);
}

static void draw_cpu(struct surface *surface, const struct cpus *cpus, const struct model *model,
                     size_t index)
{
    char label[24];
    size_t column = index / cpus->rows;
    struct span span = {1 + index % cpus->rows, (long)(column * cpus->width), surface->columns};
    snprintf(label, sizeof label, "%" PRId64, model->sample.numbers->items[index]);
    draw_meter(surface, &span, label, model->sample.percpu->items[index], cpus->width - 2);
}

/* A CPU as one character: eighths of a block, or tenths as a digit. */
static void draw_small(struct surface *surface, const struct cpus *cpus, double percent,
                       size_t index)
{
    double share = isnan(percent) ? 0 : fmin(fmax(percent / 100, 0), 1);
    uint32_t block = 0x2581 + (uint32_t)lround(share * 7);
    uint32_t digit = '0' + (uint32_t)lround(share * 9);
    uint32_t character = isnan(percent) ? '-' : surface->utf8 ? block : digit;
    surface_set(surface, 1 + index / cpus->width, LABEL + index % cpus->width,
                surface_level(percent), character);
}

static void draw_all_small(struct surface *surface, const struct cpus *cpus,
                           const struct model *model)
{
    struct span span = {1, 0, surface->columns};
    surface_put(surface, &span, LOOK_NAME, "CPU");
    for (size_t i = 0; i < cpus->len; i++)
        draw_small(surface, cpus, model->sample.percpu->items[i], i);
    span.column = (long)(LABEL + cpus->width);
    surface_right(surface, &span, LOOK_PLAIN, human_percent(model->sample.cpu).text, FIGURES);
}

static void draw_cpus(struct surface *surface, const struct model *model)
{
    struct cpus cpus = lay_out_cpus(surface, model);
    struct span span = {1, 0, surface->columns};
    if (cpus.len == 0)
        draw_meter(surface, &span, "CPU", model->sample.cpu, surface->columns);
    else if (cpus.columns == 0)
        draw_all_small(surface, &cpus, model);
    for (size_t i = 0; cpus.columns > 0 && i < cpus.len; i++)
        draw_cpu(surface, &cpus, model, i);
}

/* "Mem ━━━━━━──────  3.1G/7.7G" */
static void draw_amount(struct surface *surface, struct span span, const char *label,
                        double percent, int64_t used, int64_t total)
{
    char text[160];
    size_t width = span.end - (size_t)span.column;
    snprintf(text, sizeof text, "%s/%s", human_bytes_short(used).text,
             human_bytes_short(total).text);
    surface_left(surface, &span, LOOK_NAME, label, LABEL);
    surface_bar(surface, &span, percent, width > LABEL + AMOUNT ? width - LABEL - AMOUNT : 0,
                surface_level(percent));
    surface_right(surface, &span, LOOK_PLAIN, text, AMOUNT);
}

/* What the CPUs do, where the meters leave a line. */
static void draw_modes(struct surface *surface, struct span span, const psutil_scputimes *modes)
{
    const struct {
        const char *label;
        double percent;
    } items[] = {{"user ", modes->user},
                 {"  system ", modes->system},
                 {"  nice ", modes->nice},
                 {"  iowait ", modes->iowait},
                 {"  steal ", modes->steal}};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (isnan(items[i].percent))
            continue;
        surface_put(surface, &span, LOOK_DIM, items[i].label);
        surface_put(surface, &span, LOOK_PLAIN, human_percent(items[i].percent).text);
    }
}

static void draw_memory(struct surface *surface, const struct layout *layout,
                        const struct model *model)
{
    const struct sample *sample = &model->sample;
    bool halves = surface->columns >= TWO_HALVES;
    size_t left = halves ? surface->columns / 2 : 0;
    struct span span = {halves ? 1 : 2, (long)left, surface->columns};
    draw_amount(surface, span, "Mem", sample->memory.percent, sample->memory.used,
                sample->memory.total);
    span.row++;
    draw_amount(surface, span, "Swp", sample->swap.percent, sample->swap.used, sample->swap.total);
    span.row++;
    if (halves && layout->meters_rows > 2)
        draw_modes(surface, span, &sample->modes);
}

/* ---- Charts -----------------------------------------------------------------------------------
 */

static void draw_chart(struct surface *surface, const struct layout *layout, const char *label,
                       const struct history *history, struct span span)
{
    double now = history->len > 0 ? history->values[history->len - 1] : NAN;
    size_t left = (size_t)span.column;
    if (span.end < left + CHART_LABEL + 2)
        return;
    struct chart chart = {
        layout->charts, left + CHART_LABEL, layout->charts_rows, span.end - left - CHART_LABEL, 100,
        LOOK_GOOD};
    chart_draw(surface, &chart, history->values, history->len);
    surface_left(surface, &span, LOOK_NAME, label, LABEL);
    surface_right(surface, &span, LOOK_PLAIN, human_percent(now).text, FIGURES);
}

static void draw_charts(struct surface *surface, const struct layout *layout,
                        const struct model *model)
{
    size_t half = surface->columns / 2;
    struct span left = {layout->charts, 0, half - 2};
    struct span right = {layout->charts, (long)half, surface->columns};
    draw_chart(surface, layout, "CPU", &model->cpu, left);
    draw_chart(surface, layout, "Mem", &model->memory, right);
}

void meters_draw(struct surface *surface, const struct view *view, const struct model *model)
{
    draw_facts(surface, model);
    if (view->layout.meters_rows > 0) {
        draw_cpus(surface, model);
        draw_memory(surface, &view->layout, model);
    }
    if (view->layout.charts_rows > 0 && surface->columns >= TWO_HALVES)
        draw_charts(surface, &view->layout, model);
}
