/* The processes of the overview: how many there are in each state, and the busiest of them. */
#include "overview.h"

#include <math.h>
#include <string.h>

const psutil_field *overview_process_field(psutil_process_field field)
{
    return &psutil_record_find("process")->fields[field];
}

/* What is not known counts as less than anything known. */
static double share(const psutil_process_info *row)
{
    bool known = row->result[PSUTIL_FIELD_CPU_PERCENT] == 0 && !isnan(row->cpu_percent);
    return known ? row->cpu_percent : -1;
}

static int64_t resident(const psutil_process_info *row)
{
    return row->result[PSUTIL_FIELD_MEMORY_INFO] == 0 ? row->memory_info.rss : PSUTIL_UNKNOWN;
}

static bool is_busier(const psutil_process_info *a, const psutil_process_info *b)
{
    if (share(a) > share(b) || share(a) < share(b))
        return share(a) > share(b);
    return resident(a) > resident(b);
}

/* Keeps the row when it is among the busiest so far, which stay in order. */
static void consider(struct overview *out, const psutil_process_info *row)
{
    size_t at = out->busiest_len;
    while (at > 0 && is_busier(row, &out->busiest[at - 1].row))
        at--;
    if (at == OVERVIEW_BUSIEST)
        return;
    if (out->busiest_len < OVERVIEW_BUSIEST)
        out->busiest_len++;
    size_t moved = out->busiest_len - 1 - at;
    memmove(&out->busiest[at + 1], &out->busiest[at], moved * sizeof *out->busiest);
    out->busiest[at] = (struct busy){.row = *row};
}

static void count(struct overview *out, const psutil_process_info *row)
{
    bool known = row->result[PSUTIL_FIELD_STATUS] == 0 && row->status > 0 &&
                 row->status <= PSUTIL_STATUS_SUSPENDED;
    out->status_counts[known ? row->status : 0]++;
    out->process_count++;
}

/* Asks the few that are shown for more. The pid may be another's by now: the start time tells. */
static void ask_more(struct busy *busy, const struct cli *cli)
{
    psutil_process *process;
    psutil_process_info *more;
    if (psutil_process_open(&process, cli->ctx, busy->row.pid) != 0)
        return;
    psutil_fields fields =
        PSUTIL_FIELD(CREATE_TIME) | PSUTIL_FIELD(USERNAME) | PSUTIL_FIELD(CMDLINE);
    if (psutil_process_read(&more, process, fields) == 0) {
        bool same = more->result[PSUTIL_FIELD_CREATE_TIME] == 0 &&
                    busy->row.result[PSUTIL_FIELD_CREATE_TIME] == 0 &&
                    fabs(more->create_time - busy->row.create_time) < 0.005;
        if (same)
            busy->more = more;
        else
            psutil_process_info_free(more);
    }
    psutil_process_close(process);
}

void overview_collect_processes(struct overview *out, const struct cli *cli)
{
    size_t len = psutil_table_len(out->table);
    for (size_t i = 0; i < len; i++) {
        psutil_process_info row;
        psutil_table_row(&row, out->table, i);
        count(out, &row);
        consider(out, &row);
    }
    for (size_t i = 0; i < out->busiest_len; i++)
        ask_more(&out->busiest[i], cli);
}
