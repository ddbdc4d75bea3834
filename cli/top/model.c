#include "model.h"

#include "processes/select.h"
#include "processes/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the kernel tells of a process in one file, and the upper part of the screen counts. */
#define BASE                                                                                       \
    (PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(STATUS) |          \
     PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(CPU_PERCENT) |             \
     PSUTIL_FIELD(NUM_THREADS))

/* ---- Fields -----------------------------------------------------------------------------------
 */

/* Of all processes. */
static psutil_fields fields_of_all(const struct model *model)
{
    psutil_fields fields = BASE | model->wanted;
    if (model->table.order != 0)
        fields |= column_fields(&model->table.sort);
    if (model->table.filter)
        fields |= filter_fields(model->table.filter);
    if (*model->user)
        fields |= PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(UIDS);
    return fields & psutil_process_fields();
}

/* Of those on the screen, besides. */
static psutil_fields fields_of_seen(const struct model *model)
{
    psutil_fields fields = 0;
    for (size_t i = 0; i < model->table.len; i++)
        fields |= column_fields(&model->table.columns[i]);
    return fields & ~model->fields & psutil_process_fields();
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static void forget_seen(struct model *model)
{
    for (size_t i = 0; model->seen && i < model->processes.len; i++) {
        if (model->seen[i])
            psutil_process_info_free(model->seen[i]->info);
        free(model->seen[i]);
    }
    free(model->seen);
    model->seen = NULL;
}

/* A table that was just opened does not know yet how busy processes are: the one before does. Both
 * are in the order of pids. */
static void carry_over(struct processes *to, const struct processes *from)
{
    size_t k = 0;
    for (size_t i = 0; i < to->len; i++) {
        psutil_process_info *info = &to->rows[i].info;
        while (k < from->len && from->rows[k].info.pid < info->pid)
            k++;
        const psutil_process_info *old = k < from->len ? &from->rows[k].info : NULL;
        if (old && old->pid == info->pid && !(old->create_time < info->create_time) &&
            !(old->create_time > info->create_time) && isnan(info->cpu_percent))
            info->cpu_percent = old->cpu_percent;
    }
}

/* Another table in place of the one that lacks fields. */
static int reopen(struct model *model)
{
    struct processes fresh;
    psutil_fields fields = fields_of_all(model);
    fresh = (struct processes){.cli = model->cli};
    int rc = psutil_table_open(&fresh.table, model->cli->ctx, fields);
    if (rc == 0)
        rc = processes_read(&fresh);
    if (rc != 0) {
        processes_close(&fresh);
        return rc;
    }
    forget_seen(model);
    carry_over(&fresh, &model->processes);
    processes_close(&model->processes);
    model->processes = fresh;
    model->fields = fields;
    return 0;
}

static int read_processes(struct model *model)
{
    if (!model->processes.table || (fields_of_all(model) & ~model->fields) != 0)
        return reopen(model);
    forget_seen(model);
    return processes_read(&model->processes);
}

/* ---- What is listed ---------------------------------------------------------------------------
 */

static bool keeps(const struct model *model, const struct process_row *row)
{
    return (!*model->user || select_is_users(&row->info, model->user)) &&
           table_keeps(&model->table, row);
}

static bool is_same(const struct identity *a, const struct identity *b)
{
    return a->pid == b->pid && !(a->started < b->started) && !(a->started > b->started);
}

static bool is_row(const struct identity *identity, const struct process_row *row)
{
    struct identity own = model_identity(row);
    return is_same(identity, &own);
}

/* The selection stays with its process; when that has ended, with the place. */
static void find_selected(struct model *model)
{
    const struct rows *rows = &model->rows;
    size_t found = 0;
    if (!model->follows) {
        model->cursor = 0;
    } else {
        while (found < rows->len && !is_row(&model->selected, rows->items[found]))
            found++;
        if (found < rows->len)
            model->cursor = found;
    }
    if (model->cursor >= rows->len)
        model->cursor = rows->len ? rows->len - 1 : 0;
    if (rows->len > 0)
        model->selected = model_identity(rows->items[model->cursor]);
}

static int arrange(struct model *model)
{
    struct rows *rows = &model->rows;
    tree_free(rows);
    rows->len = 0;
    for (size_t i = 0; i < model->processes.len; i++)
        if (keeps(model, &model->processes.rows[i]))
            rows_add(rows, &model->processes.rows[i]);
    table_sort(&model->table, rows);
    if (model->tree && tree_arrange(rows, model->table.term.utf8))
        rows->branch_column = table_column(&model->table, "command");
    find_selected(model);
    return rows->failed ? PSUTIL_ENOMEM : 0;
}

int model_change(struct model *model)
{
    int rc = fields_of_all(model) & ~model->fields ? reopen(model) : 0;
    return rc == 0 ? arrange(model) : rc;
}

int model_refresh(struct model *model)
{
    tree_free(&model->rows);
    model->rows.len = 0;
    int rc = read_processes(model);
    if (rc != 0)
        return rc;
    sample_take(&model->sample, &model->samplers, model->cli);
    sample_count(&model->sample, &model->processes);
    history_add(&model->cpu, model->sample.cpu);
    history_add(&model->memory, sample_memory(&model->sample));
    return arrange(model);
}

/* ---- What is seen -----------------------------------------------------------------------------
 */

/* Copies the fields that the table has over those of the record that was read for the screen. */
static void copy_fields(psutil_process_info *to, const psutil_process_info *from,
                        psutil_fields fields)
{
    const psutil_record *record = psutil_record_find("process");
    for (size_t i = 0; i < record->len; i++) {
        size_t start = record->fields[i].offset;
        size_t end = i + 1 < record->len ? record->fields[i + 1].offset : record->size;
        if (!(fields >> i & 1))
            continue;
        memcpy((char *)to + start, (const char *)from + start, end - start);
        to->result[i] = from->result[i];
    }
}

/* The process may have ended since the table was read: what the table has is shown still. */
static void read_more(struct seen *seen, const struct model *model, size_t index)
{
    psutil_process *process;
    psutil_fields fields = fields_of_seen(model);
    if (fields == 0 || psutil_table_process(&process, model->processes.table, index) != 0)
        return;
    if (psutil_process_read(&seen->info, process, fields) == 0) {
        psutil_process_info table = seen->row.info;
        seen->row.info = *seen->info;
        copy_fields(&seen->row.info, &table, model->fields);
    } else {
        seen->info = NULL;
    }
    psutil_process_close(process);
}

const struct process_row *model_row(struct model *model, size_t index)
{
    if (index >= model->rows.len)
        return NULL;
    const struct process_row *row = model->rows.items[index];
    if (!model->seen)
        model->seen = calloc(model->processes.len, sizeof *model->seen);
    if (!model->seen)
        return row;
    struct seen **seen = &model->seen[row->index];
    if (!*seen && (*seen = calloc(1, sizeof **seen))) {
        (*seen)->row = *row;
        read_more(*seen, model, row->index);
    }
    return *seen ? &(*seen)->row : row;
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

/* Sets one of the model's texts from an option. */
static void take_text(char out[MODEL_TEXT], const struct cli *cli, const char *option)
{
    const char *text = options_get(&cli->options, option);
    size_t len = text ? strlen(text) : 0;
    if (len >= MODEL_TEXT)
        len = MODEL_TEXT - 1;
    if (text)
        memcpy(out, text, len);
    out[len] = '\0';
}

int model_open(struct model *model, const struct cli *cli)
{
    *model = (struct model){.cli = cli, .tree = options_get(&cli->options, "tree") != NULL};
    take_text(model->filter, cli, "filter");
    take_text(model->user, cli, "user");
    int status = table_open(&model->table, cli);
    if (status != CLI_DONE)
        return status;
    model->table.term = term_look(cli->color);
    int rc = samplers_open(&model->samplers, cli->ctx);
    return rc == 0 ? CLI_DONE : cli_failed(cli, rc);
}

void model_close(struct model *model)
{
    forget_seen(model);
    tree_free(&model->rows);
    rows_free(&model->rows);
    processes_close(&model->processes);
    samplers_close(&model->samplers);
    sample_free(&model->sample);
    table_close(&model->table);
    free(model->marked);
}
