/* The selection, marks, search, order: what keys change in the model. */
#include "model.h"

#include "text/display.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The order --------------------------------------------------------------------------------
 */

/* People look for the largest numbers, but for the first pids and names. */
static bool falls(const struct column *column)
{
    return column->type != PSUTIL_TYPE_STRING && column->type != PSUTIL_TYPE_ENUM &&
           (column->unit != PSUTIL_UNIT_NONE || strcmp(column->name, "threads") == 0 ||
            strcmp(column->name, "fds") == 0);
}

static void sort_by(struct model *model, const struct column *column)
{
    model->table.sort = *column;
    model->table.order = falls(column) ? -1 : 1;
}

bool model_sort(struct model *model, const char *name)
{
    struct column column;
    if (column_find(&column, model->table.listing, name, strlen(name)) != COLUMN_FOUND)
        return false;
    sort_by(model, &column);
    return true;
}

void model_sort_step(struct model *model, long step)
{
    struct table *table = &model->table;
    long at = 0, len = (long)table->len;
    while (at < len && strcmp(table->columns[at].name, table->sort.name) != 0)
        at++;
    long next = at == len ? 0 : (at + step % len + len) % len;
    sort_by(model, &table->columns[next]);
}

void model_sort_turn(struct model *model)
{
    model->table.order = -model->table.order;
}

bool model_filter(struct model *model, const char *text, char problem[FILTER_PROBLEM])
{
    struct filter *filter = NULL;
    if (text[strspn(text, " ")] != '\0') {
        filter = filter_open(model->table.listing, text, problem);
        if (!filter)
            return false;
    }
    filter_close(model->table.filter);
    model->table.filter = filter;
    snprintf(model->filter, sizeof model->filter, "%s", text);
    return true;
}

/* ---- The selection ----------------------------------------------------------------------------
 */

struct identity model_identity(const struct process_row *row)
{
    bool known = row->info.result[PSUTIL_FIELD_CREATE_TIME] == 0;
    return (struct identity){row->info.pid, known ? row->info.create_time : 0};
}

void model_select(struct model *model, long row)
{
    long last = (long)model->rows.len - 1;
    row = row > last ? last : row;
    model->cursor = row > 0 ? (size_t)row : 0;
    model->follows = model->cursor > 0;
    if (model->rows.len > 0)
        model->selected = model_identity(model->rows.items[model->cursor]);
}

/* Whether `text` contains the other, whatever the case of its ASCII letters. */
static bool contains(const char *text, const char *part)
{
    size_t len = strlen(part);
    for (; *text; text++) {
        size_t i = 0;
        while (i < len && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (i == len)
            return true;
    }
    return len == 0;
}

static bool is_found(const struct model *model, const struct process_row *row,
                     struct buffer *scratch)
{
    struct column column;
    struct cell cell = {0};
    const psutil_process_info *info = &row->info;
    if (info->result[PSUTIL_FIELD_NAME] == 0 && info->name && contains(info->name, model->search))
        return true;
    if (column_find(&column, model->table.listing, "command", strlen("command")) == COLUMN_FOUND)
        column_cell(&cell, &column, row, scratch);
    return cell.kind == CELL_TEXT && contains(cell.text, model->search);
}

bool model_find(struct model *model, size_t from, bool forward)
{
    struct buffer scratch = {0};
    size_t len = model->rows.len;
    bool found = false;
    for (size_t i = 0; i < len && !found; i++) {
        size_t at = forward ? (from + i) % len : (from + len - i % len) % len;
        found = is_found(model, model->rows.items[at], &scratch);
        if (found)
            model_select(model, (long)at);
    }
    if (found)
        model->follows = true;
    buffer_free(&scratch);
    return found;
}

/* ---- Marks ------------------------------------------------------------------------------------
 */

static size_t find_mark(const struct model *model, const struct process_row *row)
{
    struct identity own = model_identity(row);
    size_t i = 0;
    while (i < model->marked_len &&
           (model->marked[i].pid != own.pid || model->marked[i].started < own.started ||
            model->marked[i].started > own.started))
        i++;
    return i;
}

bool model_is_marked(const struct model *model, const struct process_row *row)
{
    return find_mark(model, row) < model->marked_len;
}

void model_mark(struct model *model)
{
    if (model->rows.len == 0)
        return;
    size_t at = find_mark(model, model->rows.items[model->cursor]);
    if (at < model->marked_len) {
        model->marked[at] = model->marked[--model->marked_len];
        return;
    }
    struct identity *more = realloc(model->marked, (model->marked_len + 1) * sizeof *more);
    if (!more)
        return;
    model->marked = more;
    model->marked[model->marked_len++] = model_identity(model->rows.items[model->cursor]);
}

void model_unmark(struct model *model)
{
    model->marked_len = 0;
}

/* ---- Acting -----------------------------------------------------------------------------------
 */

/* "4711 sleep, started 14:05" */
static void describe(char out[MODEL_TEXT], const struct model *model, const struct process_row *row)
{
    struct column started;
    struct cell cell = {0};
    struct buffer text = {0}, scratch = {0};
    char name[96];
    const psutil_process_info *info = &row->info;
    const char *known = info->result[PSUTIL_FIELD_NAME] == 0 && info->name ? info->name : "?";
    display_cut(name, sizeof name, known, 24, model->table.term.utf8);
    if (column_find(&started, model->table.listing, "started", strlen("started")) == COLUMN_FOUND) {
        column_cell(&cell, &started, row, &scratch);
        column_text(&text, &started, &cell, FORM_HUMAN);
    }
    snprintf(out, MODEL_TEXT, "%" PRId64 " %s, started %.*s", info->pid, name, (int)text.len,
             text.data ? text.data : "");
    buffer_free(&text);
    buffer_free(&scratch);
}

static int add_target(struct targets *targets, struct model *model, const struct process_row *row)
{
    psutil_process **more = realloc(targets->items, (targets->len + 1) * sizeof *more);
    if (!more)
        return PSUTIL_ENOMEM;
    targets->items = more;
    int rc = psutil_table_process(&more[targets->len], model->processes.table, row->index);
    if (rc != 0)
        return rc;
    if (targets->len++ == 0)
        describe(targets->text, model, row);
    return 0;
}

/* Marked ones count though a filter hides them. */
int targets_open(struct targets *targets, struct model *model)
{
    *targets = (struct targets){0};
    const struct processes *all = &model->processes;
    int rc = 0;
    if (model->marked_len == 0)
        return model->rows.len > 0 ? add_target(targets, model, model->rows.items[model->cursor])
                                   : 0;
    for (size_t i = 0; rc == 0 && i < all->len; i++)
        if (model_is_marked(model, &all->rows[i]))
            rc = add_target(targets, model, &all->rows[i]);
    return rc;
}

void targets_close(struct targets *targets)
{
    for (size_t i = 0; i < targets->len; i++)
        psutil_process_close(targets->items[i]);
    free(targets->items);
    *targets = (struct targets){0};
}
