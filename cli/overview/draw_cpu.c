/* The CPUs: a bar for each while they fit on the screen, a grid of numbers when there are many. */
#include "overview.h"

#include "text/human.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum {
    GAP = 2,           /* between two columns of bars */
    PERCENT_WIDTH = 6, /* " 12.3%" */
    BAR_MIN = 6,
    BAR_MAX = 48,
    BAR_ROWS_MAX = 16, /* more rows of bars than this are harder to read than numbers */
    GRID_CELL = 4,     /* " 100" */
    METER_LABEL = 7,
};

/* How the CPUs are laid out: counted downwards, then to the right. */
struct layout {
    size_t digits; /* of the highest number */
    size_t columns;
    size_t rows;
    size_t cell; /* columns of the terminal for one CPU, gap excluded */
};

static size_t count_digits(int64_t number)
{
    size_t digits = 1;
    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

/* Up to four CPUs stand one below the other, as the bars of memory do; more of them in as many
 * columns as keep the block low. */
static struct layout lay_out(const struct overview *overview, size_t width)
{
    const psutil_int_list *numbers = overview->cpu_numbers;
    size_t len = numbers->len;
    struct layout layout = {.digits = count_digits(numbers->items[len - 1]), .columns = 1};
    size_t least = 1 + layout.digits + 1 + BAR_MIN + PERCENT_WIDTH;
    size_t most = (width + GAP) / (least + GAP);
    size_t wanted_rows = len <= 16 ? 4 : 8;
    while (layout.columns < most && (len + layout.columns - 1) / layout.columns > wanted_rows)
        layout.columns++;
    layout.rows = (len + layout.columns - 1) / layout.columns;
    layout.cell = (width - (layout.columns - 1) * GAP) / layout.columns;
    return layout;
}

static void draw_bar(struct page *page, const struct layout *layout,
                     const struct overview *overview, size_t index)
{
    char label[32];
    double percent = overview->percpu->items[index];
    size_t frame = 1 + layout->digits + 1 + PERCENT_WIDTH;
    size_t bar = layout->cell - frame;
    snprintf(label, sizeof label, "%" PRId64, overview->cpu_numbers->items[index]);
    page_to(page, page->column + 1);
    page_right(page, STYLE_NAME, label, layout->digits);
    page_to(page, page->column + 1);
    page_bar(page, percent, bar < BAR_MAX ? bar : BAR_MAX, page_level(percent));
    page_right(page, page_level(percent), human_percent(percent).text, PERCENT_WIDTH);
}

/* A few CPUs look as memory does below them. */
static void draw_meters(struct page *page, const struct overview *overview)
{
    const psutil_double_list *list = overview->percpu;
    for (size_t i = 0; i < list->len; i++) {
        char label[40];
        snprintf(label, sizeof label, "cpu %" PRId64, overview->cpu_numbers->items[i]);
        overview_meter(page, label, METER_LABEL, list->items[i], page_level(list->items[i]));
        page_end(page);
    }
}

static void draw_bars(struct page *page, const struct overview *overview,
                      const struct layout *layout)
{
    for (size_t row = 0; row < layout->rows; row++) {
        for (size_t column = 0; column < layout->columns; column++) {
            size_t index = column * layout->rows + row;
            page_to(page, column * (layout->cell + GAP));
            if (index < overview->percpu->len)
                draw_bar(page, layout, overview, index);
        }
        page_end(page);
    }
}

/* Rows of 8, 16, 32 or 64 whole percentages behind the number of the first. */
static void draw_grid(struct page *page, const struct overview *overview, size_t digits)
{
    const psutil_double_list *list = overview->percpu;
    size_t per_row = 8;
    while (per_row < 64 && 1 + digits + 2 * per_row * GRID_CELL <= page->term.columns)
        per_row *= 2;
    for (size_t i = 0; i < list->len; i++) {
        char text[24];
        if (i % per_row == 0) {
            snprintf(text, sizeof text, "%" PRId64, overview->cpu_numbers->items[i]);
            page_to(page, 1);
            page_right(page, STYLE_NAME, text, digits);
        }
        double percent = list->items[i];
        if (isnan(percent))
            snprintf(text, sizeof text, "-");
        else
            snprintf(text, sizeof text, "%.0f", percent);
        page_right(page, page_level(percent), text, GRID_CELL);
        if (i % per_row == per_row - 1 || i == list->len - 1)
            page_end(page);
    }
}

static bool all_unknown(const psutil_double_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        if (!isnan(list->items[i]))
            return false;
    return true;
}

static void draw_percpu(struct page *page, const struct overview *overview)
{
    if (all_unknown(overview->percpu)) {
        page_put(page, STYLE_DIM, " no percentages: the counters stood still between two looks");
        page_end(page);
        return;
    }
    struct layout layout = lay_out(overview, page->term.columns);
    if (layout.rows > BAR_ROWS_MAX)
        draw_grid(page, overview, layout.digits);
    else if (layout.columns == 1)
        draw_meters(page, overview);
    else
        draw_bars(page, overview, &layout);
}

static void draw_counts(struct page *page, const struct overview *overview)
{
    char text[64];
    if (overview->cpus != PSUTIL_UNKNOWN) {
        snprintf(text, sizeof text, "%lld %s", (long long)overview->cpus,
                 overview->cpus == 1 ? "CPU" : "CPUs");
        overview_fact(page, STYLE_PLAIN, text);
    }
    if (overview->cores != PSUTIL_UNKNOWN) {
        snprintf(text, sizeof text, "%lld %s", (long long)overview->cores,
                 overview->cores == 1 ? "core" : "cores");
        overview_fact(page, STYLE_PLAIN, text);
    }
}

static void draw_frequency(struct page *page, const psutil_scpufreq *freq)
{
    char text[160];
    if (isnan(freq->current))
        return;
    if (isnan(freq->max) || freq->max <= 0)
        snprintf(text, sizeof text, "%s", human_mhz(freq->current).text);
    else
        snprintf(text, sizeof text, "%s of %s", human_mhz(freq->current).text,
                 human_mhz(freq->max).text);
    overview_fact(page, STYLE_PLAIN, text);
}

/* The modes that say something: those that are not nearly nothing. */
static void draw_modes(struct page *page, const psutil_scputimes *times)
{
    const struct {
        const char *name;
        double percent;
    } modes[] = {
        {"user", times->user},   {"nice", times->nice},       {"system", times->system},
        {"irq", times->irq},     {"softirq", times->softirq}, {"iowait", times->iowait},
        {"steal", times->steal},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        char text[160];
        if (!(modes[i].percent >= 0.05))
            continue;
        snprintf(text, sizeof text, "%s %s", modes[i].name, human_percent(modes[i].percent).text);
        overview_fact(page, STYLE_DIM, text);
    }
}

void overview_draw_cpu(struct page *page, const struct overview *overview)
{
    static const enum part parts[] = {PART_CPU_PERCENT, PART_CPU_TIMES_PERCENT, PART_CPU_COUNT,
                                      PART_CPU_FREQ};
    if (!overview_any(overview, parts, sizeof parts / sizeof *parts))
        return;
    overview_heading(page, "CPU");
    if (overview_has(page, overview, PART_CPU_COUNT))
        draw_counts(page, overview);
    if (overview_has(page, overview, PART_CPU_FREQ))
        draw_frequency(page, &overview->cpu_freq);
    if (overview->parts[PART_CPU_PERCENT].code == 0 && !isnan(overview->cpu_percent)) {
        char text[160];
        snprintf(text, sizeof text, "%s busy", human_percent(overview->cpu_percent).text);
        overview_fact(page, page_level(overview->cpu_percent), text);
    }
    if (overview->parts[PART_CPU_TIMES_PERCENT].code == 0)
        draw_modes(page, &overview->cpu_times_percent);
    overview_finish(page);
    if (overview_has(page, overview, PART_CPU_PERCENT) && overview->percpu->len > 0)
        draw_percpu(page, overview);
}
