/* The recording as a picture: memory above, CPU below, in light and in dark. */
#include "watch_memory.h"

#include "screen/chart.h"
#include "text/display.h"
#include "text/human.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* All in the units of the picture. */
enum {
    WIDTH = 960,
    HEIGHT = 540,
    LEFT = 90,
    RIGHT = WIDTH - 30,
    MEMORY_TOP = 80,
    MEMORY_BOTTOM = 340,
    CPU_TOP = 380,
    CPU_BOTTOM = 480,
    POINTS_MOST = 4000, /* more than this nobody sees */
};

static const char head[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 540\" width=\"960\" "
    "height=\"540\" role=\"img\">\n"
    "<style>\n"
    "svg { --ground: #ffffff; --ink: #1f2328; --faint: #656d76; --line: #d0d7de;\n"
    "  --memory: #0969da; --cpu: #1a7f37; --limit: #cf222e; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  svg { --ground: #0d1117; --ink: #e6edf3; --faint: #8d96a0; --line: #30363d;\n"
    "    --memory: #58a6ff; --cpu: #3fb950; --limit: #f85149; } }\n"
    "text { font: 13px system-ui, sans-serif; fill: #1f2328; fill: var(--ink, #1f2328); }\n"
    ".title { font-size: 18px; font-weight: 600; }\n"
    ".faint { fill: #656d76; fill: var(--faint, #656d76); }\n"
    ".end { text-anchor: end; } .middle { text-anchor: middle; }\n"
    ".ground { fill: #ffffff; fill: var(--ground, #ffffff); }\n"
    ".grid { stroke: #d0d7de; stroke: var(--line, #d0d7de); stroke-width: 1; }\n"
    ".memory { stroke: #0969da; stroke: var(--memory, #0969da); }\n"
    ".cpu { stroke: #1a7f37; stroke: var(--cpu, #1a7f37); }\n"
    ".limit { stroke: #cf222e; stroke: var(--limit, #cf222e); stroke-width: 1.5;\n"
    "  stroke-dasharray: 6 4; }\n"
    ".series { fill: none; stroke-width: 2; stroke-linejoin: round; }\n"
    ".memory-area { fill: #0969da; fill: var(--memory, #0969da); fill-opacity: 0.15; }\n"
    ".cpu-area { fill: #1a7f37; fill: var(--cpu, #1a7f37); fill-opacity: 0.15; }\n"
    "</style>\n"
    "<rect class=\"ground\" width=\"960\" height=\"540\"/>\n";

struct panel {
    const struct recording *recording;
    double elapsed; /* at the right edge */
    double top;     /* at the upper edge */
    int above, below;
    double (*value_of)(const struct moment *);
    const char *name;
};

/* Names are made safe as for a terminal, then for XML. */
static void add_xml(struct buffer *out, const char *text)
{
    char safe[512];
    display_cut(safe, sizeof safe, text, 60, true);
    for (const char *at = safe; *at; at++) {
        if (*at == '&' || *at == '<' || *at == '>' || *at == '"')
            buffer_addf(out, "&#%d;", *at);
        else
            buffer_add(out, at, 1);
    }
}

/* Tenths, without the locale's point. */
static void add_tenths(struct buffer *out, double value)
{
    long tenths = lround(value * 10);
    buffer_addf(out, "%ld.%ld", tenths / 10, labs(tenths % 10));
}

static double x_of(const struct panel *panel, double elapsed)
{
    return LEFT + (RIGHT - LEFT) * (panel->elapsed > 0 ? elapsed / panel->elapsed : 0);
}

static double y_of(const struct panel *panel, double value)
{
    return panel->below - (panel->below - panel->above) * fmin(value / panel->top, 1);
}

/* ---- Axes -------------------------------------------------------------------------------------
 */

static void add_level(struct buffer *out, const struct panel *panel, double value, const char *text)
{
    buffer_addf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"", LEFT, RIGHT);
    add_tenths(out, y_of(panel, value));
    buffer_add_text(out, "\" y2=\"");
    add_tenths(out, y_of(panel, value));
    buffer_addf(out, "\"/><text class=\"faint end\" x=\"%d\" y=\"", LEFT - 8);
    add_tenths(out, y_of(panel, value) + 4);
    buffer_addf(out, "\">%s</text>\n", text);
}

