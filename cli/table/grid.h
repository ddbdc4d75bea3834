/* A listing as text: each cell made safe for terminals, with the columns that it takes. */
#ifndef CLI_TABLE_GRID_H
#define CLI_TABLE_GRID_H

#include "table.h"

struct grid_cell {
    size_t start; /* in the grid's text, terminated */
    size_t len;
    size_t width;
};

struct grid {
    const struct table *table;
    size_t rows; /* the line of headers is row 0 where there is one */
    struct grid_cell *cells;
    struct buffer text;
    size_t widths[TABLE_COLUMNS]; /* of the widest cell of each column, or less: cut to fit */
    bool failed;
};

void grid_fill(struct grid *grid, const struct table *table, const struct rows *rows);
void grid_free(struct grid *grid);

static inline const struct grid_cell *grid_at(const struct grid *grid, size_t row, size_t column)
{
    return &grid->cells[row * grid->table->len + column];
}

/* The text of a cell, cut into `cut` where the column is too narrow for it. */
#define GRID_CUT 8192
const char *grid_text(const struct grid *grid, size_t row, size_t column, char cut[GRID_CUT]);

/* Draws it: plainly, or through libsmartcols where that was built in. */
void grid_draw_plain(struct buffer *out, const struct grid *grid);
void grid_draw_smartcols(struct buffer *out, const struct grid *grid);

#endif
