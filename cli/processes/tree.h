/* Processes as a tree: children below their parents, with the branches that are drawn. */
#ifndef CLI_PROCESSES_TREE_H
#define CLI_PROCESSES_TREE_H

#include "processes.h"
#include "table/table.h"

/* Puts rows (process_row) below their parents; siblings keep their order. Whose parent is not among
 * them, or was started later, is a root. rows->branches is filled in: "│  ├─ ". False without
 * memory.
 */
bool tree_arrange(struct rows *rows, bool utf8);
void tree_free(struct rows *rows);

/* The index of each row's parent among the rows (process_row), or SIZE_MAX; NULL without memory.
 * Free it. */
size_t *tree_parents(const struct rows *rows);

#endif