/* A round step that gives four to eight marks. */
static double time_step(double elapsed)
{
    static const double steps[] = {0.1, 0.2, 0.5, 1,    2,    5,    10,    15,    30,    60,   120,
                                   300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400};
    size_t i = 0, last = sizeof steps / sizeof *steps - 1;
    while (i < last && elapsed / steps[i] > 8)
        i++;
    return elapsed / steps[i] > 8 ? ceil(elapsed / steps[last] / 8) * steps[last] : steps[i];
}

static void time_text(struct buffer *out, double seconds, double step)
{
    if (step < 1) {
        add_tenths(out, seconds);
        buffer_add_text(out, " s");
    } else {
        buffer_add_text(out, human_duration(seconds).text);
    }
}

static void add_times(struct buffer *out, const struct panel *panel, bool labels)
{
    double step = time_step(panel->elapsed);
    for (double at = 0; panel->elapsed > 0 && at <= panel->elapsed * 1.0001; at += step) {
        buffer_add_text(out, "<line class=\"grid\" x1=\"");
        add_tenths(out, x_of(panel, at));
        buffer_add_text(out, "\" x2=\"");
        add_tenths(out, x_of(panel, at));
        buffer_addf(out, "\" y1=\"%d\" y2=\"%d\"/>\n", panel->below, panel->below + 5);
        if (!labels)
            continue;
        buffer_add_text(out, "<text class=\"faint middle\" x=\"");
        add_tenths(out, x_of(panel, at));
        buffer_addf(out, "\" y=\"%d\">", panel->below + 20);
        time_text(out, at, step);
        buffer_add_text(out, "</text>\n");
    }
}

/* ---- Series -----------------------------------------------------------------------------------
 */

static void add_point(struct buffer *out, const struct panel *panel, const struct moment *moment)
{
    add_tenths(out, x_of(panel, moment->elapsed));
    buffer_add_text(out, ",");
    add_tenths(out, y_of(panel, panel->value_of(moment)));
    buffer_add_text(out, " ");
}

/* The largest of each few moments where there are too many. */
static const struct moment *pick(const struct panel *panel, size_t from, size_t step)
{
    const struct moment *best = &panel->recording->moments[from];
    for (size_t i = from; i < from + step && i < panel->recording->len; i++) {
        const struct moment *other = &panel->recording->moments[i];
        if (!(panel->value_of(other) <= panel->value_of(best)) && !isnan(panel->value_of(other)))
            best = other;
    }
    return best;
}

static void add_points(struct buffer *out, const struct panel *panel, double *first, double *last)
{
    size_t step = panel->recording->len / POINTS_MOST + 1;
    *first = *last = NAN;
    for (size_t i = 0; i < panel->recording->len; i += step) {
        const struct moment *moment = pick(panel, i, step);
        if (isnan(panel->value_of(moment)))
            continue;
        add_point(out, panel, moment);
        *first = isnan(*first) ? moment->elapsed : *first;
        *last = moment->elapsed;
    }
}

static void add_corner(struct buffer *out, const struct panel *panel, double elapsed)
{
    if (isnan(elapsed))
        return;
    add_tenths(out, x_of(panel, elapsed));
    buffer_addf(out, ",%d ", panel->below);
}

static void add_series(struct buffer *out, const struct panel *panel)
{
    double first, last;
    buffer_addf(out, "<polygon class=\"%s-area\" points=\"", panel->name);
    add_points(out, panel, &first, &last);
    add_corner(out, panel, last);
    add_corner(out, panel, first);
    buffer_addf(out, "\"/>\n<polyline class=\"series %s\" points=\"", panel->name);
    add_points(out, panel, &first, &last);
    buffer_add_text(out, "\"/>\n");
}

