/* Draws the model. */
#ifndef CLI_TOP_VIEW_H
#define CLI_TOP_VIEW_H

#include "model.h"
#include "screen/surface.h"

/* Where things are; a part without rows is not shown. */
struct layout {
    size_t meters, meters_rows;
    size_t charts, charts_rows;
    size_t header;
    size_t list, list_rows;
    size_t footer;
};

struct view {
    bool charts;  /* wanted */
    size_t first; /* the row of the list at its upper edge */
    long scroll;  /* columns that are left of the screen */
    struct layout layout;
    size_t widths[TABLE_COLUMNS]; /* they only grow, so that nothing jumps */
    size_t widths_len;            /* of how many columns these are */
    long starts[TABLE_COLUMNS];   /* where the columns are, as drawn last */
};

/* Divides a screen. Small ones show the list first. */
void view_lay_out(struct view *view, const struct surface *surface, const struct model *model);

/* Everything but the footer. */
void view_draw(struct surface *surface, struct view *view, struct model *model);

/* The line of facts, the meters, the charts: meters.c. */
size_t meters_rows(const struct surface *surface, const struct model *model);
void meters_draw(struct surface *surface, const struct view *view, const struct model *model);

/* The list and its header: list.c. */
void list_draw(struct surface *surface, struct view *view, struct model *model);

/* The column that is drawn at a place, or the number of columns. */
size_t list_column_at(const struct view *view, const struct model *model, size_t column);

#endif
