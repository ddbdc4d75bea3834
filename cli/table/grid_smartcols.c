/* Listings on a terminal through libsmartcols, as util-linux draws them. */
#include "grid.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>

/* What is too wide was cut before, as display.h does it: the library has nothing to shorten. */
static bool add_columns(struct libscols_table *drawn, const struct grid *grid)
{
    const struct table *table = grid->table;
    char cut[GRID_CUT];
    for (size_t i = 0; i < table->len; i++) {
        int flags = table->columns[i].right ? SCOLS_FL_RIGHT : 0;
        double width = (double)grid->widths[i];
        const char *header = table->header ? grid_text(grid, 0, i, cut) : "";
        struct libscols_column *column = scols_table_new_column(drawn, header, width, flags);
        if (!column)
            return false;
        if (table->term.color)
            scols_cell_set_color(scols_column_get_header(column), "bold");
    }
    return true;
}

static bool add_line(struct libscols_table *drawn, const struct grid *grid, size_t row)
{
    char cut[GRID_CUT];
    struct libscols_line *line = scols_table_new_line(drawn, NULL);
    for (size_t i = 0; line && i < grid->table->len; i++)
        if (scols_line_set_data(line, i, grid_text(grid, row, i, cut)) != 0)
            return false;
    return line != NULL;
}

static bool fill(struct libscols_table *drawn, const struct grid *grid)
{
    const struct table *table = grid->table;
    scols_table_enable_noheadings(drawn, !table->header);
    scols_table_enable_colors(drawn, table->term.color);
    scols_table_set_termforce(drawn, SCOLS_TERMFORCE_NEVER);
    if (!add_columns(drawn, grid))
        return false;
    for (size_t row = table->header; row < grid->rows; row++)
        if (!add_line(drawn, grid, row))
            return false;
    return true;
}

void grid_draw_smartcols(struct buffer *out, const struct grid *grid)
{
    struct libscols_table *drawn = scols_new_table();
    char *text = NULL;
    if (drawn && fill(drawn, grid) && scols_print_table_to_string(drawn, &text) == 0 && text) {
        buffer_add_text(out, text);
        if (*text) /* the last line comes without its end */
            buffer_add_text(out, "\n");
    } else {
        out->failed = true;
    }
    free(text);
    scols_unref_table(drawn);
}
