#include "processes/family.h"

#include <stdlib.h>
#include <string.h>

static int compare_pids(const void *left, const void *right)
{
    int64_t a = ((const struct member *)left)->row->info.pid;
    int64_t b = ((const struct member *)right)->row->info.pid;
    return (a > b) - (a < b);
}

static const char *name_of(const struct member *member)
{
    bool known = process_has(member->row, PSUTIL_FIELD_NAME) && member->row->info.name;
    return known ? member->row->info.name : "";
}

/* From the last name to the first: each is put in front of those before. */
static int compare_names(const void *left, const void *right)
{
    const struct member *a = *(struct member *const *)left, *b = *(struct member *const *)right;
    int order = strcmp(name_of(b), name_of(a));
    return order ? order : compare_pids(b, a);
}

static struct member *find(const struct family *family, int64_t pid)
{
    struct process_row row = {.info.pid = pid};
    struct member key = {.row = &row};
    return bsearch(&key, family->members, family->len, sizeof key, compare_pids);
}

/* Whoever has a parent's pid now and was started later is somebody else. */
static struct member *parent_of(const struct family *family, const struct member *child)
{
    if (!process_has(child->row, PSUTIL_FIELD_PPID) || child->row->info.ppid <= 0)
        return NULL;
    struct member *parent = find(family, child->row->info.ppid);
    bool later = parent && process_has(parent->row, PSUTIL_FIELD_CREATE_TIME) &&
                 process_has(child->row, PSUTIL_FIELD_CREATE_TIME) &&
                 parent->row->info.create_time > child->row->info.create_time;
    return parent == child || later ? NULL : parent;
}

/* A ring of parents, which a recording that was not taken at once may hold, would never end. */
static bool is_above(const struct member *member, const struct member *of)
{
    while (of && of != member)
        of = of->parent;
    return of != NULL;
}

static void link_all(struct family *family, struct member **order)
{
    for (size_t i = 0; i < family->len; i++)
        order[i] = &family->members[i];
    qsort(order, family->len, sizeof *order, compare_names);
    for (size_t i = 0; i < family->len; i++) {
        struct member *parent = parent_of(family, order[i]);
        if (!parent || is_above(order[i], parent))
            continue;
        order[i]->parent = parent;
        order[i]->next = parent->first;
        parent->first = order[i];
    }
}

bool family_open(struct family *family, const struct processes *processes, int64_t self)
{
    size_t len = processes->len;
    struct member **order = calloc(len + 1, sizeof *order);
    family->members = calloc(len + 1, sizeof *family->members);
    family->len = family->members ? len : 0;
    if (order && family->members) {
        for (size_t i = 0; i < len; i++)
            family->members[i].row = &processes->rows[i];
        link_all(family, order);
        for (struct member *member = find(family, self); member; member = member->parent)
            member->ancestor = true;
    }
    bool done = order && family->members;
    free(order);
    return done;
}

void family_close(struct family *family)
{
    free(family->members);
    *family = (struct family){0};
}