/* ---- The panels -------------------------------------------------------------------------------
 */

static double memory_of(const struct moment *moment)
{
    return moment->rss == PSUTIL_UNKNOWN ? NAN : (double)moment->rss;
}

static double cpu_of(const struct moment *moment)
{
    return moment->cpu;
}

static void add_memory(struct buffer *out, const struct recording *recording,
                       const struct statistics *s)
{
    enum { LEVELS = 4 };
    double limit = recording->above == PSUTIL_UNKNOWN ? 0 : (double)recording->above;
    double most = fmax((double)(s->rss_peak == PSUTIL_UNKNOWN ? 0 : s->rss_peak), limit);
    struct panel panel = {recording,  s->elapsed,    chart_round_up(most * 1.02, 1024),
                          MEMORY_TOP, MEMORY_BOTTOM, memory_of,
                          "memory"};
    for (int i = 0; i <= LEVELS; i++) {
        double value = panel.top * i / LEVELS;
        add_level(out, &panel, value, human_bytes((int64_t)value).text);
    }
    add_times(out, &panel, false);
    add_series(out, &panel);
    if (limit > 0) {
        buffer_addf(out, "<line class=\"limit\" x1=\"%d\" x2=\"%d\" y1=\"", LEFT, RIGHT);
        add_tenths(out, y_of(&panel, limit));
        buffer_add_text(out, "\" y2=\"");
        add_tenths(out, y_of(&panel, limit));
        buffer_add_text(out, "\"/>\n");
    }
    buffer_addf(out, "<text x=\"%d\" y=\"%d\">Memory (resident)</text>\n", LEFT, MEMORY_TOP - 10);
}

static void add_cpu(struct buffer *out, const struct recording *recording,
                    const struct statistics *s)
{
    double most = statistics_cpu_top(s->cpu_peak);
    struct panel panel = {recording, s->elapsed, most, CPU_TOP, CPU_BOTTOM, cpu_of, "cpu"};
    for (int i = 0; i <= 2; i++)
        add_level(out, &panel, most * i / 2, human_percent(most * i / 2).text);
    add_times(out, &panel, true);
    add_series(out, &panel);
    buffer_addf(out, "<text x=\"%d\" y=\"%d\">CPU (100%% is one processor)</text>\n", LEFT,
                CPU_TOP - 10);
    buffer_addf(out, "<text class=\"faint middle\" x=\"%d\" y=\"%d\">time since the start</text>\n",
                (LEFT + RIGHT) / 2, CPU_BOTTOM + 42);
}

static void add_title(struct buffer *out, const struct recording *recording,
                      const struct statistics *s)
{
    buffer_addf(out, "<text class=\"title\" x=\"%d\" y=\"34\">", LEFT);
    add_xml(out, recording->name);
    buffer_addf(out, " (pid %" PRId64 "%s)</text>\n", recording->pid,
                recording->children ? " and its children" : "");
    buffer_addf(out, "<text class=\"faint end\" x=\"%d\" y=\"34\">peak %s, growth ", RIGHT,
                human_bytes(s->rss_peak).text);
    if (isnan(s->growth))
        buffer_add_text(out, "unknown");
    else
        buffer_addf(out, "%s%s/h", s->growth < 0 ? "-" : "+",
                    human_bytes((int64_t)fabs(s->growth)).text);
    buffer_add_text(out, "</text>\n");
}

void output_svg(struct buffer *out, const struct recording *recording)
{
    struct statistics s;
    statistics_make(&s, recording);
    buffer_add_text(out, head);
    add_title(out, recording, &s);
    add_memory(out, recording, &s);
    add_cpu(out, recording, &s);
    buffer_add_text(out, "</svg>\n");
}
