/* Whether a row passes a filter. */
#include "filter_tree.h"

#include "platform.h"

#include <stdlib.h>
#include <string.h>

static bool by_order(enum token_kind sign, int order)
{
    switch (sign) {
    case TOKEN_EQUAL:
        return order == 0;
    case TOKEN_UNEQUAL:
        return order != 0;
    case TOKEN_LESS:
        return order < 0;
    case TOKEN_LESS_EQUAL:
        return order <= 0;
    case TOKEN_MORE:
        return order > 0;
    default:
        return order >= 0;
    }
}

static bool compare_regex(struct filter *filter, const struct node *node, const struct cell *cell)
{
    const char *text = cell->text;
    if (cell->kind != CELL_TEXT) {
        filter->scratch.len = 0;
        column_text(&filter->scratch, &filter->columns[node->column], cell, FORM_RAW);
        buffer_add(&filter->scratch, "", 1);
        if (filter->scratch.failed)
            return false;
        text = filter->scratch.data;
    }
    return platform_regex_matches(node->regex, text) == (node->sign == TOKEN_MATCHES);
}

/* A number that has no name (of an enumeration) is no text. */
static bool compare(struct filter *filter, const struct node *node, const void *row)
{
    struct cell cell;
    column_cell(&cell, &filter->columns[node->column], row, &filter->scratch);
    if (node->null)
        return (cell.kind == CELL_UNKNOWN) == (node->sign == TOKEN_EQUAL);
    if (cell.kind == CELL_UNKNOWN)
        return false;
    if (node->regex)
        return compare_regex(filter, node, &cell);
    if (cell.kind == CELL_TEXT)
        return by_order(node->sign, strcmp(cell.text, node->text));
    if (!node->numeric)
        return node->sign == TOKEN_UNEQUAL;
    return by_order(node->sign, (cell.number > node->number) - (cell.number < node->number));
}

static bool matches(struct filter *filter, size_t index, const void *row)
{
    const struct node *node = &filter->nodes[index];
    switch (node->kind) {
    case NODE_AND:
        return matches(filter, node->left, row) && matches(filter, node->right, row);
    case NODE_OR:
        return matches(filter, node->left, row) || matches(filter, node->right, row);
    case NODE_NOT:
        return !matches(filter, node->left, row);
    default:
        return compare(filter, node, row);
    }
}

bool filter_matches(struct filter *filter, const void *row)
{
    return matches(filter, filter->root, row);
}

uint64_t filter_fields(const struct filter *filter)
{
    uint64_t fields = 0;
    for (size_t i = 0; i < filter->columns_len; i++)
        fields |= column_fields(&filter->columns[i]);
    return fields;
}

void filter_close(struct filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->len; i++)
        platform_regex_close(filter->nodes[i].regex);
    buffer_free(&filter->scratch);
    free(filter->texts);
    free(filter);
}
