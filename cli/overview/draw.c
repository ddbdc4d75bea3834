/* The overview for people: the first line, memory, and what all sections share. */
#include "overview.h"

#include "platform.h"
#include "text/display.h"
#include "text/human.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    LABEL_MIN = 7,
    NARROW = 60,       /* below this many columns words are left out */
    PERCENT_WIDTH = 5, /* "12.3%" */
    BAR_MIN = 8,
    BAR_MAX = 48,
    USERS_MAX = 8,
};

void overview_heading(struct page *page, const char *title)
{
    if (page->out->len > 0)
        page_end(page);
    page_put(page, STYLE_TITLE, title);
    page_to(page, page->column + 2);
}

void overview_fact(struct page *page, enum style style, const char *text)
{
    page_item(page, style, text, page->term.utf8 ? " \xc2\xb7 " : ", ", 1);
}

void overview_finish(struct page *page)
{
    if (page->column > 0)
        page_end(page);
}

static void refused(struct page *page, const char *what, const struct outcome *outcome)
{
    char line[512];
    snprintf(line, sizeof line, " %s: %s", what, outcome->why);
    overview_finish(page);
    page_put(page, STYLE_DIM, line);
    page_end(page);
}

bool overview_has(struct page *page, const struct overview *overview, enum part part)
{
    const struct outcome *outcome = &overview->parts[part];
    if (outcome->code != 0 && outcome->code != PSUTIL_ENOTSUP)
        refused(page, overview_part_names[part], outcome);
    return outcome->code == 0;
}

bool overview_any(const struct overview *overview, const enum part *parts, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (overview->parts[parts[i]].code != PSUTIL_ENOTSUP)
            return true;
    return false;
}

size_t overview_label_width(const struct page *page, size_t longest)
{
    size_t quarter = page->term.columns / 4;
    size_t most = quarter > LABEL_MIN ? quarter : LABEL_MIN;
    return longest < LABEL_MIN ? LABEL_MIN : longest < most ? longest : most;
}

static size_t bar_width(const struct page *page)
{
    size_t third = page->term.columns / 3;
    if (third < BAR_MIN + LABEL_MIN)
        return BAR_MIN;
    return third - LABEL_MIN < BAR_MAX ? third - LABEL_MIN : BAR_MAX;
}

void overview_meter(struct page *page, const char *label, size_t label_width, double percent,
                    enum style style)
{
    page_to(page, 1);
    page_left(page, STYLE_NAME, label, label_width);
    page_to(page, page->column + 1);
    page_bar(page, percent, bar_width(page), style);
    page_right(page, style, human_percent(percent).text, PERCENT_WIDTH + 1);
    page_to(page, page->column + 2);
}

void overview_amount(struct page *page, int64_t used, int64_t total)
{
    char text[160];
    if (page->term.columns < NARROW)
        snprintf(text, sizeof text, "%s/%s", human_bytes_short(used).text,
                 human_bytes_short(total).text);
    else
        snprintf(text, sizeof text, "%s of %s", human_bytes(used).text, human_bytes(total).text);
    page_left(page, STYLE_PLAIN, text, page->term.columns < NARROW ? 11 : 20);
}

/* ---- The first line -------------------------------------------------------------------------- */

static void draw_uptime(struct page *page, const struct overview *overview)
{
    char text[128];
    char date[32] = "";
    time_t booted = (time_t)overview->boot_time;
    struct tm local;
    if (platform_local_time(&local, booted))
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", &local);
    if (overview->live)
        snprintf(text, sizeof text, "up %s since %s",
                 human_duration(overview->now - overview->boot_time).text, date);
    else
        snprintf(text, sizeof text, "booted %s", date);
    overview_fact(page, STYLE_PLAIN, text);
}

/* More waiting than there are CPUs is worth a look, twice as much is trouble. */
static enum style load_level(const struct overview *overview)
{
    bool known = overview->parts[PART_CPU_COUNT].code == 0 && overview->cpus > 0;
    double share = known ? overview->load[0] / (double)overview->cpus : 0;
    if (share < 1)
        return STYLE_PLAIN;
    return share < 2 ? STYLE_WARN : STYLE_BAD;
}

