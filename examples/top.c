/* The ten processes that hold the most memory.
 * cc top.c $(pkg-config --cflags --libs libpsutil) */
#include <psutil.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int by_memory(const void *a, const void *b)
{
    int64_t left = ((const psutil_process_info *)a)->memory_info.rss;
    int64_t right = ((const psutil_process_info *)b)->memory_info.rss;
    return (left < right) - (left > right);
}

static int print_rows(const psutil_table *table)
{
    size_t len = psutil_table_len(table), shown = 0;
    psutil_process_info *rows = calloc(len + 1, sizeof *rows);
    if (rows == NULL)
        return PSUTIL_ENOMEM;
    for (size_t i = 0; i < len; i++) {
        psutil_table_row(&rows[shown], table, i);
        /* A field that was refused has its reason here, and no meaning. */
        if (rows[shown].result[PSUTIL_FIELD_NAME] == 0 &&
            rows[shown].result[PSUTIL_FIELD_MEMORY_INFO] == 0)
            shown++;
    }
    qsort(rows, shown, sizeof *rows, by_memory);
    printf("%8s %8s  %s\n", "PID", "MiB", "NAME");
    for (size_t i = 0; i < shown && i < 10; i++)
        printf("%8" PRId64 " %8" PRId64 "  %s\n", rows[i].pid, rows[i].memory_info.rss >> 20,
               rows[i].name);
    free(rows);
    return 0;
}

int main(void)
{
    psutil *ctx = NULL;
    psutil_table *table = NULL;
    int status = psutil_open(&ctx, NULL);
    if (status == 0)
        status = psutil_table_open(&table, ctx, PSUTIL_FIELD(NAME) | PSUTIL_FIELD(MEMORY_INFO));
    if (status == 0)
        status = psutil_table_refresh(table);
    if (status == 0)
        status = print_rows(table);
    if (status != 0)
        fprintf(stderr, "%s\n", psutil_error_text(status));
    if (table)
        psutil_table_close(table);
    psutil_close(ctx);
    return status != 0;
}
