/* The lists of the page about one process: limits, threads, files, sockets, mappings, variables. */
#include "info/info.h"
#include "text/human.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2 };

/* "FILES 12", or the reason why there is no such list. */
static bool start(struct info *info, const char *title, size_t field, size_t len)
{
    char text[64];
    bool known = info_has(info, field);
    if (known && len == 0)
        return false;
    snprintf(text, sizeof text, known ? "%s  %zu" : "%s", title, len);
    info_section(info, text);
    return !info_refused(info, "refused", field);
}

/* ---- Limits -------------------------------------------------------------------------------------
 */

static bool is_bytes(int64_t resource)
{
    return resource == PSUTIL_RLIMIT_FSIZE || resource == PSUTIL_RLIMIT_DATA ||
           resource == PSUTIL_RLIMIT_STACK || resource == PSUTIL_RLIMIT_CORE ||
           resource == PSUTIL_RLIMIT_RSS || resource == PSUTIL_RLIMIT_MEMLOCK ||
           resource == PSUTIL_RLIMIT_AS || resource == PSUTIL_RLIMIT_MSGQUEUE;
}

static struct human limit_text(int64_t resource, int64_t limit)
{
    struct human human;
    if (limit == PSUTIL_RLIM_INFINITY)
        snprintf(human.text, sizeof human.text, "unlimited");
    else if (limit != PSUTIL_UNKNOWN && is_bytes(resource))
        human = human_bytes(limit);
    else
        snprintf(human.text, sizeof human.text, "%" PRId64, limit);
    return human;
}

/* Of those that limit anything: the one in force, and how far the process may raise it. */
static void draw_limits(struct info *info)
{
    const psutil_prlimit_list *list = info->fields->rlimit;
    const psutil_enum_value *names = psutil_record_find("prlimit")->key->values;
    if (!start(info, "LIMITS", PSUTIL_FIELD_RLIMIT, list ? list->len : 0))
        return;
    for (size_t i = 0; i < list->len; i++) {
        const psutil_prlimit *limit = &list->items[i];
        const char *name = psutil_enum_name(names, limit->resource);
        if (!info->all && limit->soft == PSUTIL_RLIM_INFINITY)
            continue;
        page_to(&info->page, INDENT);
        page_left(&info->page, STYLE_NAME, name ? name : "?", 18);
        page_right(&info->page, STYLE_PLAIN, limit_text(limit->resource, limit->soft).text, 12);
        page_put(&info->page, STYLE_DIM, "  of ");
        page_put(&info->page, STYLE_DIM, limit_text(limit->resource, limit->hard).text);
        page_end(&info->page);
    }
}

/* ---- Threads ------------------------------------------------------------------------------------
 */

static int compare_threads(const void *left, const void *right)
{
    const psutil_pthread *a = left, *b = right;
    double time_a = a->user_time + a->system_time, time_b = b->user_time + b->system_time;
    if (time_a != time_b)
        return time_a < time_b ? 1 : -1;
    return (a->id > b->id) - (a->id < b->id);
}

/* Those that have worked most, first. */
static void draw_threads(struct info *info)
{
    const psutil_pthread_list *list = info->fields->threads;
    char id[32];
    if (!start(info, "THREADS", PSUTIL_FIELD_THREADS, list ? list->len : 0))
        return;
    qsort(list->items, list->len, sizeof *list->items, compare_threads);
    for (size_t i = 0; i < info_shown(info, list->len); i++) {
        snprintf(id, sizeof id, "%" PRId64, list->items[i].id);
        page_to(&info->page, INDENT);
        page_right(&info->page, STYLE_NAME, id, 10);
        page_put(&info->page, STYLE_DIM, "  user ");
        page_right(&info->page, STYLE_PLAIN, human_cpu_time(list->items[i].user_time).text, 9);
        page_put(&info->page, STYLE_DIM, "  system ");
        page_right(&info->page, STYLE_PLAIN, human_cpu_time(list->items[i].system_time).text, 9);
        page_end(&info->page);
    }
    info_more(info, list->len);
}

/* ---- Files and sockets --------------------------------------------------------------------------
 */

