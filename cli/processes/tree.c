#include "tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Deeper levels are drawn at this one. */
enum { DEPTH_MAX = 64, BRANCH = 10 /* bytes of the longest piece, "├─ " and its end */ };

struct node {
    const struct process_row *row;
    size_t parent, first, last, next; /* indices, or NONE */
};

#define NONE SIZE_MAX

struct tree {
    struct node *nodes;
    struct named {
        int64_t pid;
        size_t index;
    } * by_pid;
    size_t len;
    bool utf8;
    bool last[DEPTH_MAX]; /* whether the ancestor of each level is its parent's last child */
    const void **out;
    char **branches;
    size_t written;
    bool failed;
};

static int compare_pids(const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    return (left->pid > right->pid) - (left->pid < right->pid);
}

static size_t find_pid(const struct tree *tree, int64_t pid)
{
    size_t low = 0, high = tree->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->by_pid[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < tree->len && tree->by_pid[low].pid == pid;
    return found ? tree->by_pid[low].index : NONE;
}

/* A parent is older than its child, so that no circle can come of pids that were given anew. */
static size_t find_parent(const struct tree *tree, const struct process_row *row)
{
    if (row->info.result[PSUTIL_FIELD_PPID] != 0)
        return NONE;
    size_t parent = find_pid(tree, row->info.ppid);
    if (parent == NONE || row->info.result[PSUTIL_FIELD_CREATE_TIME] != 0)
        return NONE;
    const psutil_process_info *other = &tree->nodes[parent].row->info;
    bool older = other->result[PSUTIL_FIELD_CREATE_TIME] == 0 &&
                 (other->create_time < row->info.create_time ||
                  (other->create_time <= row->info.create_time && other->pid < row->info.pid));
    return older ? parent : NONE;
}

static void link_child(struct tree *tree, size_t index)
{
    size_t parent = find_parent(tree, tree->nodes[index].row);
    tree->nodes[index].parent = parent;
    if (parent == NONE)
        return;
    if (tree->nodes[parent].last == NONE)
        tree->nodes[parent].first = index;
    else
        tree->nodes[tree->nodes[parent].last].next = index;
    tree->nodes[parent].last = index;
}

static char *draw_branch(const struct tree *tree, size_t depth)
{
    char *text = malloc(depth * BRANCH + 1);
    char *end = text;
    if (!text)
        return NULL;
    *end = '\0';
    for (size_t i = 1; i <= depth && i < DEPTH_MAX; i++) {
        const char *own = tree->utf8      ? (tree->last[i] ? "└─ " : "├─ ")
                          : tree->last[i] ? "`- "
                                          : "|- ";
        const char *above = tree->last[i] ? "   " : tree->utf8 ? "│  " : "|  ";
        const char *piece = i == depth || i == DEPTH_MAX - 1 ? own : above;
        memcpy(end, piece, strlen(piece) + 1);
        end += strlen(piece);
    }
    return text;
}

static void write_node(struct tree *tree, size_t index, size_t depth)
{
    tree->out[tree->written] = tree->nodes[index].row;
    tree->branches[tree->written] = draw_branch(tree, depth);
    tree->failed |= !tree->branches[tree->written];
    tree->written++;
}

/* Down to the first child, else to the next sibling of the nearest ancestor that has one: without
 * recursion, however long a chain of processes is. */
static void write_below(struct tree *tree, size_t root)
{
    size_t index = root, depth = 0;
    for (;;) {
        if (depth < DEPTH_MAX)
            tree->last[depth] = tree->nodes[index].next == NONE;
        write_node(tree, index, depth);
        if (tree->nodes[index].first != NONE) {
            index = tree->nodes[index].first;
            depth++;
            continue;
        }
        while (index != root && tree->nodes[index].next == NONE) {
            index = tree->nodes[index].parent;
            depth--;
        }
        if (index == root)
            return;
        index = tree->nodes[index].next;
    }
}

static bool open_tree(struct tree *tree, const struct rows *rows)
{
    size_t room = rows->len ? rows->len : 1;
    tree->len = rows->len;
    tree->nodes = calloc(room, sizeof *tree->nodes);
    tree->by_pid = calloc(room, sizeof *tree->by_pid);
    tree->out = calloc(room, sizeof *tree->out);
    tree->branches = calloc(room, sizeof *tree->branches);
    return tree->nodes && tree->by_pid && tree->out && tree->branches;
}

static void link_all(struct tree *tree, const struct rows *rows)
{
    for (size_t i = 0; i < tree->len; i++) {
        tree->nodes[i] = (struct node){
            .row = rows->items[i], .parent = NONE, .first = NONE, .last = NONE, .next = NONE};
        tree->by_pid[i] = (struct named){tree->nodes[i].row->info.pid, i};
    }
    qsort(tree->by_pid, tree->len, sizeof *tree->by_pid, compare_pids);
    for (size_t i = 0; i < tree->len; i++)
        link_child(tree, i);
}

static void close_tree(struct tree *tree)
{
    free(tree->nodes);
    free(tree->by_pid);
    free(tree->out);
}

size_t *tree_parents(const struct rows *rows)
{
    struct tree tree = {0};
    size_t *parents = malloc((rows->len ? rows->len : 1) * sizeof *parents);
    bool opened = open_tree(&tree, rows);
    if (parents && opened) {
        link_all(&tree, rows);
        for (size_t i = 0; i < tree.len; i++)
            parents[i] = tree.nodes[i].parent;
    } else {
        free(parents);
        parents = NULL;
    }
    free(tree.branches);
    close_tree(&tree);
    return parents;
}

bool tree_arrange(struct rows *rows, bool utf8)
{
    struct tree tree = {.utf8 = utf8};
    tree.failed = !open_tree(&tree, rows);
    if (!tree.failed) {
        link_all(&tree, rows);
        for (size_t i = 0; i < tree.len; i++)
            if (tree.nodes[i].parent == NONE)
                write_below(&tree, i);
        memcpy(rows->items, tree.out, tree.len * sizeof *tree.out);
        rows->branches = tree.branches;
    } else {
        free(tree.branches);
    }
    close_tree(&tree);
    rows->failed |= tree.failed;
    return !tree.failed;
}

void tree_free(struct rows *rows)
{
    for (size_t i = 0; rows->branches && i < rows->len; i++)
        free(rows->branches[i]);
    free((void *)rows->branches);
    rows->branches = NULL;
}
