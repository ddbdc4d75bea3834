#include "act.h"

#include "acting/ask.h"
#include "acting/signals.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Columns ----------------------------------------------------------------------------------
 */

void act_derive_result(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct act_row *)row)->result);
}

void act_derive_error(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct act_row *)row)->error);
}

void act_derive_before(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct act_row *)row)->before);
}

void act_derive_before_number(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, ((const struct act_row *)row)->number_before);
}

void act_derive_signal(struct cell *out, const void *row, struct buffer *scratch)
{
    char name[SIGNAL_NAME];
    int64_t number = ((const struct act_row *)row)->signal;
    if (number <= 0)
        return;
    signal_name(name, (int)number);
    buffer_add(scratch, name, strlen(name) + 1);
    cell_set_text(out, scratch->data);
}

void act_derive_exit_code(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, ((const struct act_row *)row)->exit_code);
}

char *act_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}

void act_note_before(struct act_row *row, struct buffer *text)
{
    buffer_add(text, "", 1);
    if (!text->failed)
        row->before = act_copy(text->data);
    buffer_free(text);
}

/* ---- The selection ----------------------------------------------------------------------------
 */

static int take_rows(struct act *act)
{
    const struct selected *selected = &act->selected;
    act->items = calloc(selected->len, sizeof *act->items);
    if (!act->items)
        return cli_error("out of memory");
    for (size_t i = 0; i < selected->len; i++)
        act->items[i] = (struct act_row){.process = *selected->rows[i],
                                         .handle = selected->items[i],
                                         .number_before = PSUTIL_UNKNOWN,
                                         .exit_code = PSUTIL_UNKNOWN};
    act->len = selected->len;
    return CLI_DONE;
}

/* What is missing was said; the others are there all the same. */
static int choose(struct act *act)
{
    psutil_fields fields = act->fields | table_fields(&act->table) | PSUTIL_FIELD(PID) |
                           PSUTIL_FIELD(NAME) | PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(CMDLINE) |
                           PSUTIL_FIELD(PPID);
    act->status = act->tree ? select_among_all(&act->selected, act->cli, fields)
                            : select_processes(&act->selected, act->cli, fields);
    if (act->selected.len == 0)
        return act->status;
    if ((act->task || act->alone) && !act->selected.named)
        kin_leave_out(&act->selected);
    if (act->selected.len == 0)
        return cli_error("no other process matches");
    return act->tree ? kin_add_descendants(&act->selected, act->cli) : CLI_DONE;
}

int act_open(struct act *act, const struct cli *cli)
{
    act->cli = cli;
    act->dry = options_get(&cli->options, "dry-run") != NULL;
    int status = table_open(&act->table, cli);
    if (status == CLI_DONE)
        status = choose(act);
    if (status == CLI_DONE && act->task && !act->dry)
        status = ask(act->task, &act->selected, cli);
    return status == CLI_DONE ? take_rows(act) : status;
}

void act_close(struct act *act)
{
    for (size_t i = 0; i < act->len; i++) {
        free(act->items[i].error);
        free(act->items[i].before);
        psutil_free(act->items[i].owned);
    }
    free(act->items);
    selected_close(&act->selected);
    table_close(&act->table);
}

/* ---- Results ----------------------------------------------------------------------------------
 */

bool act_may(const struct act *act, struct act_row *row)
{
    if (act->dry)
        row->result = act->would;
    return !act->dry;
}

static const char *failure(int rc)
{
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED)
        return "gone";
    if (rc == PSUTIL_EACCES)
        return "refused";
    return rc == PSUTIL_ENOTSUP ? "not supported" : "failed";
}

void act_note(struct act *act, struct act_row *row, int rc, const char *done)
{
    char text[512];
    row->result = rc == 0 ? done : failure(rc);
    if (rc == 0)
        return;
    cli_error_text(text, sizeof text, act->cli, rc);
    free(row->error);
    row->error = act_copy(text);
    row->failed = true;
}

/* Nobody else noted a reason: the table knows the code only. */
void act_note_field(struct act_row *row, int field)
{
    int rc = row->process.info.result[field];
    char text[256];
    if (rc == 0 || row->error)
        return;
    rc = rc == PSUTIL_NOT_ASKED ? PSUTIL_ENOTSUP : rc;
    snprintf(text, sizeof text, "%s: pid %" PRId64 ": %s", psutil_error_name(rc),
             row->process.info.pid, psutil_error_text(rc));
    row->result = failure(rc);
    row->error = act_copy(text);
    row->failed = true;
}

bool act_whole(int64_t *out, const char *text)
{
    char *end;
    size_t sign = *text == '-' || *text == '+';
    if (!isdigit((unsigned char)text[sign]))
        return false;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0;
}

/* A column of errors without any is not shown to people, unless they asked for it. */
static void hide_errors(struct act *act)
{
    struct table *table = &act->table;
    for (size_t i = 0; i < act->len; i++)
        if (act->items[i].error)
            return;
    if (table->format == FORMAT_TEXT && !options_get(&act->cli->options, "columns") &&
        table->len > 1 && strcmp(table->columns[table->len - 1].name, "error") == 0)
        table->len--;
}

int act_show(struct act *act)
{
    struct rows rows = {0};
    rows_add_array(&rows, act->items, act->len, sizeof *act->items);
    hide_errors(act);
    table_sort(&act->table, &rows);
    int status = table_print(&act->table, &rows);
    rows_free(&rows);
    for (size_t i = 0; i < act->len; i++)
        if (act->items[i].failed)
            act->status = CLI_FAILED;
    return status == CLI_DONE ? act->status : status;
}

int act_run(struct act *act, const struct cli *cli, void (*one)(struct act *, struct act_row *))
{
    int status = act_open(act, cli);
    if (status == CLI_DONE) {
        for (size_t i = 0; i < act->len; i++)
            one(act, &act->items[i]);
        status = act_show(act);
    }
    act_close(act);
    return status;
}
