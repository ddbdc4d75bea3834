/* The list of processes and its header. */
#include "table/grid.h"
#include "text/display.h"
#include "view.h"

#include <string.h>

enum { GAP = 1, CUT_MOST = 12 };

/* ---- Widths -----------------------------------------------------------------------------------
 */

/* What figures of a unit need at most times, so that columns stand still. */
static size_t usual_width(const struct column *column)
{
    switch (column->unit) {
    case PSUTIL_UNIT_BYTES:
    case PSUTIL_UNIT_PERCENT:
        return 5;
    case PSUTIL_UNIT_SECONDS:
        return 8;
    default:
        return strcmp(column->name, "pid") == 0 ? 5 : 0;
    }
}

static bool is_sorted(const struct model *model, const struct column *column)
{
    return model->table.order != 0 && strcmp(column->name, model->table.sort.name) == 0;
}

/* The header has room for the arrow behind it. */
static size_t least_width(const struct column *column)
{
    size_t header = strlen(column->header) + 1, usual = usual_width(column);
    return header > usual ? header : usual;
}

static void grow_widths(struct view *view, const struct model *model, const struct grid *grid)
{
    const struct table *table = &model->table;
    if (view->widths_len != table->len)
        memset(view->widths, 0, sizeof view->widths);
    view->widths_len = table->len;
    for (size_t i = 0; i < table->len; i++) {
        bool last = i + 1 == table->len;
        size_t least = least_width(&table->columns[i]), width = grid->widths[i];
        if (table->columns[i].cut && !last && width > CUT_MOST)
            width = CUT_MOST;
        width = width > least ? width : least;
        if (last || width > view->widths[i])
            view->widths[i] = width;
    }
}

/* ---- The header -------------------------------------------------------------------------------
 */

static const char *arrow(const struct model *model, bool utf8)
{
    if (model->table.order > 0)
        return utf8 ? "\xe2\x96\xb2" : "^"; /* U+25B2 */
    return utf8 ? "\xe2\x96\xbc" : "v";     /* U+25BC */
}

static void draw_title(struct surface *surface, struct span *span, const struct model *model,
                       const struct column *column, size_t width)
{
    bool sorted = is_sorted(model, column);
    enum look look = sorted ? LOOK_SORTED : LOOK_HEADER;
    char text[80];
    strcpy(text, column->header);
    if (sorted)
        strcat(text, arrow(model, surface->utf8));
    if (column->right)
        surface_right(surface, span, look, text, width);
    else
        surface_left(surface, span, look, text, width);
    span->column += GAP;
}

static void draw_header(struct surface *surface, struct view *view, const struct model *model)
{
    struct span span = {view->layout.header, -view->scroll, surface->columns};
    surface_fill(surface, span.row, 0, surface->columns, LOOK_HEADER);
    for (size_t i = 0; i < model->table.len; i++) {
        view->starts[i] = span.column;
        draw_title(surface, &span, model, &model->table.columns[i], view->widths[i]);
    }
}

size_t list_column_at(const struct view *view, const struct model *model, size_t column)
{
    for (size_t i = 0; i < model->table.len; i++)
        if ((long)column >= view->starts[i] &&
            ((long)column < view->starts[i] + (long)view->widths[i] + GAP ||
             i + 1 == model->table.len))
            return i;
    return model->table.len;
}

/* ---- Lines ------------------------------------------------------------------------------------
 */

static enum look look_of_status(const char *status)
{
    static const struct {
        const char *status;
        enum look look;
    } looks[] = {{"running", LOOK_GOOD},      {"disk-sleep", LOOK_WARN}, {"stopped", LOOK_WARN},
                 {"tracing-stop", LOOK_WARN}, {"zombie", LOOK_BAD},      {"dead", LOOK_BAD}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (strcmp(looks[i].status, status) == 0)
            return looks[i].look;
    return LOOK_DIM;
}

/* What is busy stands out, what is not steps back. */
static enum look look_of(const struct column *column, const char *text)
{
    if (strcmp(column->name, "status") == 0)
        return look_of_status(text);
    if (strcmp(text, "-") == 0)
        return LOOK_DIM;
    if (column->unit == PSUTIL_UNIT_PERCENT) {
        bool idle = strcmp(text, "0.0") == 0, single = text[0] != '\0' && text[1] == '.';
        return idle ? LOOK_DIM : single ? LOOK_PLAIN : LOOK_GOOD;
    }
    return strcmp(column->name, "pid") == 0 ? LOOK_NAME : LOOK_PLAIN;
}

static void draw_line(struct surface *surface, const struct view *view, const struct model *model,
                      const struct grid *grid, size_t line)
{
    struct span span = {view->layout.list + line, -view->scroll, surface->columns};
    char cut[GRID_CUT];
    for (size_t i = 0; i < model->table.len; i++) {
        const struct column *column = &model->table.columns[i];
        bool last = i + 1 == model->table.len;
        const struct grid_cell *cell = grid_at(grid, line + 1, i);
        const char *text = grid->text.data + cell->start;
        enum look look = look_of(column, text);
        if (!last && cell->width > view->widths[i]) {
            display_cut(cut, sizeof cut, text, view->widths[i], surface->utf8);
            text = cut;
        }
        if (last)
            surface_put(surface, &span, look, text);
        else if (column->right)
            surface_right(surface, &span, look, text, view->widths[i]);
        else
            surface_left(surface, &span, look, text, view->widths[i]);
        span.column += GAP;
    }
}

static void draw_lines(struct surface *surface, const struct view *view, const struct model *model,
                       const struct grid *grid)
{
    for (size_t line = 0; line + 1 < grid->rows; line++) {
        size_t index = view->first + line, row = view->layout.list + line;
        draw_line(surface, view, model, grid, line);
        if (model_is_marked(model, model->rows.items[index]))
            surface_look(surface, row, 0, surface->columns, LOOK_MARKED);
        if (index == model->cursor)
            surface_look(surface, row, 0, surface->columns, LOOK_SELECTED);
    }
}

/* The rows on the screen, with everything that is shown of them. */
static void gather(struct rows *out, const struct view *view, struct model *model)
{
    for (size_t i = 0; i < view->layout.list_rows; i++) {
        const struct process_row *row = model_row(model, view->first + i);
        if (row)
            rows_add(out, row);
    }
    if (model->rows.branches) {
        out->branches = model->rows.branches + view->first;
        out->branch_column = model->rows.branch_column;
    }
}

void list_draw(struct surface *surface, struct view *view, struct model *model)
{
    struct rows rows = {0};
    struct grid grid;
    gather(&rows, view, model);
    grid_fill(&grid, &model->table, &rows);
    if (!grid.failed && !rows.failed) {
        grow_widths(view, model, &grid);
        if (view->layout.list > view->layout.header)
            draw_header(surface, view, model);
        draw_lines(surface, view, model, &grid);
    }
    grid_free(&grid);
    rows_free(&rows);
}
