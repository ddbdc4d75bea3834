/* Who is whose child.
 *
 * The system names a parent by pid only, and a pid may have changed hands between two readings. A
 * process is never older than its children, also not one that took over orphans: those go to an
 * ancestor. Whoever was started after its supposed child is therefore somebody else who has the
 * pid now. */
#include "core/process.h"

#include <stdlib.h>

/* ---- Upwards ----------------------------------------------------------------------------------*/

static int read_ppid(psutil *ctx, const struct ps_ref *ref, int64_t *ppid)
{
    psutil_process_info info;
    struct ps_arena arena = {0};
    struct ps_reading reading = {.info = &info, .arena = &arena, .fields = PSUTIL_FIELD(PPID)};
    ps_info_begin(&info, ctx);
    int rc = ps_os_process_read(ctx, ref, &reading);
    if (rc == 0)
        rc = info.result[PSUTIL_FIELD_PPID];
    if (rc == 0)
        *ppid = info.ppid;
    ps_arena_free(&arena);
    return rc;
}

/* 1 when the process that has `ppid` is not the parent, or cannot be seen by the caller. */
static int open_parent(psutil *ctx, const struct ps_ref *child, int64_t ppid, struct ps_ref *parent)
{
    int rc = ps_os_process_open(ctx, ppid, 0, parent);
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EACCES)
        return 1;
    if (rc == 0 && parent->start > child->start) {
        ps_os_process_close(ctx, parent);
        return 1;
    }
    return rc;
}

/* `ppid` is the parent's pid as it was just read, or unknown. 1 when there is no parent. One that
 * ended after its pid was read has left its child to another: only the same answer twice is final.
 */
static int find_parent(psutil *ctx, const struct ps_ref *child, int64_t ppid, struct ps_ref *parent)
{
    int64_t before = PSUTIL_UNKNOWN;
    int rc = ppid == PSUTIL_UNKNOWN ? read_ppid(ctx, child, &ppid) : 0;
    while (rc == 0) {
        if (ppid <= 0 || ppid == child->pid)
            return 1;
        rc = open_parent(ctx, child, ppid, parent);
        if (rc != 1 || ppid == before)
            return rc;
        before = ppid;
        rc = read_ppid(ctx, child, &ppid);
    }
    return rc;
}

int psutil_process_parent(psutil_process **out, psutil_process *process)
{
    struct ps_ref parent;
    int rc = find_parent(process->ctx, &process->ref, PSUTIL_UNKNOWN, &parent);
    if (rc == 0)
        return ps_process_adopt(process->ctx, &parent, out);
    if (rc > 0)
        *out = NULL;
    return rc < 0 ? rc : 0;
}

/* Whether a process is its own ancestor, which only an invented or broken root says. Ancestors
 * never get younger on the way up, so that those of a circle all have the same start time. */
static bool is_circle(const psutil_process_list *list, const struct ps_ref *next)
{
    for (size_t i = list ? list->len : 0; i-- > 0 && list->items[i]->ref.start == next->start;)
        if (list->items[i]->ref.pid == next->pid)
            return true;
    return false;
}

/* A list is allocated also when nothing is in it. */
static int finish_list(struct ps_process_collector *collector, int rc, psutil_process_list **out)
{
    if (rc == 0 && !collector->list) {
        collector->list = calloc(1, sizeof *collector->list);
        if (!collector->list)
            rc = ps_fail_memory(collector->ctx);
    }
    if (rc == 0)
        *out = collector->list;
    else
        psutil_process_list_close(collector->list);
    return rc;
}

static int collect_ref(struct ps_process_collector *collector, struct ps_ref *ref)
{
    psutil_process *process;
    int rc = ps_process_adopt(collector->ctx, ref, &process);
    return rc != 0 ? rc : ps_collect(collector, process);
}

