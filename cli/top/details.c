/* The pages: everything about one process, and the help. */
#include "top.h"

#include <stdio.h>
#include <string.h>

/* Long lists, which psutil proc shows. */
#define LEFT_OUT                                                                                   \
    (PSUTIL_FIELD(ENVIRON) | PSUTIL_FIELD(MEMORY_MAPS) | PSUTIL_FIELD(THREADS) |                   \
     PSUTIL_FIELD(RLIMIT) | PSUTIL_FIELD(OPEN_FILES) | PSUTIL_FIELD(NET_CONNECTIONS))

struct details {
    struct top *top;
    struct process_row row;
    struct buffer scratch, text;
};

/* Why a field could not be read, where that was not allowed. */
static const char *reason(const struct details *details, const struct column *column)
{
    int code = details->row.info.result[column->top];
    return code < 0 ? psutil_error_name(code) : "-";
}

/* Records of which each part has a line, and the thread that no row is about. */
static bool is_twice(const struct column *column)
{
    return (column->field && column->field->type == PSUTIL_TYPE_RECORD) ||
           strcmp(column->name, "tid") == 0;
}

static void add_column(const char *name, const char *doc, void *user)
{
    struct details *details = user;
    struct column column;
    struct cell cell;
    (void)doc;
    if (column_find(&column, &process_listing, name, strlen(name)) != COLUMN_FOUND ||
        column_fields(&column) & LEFT_OUT || is_twice(&column))
        return;
    column_cell(&cell, &column, &details->row, &details->scratch);
    details->text.len = 0;
    if (cell.kind == CELL_UNKNOWN)
        buffer_add_text(&details->text, reason(details, &column));
    else
        column_text(&details->text, &column, &cell, FORM_HUMAN);
    for (size_t i = 0; i < details->text.len; i++)
        if (details->text.data[i] == '\n' || details->text.data[i] == '\t')
            details->text.data[i] = ' ';
    buffer_addf(&details->top->page.text, "%s\t", name);
    buffer_add(&details->top->page.text, details->text.data, details->text.len);
    buffer_add_text(&details->top->page.text, "\n");
}

void act_details(struct top *top, int key)
{
    (void)key;
    psutil_process_info *info;
    struct details details = {.top = top};
    struct model *model = &top->model;
    targets_close(&top->targets);
    if (model->rows.len == 0)
        return;
    const struct process_row *row = model->rows.items[model->cursor];
    psutil_process *process;
    if (!top_good(top, psutil_table_process(&process, model->processes.table, row->index)))
        return;
    psutil_fields fields = psutil_process_fields() & ~LEFT_OUT;
    if (top_good(top, psutil_process_read(&info, process, fields))) {
        details.row = *row;
        details.row.info = *info;
        details.row.info.cpu_percent = row->info.cpu_percent;
        column_each(&process_listing, add_column, &details);
        page_open(top, "Everything about this process");
        psutil_process_info_free(info);
    }
    psutil_process_close(process);
    buffer_free(&details.scratch);
    buffer_free(&details.text);
}

void act_help(struct top *top, int key)
{
    (void)key;
    keys_help(&top->page.text);
    page_open(top, "Keys of psutil top");
}
