#include "watch.h"

#include "platform.h"
#include "table/filter.h"
#include "table/table.h"

const struct option watch_options[] = {
    {"watch", "[SECONDS]", "again every 2 seconds, or so many, until Ctrl-C", 'w'},
    {NULL, NULL, NULL, 0},
};

#define SECONDS_DEFAULT 2.0
#define SECONDS_LEAST 0.05
#define SECONDS_MOST 86400.0

bool watch_is_on(const struct cli *cli)
{
    return options_get(&cli->options, "watch") != NULL;
}

static int read_seconds(double *out, const char *name, const char *text)
{
    if (!text || !*text)
        return CLI_DONE;
    if (!filter_number(out, text, PSUTIL_UNIT_SECONDS) || *out < SECONDS_LEAST ||
        *out > SECONDS_MOST)
        return cli_usage("--%s needs seconds from 0.05 to 86400, not %s", name, text);
    return CLI_DONE;
}

int watch_seconds(double *out, const struct cli *cli)
{
    *out = SECONDS_DEFAULT;
    return read_seconds(out, "watch", options_get(&cli->options, "watch"));
}

/* Home, and clears from there: what was scrolled away stays. */
static int clear_screen(const struct cli *cli)
{
    struct buffer out = {0};
    if (!cli->terminal)
        return CLI_DONE;
    buffer_add_text(&out, "\033[H\033[J");
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

int watch(const struct cli *cli, int (*show)(void *user), void *user)
{
    double seconds;
    int status = watch_seconds(&seconds, cli);
    if (status != CLI_DONE || !watch_is_on(cli))
        return status == CLI_DONE ? show(user) : status;
    platform_catch_interrupt();
    do {
        status = clear_screen(cli);
        if (status == CLI_DONE)
            status = show(user);
    } while (status == CLI_DONE && platform_sleep(seconds));
    return status;
}

struct watched {
    struct table table;
    int (*show)(const struct table *table);
};

static int show_watched(void *user)
{
    const struct watched *watched = user;
    return watched->show(&watched->table);
}

int watch_listing(const struct cli *cli, int (*show)(const struct table *table))
{
    struct watched watched = {.show = show};
    if (cli->words_len > 0)
        return cli_usage("%s takes no arguments", cli->command->name);
    int status = table_open(&watched.table, cli);
    if (status == CLI_DONE)
        status = watch(cli, show_watched, &watched);
    table_close(&watched.table);
    return status;
}

static int rate_seconds(double *out, const struct cli *cli)
{
    const char *text = options_get(&cli->options, "interval");
    if (watch_is_on(cli) && !text)
        return watch_seconds(out, cli);
    *out = 1;
    return read_seconds(out, "interval", text);
}

/* What was asked for, but for the time that looking took. */
static bool sleep_until(double moment)
{
    double left = moment - platform_clock();
    return platform_sleep(left > 0 ? left : 0);
}

int watch_rates(const struct cli *cli, const struct watch_rates *calls, void *user)
{
    double seconds;
    int status = rate_seconds(&seconds, cli);
    if (watch_is_on(cli))
        platform_catch_interrupt();
    double before = platform_clock();
    if (status == CLI_DONE)
        status = calls->look(user);
    while (status == CLI_DONE && sleep_until(before + seconds)) {
        double now = platform_clock();
        status = calls->look(user);
        if (status == CLI_DONE && watch_is_on(cli))
            status = clear_screen(cli);
        if (status == CLI_DONE)
            status = calls->show(user, now - before);
        before = now;
        if (!watch_is_on(cli))
            break;
    }
    return status;
}
