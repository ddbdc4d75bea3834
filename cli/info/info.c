/* The figures of the page about one process. */
#include "info/info.h"

#include "acting/cpus.h"
#include "platform.h"
#include "text/human.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 14, BAR = 20 };

bool info_has(const struct info *info, size_t field)
{
    return info->fields->result[field] == 0;
}

void info_section(struct info *info, const char *title)
{
    page_end(&info->page);
    page_put(&info->page, STYLE_TITLE, title);
    page_end(&info->page);
}

void info_label(struct info *info, const char *label)
{
    page_to(&info->page, 2);
    page_left(&info->page, STYLE_NAME, label, LABEL - 2);
    page_to(&info->page, LABEL);
}

void info_line(struct info *info, const char *label, const char *text)
{
    info_label(info, label);
    page_put(&info->page, STYLE_PLAIN, text ? text : "-");
    page_end(&info->page);
}

void info_fact(struct info *info, const char *name, const char *text)
{
    char fact[256];
    snprintf(fact, sizeof fact, "%s %s", name, text);
    page_item(&info->page, STYLE_PLAIN, fact, ", ", LABEL);
}

bool info_refused(struct info *info, const char *label, size_t field)
{
    int code = info->fields->result[field];
    if (code == 0)
        return false;
    if (code == PSUTIL_NOT_ASKED) /* no such field on this system */
        return true;
    info_label(info, label);
    page_put(&info->page, STYLE_DIM, psutil_error_text(code));
    page_end(&info->page);
    return true;
}

size_t info_shown(const struct info *info, size_t len)
{
    return info->all || len <= INFO_LINES ? len : INFO_LINES;
}

void info_more(struct info *info, size_t len)
{
    char text[64];
    size_t shown = info_shown(info, len);
    if (shown == len)
        return;
    snprintf(text, sizeof text, "and %zu more: --all", len - shown);
    page_to(&info->page, 2);
    page_put(&info->page, STYLE_DIM, text);
    page_end(&info->page);
}

/* ---- What it is -------------------------------------------------------------------------------
 */