static void draw_load(struct page *page, const struct overview *overview)
{
    char text[256];
    snprintf(text, sizeof text, "load %s %s %s", human_load(overview->load[0]).text,
             human_load(overview->load[1]).text, human_load(overview->load[2]).text);
    overview_fact(page, load_level(overview), text);
}

static bool is_first_of(const psutil_suser_list *users, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(users->items[i].name, users->items[index].name) == 0)
            return false;
    return true;
}

/* Everybody once, however many sessions. */
static void draw_users(struct page *page, const struct overview *overview)
{
    const psutil_suser_list *users = overview->users;
    size_t people = 0;
    char names[512] = "";
    char text[600];
    for (size_t i = 0; i < users->len; i++) {
        size_t used = strlen(names);
        if (is_first_of(users, i) && people++ < USERS_MAX)
            snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                     users->items[i].name);
    }
    if (people == 0)
        snprintf(text, sizeof text, "no users");
    else
        snprintf(text, sizeof text, "%zu %s: %s%s", people, people == 1 ? "user" : "users", names,
                 people > USERS_MAX ? ", ..." : "");
    overview_fact(page, STYLE_PLAIN, text);
}

static void draw_system(struct page *page, const struct overview *overview)
{
    static const enum part parts[] = {PART_BOOT_TIME, PART_LOAD, PART_USERS};
    if (!overview_any(overview, parts, sizeof parts / sizeof *parts))
        return;
    overview_heading(page, "SYSTEM");
    if (overview_has(page, overview, PART_BOOT_TIME))
        draw_uptime(page, overview);
    if (overview_has(page, overview, PART_LOAD))
        draw_load(page, overview);
    if (overview_has(page, overview, PART_USERS))
        draw_users(page, overview);
    overview_finish(page);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void amount_fact(struct page *page, int64_t bytes, const char *what)
{
    char text[160];
    if (bytes == PSUTIL_UNKNOWN)
        return;
    snprintf(text, sizeof text, "%s %s", human_bytes(bytes).text, what);
    if (display_width(text, page->term.utf8) + 2 > page_room(page))
        return;
    page_put(page, STYLE_DIM, "  ");
    page_put(page, STYLE_DIM, text);
}

static void draw_memory(struct page *page, const struct overview *overview)
{
    const psutil_svmem *memory = &overview->memory;
    bool known = memory->available != PSUTIL_UNKNOWN && memory->total != PSUTIL_UNKNOWN;
    overview_meter(page, "memory", LABEL_MIN, memory->percent, page_level(memory->percent));
    overview_amount(page, known ? memory->total - memory->available : memory->used, memory->total);
    amount_fact(page, memory->available, "available");
    amount_fact(page, memory->cached, "cached");
    amount_fact(page, memory->buffers, "buffers");
    amount_fact(page, memory->shared, "shared");
    page_end(page);
}

static void draw_swap(struct page *page, const struct overview *overview)
{
    const psutil_sswap *swap = &overview->swap;
    if (swap->total == 0) {
        page_to(page, 1);
        page_left(page, STYLE_NAME, "swap", LABEL_MIN + 1);
        page_put(page, STYLE_DIM, "none");
    } else {
        overview_meter(page, "swap", LABEL_MIN, swap->percent, page_level(swap->percent));
        overview_amount(page, swap->used, swap->total);
    }
    page_end(page);
}

static void draw_memories(struct page *page, const struct overview *overview)
{
    static const enum part parts[] = {PART_MEMORY, PART_SWAP};
    if (!overview_any(overview, parts, 2))
        return;
    overview_heading(page, "MEMORY");
    page_end(page);
    if (overview_has(page, overview, PART_MEMORY))
        draw_memory(page, overview);
    if (overview_has(page, overview, PART_SWAP))
        draw_swap(page, overview);
}

void overview_draw(struct page *page, const struct overview *overview)
{
    draw_system(page, overview);
    overview_draw_cpu(page, overview);
    draw_memories(page, overview);
    overview_draw_disks(page, overview);
    overview_draw_network(page, overview);
    overview_draw_sensors(page, overview);
    overview_draw_processes(page, overview);
}
