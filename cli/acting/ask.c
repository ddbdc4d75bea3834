#include "ask.h"

#include "platform.h"
#include "table/table.h"

#include <ctype.h>
#include <string.h>

/* So many are shown, that the question stays on the screen. */
enum { SHOWN_MAX = 15 };

static void add_list(struct buffer *out, const struct selected *selected, const struct cli *cli)
{
    static const char *const names[] = {"pid", "user", "command"};
    struct table table = {.cli = cli, .listing = &process_listing, .header = true, .cut = true};
    struct rows rows = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (column_find(&table.columns[table.len], table.listing, names[i], strlen(names[i])) ==
            COLUMN_FOUND)
            table.len++;
    table.term = term_look(false);
    for (size_t i = 0; i < selected->len && i < SHOWN_MAX; i++)
        rows_add(&rows, selected->rows[i]);
    table_write_text(out, &table, &rows);
    if (selected->len > SHOWN_MAX)
        buffer_addf(out, "and %zu more\n", selected->len - SHOWN_MAX);
    out->failed |= rows.failed;
    rows_free(&rows);
}

static bool is_yes(const char *answer)
{
    char word[8] = {0};
    size_t len = 0;
    for (; *answer && len + 1 < sizeof word; answer++)
        if (!isspace((unsigned char)*answer))
            word[len++] = (char)tolower((unsigned char)*answer);
    return !*answer && (strcmp(word, "y") == 0 || strcmp(word, "yes") == 0);
}

static int ask_terminal(const char *task, const struct selected *selected, const struct cli *cli)
{
    char answer[32];
    struct buffer out = {0};
    add_list(&out, selected, cli);
    buffer_add_safe(&out, task, strlen(task));
    buffer_addf(&out, " these %zu processes? [y/N] ", selected->len);
    bool failed = out.failed;
    bool asked = !failed && platform_ask(out.data, out.len, answer, sizeof answer);
    buffer_free(&out);
    if (failed)
        return cli_error("out of memory");
    if (!asked)
        return cli_error("%zu processes match, and there is no terminal to ask on: "
                         "--yes does it unasked, --dry-run shows what would be done",
                         selected->len);
    return is_yes(answer) ? CLI_DONE : cli_error("nothing was done");
}

int ask(const char *task, const struct selected *selected, const struct cli *cli)
{
    if (selected->named || selected->len < 2 || options_get(&cli->options, "yes"))
        return CLI_DONE;
    return ask_terminal(task, selected, cli);
}
