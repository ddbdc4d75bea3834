#include "processes.h"

#include "platform.h"

#include <math.h>
#include <stdlib.h>

int processes_open(struct processes *processes, const struct cli *cli, psutil_fields fields)
{
    *processes = (struct processes){.cli = cli};
    fields = (fields | PSUTIL_FIELD(CREATE_TIME)) & psutil_process_fields();
    int rc = psutil_table_open(&processes->table, cli->ctx, fields);
    return rc == 0 ? CLI_DONE : cli_failed(cli, rc);
}

int processes_read(struct processes *processes)
{
    int rc = psutil_table_refresh(processes->table);
    if (rc != 0)
        return rc;
    size_t len = psutil_table_len(processes->table);
    struct process_row *rows = realloc(processes->rows, (len ? len : 1) * sizeof *rows);
    if (!rows)
        return PSUTIL_ENOMEM;
    double now = cli_is_live(processes->cli) ? platform_now() : NAN;
    processes->rows = rows;
    processes->len = len;
    for (size_t i = 0; i < len; i++) {
        psutil_table_row(&rows[i].info, processes->table, i);
        rows[i].now = now;
        rows[i].index = i;
        rows[i].thread = NULL;
    }
    return 0;
}

int processes_refresh(struct processes *processes)
{
    int rc = processes_read(processes);
    return rc == 0 ? CLI_DONE : cli_failed(processes->cli, rc);
}

void processes_close(struct processes *processes)
{
    free(processes->rows);
    psutil_table_close(processes->table);
}