int psutil_process_parents(psutil_process_list **out, psutil_process *process)
{
    psutil *ctx = process->ctx;
    struct ps_process_collector collector = {.ctx = ctx};
    struct ps_ref child = process->ref, parent;
    int64_t ppid = PSUTIL_UNKNOWN;
    int rc;
    while ((rc = find_parent(ctx, &child, ppid, &parent)) == 0) {
        if (parent.pid == process->ref.pid || is_circle(collector.list, &parent)) {
            ps_os_process_close(ctx, &parent);
            break;
        }
        rc = collect_ref(&collector, &parent);
        if (rc != 0)
            break;
        child = parent;
        ppid = parent.ppid;
    }
    /* An ancestor that ends meanwhile ends the list; the process itself must be there. */
    if (rc > 0 || (rc == PSUTIL_ESRCH && collector.list) ||
        (rc == PSUTIL_EREUSED && collector.list))
        rc = 0;
    return finish_list(&collector, rc, out);
}

/* ---- Downwards --------------------------------------------------------------------------------*/

struct row {
    int64_t pid;
    int64_t ppid;
    uint64_t start;
    bool reached; /* its children were listed, or are going to be */
};

/* All processes, sorted by their parents' pids. */
struct tree {
    psutil *ctx;
    struct row *rows;
    size_t len;
    size_t capacity;
};

/* Whether a failure is the program's own, for want of memory or descriptors, and says nothing about
 * the process: leaving that out would be a wrong answer. */
static bool is_own_failure(int rc)
{
    return rc == PSUTIL_ENOMEM || rc == PSUTIL_ESYSTEM;
}

/* A process that refuses to name its parent is nobody's child, and spoils nothing. */
static int add_row(psutil_process_info *info, const struct ps_ref *ref, void *user)
{
    struct tree *tree = user;
    int rc = info->result[PSUTIL_FIELD_PPID];
    if (rc != 0)
        return is_own_failure(rc) ? rc : 0;
    if (tree->len == tree->capacity) {
        size_t capacity = tree->capacity ? tree->capacity * 2 : 256;
        struct row *rows = realloc(tree->rows, capacity * sizeof *rows);
        if (!rows)
            return ps_fail_memory(tree->ctx);
        tree->rows = rows;
        tree->capacity = capacity;
    }
    tree->rows[tree->len++] = (struct row){ref->pid, info->ppid, ref->start, false};
    return 0;
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->ppid != y->ppid)
        return x->ppid < y->ppid ? -1 : 1;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

static int read_tree(struct tree *tree)
{
    psutil_process_info info;
    struct ps_arena arena = {0};
    struct ps_reading reading = {.info = &info, .arena = &arena, .fields = PSUTIL_FIELD(PPID)};
    int rc = ps_os_process_walk(tree->ctx, &reading, add_row, tree);
    ps_arena_free(&arena);
    if (rc == 0 && tree->len > 0)
        qsort(tree->rows, tree->len, sizeof *tree->rows, compare_rows);
    return rc;
}

