/* Sensors of the overview: a line for each chip, and the battery. */
#include "overview.h"

#include "text/display.h"
#include "text/human.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CELSIUS " \xc2\xb0\x43" /* U+00B0, then C */

/* Puts a sensor's reading, behind the chip's name when it is the chip's first. */
static void draw_reading(struct page *page, const char *chip, size_t width, bool first,
                         enum style style, const char *text)
{
    if (first) {
        overview_finish(page);
        page_to(page, 1);
        page_left(page, STYLE_NAME, chip, width);
    }
    page_item(page, style, text, "  ", 1 + width + 1);
}

static enum style heat(const psutil_shwtemp *sensor)
{
    if (sensor->current >= sensor->critical)
        return STYLE_BAD;
    return sensor->current >= sensor->high ? STYLE_WARN : STYLE_PLAIN;
}

static void draw_temperatures(struct page *page, const psutil_shwtemp_list *list, size_t width)
{
    for (size_t i = 0; i < list->len; i++) {
        const psutil_shwtemp *sensor = &list->items[i];
        bool first = i == 0 || strcmp(list->items[i - 1].chip, sensor->chip) != 0;
        char text[256];
        if (isnan(sensor->current))
            continue;
        snprintf(text, sizeof text, "%s%s%s%s", sensor->label, *sensor->label ? " " : "",
                 human_degrees(sensor->current).text, page->term.utf8 ? CELSIUS : " C");
        draw_reading(page, sensor->chip, width, first || page->column == 0, heat(sensor), text);
    }
    overview_finish(page);
}

static void draw_fans(struct page *page, const psutil_sfan_list *list, size_t width)
{
    for (size_t i = 0; i < list->len; i++) {
        const psutil_sfan *fan = &list->items[i];
        bool first = i == 0 || strcmp(list->items[i - 1].chip, fan->chip) != 0;
        char text[256];
        if (fan->current == PSUTIL_UNKNOWN)
            continue;
        snprintf(text, sizeof text, "%s%s%lld rpm", fan->label, *fan->label ? " " : "",
                 (long long)fan->current);
        draw_reading(page, fan->chip, width, first || page->column == 0, STYLE_PLAIN, text);
    }
    overview_finish(page);
}

/* Here little is alarming, not much. */
static enum style charge(double percent)
{
    if (isnan(percent))
        return STYLE_DIM;
    if (percent <= 10)
        return STYLE_BAD;
    return percent <= 25 ? STYLE_WARN : STYLE_GOOD;
}

static void draw_battery(struct page *page, const psutil_sbattery *battery, size_t width)
{
    char text[160] = "";
    overview_meter(page, "battery", width, battery->percent, charge(battery->percent));
    if (battery->power_plugged == 1)
        snprintf(text, sizeof text, "plugged in");
    else if (battery->secsleft >= 0)
        snprintf(text, sizeof text, "%s left", human_duration((double)battery->secsleft).text);
    else if (battery->power_plugged == 0)
        snprintf(text, sizeof text, "discharging");
    page_put(page, STYLE_PLAIN, text);
    page_end(page);
}

static bool has_temperatures(const struct overview *overview)
{
    return overview->parts[PART_TEMPERATURES].code == 0 && overview->temperatures->len > 0;
}

static bool has_fans(const struct overview *overview)
{
    return overview->parts[PART_FANS].code == 0 && overview->fans->len > 0;
}

/* An empty list is as good as no sensors: then there is nothing to tell but failures. */
static bool has_sensors(const struct overview *overview)
{
    static const enum part parts[] = {PART_TEMPERATURES, PART_FANS, PART_BATTERY};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int code = overview->parts[parts[i]].code;
        if (code != 0 && code != PSUTIL_ENOTSUP)
            return true;
    }
    return has_temperatures(overview) || has_fans(overview) ||
           overview->parts[PART_BATTERY].code == 0;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t longest_chip(const struct page *page, const struct overview *overview)
{
    size_t longest = 0;
    for (size_t i = 0; has_temperatures(overview) && i < overview->temperatures->len; i++)
        longest =
            larger(longest, display_width(overview->temperatures->items[i].chip, page->term.utf8));
    for (size_t i = 0; has_fans(overview) && i < overview->fans->len; i++)
        longest = larger(longest, display_width(overview->fans->items[i].chip, page->term.utf8));
    return longest;
}

void overview_draw_sensors(struct page *page, const struct overview *overview)
{
    if (!has_sensors(overview))
        return;
    size_t width = overview_label_width(page, longest_chip(page, overview));
    overview_heading(page, "SENSORS");
    page_end(page);
    if (overview_has(page, overview, PART_TEMPERATURES))
        draw_temperatures(page, overview->temperatures, width);
    if (overview_has(page, overview, PART_FANS))
        draw_fans(page, overview->fans, width);
    if (overview_has(page, overview, PART_BATTERY))
        draw_battery(page, &overview->battery, width);
}
