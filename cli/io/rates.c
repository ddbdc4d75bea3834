#include "io/rates.h"

#include "text/by_name.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

/* ---- Columns ----------------------------------------------------------------------------------
 */

bool rates_difference(double *out, int64_t before, int64_t now)
{
    bool known = before != PSUTIL_UNKNOWN && now != PSUTIL_UNKNOWN;
    *out = known ? (double)(now - before) : 0;
    return known;
}

void rates_set(struct cell *out, int64_t before, int64_t now, double seconds)
{
    double done;
    if (rates_difference(&done, before, now) && seconds > 0)
        cell_set_double(out, done / seconds);
}

void rates_derive_name(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct rates_row *)row)->now.name);
}

/* ---- Two moments ------------------------------------------------------------------------------
 */

/* Every public list begins like this. */
struct any_list {
    size_t len;
    const char *items;
};

struct moments {
    const struct rates *rates;
    const struct cli *cli;
    struct table table;
    psutil_nowrap *nowrap;
    void *before, *now; /* lists; NULL at first */
    bool all;
};

static void take(union rates_counters *out, const struct moments *moments, const void *list,
                 size_t index)
{
    const struct any_list *any = list;
    memcpy(out, any->items + index * moments->rates->size, moments->rates->size);
}

static bool open_names(struct by_name *out, const struct moments *moments, const void *list)
{
    const struct any_list *any = list;
    return by_name_open(out, any->items, any->len, moments->rates->size);
}

static bool is_wanted(const struct moments *moments, const union rates_counters *now)
{
    const struct cli *cli = moments->cli;
    bool named = cli->words_len == 0;
    for (size_t i = 0; i < cli->words_len; i++)
        named |= strcmp(cli->words[i], now->name) == 0;
    return named && (cli->words_len > 0 || moments->all || moments->rates->used(now));
}

/* Who is not there, counted, and with `say` told of. */
static size_t count_missing(const struct moments *moments, const struct by_name *names, bool say)
{
    const struct cli *cli = moments->cli;
    const struct rates *rates = moments->rates;
    const struct any_list *now = moments->now;
    size_t missing = 0;
    for (size_t i = 0; i < cli->words_len; i++) {
        if (by_name_first(names, cli->words[i]) != SIZE_MAX)
            continue;
        missing++;
        if (say)
            cli_no_such(rates->what, cli->words[i], now->items, now->len, rates->size,
                        rates->lister);
    }
    return missing;
}

/* Nobody waits for a second moment when there is nothing to show of it. */
static int check_any(const struct moments *moments)
{
    struct by_name names;
    size_t named = moments->cli->words_len;
    if (named == 0)
        return CLI_DONE;
    if (!open_names(&names, moments, moments->now))
        return cli_error("out of memory");
    bool none = count_missing(moments, &names, false) == named;
    if (none)
        count_missing(moments, &names, true);
    by_name_close(&names);
    return none ? CLI_FAILED : CLI_DONE;
}

static int look(void *user)
{
    struct moments *moments = user;
    psutil_free(moments->before);
    moments->before = moments->now;
    moments->now = NULL;
    int rc = moments->nowrap ? 0 : psutil_nowrap_open(&moments->nowrap, moments->cli->ctx);
    if (rc == 0)
        rc = moments->rates->read(&moments->now, moments->cli->ctx, moments->nowrap);
    if (rc != 0)
        return cli_failed(moments->cli, rc);
    return moments->before ? CLI_DONE : check_any(moments);
}

static void add_rows(struct rows *rows, struct rates_row *items, const struct moments *moments,
                     const struct by_name *before)
{
    for (size_t i = 0; i < ((const struct any_list *)moments->now)->len; i++) {
        struct rates_row *row = &items[i];
        take(&row->now, moments, moments->now, i);
        size_t earlier = by_name_first(before, row->now.name);
        if (earlier == SIZE_MAX || !is_wanted(moments, &row->now))
            continue;
        take(&row->before, moments, moments->before, earlier);
        rows_add(rows, row);
    }
}

static int show_rows(const struct moments *moments, struct rates_row *items,
                     const struct by_name *before, const struct by_name *now)
{
    struct rows rows = {0};
    add_rows(&rows, items, moments, before);
    size_t missing = count_missing(moments, now, true);
    int status = missing == 0 || rows.len > 0 ? table_show(&moments->table, &rows) : CLI_DONE;
    rows_free(&rows);
    return status == CLI_DONE && missing > 0 ? CLI_FAILED : status;
}

static int show(void *user, double seconds)
{
    struct moments *moments = user;
    size_t len = ((const struct any_list *)moments->now)->len;
    struct by_name before = {0}, now = {0};
    struct rates_row *items = calloc(len + 1, sizeof *items);
    for (size_t i = 0; items && i < len; i++)
        items[i].seconds = seconds;
    bool okay = items && open_names(&before, moments, moments->before) &&
                open_names(&now, moments, moments->now);
    int status = okay ? show_rows(moments, items, &before, &now) : cli_error("out of memory");
    by_name_close(&before);
    by_name_close(&now);
    free(items);
    return status;
}

int rates_run(const struct rates *rates, const struct cli *cli)
{
    static const struct watch_rates calls = {look, show};
    struct moments moments = {
        .rates = rates, .cli = cli, .all = options_get(&cli->options, "all") != NULL};
    int status = table_open(&moments.table, cli);
    if (status == CLI_DONE)
        status = watch_rates(cli, &calls, &moments);
    psutil_free(moments.before);
    psutil_free(moments.now);
    psutil_nowrap_close(moments.nowrap);
    table_close(&moments.table);
    return status;
}