static void add_moment(char *text, size_t size, double moment)
{
    struct tm local;
    if (!platform_local_time(&local, (time_t)moment))
        snprintf(text, size, "-");
    else
        snprintf(text, size, "%04d-%02d-%02d %02d:%02d:%02d", local.tm_year + 1900,
                 local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
}

static void draw_title(struct info *info)
{
    const psutil_record *record = psutil_record_find("process");
    const char *status =
        psutil_enum_name(record->fields[PSUTIL_FIELD_STATUS].values, info->fields->status);
    char pid[64];
    page_put(&info->page, STYLE_TITLE,
             info_has(info, PSUTIL_FIELD_NAME) && info->fields->name ? info->fields->name : "?");
    snprintf(pid, sizeof pid, "  pid %" PRId64, info->fields->pid);
    page_put(&info->page, STYLE_PLAIN, pid);
    if (info_has(info, PSUTIL_FIELD_STATUS) && status) {
        page_put(&info->page, STYLE_DIM, "  ");
        page_put(&info->page, info->fields->status == PSUTIL_STATUS_ZOMBIE ? STYLE_BAD : STYLE_GOOD,
                 status);
    }
    page_end(&info->page);
}

/* Wrapped at words, as long as it is. */
static void draw_command(struct info *info)
{
    const psutil_string_list *words = info->fields->cmdline;
    if (info_refused(info, "command", PSUTIL_FIELD_CMDLINE))
        return;
    info_label(info, "command");
    for (size_t i = 0; words && i < words->len; i++)
        page_item(&info->page, STYLE_PLAIN, *words->items[i] ? words->items[i] : "''", " ", LABEL);
    if (!words || words->len == 0)
        page_put(&info->page, STYLE_DIM, "none");
    page_end(&info->page);
}

static void draw_user(struct info *info)
{
    const psutil_process_info *fields = info->fields;
    char text[160];
    info_label(info, "user");
    page_put(&info->page, STYLE_PLAIN,
             info_has(info, PSUTIL_FIELD_USERNAME) && fields->username ? fields->username : "-");
    if (info_has(info, PSUTIL_FIELD_UIDS)) {
        snprintf(text, sizeof text, "%" PRId64 "/%" PRId64 "/%" PRId64, fields->uids.real,
                 fields->uids.effective, fields->uids.saved);
        info_fact(info, "uid", text);
    }
    if (info_has(info, PSUTIL_FIELD_GIDS)) {
        snprintf(text, sizeof text, "%" PRId64 "/%" PRId64 "/%" PRId64, fields->gids.real,
                 fields->gids.effective, fields->gids.saved);
        info_fact(info, "gid", text);
    }
    page_end(&info->page);
}

static void draw_start(struct info *info)
{
    char text[64];
    if (info_refused(info, "started", PSUTIL_FIELD_CREATE_TIME))
        return;
    add_moment(text, sizeof text, info->fields->create_time);
    info_label(info, "started");
    page_put(&info->page, STYLE_PLAIN, text);
    if (cli_is_live(info->cli))
        info_fact(info, "running for",
                  human_duration(fmax(0, platform_now() - info->fields->create_time)).text);
    page_end(&info->page);
}

static void draw_relative(struct info *info, psutil_process *process)
{
    char pid[32], *name;
    snprintf(pid, sizeof pid, " %" PRId64, psutil_process_pid(process));
    if (psutil_process_name(&name, process) != 0)
        name = NULL;
    page_item(&info->page, STYLE_PLAIN, name ? name : "?", "  ", LABEL);
    page_put(&info->page, STYLE_DIM, pid);
    psutil_free(name);
}

static void draw_relatives(struct info *info, const char *label, const psutil_process_list *list)
{
    if (!list || list->len == 0)
        return;
    info_label(info, label);
    for (size_t i = 0; i < info_shown(info, list->len); i++)
        draw_relative(info, list->items[i]);
    page_end(&info->page);
    info_more(info, list->len);
}

static void draw_identity(struct info *info)
{
    draw_title(info);
    page_end(&info->page);
    draw_command(info);
    if (!info_refused(info, "program", PSUTIL_FIELD_EXE))
        info_line(info, "program", *info->fields->exe ? info->fields->exe : NULL);
    if (!info_refused(info, "folder", PSUTIL_FIELD_CWD))
        info_line(info, "folder", info->fields->cwd);
    draw_user(info);
    if (!info_refused(info, "terminal", PSUTIL_FIELD_TERMINAL))
        info_line(info, "terminal", info->fields->terminal);
    draw_start(info);
    draw_relatives(info, "parents", info->parents);
    draw_relatives(info, "children", info->children);
}

/* ---- CPU ----------------------------------------------------------------------------------------
 */

static void draw_share(struct info *info, const char *label, double percent)
{
    char text[80];
    info_label(info, label);
    snprintf(text, sizeof text, "%6s ", human_percent(percent).text);
    page_put(&info->page, page_level(percent), text);
    page_bar(&info->page, percent, BAR, page_level(percent));
}

static void draw_times(struct info *info)
{
    const psutil_pcputimes *times = &info->fields->cpu_times;
    if (info_refused(info, "time", PSUTIL_FIELD_CPU_TIMES))
        return;
    info_label(info, "time");
    info_fact(info, "user", human_cpu_time(times->user).text);
    info_fact(info, "system", human_cpu_time(times->system).text);
    info_fact(info, "children", human_cpu_time(times->children_user + times->children_system).text);
    if (!isnan(times->iowait))
        info_fact(info, "waiting for I/O", human_cpu_time(times->iowait).text);
    page_end(&info->page);
}

static void fact_of_int(struct info *info, const char *name, size_t field, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    if (info_has(info, field) && value != PSUTIL_UNKNOWN)
        info_fact(info, name, text);
}

static void draw_priority(struct info *info)
{
    const psutil_record *record = psutil_record_find("pionice");
    const psutil_pionice *io = &info->fields->ionice;
    info_label(info, "priority");
    fact_of_int(info, "nice", PSUTIL_FIELD_NICE, info->fields->nice);
    if (info_has(info, PSUTIL_FIELD_IONICE)) {
        const char *name = psutil_enum_name(record->fields[0].values, io->ioclass);
        const char *word = name ? strrchr(name, '_') : NULL; /* "IOPRIO_CLASS_IDLE" */
        info_fact(info, "I/O class", word ? word + 1 : "-");
        fact_of_int(info, "level", PSUTIL_FIELD_IONICE, io->value);
    }
    page_end(&info->page);
}

static void draw_cpus(struct info *info)
{
    struct buffer ranges = {0};
    info_label(info, "CPUs");
    fact_of_int(info, "last on", PSUTIL_FIELD_CPU_NUM, info->fields->cpu_num);
    if (info_has(info, PSUTIL_FIELD_CPU_AFFINITY) && info->fields->cpu_affinity) {
        cpus_write(&ranges, info->fields->cpu_affinity->items, info->fields->cpu_affinity->len);
        buffer_add(&ranges, "", 1);
        info_fact(info, "may run on", ranges.failed ? "?" : ranges.data);
    }
    page_end(&info->page);
    buffer_free(&ranges);
}

static void draw_cpu(struct info *info)
{
    const psutil_process_info *fields = info->fields;
    info_section(info, "CPU");
    if (!info_refused(info, "now", PSUTIL_FIELD_CPU_PERCENT)) {
        draw_share(info, "now", fields->cpu_percent);
        page_end(&info->page);
    }
    draw_times(info);
    draw_priority(info);
    draw_cpus(info);
    info_label(info, "switches");
    fact_of_int(info, "voluntary", PSUTIL_FIELD_NUM_CTX_SWITCHES,
                fields->num_ctx_switches.voluntary);
    fact_of_int(info, "involuntary", PSUTIL_FIELD_NUM_CTX_SWITCHES,
                fields->num_ctx_switches.involuntary);
    page_end(&info->page);
}

/* ---- Memory and I/O -----------------------------------------------------------------------------
 */

static void fact_of_bytes(struct info *info, const char *name, int64_t bytes)
{
    if (bytes != PSUTIL_UNKNOWN)
        info_fact(info, name, human_bytes(bytes).text);
}

static void draw_memory(struct info *info)
{
    const psutil_process_info *fields = info->fields;
    info_section(info, "MEMORY");
    if (!info_refused(info, "share", PSUTIL_FIELD_MEMORY_PERCENT)) {
        draw_share(info, "share", fields->memory_percent);
        page_end(&info->page);
    }
    if (!info_refused(info, "resident", PSUTIL_FIELD_MEMORY_INFO)) {
        info_label(info, "resident");
        fact_of_bytes(info, "rss", fields->memory_info.rss);
        if (info_has(info, PSUTIL_FIELD_MEMORY_INFO_EX))
            fact_of_bytes(info, "at most", fields->memory_info_ex.peak_rss);
        fact_of_bytes(info, "shared", fields->memory_info.shared);
        fact_of_bytes(info, "address space", fields->memory_info.vms);
        page_end(&info->page);
    }
    if (!info_refused(info, "costs", PSUTIL_FIELD_MEMORY_FOOTPRINT)) {
        info_label(info, "costs");
        fact_of_bytes(info, "uss", fields->memory_footprint.uss);
        fact_of_bytes(info, "pss", fields->memory_footprint.pss);
        fact_of_bytes(info, "swap", fields->memory_footprint.swap);
        page_end(&info->page);
    }
    info_label(info, "faults");
    fact_of_int(info, "minor", PSUTIL_FIELD_PAGE_FAULTS, fields->page_faults.minor);
    fact_of_int(info, "major", PSUTIL_FIELD_PAGE_FAULTS, fields->page_faults.major);
    page_end(&info->page);
}

static void draw_io(struct info *info)
{
    const psutil_pio *io = &info->fields->io_counters;
    info_section(info, "I/O");
    if (info_refused(info, "refused", PSUTIL_FIELD_IO_COUNTERS))
        return;
    info_label(info, "storage");
    fact_of_bytes(info, "read", io->read_bytes);
    fact_of_bytes(info, "written", io->write_bytes);
    page_end(&info->page);
    info_label(info, "calls");
    fact_of_int(info, "reads", PSUTIL_FIELD_IO_COUNTERS, io->read_count);
    fact_of_bytes(info, "of", io->read_chars);
    fact_of_int(info, "writes", PSUTIL_FIELD_IO_COUNTERS, io->write_count);
    fact_of_bytes(info, "of", io->write_chars);
    page_end(&info->page);
}

void info_draw(struct info *info)
{
    draw_identity(info);
    draw_cpu(info);
    draw_memory(info);
    draw_io(info);
    info_draw_lists(info);
}
