#include "view.h"

/* With fewer lines these parts are left out. */
enum { ROWS_FOR_METERS = 10, ROWS_FOR_CHARTS = 20, ROWS_FOR_HEADER = 4 };

void view_lay_out(struct view *view, const struct surface *surface, const struct model *model)
{
    struct layout *layout = &view->layout;
    size_t rows = surface->rows;
    *layout = (struct layout){.meters = 1};
    if (rows >= ROWS_FOR_METERS)
        layout->meters_rows = meters_rows(surface, model);
    layout->charts = layout->meters + layout->meters_rows;
    if (rows >= ROWS_FOR_CHARTS && view->charts)
        layout->charts_rows = rows / 8;
    layout->header = layout->charts + layout->charts_rows;
    layout->list = layout->header + (rows >= ROWS_FOR_HEADER);
    layout->footer = rows > 0 ? rows - 1 : 0;
    layout->list_rows = layout->footer > layout->list ? layout->footer - layout->list : 0;
}

/* Keeps the selected row on the screen, and the list at its lower edge. */
static void scroll_to_cursor(struct view *view, const struct model *model)
{
    size_t shown = view->layout.list_rows;
    if (model->cursor < view->first)
        view->first = model->cursor;
    if (shown > 0 && model->cursor >= view->first + shown)
        view->first = model->cursor - shown + 1;
    size_t last = model->rows.len > shown ? model->rows.len - shown : 0;
    if (view->first > last)
        view->first = last;
}

void view_draw(struct surface *surface, struct view *view, struct model *model)
{
    view_lay_out(view, surface, model);
    scroll_to_cursor(view, model);
    meters_draw(surface, view, model);
    list_draw(surface, view, model);
}