static void draw_files(struct info *info)
{
    const psutil_popenfile_list *list = info->fields->open_files;
    char fd[32];
    if (!start(info, "FILES", PSUTIL_FIELD_OPEN_FILES, list ? list->len : 0))
        return;
    for (size_t i = 0; i < info_shown(info, list->len); i++) {
        const psutil_popenfile *file = &list->items[i];
        snprintf(fd, sizeof fd, "%" PRId64, file->fd);
        page_to(&info->page, INDENT);
        page_right(&info->page, STYLE_NAME, fd, 6);
        page_to(&info->page, INDENT + 8);
        page_left(&info->page, STYLE_DIM, file->mode ? file->mode : "-", 4);
        page_put(&info->page, STYLE_PLAIN, file->path ? file->path : "-");
        page_end(&info->page);
    }
    info_more(info, list->len);
}

static void put_end(struct info *info, const psutil_addr *end)
{
    char text[160];
    bool v6 = end->ip && strchr(end->ip, ':');
    if (end->ip)
        snprintf(text, sizeof text, v6 ? "[%s]:%" PRId64 : "%s:%" PRId64, end->ip, end->port);
    else
        snprintf(text, sizeof text, "-");
    page_put(&info->page, STYLE_PLAIN, text);
}

static void draw_sockets(struct info *info)
{
    const psutil_sconn_list *list = info->fields->net_connections;
    const psutil_enum_value *states = psutil_record_find("sconn")->fields[5].values;
    char fd[32];
    if (!start(info, "SOCKETS", PSUTIL_FIELD_NET_CONNECTIONS, list ? list->len : 0))
        return;
    for (size_t i = 0; i < info_shown(info, list->len); i++) {
        const psutil_sconn *conn = &list->items[i];
        const char *state = psutil_enum_name(states, conn->status);
        bool tcp = conn->type == PSUTIL_SOCK_STREAM;
        snprintf(fd, sizeof fd, "%" PRId64, conn->fd);
        page_to(&info->page, INDENT);
        page_right(&info->page, STYLE_NAME, fd, 6);
        page_to(&info->page, INDENT + 8);
        page_left(&info->page, STYLE_DIM, tcp ? "tcp" : "udp", 4);
        page_left(&info->page, STYLE_PLAIN, tcp && state ? state : "", 12);
        put_end(info, &conn->laddr);
        page_put(&info->page, STYLE_DIM, conn->raddr.ip ? " to " : "");
        if (conn->raddr.ip)
            put_end(info, &conn->raddr);
        page_end(&info->page);
    }
    info_more(info, list->len);
}

/* ---- Mappings and variables ---------------------------------------------------------------------
 */

static int compare_maps(const void *left, const void *right)
{
    const psutil_pmmap *a = left, *b = right;
    return (a->rss < b->rss) - (a->rss > b->rss);
}

/* Those that take most, first. */
static void draw_maps(struct info *info)
{
    const psutil_pmmap_list *list = info->fields->memory_maps;
    if (!start(info, "MAPPINGS", PSUTIL_FIELD_MEMORY_MAPS, list ? list->len : 0))
        return;
    qsort(list->items, list->len, sizeof *list->items, compare_maps);
    for (size_t i = 0; i < info_shown(info, list->len); i++) {
        page_to(&info->page, INDENT);
        page_right(&info->page, STYLE_PLAIN, human_bytes_short(list->items[i].rss).text, 6);
        page_put(&info->page, STYLE_DIM, " of ");
        page_right(&info->page, STYLE_DIM, human_bytes_short(list->items[i].size).text, 6);
        page_put(&info->page, STYLE_PLAIN, "  ");
        page_put(&info->page, STYLE_PLAIN, list->items[i].path ? list->items[i].path : "-");
        page_end(&info->page);
    }
    info_more(info, list->len);
}

/* What may hold secrets is shown only where it is asked for. */
static void draw_variables(struct info *info)
{
    const psutil_string_list *list = info->fields->environ;
    if (!start(info, "ENVIRONMENT", PSUTIL_FIELD_ENVIRON, list ? list->len : 0))
        return;
    for (size_t i = 0; info->all && i < list->len; i++) {
        page_to(&info->page, INDENT);
        page_put(&info->page, STYLE_PLAIN, list->items[i]);
        page_end(&info->page);
    }
    if (info->all)
        return;
    page_to(&info->page, INDENT);
    page_put(&info->page, STYLE_DIM, "variables, which may hold secrets: --all");
    page_end(&info->page);
}

void info_draw_lists(struct info *info)
{
    draw_limits(info);
    draw_threads(info);
    draw_files(info);
    draw_sockets(info);
    draw_maps(info);
    draw_variables(info);
}
