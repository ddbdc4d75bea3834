/* The processes of the overview: counts by status, and a table of the busiest. */
#include "overview.h"

#include "text/human.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The columns of the table, each from a width of the terminal on. The command has the rest. */
static const struct {
    const char *title;
    size_t width;
    size_t from;
    bool right;
} columns[] = {
    {"PID", 8, 0, true},  {"USER", 10, 60, false}, {"CPU%", 6, 0, true},
    {"MEM%", 6, 0, true}, {"RSS", 7, 52, true},    {"TIME", 9, 70, true},
};

enum { COLUMNS = sizeof columns / sizeof *columns, COMMAND_MAX = 4096 };

static void draw_counts(struct page *page, const struct overview *overview)
{
    const psutil_enum_value *names = overview_process_field(PSUTIL_FIELD_STATUS)->values;
    char text[160];
    snprintf(text, sizeof text, "%lld", (long long)overview->process_count);
    overview_fact(page, STYLE_PLAIN, text);
    for (int64_t i = 1; i <= PSUTIL_STATUS_SUSPENDED; i++) {
        const char *name = psutil_enum_name(names, i);
        if (overview->status_counts[i] == 0 || !name)
            continue;
        snprintf(text, sizeof text, "%lld %s", (long long)overview->status_counts[i], name);
        overview_fact(page, i == PSUTIL_STATUS_ZOMBIE ? STYLE_WARN : STYLE_PLAIN, text);
    }
    overview_finish(page);
}

static void draw_cell(struct page *page, size_t column, enum style style, const char *text)
{
    if (page->term.columns < columns[column].from)
        return;
    page_to(page, page->column + 1);
    if (columns[column].right)
        page_right(page, style, text, columns[column].width - 1);
    else
        page_left(page, style, text, columns[column].width - 1);
}

static void draw_titles(struct page *page)
{
    for (size_t i = 0; i < COLUMNS; i++)
        draw_cell(page, i, STYLE_DIM, columns[i].title);
    page_to(page, page->column + 2);
    page_put(page, STYLE_DIM, "COMMAND");
    page_end(page);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void join(char *out, size_t size, const psutil_string_list *words, size_t from)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = from; i < words->len && used < size; i++) {
        int len = snprintf(out + used, size - used, "%s%s", i > from ? " " : "", words->items[i]);
        used += len > 0 ? (size_t)len : 0;
    }
}

/* The name, then the arguments; the program's path only where it tells more than the name. What has
 * no command line (threads of the kernel, zombies) stands in brackets, as ps shows it. */
static void draw_command(struct page *page, const struct busy *busy)
{
    char text[COMMAND_MAX];
    const psutil_process_info *more = busy->more;
    const char *name = busy->row.result[PSUTIL_FIELD_NAME] == 0 ? busy->row.name : "?";
    bool read = more && more->result[PSUTIL_FIELD_CMDLINE] == 0;
    if (!read) {
        page_put(page, STYLE_PLAIN, name);
        return;
    }
    if (more->cmdline->len == 0) {
        snprintf(text, sizeof text, "[%s]", name);
        page_put(page, STYLE_PLAIN, text);
        return;
    }
    bool same = strcmp(base_name(more->cmdline->items[0]), name) == 0;
    page_put(page, STYLE_PLAIN, name);
    join(text, sizeof text, more->cmdline, same ? 1 : 0);
    if (*text && page_room(page) > 2) {
        page_to(page, page->column + 1);
        page_put(page, STYLE_DIM, text);
    }
}

static void draw_row(struct page *page, const struct busy *busy)
{
    const psutil_process_info *row = &busy->row;
    const psutil_process_info *more = busy->more;
    const int8_t *result = row->result;
    char pid[24];
    double percent = result[PSUTIL_FIELD_CPU_PERCENT] == 0 ? row->cpu_percent : NAN;
    double memory = result[PSUTIL_FIELD_MEMORY_PERCENT] == 0 ? row->memory_percent : NAN;
    int64_t rss = result[PSUTIL_FIELD_MEMORY_INFO] == 0 ? row->memory_info.rss : PSUTIL_UNKNOWN;
    double time =
        result[PSUTIL_FIELD_CPU_TIMES] == 0 ? row->cpu_times.user + row->cpu_times.system : NAN;
    bool named = more && more->result[PSUTIL_FIELD_USERNAME] == 0;
    snprintf(pid, sizeof pid, "%lld", (long long)row->pid);
    draw_cell(page, 0, STYLE_PLAIN, pid);
    draw_cell(page, 1, STYLE_NAME, named ? more->username : "-");
    draw_cell(page, 2, percent >= 50 ? page_level(percent) : STYLE_PLAIN,
              human_percent_number(percent).text);
    draw_cell(page, 3, memory >= 50 ? page_level(memory) : STYLE_PLAIN,
              human_percent_number(memory).text);
    draw_cell(page, 4, STYLE_PLAIN, human_bytes_short(rss).text);
    draw_cell(page, 5, STYLE_PLAIN, human_cpu_time(time).text);
    page_to(page, page->column + 2);
    draw_command(page, busy);
    page_end(page);
}

void overview_draw_processes(struct page *page, const struct overview *overview)
{
    static const enum part parts[] = {PART_PROCESSES};
    if (!overview_any(overview, parts, 1))
        return;
    overview_heading(page, "PROCESSES");
    if (!overview_has(page, overview, PART_PROCESSES))
        return;
    draw_counts(page, overview);
    if (overview->busiest_len == 0)
        return;
    draw_titles(page);
    for (size_t i = 0; i < overview->busiest_len; i++)
        draw_row(page, &overview->busiest[i]);
}
