#include "io/rates.h"

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

static int look(void *user)
{
    struct moments *moments = user;
    psutil_free(moments->before);
    moments->before = moments->now;
    moments->now = NULL;
    int rc = moments->nowrap ? 0 : psutil_nowrap_open(&moments->nowrap, moments->cli->ctx);
    if (rc == 0)
        rc = moments->rates->read(&moments->now, moments->cli->ctx, moments->nowrap);
    return rc == 0 ? CLI_DONE : cli_failed(moments->cli, rc);
}

static void take(union rates_counters *out, const struct moments *moments, const void *list,
                 size_t index)
{
    const struct any_list *any = list;
    memcpy(out, any->items + index * moments->rates->size, moments->rates->size);
}

static bool find(union rates_counters *out, const struct moments *moments, const void *list,
                 const char *name)
{
    for (size_t i = 0; i < ((const struct any_list *)list)->len; i++) {
        take(out, moments, list, i);
        if (strcmp(out->name, name) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct moments *moments, const union rates_counters *now)
{
    const struct cli *cli = moments->cli;
    bool named = cli->words_len == 0;
    for (size_t i = 0; i < cli->words_len; i++)
        named |= strcmp(cli->words[i], now->name) == 0;
    return named && (cli->words_len > 0 || moments->all || moments->rates->used(now));
}

static int check_found(const struct moments *moments)
{
    const struct cli *cli = moments->cli;
    union rates_counters now;
    int status = CLI_DONE;
    for (size_t i = 0; moments->rates->missing && i < cli->words_len; i++)
        if (!find(&now, moments, moments->now, cli->words[i]))
            status = cli_error("no %s is called %s", moments->rates->missing, cli->words[i]);
    return status;
}

static int show(void *user, double seconds)
{
    struct moments *moments = user;
    size_t len = ((const struct any_list *)moments->now)->len;
    struct rows rows = {0};
    struct rates_row *items = calloc(len + 1, sizeof *items);
    if (!items)
        return cli_error("out of memory");
    for (size_t i = 0; i < len; i++) {
        take(&items[i].now, moments, moments->now, i);
        items[i].seconds = seconds;
        if (find(&items[i].before, moments, moments->before, items[i].now.name) &&
            is_wanted(moments, &items[i].now))
            rows_add(&rows, &items[i]);
    }
    int missing = check_found(moments);
    int status =
        missing == CLI_DONE || rows.len > 0 ? table_show(&moments->table, &rows) : CLI_DONE;
    rows_free(&rows);
    free(items);
    return status == CLI_DONE ? missing : status;
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