/* The first row whose parent is `ppid`, or where it would be. */
static size_t first_child(const struct tree *tree, int64_t ppid)
{
    size_t low = 0, high = tree->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->rows[middle].ppid < ppid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whoever ended since the walk is left out. The handle is opened anew, so that it is as sure as
 * any: the start time alone, which is all that the walk has, has a grain of some milliseconds. */
static int collect_row(struct ps_process_collector *collector, const struct row *row)
{
    struct ps_ref ref;
    int rc = ps_os_process_open(collector->ctx, row->pid, 0, &ref);
    if (rc != 0)
        return is_own_failure(rc) ? rc : 0;
    if (ref.start == row->start)
        return collect_ref(collector, &ref);
    ps_os_process_close(collector->ctx, &ref);
    return 0;
}

/* Lists the children of one process, and puts those rows that are to be descended into on the
 * stack. */
static int list_children(struct tree *tree, const struct row *parent,
                         struct ps_process_collector *collector, size_t *stack, size_t *depth)
{
    int rc = 0;
    for (size_t i = first_child(tree, parent->pid);
         rc == 0 && i < tree->len && tree->rows[i].ppid == parent->pid; i++) {
        struct row *row = &tree->rows[i];
        if (row->reached || row->pid == parent->pid || row->start < parent->start)
            continue;
        row->reached = true;
        stack[(*depth)++] = i;
        rc = collect_row(collector, row);
    }
    return rc;
}

/* The order of psutil: the children of one process by pid, then those of the last of them that was
 * not descended into yet. */
static int list_descendants(struct tree *tree, const struct ps_ref *ref, bool recursive,
                            struct ps_process_collector *collector)
{
    size_t depth = 0;
    size_t *stack = calloc(tree->len + 1, sizeof *stack);
    if (!stack)
        return ps_fail_memory(tree->ctx);
    for (size_t i = 0; i < tree->len; i++)
        tree->rows[i].reached = tree->rows[i].pid == ref->pid;
    struct row self = {.pid = ref->pid, .start = ref->start};
    int rc = list_children(tree, &self, collector, stack, &depth);
    while (rc == 0 && recursive && depth > 0) {
        struct row parent = tree->rows[stack[--depth]];
        rc = list_children(tree, &parent, collector, stack, &depth);
    }
    free(stack);
    return rc;
}

/* The process is checked after the walk: what it saw was then seen while the process lived. */
static int children_by_walk(psutil_process *process, bool recursive,
                            struct ps_process_collector *collector)
{
    struct tree tree = {.ctx = process->ctx};
    int64_t ppid;
    int rc = read_tree(&tree);
    if (rc == 0)
        rc = read_ppid(process->ctx, &process->ref, &ppid);
    if (rc == 0)
        rc = list_descendants(&tree, &process->ref, recursive, collector);
    free(tree.rows);
    return rc;
}

/* Adds those of the list that can be the process's children. */
static int collect_children(struct ps_process_collector *collector, const struct ps_ref *parent,
                            struct ps_ref *children, size_t len)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < len; i++)
        if (children[i].start >= parent->start)
            rc = collect_ref(collector, &children[i]);
    return rc;
}

static int children_of(psutil *ctx, const struct ps_ref *parent,
                       struct ps_process_collector *collector)
{
    struct ps_ref *children = NULL;
    size_t len = 0;
    int rc = ps_os_process_children(ctx, parent, &children, &len);
    if (rc == 0)
        rc = collect_children(collector, parent, children, len);
    free(children);
    return rc;
}

/* Whose children are still to be listed, as places in the collector's list. */
struct stack {
    size_t *items;
    size_t len;
    size_t seen; /* how many of the list were pushed */
};

static int push_new(struct stack *stack, const struct ps_process_collector *collector)
{
    size_t len = collector->list ? collector->list->len : 0;
    if (stack->seen == len)
        return 0;
    size_t *items = realloc(stack->items, len * sizeof *items);
    if (!items)
        return ps_fail_memory(collector->ctx);
    stack->items = items;
    while (stack->seen < len)
        items[stack->len++] = stack->seen++;
    return 0;
}

/* In the same order as list_descendants(). Whoever was listed and has ended since has no children.
 * Returns 1 when the system has no lists. */
static int descendants_by_lists(psutil_process *process, bool recursive,
                                struct ps_process_collector *collector)
{
    struct stack stack = {0};
    int rc = children_of(process->ctx, &process->ref, collector);
    while (rc == 0 && recursive && (rc = push_new(&stack, collector)) == 0 && stack.len > 0) {
        struct ps_ref parent = collector->list->items[stack.items[--stack.len]]->ref;
        rc = children_of(process->ctx, &parent, collector);
        if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED)
            rc = 0;
    }
    free(stack.items);
    return rc;
}

int psutil_process_children(psutil_process_list **out, psutil_process *process, bool recursive)
{
    struct ps_process_collector collector = {.ctx = process->ctx};
    int rc = descendants_by_lists(process, recursive, &collector);
    if (rc == 1) {
        psutil_process_list_close(collector.list);
        collector = (struct ps_process_collector){.ctx = process->ctx};
        rc = children_by_walk(process, recursive, &collector);
    }
    return finish_list(&collector, rc, out);
}
