#include "grid.h"

#include "text/display.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 1, CUT_LEAST = 8 };

static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

/* Adds the safe form of `text`; most of it is ASCII, which is as it is. */
static size_t add_text(struct grid *grid, const char *text, size_t len)
{
    struct buffer *out = &grid->text;
    if (is_plain(text, len)) {
        buffer_add(out, text, len);
        return len;
    }
    enum { GLYPH = 32 }; /* a character, and what combines with it */
    size_t columns = display_width(text, grid->table->term.utf8);
    char *safe = malloc((columns + 1) * GLYPH);
    if (!safe) {
        grid->failed = true;
        return 0;
    }
    size_t width = display_cut(safe, (columns + 1) * GLYPH, text, columns, grid->table->term.utf8);
    buffer_add_text(out, safe);
    free(safe);
    return width;
}

static void start_cell(struct grid *grid, struct grid_cell *cell)
{
    *cell = (struct grid_cell){.start = grid->text.len};
}

static void end_cell(struct grid *grid, struct grid_cell *cell, size_t column)
{
    cell->len = grid->text.len - cell->start;
    buffer_add(&grid->text, "", 1);
    if (cell->width > grid->widths[column])
        grid->widths[column] = cell->width;
}

static void fill_headers(struct grid *grid, struct grid_cell *cells)
{
    for (size_t i = 0; i < grid->table->len; i++) {
        const char *header = grid->table->columns[i].header;
        start_cell(grid, &cells[i]);
        cells[i].width = add_text(grid, header, strlen(header));
        end_cell(grid, &cells[i], i);
    }
}

struct scratch {
    struct buffer cell;
    struct buffer text;
};

static void fill_cell(struct grid *grid, struct grid_cell *out, const struct column *column,
                      const void *row, struct scratch *scratch)
{
    struct cell cell;
    scratch->text.len = 0;
    column_cell(&cell, column, row, &scratch->cell);
    column_text(&scratch->text, column, &cell, grid->table->form);
    buffer_add(&scratch->text, "", 1);
    if (scratch->text.failed)
        grid->failed = true;
    else
        out->width += add_text(grid, scratch->text.data, scratch->text.len - 1);
}

static void fill_row(struct grid *grid, struct grid_cell *cells, const struct rows *rows,
                     size_t index, struct scratch *scratch)
{
    for (size_t i = 0; i < grid->table->len; i++) {
        start_cell(grid, &cells[i]);
        if (rows->branches && i == rows->branch_column)
            cells[i].width = add_text(grid, rows->branches[index], strlen(rows->branches[index]));
        fill_cell(grid, &cells[i], &grid->table->columns[i], rows->items[index], scratch);
        end_cell(grid, &cells[i], i);
    }
}

/* Takes what is too much for the terminal from columns that may be cut, the last ones first. */
static void fit(struct grid *grid)
{
    const struct table *table = grid->table;
    size_t width = (table->len - 1) * GAP;
    for (size_t i = 0; i < table->len; i++)
        width += grid->widths[i];
    for (size_t i = table->len; i > 0 && width > table->term.columns; i--) {
        size_t *own = &grid->widths[i - 1];
        if (!table->columns[i - 1].cut || *own <= CUT_LEAST)
            continue;
        size_t excess = width - table->term.columns;
        size_t taken = excess < *own - CUT_LEAST ? excess : *own - CUT_LEAST;
        *own -= taken;
        width -= taken;
    }
}

void grid_fill(struct grid *grid, const struct table *table, const struct rows *rows)
{
    struct scratch scratch = {0};
    *grid = (struct grid){.table = table, .rows = rows->len + table->header};
    grid->cells = calloc(grid->rows ? grid->rows * table->len : 1, sizeof *grid->cells);
    if (!grid->cells) {
        grid->failed = true;
        return;
    }
    if (table->header)
        fill_headers(grid, grid->cells);
    for (size_t i = 0; i < rows->len; i++)
        fill_row(grid, grid->cells + (i + table->header) * table->len, rows, i, &scratch);
    grid->failed |= grid->text.failed || scratch.cell.failed;
    if (table->cut)
        fit(grid);
    buffer_free(&scratch.cell);
    buffer_free(&scratch.text);
}

void grid_free(struct grid *grid)
{
    free(grid->cells);
    buffer_free(&grid->text);
}

/* ---- Drawing ----------------------------------------------------------------------------------
 */

const char *grid_text(const struct grid *grid, size_t row, size_t column, char cut[GRID_CUT])
{
    const struct grid_cell *cell = grid_at(grid, row, column);
    const char *text = grid->text.data + cell->start;
    if (cell->width <= grid->widths[column])
        return text;
    display_cut(cut, GRID_CUT, text, grid->widths[column], grid->table->term.utf8);
    return cut;
}

static void draw_cell(struct buffer *out, const struct grid *grid, size_t row, size_t column)
{
    char cut[GRID_CUT];
    const struct grid_cell *cell = grid_at(grid, row, column);
    size_t width = grid->widths[column];
    bool last = column + 1 == grid->table->len;
    bool right = grid->table->columns[column].right;
    size_t pad = cell->width < width ? width - cell->width : 0;
    buffer_add_repeat(out, ' ', right ? pad : 0);
    if (cell->width > width)
        buffer_add_text(out, grid_text(grid, row, column, cut));
    else
        buffer_add(out, grid->text.data + cell->start, cell->len);
    buffer_add_repeat(out, ' ', right || last ? 0 : pad);
    buffer_add_repeat(out, ' ', last ? 0 : GAP);
}

void grid_draw_plain(struct buffer *out, const struct grid *grid)
{
    const struct table *table = grid->table;
    for (size_t row = 0; row < grid->rows; row++) {
        bool title = table->header && row == 0;
        if (title)
            buffer_add_text(out, term_start(&table->term, STYLE_TITLE));
        for (size_t i = 0; i < table->len; i++)
            draw_cell(out, grid, row, i);
        if (title)
            buffer_add_text(out, term_end(&table->term, STYLE_TITLE));
        buffer_add(out, "\n", 1);
    }
}

#ifdef HAVE_SMARTCOLS
/* Where a person reads it. In a pipe plain lines are the same and cost less. */
static void draw(struct buffer *out, const struct grid *grid)
{
    if (grid->table->cut && grid->table->term.utf8)
        grid_draw_smartcols(out, grid);
    else
        grid_draw_plain(out, grid);
}
#else
static void draw(struct buffer *out, const struct grid *grid)
{
    grid_draw_plain(out, grid);
}
#endif

void table_write_text(struct buffer *out, const struct table *table, const struct rows *rows)
{
    struct grid grid;
    grid_fill(&grid, table, rows);
    if (grid.failed)
        out->failed = true;
    else
        draw(out, &grid);
    grid_free(&grid);
}
